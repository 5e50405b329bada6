"""One job row, whoever delivers it and however often."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.kernel.errors import IllegalMove
from ksr_saas.kernel.jobs import Job, JobStatus, later
from tests.factories.municipality import a_municipality
from worker.actors import allocation, audit, documents, notifications  # noqa: F401 - they declare
from worker.main import GROUPS
from worker.runtime import ACTORS, LONGEST, MOST_TRIES, House, house_of, run_job


@pytest.fixture(scope="module")
async def schema(settings):
    return await a_municipality(settings, "jobs")


@pytest.fixture
async def houses(settings, schema):
    """Two worker processes."""
    made = [house_of(settings) for _ in range(2)]
    yield made
    for one in made:
        await one.engine.dispose()


@pytest.fixture
async def job(houses, schema):
    """A job that was asked for and not sent."""
    async with houses[0].session(schema) as session, session.begin():
        made = later(session, "tests.work")
    return made.id


async def row(house, schema, job_id):
    async with house.session(schema) as session:
        return await session.get_one(Job, job_id)


async def test_a_job_delivered_to_two_workers_at_once_runs_once(houses, schema, job):
    begun, may_end = [], asyncio.Event()

    async def body(work):
        begun.append(work.house)
        await may_end.wait()

    running = asyncio.create_task(run_job(houses[0], schema, job, body))
    while not begun:
        await asyncio.sleep(0.01)
    await asyncio.wait_for(run_job(houses[1], schema, job, body), 5)
    may_end.set()
    await running
    await run_job(houses[1], schema, job, body)

    assert begun == [houses[0]]
    found = await row(houses[0], schema, job)
    assert (found.status, found.tries) == (JobStatus.DONE, 1)


async def test_what_a_failing_job_wrote_is_undone_and_it_comes_again_later(houses, schema, job):
    async def body(work):
        await work.session.execute(text("CREATE TABLE left_behind ()"))
        raise ConnectionError

    await run_job(houses[0], schema, job, body)
    found = await row(houses[0], schema, job)

    assert (found.status, found.tries, found.problem) == (JobStatus.PENDING, 1, "ConnectionError")
    assert 5 < (found.due_at - Clock().now()).total_seconds() <= 10
    async with houses[0].session(schema) as session:
        assert await session.scalar(text("SELECT to_regclass('left_behind')")) is None


async def test_after_its_last_try_a_job_is_given_up_in_one_transaction_with_its_subject(
    houses, schema, job
):
    ended = []

    async def body(work):
        raise ConnectionError

    async def on_give_up(work):
        ended.append(work.job.id)

    for tries in range(1, MOST_TRIES + 1):
        assert not ended
        await run_job(houses[0], schema, job, body, on_give_up=on_give_up)
        assert (await row(houses[0], schema, job)).tries == tries
    await run_job(houses[0], schema, job, body, on_give_up=on_give_up)

    assert ended == [job]
    assert (await row(houses[0], schema, job)).status is JobStatus.FAILED


async def test_a_refusal_is_final(houses, schema, job):
    ended = []

    async def body(work):
        raise IllegalMove

    async def on_give_up(work):
        ended.append(work.job.id)

    await run_job(houses[0], schema, job, body, on_give_up=on_give_up)

    found = await row(houses[0], schema, job)
    assert (found.status, found.problem, ended) == (JobStatus.FAILED, "IllegalMove", [job])


async def test_a_job_that_kills_its_worker_is_given_up_in_the_end(houses, schema, job):
    ended = []

    async def body(work):
        ended.append("a try too many")

    async def on_give_up(work):
        ended.append(work.job.problem)

    async with houses[0].session(schema) as session, session.begin():
        (await session.get_one(Job, job)).tries = MOST_TRIES  # begun so often, never ended
    await run_job(houses[0], schema, job, body, on_give_up=on_give_up)

    assert ended == ["WorkerDied"]
    assert (await row(houses[0], schema, job)).status is JobStatus.FAILED


async def test_a_job_at_its_time_limit_counts_as_failed(houses, schema, job):
    async def body(work):
        await asyncio.sleep(60)

    running = asyncio.create_task(run_job(houses[0], schema, job, body))
    await asyncio.sleep(0.3)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running

    found = await row(houses[0], schema, job)
    assert (found.status, found.problem) == (JobStatus.PENDING, "TimeLimitExceeded")


async def test_a_worker_may_rest_longer_in_its_transaction_than_the_web(settings, schema, houses):
    async with houses[0].session(schema) as session:
        allowed = await session.scalar(text("SHOW idle_in_transaction_session_timeout"))
    assert allowed == f"{(LONGEST + 60) // 60}min"

    engine = make_engine(settings.login_url("ksr_worker"), pool_size=1, longest_idle=1)
    async with pinned_session(engine, schema) as session:
        await session.execute(text("SELECT 1"))
        await asyncio.sleep(1.5)
        with pytest.raises(DBAPIError):
            await session.execute(text("SELECT 1"))
    await engine.dispose()


async def test_an_error_does_not_show_what_was_to_be_stored(houses, schema):
    async with houses[0].session(schema) as session:
        with pytest.raises(DBAPIError) as refusal:
            await session.execute(text("SELECT CAST(:pesel AS text) / 2"), {"pesel": "44051401359"})
    assert "44051401359" not in str(refusal.value)


def test_every_queue_has_a_process_that_works_it_off():
    queues = [queue for names, _ in GROUPS.values() for queue in names]
    assert sorted(queues) == sorted({actor.queue_name for actor in ACTORS.values()})
