"""What a family wants of the place its child won: to take it, or to give it back.

Either is said here by a parent, or on paper that the institution puts down (art. 158 (3)).
"""

from collections.abc import Callable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application
from ksr_saas.applications.news import tell
from ksr_saas.applications.queries import seen_by
from ksr_saas.audit.service import record
from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel import i18n
from ksr_saas.kernel.errors import IllegalMove, NotFound
from ksr_saas.offer.models import Unit
from ksr_saas.results.errors import ConfirmationAhead, ConfirmationOver, NothingToConfirm
from ksr_saas.results.messages import CONFIRMED, GIVEN_BACK
from ksr_saas.results.models import LIFE, Placement, PlacementEvent, PlacementState
from ksr_saas.results.queries import is_opt_in

Address = Callable[[UUID], str]
DONE = {
    PlacementEvent.CONFIRM: PlacementState.CONFIRMED,
    PlacementEvent.RESIGN: PlacementState.RESIGNED,
}
NEWS = {PlacementEvent.CONFIRM: CONFIRMED, PlacementEvent.RESIGN: GIVEN_BACK}


async def _one(session: AsyncSession, statement: Select[Placement], *, lock: bool) -> Placement:
    if lock:
        statement = statement.with_for_update(of=Placement).execution_options(
            populate_existing=True
        )
    found = await session.scalar(statement)
    if found is None:
        raise NotFound
    return found


async def placement_of(
    session: AsyncSession, application_id: UUID, actor: Actor, *, lock: bool = False
) -> Placement:
    """Find the place the parent's own application won. Raises NotFound."""
    statement = (
        select(Placement)
        .join(Application, Application.id == Placement.application_id)
        .where(Placement.application_id == application_id, seen_by(actor))
    )
    return await _one(session, statement, lock=lock)


async def placement_at(
    session: AsyncSession, application_id: UUID, actor: Actor, *, lock: bool = False
) -> Placement:
    """Find the place an application won at the actor's institution. Raises NotFound."""
    statement = (
        select(Placement)
        .join(Unit, Unit.id == Placement.unit_id)
        .where(
            Placement.application_id == application_id,
            Unit.institution_id == actor.institution_id,
        )
    )
    return await _one(session, statement, lock=lock)


def ensure_confirming(campaign: Campaign, *, now: datetime) -> None:
    """Raise NothingToConfirm, ConfirmationAhead or ConfirmationOver unless it is the time."""
    if not is_opt_in(campaign):
        raise NothingToConfirm
    stage = timetable.stage(campaign.stages, StageCode.CONFIRMATION)
    if stage is not None and now < stage.starts_at:
        raise ConfirmationAhead(starts=i18n.moment(stage.starts_at))
    if stage is None or now >= stage.ends_at:
        raise ConfirmationOver(ended=i18n.moment(stage.ends_at) if stage else "—")


async def confirm(
    session: AsyncSession, application_id: UUID, actor: Actor, *, now: datetime, address: Address
) -> None:
    """Say that the family takes the place; said twice, it stands once.

    Raises NotFound, NothingToConfirm, ConfirmationAhead, ConfirmationOver, or IllegalMove where the
    place was given back or the lists are closed.
    """
    placement = await placement_of(session, application_id, actor, lock=True)
    if placement.state is PlacementState.CONFIRMED:
        return
    campaign = await session.get_one(Campaign, placement.campaign_id)
    ensure_confirming(campaign, now=now)
    await _put_down(
        session, placement, campaign, PlacementEvent.CONFIRM, actor, now=now, address=address
    )


async def resign(
    session: AsyncSession, application_id: UUID, actor: Actor, *, now: datetime, address: Address
) -> None:
    """Give the place back. Raises NotFound, or IllegalMove once the lists are closed."""
    placement = await placement_of(session, application_id, actor, lock=True)
    campaign = await session.get_one(Campaign, placement.campaign_id)
    await _put_down(
        session, placement, campaign, PlacementEvent.RESIGN, actor, now=now, address=address
    )


async def put_down_paper(
    session: AsyncSession,
    placement: Placement,
    campaign: Campaign,
    event: PlacementEvent,
    actor: Actor,
    *,
    day: date,
    now: datetime,
    address: Address,
) -> None:
    """Put down a paper of `day`, checked by the caller, for a place found and locked by it.

    Raises NothingToConfirm, or IllegalMove where the place was given back or the lists are closed.
    """
    if event is PlacementEvent.CONFIRM and not is_opt_in(campaign):
        raise NothingToConfirm
    if placement.state is DONE[event]:
        return
    await _put_down(session, placement, campaign, event, actor, now=now, address=address, day=day)


async def _put_down(
    session: AsyncSession,
    placement: Placement,
    campaign: Campaign,
    event: PlacementEvent,
    actor: Actor,
    *,
    now: datetime,
    address: Address,
    day: date | None = None,
) -> None:
    if campaign.admitted_at is not None:
        raise IllegalMove("the lists are closed")
    placement.state = LIFE.after(placement.state, event)
    placement.changed_at, placement.declared_on = now, day
    if event is PlacementEvent.CONFIRM:
        placement.confirmed_at = now
    application = await session.get_one(Application, placement.application_id)
    on_paper = {"declared_on": day.isoformat()} if day else {}
    record(
        session,
        "results.confirm" if event is PlacementEvent.CONFIRM else "results.resign",
        actor_id=actor.account_id,
        role=actor.role.value,
        acting_for=actor.institution_id,
        kind="application",
        object_id=application.id,
        subject_id=application.child_id,
        **on_paper,
    )
    await tell(
        session,
        NEWS[event],
        Application.id == application.id,
        code=campaign.code,
        occasion=event.value,
        address=address,
    )
