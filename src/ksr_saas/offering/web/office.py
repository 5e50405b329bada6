"""The city looks at offers, accepts or returns them, and changes what is accepted."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.queries import prepared_or_opened, with_prepared
from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.errors import N_, KsrError, NotFound
from ksr_saas.kernel.forms import Problems, as_typed, text
from ksr_saas.kernel.i18n import _, in_language
from ksr_saas.kernel.web import form_page, go, page
from ksr_saas.offer.models import Institution, Offer
from ksr_saas.offer.states import OfferState
from ksr_saas.offering import queries
from ksr_saas.offering.errors import OfferNotYours
from ksr_saas.offering.forms import UnitForm
from ksr_saas.offering.rules import SHORTEST_REASON
from ksr_saas.offering.service import Offers
from ksr_saas.offering.units import UnitValues
from ksr_saas.offering.web.deeds import OFFERS, UnitPage, reason_of, typed_unit

HOME = "/organ/oferty"
COMMENT_NEEDED = N_("Napisz placówce, co i dlaczego: co najmniej 10 znaków.")
MOST_AT_ONCE = 500


class CityOffers(Controller):
    """The list of a recruitment, and one offer of it."""

    path = "/oferty"
    opt = {"right": Right.ACCEPT_OFFERS}
    dependencies = OFFERS

    @get("/", name="office:offers")
    async def offers(
        self, request: HTMXRequest, db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        return await self._list(request, db_session, text(request.query_params, "nabor", 60))

    async def _list(
        self,
        request: HTMXRequest,
        session: AsyncSession,
        code: str,
        refused: list[tuple[str, str]] | None = None,
    ) -> Response[Any]:
        """The list as filtered; `refused` are offers that were not accepted, with the reasons."""
        campaigns = await with_prepared(session)
        campaign = next((one for one in campaigns if one.code == code), None)
        if campaign is None and code:
            raise NotFound
        campaign = campaign or (campaigns[0] if campaigns else None)
        if campaign is None:
            return page(request, "office/offers.html", campaign=None)
        asked = text(request.query_params, "stan", 16)
        state = OfferState(asked) if asked in set(OfferState) else None
        district = text(request.query_params, "dzielnica", 60)
        words = text(request.query_params, "szukaj", 60)
        rows = await queries.city_list(
            session, campaign, state=state, district=district, words=words
        )
        return page(
            request,
            "office/offers.html",
            "rows",
            status=409 if refused else 200,
            campaign=campaign,
            campaigns=[(one.code, in_language(one.name)) for one in campaigns],
            rows=rows,
            totals={
                "units": sum(one.units for one in rows),
                "capacity": sum(one.capacity for one in rows),
                "continuing": sum(one.continuing for one in rows),
                "places": sum(one.places for one in rows),
            },
            states=list(OfferState),
            state=state or "",
            district=district,
            districts=await queries.districts(session),
            query=words,
            waiting=await queries.waiting_changes(session, campaign.id),
            refused=refused or [],
        )

    @post("/", name="office:offers:accept")
    async def accept(self, request: HTMXRequest, offers: NamedDependency[Offers]) -> Response[Any]:
        """Accept the offers that were ticked, as they were shown; say which could not be."""
        form = await request.form()
        code = text(form, "nabor", 60)
        campaign = await prepared_or_opened(offers.session, code)
        ticked = [one for one in form.getall("oferta", []) if isinstance(one, str)]
        known = {
            str(key): (at, name)
            for key, at, name in (
                await offers.session.execute(
                    select(Offer.id, Offer.institution_id, Institution.name)
                    .join(Institution, Institution.id == Offer.institution_id)
                    .where(Offer.campaign_id == campaign.id)
                    .order_by(Institution.sort_key)
                )
            ).tuples()
        }
        wanted = dict(one.partition(".")[::2] for one in ticked[:MOST_AT_ONCE])
        if not wanted.keys() <= known.keys():
            raise NotFound
        refused = []
        for key, (at, name) in known.items():
            if key not in wanted:
                continue
            offer = await offers.take(campaign, at)
            try:
                async with offers.session.begin_nested():
                    offers.ensure_seen(offer, wanted[key])
                    await offers.accept(offer, campaign)
            except KsrError as refusal:
                refused.append((name, _(refusal.title)))
        if refused:
            return await self._list(request, offers.session, code, refused)
        return go(f"{HOME}?nabor={code}")

    @get("/{code:str}/{institution_id:uuid}", name="office:offer")
    async def offer(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        institution_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        return await self._offer(request, code, institution_id, db_session, Problems())

    async def _offer(
        self,
        request: HTMXRequest,
        code: str,
        institution_id: UUID,
        session: AsyncSession,
        problems: Problems,
        typed: str = "",
    ) -> Response[Any]:
        campaign = await prepared_or_opened(session, code)
        view, _units = await queries.offer_view(session, campaign, institution_id)
        return form_page(request, "office/offer.html", problems, offer=view, typed=typed)

    @post("/{code:str}/{institution_id:uuid}", name="office:offer:decide")
    async def decide(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        institution_id: FromPath[UUID],
        offers: NamedDependency[Offers],
    ) -> Response[Any]:
        """Accept, return or reopen, as the offer was shown; the last two with a comment."""
        form = await request.form()
        campaign = await prepared_or_opened(offers.session, code)
        offer = await offers.take(campaign, institution_id)
        deed, comment = text(form, "co", 9), reason_of(form)
        if deed not in {"przyjmij", "zwroc", "otworz"}:
            raise NotFound
        offers.ensure_seen(offer, text(form, "wersja", 9))
        if deed == "przyjmij":
            await offers.accept(offer, campaign)
        elif len(comment) < SHORTEST_REASON:
            problems = Problems()
            problems.add("powod", COMMENT_NEEDED)
            return await self._offer(
                request, code, institution_id, offers.session, problems, comment
            )
        elif deed == "zwroc":
            await offers.send_back(offer, campaign, comment)
        else:
            await offers.reopen(offer, campaign, comment)
        return go(f"{HOME}/{code}/{institution_id}")

    @get("/{code:str}/{institution_id:uuid}/{unit_id:uuid}", name="office:offer:unit")
    async def unit(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        institution_id: FromPath[UUID],
        unit_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        of = await _unit_page(db_session, code, institution_id, unit_id)
        if of.view.writable or of.values is None:
            raise OfferNotYours
        return of.answer(request, UnitForm.of(of.values, of.campaign.level))

    @post("/{code:str}/{institution_id:uuid}/{unit_id:uuid}", name="office:offer:change")
    async def change(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        institution_id: FromPath[UUID],
        unit_id: FromPath[UUID],
        offers: NamedDependency[Offers],
    ) -> Response[Any]:
        """The city's own change; with a reason once the recruitment is opened."""
        session, sent = offers.session, await request.form()
        if "przelicz" in sent:
            return (await _unit_page(session, code, institution_id, unit_id)).counting(
                request, sent
            )
        campaign = await prepared_or_opened(session, code)
        offer = await offers.take(campaign, institution_id)
        of = await _unit_page(session, code, institution_id, unit_id)
        values = await typed_unit(request, of)
        if not isinstance(values, UnitValues):
            return values
        await offers.change(offer, of.unit, values, reason_of(sent))
        return go(of.back)


async def _unit_page(
    session: AsyncSession, code: str, institution_id: UUID, unit_id: UUID
) -> UnitPage:
    campaign = await prepared_or_opened(session, code)
    view, units = await queries.offer_view(session, campaign, institution_id)
    made = UnitPage(
        campaign=campaign,
        view=view,
        units=units,
        key=unit_id,
        address=f"{HOME}/{code}/{institution_id}/{unit_id}",
        back=f"{HOME}/{code}/{institution_id}",
        asks="reason" if campaign.opened_at is not None else "",
    )
    made.ensure_there()
    return made


class CityChanges(Controller):
    """One request to change an accepted offer: old, new, and what it means."""

    path = "/zmiany"
    opt = {"right": Right.ACCEPT_OFFERS}
    dependencies = OFFERS

    @get("/{change_id:uuid}", name="office:change")
    async def show(
        self,
        request: HTMXRequest,
        change_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        return await self._show(request, change_id, db_session, Problems())

    async def _show(
        self,
        request: HTMXRequest,
        change_id: UUID,
        session: AsyncSession,
        problems: Problems,
        typed: str = "",
        *,
        moved: bool = False,
    ) -> Response[Any]:
        """The page; `moved` says that the unit is not as it was shown."""
        view = await queries.change_view(session, change_id)
        return page(
            request,
            "office/offer_change.html",
            status=409 if moved else 422 if problems else 200,
            change=view,
            typed=typed,
            moved=moved,
            problems=problems,
            errors=problems.by_field(),
        )

    @post("/{change_id:uuid}", name="office:change:decide")
    async def decide(
        self,
        request: HTMXRequest,
        change_id: FromPath[UUID],
        offers: NamedDependency[Offers],
    ) -> Response[Any]:
        """Apply it at once, or refuse with a comment; both only as the unit was shown."""
        session, form = offers.session, await request.form()
        deed, comment = text(form, "co", 9), reason_of(form)
        if deed not in {"zgoda", "odmowa"}:
            raise NotFound
        _change, known, campaign = await queries.change(session, change_id)
        offer = await offers.take(campaign, known.institution_id)
        change, unit = await queries.change_to_decide(session, change_id)
        seen = as_typed(form, "widziane")
        if unit is not None and UnitValues.of(unit).stamp != seen:
            return await self._show(request, change_id, session, Problems(), comment, moved=True)
        if deed == "zgoda":
            await offers.grant(offer, change, unit, campaign, comment)
        elif len(comment) < SHORTEST_REASON:
            problems = Problems()
            problems.add("powod", COMMENT_NEEDED)
            return await self._show(request, change_id, session, problems, comment)
        else:
            await offers.refuse(offer, change, campaign, comment)
        return go(f"{HOME}/{campaign.code}/{offer.institution_id}")
