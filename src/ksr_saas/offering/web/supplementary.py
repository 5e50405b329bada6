"""The office prepares a supplementary round out of the places left."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import prepared_or_opened
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.i18n import in_language
from ksr_saas.kernel.web import form_page, go
from ksr_saas.offering import supplementary
from ksr_saas.rulebooks import rules
from ksr_saas.rulebooks.errors import CodeTaken
from ksr_saas.rulebooks.service import Rules


class Supplementary(Controller):
    """What is left, and the one press that makes a recruitment of it."""

    path = "/nabory/{code:str}/uzupelniajaca"
    opt = {"right": Right.SET_RULES}

    @get("/", name="office:supplementary")
    async def ask(
        self, request: HTMXRequest, code: FromPath[str], db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        older = await prepared_or_opened(db_session, code)
        return await _page(request, db_session, older, supplementary.code_of(code), Problems())

    @post("/", name="office:supplementary:make", status_code=200)
    async def make(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        older = await prepared_or_opened(db_session, code)
        typed, problems = text(await request.form(), "kod", 60), Problems()
        if not rules.is_code(typed):
            problems.add("kod", N_("Wpisz kod z małych liter, cyfr i łączników."))
        else:
            deeds = Rules(db_session, actor, now=clock.now())
            try:
                await supplementary.make(db_session, deeds, older, typed)
            except CodeTaken:
                problems.add(
                    "kod", N_("Rekrutacja z kodem %(code)s już jest. Wpisz inny."), code=typed
                )
        if problems:
            return await _page(request, db_session, older, typed, problems)
        return go(f"/organ/nabory/{typed}")


async def _page(
    request: HTMXRequest, session: AsyncSession, older: Campaign, typed: str, problems: Problems
) -> Response[Any]:
    found = await supplementary.left(session, older)
    return form_page(
        request,
        "office/supplementary.html",
        problems,
        base=f"/organ/nabory/{older.code}",
        name=in_language(older.name),
        closed=older.admitted_at is not None,
        rows=found,
        places=sum(one.places for one in found),
        typed=typed,
    )
