"""What logins leave behind goes when it can no longer matter, and not before."""

from datetime import datetime, timedelta
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import func, select, update

from ksr_saas.identity import leftovers, sessions
from ksr_saas.identity.authorisation import Role
from ksr_saas.identity.eid.assertion import SKEW
from ksr_saas.identity.eid.person import Vouched
from ksr_saas.identity.eid.profile import Clientele
from ksr_saas.identity.errors import EidFailed
from ksr_saas.identity.models import (
    Account,
    AccountKind,
    EidRequest,
    LoginSession,
    PasskeyChallenge,
    PendingLogin,
    Purpose,
    UsedAssertion,
)
from ksr_saas.identity.service import accept_answer, begin_eid, redeem
from ksr_saas.kernel.clock import Clock
from tests.factories.municipality import a_municipality
from worker import sweeper
from worker.runtime import house_of

NOW = Clock().now()


class StandingClock(Clock):
    """A time that a test moves."""

    at: datetime = NOW

    def now(self):
        return self.at


@pytest.fixture(scope="module")
async def schema(settings):
    return await a_municipality(settings, "leftovers")


@pytest.fixture
async def house(settings, schema):
    made = msgspec.structs.replace(house_of(settings), clock=StandingClock())
    yield made
    async with made.session(schema) as session, session.begin():
        for table in (Account, UsedAssertion, EidRequest):
            for row in await session.scalars(select(table)):
                await session.delete(row)
    await made.engine.dispose()


@pytest.fixture
async def account(house, schema):
    made = Account(
        id=uuid4(), kind=AccountKind.STAFF, login=f"{uuid4()}", given_name="A", family_name="B"
    )
    async with house.session(schema) as session, session.begin():
        session.add(made)
    return made


async def count(house, schema, table):
    async with house.session(schema) as session:
        return await session.scalar(select(func.count()).select_from(table))


async def tidied_at(house, schema, moment):
    house.clock.at = moment
    await sweeper.tidy(house, schema)


async def answered(house, schema, account, *, assertion_id="ID-1", valid=timedelta(minutes=5)):
    """An answer accepted NOW; returns the ticket and the browser's secret."""
    answer = Vouched(assertion_id=assertion_id, session_index="", not_on_or_after=NOW + valid)
    async with house.session(schema) as session, session.begin():
        opened, browser = await begin_eid(session, Clientele.STAFF, return_to="", now=NOW)
        ticket = await accept_answer(session, opened, answer, account, eid_session=b"", now=NOW)
    return ticket, browser


async def test_a_memory_that_still_guards_against_a_replay_is_never_removed(house, schema, account):
    valid = timedelta(hours=1)
    await answered(house, schema, account, valid=valid)
    # Long after its request is gone, up to the last moment at which it could be shown again.
    for after in (timedelta(), timedelta(minutes=59), valid + SKEW, valid + timedelta(minutes=10)):
        await tidied_at(house, schema, NOW + after)
        assert await count(house, schema, UsedAssertion) == 1
        with pytest.raises(EidFailed, match="replayed"):
            await answered(house, schema, account, valid=valid)
    assert await count(house, schema, EidRequest) == 0
    await tidied_at(house, schema, NOW + valid + timedelta(minutes=16))
    assert await count(house, schema, UsedAssertion) == 0


async def test_a_ticket_that_is_still_good_is_not_removed(house, schema, account):
    ticket, browser = await answered(house, schema, account)
    await tidied_at(house, schema, NOW + timedelta(minutes=1, seconds=59))
    late = NOW + timedelta(minutes=9, seconds=59)
    async with house.session(schema) as session, session.begin():
        opened, other = await begin_eid(session, Clientele.FAMILIES, return_to="", now=NOW)
        answer = Vouched(assertion_id="ID-2", session_index="", not_on_or_after=late)
        last = await accept_answer(session, opened, answer, account, eid_session=b"", now=late)
    end = late + timedelta(minutes=1, seconds=59)
    await tidied_at(house, schema, end)
    async with house.session(schema) as session, session.begin():
        await redeem(session, Clientele.FAMILIES, last, other, now=end)
        with pytest.raises(EidFailed, match="ticket"):
            await redeem(session, Clientele.STAFF, ticket, browser, now=end)
    await tidied_at(house, schema, NOW + timedelta(minutes=17, seconds=1))
    assert await count(house, schema, EidRequest) == 0


@pytest.mark.parametrize("role", Role)
async def test_a_session_goes_when_it_is_over_and_one_in_use_stays(house, schema, account, role):
    async with house.session(schema) as session, session.begin():
        await sessions.begin(session, account, role, None, now=NOW, replaces=None)
    await tidied_at(house, schema, NOW + sessions.IDLE[role] + timedelta(minutes=4))
    assert await count(house, schema, LoginSession) == 1
    nearly = NOW + sessions.ABSOLUTE[role] - timedelta(seconds=1)
    async with house.session(schema) as session, session.begin():
        await session.execute(update(LoginSession).values(last_seen_at=nearly))
    await tidied_at(house, schema, nearly)
    assert await count(house, schema, LoginSession) == 1
    await tidied_at(house, schema, nearly + timedelta(minutes=6))
    assert await count(house, schema, LoginSession) == 0


async def test_an_idle_session_a_forgotten_second_step_and_a_question_without_answer_go(
    house, schema, account
):
    async with house.session(schema) as session, session.begin():
        await sessions.begin(session, account, Role.OPERATOR, None, now=NOW, replaces=None)
        session.add(
            PendingLogin(
                token_hash=f"{uuid4()}",
                account_id=account.id,
                return_to="",
                expires_at=NOW + timedelta(minutes=10),
            )
        )
        session.add(
            PasskeyChallenge(
                account_id=account.id,
                browser_hash=f"{uuid4()}",
                purpose=Purpose.SECOND_STEP,
                challenge=b"1",
                expires_at=NOW + timedelta(minutes=10),
            )
        )
    await tidied_at(house, schema, NOW + timedelta(minutes=14))
    assert await count(house, schema, PendingLogin) == 1
    assert await count(house, schema, PasskeyChallenge) == 1
    await tidied_at(house, schema, NOW + timedelta(minutes=26))
    assert await count(house, schema, PendingLogin) == 0
    assert await count(house, schema, PasskeyChallenge) == 0
    assert await count(house, schema, LoginSession) == 0


async def test_many_rows_go_in_batches_and_one_that_is_held_waits(
    house, schema, account, monkeypatch
):
    monkeypatch.setattr(leftovers, "BATCH", 3)
    async with house.session(schema) as session, session.begin():
        for number in range(8):
            session.add(UsedAssertion(assertion_id=f"ID-{number}", expires_at=NOW))
    async with house.session(schema) as session, session.begin():
        await session.scalar(select(UsedAssertion).limit(1).with_for_update())
        await tidied_at(house, schema, NOW + timedelta(minutes=6))
        assert await count(house, schema, UsedAssertion) == 1
    await tidied_at(house, schema, NOW + timedelta(minutes=6))
    assert await count(house, schema, UsedAssertion) == 0


def test_a_municipality_is_tidied_once_an_hour_and_a_few_at_a_time():
    known, tidied = [f"t_{number}" for number in range(30)], {}
    first = sweeper.due_for_tidying(known, tidied, 5.0)
    second = sweeper.due_for_tidying(known, tidied, 10.0)
    assert sorted(first + second) == sorted(known)
    assert sweeper.due_for_tidying(known, tidied, 3604.0) == []
    assert sweeper.due_for_tidying(known, tidied, 3605.0) == first
