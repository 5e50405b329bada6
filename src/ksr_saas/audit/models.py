"""Who did what to which case; rows are only added."""

from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel


class AuditEvent(TenantModel):
    """One act. `detail` holds codes and ids, never names, PESEL, addresses or health."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_object", "object_kind", "object_id"),)

    actor_id: Mapped[UUID | None]
    role: Mapped[str]
    act: Mapped[str]
    object_kind: Mapped[str] = mapped_column(default="")
    object_id: Mapped[UUID | None]
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
