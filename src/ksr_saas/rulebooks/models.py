"""Versions of what the office sets about a recruitment."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.rulebooks.states import State


class RulebookVersion(TenantModel):
    """A whole setup: rulebook, timetable and name, as `setup.Setup` keeps it.

    What is in force stands in the recruitment itself; a version that was in force is never changed.
    `edition` grows with every change of a draft. `reason` and `basis` are those of a change after
    opening, `refusal` why the second person said no. `based_on` is the older recruitment this one
    was made from. Who is None came from files.
    """

    __tablename__ = "rulebook_version"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        Index(
            "uq_rulebook_version_pending",
            "campaign_id",
            unique=True,
            postgresql_where=text("state IN ('draft', 'waiting')"),
        ),
        Index(
            "uq_rulebook_version_in_force",
            "campaign_id",
            unique=True,
            postgresql_where=text("state = 'in-force'"),
        ),
    )

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    number: Mapped[int]
    state: Mapped[State] = mapped_column(words(State))
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    edition: Mapped[int] = mapped_column(default=1)
    based_on: Mapped[UUID | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"))
    reason: Mapped[str] = mapped_column(default="")
    basis: Mapped[str] = mapped_column(default="")
    refusal: Mapped[str] = mapped_column(default="")
    edited_at: Mapped[datetime | None]
    edited_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime | None]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
