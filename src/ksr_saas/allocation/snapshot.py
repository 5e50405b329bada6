"""Reading everything a run depends on."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ScalarSelect, and_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import load_only

from ksr_saas.allocation.models import RecordedOrder
from ksr_saas.allocation.rules import Order, Points, Snapshot
from ksr_saas.applications import certificates
from ksr_saas.applications.models import Application, Claim, Outcome, Wish
from ksr_saas.applications.states import Status
from ksr_saas.campaigns.models import Campaign
from ksr_saas.criteria import stored
from ksr_saas.criteria.evaluation import Score, scores, standings
from ksr_saas.criteria.facts import Answer, Asked, Certificate, Child, Source
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.criteria.ties import Commission, Older, Younger, parted
from ksr_saas.criteria.worked_out import sources
from ksr_saas.offer.models import Unit
from ksr_saas.people import models as people

HUNDREDTHS = 100


def hundredths(points: Decimal) -> int:
    """Points as a whole number; the rulebook's have no more than two decimals."""
    return int((points * HUNDREDTHS).to_integral_exact())


def points_of(of: int) -> Decimal:
    """Points as people know them."""
    return Decimal(of) / HUNDREDTHS


def scores_of(rulebook: Rulebook, points: Sequence[int]) -> tuple[Score, ...]:
    """Stored points as people know them, by name."""
    return scores(rulebook, [points_of(one) for one in points])


async def gather(session: AsyncSession, campaign: Campaign) -> Snapshot:
    """Read the verified applications of a recruitment, with accepted claims only.

    Three queries, and one for the dates of birth where they count.
    """
    rulebook = stored.read(campaign.rulebook)
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
    asked: dict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    for child, unit_id, rank in (
        await session.execute(
            select(Wish.application_id, Wish.unit_id, Wish.rank)
            .where(Wish.application_id.in_(taking_part))
            .order_by(Wish.application_id, Wish.rank)
        )
    ).tuples():
        asked[child].append((unit_id, rank))
    aged = Source.BIRTH in sources(rulebook) or any(
        isinstance(one, Older | Younger) for one in rulebook.ties
    )
    born = await _births(session, taking_part) if aged else {}
    documents = await _certificates(session, taking_part) if certificates.matters(rulebook) else {}
    wishes: dict[str, list[str]] = {}
    standing: dict[str, dict[str, Points]] = {}
    rules = tuple(one for one in rulebook.ties if not isinstance(one, Commission))
    parting: dict[str, dict[str, Points]] = {}
    for child, wanted in asked.items():
        document = documents.get(child)
        known = Child(
            answers=tuple(claims.get(child, ())), born=born.get(child), certificate=document
        )
        places_asked = [
            Asked(
                units[unit_id].institution_id,
                rank,
                subjects=certificates.subjects_at(units[unit_id], document),
            )
            for unit_id, rank in wanted
        ]
        earned = standings(rulebook, known, places_asked)
        wishes[str(child)] = [str(unit_id) for unit_id, _ in wanted]
        standing[str(child)] = {
            str(unit_id): tuple(hundredths(one) for one in points)
            for (unit_id, _), points in zip(wanted, earned, strict=True)
        }
        if rules:
            parting[str(child)] = {
                str(unit_id): parted(rules, known, one)
                for (unit_id, _), one in zip(wanted, places_asked, strict=True)
            }
    places = {str(unit_id): unit.places for unit_id, unit in units.items()}
    return Snapshot(wishes, standing, places, orders, parting)


async def _births(
    session: AsyncSession, taking_part: ScalarSelect[UUID]
) -> dict[UUID, date | None]:
    rows = await session.execute(
        select(Application.id, people.Child.birth_date)
        .join(people.Child, people.Child.id == Application.child_id)
        .where(Application.id.in_(taking_part))
    )
    return dict(rows.tuples().all())


async def _certificates(
    session: AsyncSession, taking_part: ScalarSelect[UUID]
) -> dict[UUID, Certificate]:
    """Those that the commissions compared with their documents."""
    rows = await session.scalars(
        select(Application)
        .where(Application.id.in_(taking_part), Application.certificate_outcome == Outcome.ACCEPTED)
        .options(load_only(Application.certificate, Application.certificate_outcome))
    )
    found = {one.id: certificates.certificate_of(one, accepted_only=True) for one in rows}
    return {child: document for child, document in found.items() if document is not None}


async def _offer(
    session: AsyncSession, campaign_id: UUID
) -> tuple[dict[UUID, Unit], tuple[Order, ...]]:
    """Read the units, and the orders recorded at them.

    Of the orders for the same unit, points and keys, the latest.
    """
    rows = await session.execute(
        select(Unit, RecordedOrder)
        .outerjoin(
            RecordedOrder,
            and_(RecordedOrder.unit_id == Unit.id, RecordedOrder.campaign_id == campaign_id),
        )
        .where(Unit.campaign_id == campaign_id)
        .order_by(RecordedOrder.created_at, RecordedOrder.id)
    )
    units: dict[UUID, Unit] = {}
    latest: dict[tuple[str, Points, Points], Order] = {}
    for unit, order in rows.tuples():
        units[unit.id] = unit
        if order is not None:
            points, keys = tuple(order.points), tuple(order.keys)
            named = tuple(order.application_ids)
            latest[str(unit.id), points, keys] = Order(str(unit.id), points, named, keys)
    return units, tuple(latest[key] for key in sorted(latest))
