"""Everything the linter looks at. Pure: rulebook, timetable and last year's children in."""

from collections.abc import Sequence

from ksr_saas.campaigns.timetable import Stage
from ksr_saas.criteria.lint import (
    dates,
    equality,
    exclusions,
    parting,
    points_table,
    reserved,
    shape,
    words,
)
from ksr_saas.criteria.lint.finding import Case, Finding, LastYear, Rule, Severity
from ksr_saas.criteria.rulebook import Rulebook

DATES: tuple[Rule, ...] = (
    dates.order,
    dates.overlaps,
    dates.terms,
    dates.continuation,
    dates.confirmation,
    dates.phases,
    dates.clocks,
)
RULES: tuple[Rule, ...] = (
    shape.codes,
    shape.points,
    shape.tiers,
    shape.scopes,
    shape.bases,
    shape.preferences,
    shape.years,
    equality.statutory,
    equality.local_count,
    equality.local_weight,
    equality.ages,
    equality.catchment,
    exclusions.groups,
    exclusions.pairs,
    words.translations,
    words.proofs,
    parting.chain,
    parting.last_year,
    reserved.quotas,
    reserved.appeals,
    reserved.publication,
    points_table.table,
    *DATES,
)


def lint(
    rulebook: Rulebook,
    *,
    school_year: str = "",
    stages: Sequence[Stage] = (),
    last_year: LastYear | None = None,
    rules: Sequence[Rule] = RULES,
) -> tuple[Finding, ...]:
    """Errors first, then warnings and notes, in the order of the rules; empty when all is well.

    `rules` are DATES where only the timetable is to be judged. `school_year` is like "2027/2028";
    without it and without stages nothing is said of dates.
    """
    start = school_year.partition("/")[0]
    case = Case(
        rulebook=rulebook,
        year=int(start) if start.isdecimal() else None,
        stages=tuple(stages),
        last_year=last_year,
    )
    found = [finding for rule in rules for finding in rule(case)]
    severities = list(Severity)
    return tuple(sorted(found, key=lambda one: severities.index(one.severity)))
