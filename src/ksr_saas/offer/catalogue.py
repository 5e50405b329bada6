"""The accepted offer of one recruitment as everybody may read it, whole and in memory. Pure."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import TypeVar
from uuid import UUID

import msgspec

from ksr_saas.offer.kinds import InstitutionKind, Organ, Pool, Scored, UnitKind
from ksr_saas.offer.places import Point, folded

REMEMBERED = 24  # catalogues in one process

K = TypeVar("K")


class OfferedUnit(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A unit; `thresholds` are (school year, lowest points that got in), the latest first."""

    id: UUID
    institution_id: UUID
    code: str
    name: str
    kind: UnitKind
    group: str
    pool: Pool
    places: int
    birth_years: tuple[int, ...]
    first_languages: tuple[str, ...]
    second_languages: tuple[str, ...]
    subjects: tuple[Scored, ...]
    extended: tuple[str, ...]
    occupations: tuple[str, ...]
    prerequisites: tuple[str, ...]
    about: Mapping[str, str]
    thresholds: tuple[tuple[str, Decimal], ...]

    @property
    def threshold(self) -> Decimal | None:
        """The latest one."""
        return self.thresholds[0][1] if self.thresholds else None

    @property
    def profiles(self) -> tuple[str, ...]:
        """What it is for: extended subjects and occupations."""
        return self.extended + self.occupations

    @cached_property
    def counted(self) -> frozenset[str]:
        """Every subject whose grade it may count."""
        return frozenset(name for one in self.subjects for name in (*one.among, *one.otherwise))

    @cached_property
    def words(self) -> str:
        """What is searched."""
        return folded(" ".join((self.name, self.code, *self.profiles)))


class OfferedInstitution(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """An institution with its units in order; parts of one class stand together."""

    id: UUID
    name: str
    kind: InstitutionKind
    organ: Organ
    complex_id: UUID | None
    street: str
    postal_code: str
    town: str
    district: str
    lat: float
    lon: float
    phone: str
    email: str
    website: str
    hours: str
    access: tuple[str, ...]
    about: Mapping[str, str]
    made_up: bool
    has_photo: bool
    image_alt: Mapping[str, str]
    units: tuple[OfferedUnit, ...]

    @property
    def at(self) -> Point:
        """Where it stands."""
        return Point(self.lat, self.lon)

    @cached_property
    def words(self) -> str:
        """What is searched."""
        return folded(f"{self.name} {self.street}")

    @property
    def whole(self) -> bool:
        """Whether families ask for the institution and not for a part of it."""
        return len(self.units) == 1 and not self.units[0].code


class Choices(msgspec.Struct, frozen=True):
    """What the offer has of everything it can be narrowed by, each in its order."""

    districts: tuple[str, ...]
    kinds: tuple[InstitutionKind, ...]
    unit_kinds: tuple[UnitKind, ...]
    birth_years: tuple[int, ...]
    first_languages: tuple[str, ...]
    second_languages: tuple[str, ...]
    subjects: tuple[str, ...]
    profiles: tuple[str, ...]
    access: tuple[str, ...]
    thresholds: bool
    full: bool


class Catalogue(msgspec.Struct, frozen=True, dict=True):
    """Institutions in Polish alphabetical order."""

    institutions: tuple[OfferedInstitution, ...]

    @cached_property
    def units(self) -> dict[UUID, tuple[OfferedInstitution, OfferedUnit]]:
        """Every unit with its institution."""
        return {unit.id: (one, unit) for one in self.institutions for unit in one.units}

    @cached_property
    def by_id(self) -> dict[UUID, OfferedInstitution]:
        """Institutions by id."""
        return {one.id: one for one in self.institutions}

    @cached_property
    def choices(self) -> Choices:
        """What can be chosen from."""
        units = [unit for one in self.institutions for unit in one.units]
        return Choices(
            districts=_named(one.district for one in self.institutions),
            kinds=_of(InstitutionKind, {one.kind for one in self.institutions}),
            unit_kinds=_of(UnitKind, {one.kind for one in units}),
            birth_years=tuple(sorted({year for one in units for year in one.birth_years})),
            first_languages=_named(name for one in units for name in one.first_languages),
            second_languages=_named(name for one in units for name in one.second_languages),
            subjects=_named(name for one in units for name in one.counted),
            profiles=_named(name for one in units for name in one.profiles),
            access=_named(code for one in self.institutions for code in one.access),
            thresholds=any(one.thresholds for one in units),
            full=any(one.places == 0 for one in units),
        )


def _named(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({one for one in names if one}, key=folded))


def _of(kinds: Iterable[K], there: set[K]) -> tuple[K, ...]:
    return tuple(one for one in kinds if one in there)


def lowest(thresholds: Mapping[str, str]) -> tuple[tuple[str, Decimal], ...]:
    """Thresholds as they are kept, the latest year first; what is no number is left out."""
    return tuple(sorted(_numbers(thresholds), reverse=True))


def _numbers(thresholds: Mapping[str, str]) -> Iterator[tuple[str, Decimal]]:
    for year, points in thresholds.items():
        try:
            yield year, Decimal(points)
        except InvalidOperation:
            continue


def together(units: Iterable[OfferedUnit]) -> list[list[OfferedUnit]]:
    """Units in order, those of one class side by side; within it the places for everybody first."""
    groups: dict[str, list[OfferedUnit]] = {}
    for unit in units:
        groups.setdefault(unit.group or str(unit.id), []).append(unit)
    return [sorted(one, key=lambda unit: unit.pool is not Pool.GENERAL) for one in groups.values()]


class Shelf:
    """Catalogues that were read, each with the stamp it had; the oldest used is forgotten first."""

    def __init__(self, most: int = REMEMBERED) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, UUID], tuple[str, Catalogue]] = OrderedDict()

    def find(self, schema: str, campaign_id: UUID, stamp: str) -> Catalogue | None:
        """The catalogue of this municipality's recruitment, if nothing has changed since."""
        found = self._kept.get((schema, campaign_id))
        if found is None or found[0] != stamp:
            return None
        self._kept.move_to_end((schema, campaign_id))
        return found[1]

    def keep(self, schema: str, campaign_id: UUID, stamp: str, made: Catalogue) -> None:
        """Remember it in place of an older one."""
        self._kept[schema, campaign_id] = (stamp, made)
        self._kept.move_to_end((schema, campaign_id))
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._kept.clear()
