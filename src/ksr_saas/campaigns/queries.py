"""Finding recruitments."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.models import Campaign
from ksr_saas.kernel.errors import NotFound


async def by_code(session: AsyncSession, code: str, *, lock: bool = False) -> Campaign:
    """The recruitment with this code. Raises NotFound."""
    statement = select(Campaign).where(Campaign.code == code)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = await session.scalar(statement)
    if found is None:
        raise NotFound
    return found


async def all_campaigns(session: AsyncSession) -> list[Campaign]:
    """Every recruitment, the newest first."""
    return list(await session.scalars(select(Campaign).order_by(Campaign.created_at.desc())))
