"""What is open now. Pure: the clock is an argument.

A stage is open from `starts_at` (included) to `ends_at` (excluded), by the server's clock.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec


class StageCode(StrEnum):
    """The stages of recruitments, in the order of the Education Act; no level has them all.

    Rules are made public (art. 154); children who stay declare it (art. 153); the catchment's are
    notified (art. 133) where that is a phase of its own; tests and certificates are for secondary
    schools. The gmina indicates places (art. 31) and a supplementary round follows (art. 161).
    """

    RULES = "rules"
    CONTINUATION = "continuation"
    OFFER = "offer"
    CATCHMENT = "catchment"
    SUBMISSION = "submission"
    TESTS = "tests"
    CERTIFICATES = "certificates"
    VERIFICATION = "verification"
    RESULTS = "results"
    CONFIRMATION = "confirmation"
    RESIGNATION = "resignation"
    ADMISSION = "admission"
    INDICATION = "indication"
    SUPPLEMENTARY = "supplementary"


# Cities show the offer before or after children declare that they stay.
SIDE_BY_SIDE = (StageCode.CONTINUATION, StageCode.OFFER)
# When families hand in; where the catchment has a phase of its own, in both.
TAKING = (StageCode.CATCHMENT, StageCode.SUBMISSION)
# What begins at once when a stage is ended early.
FOLLOWED_BY = {
    StageCode.OFFER: (StageCode.SUBMISSION,),
    StageCode.CATCHMENT: (StageCode.SUBMISSION,),
    StageCode.SUBMISSION: (StageCode.VERIFICATION,),
    StageCode.VERIFICATION: (StageCode.RESULTS,),
    StageCode.RESULTS: (StageCode.CONFIRMATION, StageCode.RESIGNATION),
    StageCode.CONFIRMATION: (StageCode.ADMISSION,),
    StageCode.RESIGNATION: (StageCode.ADMISSION,),
}


class Change(msgspec.Struct, frozen=True):
    """When and why a stage was moved by hand; the times are those before.

    An extension is told to everybody with its reason, another change to the office only.
    `for_begun` is an extension for those alone who had begun.
    """

    at: datetime
    starts_at: datetime
    ends_at: datetime
    reason: str
    extension: bool = False
    for_begun: bool = False


class Stage(msgspec.Struct, frozen=True):
    """A line of the timetable; `name` is the municipality's own wording by language.

    `changes` are in the order in which they were made; empty for a stage that was never moved.
    `begun_until` is how long families who had begun before the end may still finish; None where
    nobody may.
    """

    code: StageCode
    name: dict[str, str]
    starts_at: datetime
    ends_at: datetime
    changes: tuple[Change, ...] = ()
    begun_until: datetime | None = None

    @property
    def extended(self) -> str:
        """Why everybody has longer; empty where nobody has, or no longer."""
        found = [one for one in self.changes if one.extension and not one.for_begun]
        return found[-1].reason if found and self.ends_at > found[-1].ends_at else ""

    @property
    def extended_for_begun(self) -> str:
        """Why those who had begun have longer than everybody; empty where they have not."""
        if self.begun_until is None or self.begun_until <= self.ends_at:
            return ""
        return next((one.reason for one in reversed(self.changes) if one.for_begun), "")


class BadTimetable(ValueError):
    """The stages cannot be right: `code` names the stage."""

    def __init__(self, code: StageCode, reason: str) -> None:
        super().__init__(f"{code}: {reason}")
        self.code, self.reason = code, reason


def check(stages: Sequence[Stage]) -> None:
    """Raise BadTimetable unless stages are distinct, forward and in the order of StageCode."""
    order = list(StageCode)
    codes = [stage.code for stage in stages]
    for stage in stages:
        if codes.count(stage.code) > 1:
            raise BadTimetable(stage.code, "stands twice")
        if stage.ends_at <= stage.starts_at:
            raise BadTimetable(stage.code, "the end is not after the start")
    for before, after in zip(stages, stages[1:], strict=False):
        free = {before.code, after.code} <= set(SIDE_BY_SIDE)
        if order.index(after.code) < order.index(before.code) and not free:
            raise BadTimetable(after.code, f"stands after {before.code}")
        if after.starts_at < before.starts_at:
            raise BadTimetable(after.code, f"starts before {before.code}")
    for needed in (StageCode.SUBMISSION, StageCode.VERIFICATION, StageCode.RESULTS):
        if needed not in codes:
            raise BadTimetable(needed, "is missing")


def stage(stages: Sequence[Stage], code: StageCode) -> Stage | None:
    """The stage with this code, if the recruitment has one."""
    return next((one for one in stages if one.code is code), None)


def is_open(stages: Sequence[Stage], code: StageCode, now: datetime) -> bool:
    """Whether `code` is open at `now`."""
    found = stage(stages, code)
    return found is not None and found.starts_at <= now < found.ends_at


def is_open_to_begun(
    stages: Sequence[Stage], code: StageCode, begun_at: datetime, now: datetime
) -> bool:
    """Whether who began at `begun_at` may still finish at `now`, past the end for all others."""
    found = stage(stages, code)
    if found is None or found.begun_until is None:
        return False
    return begun_at < found.ends_at and found.starts_at <= now < found.begun_until


def taking(stages: Sequence[Stage], now: datetime) -> Stage | None:
    """The stage in which applications are taken at `now`; None where none are."""
    return next(
        (one for one in stages if one.code in TAKING and is_open(stages, one.code, now)), None
    )


def first_taken(stages: Sequence[Stage]) -> datetime | None:
    """The moment from which applications are taken; None in a recruitment that takes none."""
    return min((one.starts_at for one in stages if one.code in TAKING), default=None)


def has_ended(stages: Sequence[Stage], code: StageCode, now: datetime) -> bool:
    """Whether `code` lies behind us; a stage the recruitment lacks has ended."""
    found = stage(stages, code)
    return found is None or now >= found.ends_at


def current(stages: Sequence[Stage], now: datetime) -> Stage | None:
    """The latest stage that is open; None between stages."""
    return next((one for one in reversed(stages) if one.starts_at <= now < one.ends_at), None)


def coming(stages: Sequence[Stage], now: datetime) -> Stage | None:
    """The next stage to start; None when nothing more comes."""
    return next((one for one in stages if one.starts_at > now), None)


def ended_early(stages: Sequence[Stage], code: StageCode, now: datetime) -> tuple[Stage, ...]:
    """The timetable with `code` ending at `now` and the following stages starting no later."""
    next_ones = FOLLOWED_BY.get(code, ())
    changed = []
    following = False
    for one in stages:
        if one.code is code:
            changed.append(msgspec.structs.replace(one, ends_at=now))
            following = True
        elif following and one.starts_at > now and one.code in next_ones:
            changed.append(msgspec.structs.replace(one, starts_at=now))
        else:
            changed.append(one)
    return tuple(changed)


def noted(
    before: Sequence[Stage],
    after: Sequence[Stage],
    code: StageCode,
    reason: str,
    *,
    at: datetime,
    extension: bool = False,
    for_begun: bool = False,
) -> tuple[Stage, ...]:
    """The timetable `after` a change of `code`, which tells why and what the times were."""
    old = stage(before, code)
    if old is None:
        return tuple(after)
    told = Change(at, old.starts_at, old.ends_at, reason, extension, for_begun)
    return tuple(
        msgspec.structs.replace(one, changes=(*one.changes, told)) if one.code is code else one
        for one in after
    )
