"""The database says no: one municipality cannot reach another."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

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
