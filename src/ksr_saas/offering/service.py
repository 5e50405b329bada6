"""Writing an offer, and deciding about it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.allocation.models import Cutoff
from ksr_saas.applications.models import Wish
from ksr_saas.audit.service import WRITTEN, record
from ksr_saas.campaigns.models import Campaign
from ksr_saas.criteria import stored
from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.identity.models import Account, Grant
from ksr_saas.kernel.errors import NotFound
from ksr_saas.notifications.kinds import MessageKind
from ksr_saas.notifications.service import queue_all
from ksr_saas.offer.kinds import LEVELS
from ksr_saas.offer.models import Institution, Offer, Unit
from ksr_saas.offer.states import LIFE, WRITABLE, OfferEvent, OfferState
from ksr_saas.offering import rules, states
from ksr_saas.offering.errors import (
    BelowQualified,
    CodeTaken,
    NoNewOffers,
    OfferBlocked,
    OfferChanged,
    OfferNotYours,
    OfferWanted,
    RequestWaits,
    UnitWanted,
)
from ksr_saas.offering.messages import ACCEPTED, DECIDED, RETURNED
from ksr_saas.offering.models import OfferChange
from ksr_saas.offering.states import ChangeEvent, ChangeState
from ksr_saas.offering.units import UnitValues
from ksr_saas.results.models import Placement, PlacementState

Address = Callable[[str], str]
HAVE_A_PLACE = (PlacementState.QUALIFIED, PlacementState.ADMITTED)


def birth_years(campaign: Campaign) -> tuple[int, ...]:
    """Those of the recruitment's rulebook; empty where it takes no notice of them."""
    return stored.read(campaign.rulebook).birth_years


async def units_of(session: AsyncSession, campaign_id: UUID, institution_id: UUID) -> list[Unit]:
    """The units of one offer, by code."""
    statement = select(Unit).where(
        Unit.campaign_id == campaign_id, Unit.institution_id == institution_id
    )
    return list(await session.scalars(statement.order_by(Unit.code, Unit.id)))


async def qualified(session: AsyncSession, units: Sequence[UUID]) -> dict[UUID, int]:
    """How many children have a place, by unit; units without any are left out."""
    rows = await session.execute(
        select(Placement.unit_id, func.count())
        .where(Placement.unit_id.in_(units), Placement.state.in_(HAVE_A_PLACE))
        .group_by(Placement.unit_id)
    )
    return dict(rows.tuples().all())


class Offers:
    """What somebody may do with offers at one moment; each offer is locked before it is changed."""

    def __init__(
        self, session: AsyncSession, actor: Actor, *, now: datetime, address: Address
    ) -> None:
        self.session, self.actor, self.now, self.address = session, actor, now, address

    async def take(self, campaign: Campaign, institution_id: UUID) -> Offer:
        """The offer, locked. Raises NotFound."""
        found = await self._locked(campaign.id, institution_id)
        if found is None:
            raise NotFound
        return found

    async def at_hand(self, campaign: Campaign, institution_id: UUID) -> Offer:
        """The institution's own offer, locked; begun where there is none yet.

        Raises OfferNotYours while it is with the city, NoNewOffers, or NotFound for an institution
        of another level.
        """
        found = await self._locked(campaign.id, institution_id)
        if found is None:
            institution = await self.session.get(Institution, institution_id)
            if institution is None or institution.kind not in LEVELS[campaign.level]:
                raise NotFound
            if institution.retired_at is not None:
                raise NoNewOffers
            await self.session.execute(
                insert(Offer)
                .values(
                    id=uuid4(),
                    campaign_id=campaign.id,
                    institution_id=institution_id,
                    state=OfferState.OPEN,
                    comment="",
                    version=1,
                )
                .on_conflict_do_nothing(index_elements=["campaign_id", "institution_id"])
            )
            found = await self.take(campaign, institution_id)
        if found.state is OfferState.CLOSED:
            raise OfferNotYours
        return found

    async def _locked(self, campaign_id: UUID, institution_id: UUID) -> Offer | None:
        found: Offer | None = await self.session.scalar(
            select(Offer)
            .where(Offer.campaign_id == campaign_id, Offer.institution_id == institution_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        return found

    # The institution

    def save(self, offer: Offer, unit: Unit | None, values: UnitValues) -> None:
        """Keep a unit, new or changed; its values have been checked. Raises OfferNotYours."""
        self._ensure_writable(offer)
        self._write(offer, unit, values)
        self._record(offer, "offering.write", places=values.places)

    async def remove(self, offer: Offer, unit: Unit) -> None:
        """Take a unit out. Raises OfferNotYours, or UnitWanted where families know it."""
        self._ensure_writable(offer)
        for known in (
            select(Wish.id).where(Wish.unit_id == unit.id),
            select(Cutoff.id).where(Cutoff.unit_id == unit.id),
        ):
            if await self.session.scalar(known.limit(1)):
                raise UnitWanted
        await self.session.delete(unit)
        offer.version += 1
        self._record(offer, "offering.remove")

    def close(self, offer: Offer, campaign: Campaign, units: Sequence[Unit]) -> None:
        """Hand the offer to the city. Raises OfferBlocked or IllegalMove."""
        self._step(offer, OfferEvent.CLOSE)
        if rules.blocks(campaign.level, units, birth_years(campaign)):
            raise OfferBlocked
        offer.closed_at, offer.closed_by = self.now, self.actor.account_id
        self._record(offer, "offering.close")

    def take_back(self, offer: Offer) -> None:
        """Write on, as long as the city has not decided. Raises IllegalMove."""
        self._step(offer, OfferEvent.TAKE_BACK)
        self._record(offer, "offering.take-back")

    async def ask(self, offer: Offer, unit: Unit | None, values: UnitValues, reason: str) -> None:
        """Ask the city to change an accepted offer. Raises OfferNotYours or RequestWaits."""
        if offer.state is not OfferState.ACCEPTED:
            raise OfferNotYours
        if unit is not None and await self._waiting(unit.id):
            raise RequestWaits
        self._keep_change(offer, unit, values, reason, ChangeState.ASKED)
        self._record(offer, "offering.ask-change", reason=WRITTEN)

    async def _waiting(self, unit_id: UUID) -> bool:
        found = select(OfferChange.id).where(
            OfferChange.unit_id == unit_id, OfferChange.state == ChangeState.ASKED
        )
        return await self.session.scalar(found) is not None

    # The city

    def ensure_seen(self, offer: Offer, version: str) -> None:
        """Raise OfferChanged unless the page showed the offer as it is."""
        if version != str(offer.version):
            raise OfferChanged

    async def accept(self, offer: Offer, campaign: Campaign) -> None:
        """Show the offer to families. Raises OfferBlocked or IllegalMove."""
        self._step(offer, OfferEvent.ACCEPT)
        units = await units_of(self.session, offer.campaign_id, offer.institution_id)
        if rules.blocks(campaign.level, units, birth_years(campaign)):
            raise OfferBlocked
        offer.comment = ""
        await self._decided(offer, campaign, ACCEPTED)
        self._record(offer, "offering.accept")

    async def send_back(self, offer: Offer, campaign: Campaign, comment: str) -> None:
        """Ask the institution to correct it. Raises IllegalMove."""
        self._step(offer, OfferEvent.RETURN)
        offer.comment = comment
        await self._decided(offer, campaign, RETURNED)
        self._record(offer, "offering.return", reason=WRITTEN)

    async def reopen(self, offer: Offer, campaign: Campaign, comment: str) -> None:
        """Let the institution write an accepted offer again. Raises OfferWanted or IllegalMove."""
        self._step(offer, OfferEvent.REOPEN)
        wanted = (
            select(Wish.id)
            .join(Unit, Unit.id == Wish.unit_id)
            .where(
                Unit.campaign_id == offer.campaign_id, Unit.institution_id == offer.institution_id
            )
        )
        if await self.session.scalar(wanted.limit(1)):
            raise OfferWanted
        offer.comment = comment
        await self._decided(offer, campaign, RETURNED)
        self._record(offer, "offering.reopen", reason=WRITTEN)

    async def change(
        self, offer: Offer, unit: Unit | None, values: UnitValues, reason: str
    ) -> None:
        """The city's own change. Raises OfferNotYours while the institution is writing."""
        if offer.state in WRITABLE:
            raise OfferNotYours
        unit_before = UnitValues.of(unit) if unit else None
        made = self._write(offer, unit, values)
        await self.session.flush()  # a new unit has to be there before its change
        self._keep_change(
            offer, made, values, reason, ChangeState.ACCEPTED, before=unit_before or UnitValues(0)
        )
        self._record(offer, "offering.change", reason=WRITTEN, places=values.places)

    async def grant(
        self, offer: Offer, change: OfferChange, unit: Unit | None, campaign: Campaign, comment: str
    ) -> None:
        """Apply what was asked for.

        Raises BelowQualified, CodeTaken, OfferChanged where the unit is no more, OfferNotYours
        while the offer is not accepted, or IllegalMove.
        """
        self._settle(change, ChangeEvent.ACCEPT, comment)
        if offer.state is not OfferState.ACCEPTED:
            raise OfferNotYours
        wanted = UnitValues.kept(change.values)
        if unit is None and UnitValues.kept(change.before) != UnitValues(0):
            raise OfferChanged
        if unit is not None:
            now = UnitValues.of(unit)
            wanted = wanted.merged(UnitValues.kept(change.before), now)
            taken = (await qualified(self.session, [unit.id])).get(unit.id, 0)
            lowest = rules.lowest_capacity(wanted.continuing, taken)
            if wanted.capacity < lowest:
                raise BelowQualified(lowest=lowest, continuing=wanted.continuing, qualified=taken)
        units = await units_of(self.session, offer.campaign_id, offer.institution_id)
        if any(one is not unit and one.code == wanted.code for one in units):
            raise CodeTaken(code=wanted.code)
        made = self._write(offer, unit, wanted)
        await self.session.flush()  # a new unit has to be there before the change names it
        change.unit_id = made.id
        await self._answered(offer, campaign, change)
        self._record(offer, "offering.grant-change", places=wanted.places)

    async def refuse(
        self, offer: Offer, change: OfferChange, campaign: Campaign, comment: str
    ) -> None:
        """Leave the offer as it is, and say why. Raises IllegalMove."""
        self._settle(change, ChangeEvent.REFUSE, comment)
        await self._answered(offer, campaign, change)
        self._record(offer, "offering.refuse-change", reason=WRITTEN)

    # Parts of these

    def _ensure_writable(self, offer: Offer) -> None:
        if offer.state not in WRITABLE:
            raise OfferNotYours

    def _step(self, offer: Offer, event: OfferEvent) -> None:
        offer.state = LIFE.after(offer.state, event)
        offer.version += 1

    def _write(self, offer: Offer, unit: Unit | None, values: UnitValues) -> Unit:
        if unit is None:
            unit = Unit(
                id=uuid4(),
                campaign_id=offer.campaign_id,
                institution_id=offer.institution_id,
                thresholds={},
            )
            self.session.add(unit)
        values.write(unit)
        offer.version += 1
        return unit

    def _keep_change(
        self,
        offer: Offer,
        unit: Unit | None,
        values: UnitValues,
        reason: str,
        state: ChangeState,
        *,
        before: UnitValues | None = None,
    ) -> None:
        if before is None:
            before = UnitValues.of(unit) if unit else UnitValues(0)
        done = state is ChangeState.ACCEPTED
        self.session.add(
            OfferChange(
                id=uuid4(),
                offer_id=offer.id,
                unit_id=unit.id if unit else None,
                values=values.data,
                before=before.data,
                reason=reason,
                state=state,
                asked_at=self.now,
                asked_by=self.actor.account_id,
                decided_at=self.now if done else None,
                decided_by=self.actor.account_id if done else None,
            )
        )

    def _settle(self, change: OfferChange, event: ChangeEvent, comment: str) -> None:
        change.state = states.LIFE.after(change.state, event)
        change.decided_at, change.decided_by = self.now, self.actor.account_id
        change.comment = comment

    async def _decided(self, offer: Offer, campaign: Campaign, kind: MessageKind) -> None:
        offer.decided_at, offer.decided_by = self.now, self.actor.account_id
        await self._tell(offer, campaign, kind, f"{offer.id}:{offer.version}")

    async def _answered(self, offer: Offer, campaign: Campaign, change: OfferChange) -> None:
        await self._tell(offer, campaign, DECIDED, str(change.id))

    async def _tell(self, offer: Offer, campaign: Campaign, kind: MessageKind, key: str) -> None:
        """To the institution's directors who can sign in, and to nobody else."""
        directors = await self.session.scalars(
            select(Account)
            .join(Grant, Grant.account_id == Account.id)
            .where(
                Grant.role == Role.DIRECTOR,
                Grant.institution_id == offer.institution_id,
                Account.active,
            )
        )
        values = {"address": self.address(f"/placowka/oferta/{campaign.code}")}
        await queue_all(
            self.session,
            kind.code,
            [
                (f"{key}:{one.id}", one.id, one.email, one.language or "pl", values)
                for one in directors
            ],
        )

    def _record(
        self, offer: Offer, act: str, *, reason: str = "", places: int | None = None
    ) -> None:
        record(
            self.session,
            act,
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            kind="offer",
            object_id=offer.id,
            reason=reason,
            places=places,
        )
