"""What stands in the way of publication, and when a family's will counts. Pure."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.criteria.procedure import ConfirmMode
from ksr_saas.kernel.clock import WARSAW
from ksr_saas.kernel.errors import N_

NO_DAY = N_("Wpisz dzień, w którym rodzic złożył oświadczenie.")
TO_COME = N_("Ten dzień jeszcze nie nadszedł.")
TOO_EARLY = N_("Wtedy nie było jeszcze wyników.")
TOO_LATE = N_("Termin potwierdzania skończył się wcześniej. Miejsca nie można już potwierdzić.")


class Blocker(StrEnum):
    """Reasons why a run cannot be published."""

    PUBLISHED = "published"
    SUBMISSION_OPEN = "submission-open"
    WAITING = "waiting"
    NOT_FINISHED = "not-finished"
    TIES = "ties"
    OWN_WITHOUT = "own-without"
    CHANGED = "changed"


def blockers(
    *,
    published: bool,
    submission_ended: bool,
    waiting: int,
    finished: bool,
    ties: bool,
    own_without: bool,
    changed: bool,
) -> tuple[Blocker, ...]:
    """List everything that stands in the way, in the order in which to deal with it."""
    checks = (
        (published, Blocker.PUBLISHED),
        (not submission_ended, Blocker.SUBMISSION_OPEN),
        (waiting > 0, Blocker.WAITING),
        (not finished, Blocker.NOT_FINISHED),
        (ties, Blocker.TIES),
        (finished and own_without, Blocker.OWN_WITHOUT),
        (finished and changed, Blocker.CHANGED),
    )
    return tuple(blocker for holds, blocker in checks if holds)


def last_word(mode: ConfirmMode) -> StageCode:
    """The stage after whose end what families want is final."""
    return StageCode.CONFIRMATION if mode is ConfirmMode.OPT_IN else StageCode.RESIGNATION


def may_close(
    stages: Sequence[Stage], mode: ConfirmMode, published_at: datetime | None, now: datetime
) -> bool:
    """Whether the list of admitted children may be closed (art. 158 (3), (8)).

    Where silence loses the place, a timetable without a stage for confirming never lets it: nobody
    could have spoken.
    """
    code = last_word(mode)
    if mode is ConfirmMode.OPT_IN and timetable.stage(stages, code) is None:
        return False
    return published_at is not None and timetable.has_ended(stages, code, now)


def paper_problem(
    day: date | None, *, wanted: bool, published: date, stages: Sequence[Stage], today: date
) -> str:
    """What is wrong with the day of a paper that confirms a place or gives it back.

    A Polish source text, empty when nothing is. A paper of the last day may be put down later.
    """
    if day is None:
        return NO_DAY
    if day > today:
        return TO_COME
    if day < published:
        return TOO_EARLY
    stage = timetable.stage(stages, StageCode.CONFIRMATION)
    if wanted and (stage is None or day > stage.ends_at.astimezone(WARSAW).date()):
        return TOO_LATE
    return ""
