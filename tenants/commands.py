"""`ksr municipality …`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from ksr_saas.kernel.clock import Clock
from ksr_saas.settings import BadSettings, Settings
from tenants import eid_commands, invite, provision, read
from tenants.files import BadFile

USAGE = (
    "usage: ksr municipality create SLUG | list | migrate [SLUG]\n"
    "       ksr municipality eid VERB SLUG …\n"
    "       ksr municipality invite SLUG E-MAIL GIVEN-NAME FAMILY-NAME\n"
)
FOLDER = Path(__file__).parent


async def create(settings: Settings, slug: str) -> int:
    """Make the municipality that `tenants/<slug>` describes."""
    tenant = read.read(FOLDER / slug)
    await provision.prepare(settings)
    hosts = [f"{host}.{settings.base_host}" for host in tenant.file.hosts]
    schema = await provision.create(
        settings, tenant.file.slug, tenant.file.name, hosts, brand_of(tenant)
    )
    sys.stdout.write(f"{tenant.file.name}: schema {schema}, {', '.join(hosts)}\n")
    return 0


def brand_of(tenant: read.Tenant) -> dict[str, str | bool]:
    """What the catalogue keeps of a municipality's looks and doors."""
    plain = msgspec.to_builtins(tenant.file)
    return {key: value for key, value in plain.items() if key not in ("slug", "name", "hosts")}


async def listed(settings: Settings) -> int:
    """Print every municipality."""
    for row in await provision.listed(settings):
        hosts = ", ".join(row["hosts"])
        sys.stdout.write(f"{row['slug']:12} {row['state']:10} {row['revision']:14} {hosts}\n")
    return 0


async def migrated(settings: Settings, only: str | None) -> int:
    """Bring schemas up; 1 when one of them could not be."""
    await provision.prepare(settings)
    outcomes = await provision.migrate_all(settings, only)
    for one in outcomes:
        sys.stdout.write(f"{one.schema:16} {one.revision or 'FAILED: ' + one.problem}\n")
    failed = sum(bool(one.problem) for one in outcomes)
    sys.stdout.write(f"{len(outcomes) - failed} up to date, {failed} failed\n")
    return 1 if failed else 0


async def invited(settings: Settings, slug: str, email: str, given: str, family: str) -> int:
    """Print the link with which an administrator sets a password."""
    link = await invite.administrator(
        settings, slug, email=email.lower(), given=given, family=family, clock=Clock()
    )
    sys.stdout.write(f"{link}\nThe link works once and for 48 hours.\n")
    return 0


def municipality(arguments: list[str]) -> int:
    """`ksr municipality`; returns the exit status."""
    commands: dict[tuple[str, int], Callable[[Settings], Awaitable[int]]] = {
        ("create", 2): lambda s: create(s, arguments[1]),
        ("list", 1): listed,
        ("migrate", 1): lambda s: migrated(s, None),
        ("migrate", 2): lambda s: migrated(s, arguments[1]),
        ("invite", 5): lambda s: invited(s, *arguments[1:]),
    }
    if arguments[:1] == ["eid"]:
        commands["eid", len(arguments)] = lambda s: eid_commands.run(s, arguments[1:])
    command = commands.get((arguments[0], len(arguments))) if arguments else None
    if command is None:
        sys.stderr.write(USAGE)
        return 2

    async def run() -> int:
        return await command(Settings.from_env())

    try:
        return asyncio.run(run())
    except (BadSettings, provision.Unfit, BadFile) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
