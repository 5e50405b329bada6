"""Processes of a measurement: started tied to us, stopped in order, and none left behind."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from ksr_saas.embedded import tie

PATIENCE = 40.0  # seconds a stopped process may take
TICKS = os.sysconf("SC_CLK_TCK")


class DidNotStart(Exception):
    """A process ended, or said nothing for too long, before it was ready."""


@contextmanager
def running(
    command: list[str], log: Path, environment: Mapping[str, str], cwd: Path | None = None
) -> Iterator[subprocess.Popen]:
    """A process in a session of its own, so that Ctrl-C reaches us alone; stopped at the end.

    What it says goes to `log`. The kernel stops it when we are killed outright.
    """
    with log.open("ab") as out:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=partial(tie, signal.SIGTERM, os.getpid()),
        )
    try:
        yield process
    finally:
        stop(process)


def stop(process: subprocess.Popen) -> None:
    """Ask the process to end and wait; kill its whole session when it does not."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def wait_until(ready, process: subprocess.Popen, log: Path, patience: float) -> None:
    """Return when `ready()`; DidNotStart with the end of the log when that never comes."""
    end = time.monotonic() + patience
    while not ready():
        if process.poll() is not None or time.monotonic() > end:
            raise DidNotStart("\n".join(log.read_text().splitlines()[-20:]))
        time.sleep(0.02)


def left_in(folder: Path) -> list[str]:
    """Processes that work in `folder` or were told of it, as "pid command"."""
    name = os.fsencode(folder)
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        if process.name == str(os.getpid()):
            continue
        with suppress(OSError):
            command = (process / "cmdline").read_bytes()
            place = os.readlink(os.fsencode(process / "cwd"))
            if name in command or name in (process / "environ").read_bytes() or name in place:
                words = command.replace(b"\0", b" ").decode(errors="replace").strip()
                found.append(f"{process.name} {words[:60]}")
    return found


def cpu_seconds(root: int) -> float:
    """Processor time of a process and of its living descendants."""
    parents: dict[int, tuple[int, int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            parents[int(process.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    total, family = 0, {root}
    while family:
        total += sum(parents[pid][1] for pid in family if pid in parents)
        family = {pid for pid, (parent, _) in parents.items() if parent in family}
    return total / TICKS
