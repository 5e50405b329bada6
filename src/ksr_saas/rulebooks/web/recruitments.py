"""The recruitments of a city, prepared and open; a new one from nothing or out of an older one."""

from collections.abc import Mapping
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import prepared_or_opened, with_prepared
from ksr_saas.campaigns.views import campaign_view
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.web import form_page, go, page
from ksr_saas.rulebooks import next_year, queries, rules, wording
from ksr_saas.rulebooks.differences import differences
from ksr_saas.rulebooks.errors import CodeTaken
from ksr_saas.rulebooks.service import Rules, in_force
from ksr_saas.rulebooks.starting import code_for, starting
from ksr_saas.rulebooks.views import diffs, head

HOME = "/organ/nabory"
BAD_CODE = N_("Wpisz kod z małych liter, cyfr i łączników, na przykład przedszkola-2028.")
MOVED, EMPTY = "przesun", "puste"


class Recruitments(Controller):
    """The list, and what makes it longer."""

    path = "/nabory"
    opt = {"right": Right.READ_RULES}

    @get("/", name="office:recruitments")
    async def show(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        pending = await queries.all_pending(db_session)
        found = [
            (head(one, pending.get(one.id), ()), campaign_view(one, now=clock.now()))
            for one in await with_prepared(db_session)
        ]
        return page(request, "office/recruitments.html", recruitments=found)

    @get("/nowa", name="office:recruitments:new", opt={"right": Right.SET_RULES})
    async def new(self, request: HTMXRequest, clock: NamedDependency[Clock]) -> Response[Any]:
        year = clock.today().year + 1
        typed = {"poziom": Level.PRESCHOOL.value, "rok": f"{year}/{year + 1}", "kod": ""}
        return _new(request, typed, Problems())

    @post("/nowa", name="office:recruitments:make", opt={"right": Right.SET_RULES})
    async def make(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form, problems = await request.form(), Problems()
        typed = {name: text(form, name, 60) for name in ("poziom", "rok", "kod")}
        year = next_year.starts_in(typed["rok"])
        if typed["poziom"] not in set(Level):
            problems.add("poziom", N_("Wybierz poziom."))
        if year is None:
            problems.add("rok", N_("Wpisz rok szkolny tak: 2028/2029."))
        if typed["kod"] and not rules.is_code(typed["kod"]):
            problems.add("kod", BAD_CODE)
        if problems or year is None:
            return _new(request, typed, problems)
        level = Level(typed["poziom"])
        code = typed["kod"] or code_for(level, year)
        try:
            await Rules(db_session, actor, now=clock.now()).make(code, starting(level, year))
        except CodeTaken:
            problems.add("kod", N_("Rekrutacja z kodem %(code)s już jest. Wpisz inny."), code=code)
            return _new(request, typed, problems)
        return go(f"{HOME}/{code}")

    @get("/{code:str}/nastepna", name="office:recruitment:next", opt={"right": Right.SET_RULES})
    async def ask_next(
        self, request: HTMXRequest, code: FromPath[str], db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        older = await prepared_or_opened(db_session, code)
        typed = {"kod": next_year.code_after(code), "terminy": MOVED}
        return _next(request, older, typed, Problems())

    @post(
        "/{code:str}/nastepna", name="office:recruitment:make-next", opt={"right": Right.SET_RULES}
    )
    async def make_next(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """Next year's, after a look at what would be otherwise."""
        form, problems = await request.form(), Problems()
        older = await prepared_or_opened(db_session, code)
        typed = {name: text(form, name, 60) for name in ("kod", "terminy")}
        if not rules.is_code(typed["kod"]):
            problems.add("kod", BAD_CODE)
        if problems or "zapisz" not in form:
            return _next(request, older, typed, problems)
        made = next_year.following(in_force(older), dates=typed["terminy"] != EMPTY)
        try:
            await Rules(db_session, actor, now=clock.now()).make(typed["kod"], made, based_on=older)
        except CodeTaken:
            problems.add(
                "kod", N_("Rekrutacja z kodem %(code)s już jest. Wpisz inny."), code=typed["kod"]
            )
            return _next(request, older, typed, problems)
        return go(f"{HOME}/{typed['kod']}")


def _new(request: HTMXRequest, typed: Mapping[str, str], problems: Problems) -> Response[Any]:
    levels = [(level.value, _(words)) for level, words in wording.LEVELS.items()]
    return form_page(request, "office/recruitment_new.html", problems, typed=typed, levels=levels)


def _next(
    request: HTMXRequest, older: Campaign, typed: Mapping[str, str], problems: Problems
) -> Response[Any]:
    before = in_force(older)
    after = next_year.following(before, dates=typed["terminy"] != EMPTY)
    return form_page(
        request,
        "office/recruitment_next.html",
        problems,
        head=head(older, None, ()),
        typed=typed,
        ways=[
            (MOVED, _("Przesuń o 52 tygodnie, na te same dni tygodnia")),
            (EMPTY, _("Zostaw puste, wpiszę je później")),
        ],
        diffs=diffs(differences(before, after)),
    )
