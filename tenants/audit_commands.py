"""`ksr audit …`."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.heads import BadHead, Head, HeadLog
from ksr_saas.audit.seal import head, instant
from ksr_saas.audit.verify import verify
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.settings import BadSettings, Settings
from tenants import provision

USAGE = "usage: ksr audit verify SLUG [--json] [--head NUMBER:SHA256] | head SLUG\n"
PATIENCE = 600  # seconds one statement may take


@asynccontextmanager
async def record_of(settings: Settings, slug: str) -> AsyncIterator[AsyncSession]:
    """A session in the municipality's schema. Raises Unfit for an unknown slug."""
    schema = await provision.schema_of(settings, slug)
    engine = make_engine(settings.login_url(provision.WORKER), pool_size=1)
    try:
        async with pinned_session(engine, schema, patience=PATIENCE) as session:
            yield session
    finally:
        await engine.dispose()


async def verified(settings: Settings, slug: str, *, as_json: bool, kept: list[Head]) -> int:
    """Check the record against its seals and every head kept outside; 1 when it was changed."""
    log = HeadLog(settings.home, slug)
    try:
        daily = [one for _, one in log.lines()]
    except ValueError as problem:
        raise provision.Unfit(f"The heads kept outside cannot be read: {log.file}") from problem
    async with record_of(settings, slug) as session:
        report = await verify(session, [*daily, *kept])
    if as_json:
        sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
    else:
        for finding in report.findings:
            sys.stdout.write(f"{finding}\n")
        sys.stdout.write(
            f"{report.events} events, {report.waiting} not sealed yet, {report.seals} seals, "
            f"head {report.head or 'none'}, {len(daily) + len(kept)} heads kept outside: "
            f"{'CHANGED' if report.findings else 'as it was sealed'}\n"
        )
    return 1 if report.findings else 0


async def newest(settings: Settings, slug: str) -> int:
    """Print the head of the chain; 1 when nothing has been sealed."""
    async with record_of(settings, slug) as session:
        found = await head(session)
    if found is None:
        sys.stderr.write("Nothing has been sealed yet.\n")
        return 1
    sys.stdout.write(f"{found.number}:{found.sha256} {instant(found.sealed_at)}\n")
    return 0


def audit(arguments: list[str]) -> int:
    """`ksr audit`; returns the exit status."""
    kept: list[Head] = []
    as_json = False

    async def run() -> int:
        settings = Settings.from_env()
        if arguments[0] == "head":
            return await newest(settings, arguments[1])
        return await verified(settings, arguments[1], as_json=as_json, kept=kept)

    try:
        match arguments:
            case ["head", _]:
                pass
            case ["verify", _, *options]:
                while options:
                    option = options.pop(0)
                    if option == "--json":
                        as_json = True
                    elif option == "--head" and options:
                        kept.append(Head.of(options.pop(0)))
                    else:
                        raise BadHead(option)
            case _:
                raise BadHead
        return asyncio.run(run())
    except BadHead:
        sys.stderr.write(USAGE)
        return 2
    except (BadSettings, provision.Unfit) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
