"""Reading everything a run depends on."""

from collections import defaultdict
from decimal import Decimal
from uuid import UUID

import msgspec
from sqlalchemy import select
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
    """Read the verified applications of a recruitment, with accepted claims only; four queries."""
    rulebook = msgspec.convert(campaign.rulebook, Rulebook)
    units = {
        unit_id: (institution_id, places)
        for unit_id, institution_id, places in (
            await session.execute(
                select(Unit.id, Unit.institution_id, Unit.places).where(
                    Unit.campaign_id == campaign.id
                )
            )
        ).tuples()
    }
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
    orders = await _orders(session, campaign.id)
    return Snapshot(dict(wishes), dict(standing), places, orders)


async def _orders(session: AsyncSession, campaign_id: UUID) -> tuple[Order, ...]:
    """Read the commissions' orders; of those for the same unit and points, the latest."""
    rows = await session.scalars(
        select(RecordedOrder)
        .where(RecordedOrder.campaign_id == campaign_id)
        .order_by(RecordedOrder.created_at, RecordedOrder.id)
    )
    latest: dict[tuple[str, Points], Order] = {}
    for row in rows:
        points = (hundredths(row.statutory), hundredths(row.local))
        latest[str(row.unit_id), points] = Order(
            str(row.unit_id), points, tuple(row.application_ids)
        )
    return tuple(latest[key] for key in sorted(latest))
