"""Writing the record of acts, in the transaction of the act itself."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.catalogue import known
from ksr_saas.audit.models import AuditEvent


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
            network=session.info.get("network", ""),
            request_id=session.info.get("request_id", ""),
            detail=detail,
        )
    )
