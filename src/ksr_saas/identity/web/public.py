"""The door of families, by eID, and the way out for everybody."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Controller, Request, get, post
from litestar.background_tasks import BackgroundTask
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from msgspec import json
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity import sessions
from ksr_saas.identity.authorisation import Right, Role
from ksr_saas.identity.eid.metadata import sp_metadata
from ksr_saas.identity.eid.provider import EidRefused
from ksr_saas.identity.eid.registration import EidBook
from ksr_saas.identity.eid.vault import Vault
from ksr_saas.identity.errors import EidFailed, EidUnavailable
from ksr_saas.identity.rules import browser_family
from ksr_saas.identity.service import Accounts, accept_answer, begin_eid, eid_request, redeem
from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.visit import Choice, visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.portals import cookie_name
from ksr_saas.settings import Settings
from ksr_saas.tenancy.gate import CSP, LANGUAGE_COOKIE, LANGUAGE_SECONDS

FLOW_SECONDS = 600


def provide_accounts(db_session: NamedDependency[AsyncSession]) -> Accounts:
    """The people of this municipality."""
    return Accounts(session=db_session)


def local_path(wanted: str, otherwise: str) -> str:
    """`wanted` if it is a path on this host, so that a link cannot lead elsewhere."""
    plain = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if plain else otherwise


def kept_cookie(settings: Settings, name: str, value: str | None, seconds: int | None) -> Cookie:
    """A cookie of ours, or with no value the one that deletes it.

    Lax throughout: none is needed when the node's answer is posted across sites, only at the GET
    that follows it (docs/adr/0004).
    """
    return Cookie(
        key=name,
        value=value or "",
        path="/",
        httponly=True,
        secure=settings.secure,
        samesite="lax",
        max_age=seconds if value else 0,
    )


def language_cookie(lang: str) -> Cookie:
    """The reader's language, as if chosen in this browser."""
    return Cookie(
        key=LANGUAGE_COOKIE, value=lang, path="/", samesite="lax", max_age=LANGUAGE_SECONDS
    )


def session_cookie(request: Request[Any, Any, Any], token: str | None) -> Cookie:
    """The session cookie, which ends with the browser."""
    settings: Settings = request.app.state.settings
    return kept_cookie(settings, cookie_name(settings), token, None)


def flow_cookie_name(settings: Settings) -> str:
    """Name of the cookie that binds a login at the node to the browser that began it."""
    return "__Host-ksr-eid" if settings.secure else "ksr-eid"


def flow_cookie(request: Request[Any, Any, Any], browser: str | None) -> Cookie:
    """The flow's own cookie, for as long as a login may take."""
    settings: Settings = request.app.state.settings
    return kept_cookie(settings, flow_cookie_name(settings), browser, FLOW_SECONDS)


def origin(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


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
        slug = visit_of(request.scope).city.slug
        found, provider = await book.settings_of(slug), await book.provider(slug)
        return_to = local_path(text(await request.form(), "dokad"), "/rodzina")
        opened, browser = await begin_eid(db_session, return_to=return_to, now=clock.now())
        form = await book.run(
            provider.begin,
            request_id=opened.request_id,
            acs_url=found.acs_url,
            return_state=opened.request_id,
            now=clock.now(),
        )
        response = page(request, "public/to_eid.html", form=form)
        # The one page from which a form may leave for this municipality's node.
        response.headers["Content-Security-Policy"] = CSP.format(forms=f" {origin(form.action)}")
        response.cookies.append(flow_cookie(request, browser))
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
        form = {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
        return await self._answered(request, db_session, accounts, clock, form, by_get=False)

    @get("/eid/acs", name="public:eid:answer-by-get", opt={"no_session": True})
    async def answer_by_get(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        accounts: NamedDependency[Accounts],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        """An artifact in the address, from a provider that is registered to send it so."""
        form = dict(request.query_params.items())
        return await self._answered(request, db_session, accounts, clock, form, by_get=True)

    async def _answered(
        self,
        request: HTMXRequest,
        db_session: AsyncSession,
        accounts: Accounts,
        clock: Clock,
        form: dict[str, str],
        *,
        by_get: bool,
    ) -> Redirect:
        """Check the answer and give a ticket.

        The open request is looked up before the node is called, so that nobody makes us call it for
        nothing, and again after it, because no transaction waits for a node.
        """
        book: EidBook = request.app.state.eid
        settings: Settings = request.app.state.settings
        visit = visit_of(request.scope)
        try:
            found = await book.settings_of(visit.city.slug)
            provider = await book.provider(visit.city.slug)
            claimed = provider.claimed(form, by_get=by_get)
            async with visit.another_session() as look, look.begin():
                await eid_request(look, claimed, now=clock.now())
            person = await book.run(
                provider.finish,
                form,
                request_id=claimed,
                acs_url=found.acs_url,
                now=clock.now(),
                by_get=by_get,
            )
            opened = await eid_request(db_session, claimed, now=clock.now())
            account = await accounts.parent(person, secret=settings.derive("person"))
            left = json.encode([person.name_id, person.session_index]).decode()
            ticket = await accept_answer(
                db_session,
                opened,
                person,
                account,
                eid_session=Vault(settings, "eid-session").seal(left, f"account:{account.id}"),
                now=clock.now(),
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
        browser = request.cookies.get(flow_cookie_name(request.app.state.settings), "")
        ticket = text(request.query_params, "bilet", 100)
        try:
            account, opened = await redeem(db_session, ticket, browser, now=clock.now())
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
            eid_session=opened.eid_session,
            agent=browser_family(request.headers.get("user-agent", "")),
        )
        response = go(opened.return_to)
        if visit_of(request.scope).choice is Choice.NEVER:
            response.cookies.append(language_cookie(account.language))
        else:
            account.language = i18n.language.get()
        response.cookies.append(session_cookie(request, token))
        response.cookies.append(flow_cookie(request, None))
        return response

    @get("/eid/metadata", name="public:eid:metadata", opt={"no_session": True})
    async def metadata(self, request: HTMXRequest) -> Response[bytes]:
        """What a node has to know of this municipality."""
        book: EidBook = request.app.state.eid
        found = await book.settings_of(visit_of(request.scope).city.slug)
        return Response(sp_metadata(found), media_type="application/samlmetadata+xml")

    @post("/wyloguj", name="public:logout")
    async def out(
        self, request: HTMXRequest, db_session: NamedDependency[AsyncSession]
    ) -> Redirect:
        token = request.cookies.get(cookie_name(request.app.state.settings))
        ended = await sessions.end(db_session, token) if token else None
        response = go("/")
        if ended is not None:
            response.background = BackgroundTask(leave_node, request, *ended)
        response.cookies.append(session_cookie(request, None))
        return response


async def leave_node(request: HTMXRequest, account_id: UUID, sealed: bytes) -> None:
    """Log out at the node as well, after our own answer: ours does not depend on it."""
    book: EidBook = request.app.state.eid
    clock: Clock = request.app.state.clock
    visit = visit_of(request.scope)
    opened = Vault(request.app.state.settings, "eid-session").open(sealed, f"account:{account_id}")
    name_id, session_index = json.decode(opened, type=tuple[str, str])
    try:
        provider = await book.provider(visit.city.slug)
        await book.run(provider.end, name_id, session_index, now=clock.now())
    except (EidRefused, EidUnavailable) as refusal:
        async with visit.another_session() as session, session.begin():
            reason = refusal.reason if isinstance(refusal, EidRefused) else refusal.code
            record(session, "identity.eid-logout-refused", actor_id=account_id, reason=reason)


async def note_refusal(request: HTMXRequest, refusal: EidRefused | EidFailed) -> None:
    """Keep the reason of a refused login in the audit record although the request is undone."""
    reason = refusal.reason if isinstance(refusal, EidRefused) else str(refusal)
    async with visit_of(request.scope).another_session() as session, session.begin():
        record(session, "identity.eid-refused", reason=reason)
