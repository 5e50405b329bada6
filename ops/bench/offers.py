"""The offer of a large city taken from its file: read, compared and written in one transaction."""

import asyncio
import statistics
import time

from ksr_saas.campaigns.models import Campaign
from ksr_saas.exchange import offer_import, table
from ksr_saas.exchange.offer_import import Choices
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.portals import keys_of
from ksr_saas.settings import Settings
from ops.bench.figures import Figure
from ops.bench.house import empty_house
from tenants import provision, read
from tenants.commands import FOLDER, brand_of

LIMIT = 5  # seconds
CLASSES = 1018
CITIES = ("pierwsza", "druga", "trzecia")  # each gets the offer into empty tables, durably
WARSAW = FOLDER / "warszawa" / "secondary"


async def taken(settings: Settings, slug: str) -> tuple[float, float]:
    """Seconds until the offer is there, and until the same file has been taken once more."""
    tenant = read.read(FOLDER / "warszawa")
    schema = await provision.create(settings, slug, slug, [], brand_of(tenant))
    rulebook, file = read.read_recruitment(WARSAW)
    engine = make_engine(settings.login_url(provision.WEB), keys=keys_of(settings), pool_size=1)
    content = (WARSAW / "offer.csv").read_bytes()
    async with pinned_session(engine, schema) as session, session.begin():
        campaign = Campaign(
            code=file.code, level=rulebook.level, school_year=file.school_year, name=file.name,
            rulebook={}, timetable=[],
        )  # fmt: skip
        session.add(campaign)
    spent = []
    for expected in (CLASSES + 161, 0):
        begun = time.perf_counter()
        async with pinned_session(engine, schema) as session, session.begin():
            _, made = await offer_import.looked_at(session, campaign, table.read(content))
            found = await offer_import.take(
                session, campaign, made, Choices(accept=True), None, now=Clock().now()
            )
        spent.append(time.perf_counter() - begun)
        if found.added != expected:
            raise RuntimeError(f"{found.added} rows were added instead of {expected}")
    await engine.dispose()
    return spent[0], spent[1]


async def all_taken(settings: Settings) -> list[tuple[float, float]]:
    """The seconds of every city."""
    await provision.prepare(settings)
    return [await taken(settings, slug) for slug in CITIES]


def measure() -> list[Figure]:
    """Seconds for Warsaw's classes of 2026, and for the same file again."""
    with empty_house() as house:
        spent = asyncio.run(all_taken(house.settings))
    first, again = (statistics.median(times) for times in zip(*spent, strict=True))
    note = f"{CLASSES} classes in 161 schools; the same file again {again:.2f} s"
    return [Figure("an offer from a file", first, "s", LIMIT, note=note)]
