"""The console's door: a passkey and nothing else, the invitation to it, and the way out."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.handlers.base import BaseRouteHandler
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.console import accounts, rules, sessions
from ksr_saas.console.accounts import KEYS
from ksr_saas.console.models import VendorAccount
from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.errors import WrongKey, WrongLogin
from ksr_saas.identity.models import Purpose
from ksr_saas.identity.rules import browser_family
from ksr_saas.identity.web.passkey import (
    answer_of,
    ask_key,
    ask_new_key,
    challenge_cookie,
    ensure_may_ask,
    key_problem,
    name_of,
    site_of,
    tried,
)
from ksr_saas.identity.web.tries import one_try
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import Forbidden, LoginNeeded, NotFound
from ksr_saas.kernel.forms import Problems, as_typed, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import form_page, go
from ksr_saas.portals import SAFE, right_of, same_origin
from ksr_saas.settings import Settings


def cookie_name(secure: bool) -> str:
    """The console's own session cookie."""
    return "__Host-ksr-konsola" if secure else "ksr-konsola"


async def vendor_may_enter(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """The console's guard: the network, the form's origin, then the session."""
    if connection.scope.get("method") == "OPTIONS":
        return
    right = right_of(handler)
    if handler.opt.get("host_free"):
        return
    state = connection.app.state
    settings: Settings = state.settings
    address = connection.client.host if connection.client else ""
    if not rules.may_come_from(address, settings.console_networks):
        raise NotFound
    if connection.scope.get("method") not in SAFE and not same_origin(connection):
        raise Forbidden("cross-site")
    visit = visit_of(connection.scope)
    token = connection.cookies.get(cookie_name(settings.secure))
    if token and not handler.opt.get("no_session"):
        visit.actor = await sessions.vendor_of(visit.session, token, now=state.clock.now())
    if right is not Right.ANYONE and visit.actor is None:
        raise LoginNeeded


def session_cookie(request: Request[Any, Any, Any], token: str | None) -> Cookie:
    """The session's cookie, or the one that deletes it."""
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


async def let_in(
    request: Request[Any, Any, Any], session: AsyncSession, account: VendorAccount, clock: Clock
) -> Redirect:
    """Begin the session of somebody who has shown who they are."""
    token = await accounts.sign_in(
        session,
        account,
        replaces=request.cookies.get(cookie_name(request.app.state.settings.secure)),
        agent=browser_family(request.headers.get("user-agent", "")),
        now=clock.now(),
    )
    response = go("/")
    response.cookies.extend([session_cookie(request, token), challenge_cookie(request, None)])
    return response


def door(request: Request[Any, Any, Any], problems: Problems, *, login: str = "") -> Response[Any]:
    """The page at which the vendor's people sign in."""
    settings: Settings = request.app.state.settings
    return form_page(
        request,
        "console/login.html",
        problems,
        login=login,
        with_password=not settings.is_production,
    )


class ConsoleDoor(Controller):
    """Sign in with a passkey, and out."""

    path = "/"
    opt = {"right": Right.ANYONE}

    @get("/logowanie", name="console:login")
    async def login(self, request: HTMXRequest) -> Response[Any]:
        return door(request, Problems())

    @post("/logowanie/pytanie", name="console:login:question", status_code=200)
    async def ask(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        await ensure_may_ask(request)
        purpose = Purpose.SIGN_IN
        return await ask_key(request, db_session, KEYS, purpose, None, now=clock.now())

    # Without a session the request holds no connection while a try has to wait.
    @post("/logowanie", name="console:login:send", status_code=200, opt={"no_session": True})
    async def sign_in(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        answer = await answer_of(request)
        try:
            async with one_try(request, tried(answer), WrongKey):
                account = await accounts.by_key(
                    db_session, site_of(request), answer, now=clock.now()
                )
        except WrongKey as refusal:
            return door(request, key_problem(refusal))
        return await let_in(request, db_session, account, clock)

    @post("/wyloguj", name="console:logout", opt={"right": Right.VENDOR})
    async def out(
        self, request: HTMXRequest, db_session: NamedDependency[AsyncSession]
    ) -> Redirect:
        name = cookie_name(request.app.state.settings.secure)
        await sessions.end(db_session, request.cookies.get(name, ""))
        response = go("/logowanie")
        response.cookies.append(session_cookie(request, None))
        return response


class PasswordDoor(Controller):
    """E-mail, password and code: for the demonstration; production has no such door."""

    path = "/"
    opt = {"right": Right.ANYONE, "not_in_production": True, "no_session": True}

    @post("/logowanie/haslo", name="console:login:password", status_code=200)
    async def sign_in(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        login = text(form, "login", 120)
        try:
            async with one_try(request, login.lower(), WrongLogin):
                account = await accounts.by_password(
                    db_session,
                    login.lower(),
                    as_typed(form, "haslo"),
                    text(form, "kod", 12).replace(" ", ""),
                    now=clock.now(),
                )
        except WrongLogin as refusal:
            problems = Problems()
            problems.add("login", refusal.message)
            return door(request, problems, login=login)
        return await let_in(request, db_session, account, clock)


class VendorInvitationPages(Controller):
    """The printed link: register a passkey."""

    path = "/zaproszenie"
    opt = {"right": Right.ANYONE}

    @get("/", name="console:invitation")
    async def show(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        token = text(request.query_params, "bilet", 100)
        _, account = await accounts.invited(db_session, token, now=clock.now())
        return self._page(request, token, account.login, Problems())

    def _page(
        self, request: HTMXRequest, token: str, login: str, problems: Problems
    ) -> Response[Any]:
        return form_page(request, "console/invitation.html", problems, token=token, login=login)

    @post("/pytanie", name="console:invitation:question", status_code=200)
    async def ask(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        await ensure_may_ask(request)
        token = text(await request.form(), "bilet", 100)
        _, account = await accounts.invited(db_session, token, now=clock.now())
        who, name = account.id, account.login
        return await ask_new_key(request, db_session, KEYS, who, known_as=name, now=clock.now())

    @post("/", name="console:invitation:send", status_code=200)
    async def enrol(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        token = text(await request.form(), "bilet", 100)
        answer, name = await answer_of(request), await name_of(request)
        try:
            account = await accounts.enrol(
                db_session, site_of(request), token, answer, name=name, now=clock.now()
            )
        except WrongKey as refusal:
            _, account = await accounts.invited(db_session, token, now=clock.now())
            return self._page(request, token, account.login, key_problem(refusal))
        return await let_in(request, db_session, account, clock)
