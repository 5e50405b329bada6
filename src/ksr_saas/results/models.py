"""What a published run means for a child: qualified, then admitted unless the family resigns."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.kernel.states import LifeCycle


class PlacementState(StrEnum):
    """Where a place stands: won, given back, or final."""

    QUALIFIED = "qualified"
    RESIGNED = "resigned"
    ADMITTED = "admitted"


class PlacementEvent(StrEnum):
    """What can happen to a place that was won."""

    RESIGN = "resign"
    ADMIT = "admit"


LIFE = LifeCycle(
    {
        (PlacementState.QUALIFIED, PlacementEvent.RESIGN): PlacementState.RESIGNED,
        (PlacementState.QUALIFIED, PlacementEvent.ADMIT): PlacementState.ADMITTED,
    }
)


class Placement(TenantModel):
    """The one place an application won in the published run."""

    __tablename__ = "placement"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), unique=True
    )
    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    state: Mapped[PlacementState] = mapped_column(
        words(PlacementState), default=PlacementState.QUALIFIED
    )
    changed_at: Mapped[datetime]
