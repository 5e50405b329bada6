"""Narrowing and ordering an offer by what a visitor chose. Pure."""

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import msgspec

from ksr_saas.offer.catalogue import Catalogue, OfferedInstitution, OfferedUnit
from ksr_saas.offer.kinds import InstitutionKind, UnitKind
from ksr_saas.offer.places import Point, folded, metres

MOST_WORDS = 6


class Order(StrEnum):
    """By name, nearest first, lowest threshold first."""

    NAME = "nazwa"
    DISTANCE = "odleglosc"
    THRESHOLD = "prog"


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked for; empty is anything.

    `at_most` is the highest threshold wanted, `access` all that the building must have, `free` only
    what has places. `near` is where distances are told from.
    """

    words: str = ""
    district: str = ""
    kind: InstitutionKind | None = None
    unit_kind: UnitKind | None = None
    birth_year: int | None = None
    first_language: str = ""
    second_language: str = ""
    subject: str = ""
    profile: str = ""
    at_most: Decimal | None = None
    access: tuple[str, ...] = ()
    free: bool = False
    order: Order = Order.NAME
    near: Point | None = None


class Found(NamedTuple):
    """An institution with those of its units that are wanted; `metres` in a straight line."""

    institution: OfferedInstitution
    units: tuple[OfferedUnit, ...]
    metres: int | None

    @property
    def places(self) -> int:
        """Free places in these units."""
        return sum(one.places for one in self.units)

    @property
    def threshold(self) -> Decimal | None:
        """The lowest of the latest thresholds."""
        known = [one.threshold for one in self.units if one.threshold is not None]
        return min(known, default=None)


def search(catalogue: Catalogue, wanted: Wanted) -> list[Found]:
    """What fits, in the order wanted; what has no threshold comes last, equals go by name."""
    found = list(_found(catalogue, wanted))
    if wanted.order is Order.DISTANCE and wanted.near is not None:
        found.sort(key=lambda one: one.metres or 0)
    elif wanted.order is Order.THRESHOLD:
        found.sort(key=lambda one: (one.threshold is None, one.threshold or 0))
    return found


def _found(catalogue: Catalogue, wanted: Wanted) -> Iterator[Found]:
    words = folded(wanted.words).split()[:MOST_WORDS]
    for institution in catalogue.institutions:
        if not _fits(institution, wanted):
            continue
        left = [word for word in words if word not in institution.words]
        units = tuple(
            unit
            for unit in institution.units
            if all(word in unit.words for word in left) and _unit_fits(unit, wanted)
        )
        if units:
            away = metres(wanted.near, institution.at) if wanted.near else None
            yield Found(institution, units, away)


def _fits(one: OfferedInstitution, wanted: Wanted) -> bool:
    return (
        (not wanted.district or one.district == wanted.district)
        and (wanted.kind is None or one.kind is wanted.kind)
        and all(code in one.access for code in wanted.access)
    )


def _unit_fits(one: OfferedUnit, wanted: Wanted) -> bool:
    return (
        (wanted.unit_kind is None or one.kind is wanted.unit_kind)
        # A unit without years of its own takes those of the whole recruitment.
        and (not wanted.birth_year or not one.birth_years or wanted.birth_year in one.birth_years)
        and (not wanted.first_language or wanted.first_language in one.first_languages)
        and (not wanted.second_language or wanted.second_language in one.second_languages)
        and (not wanted.subject or wanted.subject in one.counted)
        and (not wanted.profile or wanted.profile in one.profiles)
        and (not wanted.free or one.places > 0)
        and (
            wanted.at_most is None
            or (one.threshold is not None and one.threshold <= wanted.at_most)
        )
    )
