"""Which school's catchment an address is in, and why. Pure.

What is not told by exactly one school goes to a person; nothing here guesses.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from itertools import chain
from uuid import UUID

import msgspec

from ksr_saas.catchments.houses import House, Span, houses_of, parted
from ksr_saas.catchments.streets import STREET, Street, offered, plain, street_of

YEAR = re.compile(r"(20\d\d)/(20\d\d)")


class Outcome(StrEnum):
    """How many schools an address has."""

    ONE = "one"
    NONE = "none"
    SEVERAL = "several"


class Why(StrEnum):
    """What a segment has to do with an address."""

    MATCHED = "matched"
    OTHER_SIDE = "other-side"
    OUTSIDE = "outside"
    NOT_YET = "not-yet"
    ENDED = "ended"
    OTHER_TOWN = "other-town"


class Doubt(StrEnum):
    """Why an address has no school, or more than one.

    STREET: no such street. KIND: a street and, say, a square of one name. TOWN: the same street in
    two towns. NUMBER: it cannot be read. YEAR: no segment of the street is of that school year.
    HOUSE: the street is known, but not this number. SCHOOLS: two schools have it.
    """

    STREET = "street"
    KIND = "kind"
    TOWN = "town"
    NUMBER = "number"
    YEAR = "year"
    HOUSE = "house"
    SCHOOLS = "schools"


@lru_cache(maxsize=8192)
def _street_written(street: str) -> Street:
    """Of the streets of resolutions, which are few and asked for often."""
    return street_of(street)


class Segment(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a resolution: a range of numbers of a street that belongs to a school's catchment.

    An empty `street` is a whole `locality`; an empty `locality` is the municipality's own town.
    `source` is where the line stands. Years are those in which the school year starts; an empty
    `valid_to` means until it is changed.
    """

    institution: UUID
    street: str
    span: Span = Span()
    locality: str = ""
    valid_from: int
    valid_to: int | None = None
    source: str = ""
    id: UUID | None = None

    @property
    def as_street(self) -> Street:
        """The street as it is compared."""
        return _street_written(self.street)

    @property
    def place(self) -> tuple[str, str, str]:
        """The same for all segments of one street."""
        street = self.as_street
        return plain(self.locality), street.known_kind, street.name

    @property
    def identity(self) -> tuple[object, ...]:
        """What makes it this segment; not when it holds, nor where it stands."""
        return self.place, self.institution, self.span

    def valid_in(self, year: int) -> bool:
        """Whether it is of the school year that starts in `year`."""
        return self.valid_from <= year and (self.valid_to is None or year <= self.valid_to)


class Address(msgspec.Struct, frozen=True):
    """An address as typed; `number` may also stand at the end of `street`."""

    street: str
    number: str = ""
    postal_code: str = ""
    town: str = ""

    @property
    def parts(self) -> tuple[str, str]:
        """Street and number, wherever the number was typed."""
        return (self.street, self.number) if self.number else parted(self.street)


class Considered(msgspec.Struct, frozen=True):
    """A segment that was looked at, and what became of it."""

    segment: Segment
    why: Why


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """The schools of an address with the reasons: all that was looked at, what matched first.

    `offered` are streets that may have been meant. `decided` says that a person told, with what
    `reason`; without schools, that the address has none here.
    """

    outcome: Outcome
    schools: tuple[UUID, ...] = ()
    doubt: Doubt | None = None
    considered: tuple[Considered, ...] = ()
    offered: tuple[str, ...] = ()
    decided: bool = False
    reason: str = ""

    @property
    def school(self) -> UUID | None:
        """The one school; None where a person has to look."""
        return self.schools[0] if self.outcome is Outcome.ONE else None


class Decision(msgspec.Struct, frozen=True):
    """What a person said of an address that had none or several; no school means none here."""

    school: UUID | None
    reason: str


def start_of(school_year: str) -> int | None:
    """The year in which "2027/2028" starts; None for what is no school year."""
    found = YEAR.fullmatch(school_year)
    return int(found[1]) if found and int(found[2]) == int(found[1]) + 1 else None


def year_name(start: int) -> str:
    """The school year that starts then, as it is written."""
    return f"{start}/{start + 1}"


def address_key(address: Address, home: str) -> str:
    """One text for all ways of writing the same address; the flat is left out."""
    typed, number = address.parts
    street = street_of(typed)
    houses = houses_of(number)
    house = "-".join(map(str, houses)) if houses else plain(number)
    return "|".join((plain(address.town or home), street.known_kind, street.name, house))


class Book:
    """The catchments of a municipality, or those of its segments that can matter.

    `home` is the town meant where none is written; `decisions` are by `address_key`, all of the
    school year that will be asked for. `streets` are those that may be offered instead.
    """

    def __init__(
        self,
        segments: Iterable[Segment],
        *,
        home: str,
        decisions: Mapping[str, Decision] | None = None,
        streets: Iterable[str] = (),
    ) -> None:
        self.home = home
        self._decisions = decisions or {}
        self._by_name: dict[str, list[Segment]] = {}
        for one in segments:
            self._by_name.setdefault(one.as_street.name, []).append(one)
        self._streets: dict[str, list[str]] = {}
        for written in chain(streets, (s.street for some in self._by_name.values() for s in some)):
            there = self._streets.setdefault(street_of(written).name, [])
            if written not in there:
                there.append(written)

    def school_of(self, address: Address, year: int) -> Answer:
        """The school of an address in the school year that starts in `year`, with the reasons.

        A person's decision answers only what the segments leave open.
        """
        found = self._found(address, year)
        if found.outcome is Outcome.ONE:
            return found
        told = self._decisions.get(address_key(address, self.home))
        if told is None:
            return found
        return msgspec.structs.replace(
            found,
            outcome=Outcome.ONE if told.school else Outcome.NONE,
            schools=(told.school,) if told.school else (),
            decided=True,
            reason=told.reason,
        )

    def _found(self, address: Address, year: int) -> Answer:
        typed, number = address.parts
        street = street_of(typed)
        named = self._by_name.get(street.name, []) if street.name else []
        here = [one for one in named if self._in_town(one, address)]
        elsewhere = [Considered(one, Why.OTHER_TOWN) for one in named if one not in here]
        if not here:
            return self._whole_locality(address, year, number, elsewhere)
        kinds = {one.as_street.known_kind for one in here}
        if street.kind and street.kind not in kinds:
            return _none(Doubt.STREET, elsewhere, self._written(street.name))
        if not street.kind and len(kinds) > 1:
            return _several(Doubt.KIND, here, year, self._written(street.name))
        if street.kind:
            here = [one for one in here if one.as_street.known_kind == street.kind]
        if len({plain(one.locality or self.home) for one in here}) > 1:
            return _several(Doubt.TOWN, here, year, ())
        return _told(here, year, number, elsewhere)

    def _in_town(self, segment: Segment, address: Address) -> bool:
        return not address.town or plain(address.town) == plain(segment.locality or self.home)

    def _whole_locality(
        self, address: Address, year: int, number: str, elsewhere: list[Considered]
    ) -> Answer:
        """No such street: perhaps a line of the resolution takes the whole place."""
        written = address.town or address.street
        whole = [
            one
            for one in self._by_name.get("", [])
            if plain(written) and plain(one.locality or self.home) == plain(written)
        ]
        if whole:
            return _told(whole, year, number, elsewhere)
        name = street_of(address.parts[0]).name
        return _none(Doubt.STREET, elsewhere, self._offered(name))

    def _offered(self, name: str) -> tuple[str, ...]:
        return tuple(chain(*map(self._written, offered(name, self._streets))))

    def _written(self, name: str) -> tuple[str, ...]:
        return tuple(_with_kind(one) for one in self._streets.get(name, ()))


def _with_kind(written: str) -> str:
    """So that who picks an ordinary street is not asked again whether they mean the square."""
    return written if street_of(written).kind else f"{STREET}. {written}"


def _none(doubt: Doubt, looked_at: Sequence[Considered], names: tuple[str, ...] = ()) -> Answer:
    return Answer(outcome=Outcome.NONE, doubt=doubt, considered=tuple(looked_at), offered=names)


def _several(
    doubt: Doubt, segments: Sequence[Segment], year: int, names: tuple[str, ...]
) -> Answer:
    valid = [one for one in segments if one.valid_in(year)]
    return Answer(
        outcome=Outcome.SEVERAL,
        schools=tuple(dict.fromkeys(one.institution for one in valid)),
        doubt=doubt,
        considered=tuple(Considered(one, Why.MATCHED) for one in valid),
        offered=names,
    )


def _told(
    segments: Sequence[Segment], year: int, number: str, elsewhere: Sequence[Considered]
) -> Answer:
    """What segments of one street say of a number."""
    houses = houses_of(number)
    looked_at = [Considered(one, _why(one, year, houses)) for one in segments]
    matched = [one.segment for one in looked_at if one.why is Why.MATCHED]
    schools = tuple(dict.fromkeys(one.institution for one in matched))
    explained = (
        *(one for one in looked_at if one.why is Why.MATCHED),
        *(one for one in looked_at if one.why is not Why.MATCHED),
        *elsewhere,
    )
    if not any(one.valid_in(year) for one in segments):
        return _none(Doubt.YEAR, explained)
    if number.strip() and not houses:
        return _none(Doubt.NUMBER, explained)
    if not houses and not schools:
        return _none(Doubt.NUMBER, explained)
    if not all(any(one.span.holds(house) for one in matched) for house in houses):
        return _none(Doubt.HOUSE, explained)
    if len(schools) > 1:
        return Answer(
            outcome=Outcome.SEVERAL, schools=schools, doubt=Doubt.SCHOOLS, considered=explained
        )
    return Answer(outcome=Outcome.ONE, schools=schools, considered=explained)


def _why(segment: Segment, year: int, houses: tuple[House, ...]) -> Why:
    """Without a number only a segment of all numbers matches."""
    if year < segment.valid_from:
        return Why.NOT_YET
    if not segment.valid_in(year):
        return Why.ENDED
    if any(segment.span.holds(one) for one in houses) or (not houses and segment.span.is_whole):
        return Why.MATCHED
    if houses and not any(segment.span.on_side(one) for one in houses):
        return Why.OTHER_SIDE
    return Why.OUTSIDE
