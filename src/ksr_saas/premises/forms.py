"""What is typed about an institution, and what is wrong with it."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec

from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, paragraph, text
from ksr_saas.kernel.i18n import LANGUAGES
from ksr_saas.offer import numbers
from ksr_saas.offer.kinds import Access, InstitutionKind, Organ
from ksr_saas.offer.models import Institution

EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")
PHONE = re.compile(r"[0-9 +()-]{5,40}")
WEBSITE = re.compile(r"https?://[^\s/]+\.[^\s]+")
POSTAL_CODE = re.compile(r"\d{2}-\d{3}")
CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")
DEGREES = re.compile(r"-?\d{1,3}([.,]\d{1,8})?")
MOST_LAT, MOST_LON = 90, 180
LONGEST_ABOUT = 1500

# Fields by the name of the column: what the institution itself tells, and what only the city does.
OWN = {
    "phone": "telefon",
    "email": "email",
    "website": "strona",
    "hours": "godziny",
    "iban": "konto",
}
CITY = {
    "name": "nazwa",
    "short_name": "skrot",
    "rspo": "rspo",
    "regon": "regon",
    "nip": "nip",
    "teryt": "teryt",
    "street": "ulica",
    "postal_code": "kod",
    "town": "miejscowosc",
    "district": "dzielnica",
}
NUMBERS: dict[str, Callable[[str], str]] = {
    "rspo": numbers.rspo,
    "regon": numbers.regon,
    "nip": numbers.nip,
    "teryt": numbers.teryt,
    "iban": numbers.iban,
}


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed. `lines` are by column; `lat`, `lon`, kinds and `complex_id` are raw.

    `about` and `image_alt` are by language; `access` are the codes ticked, and those the form does
    not know stay with them.
    """

    lines: dict[str, str]
    about: dict[str, str]
    image_alt: dict[str, str]
    access: tuple[str, ...]
    code: str = ""
    kind: str = ""
    organ: str = ""
    complex_id: str = ""
    lat: str = ""
    lon: str = ""

    @classmethod
    def read(cls, form: Any, *, city: bool, stored: Institution | None) -> "Typed":
        """What was sent; without `city` its fields are not looked at."""
        fields = OWN | CITY if city else OWN
        ticked = [one for one in form.getall("dostepnosc", []) if one in list(Access)]
        kept = [one for one in stored.access if one not in list(Access)] if stored else []
        whole = cls(
            lines={column: text(form, field, 120) for column, field in fields.items()},
            about={one: paragraph(form, f"opis_{one}", LONGEST_ABOUT) for one in LANGUAGES},
            image_alt={one: text(form, f"podpis_{one}", 200) for one in LANGUAGES},
            access=(*ticked, *kept),
        )
        if not city:
            return whole
        return msgspec.structs.replace(
            whole,
            code=text(form, "symbol", 40).lower(),
            kind=text(form, "rodzaj", 20),
            organ=text(form, "organ", 20),
            complex_id=text(form, "zespol", 36),
            lat=text(form, "szerokosc", 20),
            lon=text(form, "dlugosc", 20),
        )

    @classmethod
    def of(cls, stored: Institution, *, city: bool) -> "Typed":
        """A form filled from what is kept."""
        fields = OWN | CITY if city else OWN
        whole = cls(
            lines={column: getattr(stored, column) for column in fields},
            about={one: stored.about.get(one, "") for one in LANGUAGES},
            image_alt={one: stored.image_alt.get(one, "") for one in LANGUAGES},
            access=tuple(stored.access),
        )
        if not city:
            return whole
        return msgspec.structs.replace(
            whole,
            code=stored.code,
            kind=stored.kind,
            organ=stored.organ,
            complex_id=str(stored.complex_id or ""),
            lat=_degrees(stored.lat),
            lon=_degrees(stored.lon),
        )

    def problems(self, *, city: bool, has_photo: bool) -> Problems:
        """Everything wrong at once, in the order of the form."""
        found = Problems()
        if city:
            self._of_city(found)
        for column, field in (OWN | (CITY if city else {})).items():
            typed, check = self.lines[column], NUMBERS.get(column)
            if typed and check:
                try:
                    check(typed)
                except numbers.BadNumber as problem:
                    found.add(field, str(problem))
        if (phone := self.lines["phone"]) and not PHONE.fullmatch(phone):
            found.add("telefon", N_("Wpisz numer telefonu, na przykład 71 777 77 77."))
        if (email := self.lines["email"]) and not EMAIL.fullmatch(email):
            found.add("email", N_("Wpisz adres e-mail, na przykład sekretariat@szkola.pl."))
        if (website := self.lines["website"]) and not WEBSITE.fullmatch(website):
            found.add("strona", N_("Wpisz cały adres strony, na przykład https://szkola.pl."))
        if has_photo and not self.image_alt["pl"]:
            found.add("podpis_pl", N_("Opisz zdjęcie po polsku dla osób, które go nie widzą."))
        return found

    def _of_city(self, found: Problems) -> None:
        if not CODE.fullmatch(self.code):
            found.add("symbol", N_("Wpisz symbol z małych liter bez ogonków, cyfr i łączników."))
        if len(self.lines["name"]) < 3:
            found.add("nazwa", N_("Wpisz pełną nazwę placówki."))
        if self.kind not in list(InstitutionKind):
            found.add("rodzaj", N_("Wybierz rodzaj placówki."))
        if self.organ not in list(Organ):
            found.add("organ", N_("Wybierz, kto prowadzi placówkę."))
        if len(self.lines["street"]) < 2:
            found.add("ulica", N_("Wpisz ulicę i numer domu."))
        if not POSTAL_CODE.fullmatch(self.lines["postal_code"]):
            found.add("kod", N_("Wpisz kod pocztowy, na przykład 50-123."))
        if len(self.lines["town"]) < 2:
            found.add("miejscowosc", N_("Wpisz miejscowość."))
        for field, typed, most in (
            ("szerokosc", self.lat, MOST_LAT),
            ("dlugosc", self.lon, MOST_LON),
        ):
            if not DEGREES.fullmatch(typed) or abs(_number(typed)) > most:
                found.add(field, N_("Wpisz współrzędną w stopniach, na przykład 51,1079."))

    def values(self, *, city: bool) -> dict[str, Any]:
        """The columns, of a form without problems; what was left empty is empty."""
        made: dict[str, Any] = {
            column: NUMBERS[column](typed) if typed and column in NUMBERS else typed
            for column, typed in self.lines.items()
        }
        made["about"] = {lang: words for lang, words in self.about.items() if words}
        made["image_alt"] = {lang: words for lang, words in self.image_alt.items() if words}
        made["access"] = list(self.access)
        if city:
            made |= {
                "code": self.code,
                "kind": InstitutionKind(self.kind),
                "organ": Organ(self.organ),
                "complex_id": UUID(self.complex_id) if self.complex_id else None,
                "lat": _number(self.lat),
                "lon": _number(self.lon),
            }
        return made


def _number(typed: str) -> float:
    return float(typed.replace(",", "."))


def _degrees(value: float) -> str:
    return f"{value:.6f}".rstrip("0").rstrip(".").replace(".", ",")
