"""Refusals of a child, and the appeals at an institution."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.allocation.models import Cutoff, WishResult
from ksr_saas.allocation.rules import Verdict
from ksr_saas.allocation.snapshot import scores_of
from ksr_saas.appeals.models import Appeal, AppealState
from ksr_saas.appeals.rules import Clocks, clocks
from ksr_saas.applications.models import Application
from ksr_saas.applications.rules import number_text
from ksr_saas.applications.service import rulebook_of
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.terms import is_over
from ksr_saas.criteria.evaluation import Score
from ksr_saas.kernel.errors import NotFound
from ksr_saas.offer.models import Institution, Unit
from ksr_saas.people.models import Child
from ksr_saas.results.models import Placement, PlacementState

BELOW = (Verdict.BELOW_CUTOFF, Verdict.BELOW_BY_RULE, Verdict.BELOW_BY_ORDER)
ASKED = (AppealState.REQUESTED, AppealState.EXPLAINED)


class Refusal(msgspec.Struct, frozen=True):
    """One institution that had no place for a child, and how far the way has gone there.

    `scores` are the child's own points at the unit it wanted most there, `last` those of the last
    child placed, empty where nobody was. `appeal` is None until reasons were asked for.
    """

    institution_id: UUID
    name: str
    unit_id: UUID
    scores: tuple[Score, ...]
    last: tuple[Score, ...]
    places: int
    appeal: Appeal | None
    clocks: Clocks
    may_request: bool
    may_lodge: bool


async def refusals(
    session: AsyncSession, application_id: UUID, campaign: Campaign, *, now: datetime
) -> list[Refusal]:
    """Every institution that refused a child, in the order of its list.

    Empty before the list of the admitted, and for a child admitted where it wanted most. A place
    given back or lost is no refusal.
    """
    listed, run = campaign.admitted_at, campaign.published_run_id
    if listed is None or run is None:
        return []
    rows = await session.execute(
        select(WishResult, Cutoff, Institution, Appeal)
        .join(Cutoff, (Cutoff.run_id == WishResult.run_id) & (Cutoff.unit_id == WishResult.unit_id))
        .join(Unit, Unit.id == WishResult.unit_id)
        .join(Institution, Institution.id == Unit.institution_id)
        .outerjoin(
            Appeal,
            (Appeal.application_id == WishResult.application_id)
            & (Appeal.institution_id == Institution.id),
        )
        .where(
            WishResult.run_id == run,
            WishResult.application_id == application_id,
            WishResult.verdict.in_(BELOW),
        )
        .order_by(WishResult.rank)
    )
    rulebook = rulebook_of(campaign)
    found: dict[UUID, Refusal] = {}
    for result, cutoff, institution, appeal in rows.tuples():
        if institution.id in found:
            continue
        told = clocks(
            rulebook.appeal,
            listed,
            requested=appeal.requested_at if appeal else None,
            received=appeal.received_at if appeal else None,
            lodged=appeal.lodged_at if appeal else None,
        )
        received = appeal is not None and appeal.state is AppealState.RECEIVED
        found[institution.id] = Refusal(
            institution.id,
            institution.name,
            result.unit_id,
            scores_of(rulebook, result.points),
            scores_of(rulebook, cutoff.points) if cutoff.points else (),
            cutoff.places,
            appeal,
            told,
            may_request=appeal is None and not is_over(told.request, now),
            may_lodge=received and told.lodge is not None and not is_over(told.lodge, now),
        )
    return list(found.values())


class AppealRow(msgspec.Struct, frozen=True):
    """A line of the institution's list; `due` is the last day of what it has to do, else None."""

    id: UUID
    child: str
    number: str
    state: AppealState
    requested_at: datetime
    due: date | None


async def at_institution(session: AsyncSession, institution_id: UUID | None) -> list[AppealRow]:
    """The appeals at an institution, the most urgent first."""
    rows = await session.execute(
        _whole().where(Appeal.institution_id == institution_id).order_by(Appeal.requested_at)
    )
    found = [_row(*one) for one in rows.tuples()]
    return sorted(found, key=lambda one: (one.due is None, one.due or date.max))


async def one_at(
    session: AsyncSession, institution_id: UUID | None, appeal_id: UUID, *, lock: bool = False
) -> tuple[Appeal, Application, Campaign, Child]:
    """One appeal of an institution with its case. Raises NotFound for another's."""
    statement = _whole().where(Appeal.institution_id == institution_id, Appeal.id == appeal_id)
    if lock:
        statement = statement.with_for_update(of=Appeal).execution_options(populate_existing=True)
    row = (await session.execute(statement)).tuples().one_or_none()
    if row is None:
        raise NotFound
    return row


def _whole() -> Select[Appeal, Application, Campaign, Child]:
    return (
        select(Appeal, Application, Campaign, Child)
        .join(Application, Application.id == Appeal.application_id)
        .join(Campaign, Campaign.id == Application.campaign_id)
        .join(Child, Child.id == Application.child_id)
    )


def _row(appeal: Appeal, application: Application, campaign: Campaign, child: Child) -> AppealRow:
    return AppealRow(
        appeal.id,
        f"{child.family_name} {child.given_name}",
        number_text(campaign.code, application.number),
        appeal.state,
        appeal.requested_at,
        due(appeal, campaign),
    )


def due(appeal: Appeal, campaign: Campaign) -> date | None:
    """The last day of what the institution has to do now; None while it is the family's turn."""
    told = clocks(
        rulebook_of(campaign).appeal,
        campaign.admitted_at or appeal.requested_at,
        requested=appeal.requested_at,
        lodged=appeal.lodged_at,
    )
    if appeal.state is AppealState.REQUESTED:
        return told.reasons
    return told.decide if appeal.state is AppealState.LODGED else None


async def place_for(session: AsyncSession, application_id: UUID) -> Placement | None:
    """The place an application has or had."""
    found: Placement | None = await session.scalar(
        select(Placement).where(Placement.application_id == application_id)
    )
    return found


def admitted(placement: Placement | None) -> bool:
    """Whether the child has its final place."""
    return placement is not None and placement.state is PlacementState.ADMITTED
