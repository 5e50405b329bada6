"""Values that cannot be right whatever the level."""

from collections import Counter
from collections.abc import Iterator

from ksr_saas.campaigns.levels import Level
from ksr_saas.criteria.certificate import Achievements
from ksr_saas.criteria.lint.finding import Case, Finding, error, note, warning
from ksr_saas.criteria.looked_up import PreferenceRank
from ksr_saas.criteria.rulebook import Scope, Tier

PLAIN = "plain sense"
PUBLIC = "art. 154: criteria, points and documents are made public with the timetable"
WITHOUT_PERMISSION = 3
CENTS = -2
LIMIT_LAW = "art. 156: at most three institutions, unless the authority in charge allows more"
YOUNGEST, OLDEST = 2, 7  # years before the school year; 2.5-year-olds and deferred children


def codes(case: Case) -> Iterator[Finding]:
    """Every criterion has a code of its own."""
    counted = Counter(one.code for one in case.rulebook.criteria)
    for code, count in counted.items():
        if count > 1:
            yield error("same-code", f"criteria[{code}].code", f"stands {count} times", PLAIN)


def points(case: Case) -> Iterator[Finding]:
    """Points are positive, with two decimals at most, and the kind's own fields make sense."""
    for one in case.rulebook.criteria:
        path = f"criteria[{one.code}]"
        if one.points <= 0:
            yield error("points", f"{path}.points", "points must be positive", PLAIN)
        exponent = one.points.normalize().as_tuple().exponent
        if not isinstance(exponent, int) or exponent < CENTS:
            yield error("points", f"{path}.points", "points have two decimals at most", PLAIN)
        for fault in one.kind.faults(one.points):
            field, _, why = fault.partition(": ")
            yield error("kind", f"{path}.kind.{field}", why, PLAIN)


def tiers(case: Case) -> Iterator[Finding]:
    """A criterion counts in a stage that its level has."""
    level = case.rulebook.level
    for one in case.rulebook.criteria:
        if one.tier not in case.rulebook.tiers:
            yield error(
                "tier",
                f"criteria[{one.code}].tier",
                f"a {level} recruitment has no stage “{one.tier}”",
                "art. 131 (preschool), art. 133 (primary), art. 134 (secondary): the stages",
            )


def scopes(case: Case) -> Iterator[Finding]:
    """What depends on the place cannot count everywhere alike."""
    for one in case.rulebook.criteria:
        if one.scope is Scope.CANDIDATE and one.kind.placed:
            yield error(
                "scope",
                f"criteria[{one.code}].scope",
                "depends on the place asked for, so it cannot count everywhere alike",
                PLAIN,
            )


def bases(case: Case) -> Iterator[Finding]:
    """Every rule names where it comes from; unconfirmed values are known as such."""
    if not any(one.strip() for one in case.rulebook.legal_basis):
        yield error("basis", "legal_basis", "names no resolution", PUBLIC)
    for one in case.rulebook.criteria:
        if not one.basis.strip():
            yield error("basis", f"criteria[{one.code}].basis", "names no legal basis", PUBLIC)
    told = set()
    for one in case.rulebook.criteria:
        # The seven have one value, so it is said of the first of them.
        key = one.tier if one.tier is Tier.STATUTORY else one.code
        if one.assumed and key not in told:
            told.add(key)
            yield _unconfirmed(f"criteria[{one.code}].points")
        if isinstance(one.kind, Achievements):
            for row in one.kind.rows:
                if row.assumed:
                    yield _unconfirmed(f"criteria[{one.code}].kind.rows[{row.code}].points")


def _unconfirmed(path: str) -> Finding:
    return note(
        "assumed", path, "no source confirms this value: compare it with the resolution", PUBLIC
    )


def preferences(case: Case) -> Iterator[Finding]:
    """The list has room, and permission for more than three."""
    rulebook = case.rulebook
    if rulebook.max_preferences < 1:
        yield error("preferences", "max_preferences", "must be at least 1", LIMIT_LAW)
    if rulebook.max_preferences > WITHOUT_PERMISSION and not rulebook.list_rule.basis:
        yield warning(
            "preferences-basis",
            "max_preferences",
            f"{rulebook.max_preferences} preferences, and list_rule.basis names no decision",
            LIMIT_LAW,
        )
    for one in rulebook.criteria:
        if isinstance(one.kind, PreferenceRank):
            path = f"criteria[{one.code}].kind.by_rank"
            yield warning(
                "rank-points",
                path,
                "points for the place on the list reward a family that does not write its true"
                " order",
                "no article forbids it; the order should be true (art. 150)",
            )
            if len(one.kind.by_rank) != rulebook.max_preferences:
                yield error(
                    "rank-length",
                    path,
                    f"{len(one.kind.by_rank)} values for {rulebook.max_preferences} preferences",
                    PLAIN,
                )


def years(case: Case) -> Iterator[Finding]:
    """Every child with a right to take part may, and nobody else."""
    rulebook, law = case.rulebook, "art. 31 (preschool from 3 to 6), art. 35-36 (school at 7 or 6)"
    if rulebook.level is Level.SECONDARY:
        return
    if not rulebook.birth_years:
        yield error("birth-years", "birth_years", "is empty", law)
        return
    if case.year is None:
        return
    preschool = rulebook.level is Level.PRESCHOOL
    owed = {case.year - age for age in (range(3, 7) if preschool else (7,))}
    allowed = {case.year - age for age in range(YOUNGEST if preschool else 6, OLDEST + 4)}
    if missing := owed - set(rulebook.birth_years):
        yield error("birth-years", "birth_years", f"leaves out {_years(missing)}", law)
    if foreign := set(rulebook.birth_years) - allowed:
        yield error("birth-years", "birth_years", f"lets in {_years(foreign)}", law)


def _years(of: set[int]) -> str:
    return ", ".join(map(str, sorted(of)))
