"""Taking an offer from a file: all of it in one transaction, or nothing."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import WRITTEN, record
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.service import ensure_reason
from ksr_saas.exchange import queries
from ksr_saas.exchange.errors import Faulty
from ksr_saas.exchange.offer_plan import Plan, plan
from ksr_saas.exchange.offer_rows import Read, read
from ksr_saas.exchange.table import Table
from ksr_saas.identity.authorisation import Actor
from ksr_saas.offer.models import Institution, Offer, Unit
from ksr_saas.offer.states import OfferState
from ksr_saas.people.collation import sort_key

SERVER_SIDE = ("id", "created_at")


class Choices(msgspec.Struct, frozen=True):
    """What the city decides when it takes a file.

    `accept` makes the offers in it accepted; without it they wait, closed, for the city. `remove`
    takes away the units that the file does not have.
    """

    accept: bool = False
    remove: bool = False
    reason: str = ""


class Taken(msgspec.Struct, frozen=True):
    """How many rows were added, changed and removed, and how many offers have another state."""

    added: int
    changed: int
    removed: int
    offers: int


async def looked_at(session: AsyncSession, campaign: Campaign, table: Table) -> tuple[Read, Plan]:
    """What taking the table would do. Raises Unreadable. Nothing is written."""
    found = await asyncio.to_thread(read, table, campaign.level)
    present = await queries.present(session, campaign.id)
    return found, await asyncio.to_thread(plan, found, present)


async def take(
    session: AsyncSession,
    campaign: Campaign,
    made: Plan,
    choices: Choices,
    actor: Actor | None,
    *,
    now: datetime,
) -> Taken:
    """Write what `made` says, on the record; `campaign` is locked and `made` is of this moment.

    `actor` is None for the program's own commands. Raises Faulty, or ShortReason where the
    recruitment is open and no reason is given; then nothing has changed.
    """
    if made.issues:
        raise Faulty
    if campaign.opened_at is not None:
        ensure_reason(choices.reason)
    places = await _institutions(session, made)
    await _units(session, campaign.id, made, places)
    gone = [one for one in made.gone if choices.remove and not one.kept]
    if gone:
        await session.execute(delete(Unit).where(Unit.id.in_([one.id for one in gone])))
    by = actor.account_id if actor else None
    touched = {places[place] for place in made.touched} | {one.institution_id for one in gone}
    offers = await _offers(session, campaign.id, made, places, touched, choices, by, now=now)
    taken = Taken(
        added=len(made.new_institutions) + len(made.new_units),
        changed=len(made.changed_institutions) + len(made.changed_units),
        removed=len(gone),
        offers=offers,
    )
    record(
        session,
        "exchange.offer",
        actor_id=by,
        role=actor.role.value if actor else "system",
        kind="campaign",
        object_id=campaign.id,
        reason=WRITTEN if choices.reason else "",
        **msgspec.structs.asdict(taken),
        accepted=choices.accept,
    )
    return taken


def _writable(row: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in SERVER_SIDE}


async def _institutions(session: AsyncSession, made: Plan) -> dict[str, UUID]:
    """Write institutions; the id of each in the file."""
    places = {place: key or uuid4() for place, key in made.places.items()}
    if made.new_institutions:
        await session.execute(
            insert(Institution),
            [
                one.values | {"id": places[one.place], "sort_key": sort_key(one.values["name"])}
                for one in made.new_institutions
            ],
        )
    if made.changed_institutions:
        await session.execute(
            update(Institution),
            [
                _writable(one.values) | {"id": one.id, "sort_key": sort_key(one.values["name"])}
                for one in made.changed_institutions
            ],
        )
    return places


async def _units(
    session: AsyncSession, campaign_id: UUID, made: Plan, places: dict[str, UUID]
) -> None:
    if made.new_units:
        await session.execute(
            insert(Unit),
            [
                one.values
                | {"id": uuid4(), "campaign_id": campaign_id, "institution_id": places[one.place]}
                for one in made.new_units
            ],
        )
    if made.changed_units:
        await session.execute(
            update(Unit), [_writable(one.values) | {"id": one.id} for one in made.changed_units]
        )


async def _offers(
    session: AsyncSession,
    campaign_id: UUID,
    made: Plan,
    places: dict[str, UUID],
    touched: set[UUID],
    choices: Choices,
    by: UUID | None,
    *,
    now: datetime,
) -> int:
    """Close or accept the offers that are another now; with `accept` also those that are not."""
    target = OfferState.ACCEPTED if choices.accept else OfferState.CLOSED
    after: dict[str, Any] = {"state": target, "comment": "", "closed_at": now, "closed_by": by}
    after |= {
        "decided_at": now if choices.accept else None,
        "decided_by": by if choices.accept else None,
    }
    new = [key for key in places.values() if key not in made.offers]
    if new:
        await session.execute(
            insert(Offer),
            [
                after
                | {"id": uuid4(), "campaign_id": campaign_id, "institution_id": key, "version": 1}
                for key in new
            ],
        )
    old = [
        key
        for key, state in made.offers.items()
        if key in touched or (choices.accept and state is not target)
    ]
    if old:
        await session.execute(
            update(Offer)
            .where(Offer.campaign_id == campaign_id, Offer.institution_id.in_(old))
            .values(version=Offer.version + 1, **after)
        )
    return len(new) + sum(made.offers[key] is not target for key in old)
