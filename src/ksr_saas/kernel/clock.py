"""Time: moments are aware UTC, people read Europe/Warsaw."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")


class Clock:
    """The only source of "now"; tests freeze it."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        """The calendar day in Poland."""
        return self.now().astimezone(WARSAW).date()


def moments(told: datetime) -> tuple[datetime, ...]:
    """When clocks in Poland show `told` (no zone): once, as a rule.

    Never in the hour that is left out in March, twice in the one that is repeated in October.
    """
    found = {told.replace(tzinfo=WARSAW, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(sorted(one for one in found if local(one).replace(tzinfo=None) == told))


def local(moment: datetime) -> datetime:
    """What clocks in Poland show at `moment`."""
    return moment.astimezone(WARSAW)
