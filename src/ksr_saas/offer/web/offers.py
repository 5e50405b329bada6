"""The offer of a recruitment: looked through, compared, and its units one by one."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import opened
from ksr_saas.campaigns.views import campaign_view
from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import page
from ksr_saas.offer import queries
from ksr_saas.offer.catalogue import Catalogue, together
from ksr_saas.offer.compared import MOST, columns
from ksr_saas.offer.drawn import drawing
from ksr_saas.offer.places import Point, address, located
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

    @post("/", name="public:offer:near", status_code=200, opt={"when_read_only": True})
    async def near(
        self, request: HTMXRequest, code: FromPath[str], clock: NamedDependency[Clock]
    ) -> Response[Any]:
        """Distances from where somebody lives: that stands in no address and is kept nowhere."""
        form = await request.form()
        campaign, catalogue, problems = *await read(request, code), Problems()
        near, street = filters.position(form), ""
        if near is None:
            near, street = await whereabouts(request, catalogue, form, problems)
        asked = filters.read(
            form, [str(one) for one in form.getall("dostepnosc", [])], catalogue.choices, near
        )
        return page(
            request,
            "public/offer.html",
            "results",
            status=422 if problems else 200,
            campaign=campaign_view(campaign, now=clock.now()),
            **listed(catalogue, asked, typed=text(form, "adres"), street=street, problems=problems),
        )

    @get("/mapa", name="public:map")
    async def map(
        self, request: HTMXRequest, code: FromPath[str], clock: NamedDependency[Clock]
    ) -> Response[Any]:
        campaign, catalogue = await read(request, code)
        params = request.query_params
        asked = filters.read(params, params.getall("dostepnosc", []), catalogue.choices)
        found = search(catalogue, asked.wanted)
        return page(
            request,
            "public/map.html",
            kept=True,
            campaign=campaign_view(campaign, now=clock.now()),
            drawn=drawing([one.institution for one in found]),
            query=asked.page(0),
        )

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


async def whereabouts(
    request: HTMXRequest, catalogue: Catalogue, form: Mapping[str, Any], problems: Problems
) -> tuple[Point | None, str]:
    """Where the typed address is, roughly, and its street as it is written; else a problem."""
    key, number = address(text(form, "adres"))
    if not key:
        problems.add("adres", N_("Wpisz ulicę i numer domu, na przykład: Polna 12."))
        return None, ""
    async with visit_of(request.scope).reading() as ask:
        parts = await queries.street_parts(ask, key, catalogue)
    found = located(parts, number)
    if found is None:
        problems.add(
            "adres",
            N_("Nie znamy takiej ulicy. Sprawdź pisownię albo wpisz inną ulicę w pobliżu."),
        )
        return None, ""
    return found.roughly, parts[0].street


def listed(
    catalogue: Catalogue,
    asked: filters.Asked,
    *,
    typed: str = "",
    street: str = "",
    problems: Problems | None = None,
) -> dict[str, Any]:
    """What the template needs of a list narrowed so.

    `typed` is an address that could not be found, `street` one that was.
    """
    found = search(catalogue, asked.wanted)
    with_units = not all(one.whole for one in catalogue.institutions)
    at_once = AT_ONCE_WITH_UNITS if with_units else AT_ONCE
    start = asked.start if asked.start < len(found) else 0
    return {
        "rows": [
            {"found": one, "classes": together(one.units)} for one in found[start : start + at_once]
        ],
        "near": asked.wanted.near,
        "typed": typed,
        "street": street,
        "errors": (problems or Problems()).by_field(),
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
