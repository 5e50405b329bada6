"""Sending messages: each once, and what the mail server says to it."""

import asyncio
import time
from uuid import uuid4

import msgspec
import pytest
from sqlalchemy import delete, select, update

from ksr_saas.applications.messages import SUBMITTED
from ksr_saas.audit.models import AuditEvent
from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.jobs import Job, JobStatus
from ksr_saas.notifications import service
from ksr_saas.notifications.models import Message, MessageStatus
from tests.factories.municipality import a_municipality
from tests.factories.post import Post
from worker.actors.notifications import give_up, send_messages
from worker.runtime import house_of, run_job
from worker.sweeper import leftover_mail

COORDINATOR = Actor(uuid4(), Role.COORDINATOR, "Ewa Koordynator")


@pytest.fixture(scope="module")
async def schema(settings):
    return await a_municipality(settings, "mails")


@pytest.fixture
def post():
    made = Post(unknown="550 No such user", grey="450 Come again later", silent="")
    yield made
    made.stop()


@pytest.fixture
async def house(settings, schema, post):
    made = house_of(msgspec.structs.replace(settings, smtp_port=post.port))
    yield made
    async with made.session(schema) as session, session.begin():
        await session.execute(delete(Message))
        await session.execute(delete(Job))
    await made.engine.dispose()


async def asked(house, schema, *names, kind=SUBMITTED.kind.code):
    """Queue a message for each of these; the job that is to send them."""
    async with house.session(schema) as session, session.begin():
        await service.queue_all(
            session,
            kind,
            [
                (uuid4().hex, uuid4(), f"{name}@example.pl", "pl", {"number": "1", "address": "a"})
                for name in names
            ],
        )
        return session.info["jobs"][0][1]


async def send(house, schema, job_id, **options):
    await run_job(house, schema, job_id, send_messages, on_give_up=give_up, **options)
    async with house.session(schema) as session:
        return await session.get_one(Job, job_id)


async def statuses(house, schema):
    async with house.session(schema) as session:
        rows = await session.execute(select(Message.recipient, Message.status))
        return {to.partition("@")[0]: status.value for to, status in rows.tuples()}


async def test_each_message_leaves_once(house, schema, post):
    names = [f"rodzic{n}" for n in range(45)]
    job_id = await asked(house, schema, *names)

    assert (await send(house, schema, job_id)).status is JobStatus.DONE

    assert await statuses(house, schema) == dict.fromkeys(names, "sent")
    assert len(post.taken) == 45
    assert set(post.taken.values()) == {1}


async def test_a_refused_message_does_not_stand_in_the_way_of_the_others(house, schema, post):
    job_id = await asked(house, schema, "unknown", "grey", "anna", "ewa")

    assert (await send(house, schema, job_id)).status is JobStatus.DONE

    assert await statuses(house, schema) == {
        "unknown": "failed",
        "grey": "queued",
        "anna": "sent",
        "ewa": "sent",
    }


async def test_a_message_put_off_by_the_server_is_tried_again_later_and_not_for_ever(
    house, schema, post
):
    await send(house, schema, await asked(house, schema, "grey"))

    async def waits(after):
        async with house.session(schema) as session:
            return await service.is_waiting(session, now=Clock().now() + after)

    assert not await waits(service.REST / 2)
    assert await waits(service.REST)
    async with house.session(schema) as session, session.begin():
        await session.execute(update(Message).values(tries=11, changed_at=None))
    await leftover_mail(house, schema)
    async with house.session(schema) as session:
        job_id = await session.scalar(select(Job.id).where(Job.status == JobStatus.PENDING))
    await send(house, schema, job_id)
    assert await statuses(house, schema) == {"grey": "failed"}


async def test_words_that_cannot_be_made_fail_their_message_alone(house, schema, post):
    await asked(house, schema, "anna", kind="no-such-kind")
    job_id = await asked(house, schema, "ewa", "two@at", "line\nbreak")

    assert (await send(house, schema, job_id)).status is JobStatus.DONE

    found = await statuses(house, schema)
    assert (found["anna"], found["ewa"], found["line\nbreak"]) == ("failed", "sent", "failed")


async def test_when_the_server_falls_silent_that_message_is_in_doubt_and_no_other(
    house, schema, post
):
    job_id = await asked(house, schema, "silent", "anna")

    found = await send(house, schema, job_id)
    assert (found.status, found.problem) == (JobStatus.PENDING, "MailServerBusy")
    await send(house, schema, job_id)

    assert await statuses(house, schema) == {"silent": "uncertain", "anna": "sent"}
    assert set(post.taken.values()) == {1}


async def test_two_senders_of_one_municipality_do_not_work_at_once(house, schema, post):
    post.pause = 0.05
    first = await asked(house, schema, *(f"rodzic{n}" for n in range(10)))
    second = await asked(house, schema, "anna")

    running = asyncio.create_task(send(house, schema, first))
    while not post.taken:
        await asyncio.sleep(0.01)
    begun = time.monotonic()
    assert (await send(house, schema, second)).status is JobStatus.DONE
    assert time.monotonic() - begun < 0.3
    await running

    assert set((await statuses(house, schema)).values()) == {"sent"}
    assert set(post.taken.values()) == {1}


async def test_a_worker_asked_to_end_leaves_the_rest_to_another_job(house, schema, post):
    job_id = await asked(house, schema, "anna", "ewa")
    house.stopping.set()

    assert (await send(house, schema, job_id)).status is JobStatus.DONE

    assert await statuses(house, schema) == {"anna": "queued", "ewa": "queued"}
    async with house.session(schema) as session:
        rest = await session.scalar(select(Job.id).where(Job.status == JobStatus.PENDING))
    house.stopping.clear()
    await send(house, schema, rest)
    assert await statuses(house, schema) == {"anna": "sent", "ewa": "sent"}


async def test_with_the_mail_server_away_for_good_the_coordinator_decides(house, schema, post):
    job_id = await asked(house, schema, "anna")
    post.stop()
    await send(house, schema, job_id)
    assert await statuses(house, schema) == {"anna": "queued"}

    assert (await send(house, schema, job_id, most_tries=2)).status is JobStatus.FAILED
    assert await statuses(house, schema) == {"anna": "failed"}
    async with house.session(schema) as session, session.begin():
        assert await service.unsent(session) == service.Unsent(failed=1, uncertain=0)
        await service.send_again(session, MessageStatus.FAILED, COORDINATOR, now=Clock().now())
    assert await statuses(house, schema) == {"anna": "queued"}
    async with house.session(schema) as session:
        assert await session.scalar(select(Job.actor).where(Job.status == JobStatus.PENDING))
        act = await session.scalar(
            select(AuditEvent).where(AuditEvent.act == "notifications.send-again")
        )
    assert (act.actor_id, act.detail) == (COORDINATOR.account_id, {"found": "failed", "count": 1})


async def test_what_is_in_doubt_may_be_taken_as_sent(house, schema, post):
    await send(house, schema, await asked(house, schema, "silent"))

    async with house.session(schema) as session, session.begin():
        await service.take_as_sent(session, COORDINATOR, now=Clock().now())
        assert await service.unsent(session) == service.Unsent(failed=0, uncertain=0)
    assert await statuses(house, schema) == {"silent": "sent"}
