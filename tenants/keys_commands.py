"""`ksr keys …`."""

import asyncio
import sys
import time

import asyncpg
import msgspec

from ksr_saas.audit.service import record
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.kernel.keys import FRESH, Keystore, NoKey, NotOurs, Stored, fresh_key
from ksr_saas.portals import keys_of
from ksr_saas.settings import BadSettings, Settings
from tenants import provision
from tenants.reseal import StillHeld, reseal

USAGE = "usage: ksr keys rotate SLUG\n"
LONGEST = 660.0  # seconds: more than any statement or job may take


class StillRunning(Exception):
    """A transaction that began before the new key has not ended."""


async def rotate(settings: Settings, schema: str) -> int:
    """Seal everything under a new key and throw the old ones away; returns the rows changed.

    The service may run: it writes with the new key from FRESH seconds after it was made, and opens
    both until the end. Stopped half-way, the next run goes on with the same new key. Raises NoKey,
    NotOurs, StillHeld or StillRunning; then the old key stays.
    """
    keys = keys_of(settings)
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    try:
        if not await connection.fetchval(
            "SELECT pg_try_advisory_lock(hashtext($1))", f"keys {schema}"
        ):
            raise StillRunning("Another rotation is running.")
        stored = keys.read(schema)
        if len(stored.keys) == 1:
            stored = msgspec.structs.replace(stored, keys=(*stored.keys, fresh_key()))
            keys.write(schema, stored)
        ring = keys.ring(schema)
        await asyncio.sleep(2 * FRESH)
        done = await reseal(connection, schema, ring)
        await older_ended(connection)
        done += await reseal(connection, schema, ring)
        # What was read a moment ago under the old key is still being opened.
        await asyncio.sleep(FRESH)
        retire(keys, schema, stored)
    finally:
        await connection.close()
    await note(settings, schema, done)
    return done


def retire(keys: Keystore, schema: str, stored: Stored) -> None:
    """Forget all keys but the newest."""
    keys.write(schema, msgspec.structs.replace(stored, keys=stored.keys[-1:]))


async def older_ended(connection: asyncpg.Connection) -> None:
    """Wait for every transaction that may still commit a value under the old key.

    Raises StillRunning after LONGEST seconds.
    """
    horizon = await connection.fetchval("SELECT pg_current_xact_id()::text::bigint")
    end = time.monotonic() + LONGEST
    while (
        await connection.fetchval("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        <= horizon
    ):
        if time.monotonic() > end:
            raise StillRunning("A transaction older than the new key is still running.")
        await asyncio.sleep(0.1)


async def note(settings: Settings, schema: str, rows: int) -> None:
    """Write the rotation into the municipality's record of acts."""
    engine = make_engine(settings.login_url(provision.WORKER), pool_size=1)
    try:
        async with pinned_session(engine, schema) as session, session.begin():
            record(session, "keys.rotate", kind="keys", rows=rows)
    finally:
        await engine.dispose()


def keys(arguments: list[str]) -> int:
    """`ksr keys`; returns the exit status."""
    match arguments:
        case ["rotate", slug]:
            pass
        case _:
            sys.stderr.write(USAGE)
            return 2

    async def run() -> int:
        settings = Settings.from_env()
        begun = time.monotonic()
        done = await rotate(settings, await provision.schema_of(settings, slug))
        seconds = time.monotonic() - begun
        sys.stdout.write(f"{done} rows are under the new key, {seconds:.1f} s\n")
        return 0

    try:
        return asyncio.run(run())
    except StillHeld:
        sys.stderr.write("Some rows stayed locked. Run it again.\n")
    except (BadSettings, provision.Unfit, NoKey, NotOurs, StillRunning) as problem:
        sys.stderr.write(f"{problem}\n")
    return 1
