"""Reads of the public offer."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Text, bindparam, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import aggregate_order_by

from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.models import Campaign
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.i18n import in_language
from ksr_saas.kernel.reading import Ask, Question
from ksr_saas.offer.catalogue import Catalogue, OfferedInstitution, OfferedUnit, Shelf, lowest
from ksr_saas.offer.kinds import Scored
from ksr_saas.offer.models import Institution, Offer, StreetPoint, Unit
from ksr_saas.offer.places import StreetPart, address
from ksr_saas.offer.states import OfferState


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


INSTITUTION_COLUMNS = (
    Institution.id,
    Institution.name,
    Institution.kind,
    Institution.organ,
    Institution.complex_id,
    Institution.street,
    Institution.postal_code,
    Institution.town,
    Institution.district,
    Institution.lat,
    Institution.lon,
    Institution.phone,
    Institution.email,
    Institution.website,
    Institution.hours,
    Institution.access,
    Institution.about,
    Institution.made_up,
    Institution.image != "",
    Institution.image_alt,
)
UNIT_COLUMNS = (
    Unit.id,
    Unit.institution_id,
    Unit.code,
    Unit.name,
    Unit.kind,
    Unit.group,
    Unit.pool,
    Unit.capacity - Unit.continuing,
    # One text, read at once: the driver would read each of a thousand units' lists by itself.
    cast(
        func.jsonb_build_array(
            Unit.birth_years,
            Unit.first_languages,
            Unit.second_languages,
            Unit.subjects,
            Unit.extended,
            Unit.occupations,
            Unit.prerequisites,
            Unit.about,
            Unit.thresholds,
        ),
        Text,
    ),
)
NAMES: TypeAlias = tuple[str, ...]
LISTS = msgspec.json.Decoder(
    tuple[
        tuple[int, ...],
        NAMES,
        NAMES,
        tuple[Scored, ...],
        NAMES,
        NAMES,
        NAMES,
        dict[str, str],
        dict[str, str],
    ]
)
IN_CAMPAIGN = Offer.campaign_id == bindparam("campaign_id")
INSTITUTIONS = Question(
    select(*INSTITUTION_COLUMNS)
    .join(Offer, Offer.institution_id == Institution.id)
    .where(IN_CAMPAIGN, Offer.state == OfferState.ACCEPTED)
    .order_by(Institution.sort_key, Institution.id)
)
UNITS = Question(
    select(*UNIT_COLUMNS)
    .where(Unit.campaign_id == bindparam("campaign_id"), accepted())
    .order_by(Unit.code, Unit.name, Unit.id)
)
# A row that changes gets another xmin: equal stamps are equal offers.
STAMP = Question(
    select(
        func.md5(
            func.string_agg(
                literal_column("unit.id::text || unit.xmin || offer.xmin || institution.xmin"),
                aggregate_order_by(literal_column("''"), Unit.id),
            )
        )
    )
    .select_from(Unit)
    .join(
        Offer,
        (Offer.campaign_id == Unit.campaign_id) & (Offer.institution_id == Unit.institution_id),
    )
    .join(Institution, Institution.id == Unit.institution_id)
    .where(Unit.campaign_id == bindparam("campaign_id"), Offer.state == OfferState.ACCEPTED)
)


async def catalogue(ask: Ask, campaign_id: UUID, *, schema: str, shelf: Shelf) -> Catalogue:
    """The whole accepted offer of a recruitment, read anew only when it has changed."""
    ((stamp,),) = await ask(STAMP, campaign_id=campaign_id)
    if stamp is None:
        return Catalogue(())
    found = shelf.find(schema, campaign_id, stamp)
    if found is None:
        found = await _read(ask, campaign_id)
        shelf.keep(schema, campaign_id, stamp, found)
    return found


async def _read(ask: Ask, campaign_id: UUID) -> Catalogue:
    units = defaultdict(list)
    for row in await ask(UNITS, campaign_id=campaign_id):
        unit = offered_unit(row)
        units[unit.institution_id].append(unit)
    rows = await ask(INSTITUTIONS, campaign_id=campaign_id)
    return Catalogue(
        tuple(offered_institution(row, units[row[0]]) for row in rows if units[row[0]])
    )


def offered_institution(row: Sequence[Any], units: Sequence[OfferedUnit]) -> OfferedInstitution:
    """From INSTITUTION_COLUMNS."""
    made = dict(zip(OfferedInstitution.__struct_fields__, row, strict=False))
    made |= {"access": tuple(made["access"]), "units": tuple(units)}
    return OfferedInstitution(**made)


def offered_unit(row: Sequence[Any]) -> OfferedUnit:
    """From UNIT_COLUMNS."""
    *plain, lists = row
    *kept, thresholds = LISTS.decode(lists)
    values = (*plain, *kept, lowest(thresholds))
    return OfferedUnit(**dict(zip(OfferedUnit.__struct_fields__, values, strict=True)))


STREET = Question(
    select(
        StreetPoint.street, StreetPoint.first, StreetPoint.last, StreetPoint.lat, StreetPoint.lon
    ).where(StreetPoint.street_key == bindparam("key"))
)


async def street_parts(ask: Ask, key: str, known: Catalogue) -> list[StreetPart]:
    """What is known of a street: from the city's register, else from institutions that stand there.

    Empty where neither knows it.
    """
    if found := [StreetPart(*row) for row in await ask(STREET, key=key)]:
        return found
    addresses = ((one, *address(one.street)) for one in known.institutions)
    return [
        StreetPart(one.street, number, number, one.lat, one.lon)
        for one, street, number in addresses
        if street == key
    ]


class OfferOf(msgspec.Struct, frozen=True):
    """What an institution offers in one recruitment."""

    name: str
    code: str
    level: Level
    school_year: str
    units: tuple[OfferedUnit, ...]

    @property
    def places(self) -> int:
        """Free places in all units."""
        return sum(one.places for one in self.units)


INSTITUTION = Question(select(*INSTITUTION_COLUMNS).where(Institution.id == bindparam("id")))
CAMPAIGN_COLUMNS = (Campaign.name, Campaign.code, Campaign.level, Campaign.school_year)
OFFERS = Question(
    select(*CAMPAIGN_COLUMNS, *UNIT_COLUMNS)
    .join(Unit, Unit.campaign_id == Campaign.id)
    .where(Unit.institution_id == bindparam("id"), Campaign.opened_at.is_not(None), accepted())
    .order_by(Campaign.created_at.desc(), Unit.code, Unit.name, Unit.id)
)
UNIT = Question(
    select(*CAMPAIGN_COLUMNS, *UNIT_COLUMNS)
    .join(Unit, Unit.campaign_id == Campaign.id)
    .where(Unit.id == bindparam("id"), Campaign.opened_at.is_not(None), accepted())
)


async def institution(
    ask: Ask, institution_id: UUID
) -> tuple[OfferedInstitution, tuple[OfferOf, ...]]:
    """One institution with its offers, the latest recruitment first. Raises NotFound."""
    rows = await ask(INSTITUTION, id=institution_id)
    if not rows:
        raise NotFound
    offers = _offers(await ask(OFFERS, id=institution_id))
    units = [unit for one in offers for unit in one.units]
    return offered_institution(rows[0], units), offers


async def unit(ask: Ask, unit_id: UUID) -> tuple[OfferedInstitution, OfferOf]:
    """One unit alone, with its institution. Raises NotFound."""
    found = _offers(await ask(UNIT, id=unit_id))
    if not found:
        raise NotFound
    (row,) = await ask(INSTITUTION, id=found[0].units[0].institution_id)
    return offered_institution(row, found[0].units), found[0]


def _offers(rows: Sequence[Sequence[Any]]) -> tuple[OfferOf, ...]:
    size = len(CAMPAIGN_COLUMNS)
    found: dict[str, tuple[Sequence[Any], list[OfferedUnit]]] = {}
    for row in rows:
        _, units = found.setdefault(row[1], (row, []))
        units.append(offered_unit(row[size:]))
    return tuple(
        OfferOf(in_language(row[0]), row[1], row[2], row[3], tuple(units))
        for row, units in found.values()
    )
