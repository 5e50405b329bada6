"""Which school is mine: for everybody, without login. The address stands in no URL."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.catchments import queries
from ksr_saas.catchments.errors import TooManyQuestions
from ksr_saas.catchments.rules import Outcome, year_name
from ksr_saas.catchments.service import ask
from ksr_saas.catchments.views import answer_view
from ksr_saas.catchments.web.typed import address_of, problems_of
from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.throttle import Throttle
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import Problems
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import form_page

TEMPLATE = "public/catchment.html"
EMPTY = {"ulica": "", "numer": "", "miejscowosc": ""}


class WhichSchool(Controller):
    """One question, its answer, and a way to leave the question to the office."""

    path = "/obwod"
    opt = {"right": Right.ANYONE}

    @get("/", name="public:catchment")
    async def form(self, request: HTMXRequest, clock: NamedDependency[Clock]) -> Response[Any]:
        async with visit_of(request.scope).reading() as asked:
            campaigns, there = await asked(queries.YEAR), await asked(queries.ANY)
        year = queries.year_at(campaigns[0][0] if campaigns else None, clock.today())
        return form_page(
            request,
            TEMPLATE,
            Problems(),
            typed=EMPTY,
            year=year_name(year),
            known=bool(there),
            answer=None,
            left=False,
        )

    @post("/", name="public:catchment:find", status_code=200, opt={"when_read_only": True})
    async def find(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        return await self._answer(request, db_session, clock, leave=False)

    @post("/pytanie", name="public:catchment:leave", status_code=200)
    async def leave(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """Leave the address, and nothing else, for the office to settle."""
        return await self._answer(request, db_session, clock, leave=True)

    async def _answer(
        self, request: HTMXRequest, session: AsyncSession, clock: Clock, *, leave: bool
    ) -> Response[Any]:
        form, visit = await request.form(), visit_of(request.scope)
        typed = {field: str(form.get(field, "")) for field in EMPTY}
        address, problems = address_of(form), problems_of(form)
        year = await queries.current_year(session, clock.today())
        shown, left = None, False
        if not problems:
            throttle: Throttle = request.app.state.throttle
            network = request.client.host if request.client else ""
            if not await throttle.may_look_up(network):
                raise TooManyQuestions
            answer = await queries.school_of(session, address, year, home=visit.city.name)
            left = leave and answer.outcome is not Outcome.ONE and not answer.decided
            if left:
                if not await throttle.may_leave(visit.role, network):
                    raise TooManyQuestions
                await ask(session, address, year, home=visit.city.name)
            shown = answer_view(answer, await queries.schools(session))
        return form_page(
            request,
            TEMPLATE,
            problems,
            typed=typed if problems else {**EMPTY, **_tidy(address)},
            year=year_name(year),
            known=True,
            answer=shown,
            left=left,
        )


def _tidy(address: Any) -> dict[str, str]:
    return {"ulica": address.street, "numer": address.number, "miejscowosc": address.town}
