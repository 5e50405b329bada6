"""How far the institutions are: counts only, no child."""

from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application, Wish
from ksr_saas.applications.states import Status
from ksr_saas.offer.models import Institution, Unit


class ProgressRow(msgspec.Struct, frozen=True):
    """One institution: places, first choices handed in, and what became of them."""

    id: UUID
    name: str
    places: int
    first_choices: int
    waiting: int
    returned: int
    verified: int
    rejected: int


async def progress(session: AsyncSession, campaign_id: UUID) -> list[ProgressRow]:
    """Every institution of a recruitment, those with most waiting applications first."""
    first = (
        select(
            Unit.institution_id.label("institution_id"),
            func.count().label("all"),
            *(
                func.count().filter(Application.status == status).label(status.value)
                for status in (
                    Status.SUBMITTED,
                    Status.RETURNED,
                    Status.VERIFIED,
                    Status.REJECTED,
                )
            ),
        )
        .join(Wish, Wish.unit_id == Unit.id)
        .join(Application, Application.id == Wish.application_id)
        .where(
            Wish.rank == 1,
            Application.campaign_id == campaign_id,
            Application.submitted_at.is_not(None),
            Application.status != Status.WITHDRAWN,
        )
        .group_by(Unit.institution_id)
        .subquery()
    )
    offered = (
        select(Unit.institution_id, func.sum(Unit.places).label("places"))
        .where(Unit.campaign_id == campaign_id)
        .group_by(Unit.institution_id)
        .subquery()
    )
    zero = func.coalesce
    waiting = zero(first.c.submitted, 0)
    rows = await session.execute(
        select(
            Institution.id,
            Institution.name,
            offered.c.places,
            zero(first.c.all, 0),
            waiting,
            zero(first.c.returned, 0),
            zero(first.c.verified, 0),
            zero(first.c.rejected, 0),
        )
        .join(offered, offered.c.institution_id == Institution.id)
        .outerjoin(first, first.c.institution_id == Institution.id)
        .order_by(waiting.desc(), Institution.sort_key)
    )
    return [ProgressRow(*row) for row in rows.tuples()]
