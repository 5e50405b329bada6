"""Reading everything a run depends on."""

from collections import defaultdict
from decimal import Decimal
from uuid import UUID

import msgspec
from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.allocation.models import RecordedOrder
from ksr_saas.allocation.rules import Order, Points, Snapshot
from ksr_saas.applications.models import Application, Claim, Outcome, Wish
from ksr_saas.applications.states import Status
from ksr_saas.campaigns.models import Campaign
from ksr_saas.criteria import rulebook as criteria
from ksr_saas.criteria.rulebook import Answer, Rulebook
from ksr_saas.offer.models import Unit

HUNDREDTHS = 100


def hundredths(points: Decimal) -> int:
    """Points as a whole number; the rulebook's have no more than two decimals."""
    return int((points * HUNDREDTHS).to_integral_exact())


def points_of(of: int) -> Decimal:
    """Points as people know them."""
    return Decimal(of) / HUNDREDTHS


async def gather(session: AsyncSession, campaign: Campaign) -> Snapshot:
    """Read the verified applications of a recruitment, with accepted claims only; three queries."""
    rulebook = msgspec.convert(campaign.rulebook, Rulebook)
    units, orders = await _offer(session, campaign.id)
    taking_part = (
        select(Application.id)
        .where(Application.campaign_id == campaign.id, Application.status == Status.VERIFIED)
        .scalar_subquery()
    )
    claims: dict[UUID, list[Answer]] = defaultdict(list)
    for child, code, at, amount in (
        await session.execute(
            select(Claim.application_id, Claim.criterion, Claim.institution_id, Claim.amount).where(
                Claim.application_id.in_(taking_part), Claim.outcome == Outcome.ACCEPTED
            )
        )
    ).tuples():
        claims[child].append(Answer(code, at, amount))
    wishes: dict[str, list[str]] = defaultdict(list)
    standing: dict[str, dict[str, Points]] = defaultdict(dict)
    for child, unit_id in (
        await session.execute(
            select(Wish.application_id, Wish.unit_id)
            .where(Wish.application_id.in_(taking_part))
            .order_by(Wish.application_id, Wish.rank)
        )
    ).tuples():
        earned = criteria.standing(rulebook, claims.get(child, ()), units[unit_id][0])
        wishes[str(child)].append(str(unit_id))
        standing[str(child)][str(unit_id)] = (
            hundredths(earned.statutory),
            hundredths(earned.local),
        )
    places = {str(unit_id): count for unit_id, (_, count) in units.items()}
    return Snapshot(dict(wishes), dict(standing), places, orders)


async def _offer(
    session: AsyncSession, campaign_id: UUID
) -> tuple[dict[UUID, tuple[UUID, int]], tuple[Order, ...]]:
    """Read the units as (institution, places), and the orders recorded at them.

    Of the orders for the same unit and points, the latest.
    """
    rows = await session.execute(
        select(Unit.id, Unit.institution_id, Unit.places, RecordedOrder)
        .outerjoin(
            RecordedOrder,
            and_(RecordedOrder.unit_id == Unit.id, RecordedOrder.campaign_id == campaign_id),
        )
        .where(Unit.campaign_id == campaign_id)
        .order_by(RecordedOrder.created_at, RecordedOrder.id)
    )
    units: dict[UUID, tuple[UUID, int]] = {}
    latest: dict[tuple[str, Points], Order] = {}
    for unit_id, institution_id, places, order in rows.tuples():
        units[unit_id] = (institution_id, places)
        if order is not None:
            points = (hundredths(order.statutory), hundredths(order.local))
            latest[str(unit_id), points] = Order(str(unit_id), points, tuple(order.application_ids))
    return units, tuple(latest[key] for key in sorted(latest))
