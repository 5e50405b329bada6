"""Finding recruitments."""

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.models import Campaign
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.reading import Ask, Question

SHOWN = (
    Campaign.id,
    Campaign.code,
    Campaign.level,
    Campaign.school_year,
    Campaign.name,
    Campaign.timetable,
    Campaign.published_at,
    Campaign.admitted_at,
)
OPENED = Campaign.code == bindparam("code"), Campaign.opened_at.is_not(None)
BY_CODE = Question(select(*SHOWN).where(*OPENED))
WITH_RULES = Question(select(*SHOWN, Campaign.rulebook).where(*OPENED))


async def opened(ask: Ask, code: str, *, rules: bool = False) -> Campaign:
    """The opened recruitment with this code, to be shown and never saved. Raises NotFound.

    It has a rulebook only where `rules` are asked for.
    """
    question = WITH_RULES if rules else BY_CODE
    for row in await ask(question, code=code):
        names = (str(column.key) for column in question.statement.selected_columns)
        return Campaign(**dict(zip(names, row, strict=True)))
    raise NotFound


async def by_code(session: AsyncSession, code: str, *, lock: bool = False) -> Campaign:
    """The opened recruitment with this code. Raises NotFound."""
    return await _one(session, code, Campaign.opened_at.is_not(None), lock=lock)


async def prepared_or_opened(session: AsyncSession, code: str, *, lock: bool = False) -> Campaign:
    """The recruitment with this code, for the office that prepares it. Raises NotFound."""
    return await _one(session, code, lock=lock)


async def _one(
    session: AsyncSession, code: str, *limits: ColumnElement[bool], lock: bool
) -> Campaign:
    statement = select(Campaign).where(Campaign.code == code, *limits)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = await session.scalar(statement)
    if found is None:
        raise NotFound
    return found


async def all_campaigns(session: AsyncSession) -> list[Campaign]:
    """Every opened recruitment, the newest first."""
    statement = select(Campaign).where(Campaign.opened_at.is_not(None))
    return list(await session.scalars(statement.order_by(Campaign.created_at.desc())))


async def chosen(session: AsyncSession, code: str) -> tuple[Campaign | None, list[Campaign]]:
    """The opened recruitment with this code, without one the newest; and all there are.

    None where none is open. Raises NotFound for a code that no opened recruitment has.
    """
    every = await all_campaigns(session)
    if not code:
        return (every[0] if every else None), every
    found = next((one for one in every if one.code == code), None)
    if found is None:
        raise NotFound
    return found, every


async def with_prepared(session: AsyncSession) -> list[Campaign]:
    """Every recruitment, also those only the office sees; the newest first."""
    return list(await session.scalars(select(Campaign).order_by(Campaign.created_at.desc())))
