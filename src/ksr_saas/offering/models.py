"""Changes of offers that the city has accepted already."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.offering.states import ChangeState


class OfferChange(TenantModel):
    """A change of one unit: asked for by the institution, or made by the city itself.

    `unit_id` is None for a unit that is to be added. `values` are what the unit is to be, `before`
    what it was then (empty for a new one), both as in `offering.units.UnitValues`. The city's own
    changes are accepted from the start. `comment` is the city's answer.
    """

    __tablename__ = "offer_change"
    __table_args__ = (
        # Two requests about one unit would hide one another's effect.
        Index(
            "uq_offer_change_waiting", "unit_id", unique=True, postgresql_where="state = 'asked'"
        ),
    )

    offer_id: Mapped[UUID] = mapped_column(ForeignKey("offer.id", ondelete="CASCADE"), index=True)
    unit_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("unit.id", ondelete="SET NULL"), index=True
    )
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    before: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    reason: Mapped[str]
    state: Mapped[ChangeState] = mapped_column(words(ChangeState), default=ChangeState.ASKED)
    asked_at: Mapped[datetime]
    asked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    comment: Mapped[str] = mapped_column(default="")
