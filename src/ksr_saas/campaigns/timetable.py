"""What is open now. Pure: the clock is an argument.

A stage is open from `starts_at` (included) to `ends_at` (excluded), by the server's clock.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec


class StageCode(StrEnum):
    """The stages a preschool recruitment passes through, in the order of the Education Act."""

    OFFER = "offer"
    SUBMISSION = "submission"
    VERIFICATION = "verification"
    RESULTS = "results"
    RESIGNATION = "resignation"
    ADMISSION = "admission"


class Stage(msgspec.Struct, frozen=True):
    """A line of the timetable; `name` is the municipality's own wording by language."""

    code: StageCode
    name: dict[str, str]
    starts_at: datetime
    ends_at: datetime


class BadTimetable(ValueError):
    """The stages cannot be right; the text names the stage."""


def check(stages: Sequence[Stage]) -> None:
    """Raise BadTimetable unless stages are distinct, forward and in the order of StageCode."""
    order = list(StageCode)
    codes = [stage.code for stage in stages]
    if len(set(codes)) != len(codes):
        raise BadTimetable("a stage stands twice")
    for stage in stages:
        if stage.ends_at <= stage.starts_at:
            raise BadTimetable(f"{stage.code}: the end is not after the start")
    for before, after in zip(stages, stages[1:], strict=False):
        if order.index(after.code) < order.index(before.code):
            raise BadTimetable(f"{after.code} stands after {before.code}")
        if after.starts_at < before.starts_at:
            raise BadTimetable(f"{after.code} starts before {before.code}")
    for needed in (StageCode.SUBMISSION, StageCode.VERIFICATION, StageCode.RESULTS):
        if needed not in codes:
            raise BadTimetable(f"{needed} is missing")


def stage(stages: Sequence[Stage], code: StageCode) -> Stage | None:
    """The stage with this code, if the recruitment has one."""
    return next((one for one in stages if one.code is code), None)


def is_open(stages: Sequence[Stage], code: StageCode, now: datetime) -> bool:
    """Whether `code` is open at `now`."""
    found = stage(stages, code)
    return found is not None and found.starts_at <= now < found.ends_at


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
    order = list(StageCode)
    changed = []
    following = False
    for one in stages:
        if one.code is code:
            changed.append(msgspec.structs.replace(one, ends_at=now))
            following = True
        elif following and one.starts_at > now and order.index(one.code) == order.index(code) + 1:
            changed.append(msgspec.structs.replace(one, starts_at=now))
        else:
            changed.append(one)
    return tuple(changed)
