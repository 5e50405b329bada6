"""A family that asks why there is no place, and appeals (art. 158 (6)-(9))."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.kernel.sealed import Sealed
from ksr_saas.kernel.states import LifeCycle


class AppealState(StrEnum):
    """Reasons are asked for, written, received; an appeal is lodged, and the director decides."""

    REQUESTED = "requested"
    EXPLAINED = "explained"
    RECEIVED = "received"
    LODGED = "lodged"
    UPHELD = "upheld"
    DISMISSED = "dismissed"


class AppealEvent(StrEnum):
    """What brings it on."""

    EXPLAIN = "explain"
    RECEIVE = "receive"
    LODGE = "lodge"
    UPHOLD = "uphold"
    DISMISS = "dismiss"


LIFE = LifeCycle(
    {
        (AppealState.REQUESTED, AppealEvent.EXPLAIN): AppealState.EXPLAINED,
        (AppealState.EXPLAINED, AppealEvent.RECEIVE): AppealState.RECEIVED,
        (AppealState.RECEIVED, AppealEvent.LODGE): AppealState.LODGED,
        (AppealState.LODGED, AppealEvent.UPHOLD): AppealState.UPHELD,
        (AppealState.LODGED, AppealEvent.DISMISS): AppealState.DISMISSED,
    }
)


class Appeal(TenantModel):
    """One child's way at one institution that refused it.

    `reasons` are the commission's, `grounds` the family's, `decision` the director's; each is empty
    until it is written. The clocks run from `requested_at`, `received_at` (when the family took the
    reasons) and `lodged_at`.
    """

    __tablename__ = "appeal"
    __table_args__ = (
        UniqueConstraint("application_id", "institution_id"),
        Index("ix_appeal_institution", "institution_id", "state"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    institution_id: Mapped[UUID] = mapped_column(ForeignKey("institution.id"))
    state: Mapped[AppealState] = mapped_column(words(AppealState), default=AppealState.REQUESTED)
    requested_at: Mapped[datetime]
    requested_by: Mapped[UUID]
    reasons: Mapped[str] = mapped_column(Sealed("appeal.reasons"), default="")
    explained_at: Mapped[datetime | None]
    explained_by: Mapped[UUID | None]
    received_at: Mapped[datetime | None]
    received_by: Mapped[UUID | None]
    grounds: Mapped[str] = mapped_column(Sealed("appeal.grounds"), default="")
    lodged_at: Mapped[datetime | None]
    lodged_by: Mapped[UUID | None]
    decision: Mapped[str] = mapped_column(Sealed("appeal.decision"), default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
