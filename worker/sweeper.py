"""Sends again what was asked for and has not been done: Redis may forget, the rows do not.

A job whose worker died is sent at the next round (at most EVERY later), or, when it had been sent
again just before, AGAIN after that; a new worker is there in less. That is within 20 seconds, of
the 30 that are promised.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import func

from ksr_saas.kernel.database import pinned_session
from ksr_saas.kernel.jobs import Job, JobStatus, later, send, wake_up
from ksr_saas.notifications.service import is_waiting
from ksr_saas.tenancy.models import CONTROL, DIRECTORY, Municipality
from worker.runtime import House, house

log = logging.getLogger("ksr.sweeper")
EVERY = 5.0  # seconds
YOUNG = timedelta(seconds=3)  # the edge sends these itself
AGAIN = timedelta(seconds=10)
MOST = 500


async def schemas(house: House) -> list[str]:
    """Every municipality's schema."""
    async with pinned_session(house.engine, DIRECTORY, path=CONTROL) as session:
        return list(await session.scalars(select(Municipality.schema)))


async def sweep(house: House, schema: str) -> int:
    """Wake up the due jobs of one municipality; returns how many.

    A job that is running holds its row's lock and is passed over. Raises when Redis is out of
    reach; what was not sent is due at once then.
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
        await _put_off(session, [job_id for job_id, _ in waiting], AGAIN)
    # Only after the commit: a worker that finds the row locked takes the job for somebody else's.
    sent = 0
    try:
        for job_id, actor in waiting:
            await asyncio.to_thread(wake_up, schema, actor, job_id)
            sent += 1
    finally:
        if sent < len(waiting):
            async with house.session(schema) as session, session.begin():
                await _put_off(session, [job_id for job_id, _ in waiting[sent:]], timedelta())
    return sent


async def _put_off(session: AsyncSession, job_ids: Sequence[UUID], wait: timedelta) -> None:
    if job_ids:
        await session.execute(
            update(Job).where(Job.id.in_(job_ids)).values(due_at=func.now() + wait)
        )


async def leftover_mail(house: House, schema: str) -> None:
    """Ask for sending where messages wait and no job is left that would send them."""
    async with house.session(schema) as session, session.begin():
        asked = await session.scalar(
            select(Job.id)
            .where(Job.actor == "notifications.send", Job.status == JobStatus.PENDING)
            .limit(1)
        )
        if asked is None and await is_waiting(session, now=house.clock.now()):
            later(session, "notifications.send")
    await send(session)


async def run(stopping: asyncio.Event) -> None:
    """Sweep until told to stop; a fault is logged and the next round tries again."""
    found = house()
    while not stopping.is_set():
        try:
            for schema in await schemas(found):
                if not stopping.is_set():
                    await _visit(found, schema)
        except Exception as problem:  # noqa: BLE001 - PostgreSQL may be away for a while
            log.warning("no round: %s", type(problem).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), EVERY)
    await found.engine.dispose()


async def _visit(found: House, schema: str) -> None:
    """One municipality's fault, such as a migration under way, is not the others'."""
    try:
        await leftover_mail(found, schema)
        await sweep(found, schema)
    except Exception as problem:  # noqa: BLE001 - Redis may be away as well
        log.warning("sweep of %s failed: %s", schema, type(problem).__name__)
