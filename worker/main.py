"""`ksr worker`: worker processes and the sweeper, started again when one dies."""

import asyncio
import signal
import sys
import time

from ksr_saas.kernel.jobs import connect
from ksr_saas.settings import BadSettings, Settings
from ksr_saas.supervision import Supervisor
from worker import sweeper

GRACE = 20.0  # seconds from the request to stop to a kill
FINISH = 15.0  # of these, seconds a running job has to finish; then its transaction is undone
GROUPS = {
    # The engine computes without pause, so it gets a process of its own.
    "allocation": (["allocation"], 1),
    "others": (["audit", "documents", "notifications"], 4),
}


def processes() -> dict[str, list[str]]:
    """Command lines of the children, by name."""
    found = {
        name: [
            sys.executable,
            "-m",
            "dramatiq",
            "worker.entry",
            "--processes",
            "1",
            "--threads",
            str(threads),
            "--worker-shutdown-timeout",
            str(int(FINISH * 1000)),
            "--queues",
            *queues,
        ]
        for name, (queues, threads) in GROUPS.items()
    }
    found["sweeper"] = [sys.executable, "-m", "worker.main", "sweeper"]
    return found


def supervise() -> None:
    """Keep the children alive until a signal says stop."""
    stopping: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stopping.append(number))
    supervisor = Supervisor(processes(), grace=GRACE)
    try:
        while not stopping:
            supervisor.tend()
            time.sleep(0.2)
    finally:
        supervisor.stop()


async def sweep() -> None:
    """Sweep until a signal says stop; what is being swept is finished first."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    await sweeper.run(stopping)


def command(arguments: list[str]) -> int:
    """`ksr worker`: run workers until stopped."""
    if arguments not in ([], ["sweeper"]):
        sys.stderr.write("usage: ksr worker\n")
        return 2
    try:
        settings = Settings.from_env()
    except BadSettings as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    if arguments == ["sweeper"]:
        connect(settings.redis_url)
        asyncio.run(sweep())
        return 0
    supervise()
    return 0


if __name__ == "__main__":
    sys.exit(command(sys.argv[1:]))
