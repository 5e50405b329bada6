"""Dates that break an order or a term of the act."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.timetable import BadTimetable, StageCode
from ksr_saas.criteria.lint.finding import Case, Finding, day, error
from ksr_saas.criteria.procedure import ConfirmMode
from ksr_saas.kernel.clock import WARSAW

PLAIN = "plain sense"
STAGES = (
    "art. 157-158: applications, check, list of the qualified, confirmation, list of the admitted"
)
# What is over before the other may begin.
APART = (
    (StageCode.CONTINUATION, StageCode.SUBMISSION),
    (StageCode.SUBMISSION, StageCode.RESULTS),
    (StageCode.VERIFICATION, StageCode.RESULTS),
    (StageCode.SUBMISSION, StageCode.CONFIRMATION),
    (StageCode.SUBMISSION, StageCode.RESIGNATION),
    (StageCode.CONFIRMATION, StageCode.ADMISSION),
    (StageCode.RESIGNATION, StageCode.ADMISSION),
)
WEEK = 7


def order(case: Case) -> Iterator[Finding]:
    """What `timetable.check` refuses."""
    if case.stages:
        try:
            timetable.check(case.stages)
        except BadTimetable as problem:
            yield error("stage-order", f"stages[{problem.code}]", problem.reason, STAGES)


def overlaps(case: Case) -> Iterator[Finding]:
    """Stages that exclude each other do not overlap."""
    for first, second in APART:
        before = timetable.stage(case.stages, first)
        after = timetable.stage(case.stages, second)
        if before and after and after.starts_at < before.ends_at:
            yield error(
                "stage-overlap",
                f"stages[{second}].starts_at",
                f"starts before {first} is over",
                STAGES,
            )


def terms(case: Case) -> Iterator[Finding]:
    """The act's own dates: 31 January, seven days of continuation, 31 August."""
    if case.year is None:
        return
    published, end = date(case.year, 1, 31), date(case.year, 8, 31)
    for one in case.stages:
        starts, ends = _local(one.starts_at), _local(one.ends_at)
        if one.code is StageCode.RULES and starts.date() > published:
            yield error(
                "rules-late",
                "stages[rules].starts_at",
                f"is after {day(published)}",
                "art. 154: timetable and criteria are made public by 31 January",
            )
        if starts.date() < date(case.year - 1, 9, 1):
            yield error(
                "school-year",
                f"stages[{one.code}].starts_at",
                f"lies before the school year that precedes {case.year}/{case.year + 1}",
                "art. 130: recruitment is yearly, for the coming school year",
            )
        if ends.date() > end:
            yield error(
                "after-august",
                f"stages[{one.code}].ends_at",
                f"is after {day(end)}",
                "art. 161: recruitment and its supplementary round end by 31 August",
            )


def continuation(case: Case) -> Iterator[Finding]:
    """Declarations of continuation have the seven days before the recruitment."""
    declared = timetable.stage(case.stages, StageCode.CONTINUATION)
    submission = timetable.stage(case.stages, StageCode.SUBMISSION)
    law = "art. 153 (2): a declaration within the 7 days before the recruitment starts"
    if declared is None or submission is None:
        return
    starts, ends = _local(declared.starts_at).date(), _local(declared.ends_at)
    # A stage that ends at midnight does not have the day that begins then.
    last = (ends - timedelta(microseconds=1)).date()
    if (last - starts).days + 1 < WEEK:
        yield error(
            "continuation", "stages[continuation].ends_at", f"lasts less than {WEEK} days", law
        )
    if (_local(submission.starts_at).date() - last).days > WEEK:
        yield error(
            "continuation",
            "stages[continuation].ends_at",
            f"is over more than {WEEK} days before applications",
            law,
        )


def confirmation(case: Case) -> Iterator[Finding]:
    """Where silence loses a place families can confirm; where it keeps one, resign."""
    if not case.stages:
        return
    opt_in = case.rulebook.confirm_mode is ConfirmMode.OPT_IN
    wanted = StageCode.CONFIRMATION if opt_in else StageCode.RESIGNATION
    if timetable.stage(case.stages, wanted) is None:
        yield error(
            "confirmation",
            "stages",
            f"confirm_mode is {case.rulebook.confirm_mode}, and there is no stage {wanted}",
            "art. 158: the list of the admitted follows the families' confirmation",
        )


def phases(case: Case) -> Iterator[Finding]:
    """A phase for the catchment ends before the open one begins."""
    law = "art. 133 (1)-(2): others are admitted where places remain after the catchment"
    if not case.rulebook.catchment_phase:
        return
    if case.rulebook.level is not Level.PRIMARY:
        yield error("catchment-phase", "catchment_phase", "is for primary schools only", law)
    if not case.stages:
        return
    first = timetable.stage(case.stages, StageCode.CATCHMENT)
    then = timetable.stage(case.stages, StageCode.SUBMISSION)
    if first is None:
        yield error("catchment-phase", "stages", "there is no stage catchment", law)
    elif then is not None and then.starts_at < first.ends_at:
        yield error(
            "catchment-phase",
            "stages[submission].starts_at",
            "starts before catchment is over",
            law,
        )


def clocks(case: Case) -> Iterator[Finding]:
    """Every moment exists: in the night of 28 March 2027 there is no half past two."""
    for one in case.stages:
        for name in ("starts_at", "ends_at"):
            told: datetime = getattr(one, name)
            local = told.astimezone(UTC).astimezone(told.tzinfo)
            if local.replace(tzinfo=None) != told.replace(tzinfo=None):
                yield error(
                    "no-such-hour",
                    f"stages[{one.code}].{name}",
                    "does not exist: the clocks go forward in that hour",
                    PLAIN,
                )


def _local(moment: datetime) -> datetime:
    return moment.astimezone(WARSAW)
