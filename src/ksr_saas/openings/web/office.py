"""One case at the city's office: by its number and with a reason, never by browsing."""

import asyncio
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.rules import number_text
from ksr_saas.applications.web.claims import download
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.identity.throttle import Throttle
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.openings.cases import note_miss, open_case, opened_case, uncover, uncovered_file
from ksr_saas.openings.errors import NoSuchCase, ReasonUnclear, TooManySearches
from ksr_saas.openings.rules import Scope
from ksr_saas.openings.service import lasting
from ksr_saas.openings.views import sensitive_codes, staff_view
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
        """The case, read-only; sensitive claims and files once they are uncovered."""
        return await self._show(request, application_id, db_session, actor, clock)

    async def _show(
        self,
        request: HTMXRequest,
        application_id: UUID,
        session: AsyncSession,
        actor: Actor,
        clock: Clock,
        *,
        refused: bool = False,
        typed: str = "",
    ) -> Response[Any]:
        """The page; `refused` says that what was typed is no reason to uncover anything."""
        now = clock.now()
        application, opening = await opened_case(session, actor, application_id, now=now)
        if opening is None:
            number = number_text(application.campaign.code, application.number)
            return self._find(request, {"numer": number}, Problems(), over=True)
        papers = await lasting(session, actor, application_id, Scope.OFFICE_PAPERS, now=now)
        sensitive = sensitive_codes(application)
        child = application.child
        return page(
            request,
            "office/case.html",
            status=422 if refused else 200,
            application=staff_view(application, now=now, opened=sensitive if papers else ()),
            opening=opening,
            reason=REASON_WORDS[opening.reason],
            address=f"{child.street}, {child.postal_code} {child.town}",
            guardians=application.guardians,
            sensitive=sensitive,
            papers=papers,
            papers_reason=REASON_WORDS[papers.reason] if papers else "",
            reasons=reasons(Scope.OFFICE_PAPERS),
            is_fresh=actor.is_fresh(now),
            refused=refused,
            typed=typed,
        )

    @post("/{application_id:uuid}/otwarcie", name="office:case:papers", status_code=200)
    async def uncover(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """Uncover the sensitive claims and files of an opened case."""
        form = await request.form()
        reason, own_words = text(form, "powod", 16), text(form, "slowa", 500)
        try:
            await uncover(db_session, actor, application_id, reason, own_words, now=clock.now())
        except ReasonUnclear:
            return await self._show(
                request, application_id, db_session, actor, clock, refused=True, typed=own_words
            )
        return go(f"/organ/wniosek/{application_id}")

    @get("/{application_id:uuid}/zalaczniki/{file_id:uuid}", name="office:case:file")
    async def file(
        self,
        application_id: FromPath[UUID],
        file_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        files: NamedDependency[Files],
    ) -> Response[bytes] | Redirect:
        """A sensitive paper, as a download; one that is covered leads back to the case."""
        found = await uncovered_file(db_session, actor, application_id, file_id, now=clock.now())
        if found is None:
            return go(f"/organ/wniosek/{application_id}")
        return download(files.get(found.store_name), found.media_type)
