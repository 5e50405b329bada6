"""`ksr demo …`: a working city on one machine, with everything it needs."""

import asyncio
import errno
import json
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

import asyncpg
import msgspec

from ksr_saas.embedded import CannotStart, Embedded
from ksr_saas.identity.passwords import HASHER
from ksr_saas.identity.rules import next_expiry
from ksr_saas.identity.service import person_key
from ksr_saas.identity.totp import bound
from ksr_saas.kernel.clock import Clock
from ksr_saas.portals import files_of, keys_of
from ksr_saas.settings import BadSettings, Settings, home_folder, wanted_port
from ksr_saas.supervision import Supervisor
from tenants import provision, read
from tenants.commands import FOLDER, brand_of
from tenants.demo import accounts, load
from tenants.demo.mailbox import mailbox
from tenants.demo.secondary import fill as fill_second
from tenants.files import BadFile
from tenants.judging import openable

USAGE = "usage: ksr demo run | accounts [--json]\n"
CITIES = ("wroclaw", "warszawa", "pila")
GRACE = 25.0  # seconds; workers take up to 20
START_PATIENCE = 60.0  # seconds
LEAST_ROOM = 20 << 20  # bytes; one file of the database's log has 16 MB


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def ensure_free(port: int) -> None:
    """Raise CannotStart when somebody listens on `port`."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise CannotStart(f"Port {port} is taken: choose another one with KSR_PORT.") from None


async def fill(settings: Settings, stopping: Sequence[int]) -> None:
    """Make and load what is not there yet; a city that is begun is finished."""
    await provision.prepare(settings)
    known = {row["slug"] for row in await provision.listed(settings)}
    await provision.migrate_all(settings)
    for slug in CITIES:
        if not stopping:
            await fill_city(settings, slug, is_made=slug in known)
    await fill_vendor(settings)


async def fill_city(settings: Settings, slug: str, *, is_made: bool) -> None:
    """One municipality with its made-up data, also when an earlier start was killed before these.

    They are written in one transaction.
    """
    tenant = read.read(FOLDER / slug)
    openable(FOLDER / slug / "rulebook.toml", tenant.rulebook)
    if not is_made:
        hosts = [f"{host}.{settings.base_host}" for host in tenant.file.hosts]
        await provision.create(settings, slug, tenant.file.name, hosts, brand_of(tenant))
    schema = f"t_{slug}"
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    try:
        if await connection.fetchval(f"SELECT EXISTS (SELECT FROM {schema}.campaign)"):
            await unlock(connection, settings, schema)
            await fill_secondary(connection, settings, slug)
            return
        secret = settings.derive("person")
        await load.load(
            connection,
            schema,
            tenant,
            accounts.made(slug),
            now=Clock().now(),
            person_key=lambda value: person_key(secret, "pesel", value),
            hashed=lambda login: HASHER.hash(accounts.password(settings, login)),
            files=files_of(settings, schema),
            authenticator=lambda login: accounts.totp_secret(settings, login),
            ring=keys_of(settings).ring(schema),
        )
        await fill_secondary(connection, settings, slug)
    finally:
        await connection.close()


async def unlock(connection: asyncpg.Connection, settings: Settings, schema: str) -> None:
    """Let everybody of the demonstration in again, however long it has not been used."""
    ring = keys_of(settings).ring(schema)
    until = next_expiry(Clock().today())
    await connection.execute(
        f"UPDATE {schema}.account SET last_in_on = NULL, valid_until = $1"
        " WHERE kind = 'staff' AND valid_until IS NOT NULL",
        until,
    )
    lost = await connection.fetch(
        f"SELECT id, login FROM {schema}.account"
        " WHERE kind = 'staff' AND password_hash IS NULL AND active"
    )
    ours = {one.login for one in accounts.accounts(settings)}
    for row in lost:
        if row["login"] in ours:
            secret = bound(row["id"], accounts.totp_secret(settings, row["login"]))
            await connection.execute(
                f"UPDATE {schema}.account SET password_hash = $2, totp_sealed = $3 WHERE id = $1",
                row["id"],
                HASHER.hash(accounts.password(settings, row["login"])),
                ring.seal("account.totp_sealed", secret),
            )


async def fill_secondary(connection: asyncpg.Connection, settings: Settings, slug: str) -> None:
    """The secondary recruitment of a city whose real offer we have, unless it is there."""
    folder, schema = FOLDER / slug / "secondary", f"t_{slug}"
    secondary = f"SELECT EXISTS (SELECT FROM {schema}.campaign WHERE level = 'secondary')"
    if (folder / "offer.csv").exists() and not await connection.fetchval(secondary):
        await fill_second(settings, schema, folder, Clock().now())


def explained(problem: Exception, home: Path) -> CannotStart:
    """Why the cities could not be made, in one sentence."""
    causes = [problem]
    while cause := causes[-1].__cause__ or causes[-1].__context__:
        causes.append(cause)  # type: ignore[arg-type]
    full = any(
        isinstance(one, asyncpg.DiskFullError) or getattr(one, "errno", 0) == errno.ENOSPC
        for one in causes
    )
    # Without room for its log the database ends at once, and we see a lost connection only.
    if full or shutil.disk_usage(home).free < LEAST_ROOM:
        return CannotStart(f"The disk is full: there is no room for the data in {home}.")
    return CannotStart(
        f"The cities could not be made ({type(problem).__name__}); "
        f"the reason may be in {home / 'log' / 'postgres.log'}."
    )


async def fill_vendor(settings: Settings) -> None:
    """The vendor's account."""
    vendor = next(one for one in accounts.accounts(settings) if one.role == "vendor")
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    try:
        await connection.execute(
            "INSERT INTO control.vendor_account (id, login, name, password_hash, totp_secret,"
            " totp_last_step, failures) VALUES (gen_random_uuid(), $1, 'Serwis', $2, $3, 0, 0)"
            " ON CONFLICT (login) DO NOTHING",
            vendor.login,
            HASHER.hash(vendor.password),
            vendor.totp,
        )
    finally:
        await connection.close()


def answers(port: int) -> bool:
    """Whether the web is up."""
    try:
        socket.create_connection(("127.0.0.1", port), 0.3).close()
    except OSError:
        return False
    return True


def introduction(settings: Settings, seconds: float) -> str:
    """Where everything is, and one account of every role of the first city."""
    base = settings.base_host
    lines = [
        *(f"  {settings.address(f'{slug}.{base}')}" for slug in CITIES),
        f"  {settings.address(f'konsola.{base}')}   the vendor's console",
        f"  {settings.address(f'poczta.{base}', '/poczta')}   the mails that were sent",
        "",
        f"  {'parent':<17} choose a person at the stand-in of login.gov.pl",
    ]
    shown: set[str] = set()
    for one in accounts.accounts(settings):
        if one.role != "parent" and one.role not in shown:
            shown.add(one.role)
            held = ", ".join((one.role, *one.others))
            lines.append(f"  {held:<17} {one.login:<29} {one.password}  TOTP {one.totp}")
    lines += [
        "  the page that asks for the code shows it, in the demonstration only;",
        "  the console takes it from an authenticator with the secret after TOTP",
        "  all accounts: .venv/bin/ksr demo accounts",
        "",
        f"ready in {seconds:.1f} s",
    ]
    return "\n".join(lines) + "\n"


def supervisor(settings: Settings) -> Supervisor:
    """Who keeps the web and the workers alive."""
    environment = os.environ | {
        "KSR_ENV": "demo",
        "KSR_HOME": str(settings.home),
        "KSR_PORT": str(settings.port),
        "KSR_SECRET": settings.secret,
        "KSR_SMTP_PORT": str(settings.smtp_port),
        "KSR_APP": "tenants.demo.serving:app",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
    }
    program = str(Path(sys.executable).parent / "ksr")
    commands = {verb: [program, verb] for verb in ("serve", "worker")}
    return Supervisor(commands, grace=GRACE, environment=environment)


def serve(settings: Settings, begun: float, stopping: Sequence[int]) -> None:
    """Keep the web and the workers alive until somebody stops us. Raises CannotStart."""
    children = supervisor(settings)
    introduced = False
    patience = time.monotonic() + START_PATIENCE
    try:
        while not stopping:
            children.tend()
            if not introduced and answers(settings.port):
                sys.stdout.write(introduction(settings, time.monotonic() - begun))
                sys.stdout.flush()
                introduced = True
            if not introduced and time.monotonic() > patience:
                raise CannotStart("The web did not start; the reason stands above.")
            time.sleep(0.1)
    finally:
        children.stop()


def run() -> int:
    """Serve until stopped; 1 with one sentence when it cannot start."""
    begun = time.monotonic()
    os.environ.setdefault("KSR_ENV", "demo")
    embedded = Embedded(home_folder())
    stopping: list[int] = []

    def stop(number: int, _: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    post = None
    try:
        ensure_free(wanted_port())
        services = embedded.start()
        os.environ["KSR_SMTP_PORT"] = str(free_port())
        settings = Settings.from_env(
            database_url=services.database_url, redis_url=services.redis_url
        )
        post = mailbox(settings.home / "mail", settings.smtp_port)
        post.start()
        try:
            asyncio.run(fill(settings, stopping))
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as problem:
            raise explained(problem, settings.home) from problem
        serve(settings, begun, stopping)
    except (CannotStart, BadSettings, provision.Unfit, BadFile) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    finally:
        if post is not None:
            post.stop()
        embedded.stop()
    return 0


def show(arguments: list[str]) -> int:
    """Print the accounts."""
    os.environ.setdefault("KSR_ENV", "demo")
    settings = Settings.from_env(database_url="-", redis_url="-")
    found = [msgspec.to_builtins(one) for one in accounts.accounts(settings)]
    if arguments == ["--json"]:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
        return 0
    for one in found:
        one["role"] = ", ".join((one["role"], *one.pop("others")))
        sys.stdout.write("  ".join(str(one[k]) for k in one if one[k]) + "\n")
    return 0


def demo(arguments: list[str]) -> int:
    """`ksr demo`; returns the exit status."""
    match arguments:
        case ["run"]:
            return run()
        case ["accounts", *rest]:
            return show(rest)
    sys.stderr.write(USAGE)
    return 2
