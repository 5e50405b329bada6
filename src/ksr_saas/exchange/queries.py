"""What is there before a file is taken."""

from uuid import UUID

from sqlalchemy import Select, func, literal, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Wish
from ksr_saas.campaigns.models import Campaign
from ksr_saas.exchange.models import ImportedFile
from ksr_saas.exchange.offer_plan import Present, Values
from ksr_saas.kernel.errors import NotFound
from ksr_saas.offer.models import Institution, Offer, Unit
from ksr_saas.results.models import Placement, PlacementState

LATEST = 10


async def _columns(session: AsyncSession, statement: Select[tuple[object, ...]]) -> list[Values]:
    return [dict(row) for row in (await session.execute(statement)).mappings()]


async def institutions(session: AsyncSession) -> list[Values]:
    """Every institution with all its columns, by name."""
    table = Institution.__table__
    return await _columns(session, select(*table.c).order_by(table.c.sort_key))


async def units(session: AsyncSession, campaign_id: UUID) -> list[Values]:
    """The units of a recruitment with all their columns."""
    table = Unit.__table__
    return await _columns(session, select(*table.c).where(table.c.campaign_id == campaign_id))


async def qualified(session: AsyncSession, campaign_id: UUID) -> dict[UUID, int]:
    """How many children have a place in each unit; units without one are left out."""
    counted, _ = await _taken(session, campaign_id)
    return counted


async def _taken(
    session: AsyncSession, campaign_id: UUID
) -> tuple[dict[UUID, int], frozenset[UUID]]:
    """Children with a place by unit, and the units that stand in any application."""
    placed = (
        select(Placement.unit_id, func.count().label("many"))
        .where(Placement.campaign_id == campaign_id, Placement.state != PlacementState.RESIGNED)
        .group_by(Placement.unit_id)
    )
    wished = (
        select(Wish.unit_id, literal(0).label("many"))
        .join(Unit, Unit.id == Wish.unit_id)
        .where(Unit.campaign_id == campaign_id)
        .distinct()
    )
    rows = (await session.execute(union_all(placed, wished))).tuples().all()
    return {unit: many for unit, many in rows if many}, frozenset(unit for unit, _ in rows)


async def hold_offers(session: AsyncSession, campaign_id: UUID) -> None:
    """Let nobody else write to the offers of a recruitment before this transaction ends."""
    here = select(Offer.id).where(Offer.campaign_id == campaign_id).order_by(Offer.id)
    await session.execute(here.with_for_update())


async def present(session: AsyncSession, campaign_id: UUID) -> Present:
    """Everything that a file of an offer is compared with."""
    offers = select(Offer.institution_id, Offer.state).where(Offer.campaign_id == campaign_id)
    counted, named = await _taken(session, campaign_id)
    return Present(
        institutions=await institutions(session),
        units=await units(session, campaign_id),
        offers=dict((await session.execute(offers)).tuples().all()),
        qualified=counted,
        named=named,
    )


async def latest(session: AsyncSession) -> list[tuple[ImportedFile, str]]:
    """The files that were taken last, each with the code of its recruitment, '' for none."""
    statement = (
        select(ImportedFile, Campaign.code)
        .outerjoin(Campaign, Campaign.id == ImportedFile.campaign_id)
        .where(ImportedFile.taken_at.is_not(None))
        .order_by(ImportedFile.taken_at.desc())
        .limit(LATEST)
    )
    rows = (await session.execute(statement)).tuples()
    return [(one, code or "") for one, code in rows]


async def sent(
    session: AsyncSession, file_id: UUID, *, lock: bool = False
) -> tuple[ImportedFile, Campaign | None]:
    """A file that came in and its recruitment, both locked when asked. Raises NotFound."""
    statement = (
        select(ImportedFile, Campaign)
        .outerjoin(Campaign, Campaign.id == ImportedFile.campaign_id)
        .where(ImportedFile.id == file_id)
    )
    if lock:
        statement = statement.with_for_update(of=ImportedFile).execution_options(
            populate_existing=True
        )
    found = (await session.execute(statement)).tuples().one_or_none()
    if found is None:
        raise NotFound
    return found[0], found[1]
