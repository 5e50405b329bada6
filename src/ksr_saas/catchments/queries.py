"""Finding segments, schools, and the school of an address."""

from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.models import Campaign
from ksr_saas.catchments.models import CatchmentDoubt, CatchmentSegment
from ksr_saas.catchments.rules import (
    Address,
    Answer,
    Book,
    Decision,
    Doubt,
    Outcome,
    Segment,
    address_key,
    start_of,
)
from ksr_saas.catchments.streets import street_of
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.reading import Question
from ksr_saas.offer.kinds import Organ
from ksr_saas.offer.models import Institution, InstitutionKind

PAGE = 200
SEPTEMBER = 9


class School(msgspec.Struct, frozen=True):
    """A school that can have a catchment."""

    id: UUID
    code: str
    rspo: str
    name: str
    address: str
    phone: str


def _with_catchment() -> ColumnElement[bool]:
    """Public primary schools and complexes that hold one; special schools have no catchment."""
    return Institution.kind.in_((InstitutionKind.PRIMARY, InstitutionKind.COMPLEX)) & (
        Institution.organ != Organ.NON_PUBLIC
    )


async def schools(session: AsyncSession) -> list[School]:
    """The schools that can have a catchment, in Polish alphabetical order."""
    rows = await session.execute(
        select(
            Institution.id,
            Institution.code,
            Institution.rspo,
            Institution.name,
            Institution.street,
            Institution.town,
            Institution.phone,
        )
        .where(_with_catchment())
        .order_by(Institution.sort_key)
    )
    return [
        School(key, code, rspo, name, f"{street}, {town}", phone)
        for key, code, rspo, name, street, town, phone in rows.tuples()
    ]


def by_word(found: list[School]) -> dict[str, UUID]:
    """Schools by code and by RSPO number, in small letters."""
    numbered = {one.rspo: one.id for one in found if one.rspo}
    return numbered | {one.code.lower(): one.id for one in found}


YEAR = Question(
    select(Campaign.school_year)
    .where(Campaign.level == Level.PRIMARY, Campaign.opened_at.is_not(None))
    .order_by(Campaign.created_at.desc())
    .limit(1)
)
ANY = Question(select(CatchmentSegment.id).limit(1))


def year_at(school_year: str | None, today: date) -> int:
    """The school year people ask about: that of the newest recruitment to primary schools.

    Without one it is the school year that starts next, from September on the one after.
    """
    found = start_of(school_year or "")
    return found or today.year + (today.month >= SEPTEMBER)


async def current_year(session: AsyncSession, today: date) -> int:
    """The school year people ask about, by the year in which it starts."""
    return year_at(await session.scalar(YEAR.statement), today)


def _valid_from(year: int) -> ColumnElement[bool]:
    return CatchmentSegment.valid_to.is_(None) | (CatchmentSegment.valid_to >= year)


async def ahead(session: AsyncSession, year: int) -> list[CatchmentSegment]:
    """Every segment of the school year `year` and of later ones, by street."""
    statement = select(CatchmentSegment).where(_valid_from(year))
    order = (CatchmentSegment.sort_key, CatchmentSegment.from_number)
    return list(await session.scalars(statement.order_by(*order)))


class Row(msgspec.Struct, frozen=True):
    """A line of the office's list."""

    segment: Segment
    school: str
    id: UUID


async def segments(
    session: AsyncSession, year: int, *, words: list[str], school: UUID | None, page: int
) -> tuple[list[Row], int]:
    """A page of the segments of a school year, in the order of streets, and how many there are.

    `words` are those of a street's name (`streets.words_of`), all of which it has.
    """
    limits = [CatchmentSegment.valid_from <= year, _valid_from(year)]
    limits += [CatchmentSegment.street_name.contains(one, autoescape=True) for one in words]
    if school is not None:
        limits.append(CatchmentSegment.institution_id == school)
    statement: Select[CatchmentSegment, str, int] = (
        select(CatchmentSegment, Institution.name, func.count().over())
        .join(Institution, Institution.id == CatchmentSegment.institution_id)
        .where(*limits)
        .order_by(
            CatchmentSegment.sort_key,
            CatchmentSegment.parity,
            CatchmentSegment.from_number.nulls_first(),
            CatchmentSegment.id,
        )
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    rows = (await session.execute(statement)).tuples().all()
    found = [Row(one.segment, name, one.id) for one, name, _ in rows]
    return found, rows[0][2] if rows else 0


async def segment(
    session: AsyncSession, segment_id: UUID, *, lock: bool = False
) -> CatchmentSegment:
    """One segment. Raises NotFound."""
    statement = select(CatchmentSegment).where(CatchmentSegment.id == segment_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = await session.scalar(statement)
    if found is None:
        raise NotFound
    return found


async def waiting(session: AsyncSession, year: int) -> list[CatchmentDoubt]:
    """Addresses of a school year that wait for a person, the longest waiting first."""
    statement = select(CatchmentDoubt).where(
        CatchmentDoubt.year == year, CatchmentDoubt.decided_at.is_(None)
    )
    return list(await session.scalars(statement.order_by(CatchmentDoubt.created_at).limit(PAGE)))


async def decided(session: AsyncSession, year: int) -> list[CatchmentDoubt]:
    """Addresses of a school year that a person has decided, the latest first."""
    statement = select(CatchmentDoubt).where(
        CatchmentDoubt.year == year, CatchmentDoubt.decided_at.is_not(None)
    )
    order = CatchmentDoubt.decided_at.desc()
    return list(await session.scalars(statement.order_by(order).limit(PAGE)))


async def how_many_wait(session: AsyncSession, year: int) -> int:
    """How many addresses of a school year wait for a person."""
    statement = select(func.count()).where(
        CatchmentDoubt.year == year, CatchmentDoubt.decided_at.is_(None)
    )
    return await session.scalar(statement) or 0


async def doubt(session: AsyncSession, doubt_id: UUID, *, lock: bool = False) -> CatchmentDoubt:
    """One address that waits or was decided. Raises NotFound."""
    statement = select(CatchmentDoubt).where(CatchmentDoubt.id == doubt_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = await session.scalar(statement)
    if found is None:
        raise NotFound
    return found


async def school_of(session: AsyncSession, address: Address, year: int, *, home: str) -> Answer:
    """The school in whose catchment the address is in a school year, with the reasons.

    `answer.school` is the fact that criteria call `catchment`; it is None where a person has to
    look. `home` is the municipality's own town. For many addresses at once take a `book`.
    """
    key = address_key(address, home)
    return (await _narrow(session, address, year, home, key)).school_of(address, year)


async def by_segments(session: AsyncSession, address: Address, year: int, *, home: str) -> Answer:
    """What the segments alone say of an address, whatever a person decided."""
    return (await _narrow(session, address, year, home, None)).school_of(address, year)


async def _narrow(
    session: AsyncSession, address: Address, year: int, home: str, key: str | None
) -> Book:
    """A book of what matters for one address, with the decision under `key`."""
    name = street_of(address.parts[0]).name
    there = await session.scalars(
        select(CatchmentSegment).where(CatchmentSegment.street_name.in_({name, ""}))
    )
    found = [one.segment for one in there]
    made = Book(found, home=home)
    answer = made.school_of(address, year)
    if answer.outcome is Outcome.ONE:
        return made
    decisions = await _decisions(session, year, key) if key else {}
    streets = list(await session.scalars(STREETS)) if answer.doubt is Doubt.STREET else []
    return Book(found, home=home, decisions=decisions, streets=streets)


STREETS = select(CatchmentSegment.street).distinct().order_by(CatchmentSegment.street)


async def _decisions(session: AsyncSession, year: int, key: str) -> dict[str, Decision]:
    told = await session.scalar(
        select(CatchmentDoubt).where(
            CatchmentDoubt.year == year,
            CatchmentDoubt.address_key == key,
            CatchmentDoubt.decided_at.is_not(None),
        )
    )
    return {key: Decision(told.institution_id, told.reason)} if told else {}


async def book(session: AsyncSession, year: int, *, home: str) -> Book:
    """All catchments of a school year with what people decided, to be asked about many addresses.

    Two statements, whatever is asked of it afterwards.
    """
    there = await session.scalars(select(CatchmentSegment))
    told = await session.scalars(
        select(CatchmentDoubt).where(
            CatchmentDoubt.year == year, CatchmentDoubt.decided_at.is_not(None)
        )
    )
    return Book(
        [one.segment for one in there],
        home=home,
        decisions={
            address_key(one.address, home): Decision(one.institution_id, one.reason) for one in told
        },
    )
