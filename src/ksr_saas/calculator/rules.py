"""What somebody's answers are worth, by the same evaluation that decides later. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from uuid import UUID

import msgspec

from ksr_saas.criteria.counted import counted
from ksr_saas.criteria.evaluation import Line, lines, most
from ksr_saas.criteria.facts import Asked, Child
from ksr_saas.criteria.rulebook import Criterion, Rulebook, Tier
from ksr_saas.criteria.way import NONE
from ksr_saas.offer.catalogue import Catalogue, OfferedInstitution, OfferedUnit
from ksr_saas.offer.kinds import Pool

HERE = UUID(int=1)  # the place that is asked for, whichever it is
SHOWN, CLOSE = 40, 10  # classes in a list; points below a threshold that are still near


class Earned(msgspec.Struct, frozen=True):
    """A line of the sum; `subject` is the one whose grade a class counts, empty for the others."""

    criterion: Criterion
    points: Decimal
    cut: Decimal
    subject: str = ""


class Sum(msgspec.Struct, frozen=True):
    """The points of one stage of comparison, and the most that anybody can have there."""

    tier: Tier
    points: Decimal
    most: Decimal


class Points(msgspec.Struct, frozen=True):
    """Line by line, and stage by stage in the order in which they are compared."""

    lines: tuple[Earned, ...]
    sums: tuple[Sum, ...]

    @property
    def by_basis(self) -> list[tuple[str, list[Earned]]]:
        """The lines in order, those of one article or resolution together."""
        return [
            (basis, list(found))
            for basis, found in groupby(self.lines, key=lambda one: one.criterion.basis)
        ]

    @property
    def counted(self) -> Decimal:
        """What last year's thresholds are compared with."""
        return sum((one.points for one in self.sums if one.tier is Tier.POINTS), NONE)


class Chance(msgspec.Struct, frozen=True):
    """A class of this year beside what it took to get in last year."""

    institution: OfferedInstitution
    unit: OfferedUnit
    points: Decimal
    threshold: Decimal

    @property
    def over(self) -> Decimal:
        """Points above the threshold; negative below it."""
        return self.points - self.threshold


class LastYear(msgspec.Struct, frozen=True):
    """`reached` from the highest threshold, `close` from the nearest; both cut, counts are not."""

    reached: tuple[Chance, ...]
    reached_count: int
    close: tuple[Chance, ...]
    close_count: int


def points(rulebook: Rulebook, child: Child, asked: Asked, unit: OfferedUnit | None) -> Points:
    """What a child has at one place."""
    asked = at_unit(asked, child, unit)
    (found,) = lines(rulebook, child, [asked])
    by_code = {one.code: one for one in rulebook.criteria}
    return Points(
        tuple(_earned(by_code[one.code], one, asked) for one in found),
        tuple(
            Sum(tier, _sum(found, tier), most(rulebook, tier))
            for tier in rulebook.tiers
            if any(one.tier is tier for one in rulebook.criteria)
        ),
    )


def at_unit(asked: Asked, child: Child, unit: OfferedUnit | None) -> Asked:
    """The wish with the subjects that the unit counts for this child."""
    if unit is None or child.certificate is None:
        return asked
    return msgspec.structs.replace(asked, subjects=counted(unit.subjects, child.certificate.grades))


def _earned(criterion: Criterion, line: Line, asked: Asked) -> Earned:
    number = getattr(criterion.kind, "number", 0)
    named = asked.subjects[number - 1 : number] if number else ()
    return Earned(criterion, line.points, line.cut, "".join(named))


def _sum(found: Sequence[Line], tier: Tier) -> Decimal:
    return sum((one.points for one in found if one.tier is tier), NONE)


def last_year(rulebook: Rulebook, child: Child, catalogue: Catalogue) -> LastYear:
    """Where these points would have been enough last year, and where nearly."""
    units = [
        (institution, unit, unit.threshold)
        for institution, unit in catalogue.units.values()
        if unit.threshold is not None and unit.pool is Pool.GENERAL
    ]
    found = lines(rulebook, child, [at_unit(Asked(HERE), child, unit) for _, unit, _ in units])
    chances = [
        Chance(institution, unit, _sum(earned, Tier.POINTS), threshold)
        for (institution, unit, threshold), earned in zip(units, found, strict=True)
        if threshold is not None
    ]
    reached = sorted((one for one in chances if one.over >= 0), key=lambda one: -one.threshold)
    close = sorted((one for one in chances if -CLOSE <= one.over < 0), key=lambda one: -one.over)
    return LastYear(tuple(reached[:SHOWN]), len(reached), tuple(close[:SHOWN]), len(close))
