"""An institution writes about itself."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.forms import Problems
from ksr_saas.kernel.web import go
from ksr_saas.premises import queries
from ksr_saas.premises.forms import Typed
from ksr_saas.premises.service import Premises
from ksr_saas.premises.web.editing import answer, saved_over, sent

ADDRESS = "/placowka/dane"
TEMPLATE = "institution/premises.html"


class MyPremises(Controller):
    """Contact, words, accessibility and picture of the own institution."""

    path = "/dane"
    opt = {"right": Right.EDIT_OFFER}

    @get("/", name="institution:premises")
    async def show(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        stored = await queries.institution(db_session, actor.institution_id)
        typed = Typed.of(stored, city=False)
        return await answer(request, db_session, TEMPLATE, stored, typed, Problems())

    @post("/", name="institution:premises:save", status_code=200)
    async def save(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        files: NamedDependency[Files],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        stored = await queries.institution(db_session, actor.institution_id, lock=True)
        found = await sent(form, stored, files, city=False)
        theirs = saved_over(form, stored, found.typed, city=False)
        if found.problems or theirs:
            return await answer(
                request, db_session, TEMPLATE, stored, found.typed, found.problems, theirs=theirs
            )
        Premises(db_session, actor, now=clock.now()).save(
            stored, found.typed.values(city=False), found.photo
        )
        return go(f"{ADDRESS}?zapisano=tak")
