"""Moving a stage by hand: what may be moved, by how much, and what goes with it. Pure."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

import msgspec

from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.kernel.clock import local, moments

LONGEST_EXTENSION = 72  # hours
EXTENDED_LATE = timedelta(hours=48)  # after the end of a stage it can still be extended
ORDER = tuple(StageCode)


class Wrong(StrEnum):
    """Why new times cannot be taken."""

    NO_SUCH_HOUR = "no-such-hour"
    TWICE = "twice"
    UNREADABLE = "unreadable"
    BACKWARDS = "backwards"
    PAST_START = "past-start"
    PAST_END = "past-end"
    SAME = "same"
    HOURS = "hours"
    AFTER_CHECK = "after-check"


class Refused(ValueError):
    """The times cannot be taken; `at` is "start", "end" or "hours"."""

    def __init__(self, at: str, wrong: Wrong) -> None:
        super().__init__(f"{at}: {wrong}")
        self.at, self.wrong = at, wrong


class Moved(msgspec.Struct, frozen=True):
    """A stage before and after; `before` is None for one that was not there."""

    before: Stage | None
    after: Stage


def told(at: datetime) -> tuple[str, str]:
    """A moment as two form fields hold it: "2027-03-31", "15:00"."""
    shown = local(at)
    return shown.date().isoformat(), f"{shown:%H:%M}"


def read(at: str, day: str, hour: str, before: datetime | None = None) -> datetime:
    """The moment typed into the two fields of `at`; `before` where they were left as they were.

    So a stage keeps its seconds, and an hour that happens twice stays what it was. Raises Refused.
    """
    if before is not None and (day, hour) == told(before):
        return before
    order = "%d.%m.%Y" if "." in day else "%Y-%m-%d"
    try:
        found = moments(datetime.strptime(f"{day} {hour}", f"{order} %H:%M"))  # noqa: DTZ007
    except (ValueError, OverflowError):
        raise Refused(at, Wrong.UNREADABLE) from None
    if len(found) != 1:
        raise Refused(at, Wrong.TWICE if found else Wrong.NO_SUCH_HOUR)
    return found[0]


def movable(stages: Sequence[Stage], code: StageCode, *, published: bool, now: datetime) -> bool:
    """Whether this stage lies ahead: it has not ended, nor is it behind results made public."""
    behind = published and ORDER.index(code) <= ORDER.index(StageCode.RESULTS)
    return not behind and not timetable.has_ended(stages, code, now)


def extendable(stages: Sequence[Stage], *, published: bool, now: datetime) -> Stage | None:
    """The time for applications, if it runs or ended within 48 hours; None otherwise."""
    found = timetable.stage(stages, StageCode.SUBMISSION)
    if found is None or published or not found.starts_at <= now < found.ends_at + EXTENDED_LATE:
        return None
    return found


def moved(
    stages: Sequence[Stage], old: Stage, starts_at: datetime, ends_at: datetime, *, now: datetime
) -> tuple[Stage, ...]:
    """The timetable with `old` at other times; what was to begin at its end begins at the new one.

    Raises Refused for times that are behind us, backwards or what they were.
    """
    if (starts_at, ends_at) == (old.starts_at, old.ends_at):
        raise Refused("end", Wrong.SAME)
    if starts_at != old.starts_at and min(starts_at, old.starts_at) < now:
        raise Refused("start", Wrong.PAST_START)
    if ends_at <= starts_at:
        raise Refused("end", Wrong.BACKWARDS)
    if ends_at <= now:
        raise Refused("end", Wrong.PAST_END)
    return _with(
        stages, old, msgspec.structs.replace(old, starts_at=starts_at, ends_at=ends_at), now
    )


def extended(
    stages: Sequence[Stage], old: Stage, hours: str, *, now: datetime, for_begun: bool = False
) -> tuple[Stage, ...]:
    """The timetable with `old` ending that many hours later, counted in time that passes.

    `for_begun` leaves the end as it is for everybody but those who had begun before it; what they
    hand in has still to be checked, so their time ends before the check does. Raises Refused for
    hours that are no number from 1 to 72, that are over already, or that end in the hour which
    people could read in two ways.
    """
    if not hours.isascii() or not hours.isdecimal() or not 1 <= int(hours) <= LONGEST_EXTENSION:
        raise Refused("hours", Wrong.HOURS)
    ends_at = (old.begun_until if for_begun and old.begun_until else old.ends_at) + timedelta(
        hours=int(hours)
    )
    if ends_at <= now:
        raise Refused("hours", Wrong.PAST_END)
    if len(moments(local(ends_at).replace(tzinfo=None, fold=0))) != 1:
        raise Refused("hours", Wrong.TWICE)
    if for_begun:
        if timetable.has_ended(stages, StageCode.VERIFICATION, ends_at):
            raise Refused("hours", Wrong.AFTER_CHECK)
        given = msgspec.structs.replace(old, begun_until=ends_at)
        return tuple(given if one.code is old.code else one for one in stages)
    return _with(stages, old, msgspec.structs.replace(old, ends_at=ends_at), now)


def _with(stages: Sequence[Stage], old: Stage, new: Stage, now: datetime) -> tuple[Stage, ...]:
    changed = []
    for one in stages:
        if one.code is old.code:
            changed.append(new)
        elif one.starts_at == old.ends_at and one.starts_at > now:
            changed.append(msgspec.structs.replace(one, starts_at=new.ends_at))
        else:
            changed.append(one)
    return tuple(changed)


def changes(before: Sequence[Stage], after: Sequence[Stage]) -> tuple[Moved, ...]:
    """The stages whose times differ, in the order of `after`."""
    known = {one.code: one for one in before}
    found = (Moved(known.get(one.code), one) for one in after)
    return tuple(
        one for one in found if one.before is None or _times(one.before) != _times(one.after)
    )


def overlaps(before: Sequence[Stage], after: Sequence[Stage], code: StageCode) -> tuple[Stage, ...]:
    """The stages that share time with `code` now and did not before."""
    had = {one.code for one in _beside(before, code)}
    return tuple(one for one in _beside(after, code) if one.code not in had)


def _beside(stages: Sequence[Stage], code: StageCode) -> list[Stage]:
    this = timetable.stage(stages, code)
    return [
        one
        for one in stages
        if this
        and one is not this
        and one.starts_at < this.ends_at
        and this.starts_at < one.ends_at
    ]


def _times(stage: Stage) -> tuple[datetime | None, ...]:
    return stage.starts_at, stage.ends_at, stage.begun_until


def seen(stages: Sequence[Stage]) -> str:
    """The timetable that a form was filled from, for `since`: it differs as soon as a time does.

    Made like an id, so that it is not given back to people as something they typed.
    """
    return "-".join(_print(one) for one in stages)


def since(was: str, stages: Sequence[Stage]) -> tuple[Stage, ...]:
    """The stages whose times are no longer those that `was` stands for."""
    known = set(was.split("-"))
    return tuple(one for one in stages if _print(one) not in known)


def _print(stage: Stage) -> str:
    times = " ".join(str(one and one.timestamp()) for one in _times(stage))
    told = f"{stage.code} {times}"
    return hashlib.sha256(told.encode()).hexdigest()[:12]
