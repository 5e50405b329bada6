"""What stands in the way of an offer, and what it should be told about its numbers. Pure.

The limits are those of the regulation on the organisation of public schools and preschools
(28.2.2019, Dz.U. poz. 502). They are told and not enforced: exceptions exist, and the city decides.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Protocol

import msgspec

from ksr_saas.campaigns.levels import Level
from ksr_saas.offer.kinds import Pool, UnitKind

LARGEST_UNIT = 2000
GROUP = 25
INTEGRATION = 20
WITH_CERTIFICATE = 5
SHORTEST_REASON = 10
MOST_SCORED = 4


class UnitLike(Protocol):
    """The part of a unit that the rules look at."""

    @property
    def code(self) -> str: ...
    @property
    def kind(self) -> UnitKind: ...
    @property
    def group(self) -> str: ...
    @property
    def pool(self) -> Pool: ...
    @property
    def capacity(self) -> int: ...
    @property
    def continuing(self) -> int: ...
    @property
    def birth_years(self) -> Sequence[int]: ...
    @property
    def subjects(self) -> Sequence[object]: ...


class Caution(StrEnum):
    """What an offer is told and may keep."""

    EMPTY = "empty"
    FULL = "full"
    GROUP = "group"
    INTEGRATION = "integration"
    CERTIFICATE = "certificate"


class Told(msgspec.Struct, frozen=True):
    """A caution about a unit or a group of them; `number` is what was counted."""

    caution: Caution
    where: str
    number: int


class Block(StrEnum):
    """Why an offer cannot be closed or accepted."""

    NO_UNITS = "no-units"
    NO_PLACES = "no-places"
    WHOLE_AND_PARTS = "whole-and-parts"
    NO_SUBJECTS = "no-subjects"
    OTHER_YEARS = "other-years"


def blocks(
    level: Level, units: Sequence[UnitLike], birth_years: Collection[int]
) -> tuple[Block, ...]:
    """Everything that stands in the way; `birth_years` are those of the rulebook, or empty."""
    years = {year for one in units for year in one.birth_years}
    checks = (
        (not units, Block.NO_UNITS),
        (bool(units) and not any(one.capacity for one in units), Block.NO_PLACES),
        (len(units) > 1 and any(not one.code for one in units), Block.WHOLE_AND_PARTS),
        (
            level is Level.SECONDARY and any(not one.subjects for one in units),
            Block.NO_SUBJECTS,
        ),
        (bool(birth_years) and not years <= set(birth_years), Block.OTHER_YEARS),
    )
    return tuple(block for holds, block in checks if holds)


def cautions(level: Level, units: Sequence[UnitLike]) -> list[Told]:
    """What to tell about these units, by their codes; parts of one class count together."""
    found = [Told(Caution.EMPTY, one.code, 0) for one in units if one.capacity == 0]
    found += [
        Told(Caution.FULL, one.code, one.continuing)
        for one in units
        if one.capacity and one.capacity == one.continuing
    ]
    together: dict[str, list[UnitLike]] = defaultdict(list)
    for one in units:
        if one.code:  # a whole preschool has several groups, and nobody says how many
            together[one.group or one.code].append(one)
    for where, parts in together.items():
        seats = sum(one.capacity for one in parts)
        certified = sum(one.capacity for one in parts if one.pool is Pool.CERTIFICATE)
        if any(one.kind is UnitKind.INTEGRATION for one in parts):
            if seats > INTEGRATION:
                found.append(Told(Caution.INTEGRATION, where, seats))
            if certified > WITH_CERTIFICATE:
                found.append(Told(Caution.CERTIFICATE, where, certified))
        elif level is not Level.SECONDARY and seats > GROUP:
            found.append(Told(Caution.GROUP, where, seats))
    return found


def lowest_capacity(continuing: int, qualified: int) -> int:
    """Seats that are taken already: nobody loses a place because a number was typed."""
    return continuing + qualified


def next_code(code: str, taken: Collection[str]) -> str:
    """A code for a copy of the unit `code`: the next free letter or number after it."""
    for number in range(2, len(taken) + 3):
        if (made := f"{code}-{number}") not in taken:
            return made
    raise AssertionError("there is always a free one")
