"""Documents issued as PDF, made by a worker after the commit."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel, words


class DocumentStatus(StrEnum):
    PENDING = "pending"
    READY = "ready"
    FAILED = "failed"


class Document(TenantModel):
    """A document about `subject_id`; `version` grows when the subject is handed in again."""

    __tablename__ = "document"
    __table_args__ = (UniqueConstraint("kind", "subject_id", "version"),)

    kind: Mapped[str]
    subject_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(default=1)
    status: Mapped[DocumentStatus] = mapped_column(
        words(DocumentStatus), default=DocumentStatus.PENDING
    )
    store_name: Mapped[str | None]
    made_at: Mapped[datetime | None]
