"""Sends again what was asked for and has not been done: Redis may forget, the rows do not."""

import asyncio
import logging
from datetime import timedelta

from sqlalchemy import select, update
from sqlalchemy.sql import func

from ksr_saas.kernel.database import pinned_session
from ksr_saas.kernel.jobs import Job, JobStatus, wake_up
from ksr_saas.notifications.models import Message, MessageStatus
from ksr_saas.tenancy.models import CONTROL, DIRECTORY, Municipality
from worker.runtime import House, house

log = logging.getLogger("ksr.sweeper")
EVERY = 5.0  # seconds
YOUNG = timedelta(seconds=8)  # the edge sends these itself
AGAIN = timedelta(seconds=15)
MOST = 500


async def schemas(house: House) -> list[str]:
    """Every municipality's schema."""
    async with pinned_session(house.engine, DIRECTORY, path=CONTROL) as session:
        return list(await session.scalars(select(Municipality.schema)))


async def sweep(house: House, schema: str) -> int:
    """Wake up the due jobs of one municipality; returns how many.

    A job that is running holds its row's lock and is passed over.
    """
    async with house.session(schema) as session, session.begin():
        waiting = (
            (
                await session.execute(
                    select(Job.id, Job.actor)
                    .where(
                        Job.status == JobStatus.PENDING,
                        Job.due_at <= func.now(),
                        Job.created_at <= func.now() - YOUNG,
                    )
                    .order_by(Job.due_at)
                    .limit(MOST)
                    .with_for_update(skip_locked=True)
                )
            )
            .tuples()
            .all()
        )
        if waiting:
            await session.execute(
                update(Job)
                .where(Job.id.in_([job_id for job_id, _ in waiting]))
                .values(due_at=func.now() + AGAIN)
            )
    for job_id, actor in waiting:
        await asyncio.to_thread(wake_up, schema, actor, job_id)
    return len(waiting)


async def leftover_mail(house: House, schema: str) -> None:
    """Ask for sending where messages are queued and no job is left that would send them."""
    async with house.session(schema) as session, session.begin():
        queued = await session.scalar(
            select(Message.id).where(Message.status == MessageStatus.QUEUED).limit(1)
        )
        asked = await session.scalar(
            select(Job.id)
            .where(Job.actor == "notifications.send", Job.status == JobStatus.PENDING)
            .limit(1)
        )
        if queued is not None and asked is None:
            session.add(Job(actor="notifications.send"))


async def run() -> None:
    """Sweep until cancelled; a fault of one round is logged and the next one tries again."""
    found = house()
    while True:
        try:
            for schema in await schemas(found):
                await sweep(found, schema)
                await leftover_mail(found, schema)
        except Exception as problem:  # noqa: BLE001 - Redis or PostgreSQL may be away for a while
            log.warning("sweep failed: %s", type(problem).__name__)
        await asyncio.sleep(EVERY)
