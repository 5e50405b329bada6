"""Codes with which a parent takes over a case that began on paper."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel


class TakeOverCode(TenantModel):
    """A printed code; only its keyed hash is kept. A newer code voids the one before it."""

    __tablename__ = "take_over_code"

    code_hash: Mapped[str] = mapped_column(unique=True)
    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    made_by: Mapped[UUID]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]
