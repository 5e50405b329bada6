"""Reads for the pages of families; `own` is the only way to an application."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, Subquery, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from ksr_saas.applications.models import Application, Wish
from ksr_saas.applications.rules import child_key
from ksr_saas.applications.states import Status
from ksr_saas.campaigns.models import Campaign
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.errors import NotFound
from ksr_saas.offer.models import FULL_NAME, Institution, Unit
from ksr_saas.offer.places import Point, metres
from ksr_saas.offer.queries import accepted
from ksr_saas.people.models import Child, CoGuardian
from ksr_saas.people.sameness import same_child

WHOLE = (
    joinedload(Application.child),
    joinedload(Application.guardians),  # two at most, so a join is cheaper than a statement
    selectinload(Application.wishes).joinedload(Wish.unit).joinedload(Unit.institution),
    selectinload(Application.claims),
    selectinload(Application.attachments),
)


def with_access() -> Subquery:
    """Who sees a child's case, as (child_id, account_id): whoever entered it, and whoever joined.

    Whoever entered it may be the account of a case on paper, which nobody can sign in to.
    """
    entered = select(Child.id.label("child_id"), Child.account_id)
    joined = select(CoGuardian.child_id, CoGuardian.account_id).where(
        CoGuardian.removed_at.is_(None)
    )
    return entered.union_all(joined).subquery()


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """Whether an application is this parent's affair: the child was entered or shared."""
    entered = select(Child.id).where(Child.account_id == actor.account_id)
    shared = select(CoGuardian.child_id).where(
        CoGuardian.account_id == actor.account_id, CoGuardian.removed_at.is_(None)
    )
    children = entered.union_all(shared).cte("children")
    theirs, draft = aliased(Application), aliased(Application)
    of_children = select(theirs.id).join(children, children.c.id == theirs.child_id)
    # Who may see a case sees the draft of its change, and nobody else: it has a child of its own.
    of_changes = (
        select(draft.id)
        .join(theirs, theirs.id == draft.changes_id)
        .join(children, children.c.id == theirs.child_id)
    )
    return Application.id.in_(of_children.union_all(of_changes))


def of_family(actor: Actor) -> Select[Application]:
    """The applications of this parent's children."""
    return (
        select(Application)
        .join(Application.campaign)
        .options(contains_eager(Application.campaign))
        .where(seen_by(actor))
    )


async def published(session: AsyncSession, application_id: UUID) -> datetime | None:
    """When the application's recruitment was published; stays true until the transaction ends.

    A publication locks the recruitment and then its applications: whoever locks one of them too
    asks this before, or the two would wait for each other.
    """
    at: datetime | None = await session.scalar(
        select(Campaign.published_at)
        .join(Application, Application.campaign_id == Campaign.id)
        .where(Application.id == application_id)
        .with_for_update(read=True, of=Campaign)
    )
    return at


async def own(
    session: AsyncSession, actor: Actor, application_id: UUID, *, lock: bool = False
) -> Application:
    """The application of the parent's child, with all its parts; NotFound for anybody else's.

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


async def at_institution(
    session: AsyncSession, institution_id: UUID, application_id: UUID, *, lock: bool = False
) -> Application:
    """A submitted application of which the institution is the first choice (art. 149), whole.

    Raises NotFound for any other.
    """
    statement = (
        select(Application)
        .join(Application.campaign)
        .options(contains_eager(Application.campaign), *WHOLE)
        .where(
            Application.id == application_id,
            Application.first_institution_id == institution_id,
            Application.submitted_at.is_not(None),
        )
    )
    if lock:
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
        .where(Application.changes_id.is_(None))
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
        .where(*_matching(campaign_id, words))
        .order_by(Institution.sort_key, Unit.code, Unit.id)
        .limit(most)
    )
    return list(await session.scalars(statement))


async def nearest_units(
    session: AsyncSession, campaign_id: UUID, here: Point, *, words: str = "", most: int
) -> list[tuple[Unit, int]]:
    """The same with metres in a straight line from `here`, the nearest first, then by name."""
    rows = await session.execute(
        select(Unit.id, Institution.lat, Institution.lon)
        .join(Unit.institution)
        .where(*_matching(campaign_id, words))
        .order_by(Institution.sort_key, Unit.code, Unit.id)
    )
    away = {key: metres(here, Point(lat, lon)) for key, lat, lon in rows.tuples()}
    first = sorted(away, key=lambda key: away[key])[:most]
    units = await session.scalars(
        select(Unit)
        .join(Unit.institution)
        .options(contains_eager(Unit.institution))
        .where(Unit.id.in_(first))
    )
    found = {unit.id: unit for unit in units}
    return [(found[key], away[key]) for key in first]


def _matching(campaign_id: UUID, words: str) -> list[ColumnElement[bool]]:
    place = FULL_NAME + " " + Institution.street + " " + Institution.district
    typed = [place.icontains(word, autoescape=True) for word in words.split()[:5]]
    return [Unit.campaign_id == campaign_id, accepted(), *typed]


async def units_at(
    session: AsyncSession, campaign_id: UUID, institution_id: UUID
) -> tuple[str, list[Unit]]:
    """The name of an institution, and what it offers in a recruitment, by code.

    Raises NotFound where there is no such institution.
    """
    name = await session.scalar(select(Institution.name).where(Institution.id == institution_id))
    if name is None:
        raise NotFound
    units = await session.scalars(
        select(Unit)
        .join(Unit.institution)
        .options(contains_eager(Unit.institution))
        .where(Unit.campaign_id == campaign_id, Unit.institution_id == institution_id, accepted())
        .order_by(Unit.code, Unit.id)
    )
    return name, list(units)


class Known(msgspec.Struct, frozen=True):
    """Another application in force for the same child in the same recruitment.

    `certain` when the numbers agree, so that a second one cannot be handed in; otherwise only names
    and birth date do.
    """

    application_id: UUID
    child_id: UUID
    certain: bool


async def known_already(session: AsyncSession, application: Application) -> Known | None:
    """The application in force, anybody's, that the child of this one has already."""
    child = application.child
    key = child_key(child.pesel, child.document)
    rows = (
        await session.execute(
            select(Application.id, Application.child_key == key, Child)
            .join(Application.child)
            .where(
                Application.campaign_id == application.campaign_id,
                Application.id.not_in([application.id, application.changes_id or application.id]),
                Application.child_key.is_not(None),
                Application.status != Status.WITHDRAWN,
                or_(Application.child_key == key, Child.birth_date == child.birth_date),
            )
        )
    ).tuples()
    found = [
        Known(one, other.id, same) for one, same, other in rows if same or same_child(other, child)
    ]
    return max(found, key=lambda one: one.certain, default=None)
