"""A supplementary round out of a recruitment that is over: the same rules, the places left.

Art. 161 of the Education Act: it is held where there are still places after the main one.
"""

from uuid import uuid4

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from ksr_saas.campaigns.models import Campaign
from ksr_saas.kernel.errors import N_, KsrError
from ksr_saas.kernel.i18n import LANGUAGES, _, speaking
from ksr_saas.offer.models import Institution, Offer, Unit
from ksr_saas.offer.queries import accepted
from ksr_saas.offer.states import OfferState
from ksr_saas.offering.service import qualified
from ksr_saas.rulebooks.service import Rules, in_force
from ksr_saas.rulebooks.setup import Setup

OWN = {"id", "campaign_id", "capacity", "continuing", "created_at"}
NAME = N_("%(name)s, rekrutacja uzupełniająca")
LONGEST_CODE = 40


class NoPlacesLeft(KsrError):
    """The list of the admitted is not closed yet, or nothing is left."""

    code = "no-places-left"
    title = N_("Nie ma jeszcze wolnych miejsc do rekrutacji uzupełniającej")
    message = N_(
        "Rekrutację uzupełniającą można założyć, gdy lista przyjętych jest zamknięta i zostały "
        "wolne miejsca."
    )


class Left(msgspec.Struct, frozen=True):
    """A unit with the places that nobody took."""

    unit: Unit
    places: int


async def left(session: AsyncSession, campaign: Campaign) -> list[Left]:
    """Where places are left, by institution; empty before the list of the admitted is closed."""
    if campaign.admitted_at is None:
        return []
    rows = await session.scalars(
        select(Unit)
        .join(Unit.institution)
        .options(contains_eager(Unit.institution))
        .where(Unit.campaign_id == campaign.id, accepted(), Institution.retired_at.is_(None))
        .order_by(Institution.sort_key, Unit.code, Unit.id)
    )
    units = list(rows)
    taken = await qualified(session, [one.id for one in units])
    found = [Left(one, one.places - taken.get(one.id, 0)) for one in units]
    return [one for one in found if one.places > 0]


def setup_of(older: Campaign) -> Setup:
    """The rules of the older recruitment under another name, its dates still to be set."""
    before = in_force(older)
    names = {}
    for lang in LANGUAGES:
        with speaking(lang):
            names[lang] = _(NAME) % {"name": before.name.get(lang, "")}
    return msgspec.structs.replace(before, name=names, stages=())


def code_of(code: str) -> str:
    """What the supplementary round is called in addresses."""
    return f"{code[: LONGEST_CODE - 5]}-uzup"


async def make(session: AsyncSession, rules: Rules, older: Campaign, code: str) -> None:
    """Prepare the round with the places left, accepted already; only the office sees it.

    Raises NoPlacesLeft or CodeTaken.
    """
    found = await left(session, older)
    if not found:
        raise NoPlacesLeft
    version = await rules.make(code, setup_of(older), based_on=older)
    columns = [column.name for column in Unit.__table__.columns if column.name not in OWN]
    for one in found:
        kept = {name: getattr(one.unit, name) for name in columns}
        session.add(
            Unit(
                id=uuid4(),
                campaign_id=version.campaign_id,
                capacity=one.places,
                continuing=0,
                **kept,
            )
        )
    for institution in dict.fromkeys(one.unit.institution_id for one in found):
        session.add(
            Offer(
                id=uuid4(),
                campaign_id=version.campaign_id,
                institution_id=institution,
                state=OfferState.ACCEPTED,
                decided_at=rules.now,
                decided_by=rules.actor.account_id if rules.actor else None,
            )
        )
    await session.flush()
