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
