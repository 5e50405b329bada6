"""Who at which desk saw a parent's identity document."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel
from ksr_saas.kernel.sealed import Sealed


class Vouching(TenantModel):
    """The ground on which a parent's account was opened at a desk.

    `shown` says in words which document was seen; no number of it is kept. The last three are empty
    until the desk closes the account.
    """

    __tablename__ = "vouching"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), unique=True
    )
    institution_id: Mapped[UUID] = mapped_column(index=True)
    shown: Mapped[str]
    seen_by: Mapped[UUID]
    seen_at: Mapped[datetime]
    closed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    closed_reason: Mapped[str] = mapped_column(
        Sealed("vouching.closed_reason"), default="", server_default=""
    )
