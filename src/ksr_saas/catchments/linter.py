"""What is wrong with a set of catchments. Pure."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import combinations
from uuid import UUID

import msgspec

from ksr_saas.catchments.houses import ENDLESS, LAST, House, Parity
from ksr_saas.catchments.rules import Segment


class Fault(StrEnum):
    """OVERLAP: a house has two schools. VALIDITY: it gets a second one before the first has ended.

    TWICE: one school has it twice. UNKNOWN_SCHOOL: no school that has a catchment. BACKWARDS: a
    range or a validity ends before it begins. GAP: numbers between two ranges are nobody's.
    ONE_SIDE: a street has odd numbers only, or even ones.
    """

    OVERLAP = "overlap"
    VALIDITY = "validity"
    TWICE = "twice"
    UNKNOWN_SCHOOL = "unknown-school"
    BACKWARDS = "backwards"
    GAP = "gap"
    ONE_SIDE = "one-side"


WARNINGS = frozenset({Fault.TWICE, Fault.GAP, Fault.ONE_SIDE})


class Finding(msgspec.Struct, frozen=True):
    """A fault of one segment or of two.

    `first` is the first house concerned and `last` the last; None where no house can be named.
    """

    fault: Fault
    segments: tuple[Segment, ...]
    first: House | None = None
    last: House | None = None

    @property
    def is_error(self) -> bool:
        """Whether children would get a wrong school or two; a warning may be meant so."""
        return self.fault not in WARNINGS


def lint(segments: Iterable[Segment], *, schools: Collection[UUID], year: int) -> list[Finding]:
    """Everything wrong from the school year `year` on, errors first.

    `schools` are the ones that can have a catchment.
    """
    ahead = [one for one in segments if one.valid_to is None or one.valid_to >= year]
    found = [one for segment in ahead for one in _alone(segment, schools)]
    for street in _by_street(ahead):
        found += _pairs(street)
        found += _holes([one for one in street if one.valid_in(year)])
    return sorted(found, key=lambda one: not one.is_error)


def _by_street(segments: Iterable[Segment]) -> list[list[Segment]]:
    streets: dict[tuple[str, str, str], list[Segment]] = {}
    for one in segments:
        streets.setdefault(one.place, []).append(one)
    return list(streets.values())


def _alone(segment: Segment, schools: Collection[UUID]) -> Iterator[Finding]:
    if segment.institution not in schools:
        yield Finding(Fault.UNKNOWN_SCHOOL, (segment,))
    backwards = segment.valid_to is not None and segment.valid_to < segment.valid_from
    if backwards or segment.span.is_backwards:
        yield Finding(Fault.BACKWARDS, (segment,))


def at_once(one: Segment, other: Segment) -> bool:
    """Whether some school year is of both."""
    first = max(one.valid_from, other.valid_from)
    return one.valid_in(first) and other.valid_in(first)


def _pairs(street: Sequence[Segment]) -> Iterator[Finding]:
    for one, other in combinations(street, 2):
        if not at_once(one, other) or (house := one.span.shared(other.span)) is None:
            continue
        last = min(one.span.high, other.span.high)
        named = None if last.number >= ENDLESS else House(last.number, last.letter.strip(LAST))
        if one.institution == other.institution:
            fault = Fault.TWICE
        elif one.valid_from != other.valid_from:
            fault = Fault.VALIDITY
        else:
            fault = Fault.OVERLAP
        yield Finding(fault, (one, other), house, named)


def _holes(street: Sequence[Segment]) -> Iterator[Finding]:
    gaps: dict[tuple[Segment, Segment], set[int]] = {}
    for side in (Parity.ODD, Parity.EVEN):
        here = [one for one in street if one.span.parity in (Parity.ALL, side)]
        for neighbours, numbers in _gaps(here, side):
            gaps.setdefault(neighbours, set()).update(numbers)
    for neighbours, numbers in gaps.items():
        yield Finding(Fault.GAP, neighbours, House(min(numbers)), House(max(numbers)))
    sides = {one.span.parity for one in street}
    if len(sides) == 1 and Parity.ALL not in sides:
        yield Finding(Fault.ONE_SIDE, (street[0],))


def _gaps(
    street: Sequence[Segment], side: Parity
) -> Iterator[tuple[tuple[Segment, Segment], set[int]]]:
    """Neighbours and the whole numbers between them; below the first and above the last is none."""
    reached: Segment | None = None
    for one in sorted(street, key=lambda one: one.span.low):
        if reached is not None:
            between = range(reached.span.high.number + 1, one.span.low.number)
            if numbers := {n for n in between if House(n).parity is side}:
                yield (reached, one), numbers
        if reached is None or one.span.high > reached.span.high:
            reached = one
