"""Made-up personal data in which every value occurs once, so that a leak names its source."""

import re
from datetime import date
from io import BytesIO
from itertools import count
from typing import NamedTuple

from pypdf import PdfReader

from ksr_saas.people import pesel

WORD = re.compile(r"kanarek[a-z]+|\d{9,11}", re.IGNORECASE)
BORN = date(2022, 5, 1)


class Canary(NamedTuple):
    """Which field of whom holds a value: an application's or an account's id, or a city's name."""

    field: str
    of: object


class Aviary:
    """Every canary that was let loose."""

    def __init__(self):
        self._serial, self._people = count(1), count(1)
        self.known = {}

    def word(self, field, of):
        """A new value for a text field: letters only, so that nothing rewrites it."""
        serial, letters = next(self._serial), ""
        for _ in range(4):
            serial, rest = divmod(serial, 26)
            letters = chr(ord("a") + rest) + letters
        made = f"Kanarek{field.replace('-', '')}{letters}"
        self.known[made.lower()] = Canary(field, of)
        return made

    def email(self, field, of):
        """A new address."""
        return f"{self.word(field, of).lower()}@poczta.invalid"

    def phone(self, of):
        """A new telephone number, nine digits."""
        made = f"6{next(self._serial):08}"
        self.known[made] = Canary("phone", of)
        return made

    def pesel(self, of):
        """A new PESEL."""
        made = pesel.make(BORN, next(self._people))
        self.known[made] = Canary("pesel", of)
        return made

    def found_in(self, content):
        """The canaries in a text or a file; a PDF is read as people read it."""
        if isinstance(content, bytes):
            text = content.decode("utf-8", "replace")
            if content.startswith(b"%PDF-"):
                text += " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
        else:
            text = content
        words = {word.lower() for word in WORD.findall(text)}
        return {self.known[word] for word in words if word in self.known}
