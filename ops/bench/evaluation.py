"""Points of a large city: every child at every place of its list, on one core."""

import random
import statistics
import time
from decimal import Decimal
from uuid import UUID

import msgspec

from ksr_saas.criteria.evaluation import standings
from ksr_saas.criteria.facts import Answer, Asked, Child
from ksr_saas.criteria.kinds import (
    Declared,
    Distance,
    IncomeShare,
    Kind,
    PreferenceRank,
    SiblingAttends,
)
from ksr_saas.criteria.rulebook import Criterion, Exclusion, Maximum, Rulebook, Tier
from ops.bench.figures import Figure
from tenants import read
from tenants.commands import FOLDER

CHILDREN, WISHES, CRITERIA, INSTITUTIONS = 40_000, 8, 12, 320
ROUNDS = 3
LIMIT = 10  # seconds
LOCAL: tuple[tuple[str, str, Kind], ...] = (
    ("work", "40", Declared()),
    ("sibling", "25", SiblingAttends(whole_complex=True)),
    ("near", "10", Distance(metres=3000)),
    ("rank", "8", PreferenceRank(by_rank=tuple(map(Decimal, "87654321")))),
    ("income", "20", IncomeShare(limit=Decimal(1500))),
)


def rulebook() -> Rulebook:
    """Wrocław's seven statutory criteria, and one local criterion of every costly kind.

    Three of the five depend on the place, and one exclusion and one maximum have to be kept.
    """
    real = read.read_rulebook(FOLDER / "wroclaw" / "rulebook.toml")
    seven = tuple(one for one in real.criteria if one.tier is Tier.STATUTORY)
    pattern = next(one for one in real.criteria if one.tier is Tier.LOCAL)
    local = tuple(
        msgspec.structs.replace(pattern, code=code, points=Decimal(points), kind=kind)
        for code, points, kind in LOCAL
    )
    return msgspec.structs.replace(
        real,
        criteria=seven + local,
        exclusions=(Exclusion(("near", "rank"), ""),),
        maxima=(Maximum(("work", "income"), Decimal(50), ""),),
    )


def children(criteria: tuple[Criterion, ...]) -> list[tuple[Child, list[Asked]]]:
    """Made-up children with eight wishes each; every second criterion is claimed."""
    chance = random.Random(2027)
    places = [UUID(int=n) for n in range(INSTITUTIONS)]
    found = []
    for _ in range(CHILDREN):
        wishes = [
            Asked(place, rank, metres=chance.randrange(6000))
            for rank, place in enumerate(chance.sample(places, WISHES), start=1)
        ]
        answers = [
            Answer(
                one.code,
                wishes[0].institution if isinstance(one.kind, SiblingAttends) else None,
                Decimal(chance.randrange(800, 4000)),
            )
            for one in criteria
            if chance.random() < 0.5
        ]
        found.append((Child(answers=tuple(answers)), wishes))
    return found


def measure() -> list[Figure]:
    """Seconds for the points of all."""
    rules = rulebook()
    assert len(rules.criteria) == CRITERIA
    asked = children(rules.criteria)
    taken = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        for child, wishes in asked:
            standings(rules, child, wishes)
        taken.append(time.process_time() - begun)
    note = f"{CHILDREN} children × {WISHES} preferences × {CRITERIA} criteria, processor time"
    return [Figure("points of a large city", statistics.median(taken), "s", LIMIT, note=note)]
