"""Writing the record of acts, in the transaction of the act itself."""

import hashlib
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Boolean, bindparam, case, exists, func, literal, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.catalogue import known
from ksr_saas.audit.models import AuditEvent
from ksr_saas.kernel.database import NOWHERE

AGAIN = timedelta(minutes=10)
WRITTEN = "written"  # a `reason` whose text stands in the object, sealed
COLUMNS = [
    column
    for column in AuditEvent.__table__.columns
    if column.name not in ("position", "created_at")
]


def record(
    session: AsyncSession,
    act: str,
    *,
    actor_id: UUID | None = None,
    role: str = "system",
    acting_for: UUID | None = None,
    kind: str = "",
    object_id: UUID | None = None,
    subject_id: UUID | None = None,
    reason: str = "",
    **detail: str | int | bool | None,
) -> None:
    """Add one act of the catalogue ("slice.verb") to the record. Raises UnknownAct.

    `detail` takes codes, counts and ids only. When it happened is the database's clock; from
    where is what the edge wrote into the session.
    """
    origin = session.info.get("origin", NOWHERE)
    session.add(
        AuditEvent(
            act=known(act),
            actor_id=actor_id,
            role=role,
            acting_for=acting_for,
            object_kind=kind,
            object_id=object_id,
            subject_id=subject_id,
            reason=reason,
            network=origin.network,
            request_id=origin.request_id,
            detail=detail,
        )
    )


def _unless_read_already() -> Any:
    given = {column.name: bindparam(f"new_{column.name}", type_=column.type) for column in COLUMNS}
    said = AuditEvent.__table__.c
    same = ("object_kind", "object_id", "actor_id", "act", "detail")
    lately = exists().where(
        *(said[name] == given[name] for name in same), said.created_at > func.now() - AGAIN
    )
    name = literal("synchronous_commit")
    kept = case((bindparam("waits", type_=Boolean), func.current_setting(name)), else_="off")
    waiting = select(func.set_config(name, kept, true()).label("said")).subquery()
    added = select(*given.values()).where(waiting.c.said.is_not(None), ~lately)
    return AuditEvent.__table__.insert().from_select(  # type: ignore[attr-defined]
        list(given), added, include_defaults=False
    )


READING = _unless_read_already()


async def record_reading(
    session: AsyncSession,
    act: str,
    *,
    actor_id: UUID,
    role: str,
    acting_for: UUID | None,
    kind: str,
    object_id: UUID,
    subject_id: UUID | None = None,
    reason: str = "",
    **detail: str | int | bool | None,
) -> None:
    """Add to the record that somebody was shown something, once in ten minutes. Raises UnknownAct.

    `act` and `detail` say which screen. Written by one statement and without an object, because
    every page of a case pays for it; a page that is looked at again writes nothing at all. A
    request that only shows something does not wait for the disk either (docs/adr/0007).
    """
    origin = session.info.get("origin", NOWHERE)
    said = {
        "id": uuid4(),
        "act": known(act),
        "actor_id": actor_id,
        "role": role,
        "acting_for": acting_for,
        "object_kind": kind,
        "object_id": object_id,
        "subject_id": subject_id,
        "reason": reason,
        "network": origin.network,
        "request_id": origin.request_id,
        "detail": detail,
    }
    values = {f"new_{name}": value for name, value in said.items()}
    await session.execute(READING, values | {"waits": not origin.only_shows})


def digest_of(ids: Iterable[UUID]) -> str:
    """Which rows a list showed, for its `detail`: checkable by whoever has the ids."""
    return hashlib.sha256(b"".join(one.bytes for one in ids)).hexdigest()[:32]
