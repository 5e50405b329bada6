"""One case at the city's office: by its number and with a reason, never by browsing."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.rules import number_text
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.identity.throttle import Throttle
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.openings.cases import note_miss, open_case, opened_case
from ksr_saas.openings.errors import NoSuchCase, ReasonUnclear, TooManySearches
from ksr_saas.openings.rules import Scope
from ksr_saas.openings.views import staff_view
from ksr_saas.openings.wording import REASON_WORDS, reasons


class Case(Controller):
    """Finding and reading a case."""

    path = "/wniosek"
    opt = {"right": Right.OPEN_CASE_WITH_REASON}

    @get("/", name="office:case:find")
    async def find(self, request: HTMXRequest) -> Response[Any]:
        return self._find(request, {}, Problems())

    def _find(
        self,
        request: HTMXRequest,
        typed: dict[str, str],
        problems: Problems,
        *,
        over: bool = False,
    ) -> Response[Any]:
        """The form; `over` says that the half hour of the case in it has passed."""
        return page(
            request,
            "office/find_case.html",
            status=422 if problems else 200,
            typed={"numer": "", "powod": "", "slowa": ""} | typed,
            problems=problems,
            errors=problems.by_field(),
            reasons=reasons(Scope.CASE),
            over=over,
        )

    @post("/", name="office:case:open")
    async def open(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        typed = {name: text(form, name, 500) for name in ("numer", "powod", "slowa")}
        problems = Problems()
        throttle: Throttle = request.app.state.throttle
        who = (visit_of(request.scope).role, str(actor.account_id))
        wait = await throttle.may_search(*who)
        if wait is None:
            raise TooManySearches
        await asyncio.sleep(wait)
        try:
            opening = await open_case(db_session, actor, *typed.values(), now=clock.now())
        except NoSuchCase as refusal:
            await throttle.missed(*who)
            note_miss(db_session, actor)
            problems.add("numer", refusal.message)
        except ReasonUnclear as refusal:
            problems.add("powod", refusal.message)
        if problems:
            return self._find(request, typed, problems)
        return go(f"/organ/wniosek/{opening.application_id}")

    @get("/{application_id:uuid}", name="office:case")
    async def show(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """The case, read-only.

        Sensitive claims and files stay covered: they ask for a second factor shown a moment ago,
        which this session cannot tell yet. Where it can, `staff_view` takes what to open.
        """
        application, opening = await opened_case(db_session, actor, application_id, now=clock.now())
        if opening is None:
            number = number_text(application.campaign.code, application.number)
            return self._find(request, {"numer": number}, Problems(), over=True)
        child = application.child
        return page(
            request,
            "office/case.html",
            application=staff_view(application, now=clock.now()),
            opening=opening,
            reason=REASON_WORDS[opening.reason],
            address=f"{child.street}, {child.postal_code} {child.town}",
            guardians=application.guardians,
        )
