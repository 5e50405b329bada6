"""Reads of the public offer."""

from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.models import Campaign
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.i18n import in_language
from ksr_saas.offer.models import Institution, InstitutionKind, Unit


class OfferRow(msgspec.Struct, frozen=True):
    """An institution in the list of one recruitment."""

    id: UUID
    name: str
    kind: InstitutionKind
    street: str
    district: str
    places: int


class InstitutionView(msgspec.Struct, frozen=True):
    """An institution's own page; `offers` are (recruitment, code, places)."""

    id: UUID
    name: str
    kind: InstitutionKind
    address: str
    district: str
    phone: str
    email: str
    hours: str
    made_up: bool
    offers: tuple[tuple[str, str, int], ...]


async def offer(
    session: AsyncSession,
    campaign_id: UUID,
    *,
    words: str = "",
    district: str = "",
    kind: InstitutionKind | None = None,
) -> list[OfferRow]:
    """The offer of a recruitment, in Polish alphabetical order."""
    statement = (
        select(
            Institution.id,
            Institution.name,
            Institution.kind,
            Institution.street,
            Institution.district,
            Unit.places,
        )
        .join(Unit, Unit.institution_id == Institution.id)
        .where(Unit.campaign_id == campaign_id)
        .order_by(Institution.sort_key)
    )
    for word in words.split()[:5]:
        statement = statement.where(
            (Institution.name + " " + Institution.street).icontains(word, autoescape=True)
        )
    if district:
        statement = statement.where(Institution.district == district)
    if kind is not None:
        statement = statement.where(Institution.kind == kind)
    return [OfferRow(*row) for row in (await session.execute(statement)).tuples()]


async def districts(session: AsyncSession) -> list[str]:
    """The districts that have an institution, by name."""
    statement = select(Institution.district).where(Institution.district != "").distinct()
    return sorted(await session.scalars(statement))


async def institution(session: AsyncSession, institution_id: UUID) -> InstitutionView:
    """One institution with its offers. Raises NotFound."""
    rows = (
        (
            await session.execute(
                select(Institution, Unit.places, Campaign.name, Campaign.code)
                .outerjoin(Unit, Unit.institution_id == Institution.id)
                .outerjoin(Campaign, Campaign.id == Unit.campaign_id)
                .where(Institution.id == institution_id)
            )
        )
        .tuples()
        .all()
    )
    if not rows:
        raise NotFound
    one = rows[0][0]
    return InstitutionView(
        one.id,
        one.name,
        one.kind,
        f"{one.street}, {one.postal_code} {one.town}",
        one.district,
        one.phone,
        one.email,
        one.hours,
        one.made_up,
        tuple(
            (in_language(name), code, places) for _, places, name, code in rows if code is not None
        ),
    )
