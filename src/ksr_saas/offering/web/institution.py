"""The institution writes its offer, closes it, and asks for changes of an accepted one."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.queries import prepared_or_opened
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.web import go, page
from ksr_saas.offer.models import Institution
from ksr_saas.offer.states import OfferState
from ksr_saas.offering import queries
from ksr_saas.offering.errors import OfferNotYours
from ksr_saas.offering.forms import UnitForm
from ksr_saas.offering.rules import next_code
from ksr_saas.offering.service import Offers
from ksr_saas.offering.units import UnitValues
from ksr_saas.offering.web.deeds import OFFERS, UnitPage, reason_of, typed_unit

HOME = "/placowka/oferta"


def place_of(actor: Actor) -> UUID:
    """The actor's own institution. Raises NotFound for somebody without one."""
    if actor.institution_id is None:
        raise NotFound
    return actor.institution_id


async def unit_page(
    session: AsyncSession, actor: Actor, code: str, unit_id: UUID | None
) -> UnitPage:
    """The form of one of the actor's own units, or of a new one. Raises NotFound."""
    campaign = await prepared_or_opened(session, code)
    view, units = await queries.offer_view(session, campaign, place_of(actor))
    made = UnitPage(
        campaign=campaign,
        view=view,
        units=units,
        key=unit_id,
        address=f"{HOME}/{code}/{unit_id or 'nowa'}",
        back=f"{HOME}/{code}",
        asks="request" if view.state is OfferState.ACCEPTED else "",
    )
    made.ensure_there()
    return made


class MyOffers(Controller):
    """The offers of one's own institution."""

    path = "/oferta"
    opt = {"right": Right.EDIT_OFFER}
    dependencies = OFFERS

    @get("/", name="institution:offers")
    async def recruitments(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        institution = await db_session.get(Institution, place_of(actor))
        if institution is None:
            raise NotFound
        return page(
            request,
            "institution/offers.html",
            institution=institution.name,
            retired=institution.retired_at is not None,
            rows=await queries.my_recruitments(db_session, institution),
        )

    @get("/{code:str}", name="institution:offer")
    async def offer(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        campaign = await prepared_or_opened(db_session, code)
        view, _ = await queries.offer_view(db_session, campaign, place_of(actor))
        return page(request, "institution/offer.html", offer=view)

    @post(
        "/{code:str}/zamkniecie", name="institution:offer:close", opt={"right": Right.CLOSE_OFFER}
    )
    async def close(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        offers: NamedDependency[Offers],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        """Hand the offer to the city, as it was shown; or take it back."""
        form = await request.form()
        campaign = await prepared_or_opened(offers.session, code)
        offer = await offers.take(campaign, place_of(actor))
        offers.ensure_seen(offer, text(form, "wersja", 9))
        match text(form, "co", 9):
            case "zamknij":
                _, units = await queries.offer_view(offers.session, campaign, place_of(actor))
                offers.close(offer, campaign, list(units.values()))
            case "cofnij":
                offers.take_back(offer)
            case _:
                raise NotFound
        return go(f"{HOME}/{code}")

    @get("/{code:str}/nowa", name="institution:offer:new")
    async def new(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        """An empty form, or one filled like the unit `wzor`."""
        of = await unit_page(db_session, actor, code, None)
        form = UnitForm.empty(of.campaign.level)
        like = text(request.query_params, "wzor", 36)
        model = next((one for key, one in of.units.items() if str(key) == like), None)
        if model is not None:
            codes = {one.code for one in of.units.values()}
            values = UnitValues.of(model)
            form = UnitForm.of(values, of.campaign.level)
            form.fields["kod"] = next_code(values.code, codes) if values.code else ""
        return of.answer(request, form)

    @post("/{code:str}/nowa", name="institution:offer:add")
    async def add(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        offers: NamedDependency[Offers],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        return await self._save(request, code, None, offers, actor)

    @get("/{code:str}/{unit_id:uuid}", name="institution:offer:unit")
    async def unit(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        unit_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        of = await unit_page(db_session, actor, code, unit_id)
        if of.view.state is OfferState.CLOSED or of.values is None:
            raise OfferNotYours
        return of.answer(request, UnitForm.of(of.values, of.campaign.level))

    @post("/{code:str}/{unit_id:uuid}", name="institution:offer:change")
    async def change(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        unit_id: FromPath[UUID],
        offers: NamedDependency[Offers],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        return await self._save(request, code, unit_id, offers, actor)

    async def _save(
        self,
        request: HTMXRequest,
        code: str,
        unit_id: UUID | None,
        offers: Offers,
        actor: Actor,
    ) -> Response[Any]:
        """Save while the offer is being written, ask the city once it is accepted."""
        session, sent = offers.session, await request.form()
        if "przelicz" in sent:
            of = await unit_page(session, actor, code, unit_id)
            return of.counting(request, sent)
        campaign = await prepared_or_opened(session, code)
        # Everybody else who writes waits here, so what is checked is what is changed.
        offer = await offers.at_hand(campaign, place_of(actor))
        of = await unit_page(session, actor, code, unit_id)
        values = await typed_unit(request, of)
        if not isinstance(values, UnitValues):
            return values
        if of.asks:
            await offers.ask(offer, of.unit, values, reason_of(sent))
        else:
            offers.save(offer, of.unit, values)
        return go(f"{HOME}/{code}")

    @post("/{code:str}/{unit_id:uuid}/usun", name="institution:offer:remove")
    async def remove(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        unit_id: FromPath[UUID],
        offers: NamedDependency[Offers],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        campaign = await prepared_or_opened(offers.session, code)
        offer = await offers.at_hand(campaign, place_of(actor))
        offers.ensure_seen(offer, text(await request.form(), "wersja", 9))
        _, units = await queries.offer_view(offers.session, campaign, place_of(actor))
        if unit_id not in units:
            raise NotFound
        await offers.remove(offer, units[unit_id])
        return go(f"{HOME}/{code}")
