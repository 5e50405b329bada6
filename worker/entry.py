"""What dramatiq loads in a worker process: the broker and every actor, listed by hand."""

import os
import signal
from types import FrameType

import dramatiq

from ksr_saas.kernel.jobs import connect
from ksr_saas.supervision import tie_to_master


def stop_once() -> None:
    """Make a second SIGTERM do nothing.

    The kernel sends one for every thread of a master that was killed, and dramatiq's answer to the
    second is a process that hangs and goes on working.
    """
    stop = signal.getsignal(signal.SIGTERM)

    def first_only(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        if callable(stop):
            stop(number, frame)

    signal.signal(signal.SIGTERM, first_only)


stop_once()
tie_to_master()
connect(os.environ["REDIS_URL"])

import worker.actors.allocation  # noqa: E402
import worker.actors.audit  # noqa: E402
import worker.actors.documents  # noqa: E402
import worker.actors.notifications  # noqa: E402, F401
from worker.runtime import PoliteStop  # noqa: E402

dramatiq.get_broker().add_middleware(PoliteStop())
