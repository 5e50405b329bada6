"""Reads of offers for those who write them and those who accept them."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Subquery, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased, joinedload

from ksr_saas.applications.models import Application, Wish
from ksr_saas.applications.states import Status
from ksr_saas.campaigns.models import Campaign
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.i18n import _, in_language
from ksr_saas.offer.kinds import LEVELS, InstitutionKind
from ksr_saas.offer.models import Institution, Offer, Unit
from ksr_saas.offer.states import WRITABLE, OfferState
from ksr_saas.offering import rules
from ksr_saas.offering.models import OfferChange
from ksr_saas.offering.rules import Block, Told
from ksr_saas.offering.service import birth_years, qualified, units_of
from ksr_saas.offering.states import ChangeState
from ksr_saas.offering.units import (
    KIND_WORDS,
    POOL_WORDS,
    Difference,
    UnitValues,
    differences,
)

MOST = 500  # rows of the city's list


class UnitRow(msgspec.Struct, frozen=True):
    """A unit in the table of an offer; `words` is its kind and pool, `qualified` children in it."""

    id: UUID
    title: str
    words: str
    group: str
    capacity: int
    continuing: int
    places: int
    qualified: int


class ChangeRow(msgspec.Struct, frozen=True):
    """A change of an accepted offer, the newest first."""

    id: UUID
    title: str
    reason: str
    state: ChangeState
    asked_at: datetime
    comment: str


class OfferView(msgspec.Struct, frozen=True, kw_only=True):
    """An offer as its own page shows it; `version` is "" for one that nobody has begun."""

    code: str
    campaign: str
    opened: bool
    level: str
    institution_id: UUID
    institution: str
    retired: bool
    state: OfferState
    comment: str
    version: str
    units: tuple[UnitRow, ...]
    capacity: int
    continuing: int
    places: int
    blocks: tuple[Block, ...]
    cautions: tuple[Told, ...]
    changes: tuple[ChangeRow, ...]

    @property
    def writable(self) -> bool:
        """Whether the institution is writing it."""
        return self.state in WRITABLE


async def offer_view(
    session: AsyncSession, campaign: Campaign, institution_id: UUID
) -> tuple[OfferView, dict[UUID, Unit]]:
    """The offer of one institution, with its units by id. Raises NotFound for another level's."""
    row = (
        await session.execute(
            select(Institution, Offer)
            .outerjoin(
                Offer,
                (Offer.institution_id == Institution.id) & (Offer.campaign_id == campaign.id),
            )
            .where(Institution.id == institution_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    institution, offer = row
    if offer is None and institution.kind not in LEVELS[campaign.level]:
        raise NotFound
    units = await units_of(session, campaign.id, institution_id)
    inside = await qualified(session, [one.id for one in units])
    known = {one.id: one for one in units}
    view = OfferView(
        code=campaign.code,
        campaign=in_language(campaign.name),
        opened=campaign.opened_at is not None,
        level=campaign.level.value,
        institution_id=institution.id,
        institution=institution.name,
        retired=institution.retired_at is not None,
        state=offer.state if offer else OfferState.OPEN,
        comment=offer.comment if offer else "",
        version=str(offer.version) if offer else "",
        units=tuple(_row(one, inside.get(one.id, 0)) for one in units),
        capacity=sum(one.capacity for one in units),
        continuing=sum(one.continuing for one in units),
        places=sum(one.places for one in units),
        blocks=rules.blocks(campaign.level, units, birth_years(campaign)),
        cautions=tuple(rules.cautions(campaign.level, units)),
        changes=await _changes(session, offer.id) if offer else (),
    )
    return view, known


def _row(unit: Unit, inside: int) -> UnitRow:
    words = f"{_(KIND_WORDS[unit.kind])}, {_(POOL_WORDS[unit.pool])}"
    title = UnitValues.of(unit).title
    return UnitRow(
        unit.id, title, words, unit.group, unit.capacity, unit.continuing, unit.places, inside
    )


async def _changes(session: AsyncSession, offer_id: UUID) -> tuple[ChangeRow, ...]:
    rows = await session.scalars(
        select(OfferChange)
        .where(OfferChange.offer_id == offer_id)
        .order_by(OfferChange.asked_at.desc(), OfferChange.id)
    )
    return tuple(
        ChangeRow(
            one.id,
            UnitValues.kept(one.values).title,
            one.reason,
            one.state,
            one.asked_at,
            one.comment,
        )
        for one in rows
    )


class MyRecruitment(msgspec.Struct, frozen=True):
    """A recruitment in which an institution can offer places."""

    code: str
    name: str
    opened: bool
    state: OfferState
    places: int


async def my_recruitments(session: AsyncSession, institution: Institution) -> list[MyRecruitment]:
    """Recruitments of the institution's levels, also those being prepared; the newest first."""
    levels = [level for level, kinds in LEVELS.items() if institution.kind in kinds]
    places = (
        select(Unit.campaign_id, func.sum(Unit.places).label("places"))
        .where(Unit.institution_id == institution.id)
        .group_by(Unit.campaign_id)
        .subquery()
    )
    rows = await session.execute(
        select(Campaign, Offer.state, func.coalesce(places.c.places, 0))
        .outerjoin(
            Offer,
            (Offer.campaign_id == Campaign.id) & (Offer.institution_id == institution.id),
        )
        .outerjoin(places, places.c.campaign_id == Campaign.id)
        .where(or_(Offer.id.is_not(None), Campaign.level.in_(levels)))
        .order_by(Campaign.created_at.desc())
    )
    return [
        MyRecruitment(
            one.code,
            in_language(one.name),
            one.opened_at is not None,
            state or OfferState.OPEN,
            count,
        )
        for one, state, count in rows.tuples()
        if state is not None or institution.retired_at is None
    ]


class CityRow(msgspec.Struct, frozen=True):
    """One institution in the city's list; `last` are last year's seats, None where there were none.

    `chosen` is what a tick accepts: the offer with the version that was shown; empty for one that
    waits for nothing.
    """

    institution_id: UUID
    name: str
    district: str
    state: OfferState
    units: int
    capacity: int
    continuing: int
    places: int
    last: int | None
    chosen: str


def _sums(campaign_id: UUID) -> Subquery:
    return (
        select(
            Unit.institution_id,
            func.count().label("units"),
            func.sum(Unit.capacity).label("capacity"),
            func.sum(Unit.continuing).label("continuing"),
        )
        .where(Unit.campaign_id == campaign_id)
        .group_by(Unit.institution_id)
        .subquery()
    )


async def year_before(session: AsyncSession, campaign: Campaign) -> UUID | None:
    """The latest recruitment of this level in an earlier school year; None for the first one."""
    found: UUID | None = await session.scalar(
        select(Campaign.id)
        .where(Campaign.level == campaign.level, Campaign.school_year < campaign.school_year)
        .order_by(Campaign.school_year.desc(), Campaign.created_at.desc())
        .limit(1)
    )
    return found


def taking_part(campaign: Campaign) -> ColumnElement[bool]:
    """Of institutions: those with an offer, and those that are still to begin one.

    A complex that only holds others offers nothing itself.
    """
    member = aliased(Institution)
    holds_others = select(1).where(member.complex_id == Institution.id).correlate(Institution)
    begins = Institution.kind.in_(LEVELS[campaign.level]) & Institution.retired_at.is_(None)
    container = (Institution.kind == InstitutionKind.COMPLEX) & holds_others.exists()
    return or_(Offer.id.is_not(None), begins & ~container)


async def city_list(
    session: AsyncSession,
    campaign: Campaign,
    *,
    state: OfferState | None = None,
    district: str = "",
    words: str = "",
) -> list[CityRow]:
    """The offers of a recruitment in the Polish order of names, at most MOST of them."""
    before = await year_before(session, campaign)
    now, then = _sums(campaign.id), _sums(before or campaign.id)
    shown_state = func.coalesce(Offer.state, OfferState.OPEN)
    statement = (
        select(
            Institution.id,
            Institution.name,
            Institution.district,
            Offer,
            func.coalesce(now.c.units, 0),
            func.coalesce(now.c.capacity, 0),
            func.coalesce(now.c.continuing, 0),
            then.c.capacity,
        )
        .outerjoin(
            Offer, (Offer.institution_id == Institution.id) & (Offer.campaign_id == campaign.id)
        )
        .outerjoin(now, now.c.institution_id == Institution.id)
        .outerjoin(then, then.c.institution_id == Institution.id)
        .where(taking_part(campaign))
        .order_by(Institution.sort_key)
        .limit(MOST)
    )
    if state is not None:
        statement = statement.where(shown_state == state)
    if district:
        statement = statement.where(Institution.district == district)
    for word in words.split()[:5]:
        name = Institution.name + " " + Institution.code + " " + Institution.street
        statement = statement.where(name.icontains(word, autoescape=True))
    rows = (await session.execute(statement)).tuples()
    return [
        CityRow(
            key,
            name,
            at,
            offer.state if offer else OfferState.OPEN,
            units,
            capacity,
            continuing,
            capacity - continuing,
            last if before else None,
            chosen(offer) if offer and offer.state is OfferState.CLOSED else "",
        )
        for key, name, at, offer, units, capacity, continuing, last in rows
    ]


def chosen(offer: Offer) -> str:
    """What a tick beside an offer sends."""
    return f"{offer.id}.{offer.version}"


class WaitingChange(msgspec.Struct, frozen=True):
    """A request that waits for the city."""

    id: UUID
    institution: str
    title: str
    asked_at: datetime


async def waiting_changes(session: AsyncSession, campaign_id: UUID) -> list[WaitingChange]:
    """Requests about offers of this recruitment, the oldest first."""
    rows = await session.execute(
        select(OfferChange, Institution.name)
        .join(Offer, Offer.id == OfferChange.offer_id)
        .join(Institution, Institution.id == Offer.institution_id)
        .where(Offer.campaign_id == campaign_id, OfferChange.state == ChangeState.ASKED)
        .order_by(OfferChange.asked_at, OfferChange.id)
    )
    return [
        WaitingChange(one.id, name, UnitValues.kept(one.values).title, one.asked_at)
        for one, name in rows.tuples()
    ]


async def change(session: AsyncSession, change_id: UUID) -> tuple[OfferChange, Offer, Campaign]:
    """A change with its offer and recruitment. Raises NotFound."""
    row = (
        await session.execute(
            select(OfferChange, Offer, Campaign)
            .join(Offer, Offer.id == OfferChange.offer_id)
            .join(Campaign, Campaign.id == Offer.campaign_id)
            .options(joinedload(Offer.institution))
            .where(OfferChange.id == change_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1], row[2]


async def change_to_decide(
    session: AsyncSession, change_id: UUID
) -> tuple[OfferChange, Unit | None]:
    """The change and its unit as they are now that the offer is locked. Raises NotFound."""
    row = (
        await session.execute(
            select(OfferChange, Unit)
            .outerjoin(Unit, Unit.id == OfferChange.unit_id)
            .where(OfferChange.id == change_id)
            .with_for_update(of=OfferChange)
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


class ChangeView(msgspec.Struct, frozen=True, kw_only=True):
    """A request as the city decides it.

    `rows` say of each field what it was when it was asked, what is proposed, and what it is now.
    `places` are the free ones of the unit before and after, `all_places` those of the offer.
    `lowest` is the least capacity that leaves everybody their place.
    """

    id: UUID
    code: str
    campaign: str
    institution_id: UUID
    institution: str
    title: str
    is_new: bool
    reason: str
    state: ChangeState
    comment: str
    asked_at: datetime
    rows: tuple[Difference, ...]
    since: bool
    places: tuple[int, int]
    all_places: tuple[int, int]
    qualified: int
    lowest: int
    too_few: bool
    first_wishes: int
    wishes: int
    cautions: tuple[Told, ...]
    seen: str


async def change_view(session: AsyncSession, change_id: UUID) -> ChangeView:
    """One request with its effect, seen from the unit as it is now. Raises NotFound."""
    asked, offer, campaign = await change(session, change_id)
    units = await units_of(session, offer.campaign_id, offer.institution_id)
    unit = next((one for one in units if one.id == asked.unit_id), None)
    wanted, before = UnitValues.kept(asked.values), UnitValues.kept(asked.before)
    open_ = asked.state is ChangeState.ASKED
    # What was decided is shown as it was decided.
    now = UnitValues.of(unit) if unit and open_ else before
    after = wanted.merged(before, now) if unit and open_ else wanted
    inside = (await qualified(session, [unit.id])).get(unit.id, 0) if unit else 0
    first, wishes = await wishes_for(session, unit.id) if unit else (0, 0)
    lowest = rules.lowest_capacity(after.continuing, inside)
    total = sum(one.places for one in units)
    is_new = before == UnitValues(0)
    return ChangeView(
        id=asked.id,
        code=campaign.code,
        campaign=in_language(campaign.name),
        institution_id=offer.institution_id,
        institution=offer.institution.name,
        title=wanted.title,
        is_new=is_new,
        reason=asked.reason,
        state=asked.state,
        comment=asked.comment,
        asked_at=asked.asked_at,
        rows=tuple(differences(None if is_new else before, wanted, now)),
        since=open_ and now != before,
        places=(now.places, after.places),
        all_places=(total, total + (after.places - now.places if open_ else 0)),
        qualified=inside,
        lowest=lowest,
        too_few=after.capacity < lowest,
        first_wishes=first,
        wishes=wishes,
        cautions=tuple(rules.cautions(campaign.level, [after])),
        seen=UnitValues.of(unit).stamp if unit else "",
    )


async def wishes_for(session: AsyncSession, unit_id: UUID) -> tuple[int, int]:
    """How many handed-in applications want the unit first, and at all."""
    row = (
        await session.execute(
            select(func.count().filter(Wish.rank == 1), func.count())
            .join(Application, Application.id == Wish.application_id)
            .where(
                Wish.unit_id == unit_id,
                Application.submitted_at.is_not(None),
                Application.status != Status.WITHDRAWN,
            )
        )
    ).one()
    return row[0], row[1]


async def districts(session: AsyncSession) -> list[str]:
    """The districts that have an institution, by name."""
    statement = select(Institution.district).where(Institution.district != "").distinct()
    return sorted(await session.scalars(statement))
