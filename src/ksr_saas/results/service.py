"""Publishing a run, and closing the list of admitted children."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from ksr_saas.allocation.models import AllocationRun, RunStatus, WishResult
from ksr_saas.allocation.rules import Verdict
from ksr_saas.allocation.snapshot import gather
from ksr_saas.applications.models import Application
from ksr_saas.applications.news import tell
from ksr_saas.applications.service import rulebook_of
from ksr_saas.applications.states import Status
from ksr_saas.audit.service import record
from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.criteria.procedure import ConfirmMode
from ksr_saas.criteria.rulebook import Tier
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.errors import IllegalMove, NotFound
from ksr_saas.results import rules
from ksr_saas.results.errors import NotPublishable, TooEarlyToClose
from ksr_saas.results.messages import ADMITTED, LAPSED, PUBLISHED, PUBLISHED_TO_CONFIRM
from ksr_saas.results.models import LIFE, Placement, PlacementEvent, PlacementState
from ksr_saas.results.queries import counted, is_opt_in
from ksr_saas.results.rules import Blocker

WAITING = (Status.SUBMITTED, Status.RETURNED)
ANSWERED = (Status.VERIFIED, Status.REJECTED)
FINISHED = (RunStatus.DONE, RunStatus.CONTESTED)


def _count_waiting(campaign_id: UUID | InstrumentedAttribute[UUID]) -> Select[int]:
    return (
        select(func.count())
        .select_from(Application)
        .where(Application.campaign_id == campaign_id, Application.status.in_(WAITING))
    )


async def waiting(session: AsyncSession, campaign_id: UUID) -> int:
    """Count applications that still wait for a commission or a family."""
    return await session.scalar(_count_waiting(campaign_id)) or 0


async def run_to_judge(session: AsyncSession, run_id: UUID) -> tuple[AllocationRun, Campaign, int]:
    """Find a run, its recruitment, and how many of its applications wait. Raises NotFound."""
    row = (
        (
            await session.execute(
                select(AllocationRun, Campaign, _count_waiting(Campaign.id).scalar_subquery())
                .join(Campaign, Campaign.id == AllocationRun.campaign_id)
                .where(AllocationRun.id == run_id)
            )
        )
        .tuples()
        .one_or_none()
    )
    if row is None:
        raise NotFound
    return row


async def blockers(
    session: AsyncSession,
    campaign: Campaign,
    run: AllocationRun,
    *,
    now: datetime,
    waits: int | None = None,
) -> tuple[Blocker, ...]:
    """List what stands in the way of publishing `run`, compared with the applications of now.

    `waits` is how many applications wait, where the caller has counted them already.
    """
    finished = run.status in FINISHED
    changed = finished and (await gather(session, campaign)).digest() != run.input_digest
    return rules.blockers(
        published=campaign.published_at is not None,
        submission_ended=timetable.has_ended(campaign.stages, StageCode.SUBMISSION, now),
        waiting=await waiting(session, campaign.id) if waits is None else waits,
        finished=finished,
        ties=run.status is RunStatus.CONTESTED,
        own_without=await _own_without(session, campaign, run),
        changed=changed,
    )


async def _own_without(session: AsyncSession, campaign: Campaign, run: AllocationRun) -> bool:
    """Whether a child gets nothing though its own school is on its list: art. 133 (1).

    A school of the catchment admits its children whatever its number of places. In a plain sum the
    catchment is points like others.
    """
    compared = rulebook_of(campaign).compared
    if campaign.level is not Level.PRIMARY or Tier.FIRST not in compared:
        return False
    first = WishResult.points[compared.index(Tier.FIRST) + 1]
    placed = select(WishResult.application_id).where(
        WishResult.run_id == run.id, WishResult.verdict == Verdict.PLACED
    )
    return bool(
        await session.scalar(
            select(
                exists().where(
                    WishResult.run_id == run.id,
                    first > 0,
                    WishResult.verdict.not_in((Verdict.PLACED, Verdict.BETTER_WISH_WON)),
                    WishResult.application_id.not_in(placed),
                )
            )
        )
    )


async def publish(
    session: AsyncSession,
    campaign: Campaign,
    run: AllocationRun,
    actor: Actor,
    *,
    now: datetime,
    address: Callable[[UUID], str],
) -> int:
    """Publish a run and return how many messages were queued. Raises NotPublishable.

    The recruitment's row must be locked by the caller. `address` gives a family's case page.
    """
    # A family that withdraws at this very moment comes first, and is then seen by the check.
    await session.execute(
        select(Application.id)
        .where(Application.campaign_id == campaign.id, Application.status.in_(ANSWERED))
        .with_for_update()
    )
    if found := await blockers(session, campaign, run, now=now):
        raise NotPublishable(found)
    won = (
        (
            await session.execute(
                select(WishResult.application_id, WishResult.unit_id).where(
                    WishResult.run_id == run.id, WishResult.verdict == Verdict.PLACED
                )
            )
        )
        .tuples()
        .all()
    )
    if won:
        await session.execute(
            insert(Placement),
            [
                {
                    "id": uuid4(),
                    "application_id": application_id,
                    "campaign_id": campaign.id,
                    "unit_id": unit_id,
                    "state": PlacementState.QUALIFIED,
                    "changed_at": now,
                }
                for application_id, unit_id in won
            ],
        )
    campaign.published_run_id, campaign.published_at = run.id, now
    record(
        session,
        "results.publish",
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="allocation-run",
        object_id=run.id,
        placed=len(won),
    )
    return await tell(
        session,
        PUBLISHED_TO_CONFIRM if is_opt_in(campaign) else PUBLISHED,
        answered(campaign),
        code=campaign.code,
        occasion=str(run.id),
        address=address,
    )


def answered(campaign: Campaign) -> ColumnElement[bool]:
    """Whether an application was verified or rejected, so that its families are told."""
    return and_(Application.campaign_id == campaign.id, Application.status.in_(ANSWERED))


async def close_admissions(
    session: AsyncSession,
    campaign: Campaign,
    actor: Actor,
    *,
    now: datetime,
    address: Callable[[UUID], str],
) -> int:
    """Admit the children whose families want their places, and return how many.

    Silence keeps the place where the rulebook is opt-out, and loses it where it is opt-in. Every
    family is told. The recruitment's row must be locked by the caller. Raises IllegalMove when the
    list is closed already, TooEarlyToClose while families may still speak.
    """
    mode = rulebook_of(campaign).confirm_mode
    if campaign.admitted_at is not None:
        raise IllegalMove("the list is closed")
    if not rules.may_close(campaign.stages, mode, campaign.published_at, now):
        raise TooEarlyToClose
    # A family that speaks at this very moment comes first, or finds the list closed.
    await session.execute(
        select(Placement.id).where(Placement.campaign_id == campaign.id).with_for_update()
    )
    silence = PlacementEvent.LAPSE if mode is ConfirmMode.OPT_IN else PlacementEvent.ADMIT
    for before, event in (
        (PlacementState.CONFIRMED, PlacementEvent.ADMIT),
        (PlacementState.QUALIFIED, silence),
    ):
        await session.execute(
            update(Placement)
            .where(Placement.campaign_id == campaign.id, Placement.state == before)
            .values(state=LIFE.after(before, event), changed_at=now)
        )
    campaign.admitted_at = now
    counts = await counted(session, campaign)
    admitted, lapsed = counts[PlacementState.ADMITTED], counts[PlacementState.LAPSED]
    record(
        session,
        "results.close-admissions",
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="campaign",
        object_id=campaign.id,
        admitted=admitted,
        lapsed=lapsed,
    )
    for state, news in ((PlacementState.ADMITTED, ADMITTED), (PlacementState.LAPSED, LAPSED)):
        await tell(
            session,
            news,
            Application.id.in_(
                select(Placement.application_id).where(
                    Placement.campaign_id == campaign.id, Placement.state == state
                )
            ),
            code=campaign.code,
            occasion="list",
            address=address,
        )
    return admitted
