"""A clock that can be moved on."""

from datetime import timedelta

from ksr_saas.kernel.clock import Clock


class MovingClock(Clock):
    """The real time and `ahead` of it."""

    ahead = timedelta()

    def now(self):
        return super().now() + self.ahead
