"""The office keeps the catchments: the list, one segment, and what is wrong with the set."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.catchments import queries
from ksr_saas.catchments.drafts import Typed, verdict
from ksr_saas.catchments.errors import ShortCatchmentReason, WrongYears
from ksr_saas.catchments.houses import Parity
from ksr_saas.catchments.linter import lint
from ksr_saas.catchments.models import CatchmentSegment
from ksr_saas.catchments.rules import start_of, year_name
from ksr_saas.catchments.service import Deeds, seen
from ksr_saas.catchments.streets import words_of
from ksr_saas.catchments.views import finding_view, line
from ksr_saas.catchments.web.typed import draft_of, year_of, years
from ksr_saas.catchments.wording import SIDE_NAMES
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, paragraph, text
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.web import form_page, go, page

HOME = "/organ/obwody"
MOST_FINDINGS = 200
NO_YEAR = N_("Wybierz rok szkolny.")
SIDE_WORDS = {Parity.ALL: "wszystkie", Parity.ODD: "nieparzyste", Parity.EVEN: "parzyste"}


async def school_options(session: AsyncSession) -> list[tuple[str, str]]:
    """Schools of a select: code and name."""
    return [(one.code, one.name) for one in await queries.schools(session)]


def typed_of(there: CatchmentSegment, code: str) -> Typed:
    """A stored segment as it would be typed."""
    span = there.segment.span
    return Typed(
        szkola=code,
        ulica=there.street,
        strona=SIDE_WORDS[there.parity],
        od=str(span.first or ""),
        do=str(span.last or ""),
        miejscowosc=there.locality,
        zrodlo=there.source,
        simc=there.simc,
        ulic=there.ulic,
    )


class Segments(Controller):
    """Segments one by one."""

    path = "/obwody"
    opt = {"right": Right.SET_CATCHMENTS}

    @get("/", name="office:catchments")
    async def show(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        query = request.query_params
        current = await queries.current_year(db_session, clock.today())
        year, street = year_of(query, current), text(query, "ulica", 60)
        there = await queries.schools(db_session)
        school = next((one for one in there if one.code == text(query, "szkola", 60)), None)
        turned = text(query, "strona", 4)
        number = max(int(turned), 1) if turned.isdecimal() else 1
        rows, count = await queries.segments(
            db_session,
            year,
            words=words_of(street),
            school=school.id if school else None,
            page=number,
        )
        asked = {"rok": year_name(year), "szkola": school.code if school else "", "ulica": street}
        return page(
            request,
            "office/catchments.html",
            "rows",
            rows=[line(one.segment, {one.segment.institution: one.school}) for one in rows],
            count=count,
            number=number,
            more=count > number * queries.PAGE,
            asked=asked,
            years=years(current),
            schools=[("", _("Wszystkie")), *((one.code, one.name) for one in there)],
            waiting=await queries.how_many_wait(db_session, year),
        )

    @get("/kontrola", name="office:catchments:lint")
    async def findings(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        current = await queries.current_year(db_session, clock.today())
        year = year_of(request.query_params, current)
        there = await queries.schools(db_session)
        segments = [one.segment for one in await queries.ahead(db_session, year)]
        found = lint(segments, schools={one.id for one in there}, year=year)
        names = {one.id: one.name for one in there}
        return page(
            request,
            "office/catchment_lint.html",
            findings=[finding_view(one, names) for one in found[:MOST_FINDINGS]],
            errors=sum(one.is_error for one in found),
            warnings=sum(not one.is_error for one in found),
            count=len(segments),
            years=years(current),
            year=year_name(year),
        )

    @get("/nowy", name="office:catchments:new")
    async def new(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        current = await queries.current_year(db_session, clock.today())
        first = {"rok": year_name(current), "do_roku": "", "powod": ""}
        return await self._form(request, db_session, current, Typed(), first, Problems())

    async def _form(
        self,
        request: HTMXRequest,
        session: AsyncSession,
        current: int,
        typed: Typed,
        more: dict[str, str],
        problems: Problems,
        *,
        there: CatchmentSegment | None = None,
    ) -> Response[Any]:
        return form_page(
            request,
            "office/catchment_segment.html",
            problems,
            typed=msgspec.to_builtins(typed) | more,
            schools=[("", ""), *await school_options(session)],
            sides=[(SIDE_WORDS[one], _(SIDE_NAMES[one])) for one in Parity],
            years=_with(years(current), more.get("rok", "")),
            at=there.id if there else None,
            seen=seen([there.segment]) if there else "",
            reason=there.reason if there else "",
        )

    @post("/nowy", name="office:catchments:add", status_code=200)
    async def add(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        return await self._save(request, db_session, actor, clock, None)

    @get("/{segment_id:uuid}", name="office:catchments:one")
    async def one(
        self,
        request: HTMXRequest,
        segment_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        there = await queries.segment(db_session, segment_id)
        current = await queries.current_year(db_session, clock.today())
        codes = {one.id: one.code for one in await queries.schools(db_session)}
        more = {"rok": year_name(there.valid_from), "do_roku": _year(there.valid_to), "powod": ""}
        typed = typed_of(there, codes.get(there.institution_id, ""))
        return await self._form(request, db_session, current, typed, more, Problems(), there=there)

    @post("/{segment_id:uuid}", name="office:catchments:change", status_code=200)
    async def change(
        self,
        request: HTMXRequest,
        segment_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        there = await queries.segment(db_session, segment_id)
        return await self._save(request, db_session, actor, clock, there)

    async def _save(
        self,
        request: HTMXRequest,
        session: AsyncSession,
        actor: Actor,
        clock: Clock,
        there: CatchmentSegment | None,
    ) -> Response[Any]:
        form, problems = await request.form(), Problems()
        typed = draft_of(form)
        more = {name: text(form, name, 9) for name in ("rok", "do_roku")}
        more["powod"] = paragraph(form, "powod", 500)
        first, last = start_of(more["rok"]), start_of(more["do_roku"])
        if first is None:
            problems.add("rok", NO_YEAR)
        if more["do_roku"] and (last is None or last < (first or 0)):
            problems.add("do_roku", WrongYears.message)
        words = queries.by_word(await queries.schools(session))
        found = verdict(typed, words, valid_from=first or 0, valid_to=last)
        if found.problem:
            problems.add(found.field, found.problem)
        deeds = Deeds(session, actor, now=clock.now())
        if not problems:
            try:
                if there is None:
                    await deeds.add(found, more["powod"])
                else:
                    shown = text(form, "widziane", 40)
                    await deeds.change(there.id, found, more["powod"], shown=shown)
                return go(f"{HOME}?rok={more['rok']}&szkola={typed.szkola}")
            except ShortCatchmentReason as refusal:
                problems.add("powod", refusal.message)
        current = await queries.current_year(session, clock.today())
        return await self._form(request, session, current, typed, more, problems, there=there)

    @post("/{segment_id:uuid}/koniec", name="office:catchments:end")
    async def end(
        self,
        request: HTMXRequest,
        segment_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        form = await request.form()
        last = start_of(text(form, "ostatni", 9))
        if last is None:
            raise NotFound
        deeds = Deeds(db_session, actor, now=clock.now())
        await deeds.end(segment_id, last, paragraph(form, "powod_konca", 500))
        return go(f"{HOME}/{segment_id}")


def _year(start: int | None) -> str:
    return "" if start is None else year_name(start)


def _with(options: list[tuple[str, str]], value: str) -> list[tuple[str, str]]:
    """The options with the stored value among them, which may be long past."""
    known = value and start_of(value) and value not in {one for one, _ in options}
    return [(value, value), *options] if known else options
