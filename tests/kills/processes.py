"""Real processes: ours by the folder they were started for, services that can be killed."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from ksr_saas import embedded
from ksr_saas.embedded import Embedded

KSR = str(Path(sys.executable).parent / "ksr")


def started_for(home):
    """Living processes with this KSR_HOME, however deep: {pid: (parent, command line)}."""
    mark = f"KSR_HOME={home}".encode()
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (process / "environ").read_bytes().split(b"\0"):
                parent = (process / "stat").read_text().rpartition(")")[2].split()[1]
                command = (process / "cmdline").read_text().replace("\0", " ")
                found[int(process.name)] = (int(parent), command)
    return found


def kill(*pids, how=signal.SIGKILL):
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, how)


async def until(condition, seconds, what):
    """Wait until `condition()` (plain or async) is true; how long it took, in seconds."""
    begun = time.monotonic()
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return time.monotonic() - begun
        assert time.monotonic() - begun < seconds, f"{what}: not within {seconds} s"
        await asyncio.sleep(0.05)


class Program:
    """One `ksr` command and all that it starts."""

    def __init__(self, home, environment, *arguments):
        self.home = home
        kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
        self.log = home / "program.log"
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [KSR, *arguments],
                env=kept | environment | {"KSR_HOME": str(home)},
                stdout=out,
                stderr=out,
            )

    def pids(self, *words, inner=None):
        """Those whose command line has these words; `inner`: whether one like it made them."""
        living = started_for(self.home)
        found = {
            pid: parent for pid, (parent, line) in living.items() if set(words) <= set(line.split())
        }
        return [pid for pid, parent in found.items() if inner in (None, parent in found)]

    async def ends(self, seconds):
        """Wait for the program; its exit status."""
        await until(lambda: self.process.poll() is not None, seconds, "the program ends")
        return self.process.returncode

    async def gone(self, seconds):
        """Wait until nothing of it is left; how long it took."""
        return await until(lambda: not started_for(self.home), seconds, "no process is left")

    def end(self):
        """Whatever a test left."""
        kill(*started_for(self.home))
        self.process.wait()


class Service:
    """PostgreSQL or Valkey by itself, which can be killed and started again where it was."""

    FOLDERS = {"postgres": "pg", "valkey-server": "valkey"}

    def __init__(self, home, name):
        self.home, self.name = home, name
        other = "REDIS_URL" if name == "postgres" else "DATABASE_URL"
        self._environment = {other: "elsewhere://"}
        self.urls = None
        self.start()

    def start(self):
        self._services = Embedded(self.home, environment=self._environment)
        urls = self._services.start()
        assert self.urls in (None, urls), "the service came back somewhere else"
        self.urls = urls

    def tell(self, number):
        """Send it to the service's first process."""
        living = embedded.at_work(self.home / self.FOLDERS[self.name], self.name)
        kill(*(pid for pid, parent in living.items() if parent not in living), how=number)

    def kill(self, how=signal.SIGKILL):
        self.tell(how)
        self._services.stop()

    def stop(self):
        self._services.stop()
