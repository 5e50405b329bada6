"""The doors: families by eID, staff by password, and the way out."""

import asyncio
from typing import Any

from litestar import Controller, Request, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity import sessions
from ksr_saas.identity.authorisation import HOMES, Right, Role
from ksr_saas.identity.eid.message import peek
from ksr_saas.identity.eid.provider import EidRefused
from ksr_saas.identity.eid.registration import EidBook
from ksr_saas.identity.errors import EidFailed, WrongLogin
from ksr_saas.identity.service import Accounts, accept_answer, begin_eid, eid_request, redeem
from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.visit import Choice, visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.portals import cookie_name
from ksr_saas.settings import Settings
from ksr_saas.tenancy.gate import LANGUAGE_COOKIE, LANGUAGE_SECONDS

FLOW_COOKIE = "ksr_eid"
FLOW_SECONDS = 600


def provide_accounts(db_session: NamedDependency[AsyncSession]) -> Accounts:
    """The people of this municipality."""
    return Accounts(session=db_session)


def local_path(wanted: str, otherwise: str) -> str:
    """`wanted` if it is a path on this host, so that a link cannot lead elsewhere."""
    plain = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if plain else otherwise


def session_cookie(request: Request[Any, Any, Any], token: str | None) -> Cookie:
    """The session cookie, or the one that deletes it."""
    settings: Settings = request.app.state.settings
    return Cookie(
        key=cookie_name(settings),
        value=token or "",
        path="/",
        httponly=True,
        secure=settings.secure,
        samesite="lax",
        max_age=None if token else 0,
    )


def language_cookie(lang: str) -> Cookie:
    """The reader's language, as if chosen in this browser."""
    return Cookie(
        key=LANGUAGE_COOKIE, value=lang, path="/", samesite="lax", max_age=LANGUAGE_SECONDS
    )


class Door(Controller):
    """Sign in and out."""

    path = "/"
    opt = {"right": Right.ANYONE, "when_read_only": True}
    dependencies = {"accounts": Provide(provide_accounts, sync_to_thread=False)}

    @get("/logowanie", name="public:login")
    async def choose(self, request: HTMXRequest) -> Response[Any]:
        return page(
            request,
            "public/login.html",
            return_to=local_path(text(request.query_params, "dokad"), ""),
        )

    @post("/logowanie/eid", name="public:login:eid", status_code=200)
    async def begin(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        book: EidBook = request.app.state.eid
        city = visit_of(request.scope).city
        return_to = local_path(text(await request.form(), "dokad"), "/rodzina")
        opened, browser = await begin_eid(db_session, return_to=return_to, now=clock.now())
        form = await asyncio.to_thread(
            book.provider(city.slug).begin,
            request_id=opened.request_id,
            acs_url=book.registration(city.slug).acs_url,
            return_state=opened.request_id,
            now=clock.now(),
        )
        response = page(request, "public/to_eid.html", form=form)
        response.cookies.append(
            Cookie(
                key=FLOW_COOKIE,
                value=browser,
                path="/logowanie/",
                httponly=True,
                secure=request.app.state.settings.secure,
                samesite="lax",
                max_age=FLOW_SECONDS,
            )
        )
        return response

    @post(
        "/eid/acs",
        name="public:eid:answer",
        opt={"cross_site": True, "exclude_from_csrf": True, "no_session": True},
    )
    async def answer(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        accounts: NamedDependency[Accounts],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        """The node's answer, posted across sites without any cookie of ours.

        It only yields a ticket; the browser that began the login exchanges it for a session.
        """
        book: EidBook = request.app.state.eid
        settings: Settings = request.app.state.settings
        visit = visit_of(request.scope)
        form = {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
        now = clock.now()
        try:
            opened = await eid_request(db_session, peek(form.get("SAMLResponse")), now=now)
            person = await asyncio.to_thread(
                book.provider(visit.city.slug).finish,
                form,
                request_id=opened.request_id,
                acs_url=book.registration(visit.city.slug).acs_url,
                now=now,
            )
            account = await accounts.parent(person, secret=settings.derive("person"))
            ticket = await accept_answer(
                db_session, opened, person, account, valid_until=person.not_on_or_after, now=now
            )
        except (EidRefused, EidFailed) as refusal:
            await note_refusal(request, refusal)
            raise
        return go(f"/logowanie/wejscie?bilet={ticket}")

    @get("/logowanie/wejscie", name="public:login:enter")
    async def enter(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        browser = request.cookies.get(FLOW_COOKIE, "")
        ticket = text(request.query_params, "bilet", 100)
        try:
            account, return_to = await redeem(db_session, ticket, browser, now=clock.now())
        except EidFailed as refusal:
            await note_refusal(request, refusal)
            raise
        token = await sessions.begin(
            db_session,
            account,
            Role.PARENT,
            None,
            now=clock.now(),
            replaces=request.cookies.get(cookie_name(request.app.state.settings)),
        )
        response = go(return_to)
        if visit_of(request.scope).choice is Choice.NEVER:
            response.cookies.append(language_cookie(account.language))
        else:
            account.language = i18n.language.get()
        response.cookies.append(session_cookie(request, token))
        response.cookies.append(Cookie(key=FLOW_COOKIE, value="", path="/logowanie/", max_age=0))
        return response

    @get("/pracownik/logowanie", name="public:staff-login")
    async def staff(self, request: HTMXRequest) -> Response[Any]:
        return self._staff(request, "", text(request.query_params, "dokad"), Problems())

    def _staff(
        self, request: HTMXRequest, login: str, return_to: str, problems: Problems
    ) -> Response[Any]:
        return page(
            request,
            "public/staff_login.html",
            status=422 if problems else 200,
            login=login,
            return_to=local_path(return_to, ""),
            problems=problems,
            errors=problems.by_field(),
        )

    @post("/pracownik/logowanie", name="public:staff-login:send", status_code=200)
    async def staff_in(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        accounts: NamedDependency[Accounts],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        login, password = text(form, "login", 120), form.get("haslo", "")
        return_to = text(form, "dokad")
        try:
            account, grant = await accounts.staff(
                login, password if isinstance(password, str) else "", now=clock.now()
            )
        except WrongLogin as refusal:
            problems = Problems()
            problems.add("login", refusal.message)
            return self._staff(request, login, return_to, problems)
        token = await sessions.begin(
            db_session,
            account,
            grant.role,
            grant.institution_id,
            now=clock.now(),
            replaces=request.cookies.get(cookie_name(request.app.state.settings)),
        )
        home = HOMES[grant.role]
        response = go(return_to if return_to.startswith(home) else home)
        response.cookies.append(session_cookie(request, token))
        return response

    @post("/wyloguj", name="public:logout")
    async def out(
        self, request: HTMXRequest, db_session: NamedDependency[AsyncSession]
    ) -> Redirect:
        if token := request.cookies.get(cookie_name(request.app.state.settings)):
            await sessions.end(db_session, token)
        response = go("/")
        response.cookies.append(session_cookie(request, None))
        return response


async def note_refusal(request: HTMXRequest, refusal: EidRefused | EidFailed) -> None:
    """Keep the reason of a refused login in the audit record although the request is undone."""
    reason = refusal.reason if isinstance(refusal, EidRefused) else str(refusal)
    async with visit_of(request.scope).another_session() as session, session.begin():
        record(session, "identity.eid-refused", reason=reason)
