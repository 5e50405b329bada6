"""Results as a family and an institution read them."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.allocation.models import Cutoff, WishResult
from ksr_saas.allocation.rules import Verdict
from ksr_saas.allocation.snapshot import scores_of
from ksr_saas.applications.models import Application
from ksr_saas.applications.rules import number_text
from ksr_saas.applications.service import rulebook_of
from ksr_saas.applications.states import Status
from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.criteria.evaluation import Score
from ksr_saas.criteria.procedure import ConfirmMode
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.criteria.ties import Commission
from ksr_saas.offer.models import FULL_NAME, Institution, Unit
from ksr_saas.people.collation import sort_key
from ksr_saas.people.models import Child
from ksr_saas.results.models import Placement, PlacementState


class WishOutcome(msgspec.Struct, frozen=True):
    """One preference in the published run; `parted_by` are the rules that part equals, by tag.

    `scores` are the child's own points, `last` those of the last child placed there, empty where
    nobody was. `lacking` names what decided (one of `Rulebook.compared`) with `lacked` points.
    """

    rank: int
    name: str
    scores: tuple[Score, ...]
    last: tuple[Score, ...]
    places: int
    applicants: int
    position: int
    verdict: Verdict
    lacking: str
    lacked: Decimal
    parted_by: tuple[str, ...] = ()


class ResultView(msgspec.Struct, frozen=True):
    """The published result of one application; `state` is None where no place was won.

    `confirm_by` is when the term of confirming ends, None where nothing can be confirmed, and
    `confirm_from` when it begins, None once it has. `confirmed_at` is when that was done.
    """

    state: PlacementState | None
    place: str
    may_resign: bool
    opt_in: bool
    confirm_from: datetime | None
    confirm_by: datetime | None
    confirmed_at: datetime | None
    application_id: UUID
    compared: tuple[str, ...]
    wishes: tuple[WishOutcome, ...]


WON = (PlacementState.QUALIFIED, PlacementState.CONFIRMED)


def is_opt_in(campaign: Campaign) -> bool:
    """Whether a place has to be confirmed, and silence loses it."""
    return rulebook_of(campaign).confirm_mode is ConfirmMode.OPT_IN


def confirming(campaign: Campaign, *, now: datetime) -> Stage | None:
    """The stage in which places have to be confirmed, until it ends; None where they need not."""
    if not is_opt_in(campaign):
        return None
    stage = timetable.stage(campaign.stages, StageCode.CONFIRMATION)
    return stage if stage is not None and now < stage.ends_at else None


async def whose(session: AsyncSession, placement: Placement) -> tuple[str, str]:
    """The name of the child, and of the unit it has a place in."""
    row = await session.execute(
        select(Child.given_name + " " + Child.family_name, FULL_NAME)
        .join(Application, Application.child_id == Child.id)
        .join(Unit, Unit.id == placement.unit_id)
        .join(Institution, Institution.id == Unit.institution_id)
        .where(Application.id == placement.application_id)
    )
    child, place = row.tuples().one()
    return child, place


async def counted(session: AsyncSession, campaign: Campaign) -> dict[PlacementState, int]:
    """How many places of a recruitment stand in each state, zero included."""
    rows = await session.execute(
        select(Placement.state, func.count())
        .where(Placement.campaign_id == campaign.id)
        .group_by(Placement.state)
    )
    found = dict(rows.tuples().all())
    return {state: found.get(state, 0) for state in PlacementState}


class ChildWithPlace(msgspec.Struct, frozen=True):
    """A line of the institution's list of children who have a place there."""

    application_id: UUID
    name: str
    number: str
    unit: str
    state: PlacementState
    changed_at: datetime
    declared_on: date | None


async def children_with_places(
    session: AsyncSession,
    campaign: Campaign,
    institution_id: UUID | None,
    *,
    application_id: UUID | None = None,
) -> list[ChildWithPlace]:
    """Who won a place at an institution, in Polish alphabetical order; empty before publication."""
    statement = (
        select(Application.id, Child, Application.number, Unit.name, Placement)
        .join(Placement, Placement.application_id == Application.id)
        .join(Child, Child.id == Application.child_id)
        .join(Unit, Unit.id == Placement.unit_id)
        .where(Placement.campaign_id == campaign.id, Unit.institution_id == institution_id)
    )
    if application_id is not None:
        statement = statement.where(Application.id == application_id)
    rows = (await session.execute(statement)).tuples().all()
    return [
        ChildWithPlace(
            found,
            f"{child.family_name} {child.given_name}",
            number_text(campaign.code, number),
            unit,
            placement.state,
            placement.changed_at,
            placement.declared_on,
        )
        for found, child, number, unit, placement in sorted(
            rows, key=lambda row: (sort_key(row[1].family_name, row[1].given_name), row[2] or 0)
        )
    ]


def shortfall(own: Sequence[Score], last: Sequence[Score]) -> tuple[str, Decimal]:
    """Name the tier that decided, and by how many points; ("", 0) where points did not decide."""
    for mine, needed in zip(own, last, strict=False):
        if mine.points < needed.points:
            return mine.tier, needed.points - mine.points
        if mine.points > needed.points:
            break
    return "", Decimal(0)


async def result_of(
    session: AsyncSession, application_id: UUID, campaign: Campaign, *, now: datetime
) -> ResultView | None:
    """Find the result of an application; None before publication or without part in the run."""
    if campaign.published_run_id is None:
        return None
    rows = (
        (
            await session.execute(
                select(WishResult, Cutoff, FULL_NAME, Placement)
                .join(
                    Cutoff,
                    (Cutoff.run_id == WishResult.run_id) & (Cutoff.unit_id == WishResult.unit_id),
                )
                .join(Unit, Unit.id == WishResult.unit_id)
                .join(Institution, Institution.id == Unit.institution_id)
                .outerjoin(Placement, Placement.application_id == WishResult.application_id)
                .where(
                    WishResult.run_id == campaign.published_run_id,
                    WishResult.application_id == application_id,
                )
                .order_by(WishResult.rank)
            )
        )
        .tuples()
        .all()
    )
    if not rows:
        return None
    rulebook, wishes = rulebook_of(campaign), []
    parted_by = tuple(
        str(type(one).__struct_config__.tag)
        for one in rulebook.ties
        if not isinstance(one, Commission)
    )
    placed = ""
    for result, cutoff, name, had in rows:
        if had is not None and had.unit_id == result.unit_id:
            placed = name
        own = scores_of(rulebook, result.points)
        last = scores_of(rulebook, cutoff.points) if cutoff.points else ()
        lacking, lacked = shortfall(own, last)
        wishes.append(
            WishOutcome(
                result.rank,
                name,
                own,
                last,
                cutoff.places,
                cutoff.applicants,
                result.position,
                result.verdict,
                lacking,
                lacked,
                parted_by,
            )
        )
    placement: Placement | None = rows[0][3]
    state = placement.state if placement else None
    open_ = campaign.admitted_at is None
    stage = confirming(campaign, now=now) if state is PlacementState.QUALIFIED and open_ else None
    return ResultView(
        state,
        placed,
        state in WON and open_,
        is_opt_in(campaign),
        stage.starts_at if stage and now < stage.starts_at else None,
        stage.ends_at if stage else None,
        placement.confirmed_at if placement else None,
        application_id,
        rulebook.compared,
        tuple(wishes),
    )


class ListPart(msgspec.Struct, frozen=True):
    """The children of one unit; `unit` is "" where the institution offers its places as one.

    Of a child it has the name and nothing else, in Polish alphabetical order. The lowest points are
    those of the children inside, empty where there are none; nobody is named with them.
    """

    unit: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    free: int
    lowest: tuple[Score, ...]


class PrintedList(msgspec.Struct, frozen=True):
    """One of the statutory lists (Education Act art. 158 (1), (3)), a part for every unit."""

    title: str
    institution: str
    parts: tuple[ListPart, ...]
    published_at: datetime


class Standing(NamedTuple):
    """One child at one unit in the published run; `won` and `state` are None without a place."""

    unit: UUID
    family_name: str
    given_name: str
    number: int
    state: PlacementState | None
    won: UUID | None
    points: Sequence[int]


def part_of(
    unit: str,
    places: int,
    rows: Sequence[Standing],
    good: Collection[PlacementState],
    rulebook: Rulebook,
) -> ListPart:
    """Lay out the children of one unit."""
    same = Counter((one.family_name, one.given_name) for one in rows)
    inside, outside, points = [], [], []
    for one in rows:
        name = (one.family_name, one.given_name)
        suffix = f" (…{one.number:05})" if same[name] > 1 else ""
        entry = (sort_key(*name), f"{one.family_name} {one.given_name}{suffix}")
        if one.won == one.unit and one.state in good:
            inside.append(entry)
            points.append(tuple(one.points))
        else:
            outside.append(entry)
    lowest = min(points, default=())
    return ListPart(
        unit,
        tuple(shown for _, shown in sorted(inside)),
        tuple(shown for _, shown in sorted(outside)),
        places - len(inside),
        scores_of(rulebook, lowest) if lowest else (),
    )


async def printed(
    session: AsyncSession, campaign: Campaign, institution_id: UUID, *, admitted: bool
) -> PrintedList | None:
    """Make the list of qualified, or of admitted children of one institution; None before its time.

    Everybody who asked for a unit and was not placed in a better wish stands in its part. It is
    also None where the institution offered nothing in this recruitment.
    """
    at = campaign.admitted_at if admitted else campaign.published_at
    if at is None or campaign.published_run_id is None:
        return None
    good = {PlacementState.ADMITTED} if admitted else set(PlacementState)
    offered = (
        await session.execute(
            select(Unit.id, Unit.name, Cutoff.places, Institution.name)
            .join(Cutoff, Cutoff.unit_id == Unit.id)
            .join(Institution, Institution.id == Unit.institution_id)
            .where(
                Cutoff.run_id == campaign.published_run_id,
                Unit.institution_id == institution_id,
            )
            .order_by(Unit.code, Unit.name, Unit.id)
        )
    ).all()
    if not offered:
        return None
    asked = await session.execute(
        select(
            WishResult.unit_id,
            Child.family_name,
            Child.given_name,
            func.coalesce(Application.number, 0),
            Placement.state,
            Placement.unit_id,
            WishResult.points,
        )
        .join(Application, Application.id == WishResult.application_id)
        .join(Child, Child.id == Application.child_id)
        .outerjoin(Placement, Placement.application_id == Application.id)
        .where(
            WishResult.run_id == campaign.published_run_id,
            WishResult.unit_id.in_([unit for unit, *_ in offered]),
            Application.status == Status.VERIFIED,
            WishResult.verdict != Verdict.BETTER_WISH_WON,
        )
    )
    rulebook, standing = rulebook_of(campaign), dict[UUID, list[Standing]]()
    for row in asked.tuples():
        standing.setdefault(row[0], []).append(Standing(*row))
    return PrintedList(
        "admitted" if admitted else "qualified",
        offered[0][3],
        tuple(
            part_of(name, places, standing.get(unit, ()), good, rulebook)
            for unit, name, places, _ in offered
        ),
        at,
    )
