"""Results as a family and an institution read them."""

from collections import Counter
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.allocation.models import Cutoff, WishResult
from ksr_saas.allocation.rules import Verdict
from ksr_saas.applications.models import Application, Wish
from ksr_saas.applications.states import Status
from ksr_saas.campaigns.models import Campaign
from ksr_saas.offer.models import Institution, Unit
from ksr_saas.people.collation import sort_key
from ksr_saas.people.models import Child
from ksr_saas.results.models import Placement, PlacementState


class WishOutcome(msgspec.Struct, frozen=True):
    """One preference in the published run.

    `last_statutory` and `last_local` are the points of the last child placed there, None where
    nobody was. `lacking` names the tier that decided ("statutory" or "local") with `lacked` points.
    """

    rank: int
    name: str
    statutory: Decimal
    local: Decimal
    last_statutory: Decimal | None
    last_local: Decimal | None
    places: int
    applicants: int
    position: int
    verdict: Verdict
    lacking: str
    lacked: Decimal


class ResultView(msgspec.Struct, frozen=True):
    """The published result of one application; `state` is None where no place was won."""

    state: PlacementState | None
    place: str
    may_resign: bool
    application_id: UUID
    wishes: tuple[WishOutcome, ...]


def shortfall(
    own: tuple[Decimal, Decimal], last: tuple[Decimal | None, Decimal | None]
) -> tuple[str, Decimal]:
    """Name the tier that decided, and by how many points; ("", 0) where points did not decide."""
    for tier, mine, needed in zip(("statutory", "local"), own, last, strict=True):
        if needed is not None and mine < needed:
            return tier, needed - mine
        if needed is not None and mine > needed:
            break
    return "", Decimal(0)


async def result_of(
    session: AsyncSession, application_id: UUID, campaign: Campaign
) -> ResultView | None:
    """Find the result of an application; None before publication or without part in the run."""
    if campaign.published_run_id is None:
        return None
    rows = (
        (
            await session.execute(
                select(WishResult, Cutoff, Institution.name, Placement.state)
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
    wishes = []
    for result, cutoff, name, _ in rows:
        lacking, lacked = shortfall(
            (result.statutory, result.local), (cutoff.statutory, cutoff.local)
        )
        wishes.append(
            WishOutcome(
                result.rank,
                name,
                result.statutory,
                result.local,
                cutoff.statutory,
                cutoff.local,
                cutoff.places,
                cutoff.applicants,
                result.position,
                result.verdict,
                lacking,
                lacked,
            )
        )
    state = rows[0][3]
    return ResultView(
        state,
        next((w.name for w in wishes if w.verdict is Verdict.PLACED), ""),
        state is PlacementState.QUALIFIED and campaign.admitted_at is None,
        application_id,
        tuple(wishes),
    )


class PrintedList(msgspec.Struct, frozen=True):
    """One of the statutory lists (Education Act art. 158 (1), (3)).

    Of a child it has the name and nothing else, in Polish alphabetical order. The lowest points are
    those of the children inside, None where there are none; nobody is named with them.
    """

    title: str
    institution: str
    inside: tuple[str, ...]
    outside: tuple[str, ...]
    free: int
    statutory: Decimal | None
    local: Decimal | None
    published_at: datetime


async def printed(
    session: AsyncSession, campaign: Campaign, institution_id: UUID, *, admitted: bool
) -> PrintedList | None:
    """Make the list of qualified, or of admitted children of one institution; None before its time.

    Everybody who asked for the institution and was not placed in a better wish stands on it. It is
    also None where the institution offered nothing in this recruitment.
    """
    at = campaign.admitted_at if admitted else campaign.published_at
    if at is None or campaign.published_run_id is None:
        return None
    good = {PlacementState.ADMITTED} if admitted else set(PlacementState)
    rows = (
        (
            await session.execute(
                select(
                    Child.family_name,
                    Child.given_name,
                    Application.number,
                    Placement.state,
                    Placement.unit_id,
                    Unit.id,
                    WishResult.statutory,
                    WishResult.local,
                )
                .join(Application, Application.child_id == Child.id)
                .join(Wish, Wish.application_id == Application.id)
                .join(Unit, Unit.id == Wish.unit_id)
                .join(
                    WishResult,
                    (WishResult.application_id == Application.id)
                    & (WishResult.unit_id == Unit.id)
                    & (WishResult.run_id == campaign.published_run_id),
                )
                .outerjoin(Placement, Placement.application_id == Application.id)
                .where(
                    Unit.institution_id == institution_id,
                    Unit.campaign_id == campaign.id,
                    Application.status == Status.VERIFIED,
                    WishResult.verdict != Verdict.BETTER_WISH_WON,
                )
            )
        )
        .tuples()
        .all()
    )
    offered = (
        (
            await session.execute(
                select(Cutoff.places, Institution.name)
                .join(Unit, Unit.id == Cutoff.unit_id)
                .join(Institution, Institution.id == Unit.institution_id)
                .where(
                    Cutoff.run_id == campaign.published_run_id,
                    Unit.institution_id == institution_id,
                )
            )
        )
        .tuples()
        .one_or_none()
    )
    if offered is None:
        return None
    places, name = offered
    same = Counter((family, given) for family, given, *_ in rows)
    inside, outside, points = [], [], []
    for family, given, number, state, won, here, *own in rows:
        suffix = f" (…{number:05})" if same[family, given] > 1 else ""
        entry = (sort_key(family, given), f"{family} {given}{suffix}")
        if won == here and state in good:
            inside.append(entry)
            points.append(own)
        else:
            outside.append(entry)
    statutory, local = min(points, default=(None, None))
    return PrintedList(
        "admitted" if admitted else "qualified",
        name,
        tuple(shown for _, shown in sorted(inside)),
        tuple(shown for _, shown in sorted(outside)),
        places - len(inside),
        statutory,
        local,
        at,
    )
