"""Points of one child at the places it asks for. Pure; the same input makes the same lines."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from ksr_saas.criteria.facts import NOBODY, NOWHERE, Answer, Asked, Child
from ksr_saas.criteria.rulebook import Criterion, Ranking, Rulebook, Scope, Tier
from ksr_saas.criteria.way import NONE, Given

Standing = tuple[Decimal, ...]  # points by tier, the tier compared first in front


class Line(NamedTuple):
    """One line of the sum a parent is shown.

    `cut` is what an exclusion or a maximum took away from it.
    """

    code: str
    tier: Tier
    points: Decimal
    cut: Decimal = NONE


class Score(NamedTuple):
    """A part of a standing; `tier` is one of `Rulebook.compared`."""

    tier: str
    points: Decimal


def scores(rulebook: Rulebook, found: Sequence[Decimal]) -> tuple[Score, ...]:
    """A standing with the names of its parts."""
    return tuple(Score(*one) for one in zip(rulebook.compared, found, strict=True))


def lines(rulebook: Rulebook, child: Child, wishes: Sequence[Asked]) -> list[list[Line]]:
    """What is earned at each of `wishes`, in the order of the rulebook; nothing counts twice.

    `wishes` is the whole list: the first preference is the institution of its wish of rank 1. A
    criterion that was answered has a line, also when it earned nothing.
    """
    given = {(one.code, one.at): one for one in child.answers}
    first = next((one.institution for one in wishes if one.rank == 1), None)
    reaches = [one.reach for one in rulebook.criteria]
    everywhere = [
        _line(one, given, child, NOWHERE) if reach is Scope.CANDIDATE else None
        for one, reach in zip(rulebook.criteria, reaches, strict=True)
    ]
    found = []
    for asked in wishes:
        earned = []
        for one, reach, same in zip(rulebook.criteria, reaches, everywhere, strict=True):
            if reach is Scope.CANDIDATE:
                line = same
            elif reach is Scope.FIRST_PREFERENCE and asked.institution != first:
                line = None
            else:
                line = _line(one, given, child, asked)
            if line is not None:
                earned.append(line)
        if rulebook.exclusions or rulebook.maxima:
            earned = _limited(rulebook, earned)
        found.append(earned)
    return found


def _line(criterion: Criterion, given: Given, child: Child, asked: Asked) -> Line | None:
    kind = criterion.kind
    answer = kind.answer(given, criterion.code, asked)
    points = kind.earned(criterion.points, answer, child, asked)
    if answer is None and not points:
        return None
    return Line(criterion.code, criterion.tier, points)


def _limited(rulebook: Rulebook, earned: list[Line]) -> list[Line]:
    """The lines after exclusions, then maxima; of equals in an exclusion the first code counts."""
    by_code = {one.code: one for one in earned}
    for exclusion in rulebook.exclusions:
        met = [by_code[code] for code in exclusion.codes if code in by_code]
        best = min(met, key=lambda one: (-one.points, one.code), default=None)
        for one in met:
            if one is not best:
                by_code[one.code] = one._replace(points=NONE, cut=one.points)
    for maximum in rulebook.maxima:
        left = maximum.points
        for code in sorted(maximum.codes):
            if (line := by_code.get(code)) is not None:
                counted = min(line.points, left)
                left -= counted
                by_code[code] = line._replace(points=counted, cut=line.cut + line.points - counted)
    return list(by_code.values())


def standing(rulebook: Rulebook, earned: Iterable[Line]) -> Standing:
    """The sum of lines by tier; of everything where the rulebook makes one plain sum."""
    sums = dict.fromkeys(rulebook.tiers, NONE)
    for line in earned:
        sums[line.tier] += line.points
    if rulebook.ranking is Ranking.PLAIN_SUM:
        return (sum(sums.values(), NONE),)
    return tuple(sums.values())


def standings(rulebook: Rulebook, child: Child, wishes: Sequence[Asked]) -> list[Standing]:
    """Where a child stands at each of its wishes, compared lexicographically (domain.md 4.2)."""
    return [standing(rulebook, earned) for earned in lines(rulebook, child, wishes)]


def worth(criterion: Criterion, answer: Answer) -> Decimal:
    """What one answer earns by itself, before exclusions and maxima."""
    return criterion.kind.earned(criterion.points, answer, NOBODY, NOWHERE)


def most(rulebook: Rulebook, tier: Tier) -> Decimal:
    """The most a child can earn in a tier at one place."""
    earned = [
        Line(one.code, one.tier, one.kind.most(one.points))
        for one in rulebook.criteria
        if one.tier is tier
    ]
    return sum((line.points for line in _limited(rulebook, earned)), NONE)
