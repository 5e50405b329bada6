"""Links by which a second guardian joins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel


class GuardianLink(TenantModel):
    """A link to a child's case. Only the hash of its token is kept.

    `made_at` is by the product's clock. A newer link revokes the one before it. `asked_by` is who
    opened it first and waits to be let in: a link alone, which may have been read by others, lets
    nobody in.
    """

    __tablename__ = "guardian_link"

    token_hash: Mapped[str] = mapped_column(unique=True)
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"), index=True)
    made_by: Mapped[UUID] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    asked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    def is_open(self, now: datetime) -> bool:
        """Whether somebody may still join by it."""
        return not self.used_at and not self.revoked_at and now < self.expires_at
