"""The city's list of institutions: added, changed, closed."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from litestar.response.redirect import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.forms import Problems, paragraph, text
from ksr_saas.kernel.i18n import LANGUAGES
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.offer.kinds import InstitutionKind, Organ
from ksr_saas.offer.models import Institution
from ksr_saas.premises import queries
from ksr_saas.premises.errors import ShortClosingReason
from ksr_saas.premises.forms import CITY, OWN, Typed
from ksr_saas.premises.service import Premises
from ksr_saas.premises.web.editing import Sent, answer, saved_over, sent

ADDRESS = "/organ/placowki"
TEMPLATE = "office/premises_one.html"


class CityPremises(Controller):
    """Every institution of the city, those closed included."""

    path = "/placowki"
    opt = {"right": Right.ACCEPT_OFFERS}

    @get("/", name="office:premises")
    async def everything(
        self, request: HTMXRequest, db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        words = text(request.query_params, "szukaj", 60)
        asked = text(request.query_params, "rodzaj", 20)
        turned = text(request.query_params, "strona", 4)
        kind = InstitutionKind(asked) if asked in list(InstitutionKind) else None
        number = max(int(turned), 1) if turned.isascii() and turned.isdecimal() else 1
        rows, count = await queries.listed(db_session, words=words, kind=kind, page=number)
        return page(
            request,
            "office/premises.html",
            "rows",
            rows=rows,
            count=count,
            asked={"szukaj": words, "rodzaj": kind or ""},
            kinds=list(InstitutionKind),
            number=number,
            more=count > number * queries.PAGE,
        )

    @get("/nowa", name="office:premises:new")
    async def new(
        self, request: HTMXRequest, db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        nothing = dict.fromkeys(OWN | CITY, "")
        nothing["town"] = visit_of(request.scope).city.name
        silent = dict.fromkeys(LANGUAGES, "")
        typed = Typed(
            lines=nothing, about=silent, image_alt=silent, access=(), organ=Organ.MUNICIPAL
        )
        return await answer(request, db_session, TEMPLATE, None, typed, Problems())

    @post("/nowa", name="office:premises:add", status_code=200)
    async def add(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        files: NamedDependency[Files],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        found = await self._sent(request, db_session, None, files)
        if found.problems:
            return await answer(request, db_session, TEMPLATE, None, found.typed, found.problems)
        premises = Premises(db_session, actor, now=clock.now())
        values = found.typed.values(city=True)
        if found.photo:
            values["image"], values["image_small"] = found.photo
        made = await premises.add(values)
        return go(f"{ADDRESS}/{made.id}?zapisano=tak")

    @get("/{institution_id:uuid}", name="office:premises:one")
    async def show(
        self,
        request: HTMXRequest,
        institution_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        stored = await queries.institution(db_session, institution_id)
        typed = Typed.of(stored, city=True)
        return await answer(request, db_session, TEMPLATE, stored, typed, Problems())

    @post("/{institution_id:uuid}", name="office:premises:save", status_code=200)
    async def save(
        self,
        request: HTMXRequest,
        institution_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        files: NamedDependency[Files],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        stored = await queries.institution(db_session, institution_id, lock=True)
        found = await self._sent(request, db_session, stored, files)
        form = await request.form()
        theirs = saved_over(form, stored, found.typed, city=True)
        if found.problems or theirs:
            return await answer(
                request, db_session, TEMPLATE, stored, found.typed, found.problems, theirs=theirs
            )
        Premises(db_session, actor, now=clock.now()).save(
            stored, found.typed.values(city=True), found.photo
        )
        return go(f"{ADDRESS}/{institution_id}?zapisano=tak")

    async def _sent(
        self, request: HTMXRequest, session: AsyncSession, stored: Institution | None, files: Files
    ) -> Sent:
        """What was typed, judged beside the other institutions. Raises NotFound for no complex."""
        found = await sent(await request.form(), stored, files, city=True)
        typed, but = found.typed, stored.id if stored else None
        others = {key for key, _ in await queries.complexes(session, without=but)}
        if typed.complex_id and typed.complex_id not in others:
            raise NotFound
        for column, field, said in (
            ("code", "symbol", N_("Ten symbol ma już inna placówka: %(name)s.")),
            ("rspo", "rspo", N_("Ten numer RSPO ma już inna placówka: %(name)s.")),
        ):
            value = typed.code if column == "code" else typed.lines["rspo"]
            if value and (name := await queries.taken(session, column, value, but=but)):
                found.problems.add(field, said, name=name)
        return found

    @post("/{institution_id:uuid}/zamkniecie", name="office:premises:close", status_code=200)
    async def close(
        self,
        request: HTMXRequest,
        institution_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        reason = paragraph(await request.form(), "powod", 500)
        stored = await queries.institution(db_session, institution_id, lock=True)
        try:
            Premises(db_session, actor, now=clock.now()).close(stored, reason)
        except ShortClosingReason as refusal:
            problems = Problems()
            problems.add("powod", refusal.message)
            typed = Typed.of(stored, city=True)
            return await answer(
                request, db_session, TEMPLATE, stored, typed, problems, reason=reason
            )
        return go(f"{ADDRESS}/{institution_id}")

    @post("/{institution_id:uuid}/otwarcie", name="office:premises:reopen")
    async def reopen(
        self,
        institution_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        stored = await queries.institution(db_session, institution_id, lock=True)
        Premises(db_session, actor, now=clock.now()).reopen(stored)
        return go(f"{ADDRESS}/{institution_id}")
