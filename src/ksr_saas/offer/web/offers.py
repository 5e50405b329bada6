"""The offer of a recruitment: looked through, compared, and its units one by one."""

from typing import Any
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import opened
from ksr_saas.campaigns.views import campaign_view
from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import page
from ksr_saas.offer import queries
from ksr_saas.offer.catalogue import Catalogue, together
from ksr_saas.offer.compared import MOST, columns
from ksr_saas.offer.search import Order, search
from ksr_saas.offer.web import filters

AT_ONCE, AT_ONCE_WITH_UNITS = 50, 25  # institutions on a page


class OfferPages(Controller):
    """What a recruitment offers, without login."""

    path = "/oferta/{code:str}"
    opt = {"right": Right.ANYONE}

    @get("/", name="public:offer")
    async def offer(
        self, request: HTMXRequest, code: FromPath[str], clock: NamedDependency[Clock]
    ) -> Response[Any]:
        campaign, catalogue = await read(request, code)
        params = request.query_params
        asked = filters.read(params, params.getall("dostepnosc", []), catalogue.choices)
        shown = page(
            request,
            "public/offer.html",
            "results",
            kept=True,
            campaign=campaign_view(campaign, now=clock.now()),
            **listed(catalogue, asked),
        )
        shown.headers["HX-Push-Url"] = f"/oferta/{code}?{asked.page(asked.start)}".rstrip("?")
        return shown

    @get("/porownanie", name="public:comparison")
    async def comparison(
        self, request: HTMXRequest, code: FromPath[str], clock: NamedDependency[Clock]
    ) -> Response[Any]:
        campaign, catalogue = await read(request, code)
        asked = list(dict.fromkeys(request.query_params.getall("p", [])))
        found = columns(catalogue, asked)
        return page(
            request,
            "public/comparison.html",
            kept=True,
            campaign=campaign_view(campaign, now=clock.now()),
            columns=found[:MOST],
            too_many=len(found) > MOST,
            unknown=len(found) < len(asked),
        )


async def read(
    request: HTMXRequest, code: str, *, rules: bool = False
) -> tuple[Campaign, Catalogue]:
    """The recruitment and its whole offer. Raises NotFound."""
    visit = visit_of(request.scope)
    async with visit.reading() as ask:
        campaign = await opened(ask, code, rules=rules)
        found = await queries.catalogue(
            ask, campaign.id, schema=visit.role, shelf=request.app.state.shelf
        )
    return campaign, found


def listed(catalogue: Catalogue, asked: filters.Asked) -> dict[str, Any]:
    """What the template needs of a list narrowed so."""
    found = search(catalogue, asked.wanted)
    with_units = not all(one.whole for one in catalogue.institutions)
    at_once = AT_ONCE_WITH_UNITS if with_units else AT_ONCE
    start = asked.start if asked.start < len(found) else 0
    return {
        "rows": [
            {"found": one, "classes": together(one.units)} for one in found[start : start + at_once]
        ],
        "count": len(found),
        "classes": sum(len(one.units) for one in found),
        "places": sum(one.places for one in found),
        "with_units": with_units,
        "start": start,
        "at_once": at_once,
        "asked": asked,
        "ignored": [_(one) for one in asked.ignored],
        "labels": filters.LABELS,
        "choices": catalogue.choices,
        "orders": [one for one in Order if _sensible(one, catalogue, asked)],
    }


def _sensible(order: Order, catalogue: Catalogue, asked: filters.Asked) -> bool:
    if order is Order.DISTANCE:
        return asked.wanted.near is not None
    return order is Order.NAME or catalogue.choices.thresholds


class UnitPage(Controller):
    """One group or class, at an address that stays."""

    path = "/oddzialy/{unit_id:uuid}"
    opt = {"right": Right.ANYONE}

    @get("/", name="public:unit")
    async def show(self, request: HTMXRequest, unit_id: FromPath[UUID]) -> Response[Any]:
        async with visit_of(request.scope).reading() as ask:
            institution, offer = await queries.unit(ask, unit_id)
        return page(
            request,
            "public/unit.html",
            kept=True,
            institution=institution,
            offer=offer,
            unit=offer.units[0],
        )
