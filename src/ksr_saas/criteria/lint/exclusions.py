"""Criteria that exclude or contain each other, and sums with a limit."""

from collections import Counter
from collections.abc import Iterator
from itertools import combinations

from ksr_saas.criteria.kinds import Age, Distance, District
from ksr_saas.criteria.lint.finding import Case, Finding, error, warning
from ksr_saas.criteria.rulebook import Criterion, Tier

PLAIN = "plain sense"
EQUAL = "art. 131 (3): the seven criteria have equal value, and each that is met counts"
DISTINCT = "art. 131 (4): each criterion has its own value, which families must be able to add up"


def groups(case: Case) -> Iterator[Finding]:
    """Exclusions and maxima name criteria that exist, of one stage, each of them once."""
    rulebook = case.rulebook
    for field, members in (
        ("exclusions", [one.codes for one in rulebook.exclusions]),
        ("maxima", [one.codes for one in rulebook.maxima]),
    ):
        counted = Counter(code for codes in members for code in codes)
        for code, count in counted.items():
            if count > 1:
                yield error(field, f"{field}[{code}]", f"{code} stands in it twice", PLAIN)
        for number, codes in enumerate(members):
            yield from _group(case, field, number, codes)
    for number, maximum in enumerate(rulebook.maxima):
        if maximum.points <= 0:
            yield error("maxima", f"maxima[{number}].points", "must be positive", PLAIN)


def _group(case: Case, field: str, number: int, codes: tuple[str, ...]) -> Iterator[Finding]:
    path = f"{field}[{number}].codes"
    met = [one for code in codes if (one := case.rulebook.criterion(code)) is not None]
    known = {one.code for one in met}
    for code in codes:
        if code not in known:
            yield error(field, path, f"there is no criterion {code}", PLAIN)
    if len(codes) < 2:
        yield error(field, path, "needs at least two criteria", PLAIN)
    if len({one.tier for one in met}) > 1:
        yield error(field, path, "joins criteria of different stages", PLAIN)
    if any(one.tier is Tier.STATUTORY for one in met):
        yield error(f"{field}-statutory", path, "takes points from statutory criteria", EQUAL)
    limited = {code for maximum in case.rulebook.maxima for code in maximum.codes}
    if field == "exclusions" and 0 < len(known & limited) < len(known):
        yield error(field, path, "lies half in a maximum and half outside", PLAIN)


def pairs(case: Case) -> Iterator[Finding]:
    """Criteria that can never be met together, or never apart, are joined by an exclusion."""
    joined = [set(one.codes) for one in case.rulebook.exclusions]
    for one, other in combinations(case.rulebook.criteria, 2):
        if one.tier is not other.tier or any({one.code, other.code} <= group for group in joined):
            continue
        path = f"criteria[{other.code}]"
        if _apart(one, other):
            yield warning(
                "exclude-each-other",
                path,
                f"cannot be met together with {one.code}: name both in an exclusion",
                DISTINCT,
            )
        elif _contains(one, other):
            yield warning(
                "counts-twice",
                path,
                f"who meets it or {one.code} meets both: name both in an exclusion",
                DISTINCT,
            )


def _apart(one: Criterion, other: Criterion) -> bool:
    match one.kind, other.kind:
        case District(whose=mine), District(whose=theirs):
            return mine is not theirs
        case Age(born=mine), Age(born=theirs):
            return not set(mine) & set(theirs)
    return False


def _contains(one: Criterion, other: Criterion) -> bool:
    match one.kind, other.kind:
        case District(whose=mine), District(whose=theirs):
            return mine is theirs
        case Distance(), Distance():
            return True
        case Age(born=mine), Age(born=theirs):
            return set(mine) <= set(theirs) or set(theirs) <= set(mine)
    return False
