"""`ksr demo run` as somebody uses it who has never seen it: stopped, killed, started anew."""

import json
import re
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import asyncpg
import pytest

from ksr_saas import embedded
from ksr_saas.embedded import any_free_port
from ksr_saas.identity.rights import Role
from tenants.demo.commands import CITIES, explained
from tests.kills.processes import KSR, Program, kill, started_for, until

LONGEST_STOP = 15  # seconds; it takes about 4
SERVICES = (("pg", "postgres"), ("valkey", "valkey-server"))


@pytest.fixture(scope="module")
def home():
    with tempfile.TemporaryDirectory(prefix="ksr-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        folder.chmod(0o711)
        yield folder
        kill(*started_for(folder), *services(folder))


@pytest.fixture(scope="module")
def port():
    return any_free_port()


def services(home):
    folders = [(home / folder, name) for folder, name in SERVICES if (home / folder).exists()]
    return [pid for folder, name in folders for pid in embedded.at_work(folder, name)]


def start(home, port):
    return Program(home, {"KSR_PORT": str(port)}, "demo", "run")


def said(demo):
    return demo.log.read_text()


async def is_ready(demo, count):
    """Wait for the introduction, the `count`-th in its log."""
    await until(lambda: said(demo).count("ready in") == count, 60, "the demonstration is ready")


def answers(port):
    """Status of the first page."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as talk:
            talk.settimeout(5)
            talk.sendall(b"GET / HTTP/1.1\r\nHost: wroclaw.localhost\r\nConnection: close\r\n\r\n")
            return talk.recv(12)[9:12] == b"200"
    except OSError:
        return False


async def ensure_nothing_left(demo, port, seconds):
    await demo.gone(seconds)
    await until(lambda: not services(demo.home), seconds, "no service is left")
    with socket.create_server(("127.0.0.1", port)):
        pass


async def ask(home, question):
    port = json.loads((home / "state.json").read_text())["database_port"]
    password = (home / "secrets" / "postgres").read_text()
    connection = await asyncpg.connect(f"postgresql://postgres:{password}@127.0.0.1:{port}/ksr")
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


async def is_half_made(home):
    """Whether the first city is there and its data are not."""
    try:
        return not await ask(home, "SELECT count(*) FROM t_wroclaw.campaign")
    except (OSError, asyncpg.PostgresError):
        return False


async def sizes(home):
    """Institutions and applications of every city."""
    counts = ", ".join(
        f"(SELECT count(*) FROM t_{slug}.{table})"
        for slug in CITIES
        for table in ("institution", "application")
    )
    return await ask(home, f"SELECT ARRAY[{counts}]")


async def test_the_demonstration_survives_whatever_is_done_to_it(home, port):
    demo = start(home, port)
    await until(lambda: is_half_made(home), 30, "the first city is begun")
    kill(*started_for(home), *services(home))
    demo.process.wait()
    demo = start(home, port)
    await until(lambda: services(home), 30, "the services start")
    demo.process.terminate()
    assert await demo.ends(30) == 0
    await ensure_nothing_left(demo, port, 1)

    demo = start(home, port)
    await is_ready(demo, 1)
    made = await sizes(home)
    assert min(made[::2]) > 0
    assert made[1] > 1000
    listed = subprocess.run(
        [KSR, "demo", "accounts", "--json"],
        env={"KSR_HOME": str(home)},
        capture_output=True,
        check=True,
    )
    found = json.loads(listed.stdout)
    assert {role for one in found for role in (one["role"], *one["others"])} == {*Role, "vendor"}

    masters = demo.pids("serve", inner=False) + demo.pids("worker", inner=False)
    before = set(started_for(home)) - {demo.process.pid}
    kill(*masters)
    await until(lambda: not before & set(started_for(home)), 25, "what they had made is gone")
    await until(lambda: answers(port), 15, "the web is back")

    kill(demo.process.pid)
    demo.process.wait()
    await ensure_nothing_left(demo, port, 25)

    demo = start(home, port)
    await is_ready(demo, 2)
    kill(*started_for(home), *services(home))
    demo.process.wait()

    demo = start(home, port)
    await is_ready(demo, 3)
    assert answers(port)
    assert await sizes(home) == made
    begun = time.monotonic()
    demo.process.send_signal(signal.SIGINT)
    assert await demo.ends(LONGEST_STOP) == 0
    print(f"stopped in {time.monotonic() - begun:.1f} s")
    await ensure_nothing_left(demo, port, 1)
    assert "Traceback" not in said(demo)


def refused(home, **environment):
    """What a start says that must fail."""
    done = subprocess.run(
        [KSR, "demo", "run"],
        env={"PATH": "/usr/bin:/bin", "KSR_HOME": str(home), "KSR_PORT": str(any_free_port())}
        | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert not done.stdout
    assert re.fullmatch(r"[A-Z][^\n]*\.\n", done.stderr)
    assert not started_for(home)
    return done.stderr


def test_a_port_in_use_is_said_in_one_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert refused(tmp_path, KSR_PORT=str(port)) == (
            f"Port {port} is taken: choose another one with KSR_PORT.\n"
        )


def test_a_port_that_is_none_is_said_in_one_sentence(tmp_path):
    assert refused(tmp_path, KSR_PORT="http").startswith("KSR_PORT must be a number")


def test_a_folder_that_cannot_be_used_is_said_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    assert "cannot be used" in refused(tmp_path / "file" / "home")


def test_a_damaged_database_is_said_in_one_sentence(tmp_path):
    (tmp_path / "pg").mkdir()
    (tmp_path / "pg" / "rest").write_text("")
    assert "is damaged: restore it from a backup" in refused(tmp_path)


def test_a_full_disk_is_told_from_other_troubles_of_the_database(tmp_path):
    lost = asyncpg.InterfaceError("connection is closed")
    lost.__context__ = asyncpg.DiskFullError("could not extend file")
    assert str(explained(lost, tmp_path)) == (
        f"The disk is full: there is no room for the data in {tmp_path}."
    )
    lost.__context__ = ConnectionResetError()
    assert str(explained(lost, tmp_path)) == (
        "The cities could not be made (InterfaceError); "
        f"the reason may be in {tmp_path}/log/postgres.log."
    )
