"""Rulebooks and children made by hypothesis."""

from decimal import Decimal
from uuid import UUID

import msgspec
from hypothesis import strategies as st

from ksr_saas.criteria.evaluation import standings
from ksr_saas.criteria.facts import Answer, Asked, Child
from ksr_saas.criteria.kinds import (
    Catchment,
    Count,
    Declared,
    DeclaredAt,
    Distance,
    District,
    IncomeShare,
    PreferenceRank,
    SiblingAttends,
)
from ksr_saas.criteria.rulebook import Exclusion, Maximum, Ranking, Rulebook, Scope, Tier
from tests.factories.recruitment import RULEBOOK, criterion

PLACES = [UUID(int=n) for n in range(1, 6)]
DISTRICTS = ("", "Fabryczna", "Krzyki")
hundredths = st.integers(1, 30000).map(lambda n: Decimal(n) / 100)


@st.composite
def kinds(draw, points):
    falling = (points, points / 2, Decimal(0))
    return draw(
        st.sampled_from(
            [
                Declared(),
                DeclaredAt(),
                SiblingAttends(whole_complex=True),
                Count(largest=3),
                IncomeShare(limit=Decimal(674)),
                Distance(metres=3000),
                Catchment(),
                District(),
                PreferenceRank(by_rank=falling),
            ]
        )
    )


@st.composite
def rulebooks(draw):
    """Up to twelve criteria; exclusions and maxima as the linter lets them pass."""
    criteria = []
    for n in range(draw(st.integers(1, 12))):
        points = draw(hundredths)
        made = criterion(
            f"k{n}",
            draw(st.sampled_from([Tier.STATUTORY, Tier.LOCAL])),
            points,
            draw(kinds(points)),
        )
        if draw(st.booleans()):
            made = msgspec.structs.replace(made, scope=Scope.FIRST_PREFERENCE)
        criteria.append(made)
    local = [one.code for one in criteria if one.tier is Tier.LOCAL]
    half = len(local) // 2
    exclusions, maxima = [], []
    if half >= 2 and draw(st.booleans()):
        exclusions.append(Exclusion(tuple(local[:half]), "uchwała"))
    if len(local) - half >= 2 and draw(st.booleans()):
        maxima.append(Maximum(tuple(local[half:]), draw(hundredths), "uchwała"))
    return msgspec.structs.replace(
        RULEBOOK,
        criteria=tuple(criteria),
        exclusions=tuple(exclusions),
        maxima=tuple(maxima),
        ranking=draw(st.sampled_from(Ranking)),
    )


@st.composite
def answers(draw, rulebook):
    """Answers to some criteria, each at most once for the family and for each place."""
    at = st.sampled_from([None, *PLACES])
    keys = draw(st.sets(st.tuples(st.sampled_from([c.code for c in rulebook.criteria]), at)))
    amounts = st.none() | st.integers(0, 500_000).map(lambda n: Decimal(n) / 100)
    return tuple(Answer(code, place, draw(amounts)) for code, place in sorted(keys, key=str))


@st.composite
def lists(draw):
    """One to five wishes, at places that may repeat (two groups of one preschool)."""
    return [
        Asked(
            place,
            rank,
            complex=draw(st.none() | st.sampled_from(PLACES)),
            district=draw(st.sampled_from(DISTRICTS)),
            metres=draw(st.none() | st.integers(0, 6000)),
        )
        for rank, place in enumerate(
            draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=5)), start=1
        )
    ]


@st.composite
def cases(draw):
    """A rulebook, a child and its list."""
    rulebook = draw(rulebooks())
    child = Child(
        answers=draw(answers(rulebook)),
        district=draw(st.sampled_from(DISTRICTS)),
        catchment=draw(st.none() | st.sampled_from(PLACES)),
    )
    return rulebook, child, draw(lists())


def local(rulebook, child, *wishes):
    """Points of the last tier, wish by wish."""
    return [points[-1] for points in standings(rulebook, child, wishes)]
