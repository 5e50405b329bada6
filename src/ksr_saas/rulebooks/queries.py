"""Finding versions, and what a recruitment needs to be opened."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.models import Campaign
from ksr_saas.identity.models import Account
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.visit import City
from ksr_saas.offer.models import Offer, Unit
from ksr_saas.offer.queries import accepted
from ksr_saas.offer.states import OfferState
from ksr_saas.rulebooks.models import RulebookVersion
from ksr_saas.rulebooks.readiness import Facts
from ksr_saas.rulebooks.states import PENDING

LATEST = 100  # versions shown of one recruitment


async def pending(
    session: AsyncSession, campaign_id: UUID, *, lock: bool = False
) -> RulebookVersion | None:
    """The version that is being written or waits for the second person, if there is one."""
    statement = select(RulebookVersion).where(
        RulebookVersion.campaign_id == campaign_id, RulebookVersion.state.in_(PENDING)
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found: RulebookVersion | None = await session.scalar(statement)
    return found


async def all_pending(session: AsyncSession) -> dict[UUID, RulebookVersion]:
    """Of every recruitment the version that is not decided yet."""
    statement = select(RulebookVersion).where(RulebookVersion.state.in_(PENDING))
    return {one.campaign_id: one for one in await session.scalars(statement)}


async def versions(session: AsyncSession, campaign_id: UUID) -> list[RulebookVersion]:
    """The versions of a recruitment, the newest first."""
    statement = (
        select(RulebookVersion)
        .where(RulebookVersion.campaign_id == campaign_id)
        .order_by(RulebookVersion.number.desc())
        .limit(LATEST)
    )
    return list(await session.scalars(statement))


async def version(session: AsyncSession, campaign_id: UUID, number: int) -> RulebookVersion:
    """One version by its number. Raises NotFound."""
    found: RulebookVersion | None = await session.scalar(
        select(RulebookVersion).where(
            RulebookVersion.campaign_id == campaign_id, RulebookVersion.number == number
        )
    )
    if found is None:
        raise NotFound
    return found


async def source(session: AsyncSession, found: RulebookVersion) -> Campaign | None:
    """The older recruitment a version was made from."""
    return await session.get(Campaign, found.based_on) if found.based_on else None


async def names(session: AsyncSession, people: Collection[UUID | None]) -> dict[UUID, str]:
    """What these people are called."""
    wanted = {one for one in people if one is not None}
    if not wanted:
        return {}
    statement = select(Account).where(Account.id.in_(wanted))
    return {one.id: one.name for one in await session.scalars(statement)}


async def facts(session: AsyncSession, campaign: Campaign, city: City, *, draft: bool) -> Facts:
    """What readiness asks for beside the rules."""
    free = Unit.capacity - Unit.continuing
    units = (
        select(func.count(), func.count().filter(free <= 0))
        .select_from(Unit)
        .where(Unit.campaign_id == campaign.id, accepted())
    )
    offers = select(func.count()).where(
        Offer.campaign_id == campaign.id, Offer.state != OfferState.ACCEPTED
    )
    count, empty = (await session.execute(units)).one()
    return Facts(
        draft=draft,
        units=count,
        empty_units=empty,
        offers_wait=await session.scalar(offers) or 0,
        contact=bool(city.phone.strip() and city.email.strip()),
    )
