"""The database says no: one municipality cannot reach another."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from ksr_saas.kernel.database import Unpinned, make_engine, pinned_session


@pytest.fixture
async def engine(settings, cities):
    made = make_engine(settings.login_url("ksr_web"), pool_size=2)
    yield made
    await made.dispose()


async def test_a_session_without_a_municipality_is_an_error(engine):
    async with pinned_session(engine, "") as session:
        with pytest.raises(Unpinned):
            await session.execute(text("SELECT 1"))


async def test_one_municipality_cannot_read_another(engine):
    async with pinned_session(engine, "t_wroclaw") as session:
        assert await session.scalar(text("SELECT count(*) FROM child")) >= 0
        with pytest.raises(ProgrammingError, match="permission denied"):
            await session.execute(text("SELECT 1 FROM t_pila.child"))


async def test_the_login_role_itself_reads_nothing(engine):
    async with engine.connect() as connection:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await connection.execute(text("SELECT 1 FROM t_wroclaw.child"))


async def test_the_pin_ends_with_the_transaction(engine):
    async with pinned_session(engine, "t_wroclaw") as session:
        await session.execute(text("SELECT 1"))
        await session.commit()
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT current_user")) == "ksr_web"


async def test_a_pin_that_was_not_used_goes_with_the_session(settings, cities):
    engine = make_engine(settings.login_url("ksr_web"), pool_size=1)
    async with pinned_session(engine, "t_wroclaw") as session:
        await session.connection()
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT current_user")) == "ksr_web"
    await engine.dispose()


async def test_a_pin_that_fails_leaves_no_transaction_behind(settings, cities):
    engine = make_engine(settings.login_url("ksr_web"), pool_size=1)
    async with pinned_session(engine, "t_nowhere") as session:
        with pytest.raises(DBAPIError, match="t_nowhere"):
            await session.execute(text("SELECT 1"))
    async with pinned_session(engine, "t_wroclaw") as session:
        assert await session.scalar(text("SELECT current_user")) == "t_wroclaw"
    await engine.dispose()


async def test_a_savepoint_leaves_no_pin_for_a_later_transaction(settings, cities):
    engine = make_engine(settings.login_url("ksr_web"), pool_size=1)
    async with pinned_session(engine, "t_wroclaw") as session:
        async with session.begin_nested():
            assert await session.scalar(text("SELECT current_user")) == "t_wroclaw"
        await session.commit()
    async with engine.connect() as connection:
        assert await connection.scalar(text("SELECT current_user")) == "ksr_web"
    await engine.dispose()


@pytest.mark.parametrize("role", ["", "t_pila; RESET ROLE", "t_pila--", "T_PILA"])
async def test_what_cannot_be_a_role_is_no_pin(engine, role):
    async with pinned_session(engine, role) as session:
        with pytest.raises(Unpinned):
            await session.execute(text("SELECT 1"))


async def test_a_restarted_database_costs_nobody_a_request(settings, engine):
    async def who(schema):
        async with pinned_session(engine, schema) as session:
            return await session.scalar(text("SELECT current_user"))

    await asyncio.gather(who("t_pila"), who("t_wroclaw"))
    administrator = await asyncpg.connect(settings.database_url)
    await administrator.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'ksr_web'"
    )
    await administrator.close()
    await asyncio.sleep(0.1)
    assert await asyncio.gather(who("t_pila"), who("t_wroclaw")) == ["t_pila", "t_wroclaw"]


async def test_a_pin_that_was_never_used_is_not_found_by_the_next(settings, cities):
    engine = make_engine(settings.login_url("ksr_web"), pool_size=1)
    async with pinned_session(engine, "t_wroclaw") as session:
        await session.connection()
    async with engine.connect() as connection:
        with pytest.raises(ProgrammingError, match="permission denied"):
            await connection.execute(text("SELECT 1 FROM t_wroclaw.child"))
    await engine.dispose()
