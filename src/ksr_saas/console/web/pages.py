"""Pages of the vendor's console, on a host of its own with accounts of its own."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.console import service
from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.tenancy.states import MunicipalityState


class ConsolePages(Controller):
    """The list of municipalities."""

    path = "/"
    opt = {"right": Right.VENDOR}

    @get("/", name="console:municipalities")
    async def municipalities(
        self, request: HTMXRequest, db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        return page(
            request,
            "console/municipalities.html",
            rows=await service.municipalities(db_session),
            states=list(MunicipalityState),
        )

    @post("/gminy/{slug:str}/stan", name="console:municipality:state")
    async def state(
        self, request: HTMXRequest, slug: FromPath[str], db_session: NamedDependency[AsyncSession]
    ) -> Redirect:
        asked = text(await request.form(), "stan", 16)
        if asked not in set(MunicipalityState):
            raise NotFound
        vendor = visit_of(request.scope).actor
        await service.change_state(db_session, vendor, slug, MunicipalityState(asked))
        return go("/")
