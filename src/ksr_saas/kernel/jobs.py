"""Work to do after the commit, named by actor so that this package never imports the worker.

A job is a row of the municipality (the truth) and a message in Redis (a wake-up call). The message
carries the schema and the row's id; a lost message is sent again by the sweeper.
"""

import asyncio
import logging
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import dramatiq
import redis
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware import AsyncIO, Retries, ShutdownNotifications, TimeLimit
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel, words

log = logging.getLogger("ksr.jobs")


NAMESPACE = "ksr"


def connect(redis_url: str) -> None:
    """Use the Redis at this address for wake-up messages, in this process.

    Nothing is sent or opened yet. A Redis that is away or hangs is given up after seconds and not
    asked again by the same call: the rows are safe, and a family is waiting for its answer. A dead
    worker's messages come back within half a minute; the library's own defaults take minutes on a
    quiet queue.
    """
    client = redis.Redis.from_url(
        redis_url, socket_connect_timeout=1, socket_timeout=2, retry=Retry(NoBackoff(), 0)
    )
    broker = RedisBroker(  # type: ignore[no-untyped-call]
        client=client,
        namespace=NAMESPACE,
        heartbeat_timeout=30_000,
        maintenance_chance=100_000,
        middleware=[AsyncIO(), ShutdownNotifications(), TimeLimit(), Retries(max_retries=0)],
    )
    dramatiq.set_broker(broker)


class JobStatus(StrEnum):
    """`failed` means given up after all tries: a person has to look."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class Job(TenantModel):
    """A piece of work asked for inside a transaction. `payload` holds ids only.

    `tries` counts how often it was begun, so that a job that kills its worker is given up too.
    `due_at` is when the sweeper may send it (again); `problem` names the class of the last error,
    never its text.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index("ix_job_pending", "due_at", postgresql_where=text("status = 'pending'")),
    )

    actor: Mapped[str]
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    status: Mapped[JobStatus] = mapped_column(words(JobStatus), default=JobStatus.PENDING)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(server_default=func.now())
    done_at: Mapped[datetime | None]
    problem: Mapped[str | None]


def later(session: AsyncSession, actor: str, **payload: UUID | str | int) -> Job:
    """Ask for `actor` to run with `payload` once the transaction has committed.

    Rolled back with the transaction. Payloads are ids, never rows.
    """
    job = Job(
        id=uuid4(),
        actor=actor,
        payload={key: str(v) if isinstance(v, UUID) else v for key, v in payload.items()},
    )
    session.add(job)
    session.info.setdefault("jobs", []).append((actor, job.id))
    return job


def wake_up(schema: str, actor: str, job_id: UUID) -> None:
    """Send the wake-up message for one job; blocking, raises when Redis is out of reach."""
    dramatiq.get_broker().enqueue(
        dramatiq.Message(
            queue_name=actor.partition(".")[0],
            actor_name=actor,
            args=(),
            kwargs={"schema": schema, "job_id": str(job_id)},
            options={},
        )
    )


async def send(session: AsyncSession) -> None:
    """Send what the session's committed transaction asked for. Called once, by the edge.

    A failure is only logged: the rows are there, and the sweeper sends them within seconds.
    """
    wanted: list[tuple[str, UUID]] = session.info.pop("jobs", [])
    if not wanted:
        return

    def all_of_them() -> None:
        for actor, job_id in wanted:
            wake_up(session.info["pin"].role, actor, job_id)

    try:
        await asyncio.to_thread(all_of_them)
    except Exception as problem:  # noqa: BLE001 - whatever Redis does, the work is already safe
        log.warning("%d jobs left to the sweeper: %s", len(wanted), type(problem).__name__)
