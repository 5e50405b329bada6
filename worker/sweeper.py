"""What is done every few seconds: sending forgotten jobs again (Redis may forget, the rows do not)
and sealing the record of acts. Once an hour what logins leave behind is removed.

A job whose worker died is sent at the next round (at most EVERY later), or, when it had been sent
again just before, AGAIN after that; a new worker is there in less. That is within 20 seconds, of
the 30 that are promised.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql import func

from ksr_saas.audit.heads import Head, HeadLog
from ksr_saas.audit.seal import MOST as MOST_EVENTS
from ksr_saas.audit.seal import head, seal
from ksr_saas.identity.leftovers import remove_some
from ksr_saas.kernel.clock import WARSAW
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
HOURLY = 3600.0  # seconds from one tidying of a municipality to the next
A_FEW = 20  # municipalities tidied in one round, so that jobs need not wait for all of them
BATCHES = 100  # of one municipality at one time


async def municipalities(house: House) -> list[Municipality]:
    """Every municipality."""
    async with pinned_session(house.engine, DIRECTORY, path=CONTROL) as session:
        return list(await session.scalars(select(Municipality)))


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


async def seal_waiting(house: House, schema: str) -> None:
    """Seal all that has been recorded until now."""
    more = True
    while more:
        async with house.session(schema) as session, session.begin():
            made = await seal(session)
        more = made is not None and made.count == MOST_EVENTS


async def keep_head(house: House, one: Municipality) -> None:
    """Once a day have the head of the chain mailed to the municipality, and keep it in a file.

    Stopped between the two, the next round mails again.
    """
    today = house.clock.now().astimezone(WARSAW).date()
    kept = HeadLog(house.settings.home, one.slug)
    lines = kept.lines()
    if lines and lines[-1][0] == today:
        return
    async with house.session(one.schema) as session:
        async with session.begin():
            newest = await head(session)
            if newest is None:
                return
            if one.brand.get("email"):
                later(session, "audit.announce", number=newest.number)
        await send(session)
    kept.add(today, Head(newest.number, newest.sha256))


async def tidy(house: House, schema: str) -> None:
    """Remove what logins have left in one municipality, a transaction for each batch."""
    for _ in range(BATCHES):
        async with house.session(schema) as session, session.begin():
            more = await remove_some(session, now=house.clock.now())
        if not more:
            return


def due_for_tidying(known: Sequence[str], tidied: dict[str, float], moment: float) -> list[str]:
    """A few of the municipalities that were not tidied in the last hour; notes that they are now.

    `tidied` says when each was, in seconds of the same clock as `moment`.
    """
    due = [one for one in known if moment - tidied.get(one, -HOURLY) >= HOURLY][:A_FEW]
    tidied.update(dict.fromkeys(due, moment))
    return due


async def run(stopping: asyncio.Event) -> None:
    """Sweep until told to stop; a fault is logged and the next round tries again."""
    found = house()
    tidied: dict[str, float] = {}
    while not stopping.is_set():
        try:
            known = await municipalities(found)
            for one in known:
                if not stopping.is_set():
                    await _visit(found, one)
            schemas = [one.schema for one in known]
            for schema in due_for_tidying(schemas, tidied, time.monotonic()):
                if not stopping.is_set():
                    await _tidied(found, schema)
        except Exception as problem:  # noqa: BLE001 - PostgreSQL may be away for a while
            log.warning("no round: %s", type(problem).__name__)
        with suppress(TimeoutError):
            await asyncio.wait_for(stopping.wait(), EVERY)
    await found.engine.dispose()


async def _visit(found: House, one: Municipality) -> None:
    """One municipality's fault, such as a migration under way, is not the others'."""
    try:
        await leftover_mail(found, one.schema)
        await sweep(found, one.schema)
        await seal_waiting(found, one.schema)
        await keep_head(found, one)
    except Exception as problem:  # noqa: BLE001 - Redis may be away as well
        log.warning("sweep of %s failed: %s", one.schema, type(problem).__name__)


async def _tidied(found: House, schema: str) -> None:
    try:
        await tidy(found, schema)
    except Exception as problem:  # noqa: BLE001 - in an hour it is tried again
        log.warning("tidying of %s failed: %s", schema, type(problem).__name__)
