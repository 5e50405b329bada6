"""`ksr worker`: worker processes and the sweeper, started again when one dies."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from types import FrameType

from ksr_saas.kernel.jobs import connect
from ksr_saas.settings import BadSettings, Settings
from worker import sweeper

log = logging.getLogger("ksr.worker")
GRACE = 20.0  # seconds a running job has to finish
GROUPS = {
    # The engine computes without pause, so it gets a process of its own.
    "allocation": (["allocation"], 1),
    "others": (["documents", "notifications"], 4),
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
            "--queues",
            *queues,
        ]
        for name, (queues, threads) in GROUPS.items()
    }
    found["sweeper"] = [sys.executable, "-m", "worker.main", "sweeper"]
    return found


class Supervisor:
    """Keeps the children alive until it is told to stop."""

    def __init__(self) -> None:
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._stopping = False

    def run(self) -> int:
        """Start the children and watch them; returns when stopped by a signal."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        commands = processes()
        while not self._stopping:
            for name, command in commands.items():
                child = self._children.get(name)
                if child is None or child.poll() is not None:
                    if child is not None:
                        log.warning("%s ended with %s, starting again", name, child.returncode)
                    self._children[name] = subprocess.Popen(  # noqa: S603 - our own command
                        command, start_new_session=True
                    )
            time.sleep(0.5)
        self._end()
        return 0

    def _stop(self, _: int, __: FrameType | None) -> None:
        self._stopping = True

    def _end(self) -> None:
        for child in self._children.values():
            # Only the master gets the signal: twice would be a forced kill.
            child.terminate()
        end = time.monotonic() + GRACE
        for child in self._children.values():
            try:
                child.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


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
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        asyncio.run(sweeper.run())
        return 0
    return Supervisor().run()


if __name__ == "__main__":
    sys.exit(command(sys.argv[1:]))
