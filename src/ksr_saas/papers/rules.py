"""When an application on paper may be typed in, and what a code looks like. Pure."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.kernel.clock import WARSAW
from ksr_saas.kernel.errors import N_

ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like something else
LENGTH = 12  # 32 letters: 60 bits
GROUP = 4
LASTS = timedelta(days=60)

NO_DATE = N_("Wpisz dzień, w którym wniosek wpłynął.")
TO_COME = N_("Ten dzień jeszcze nie nadszedł.")
TOO_EARLY = N_("Wtedy nie przyjmowano jeszcze wniosków.")
TOO_LATE = N_("Wniosek wpłynął po terminie składania.")


def may_be_typed(stages: Sequence[Stage], now: datetime) -> bool:
    """From the first day on which applications are taken until verification ends.

    What arrived on the last day is typed on a later one.
    """
    first = timetable.first_taken(stages)
    begun = first is not None and first <= now
    return begun and not timetable.has_ended(stages, StageCode.VERIFICATION, now)


def arrival_problem(arrived: date | None, stages: Sequence[Stage], today: date) -> str:
    """What is wrong with the day of arrival, a Polish source text; empty when nothing is."""
    taken = [
        (one.starts_at.astimezone(WARSAW).date(), one.ends_at.astimezone(WARSAW).date())
        for one in stages
        if one.code in timetable.TAKING
    ]
    if arrived is None or not taken:
        return NO_DATE
    if arrived > today:
        return TO_COME
    if any(first <= arrived <= last for first, last in taken):
        return ""
    return TOO_LATE if all(arrived > last for _, last in taken) else TOO_EARLY


def tidy(code: str) -> str:
    """A code as it is compared: people type spaces, hyphens and small letters."""
    return "".join(c for c in code.upper() if c.isascii() and c.isalnum())


def grouped(code: str) -> str:
    """A code as it is printed: four characters at a time."""
    return "-".join(code[n : n + GROUP] for n in range(0, len(code), GROUP))
