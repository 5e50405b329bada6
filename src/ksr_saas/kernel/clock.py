"""Time: moments are aware UTC, people read Europe/Warsaw."""

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")
KEPT = 60.0  # seconds until the database is asked again; a quartz drifts by milliseconds in them


class Clock:
    """The only source of "now"; tests freeze it.

    It is the database's clock as soon as that was heard, so that a stage ends at the same moment in
    every process and on every machine; between two hearings it goes on evenly, whatever happens to
    this machine's own time.
    """

    _heard: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        if self._heard is None:
            return datetime.now(UTC)
        moment, at = self._heard
        return moment + timedelta(seconds=time.monotonic() - at)

    @property
    def is_due(self) -> bool:
        """Whether the database should be asked."""
        return self._heard is None or time.monotonic() - self._heard[1] > KEPT

    def hear(self, moment: datetime, asked: float) -> None:
        """Take over what the database's clock showed; `asked` is `time.monotonic()` before it."""
        self._heard = moment, (asked + time.monotonic()) / 2

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
