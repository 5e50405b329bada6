"""Who did what to which case, and the seals that show a change afterwards.

Rows of both tables are only added: triggers refuse everything else. The municipality's role owns
its schema and could drop a trigger, so the seals, and their heads outside the database, are what
makes a change visible.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, LargeBinary, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel


class AuditEvent(TenantModel):
    """One act. No column holds a name, PESEL, address or health: codes, counts and ids only.

    `acting_for` is the institution on whose behalf it was done; empty for everybody else.
    `subject_id` is the child the case is about. `reason` is a code. `network` is the source, /24 or
    /48; empty for background work. `position` orders acts by when they began to be written, not by
    when they were committed.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_object", "object_kind", "object_id", "created_at"),
        Index("ix_audit_event_subject", "subject_id", "position"),
    )
    __mapper_args__ = {"eager_defaults": False}  # a page that records does not read back

    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    actor_id: Mapped[UUID | None]
    role: Mapped[str]
    acting_for: Mapped[UUID | None]
    act: Mapped[str]
    object_kind: Mapped[str] = mapped_column(default="")
    object_id: Mapped[UUID | None]
    subject_id: Mapped[UUID | None]
    reason: Mapped[str] = mapped_column(default="")
    network: Mapped[str] = mapped_column(default="")
    request_id: Mapped[str] = mapped_column(default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)


class AuditWaiting(TenantModel):
    """The id of an event that has no seal yet; a trigger adds it in the event's transaction.

    Events become visible in another order than they are numbered, so a sealer that went by
    numbers would pass over those committed late. Whoever takes a row from here seals it.
    """

    __tablename__ = "audit_waiting"


class AuditSeal(TenantModel):
    """A batch of events that can no longer change unnoticed.

    `event_ids` are in order of position and `leaves` are their SHA-256, `rows_sha256` is over
    both. `first` and `last` are positions. `sha256` is over everything but the lists, with
    `previous`, the one before it; the last of them is the head.
    """

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(unique=True)
    first: Mapped[int] = mapped_column(BigInteger)
    last: Mapped[int] = mapped_column(BigInteger)
    count: Mapped[int]
    event_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    leaves: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary))
    rows_sha256: Mapped[str]
    previous: Mapped[str]
    sha256: Mapped[str]
    sealed_at: Mapped[datetime]
