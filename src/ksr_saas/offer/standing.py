"""How far the offers of a recruitment are."""

from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.offer.models import Offer
from ksr_saas.offer.states import OfferState


class Standing(msgspec.Struct, frozen=True):
    """Offers of one recruitment by state; institutions that have begun none are not counted."""

    open: int = 0
    closed: int = 0
    returned: int = 0
    accepted: int = 0


async def standing(session: AsyncSession, campaign_id: UUID) -> Standing:
    """Counted by the database."""
    rows = await session.execute(
        select(Offer.state, func.count())
        .where(Offer.campaign_id == campaign_id)
        .group_by(Offer.state)
    )
    found: dict[OfferState, int] = dict(rows.tuples().all())
    return Standing(**{state.value: count for state, count in found.items()})
