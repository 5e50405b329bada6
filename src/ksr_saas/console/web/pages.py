"""Pages of the vendor's console, on a host of its own with accounts of its own."""

from typing import Any

from litestar import Controller, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.console import service
from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.errors import WrongLogin
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import Forbidden, LoginNeeded, NotFound
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.portals import SAFE, right_of, same_origin
from ksr_saas.tenancy.states import MunicipalityState


def cookie_name(secure: bool) -> str:
    """The console's own session cookie."""
    return "__Host-ksr-konsola" if secure else "ksr-konsola"


async def vendor_may_enter(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """The console's guard: everything but the login needs a signed-in vendor."""
    right = right_of(handler)
    if handler.opt.get("host_free"):
        return
    if connection.scope.get("method") not in SAFE and not same_origin(connection):
        raise Forbidden("cross-site")
    visit = visit_of(connection.scope)
    state = connection.app.state
    if token := connection.cookies.get(cookie_name(state.settings.secure)):
        visit.actor = await service.vendor_of(visit.session, token, now=state.clock.now())
    if right is not Right.ANYONE and visit.actor is None:
        raise LoginNeeded


class ConsolePages(Controller):
    """Login and the list of municipalities."""

    path = "/"
    opt = {"right": Right.VENDOR}

    @get("/logowanie", name="console:login", opt={"right": Right.ANYONE})
    async def login(self, request: HTMXRequest) -> Response[Any]:
        return self._login(request, "", Problems())

    def _login(self, request: HTMXRequest, login: str, problems: Problems) -> Response[Any]:
        return page(
            request,
            "console/login.html",
            status=422 if problems else 200,
            login=login,
            problems=problems,
            errors=problems.by_field(),
        )

    @post("/logowanie", name="console:login:send", opt={"right": Right.ANYONE}, status_code=200)
    async def sign_in(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        login = text(form, "login", 120)
        password = form.get("haslo", "")
        try:
            token = await service.sign_in(
                db_session,
                login,
                password if isinstance(password, str) else "",
                text(form, "kod", 12).replace(" ", ""),
                now=clock.now(),
            )
        except WrongLogin as refusal:
            problems = Problems()
            problems.add("login", refusal.message)
            return self._login(request, login, problems)
        response = go("/")
        response.cookies.append(self._cookie(request, token))
        return response

    def _cookie(self, request: HTMXRequest, token: str | None) -> Cookie:
        secure = request.app.state.settings.secure
        return Cookie(
            key=cookie_name(secure),
            value=token or "",
            path="/",
            httponly=True,
            secure=secure,
            samesite="strict",
            max_age=None if token else 0,
        )

    @post("/wyloguj", name="console:logout")
    async def out(
        self, request: HTMXRequest, db_session: NamedDependency[AsyncSession]
    ) -> Redirect:
        name = cookie_name(request.app.state.settings.secure)
        await service.sign_out(db_session, request.cookies.get(name, ""))
        response = go("/logowanie")
        response.cookies.append(self._cookie(request, None))
        return response

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
