"""The time is the database's, whatever this machine believes."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text

from ksr_saas.kernel import clock as clocks
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session, set_by_database
from ksr_saas.portals import keys_of
from ksr_saas.tenancy.directory import Directory
from tests.factories.municipality import a_town

YEAR = timedelta(days=365)


async def test_a_clock_that_is_wrong_is_set_by_the_database(settings):
    clock = Clock()
    clock.hear(datetime.now(UTC) + YEAR, -2 * clocks.KEPT)
    assert clock.is_due and clock.now() > datetime.now(UTC) + YEAR

    _, schema = await a_town(settings)
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=1)
    async with pinned_session(engine, schema) as session, session.begin():
        await set_by_database(clock, session)
        known = await session.scalar(text("SELECT clock_timestamp()"))
    await engine.dispose()

    assert not clock.is_due
    assert abs(clock.now() - known) < timedelta(seconds=5)


async def test_finding_the_municipality_of_a_host_sets_the_clock(settings):
    clock = Clock()
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=1)
    assert await Directory(engine, clock).find("nobody.localhost") is None
    await engine.dispose()
    assert not clock.is_due


def test_between_two_hearings_it_goes_on_evenly(monkeypatch):
    clock, start = Clock(), datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    moments = iter([100.0, 100.0, 220.5])
    monkeypatch.setattr(clocks.time, "monotonic", lambda: next(moments))
    clock.hear(start, 100.0)
    assert clock.now() == start
    assert clock.now() == start + timedelta(seconds=120.5)
