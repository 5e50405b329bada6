"""Child processes: started again when they die, gone when their parent is gone (Linux only)."""

import ctypes
import logging
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from functools import partial
from multiprocessing import parent_process

log = logging.getLogger("ksr.supervision")
PR_SET_PDEATHSIG = 1
SETTLED = 10.0  # seconds after which a child counts as well started
LONGEST_PAUSE = 8.0  # seconds between two starts of a child that dies at once

libc = ctypes.CDLL(None, use_errno=True)


def tie(how: signal.Signals, parent: int) -> None:
    """Ask the kernel, in a new child, to send it `how` when `parent` ends in any way.

    It holds across exec and `unshare --user`, not across a change of user. The thread that made
    the child must live as long as the parent; the others, when they end with it, may each cause a
    signal of their own.
    """
    libc.prctl(PR_SET_PDEATHSIG, how)
    if os.getppid() != parent:
        os._exit(1)


def tie_to_master() -> None:
    """Tie a process that `multiprocessing` forked to the one that forked it; else do nothing.

    Both granian and dramatiq leave their workers running when their master is killed outright.
    """
    master = parent_process()
    if master is not None and master.pid is not None:
        tie(signal.SIGTERM, master.pid)


class Supervisor:
    """Children by name, each in a session of its own, so that Ctrl-C reaches their parent alone."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        *,
        grace: float,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._commands = commands
        self._grace = grace
        self._environment = environment
        self._children: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, float] = {}
        self._pause: dict[str, float] = {}

    def tend(self) -> None:
        """Start what is not running. To be called a few times a second."""
        for name, command in self._commands.items():
            child = self._children.get(name)
            if child is not None:
                if child.poll() is None:
                    continue
                del self._children[name]
                lived = time.monotonic() - self._started[name]
                pause = 0.0 if lived > SETTLED else min(2 * self._pause[name] + 0.5, LONGEST_PAUSE)
                self._pause[name] = pause
                log.warning("%s ended with %s, starting again", name, child.returncode)
            if time.monotonic() < self._started.get(name, 0.0) + self._pause.setdefault(name, 0.0):
                continue
            self._started[name] = time.monotonic()
            self._children[name] = subprocess.Popen(  # noqa: S603 - our own command
                command,
                env=self._environment,
                start_new_session=True,
                preexec_fn=partial(tie, signal.SIGTERM, os.getpid()),  # noqa: PLW1509 - see tie
            )

    def stop(self) -> None:
        """Ask every child to end, wait for `grace` seconds, kill what is left of them."""
        for child in self._children.values():
            # The child alone gets the signal and tells its own: dramatiq takes two for a kill.
            child.terminate()
        end = time.monotonic() + self._grace
        for child in self._children.values():
            try:
                child.wait(max(0.1, end - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        self._children.clear()
