"""Terms counted in days, as the law counts them. Pure."""

from datetime import date, datetime, timedelta
from functools import lru_cache

from dateutil.easter import easter

from ksr_saas.kernel.clock import local

SATURDAY = 5
ONE = timedelta(days=1)
# As (month, day) and as days after Easter Sunday: the act of 18 January 1951 on days off work.
FIXED = ((1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26))
MOVABLE = (0, 1, 49, 60)
CHRISTMAS_EVE = 2025  # the first year in which it is a day off


@lru_cache(maxsize=16)
def _days_off(year: int) -> frozenset[date]:
    fixed = [date(year, month, day) for month, day in FIXED]
    if year >= CHRISTMAS_EVE:
        fixed.append(date(year, 12, 24))
    return frozenset(fixed + [easter(year) + days * ONE for days in MOVABLE])


def is_day_off(day: date) -> bool:
    """Saturdays, Sundays and the holidays of the act of 18 January 1951."""
    return day.weekday() >= SATURDAY or day in _days_off(day.year)


def last_day(event: datetime, days: int, *, shift: bool = True) -> date:
    """The last day of a term of `days` that an event began; the event's own day does not count.

    With `shift` a term that would end on a day off ends on the next working day, as in art. 57 § 4
    of the code of administrative procedure.
    """
    found = local(event).date() + days * ONE
    while shift and is_day_off(found):
        found += ONE
    return found


def is_over(last: date, now: datetime) -> bool:
    """Whether the last day of a term has passed in Warsaw."""
    return local(now).date() > last
