"""What a published run means for a child: qualified, then admitted if the family wants it."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.kernel.states import LifeCycle


class PlacementState(StrEnum):
    """Where a place stands: won, wanted, given back, lost by silence, or final."""

    QUALIFIED = "qualified"
    CONFIRMED = "confirmed"
    RESIGNED = "resigned"
    LAPSED = "lapsed"
    ADMITTED = "admitted"


class PlacementEvent(StrEnum):
    """What can happen to a place that was won."""

    CONFIRM = "confirm"
    RESIGN = "resign"
    LAPSE = "lapse"
    ADMIT = "admit"


LIFE = LifeCycle(
    {
        (PlacementState.QUALIFIED, PlacementEvent.CONFIRM): PlacementState.CONFIRMED,
        (PlacementState.QUALIFIED, PlacementEvent.RESIGN): PlacementState.RESIGNED,
        (PlacementState.QUALIFIED, PlacementEvent.LAPSE): PlacementState.LAPSED,
        (PlacementState.CONFIRMED, PlacementEvent.RESIGN): PlacementState.RESIGNED,
        (PlacementState.CONFIRMED, PlacementEvent.ADMIT): PlacementState.ADMITTED,
        (PlacementState.QUALIFIED, PlacementEvent.ADMIT): PlacementState.ADMITTED,
    }
)


class Placement(TenantModel):
    """The one place an application won in the published run.

    `confirmed_at` is when the family's will to take it was put down; `declared_on` is the day of
    the paper that says so, or that says the opposite, None for what was done here by the family.
    """

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
    confirmed_at: Mapped[datetime | None]
    declared_on: Mapped[date | None]
