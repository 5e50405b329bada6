"""Writing the record of acts, in the transaction of the act itself."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.models import AuditEvent


def record(
    session: AsyncSession,
    act: str,
    *,
    actor_id: UUID | None = None,
    role: str = "system",
    kind: str = "",
    object_id: UUID | None = None,
    **detail: str | int | bool | None,
) -> None:
    """Add one act ("slice.verb") to the record. `detail` takes codes, counts and ids only."""
    session.add(
        AuditEvent(
            act=act,
            actor_id=actor_id,
            role=role,
            object_kind=kind,
            object_id=object_id,
            detail=detail,
        )
    )
