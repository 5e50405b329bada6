"""`ksr recruitment …`: a recruitment from files, without a single screen."""

import asyncio
import sys
from pathlib import Path
from uuid import uuid4

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import prepared_or_opened, with_prepared
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.kernel.errors import NotFound
from ksr_saas.portals import keys_of
from ksr_saas.settings import BadSettings, Settings
from tenants import provision, read
from tenants.files import BadFile
from tenants.judging import unopened

USAGE = "usage: ksr recruitment prepare CITY FOLDER | list CITY\n"
FOLDER = Path(__file__).parent


async def prepare(settings: Settings, slug: str, folder: Path) -> int:
    """Put the files of a recruitment into a municipality; only its office sees it.

    Once more with changed files exchanges what is prepared. Raises BadFile for the first error, and
    Unfit for an unknown municipality or a recruitment that is open already.
    """
    rulebook, file = read.read_recruitment(folder)
    schema = await provision.schema_of(settings, slug)
    engine = make_engine(settings.login_url(provision.WEB), keys=keys_of(settings), pool_size=1)
    try:
        async with pinned_session(engine, schema) as session, session.begin():
            campaign = await _of(session, file.code)
            if campaign.opened_at is not None:
                raise provision.Unfit(
                    f"{file.code} is open in {slug}: its rules are changed on the office's pages."
                )
            campaign.level, campaign.school_year = rulebook.level, file.school_year
            campaign.name = file.name
            campaign.rulebook = msgspec.to_builtins(rulebook)
            campaign.timetable = msgspec.to_builtins(file.stages)
            record(session, "campaigns.prepare", kind="campaign", object_id=campaign.id)
    finally:
        await engine.dispose()
    sys.stdout.write(f"{slug}: {file.code} is prepared, {len(rulebook.criteria)} criteria\n")
    for one in unopened(folder / "rulebook.toml", rulebook):
        sys.stdout.write(f"{one.text()}\n")
    return 0


async def _of(session: AsyncSession, code: str) -> Campaign:
    try:
        return await prepared_or_opened(session, code, lock=True)
    except NotFound:
        made = Campaign(id=uuid4(), code=code, opened_at=None)
        session.add(made)
        return made


async def listed(settings: Settings, slug: str) -> int:
    """Print every recruitment of a municipality, the newest first."""
    schema = await provision.schema_of(settings, slug)
    engine = make_engine(settings.login_url(provision.WEB), keys=keys_of(settings), pool_size=1)
    try:
        async with pinned_session(engine, schema) as session, session.begin():
            for one in await with_prepared(session):
                state = f"open since {one.opened_at:%Y-%m-%d}" if one.opened_at else "prepared"
                sys.stdout.write(f"{one.code:28} {one.level:10} {one.school_year} {state}\n")
    finally:
        await engine.dispose()
    return 0


def recruitment(arguments: list[str]) -> int:
    """`ksr recruitment`; returns the exit status."""

    async def run() -> int:
        settings = Settings.from_env()
        match arguments:
            case ["prepare", slug, folder]:
                where = Path(folder)
                return await prepare(settings, slug, where if where.is_dir() else FOLDER / folder)
            case ["list", slug]:
                return await listed(settings, slug)
        sys.stderr.write(USAGE)
        return 2

    try:
        return asyncio.run(run())
    except (BadSettings, provision.Unfit, BadFile) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
