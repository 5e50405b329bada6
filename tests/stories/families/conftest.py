"""Two towns with families of their own, and parents who come by eID."""

import asyncio
from datetime import timedelta

import asyncpg
import msgspec
import pytest
import redis

from ksr_saas.app import create_app
from ksr_saas.identity.passwords import HASHER
from ksr_saas.identity.service import person_key
from ksr_saas.identity.throttle import CHILDREN
from ksr_saas.portals import files_of, keys_of
from tenants import provision, read
from tenants.commands import FOLDER, brand_of
from tenants.demo.generate import city
from tenants.demo.load import load
from tests.stories.browser import MovingClock
from tests.stories.families.people import (
    JOANNA,
    NO_ACCOUNTS,
    OBCA,
    PASSWORD,
    PIOTR,
    TOWNS,
    signed_in,
)


@pytest.fixture(scope="package")
def clock():
    return MovingClock()


async def _fill(settings, clock):
    tenant = read.read(FOLDER / "wroclaw")
    connection = await asyncpg.connect(settings.database_url)
    hashed = HASHER.hash(PASSWORD)
    for seed, slug in enumerate((*TOWNS, NO_ACCOUNTS), start=3):
        schema = await provision.create(
            settings, slug, slug.title(), [f"{slug}.localhost"],
            brand_of(tenant) | {"local_accounts": slug != NO_ACCOUNTS},
        )  # fmt: skip
        await load(
            connection,
            schema,
            msgspec.structs.replace(tenant, file=msgspec.structs.replace(tenant.file, slug=slug)),
            city(applications=12, places=40, institutions=6, seed=seed),
            now=clock.now(),
            person_key=lambda value: person_key(settings.derive("person"), "pesel", value),
            hashed=lambda _: hashed,
            files=files_of(settings, schema),
            ring=keys_of(settings).ring(schema),
        )
    await connection.close()


@pytest.fixture(scope="package")
def towns(settings, clock):
    """Two towns with some families."""
    asyncio.run(_fill(settings, clock))


@pytest.fixture
def opened(settings, towns):
    """What a sealed value of the first town says, by its place ("table.column")."""
    ring = keys_of(settings).ring(f"t_{TOWNS[0]}")
    return lambda place, value: value and ring.open(place, value).rstrip()


@pytest.fixture
async def connection(settings, towns):
    made = await asyncpg.connect(settings.database_url)
    await made.execute("SET search_path = t_brda")
    yield made
    await made.execute(
        "DELETE FROM message WHERE kind = 'paper-taken';"
        " DELETE FROM child WHERE account_id IN (SELECT id FROM account WHERE family_name"
        " IN ('Nowicka', 'Zawadzki', 'Obca'));"
        " DELETE FROM account WHERE kind = 'parent' AND (login IS NOT NULL OR NOT active)"
    )
    await made.close()
    # The same three people describe a child in every story: that is not one day of theirs.
    with redis.Redis.from_url(settings.redis_url) as store:
        for key in store.scan_iter(f"*{CHILDREN.namespace}*"):
            store.delete(key)


@pytest.fixture
async def app(settings, towns, clock):
    clock.ahead = timedelta()
    made = create_app(
        settings, clock=clock, people=lambda _: [JOANNA, PIOTR, OBCA], slugs=lambda: TOWNS
    )
    yield made
    await made.close()


@pytest.fixture
async def joanna(app, connection):
    return await signed_in(app, JOANNA)


@pytest.fixture
async def piotr(app, connection):
    return await signed_in(app, PIOTR)
