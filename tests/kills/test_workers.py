"""Whatever is killed, no job is lost and none is done twice."""

import asyncio
import shutil
import signal
import time
from contextlib import suppress

import asyncpg
import pytest
import redis

from ksr_saas.kernel.jobs import wake_up
from tests.kills.processes import kill, until
from worker.main import GRACE

PICK_UP = 30  # seconds, promised


async def half_way(town, mails):
    """Wait until a run stands half-written and some mails have left."""
    await until(town.is_waiting, 20, "the run writes")

    def taken():
        return sum(town.post.taken[name] for name in mails)

    await until(lambda: taken() >= 20, 20, "mails leave")
    assert taken() < len(mails)


async def ensure_finished(town, run_id, mails, *, uncertain):
    """Run and mailing end in time, once and whole."""
    await until(lambda: town.is_over(run_id), PICK_UP, "the run is over")
    await until(town.no_mail_waits, PICK_UP, "the mails have left")
    await until(town.no_job_waits, PICK_UP, "no job is left")
    await town.ensure_one_result(run_id)
    await town.ensure_each_mail_once(mails, uncertain=uncertain)


async def test_killed_workers_lose_no_job_and_double_none(town, start):
    workers = start()
    async with town.held():
        run_id, mails = await town.ask_for_a_run(), await town.ask_for_mail(80)
        await half_way(town, mails)
        master = workers.pids("dramatiq", "notifications", inner=False)
        orphan = workers.pids("dramatiq", "notifications", inner=True)
        kill(*workers.pids("dramatiq", "allocation", inner=True), *master)
    await ensure_finished(town, run_id, mails, uncertain=1)
    await until(lambda: not set(orphan) & set(workers.pids("dramatiq")), 20, "no orphan")


async def test_a_job_delivered_many_times_is_done_once(town, start):
    start()
    async with town.held():
        run_id = await town.ask_for_a_run()
        await until(town.is_waiting, 20, "the run writes")
        job_id = await town.value("SELECT id FROM job WHERE payload->>'run_id' = $1", str(run_id))
        for _ in range(20):
            wake_up(town.schema, "allocation.run", job_id)
    await until(lambda: town.is_over(run_id), PICK_UP, "the run is over")
    await town.ensure_one_result(run_id)
    assert await town.value("SELECT tries FROM job WHERE id = $1", job_id) == 1


@pytest.mark.parametrize("forgets", [False, True], ids=["keeps its data", "forgets everything"])
async def test_valkey_may_be_killed(town, start, valkey, forgets):
    start()
    async with town.held():
        run_id, mails = await town.ask_for_a_run(), await town.ask_for_mail(80)
        await half_way(town, mails)
        if forgets:
            with redis.Redis.from_url(valkey.urls.redis_url) as client:
                client.flushall()
        valkey.kill()
        begun = time.monotonic()
        mails |= await town.ask_for_mail(20)
        assert time.monotonic() - begun < 3
    if forgets:
        shutil.rmtree(valkey.home / "valkey" / "appendonlydir")
    await asyncio.sleep(2)
    valkey.start()
    await ensure_finished(town, run_id, mails, uncertain=0)


async def test_postgresql_may_crash(town, start, postgres):
    start()
    with suppress(asyncpg.PostgresError, OSError):
        async with town.held():
            run_id, mails = await town.ask_for_a_run(), await town.ask_for_mail(80)
            await half_way(town, mails)
            postgres.kill(how=signal.SIGQUIT)
    postgres.start()
    await town.engine.dispose()
    await ensure_finished(town, run_id, mails, uncertain=1)


async def test_what_nobody_sent_is_found_by_the_sweeper_even_after_its_death(town, start):
    workers = start()
    await until(lambda: workers.pids("sweeper"), 10, "the sweeper runs")
    kill(*workers.pids("sweeper"))
    mails = await town.ask_for_mail(3, dies=True)
    await until(town.no_mail_waits, PICK_UP, "the mails have left")
    await town.ensure_each_mail_once(mails, uncertain=0)


async def test_nothing_outlives_a_killed_supervisor_and_the_next_one_goes_on(town, start):
    workers = start()
    async with town.held():
        run_id, mails = await town.ask_for_a_run(), await town.ask_for_mail(80)
        await half_way(town, mails)
        kill(workers.process.pid)
    workers.process.wait()
    await workers.gone(GRACE)
    start()
    await ensure_finished(town, run_id, mails, uncertain=0)


async def test_a_stop_lets_jobs_finish_and_puts_the_rest_back(town, start):
    workers = start()
    async with town.held():
        run_id, mails = await town.ask_for_a_run(), await town.ask_for_mail(100)
        await half_way(town, mails)
        workers.process.terminate()
        await asyncio.sleep(1)
    assert await workers.ends(GRACE) == 0
    await workers.gone(1)
    await town.ensure_one_result(run_id)
    assert not await town.no_mail_waits()
    start()
    await ensure_finished(town, run_id, mails, uncertain=0)
