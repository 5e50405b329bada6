"""Reads of institutions for those who keep them."""

from uuid import UUID

import msgspec
from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.reading import Ask, Question
from ksr_saas.offer.kinds import InstitutionKind
from ksr_saas.offer.models import Institution

PAGE = 100
PHOTO = Question(
    select(Institution.image, Institution.image_small).where(Institution.id == bindparam("id"))
)


async def photo(ask: Ask, institution_id: UUID, *, small: bool) -> str:
    """The store's name of the picture of a building. Raises NotFound."""
    for large, little in await ask(PHOTO, id=institution_id):
        if found := little if small else large:
            return str(found)
    raise NotFound


class Row(msgspec.Struct, frozen=True):
    """A line of the city's list."""

    id: UUID
    name: str
    kind: InstitutionKind
    district: str
    rspo: str
    complex: str
    retired: bool


async def institution(
    session: AsyncSession, institution_id: UUID | None, *, lock: bool = False
) -> Institution:
    """One institution. Raises NotFound."""
    statement = select(Institution).where(Institution.id == institution_id)
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    found = await session.scalar(statement)
    if found is None:
        raise NotFound
    return found


async def listed(
    session: AsyncSession, *, words: str, kind: InstitutionKind | None, page: int
) -> tuple[list[Row], int]:
    """A page of the city's institutions by name, the closed ones last, and how many match."""
    within = aliased(Institution)
    statement = (
        select(
            Institution.id,
            Institution.name,
            Institution.kind,
            Institution.district,
            Institution.rspo,
            func.coalesce(within.name, ""),
            Institution.retired_at.is_not(None),
            func.count().over(),
        )
        .outerjoin(within, within.id == Institution.complex_id)
        .order_by(Institution.retired_at.is_not(None), Institution.sort_key, Institution.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    if kind is not None:
        statement = statement.where(Institution.kind == kind)
    told = Institution.name + " " + Institution.street + " " + Institution.district
    for word in words.split()[:5]:
        statement = statement.where(
            (told + " " + Institution.rspo + " " + Institution.code).icontains(
                word, autoescape=True
            )
        )
    rows = (await session.execute(statement)).tuples().all()
    return [Row(*row[:-1]) for row in rows], rows[0][-1] if rows else 0


async def complexes(session: AsyncSession, *, without: UUID | None = None) -> list[tuple[str, str]]:
    """The complexes an institution may belong to, as options of a list; none to itself."""
    rows = await session.execute(
        select(Institution.id, Institution.name)
        .where(Institution.kind == InstitutionKind.COMPLEX, Institution.retired_at.is_(None))
        .order_by(Institution.sort_key)
    )
    return [(str(key), name) for key, name in rows.tuples() if key != without]


async def taken(session: AsyncSession, column: str, value: str, *, but: UUID | None) -> str:
    """The name of another institution that has this code or RSPO number; empty when none does."""
    statement = select(Institution.name).where(getattr(Institution, column) == value)
    if but is not None:
        statement = statement.where(Institution.id != but)
    return await session.scalar(statement) or ""
