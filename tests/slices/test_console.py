"""What the vendor's console may know of a municipality's work."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ksr_saas.app import create_app
from ksr_saas.console.models import VendorAccount, VendorSession
from ksr_saas.console.rules import ABSOLUTE
from ksr_saas.console.service import JobCounts, municipalities
from ksr_saas.identity.sessions import hashed
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.tenancy.models import CONTROL
from tests.factories.municipality import a_municipality
from tests.stories.browser import Browser
from worker.runtime import house_of


@pytest.fixture(scope="module")
async def schema(settings, cities):
    return await a_municipality(settings, "watched")


@pytest.fixture
async def console(settings):
    engine = make_engine(settings.login_url("ksr_console"), pool_size=1)
    async with pinned_session(engine, "ksr_control", path=CONTROL) as session:
        yield session
    await engine.dispose()


async def some_jobs(settings, schema):
    """Two failed, one late, and some that are in order."""
    house = house_of(settings)
    async with house.session(schema) as session, session.begin():
        await session.execute(
            text(
                "INSERT INTO job (id, actor, payload, status, tries, created_at)"
                " SELECT gen_random_uuid(), 'tests.work', '{}', status, 1, now() - age FROM (VALUES"
                " ('failed', interval '1 day'), ('failed', interval '0'), ('done', interval '1 day'),"
                " ('pending', interval '6 min'), ('pending', interval '1 min')) made (status, age)"
            )
        )
    await house.engine.dispose()


async def test_failed_and_late_jobs_are_counted(settings, schema, console):
    await some_jobs(settings, schema)

    found = {row.slug: row.jobs for row in await municipalities(console)}

    assert found["watched"] == JobCounts(failed=2, late=1)


async def test_a_municipality_that_cannot_be_counted_does_not_hide_the_others(
    settings, schema, console
):
    await console.execute(
        text(
            "INSERT INTO municipality (id, slug, name, schema, state, revision, brand)"
            " VALUES (gen_random_uuid(), 'nowhere', 'Nigdzie', 't_nowhere', 'active', '', '{}')"
        )
    )

    found = {row.slug: row.jobs for row in await municipalities(console)}

    assert found["nowhere"] is None
    assert found["watched"] is not None


@pytest.mark.parametrize("what", ["payload FROM {}.job", "id FROM {}.job", "1 FROM {}.child"])
async def test_nothing_else_of_a_municipality_can_be_read(schema, console, what):
    with pytest.raises(DBAPIError, match="permission denied"):
        await console.execute(text("SELECT " + what.format(schema)))


async def test_the_vendor_sees_the_counts(settings, schema):
    house = house_of(settings)
    async with house.session(schema) as session, session.begin():
        await session.execute(text("DELETE FROM job"))
    await house.engine.dispose()
    app = create_app(settings)
    vendor = Browser(app, "konsola.localhost:8000")
    vendor.cookies[vendor.host] = {"ksr-konsola": await signed_in(settings)}

    async def row():
        page = (await vendor.get("/")).text
        return page.partition("/gminy/watched/stan")[0].rpartition("<tr>")[2]

    assert "w porządku" in await row()
    await some_jobs(settings, schema)
    found = await row()

    assert "nieudane: 2" in found
    assert "czekają od dawna: 1" in found
    await app.close()


async def signed_in(settings):
    """A vendor's session token."""
    engine = make_engine(settings.login_url("ksr_console"), pool_size=1)
    async with pinned_session(engine, "ksr_control", path=CONTROL) as session, session.begin():
        account = VendorAccount(login="serwis@konsola.example", name="Serwis")
        session.add(account)
        await session.flush()
        ends = Clock().now() + ABSOLUTE
        session.add(
            VendorSession(token_hash=hashed("token"), account_id=account.id, expires_at=ends)
        )
    await engine.dispose()
    return "token"
