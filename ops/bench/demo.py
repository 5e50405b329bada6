"""From a fresh clone to a city that answers, and an allocation from the click to the result."""

import json
import re
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ksr_saas.embedded import any_free_port
from ops.bench.figures import Figure
from ops.bench.house import ROOT, bare_environment, folder
from ops.bench.member import Member
from ops.bench.processes import left_in, running, wait_until

RUNS = 5
WROCLAW = "wroclaw.localhost"
PATIENCE = 240.0


class Coordinator(Member):
    """The city's coordinator."""

    def allocate(self) -> float:
        """Seconds from the click to a stored result."""
        begun = time.perf_counter()
        address, text = self.post("/organ/przydzial", nabor="przedszkola-2027")
        path = re.sub(r"^https?://[^/]+", "", address)
        while "progress" in text:
            time.sleep(0.05)
            text = self.get(path)[1]
        assert "wynik" in text
        return time.perf_counter() - begun


@contextmanager
def started(place: Path, home: Path, port: int, log: Path) -> Iterator[float]:
    """The demonstration, from `ready` until the end; seconds since `make demo`."""
    environment = bare_environment() | {"KSR_HOME": str(home), "KSR_PORT": str(port)}
    begun = time.perf_counter()
    with running(["make", "demo"], log, environment, cwd=place) as process:
        wait_until(lambda: "ready in" in log.read_text(), process, log, PATIENCE)
        yield time.perf_counter() - begun


def login_of(place: Path, home: Path) -> tuple[str, str, str]:
    """Login, password and authenticator secret of the coordinator."""
    told = subprocess.run(
        [str(place / ".venv/bin/ksr"), "demo", "accounts", "--json"],
        env=bare_environment() | {"KSR_HOME": str(home)},
        capture_output=True,
        check=True,
    )
    return next(
        (one["login"], one["password"], one["totp"])
        for one in json.loads(told.stdout)
        if one["role"] == "coordinator" and one["municipality"] == "wroclaw"
    )


def measure() -> list[Figure]:
    """First start, allocation, second start; the last stop must leave nothing behind."""
    with folder() as made:
        place, home, port = made / "clone", made / "home", any_free_port()
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place)], check=True)
        with started(place, home, port, made / "first.log") as first:
            coordinator = Coordinator(port, WROCLAW, *login_of(place, home))
            coordinator.post("/organ/pokaz/placowki", nabor="przedszkola-2027")
            taken = statistics.median(coordinator.allocate() for _ in range(RUNS))
        with started(place, home, port, made / "second.log") as second:
            pass
        assert (left := left_in(home)) == [], left
    return [
        Figure("fresh clone to ready", first, "s", 90, note="packages from uv's cache if warm"),
        Figure("second start", second, "s", 8),
        Figure("allocation, click to result", taken, "s", 3, note="5,746 applications"),
    ]
