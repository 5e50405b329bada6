"""The clocks of an appeal. Pure."""

from datetime import date, datetime

import msgspec

from ksr_saas.campaigns.terms import last_day
from ksr_saas.criteria.procedure import Appeal as Days

SHORTEST = 20  # characters of reasons, grounds and a decision
LONGEST = 6000


class Clocks(msgspec.Struct, frozen=True):
    """The last day of every step; None for a step whose clock does not run yet."""

    request: date
    reasons: date | None
    lodge: date | None
    decide: date | None


def clocks(
    days: Days,
    listed: datetime,
    *,
    requested: datetime | None = None,
    received: datetime | None = None,
    lodged: datetime | None = None,
) -> Clocks:
    """The terms of the rulebook from the list of the admitted on (art. 158 (6)-(9))."""

    def end(event: datetime | None, count: int) -> date | None:
        return last_day(event, count, shift=days.shift) if event else None

    return Clocks(
        last_day(listed, days.request, shift=days.shift),
        end(requested, days.reasons),
        end(received, days.appeal),
        end(lodged, days.decision),
    )
