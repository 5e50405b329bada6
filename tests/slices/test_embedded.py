"""The embedded services, with real processes."""

import errno
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import pytest
import redis

from ksr_saas import embedded
from ksr_saas.embedded import CannotStart, Embedded, Services

# Starts the services in a program of its own, says where, and waits to be killed.
PROGRAM = """
import json, sys, time
from pathlib import Path
from ksr_saas import embedded
if "untied" in sys.argv:
    embedded.tie = lambda how, parent: None
services = embedded.Embedded(Path(sys.argv[1]), environment={}).start()
print(json.dumps([services.database_url, services.redis_url]), flush=True)
time.sleep(60)
"""
SERVERS = (("pg", "postgres"), ("valkey", "valkey-server"))


def at_work(home: Path) -> list[int]:
    """Processes of both services under `home`."""
    folders = [(home / folder, name) for folder, name in SERVERS if (home / folder).exists()]
    return [pid for folder, name in folders for pid in embedded.at_work(folder, name)]


def children() -> set[int]:
    own = f"/proc/{os.getpid()}/task"
    return {
        int(pid)
        for task in os.listdir(own)
        for pid in Path(own, task, "children").read_text().split()
    }


async def ask(services: Services, *statements: str) -> object:
    """Run statements; what the last one found."""
    connection = await asyncpg.connect(services.database_url)
    try:
        for statement in statements[:-1]:
            await connection.execute(statement)
        return await connection.fetchval(statements[-1])
    finally:
        await connection.close()


def remember(services: Services, value: str | None = None) -> bytes | None:
    """Put a value into Valkey, or say what was put."""
    with redis.Redis.from_url(services.redis_url) as client:
        if value is not None:
            client.set("kept", value)
        return client.get("kept")


def program(home: Path, *arguments: str) -> tuple[subprocess.Popen[str], Services]:
    started = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(home), *arguments], stdout=subprocess.PIPE, text=True
    )
    return started, Services(*json.loads(started.stdout.readline()))


def kill(started: subprocess.Popen[str], *others: int) -> None:
    """Kill outright, the program last, so that nobody is warned."""
    for pid in (*others, started.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    started.wait()
    started.stdout.close()


def wait_until_nothing_works_in(home: Path) -> None:
    end = time.monotonic() + 10
    while at_work(home):
        assert time.monotonic() < end, "services outlived their program"
        time.sleep(0.02)


@contextmanager
def new_folder() -> Iterator[Path]:
    """A folder others may pass through, unlike pytest's: root's PostgreSQL may run as nobody."""
    with tempfile.TemporaryDirectory(prefix="ksr-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


@pytest.fixture
def folder() -> Iterator[Path]:
    with new_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A home that has been started once; copied, never used."""
    with new_folder() as folder:
        with Embedded(folder / "home", durable=False, environment={}):
            pass
        yield folder / "home"


@pytest.fixture
def home(made: Path, folder: Path) -> Path:
    return shutil.copytree(made, folder / "home")


async def test_data_and_addresses_survive_a_stop_that_leaves_no_process(folder: Path):
    home = folder / ("zażółć 'gęślą' \"jaźń\" " + "x" * 100)
    before = children()
    with Embedded(home, environment={}) as first:
        await ask(first, "CREATE TABLE kept (x int)", "INSERT INTO kept VALUES (7)", "SELECT 1")
        remember(first, "seven")
        assert len(children() - before) == 2
    assert children() == before
    assert not at_work(home)
    started = time.monotonic()
    with Embedded(home, environment={}) as second:
        assert time.monotonic() - started < 5
        assert second == first
        assert await ask(second, "SELECT x FROM kept") == 7
        assert remember(second) == b"seven"


async def test_the_database_is_set_up_as_the_product_needs_it(home: Path):
    with Embedded(home, durable=False, environment={}) as services:
        for setting, value in {
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": "200",
            "max_locks_per_transaction": "256",
            "shared_buffers": "128MB",
            "password_encryption": "scram-sha-256",
            "fsync": "off",
        }.items():
            assert await ask(services, f"SHOW {setting}") == value
        assert await ask(services, "SELECT upper('zażółć gęślą')") == "ZAŻÓŁĆ GĘŚLĄ"
        with redis.Redis.from_url(services.redis_url) as client:
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


async def test_durable_services_write_to_the_disk(home: Path):
    with Embedded(home, environment={}) as services:
        assert await ask(services, "SHOW fsync") == "on"
        with redis.Redis.from_url(services.redis_url) as client:
            found = client.config_get("append*")
            assert (found["appendonly"], found["appendfsync"]) == ("yes", "everysec")


async def test_passwords_are_asked_for_and_shown_to_nobody(home: Path):
    with Embedded(home, durable=False, environment={}) as services:
        secrets = {path.read_text() for path in (home / "secrets").iterdir()}
        assert len(secrets) == 2
        for pid in at_work(home):
            command = Path(f"/proc/{pid}/cmdline").read_text()
            assert not any(secret in command for secret in secrets)
        without = Services(
            services.database_url.replace((home / "secrets/postgres").read_text(), "wrong"),
            services.redis_url.replace((home / "secrets/valkey").read_text(), "wrong"),
        )
        with pytest.raises(asyncpg.InvalidPasswordError):
            await ask(without, "SELECT 1")
        with pytest.raises(redis.AuthenticationError):
            remember(without)
    assert {path.stat().st_mode & 0o777 for path in (home / "secrets").iterdir()} == {0o600}
    assert {(home / name).stat().st_mode & 0o077 for name in ("pg", "valkey", "log")} == {0}


async def test_a_broken_constraint_leaves_no_data_in_the_log(home: Path):
    with Embedded(home, durable=False, environment={}) as services:
        with pytest.raises(asyncpg.UniqueViolationError):
            await ask(
                services,
                "CREATE TABLE people (pesel text PRIMARY KEY)",
                "INSERT INTO people VALUES ('44051401359')",
                "INSERT INTO people VALUES ('44051401359') RETURNING 1",
            )
    log = (home / "log" / "postgres.log").read_text()
    assert "duplicate key" in log
    assert "44051401359" not in log


async def test_nothing_is_lost_when_everything_is_killed(home: Path):
    started, services = program(home)
    await ask(services, "CREATE TABLE kept (x int)", "INSERT INTO kept VALUES (7)", "SELECT 1")
    remember(services, "seven")
    kill(started, *at_work(home))
    with Embedded(home, environment={}) as again:
        assert await ask(again, "SELECT x FROM kept") == 7
        assert remember(again) == b"seven"


def test_the_services_end_with_a_killed_program(home: Path):
    started, _ = program(home)
    assert at_work(home)
    kill(started)
    wait_until_nothing_works_in(home)


async def test_services_that_outlived_their_program_are_stopped_and_started_anew(home: Path):
    started, services = program(home, "untied")
    await ask(services, "CREATE TABLE kept (x int)", "INSERT INTO kept VALUES (7)", "SELECT 1")
    kill(started)
    orphans = set(at_work(home))
    assert orphans
    with Embedded(home, environment={}) as again:
        assert await ask(again, "SELECT x FROM kept") == 7
        assert not orphans & set(at_work(home))


async def test_a_postmaster_file_that_names_somebody_elses_process_does_no_harm(home: Path):
    started, _ = program(home)
    kill(started, *at_work(home))
    wait_until_nothing_works_in(home)
    file = home / "pg" / "postmaster.pid"
    lines = file.read_text().split("\n")
    file.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    with Embedded(home, durable=False, environment={}) as again:
        assert await ask(again, "SELECT 1") == 1


def test_a_first_start_that_was_killed_half_way_is_begun_anew(folder: Path):
    (folder / "pg.new").mkdir()
    (folder / "pg.new" / "PG_VERSION").write_text("18\n")
    with Embedded(folder, durable=False, environment={"REDIS_URL": "redis://elsewhere"}):
        assert not (folder / "pg.new").exists()


def test_a_home_in_use_is_refused(home: Path):
    with Embedded(home, durable=False, environment={}):
        with pytest.raises(CannotStart, match=f"^Another program already uses {home}.$"):
            Embedded(home, environment={}).start()
        assert at_work(home)


def test_a_named_database_is_not_started_nor_its_data_touched(folder: Path):
    with Embedded(folder, environment={"DATABASE_URL": "postgresql://elsewhere"}) as services:
        assert services.database_url == "postgresql://elsewhere"
        assert remember(services, "x") == b"x"
        assert not (folder / "pg").exists()
        assert len(at_work(folder)) == 1


def test_with_both_services_named_not_even_the_home_is_made(folder: Path):
    environment = {"DATABASE_URL": "postgresql://elsewhere", "REDIS_URL": "redis://elsewhere"}
    with Embedded(folder / "home", environment=environment) as services:
        assert services == Services("postgresql://elsewhere", "redis://elsewhere")
    assert not (folder / "home").exists()


@pytest.mark.parametrize("which", ["database_port", "redis_port"])
def test_a_demanded_port_that_is_taken_is_refused(home: Path, which: str):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CannotStart, match=f"^Port {port} is taken by another program"):
            Embedded(home, durable=False, environment={}, **{which: port}).start()
    assert not at_work(home)


def test_a_kept_port_that_is_taken_is_replaced(home: Path):
    kept = json.loads((home / "state.json").read_text())
    with (
        socket.create_server(("127.0.0.1", kept["database_port"])),
        Embedded(home, durable=False, environment={}) as services,
    ):
        assert f":{kept['database_port']}/" not in services.database_url
        assert f":{kept['redis_port']}/" in services.redis_url


def test_a_folder_that_cannot_be_made_is_refused(folder: Path):
    (folder / "file").write_text("")
    with pytest.raises(CannotStart, match=r"^The folder .*/file/home cannot be used: [^.]*\.$"):
        Embedded(folder / "file" / "home", environment={}).start()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_refused(folder: Path):
    folder.chmod(0o500)
    with pytest.raises(CannotStart, match=r"^The folder .*/home cannot be used: [^.]*\.$"):
        Embedded(folder / "home", environment={}).start()


def test_a_full_disk_is_said_plainly(home: Path, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(embedded, "write", full)
    with pytest.raises(CannotStart, match="^The disk is full: there is no room for the data in"):
        Embedded(home, durable=False, environment={}).start()
    assert not at_work(home)


def test_a_data_folder_without_its_version_is_refused_and_kept(home: Path):
    (home / "pg" / "PG_VERSION").unlink()
    with pytest.raises(CannotStart, match=r"^The database in .*/pg is damaged: restore it"):
        Embedded(home, environment={}).start()
    assert (home / "pg" / "global").exists()


def test_data_that_postgresql_refuses_are_refused_with_the_log_named(home: Path):
    (home / "pg" / "global" / "pg_control").unlink()
    with pytest.raises(CannotStart, match=rf"^The service postgres .* {home}/log/postgres.log\.$"):
        Embedded(home, environment={}).start()
    assert "pg_control" in (home / "log" / "postgres.log").read_text()
    assert not at_work(home)


def test_data_of_another_major_are_refused(home: Path):
    (home / "pg" / "PG_VERSION").write_text("17\n")
    with pytest.raises(CannotStart, match=r"by PostgreSQL 17 .* dump it with the old version"):
        Embedded(home, environment={}).start()


def test_a_lost_password_is_refused(home: Path):
    (home / "secrets" / "postgres").unlink()
    with pytest.raises(CannotStart, match="^The password of the database, .* is missing"):
        Embedded(home, environment={}).start()
    assert not (home / "secrets" / "postgres").exists()


def test_another_password_is_refused(home: Path):
    (home / "secrets" / "postgres").write_text("another")
    with pytest.raises(CannotStart, match="does not open the database"):
        Embedded(home, environment={}).start()
    assert not at_work(home)


def test_a_failed_start_leaves_the_home_free(home: Path):
    (home / "valkey" / "appendonlydir").mkdir(exist_ok=True)
    (home / "valkey" / "appendonlydir" / "appendonly.aof.manifest").write_text("nonsense\n")
    with pytest.raises(CannotStart, match=r"^The service valkey .*/log/valkey\.log\.$"):
        Embedded(home, environment={}).start()
    assert not at_work(home)
    shutil.rmtree(home / "valkey")
    with Embedded(home, durable=False, environment={}):
        assert at_work(home)
