"""What the office types into the form of its look."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.i18n import figure
from ksr_saas.notices import colours
from ksr_saas.notices.colours import Colours, Wanting
from ksr_saas.notices.views import exact, pair_words

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"[0-9 +()-]{5,40}")
FIELDS = {"brand": "barwa", "brand_ink": "barwa_napisu", "brand_soft": "barwa_tla"}


class LookTyped(msgspec.Struct, frozen=True):
    """The form as typed, tidied; `crest_id` is "" where the crest of the files stays."""

    brand: str
    brand_ink: str
    brand_soft: str
    crest_id: str
    phone: str
    email: str
    office: str
    since: int

    @classmethod
    def read(cls, form: Mapping[str, Any]) -> "LookTyped":
        """What was typed; a colour that can be read is written as `#rrggbb`."""
        told = {
            name: colours.read(typed := text(form, field, 20)) or typed
            for name, field in FIELDS.items()
        }
        since = text(form, "widziane", 6)
        return cls(
            **told,
            crest_id=text(form, "herb_id", 36),
            phone=text(form, "telefon", 40),
            email=text(form, "email", 120),
            office=text(form, "urzad", 120),
            since=int(since) if since.isascii() and since.isdecimal() else 0,
        )

    @property
    def crest(self) -> UUID | None:
        """The crest chosen; None where there is none, or what stands there is no id."""
        try:
            return UUID(self.crest_id)
        except ValueError:
            return None

    @property
    def colours(self) -> Colours | None:
        """The three colours, if each of them is one."""
        typed = (self.brand, self.brand_ink, self.brand_soft)
        return Colours(*typed) if all(map(colours.HEX.fullmatch, typed)) else None

    def problems(self) -> Problems:
        """What keeps it from being saved: unreadable fields, colours that are too faint."""
        found = Problems()
        for name, field in FIELDS.items():
            if not colours.HEX.fullmatch(getattr(self, name)):
                found.add(field, N_("Wpisz kolor jak #a8132a: sześć cyfr albo liter od a do f."))
        if chosen := self.colours:
            for one in colours.wanting(chosen):
                _too_faint(found, one)
        if self.phone and not PHONE.fullmatch(self.phone):
            found.add("telefon", N_("Wpisz numer telefonu, na przykład 71 777 77 77."))
        if self.email and not EMAIL.fullmatch(self.email):
            found.add("email", N_("Wpisz adres e-mail, na przykład rekrutacja@gmina.pl."))
        return found


def _too_faint(found: Problems, one: Wanting) -> None:
    told = {
        "what": pair_words(one.seen.pair.code),
        "ratio": figure(exact(one.seen.ratio)),
        "needed": figure(exact(one.seen.pair.needed)),
    }
    if one.proposed:
        said = N_(
            "%(what)s: kontrast %(ratio)s, a potrzeba %(needed)s. "
            "Najbliższy kolor, który wystarczy: %(colour)s."
        )
        found.add(FIELDS[one.field], said, colour=one.proposed, **told)
    else:
        said = N_("%(what)s: kontrast %(ratio)s, a potrzeba %(needed)s. Zmień oba kolory.")
        found.add(FIELDS[one.field], said, **told)
