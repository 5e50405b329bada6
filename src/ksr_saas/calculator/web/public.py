"""The calculator of points: what is typed is answered and forgotten."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.calculator.forms import EMPTY, Answers, Questions, chosen, questions, understood
from ksr_saas.calculator.rules import last_year, points
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.views import campaign_view
from ksr_saas.criteria import stored
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import Problems
from ksr_saas.kernel.web import page
from ksr_saas.offer.catalogue import Catalogue, OfferedInstitution, OfferedUnit
from ksr_saas.offer.web.offers import read


class Sheet(msgspec.Struct, frozen=True):
    """The form of one recruitment, or of one of its units."""

    campaign: Campaign
    catalogue: Catalogue
    rulebook: Rulebook
    asked: Questions
    place: tuple[OfferedInstitution, OfferedUnit] | None

    @property
    def unit(self) -> OfferedUnit | None:
        """The unit asked for."""
        return self.place[1] if self.place else None


class CalculatorPages(Controller):
    """Points without login."""

    path = "/oferta/{code:str}/kalkulator"
    opt = {"right": Right.ANYONE}

    @get("/", name="public:calculator")
    async def form(
        self, request: HTMXRequest, code: FromPath[str], clock: NamedDependency[Clock]
    ) -> Response[Any]:
        sheet = await sheet_of(request, code, chosen(request.query_params))
        return shown(request, sheet, clock, EMPTY, Problems())

    @post("/", name="public:calculator:points", status_code=200, opt={"when_read_only": True})
    async def points(
        self, request: HTMXRequest, code: FromPath[str], clock: NamedDependency[Clock]
    ) -> Response[Any]:
        form = await request.form()
        sheet = await sheet_of(request, code, chosen(form))
        given = Answers.read(form, sheet.asked)
        found = understood(sheet.rulebook, sheet.asked, given)
        if found.problems:
            return shown(request, sheet, clock, given, found.problems)
        by_last_year = sheet.asked.exams and sheet.place is None
        return shown(
            request,
            sheet,
            clock,
            given,
            found.problems,
            result=points(sheet.rulebook, found.child, found.asked, sheet.unit),
            last_year=last_year(sheet.rulebook, found.child, sheet.catalogue)
            if by_last_year
            else None,
        )


async def sheet_of(request: HTMXRequest, code: str, unit: str) -> Sheet:
    """The rules and what they ask; a unit that is not in the offer is like none."""
    campaign, catalogue = await read(request, code, rules=True)
    rulebook = stored.read(campaign.rulebook)
    try:
        place = catalogue.units.get(UUID(unit))
    except ValueError:
        place = None
    subjects = sorted(place[1].counted) if place else catalogue.choices.subjects
    return Sheet(campaign, catalogue, rulebook, questions(rulebook, subjects), place)


def shown(
    request: HTMXRequest,
    sheet: Sheet,
    clock: Clock,
    given: Answers,
    problems: Problems,
    **results: Any,
) -> Response[Any]:
    """The page with what was typed still in its fields."""
    return page(
        request,
        "public/calculator.html",
        status=422 if problems else 200,
        campaign=campaign_view(sheet.campaign, now=clock.now()),
        asked=sheet.asked,
        given=given,
        place=sheet.place,
        secondary=bool(sheet.asked.exams),
        problems=problems,
        errors=problems.by_field(),
        **({"result": None, "last_year": None} | results),
    )
