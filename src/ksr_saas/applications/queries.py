"""Reads for the pages of families; `own` is the only way to an application."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from ksr_saas.applications.models import Application, Wish
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.errors import NotFound
from ksr_saas.offer.models import Institution, Unit

WHOLE = (
    joinedload(Application.child),
    joinedload(Application.guardians),  # two at most, so a join is cheaper than a statement
    selectinload(Application.wishes).joinedload(Wish.unit).joinedload(Unit.institution),
    selectinload(Application.claims),
    selectinload(Application.attachments),
)


def of_family(actor: Actor) -> Select[Application]:
    """The applications this parent made."""
    return (
        select(Application)
        .join(Application.campaign)
        .options(contains_eager(Application.campaign))
        .where(Application.account_id == actor.account_id)
    )


async def own(
    session: AsyncSession, actor: Actor, application_id: UUID, *, lock: bool = False
) -> Application:
    """The parent's own application with all its parts; NotFound for anybody else's.

    `lock` keeps other transactions from changing it until this one ends.
    """
    statement = of_family(actor).where(Application.id == application_id).options(*WHOLE)
    if lock:
        # What this transaction has read before the lock may be out of date by now.
        statement = statement.with_for_update(of=Application).execution_options(
            populate_existing=True
        )
    found = (await session.scalars(statement)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


async def all_own(session: AsyncSession, actor: Actor) -> list[Application]:
    """The parent's applications, newest first, with child and wishes."""
    statement = (
        of_family(actor)
        .options(
            joinedload(Application.child),
            selectinload(Application.wishes).joinedload(Wish.unit).joinedload(Unit.institution),
        )
        .order_by(Application.created_at.desc())
    )
    return list((await session.scalars(statement)).unique())


async def units_to_choose(
    session: AsyncSession, campaign_id: UUID, *, words: str = "", most: int = 200
) -> list[Unit]:
    """The offer of a recruitment whose name, street or district contains `words`; by name."""
    statement = (
        select(Unit)
        .join(Unit.institution)
        .options(contains_eager(Unit.institution))
        .where(Unit.campaign_id == campaign_id)
        .order_by(Institution.sort_key)
        .limit(most)
    )
    for word in words.split()[:5]:
        statement = statement.where(
            (Institution.name + " " + Institution.street + " " + Institution.district).icontains(
                word, autoescape=True
            )
        )
    return list(await session.scalars(statement))
