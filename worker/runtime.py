"""`tenant_actor`: an actor that runs one job row, inside one municipality, in one transaction."""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

import dramatiq
import msgspec
from sqlalchemy import func
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ksr_saas.kernel import jobs
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session, set_by_database
from ksr_saas.kernel.errors import KsrError
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.jobs import Job, JobStatus
from ksr_saas.portals import files_of, keys_of
from ksr_saas.settings import Settings

log = logging.getLogger("ksr.worker")
MOST_TRIES = 8
LONGEST = 600  # seconds a job may take, and so may one statement of it


class House(msgspec.Struct, frozen=True):
    """What every job may use; made once in a process.

    `stopping` is set when the worker has been asked to end: a long job finishes what it is at and
    asks for the rest with a new job.
    """

    settings: Settings
    engine: AsyncEngine
    clock: Clock
    stopping: threading.Event = msgspec.field(default_factory=threading.Event)

    def session(self, schema: str) -> AsyncSession:
        """A session in the municipality's schema."""
        return pinned_session(self.engine, schema, patience=LONGEST)

    def files(self, schema: str) -> Files:
        """The municipality's file store."""
        return files_of(self.settings, schema)


def house_of(settings: Settings) -> House:
    """A House with connections of its own; nothing is opened yet."""
    engine = make_engine(
        settings.login_url("ksr_worker"),
        keys=keys_of(settings),
        pool_size=16,
        # A job's transaction rests while its body computes or talks to the mail server.
        longest_idle=LONGEST + 60,
    )
    return House(settings, engine, Clock())


@cache
def house() -> House:
    """The process's House, made on first use from the environment."""
    return house_of(Settings.from_env())


class PoliteStop(dramatiq.Middleware):
    """Tells running jobs that the worker has been asked to end."""

    def before_worker_shutdown(self, _: dramatiq.Broker, __: dramatiq.Worker) -> None:
        """Called once, before the worker waits for its jobs."""
        house().stopping.set()


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


async def nothing(_: Work) -> None:
    """The end of a job that is about nothing but itself."""


ACTORS: dict[str, dramatiq.Actor[..., Any]] = {}


def tenant_actor(
    name: str, *, on_give_up: Body, time_limit: int = LONGEST, most_tries: int = MOST_TRIES
) -> Callable[[Body], Body]:
    """Declare the actor `name` ("slice.verb"); its queue is the slice.

    The body must be safe to run twice. While it runs the job's row is locked, so a second delivery
    finds it taken and returns. A KsrError is final; anything else is tried again by the sweeper,
    later each time, `most_tries` in all. Then `on_give_up` writes the end on what the job was
    about, where a person sees it, in the transaction that ends the job. `time_limit` is in seconds.
    """

    def declare(body: Body) -> Body:
        async def run(schema: str, job_id: str) -> None:
            await run_job(
                house(), schema, UUID(job_id), body, on_give_up=on_give_up, most_tries=most_tries
            )

        ACTORS[name] = dramatiq.actor(
            actor_name=name,
            queue_name=name.partition(".")[0],
            max_retries=0,
            time_limit=time_limit * 1000,
        )(run)
        return body

    return declare


async def run_job(
    house: House,
    schema: str,
    job_id: UUID,
    body: Body,
    *,
    on_give_up: Body = nothing,
    most_tries: int = MOST_TRIES,
) -> None:
    """Run one job row to its end, or note the failed try.

    Raises only before the job is begun: for a database that is away, or a schema that is none.
    """
    if not await _begin(house, schema, job_id, on_give_up, most_tries):
        return
    try:
        session = house.session(schema)
        async with session, session.begin():
            job = await _claim(session, job_id)
            if job is None:
                return
            await body(Work(house, schema, session, job))
            job.status, job.done_at = JobStatus.DONE, house.clock.now()
        await jobs.send(session)
    except asyncio.CancelledError:
        # The time limit. The thread that waits for us is told either way.
        await _note_failure(house, schema, job_id, "TimeLimitExceeded", on_give_up, most_tries)
        raise
    except Exception as problem:  # noqa: BLE001 - the row is where failures are kept
        name = type(problem).__name__
        log.warning("job %s failed: %s", job_id, name)
        tries = 0 if isinstance(problem, KsrError) else most_tries
        await _note_failure(house, schema, job_id, name, on_give_up, tries)


async def _claim(session: AsyncSession, job_id: UUID) -> Job | None:
    """Lock the job's row; None when it is taken or has an end."""
    job = await session.get(Job, job_id, with_for_update={"skip_locked": True})
    return job if job is not None and job.status is JobStatus.PENDING else None


async def _begin(
    house: House, schema: str, job_id: UUID, on_give_up: Body, most_tries: int
) -> bool:
    """Count the try before it is made; False when there is nothing to do.

    Counted afterwards, a job that kills its worker would be tried for ever.
    """
    async with house.session(schema) as session, session.begin():
        await set_by_database(house.clock, session)
        job = await _claim(session, job_id)
        if job is None:
            return False
        if job.tries >= most_tries:
            await _give_up(Work(house, schema, session, job), "WorkerDied", on_give_up)
            return False
        job.tries += 1
        return True


async def _note_failure(
    house: House, schema: str, job_id: UUID, problem: str, on_give_up: Body, most_tries: int
) -> None:
    """Write the failed try on the row; a database that is away is left to the sweeper."""
    try:
        async with house.session(schema) as session, session.begin():
            job = await session.get(Job, job_id, with_for_update=True)
            if job is None or job.status is not JobStatus.PENDING:
                return
            if job.tries >= most_tries:
                await _give_up(Work(house, schema, session, job), problem, on_give_up)
                return
            job.problem = problem
            job.due_at = func.now() + timedelta(seconds=min(5 * 2**job.tries, 900))
    except Exception as another:  # noqa: BLE001 - the row is still pending and comes again
        log.warning("job %s: its failure was not noted: %s", job_id, type(another).__name__)


async def _give_up(work: Work, problem: str, on_give_up: Body) -> None:
    """End the job and what it was about."""
    work.job.status, work.job.problem = JobStatus.FAILED, problem
    log.error("job %s of %s given up: %s", work.job.id, work.job.actor, problem)
    await on_give_up(work)
