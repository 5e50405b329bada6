"""Sealing what has been recorded: a chain of batches, one sealer at a time in a municipality."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.models import AuditEvent, AuditSeal, AuditWaiting

MOST = 5000  # events in one seal
NOTHING = bytes(32)  # leaf of an event that was gone before it could be sealed
START = "0" * 64  # what the first seal has before it


class Content(msgspec.Struct, frozen=True, array_like=True):
    """All that an event says, as it is hashed; times in UTC with microseconds."""

    id: str
    position: int
    created_at: str
    actor_id: str
    role: str
    acting_for: str
    act: str
    object_kind: str
    object_id: str
    subject_id: str
    reason: str
    network: str
    request_id: str
    detail: dict[str, object]


def instant(moment: datetime) -> str:
    """A moment in the one spelling that is hashed."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def content(event: AuditEvent) -> Content:
    """The content of a stored event."""

    def name(value: UUID | None) -> str:
        return str(value or "")

    return Content(
        str(event.id),
        event.position,
        instant(event.created_at),
        name(event.actor_id),
        event.role,
        name(event.acting_for),
        event.act,
        event.object_kind,
        name(event.object_id),
        name(event.subject_id),
        event.reason,
        event.network,
        event.request_id,
        event.detail,
    )


def leaf(said: Content) -> bytes:
    """SHA-256 of one event."""
    return hashlib.sha256(msgspec.json.encode(said, order="deterministic")).digest()


def rows_digest(event_ids: Sequence[UUID], leaves: Sequence[bytes]) -> str:
    """SHA-256 of which events are in a seal, in order, and what they say."""
    found = hashlib.sha256()
    for event_id, one in zip(event_ids, leaves, strict=True):
        found.update(event_id.bytes + one)
    return found.hexdigest()


def seal_digest(one: AuditSeal) -> str:
    """SHA-256 of all that a seal says but its own, which makes it a link of the chain."""
    rows = [one.number, one.first, one.last, one.count, one.rows_sha256]
    said = [*rows, one.previous, instant(one.sealed_at)]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


async def head(session: AsyncSession) -> AuditSeal | None:
    """The newest seal; None before the first."""
    found: AuditSeal | None = await session.scalar(
        select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1)
    )
    return found


async def seal(session: AsyncSession) -> AuditSeal | None:
    """Seal up to MOST waiting events; None when there are none or somebody else is at it.

    What is committed later waits for the next seal, whatever its position. The caller commits.
    """
    mine = await session.scalar(
        select(func.pg_try_advisory_xact_lock(func.hashtext("audit " + session.info["pin"].path)))
    )
    if not mine:
        return None
    some = select(AuditWaiting.id).limit(MOST).scalar_subquery()
    taken = await session.scalars(
        delete(AuditWaiting).where(AuditWaiting.id.in_(some)).returning(AuditWaiting.id)
    )
    waiting = set(taken)
    if not waiting:
        return None
    events = (
        await session.scalars(
            select(AuditEvent).where(AuditEvent.id.in_(waiting)).order_by(AuditEvent.position)
        )
    ).all()
    gone = sorted(waiting - {event.id for event in events})
    ids = [*(event.id for event in events), *gone]
    leaves = [*(leaf(content(event)) for event in events), *(NOTHING for _ in gone)]
    before = await head(session)
    at = await session.scalar(select(func.clock_timestamp()))
    assert at is not None
    made = AuditSeal(
        number=before.number + 1 if before else 1,
        first=events[0].position if events else 0,
        last=events[-1].position if events else 0,
        count=len(ids),
        event_ids=ids,
        leaves=leaves,
        rows_sha256=rows_digest(ids, leaves),
        previous=before.sha256 if before else START,
        sealed_at=at,
    )
    made.sha256 = seal_digest(made)
    session.add(made)
    await session.flush()
    return made
