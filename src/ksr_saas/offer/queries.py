"""Reads of the public offer."""

from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.models import Campaign
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.i18n import in_language
from ksr_saas.kernel.reading import Ask, Question
from ksr_saas.offer.models import Institution, InstitutionKind, Offer, Unit
from ksr_saas.offer.states import OfferState


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


def accepted() -> ColumnElement[bool]:
    """Of units: the city accepted the offer they belong to. Only those are families to see."""
    return (
        select(1)
        .where(
            Offer.campaign_id == Unit.campaign_id,
            Offer.institution_id == Unit.institution_id,
            Offer.state == OfferState.ACCEPTED,
        )
        .correlate(Unit)
        .exists()
    )


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
        .where(Unit.campaign_id == campaign_id, accepted())
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


INSTITUTION = Question(
    select(
        Institution.id,
        Institution.name,
        Institution.kind,
        Institution.street,
        Institution.postal_code,
        Institution.town,
        Institution.district,
        Institution.phone,
        Institution.email,
        Institution.hours,
        Institution.made_up,
    ).where(Institution.id == bindparam("id"))
)
OFFERS = Question(
    select(Campaign.name, Campaign.code, Unit.places)
    .join(Unit, Unit.campaign_id == Campaign.id)
    .where(Unit.institution_id == bindparam("id"), Campaign.opened_at.is_not(None), accepted())
    .order_by(Campaign.created_at.desc())
)


async def institution(ask: Ask, institution_id: UUID) -> InstitutionView:
    """One institution with its offers, the latest recruitment first. Raises NotFound."""
    rows = await ask(INSTITUTION, id=institution_id)
    if not rows:
        raise NotFound
    key, name, kind, street, postal_code, town, district, phone, email, hours, made_up = rows[0]
    offers = await ask(OFFERS, id=institution_id)
    return InstitutionView(
        key,
        name,
        kind,
        f"{street}, {postal_code} {town}",
        district,
        phone,
        email,
        hours,
        made_up,
        tuple((in_language(names), code, places) for names, code, places in offers),
    )
