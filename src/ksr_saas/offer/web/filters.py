"""What a visitor narrows the offer by, as it stands in an address."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import msgspec

from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import number, text
from ksr_saas.offer.catalogue import Choices
from ksr_saas.offer.places import Point
from ksr_saas.offer.search import Order, Wanted

LONGEST = 120
MOST_POINTS = 300
MOST_LAT, MOST_LON = 90, 180
YES = "tak"
LABELS = {
    "szukaj": N_("Nazwa lub ulica"),
    "dzielnica": N_("Dzielnica"),
    "rodzaj": N_("Rodzaj placówki"),
    "oddzial": N_("Rodzaj oddziału"),
    "rocznik": N_("Rok urodzenia dziecka"),
    "pierwszy": N_("Pierwszy język"),
    "drugi": N_("Drugi język"),
    "przedmiot": N_("Przedmiot punktowany"),
    "profil": N_("Rozszerzenie lub zawód"),
    "prog": N_("Próg najwyżej"),
    "dostepnosc": N_("Dostępność budynku"),
    "wolne": N_("Tylko z wolnymi miejscami"),
    "kolejnosc": N_("Kolejność"),
    "od": N_("Strona"),
}
NUMBERS = frozenset("0123456789")


class Asked(msgspec.Struct, frozen=True):
    """`typed` stays in the form and in links, `ignored` are labels of what made no sense."""

    wanted: Wanted
    typed: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    start: int

    def value(self, name: str) -> str:
        """What the form shows in a field with one value."""
        return next((value for key, value in self.typed if key == name), "")

    def without(self, name: str, value: str) -> str:
        """The query string with one of its filters left out."""
        return urlencode([one for one in self.typed if one != (name, value)])

    def page(self, start: int) -> str:
        """The query string of the page that begins with row `start`."""
        return urlencode([*self.typed, *([("od", str(start))] if start else [])])

    @property
    def narrowed(self) -> tuple[tuple[str, str], ...]:
        """The filters, without the order."""
        return tuple(one for one in self.typed if one[0] != "kolejnosc")


def read(
    form: Mapping[str, Any], several: list[str], choices: Choices, near: Point | None = None
) -> Asked:
    """What the offer can be narrowed by; a value that it does not have is left out and told.

    `several` are the values of "dostepnosc". With `near`, the nearest come first unless asked
    otherwise.
    """
    reading = _Reading(form, several, near)
    wanted = reading.wanted(choices)
    start = text(form, "od", 6)
    if start and not NUMBERS.issuperset(start):
        reading.ignored.append(LABELS["od"])
        start = ""
    return Asked(
        wanted, tuple(reading.typed), tuple(dict.fromkeys(reading.ignored)), int(start or 0)
    )


class _Reading:
    def __init__(
        self, form: Mapping[str, Any], several: list[str], near: Point | None = None
    ) -> None:
        self.form, self.several, self.near = form, several, near
        self.typed: list[tuple[str, str]] = []
        self.ignored: list[str] = []

    def wanted(self, choices: Choices) -> Wanted:
        return Wanted(
            words=self.words(),
            district=self.one("dzielnica", choices.districts, ""),
            kind=self.one("rodzaj", choices.kinds, None),
            unit_kind=self.one("oddzial", choices.unit_kinds, None),
            birth_year=self.one("rocznik", choices.birth_years, None),
            first_language=self.one("pierwszy", choices.first_languages, ""),
            second_language=self.one("drugi", choices.second_languages, ""),
            subject=self.one("przedmiot", choices.subjects, ""),
            profile=self.one("profil", choices.profiles, ""),
            at_most=self.points(),
            access=tuple(self.many(choices.access)),
            free=self.one("wolne", (YES,), "") == YES,
            order=self.order(),
            near=self.near,
        )

    def words(self) -> str:
        words = text(self.form, "szukaj", 60)
        if words:
            self.typed.append(("szukaj", words))
        return words

    def one(self, name: str, there: tuple[Any, ...], otherwise: Any) -> Any:
        """The member of `there` that was chosen."""
        asked = text(self.form, name, LONGEST)
        if not asked:
            return otherwise
        found = next((one for one in there if str(one) == asked), None)
        if found is None:
            self.ignored.append(LABELS[name])
            return otherwise
        self.typed.append((name, asked))
        return found

    def order(self) -> Order:
        there = tuple(one for one in Order if self.near or one is not Order.DISTANCE)
        usual = Order.DISTANCE if self.near else Order.NAME
        found: Order = self.one("kolejnosc", there, usual)
        return found

    def many(self, there: tuple[str, ...]) -> Iterator[str]:
        for asked in dict.fromkeys(self.several):
            if asked in there:
                self.typed.append(("dostepnosc", asked))
                yield asked
            elif asked:
                self.ignored.append(LABELS["dostepnosc"])

    def points(self) -> Decimal | None:
        asked = text(self.form, "prog", 12)
        if not asked:
            return None
        found = number(asked)
        if found is None or found > MOST_POINTS:
            self.ignored.append(LABELS["prog"])
            return None
        self.typed.append(("prog", asked))
        return found


def position(form: Mapping[str, Any]) -> Point | None:
    """Where the form says that somebody is, no nearer than the next houses; None for nowhere."""
    lat, lon = number(text(form, "szer", 12)), number(text(form, "dl", 12))
    if lat is None or lon is None or lat > MOST_LAT or lon > MOST_LON:
        return None
    return Point(float(lat), float(lon)).roughly
