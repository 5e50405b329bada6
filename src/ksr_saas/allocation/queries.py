"""Reads for the allocation studio."""

from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.allocation.models import AllocationRun, Cutoff
from ksr_saas.allocation.snapshot import scores_of
from ksr_saas.applications.models import Application, Wish
from ksr_saas.applications.rules import number_text
from ksr_saas.applications.service import rulebook_of
from ksr_saas.campaigns.models import Campaign
from ksr_saas.criteria.evaluation import Score
from ksr_saas.kernel.errors import NotFound
from ksr_saas.offer.models import FULL_NAME, Institution, Unit


class CutoffRow(msgspec.Struct, frozen=True):
    """How one unit closed; without `scores` where nobody was placed."""

    name: str
    places: int
    applicants: int
    placed: int
    scores: tuple[Score, ...]


class TiedChild(msgspec.Struct, frozen=True):
    """A tied child: its number, and the id that the form sends back. No name."""

    id: str
    number: str


class TieView(msgspec.Struct, frozen=True):
    """Equals at the last places of one institution.

    `again` says that an earlier order is void, because points have changed since.
    """

    unit_id: str
    name: str
    scores: tuple[Score, ...]
    places: int
    children: tuple[TiedChild, ...]
    again: bool


async def run_and_campaign(
    session: AsyncSession, run_id: UUID, *, lock: bool = False
) -> tuple[AllocationRun, Campaign]:
    """Find a run and its recruitment; `lock` locks the recruitment. Raises NotFound."""
    statement = (
        select(AllocationRun, Campaign)
        .join(Campaign, Campaign.id == AllocationRun.campaign_id)
        .where(AllocationRun.id == run_id)
    )
    if lock:
        statement = statement.with_for_update(of=Campaign).execution_options(populate_existing=True)
    row = (await session.execute(statement)).tuples().one_or_none()
    if row is None:
        raise NotFound
    return row


async def runs_of(
    session: AsyncSession, campaign_id: UUID, *, most: int = 20
) -> list[AllocationRun]:
    """List the latest runs, the newest first."""
    return list(
        await session.scalars(
            select(AllocationRun)
            .where(AllocationRun.campaign_id == campaign_id)
            .order_by(AllocationRun.created_at.desc())
            .limit(most)
        )
    )


async def cutoff_rows(session: AsyncSession, run_id: UUID, campaign: Campaign) -> list[CutoffRow]:
    """Tell how the institutions closed, by name."""
    rulebook = rulebook_of(campaign)
    rows = await session.execute(
        select(
            FULL_NAME,
            Cutoff.places,
            Cutoff.applicants,
            Cutoff.placed,
            Cutoff.points,
        )
        .join(Unit, Unit.id == Cutoff.unit_id)
        .join(Institution, Institution.id == Unit.institution_id)
        .where(Cutoff.run_id == run_id)
        .order_by(Institution.sort_key, Unit.code, Unit.id)
    )
    return [
        CutoffRow(name, places, asked, placed, scores_of(rulebook, points) if points else ())
        for name, places, asked, placed, points in rows.tuples()
    ]


async def ties(session: AsyncSession, run: AllocationRun, campaign: Campaign) -> list[TieView]:
    """List the open ties of a run, with the numbers of the applications."""
    wanted = [UUID(child) for tie in run.contested for child in tie["applications"]]
    if not wanted:
        return []
    rulebook, numbers, names = rulebook_of(campaign), {}, {}
    for application_id, number, unit_id, name in (
        await session.execute(
            select(Application.id, Application.number, Unit.id, FULL_NAME)
            .join(Wish, Wish.application_id == Application.id)
            .join(Unit, Unit.id == Wish.unit_id)
            .join(Institution, Institution.id == Unit.institution_id)
            .where(Application.id.in_(wanted))
        )
    ).tuples():
        numbers[str(application_id)] = number_text(campaign.code, number)
        names[str(unit_id)] = name
    return [
        TieView(
            tie["unit"],
            names[tie["unit"]],
            scores_of(rulebook, tie["points"]),
            tie["places"],
            tuple(
                TiedChild(child, numbers[child])
                for child in sorted(tie["applications"], key=lambda c: numbers[c])
            ),
            tie.get("again", False),
        )
        for tie in run.contested
    ]
