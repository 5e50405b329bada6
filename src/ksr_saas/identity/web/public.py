"""The door of families, by eID, and the way out for everybody."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.background_tasks import BackgroundTask
from litestar.di import NamedDependency, Provide
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from msgspec import json
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity import sessions
from ksr_saas.identity.authorisation import Right, Role
from ksr_saas.identity.eid.metadata import sp_metadata
from ksr_saas.identity.eid.person import Vouched
from ksr_saas.identity.eid.profile import Clientele
from ksr_saas.identity.eid.provider import EidProvider, EidRefused
from ksr_saas.identity.eid.registration import EidBook
from ksr_saas.identity.eid.vault import Vault
from ksr_saas.identity.errors import EidFailed, EidUnavailable
from ksr_saas.identity.rules import browser_family
from ksr_saas.identity.service import Accounts, accept_answer, redeem
from ksr_saas.identity.web.cookies import (
    agreed_language,
    flow_cookie,
    flow_of,
    local_path,
    session_cookie,
)
from ksr_saas.identity.web.saml import checked_answer, leave_for, note_refusal, sealed_session
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.portals import cookie_name
from ksr_saas.settings import Settings


def provide_accounts(db_session: NamedDependency[AsyncSession]) -> Accounts:
    """The people of this municipality."""
    return Accounts(session=db_session)


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
        return await leave_for(
            request,
            db_session,
            clock,
            await book.settings_of(slug),
            await book.provider(slug),
            return_to=local_path(text(await request.form(), "dokad"), "/rodzina"),
        )

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
        """Check the answer and give a ticket."""
        book: EidBook = request.app.state.eid
        settings: Settings = request.app.state.settings
        slug = visit_of(request.scope).city.slug
        try:
            found, provider = await book.settings_of(slug), await book.provider(slug)
            person, opened = await checked_answer(
                request, db_session, clock, found, provider, form, by_get=by_get
            )
            account = await accounts.parent(person, secret=settings.derive("person"))
            ticket = await accept_answer(
                db_session,
                opened,
                person,
                account,
                eid_session=sealed_session(settings, person, account),
                now=clock.now(),
            )
        except (EidRefused, EidFailed) as refusal:
            await note_refusal(request, Clientele.FAMILIES, refusal)
            raise
        record(
            db_session,
            "identity.eid-accepted",
            actor_id=account.id,
            loa=person.loa,
            authority=person.authority,
            scheme=person.scheme,
        )
        return go(f"/logowanie/wejscie?bilet={ticket}")

    @get("/logowanie/wejscie", name="public:login:enter")
    async def enter(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        families = Clientele.FAMILIES
        ticket = text(request.query_params, "bilet", 100)
        try:
            account, opened = await redeem(
                db_session, families, ticket, flow_of(request, families), now=clock.now()
            )
        except EidFailed as refusal:
            await note_refusal(request, families, refusal)
            raise
        parent = Role.PARENT
        record(db_session, "identity.sign-in", actor_id=account.id, role=parent.value, eid=True)
        token = await sessions.begin(
            db_session,
            account,
            parent,
            None,
            now=clock.now(),
            replaces=request.cookies.get(cookie_name(request.app.state.settings)),
            eid_session=opened.eid_session,
            agent=browser_family(request.headers.get("user-agent", "")),
        )
        response = go(opened.return_to)
        response.cookies.extend(agreed_language(request, account))
        response.cookies.append(session_cookie(request, token))
        response.cookies.append(flow_cookie(request, families, None))
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


async def leave_node(request: HTMXRequest, account_id: UUID, role: Role, sealed: bytes) -> None:
    """Log out at the node as well, after our own answer: ours does not depend on it."""
    book: EidBook = request.app.state.eid
    clock: Clock = request.app.state.clock
    visit = visit_of(request.scope)
    opened = Vault(request.app.state.settings, "eid-session").open(sealed, f"account:{account_id}")
    name_id, session_index = json.decode(opened, type=tuple[str, str])
    slug, by_eid = visit.city.slug, role is Role.PARENT
    try:
        provider: EidProvider[Vouched]
        provider = await book.provider(slug) if by_eid else await book.staff_provider(slug)
        await book.run(provider.end, name_id, session_index, now=clock.now())
    except (EidRefused, EidUnavailable) as refusal:
        async with visit.another_session() as session, session.begin():
            reason = refusal.reason if isinstance(refusal, EidRefused) else refusal.code
            record(
                session,
                "identity.eid-logout-refused" if by_eid else "identity.sso-logout-refused",
                actor_id=account_id,
                reason=reason,
            )
