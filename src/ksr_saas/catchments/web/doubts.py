"""Addresses at the office: checked, and settled where the catchments leave them open."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.catchments import queries
from ksr_saas.catchments.errors import ShortCatchmentReason
from ksr_saas.catchments.rules import Outcome, year_name
from ksr_saas.catchments.service import Deeds, ask
from ksr_saas.catchments.views import answer_view
from ksr_saas.catchments.web.office import HOME, school_options
from ksr_saas.catchments.web.typed import address_of, problems_of, year_of, years
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, paragraph, text
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import form_page, go, page

OUTSIDE = "-"
NO_CHOICE = N_("Wybierz szkołę albo „nie ma szkoły w gminie”.")
EMPTY = {"ulica": "", "numer": "", "miejscowosc": ""}


class Addresses(Controller):
    """Checking an address, and the queue of those that a person settles."""

    path = "/obwody"
    opt = {"right": Right.SET_CATCHMENTS}

    @get("/adres", name="office:catchments:check")
    async def form(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        current = await queries.current_year(db_session, clock.today())
        return form_page(
            request,
            "office/catchment_check.html",
            Problems(),
            typed=EMPTY,
            years=years(current),
            year=year_name(current),
            answer=None,
        )

    @post(
        "/adres", name="office:catchments:check:find", status_code=200, opt={"when_read_only": True}
    )
    async def find(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """A form, although it changes nothing: an address must not stand in a URL."""
        form, home = await request.form(), visit_of(request.scope).city.name
        current = await queries.current_year(db_session, clock.today())
        year, address, problems = year_of(form, current), address_of(form), problems_of(form)
        shown = None
        if not problems:
            answer = await queries.school_of(db_session, address, year, home=home)
            shown = answer_view(answer, await queries.schools(db_session))
        return form_page(
            request,
            "office/catchment_check.html",
            problems,
            typed={
                "ulica": address.street,
                "numer": address.number,
                "miejscowosc": address.town,
            },
            years=years(current),
            year=year_name(year),
            answer=shown,
        )

    @get("/do-wyjasnienia", name="office:catchments:doubts")
    async def queue(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        current = await queries.current_year(db_session, clock.today())
        year = year_of(request.query_params, current)
        waiting = await queries.waiting(db_session, year)
        settled = await queries.decided(db_session, year)
        names = {one.id: one.name for one in await queries.schools(db_session)}
        deeds = Deeds(db_session, actor, now=clock.now())
        await deeds.note_list([one.id for one in (*waiting, *settled)], year)
        return page(
            request,
            "office/catchment_doubts.html",
            waiting=waiting,
            settled=settled,
            names=names,
            years=years(current),
            year=year_name(year),
        )

    @post("/do-wyjasnienia", name="office:catchments:doubts:add")
    async def add(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        form, home = await request.form(), visit_of(request.scope).city.name
        if problems_of(form):
            raise NotFound
        current = await queries.current_year(db_session, clock.today())
        year, address = year_of(form, current), address_of(form)
        made = await ask(db_session, address, year, home=home, actor=actor)
        return go(f"{HOME}/do-wyjasnienia/{made}")

    @get("/do-wyjasnienia/{doubt_id:uuid}", name="office:catchments:doubt")
    async def one(
        self,
        request: HTMXRequest,
        doubt_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        deeds = Deeds(db_session, actor, now=clock.now())
        return await self._one(request, db_session, deeds, doubt_id, Problems())

    async def _one(
        self,
        request: HTMXRequest,
        session: AsyncSession,
        deeds: Deeds,
        doubt_id: UUID,
        problems: Problems,
        typed: dict[str, str] | None = None,
    ) -> Response[Any]:
        there = await queries.doubt(session, doubt_id)
        home = visit_of(request.scope).city.name
        # What the segments say by themselves, whatever was decided.
        answer = await queries.by_segments(session, there.address, there.year, home=home)
        schools = await queries.schools(session)
        codes = {one.id: one.code for one in schools}
        told = codes.get(there.institution_id, "") if there.institution_id else OUTSIDE
        await deeds.note_list([there.id], there.year)
        return form_page(
            request,
            "office/catchment_doubt.html",
            problems,
            there=there,
            year=year_name(there.year),
            answer=answer_view(answer, schools),
            clear=answer.outcome is Outcome.ONE,
            names={one.id: one.name for one in schools},
            schools=[
                ("", ""),
                *await school_options(session),
                (OUTSIDE, _("nie ma szkoły w gminie")),
            ],
            typed=typed or {"szkola": told if there.decided_at else "", "powod": there.reason},
        )

    @post("/do-wyjasnienia/{doubt_id:uuid}", name="office:catchments:decide", status_code=200)
    async def decide(
        self,
        request: HTMXRequest,
        doubt_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form, problems = await request.form(), Problems()
        code, reason = text(form, "szkola", 60), paragraph(form, "powod", 500)
        deeds = Deeds(db_session, actor, now=clock.now())
        schools = {one.code: one.id for one in await queries.schools(db_session)}
        if code != OUTSIDE and code not in schools:
            problems.add("szkola", NO_CHOICE)
        else:
            try:
                await deeds.decide(doubt_id, schools.get(code), reason)
                return go(f"{HOME}/do-wyjasnienia")
            except ShortCatchmentReason as refusal:
                problems.add("powod", refusal.message)
        typed = {"szkola": code, "powod": reason}
        return await self._one(request, db_session, deeds, doubt_id, problems, typed)
