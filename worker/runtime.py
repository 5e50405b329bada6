"""`tenant_actor`: an actor that runs one job row, inside one municipality, in one transaction."""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import dramatiq
import msgspec
from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ksr_saas.kernel import jobs
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.kernel.errors import KsrError
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.jobs import Job, JobStatus
from ksr_saas.portals import files_of
from ksr_saas.settings import Settings

log = logging.getLogger("ksr.worker")
MOST_TRIES = 8
PATIENCE = 600  # seconds one statement of a job may take


class House(msgspec.Struct, frozen=True):
    """What every job may use; made once in a process."""

    settings: Settings
    engine: AsyncEngine
    clock: Clock

    def session(self, schema: str) -> AsyncSession:
        """A session in the municipality's schema."""
        return pinned_session(self.engine, schema, patience=PATIENCE)

    def files(self, schema: str) -> Files:
        """The municipality's file store."""
        return files_of(self.settings, schema)


_house: list[House] = []


def house() -> House:
    """The process's House, made on first use from the environment."""
    if not _house:
        settings = Settings.from_env()
        engine = make_engine(settings.login_url("ksr_worker"), pool_size=8)
        _house.append(House(settings, engine, Clock()))
    return _house[0]


class Work(msgspec.Struct, frozen=True):
    """One running job. Its session holds the lock of the job's row until the end."""

    house: House
    schema: str
    session: AsyncSession
    job: Job

    def id_of(self, name: str) -> UUID:
        """An id of the payload."""
        return UUID(self.job.payload[name])


Body = Callable[[Work], Awaitable[None]]
ACTORS: dict[str, dramatiq.Actor[..., Any]] = {}


def tenant_actor(name: str, *, time_limit: int = 600) -> Callable[[Body], Body]:
    """Declare the actor `name` ("slice.verb"); its queue is the slice.

    The body must be safe to run twice. While it runs the job's row is locked, so a second delivery
    finds it taken and returns. A KsrError is final; anything else is tried again by the sweeper,
    later each time. `time_limit` is in seconds.
    """

    def declare(body: Body) -> Body:
        async def run(schema: str, job_id: str) -> None:
            await run_job(house(), schema, UUID(job_id), body)

        ACTORS[name] = dramatiq.actor(
            actor_name=name,
            queue_name=name.partition(".")[0],
            max_retries=0,
            time_limit=time_limit * 1000,
        )(run)
        return body

    return declare


async def run_job(house: House, schema: str, job_id: UUID, body: Body) -> None:
    """Run one job row to its end, or note the failed try."""
    session = house.session(schema)
    try:
        async with session, session.begin():
            job = await session.get(Job, job_id, with_for_update={"skip_locked": True})
            if job is None or job.status is not JobStatus.PENDING:
                return
            await body(Work(house, schema, session, job))
            job.status, job.done_at = JobStatus.DONE, house.clock.now()
            job.tries += 1
        await jobs.send(session)
    except Exception as problem:  # noqa: BLE001 - the row is where failures are kept
        log.warning("job %s failed: %s", job_id, type(problem).__name__)
        await _note_failure(house, schema, job_id, problem)


async def _note_failure(house: House, schema: str, job_id: UUID, problem: Exception) -> None:
    final = isinstance(problem, KsrError)
    async with house.session(schema) as session, session.begin():
        job = await session.get(Job, job_id, with_for_update=True)
        if job is None or job.status is not JobStatus.PENDING:
            return
        tries = job.tries + 1
        wait = timedelta(seconds=min(5 * 2**tries, 900))
        await session.execute(
            update(Job)
            .where(Job.id == job_id)
            .values(
                tries=tries,
                problem=type(problem).__name__,
                status=JobStatus.FAILED if final or tries >= MOST_TRIES else JobStatus.PENDING,
                due_at=func.now() + wait,
            )
        )
