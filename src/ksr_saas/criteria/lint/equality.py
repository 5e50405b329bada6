"""What the act says of the worth of criteria: art. 131 and 133."""

import re
from collections.abc import Iterator

from ksr_saas.campaigns.levels import Level
from ksr_saas.criteria.evaluation import most
from ksr_saas.criteria.kinds import Age, Catchment
from ksr_saas.criteria.lint.finding import Case, Finding, error, figure, note, warning
from ksr_saas.criteria.rulebook import Criterion, Ranking, Tier

STATUTORY_COUNT = 7
LOCAL_LIMIT = 6
EQUAL = "art. 131 (3): the seven criteria of (2) have equal value"
SEVEN = "art. 131 (2): seven criteria, none more and none fewer"
LOCAL = "art. 131 (4): at most six criteria of the municipality, compared in the second stage"
STRUCK = (
    "art. 131: every child from 3 to 6 has the same right; WSA Gliwice annulled a criterion that"
    " preferred children of compulsory preparation (Katowice)"
)
# What a resolution calls children of one age: "pięciolatek", "5 lat", "roczne przygotowanie".
AGE = re.compile(
    r"\w*(trzy|cztero|pi\wcio|sze\wcio)lat\w+|\b[3-6][- ]?(letni|latk|latek|lat\b)"
    r"|roczn\w+ (obowi\wzkow\w+ )?przygotowani",
    re.IGNORECASE,
)


def _has_the_seven(case: Case) -> bool:
    return case.rulebook.level in (Level.PRESCHOOL, Level.SECONDARY)


def statutory(case: Case) -> Iterator[Finding]:
    """All seven, and equal."""
    if not _has_the_seven(case):
        return
    found = [one for one in case.rulebook.criteria if one.tier is Tier.STATUTORY]
    if len(found) != STATUTORY_COUNT:
        yield error("statutory-count", "criteria", f"{len(found)} statutory criteria", SEVEN)
    usual = max((one.points for one in found), key=[one.points for one in found].count, default=0)
    for one in found:
        if one.points != usual:
            yield error(
                "statutory-unequal",
                f"criteria[{one.code}].points",
                f"{figure(one.points)} points where the others have {usual}",
                EQUAL,
            )


def local_count(case: Case) -> Iterator[Finding]:
    """No more than six local criteria of a preschool."""
    found = [one for one in case.rulebook.criteria if one.tier is Tier.LOCAL]
    if case.rulebook.level is Level.PRESCHOOL and len(found) > LOCAL_LIMIT:
        yield error(
            "local-count",
            f"criteria[{found[LOCAL_LIMIT].code}]",
            f"is local criterion no. {LOCAL_LIMIT + 1}: more than {LOCAL_LIMIT} local criteria",
            LOCAL,
        )


def local_weight(case: Case) -> Iterator[Finding]:
    """One statutory criterion outweighs everything local, also where points are simply added."""
    rulebook = case.rulebook
    if rulebook.level is not Level.PRESCHOOL:
        return
    values = [one.points for one in rulebook.criteria if one.tier is Tier.STATUTORY]
    local = most(rulebook, Tier.LOCAL)
    if not values or local < min(values):
        return
    why = (
        f"local criteria make up to {figure(local)} points, one statutory criterion"
        f" {figure(min(values))}"
    )
    if rulebook.ranking is Ranking.PLAIN_SUM:
        yield error("local-outweighs", "ranking", f"{why}: a plain sum turns the order", LOCAL)
    else:
        yield note("local-outweighs", "criteria", f"{why}: never show them as one sum", LOCAL)


def ages(case: Case) -> Iterator[Finding]:
    """A preschool's local criteria prefer no age."""
    if case.rulebook.level is not Level.PRESCHOOL:
        return
    for one in case.rulebook.criteria:
        if one.tier is Tier.LOCAL and _speaks_of_age(one):
            yield warning("age", f"criteria[{one.code}]", "prefers children of one age", STRUCK)


def _speaks_of_age(one: Criterion) -> bool:
    said = f"{one.name.get('pl', '')} {one.question.get('pl', '')}"
    return isinstance(one.kind, Age) or AGE.search(said) is not None


def catchment(case: Case) -> Iterator[Finding]:
    """A primary school takes the children of its catchment before anybody has points."""
    if case.rulebook.level is not Level.PRIMARY:
        return
    law = "art. 133 (1): children of the catchment are admitted on their notification"
    kinds = [(one, isinstance(one.kind, Catchment)) for one in case.rulebook.criteria]
    if not any(is_catchment and one.tier is Tier.FIRST for one, is_catchment in kinds):
        yield error("catchment", "criteria", "nothing admits the children of the catchment", law)
    for one, is_catchment in kinds:
        if is_catchment and one.tier is not Tier.FIRST:
            yield error(
                "catchment",
                f"criteria[{one.code}].tier",
                "gives points for the catchment, whose children compete with nobody",
                law,
            )
