"""My own account at the console: keys, where I am signed in, staying."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.console import accounts, sessions
from ksr_saas.console.accounts import KEYS
from ksr_saas.console.errors import SignInAgain
from ksr_saas.console.sessions import Vendor
from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.errors import WrongKey
from ksr_saas.identity.rules import may_lose_key
from ksr_saas.identity.web.passkey import (
    answer_of,
    ask_new_key,
    challenge_cookie,
    key_problem,
    name_of,
    site_of,
)
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import LoginNeeded, NotFound
from ksr_saas.kernel.forms import Problems
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import came_from, form_page, go

MINE = "/konto/sesje"


def vendor_of(request: HTMXRequest) -> Vendor:
    """Who is signed in."""
    found = visit_of(request.scope).actor
    if not isinstance(found, Vendor):
        raise LoginNeeded
    return found


def fresh_vendor_of(request: HTMXRequest) -> Vendor:
    """Who signed in a short while ago. Raises SignInAgain."""
    found = vendor_of(request)
    if not found.is_fresh:
        raise SignInAgain
    return found


class VendorAccountPages(Controller):
    """For everybody who is signed in at the console."""

    path = "/konto"
    opt = {"right": Right.VENDOR}

    @get("/sesje", name="console:account")
    async def mine(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        return await self._page(request, db_session, clock, Problems())

    async def _page(
        self, request: HTMXRequest, session: AsyncSession, clock: Clock, problems: Problems
    ) -> Response[Any]:
        vendor = vendor_of(request)
        keys = await KEYS.of(session, vendor.account_id)
        return form_page(
            request,
            "console/account.html",
            problems,
            keys=keys,
            is_fresh=vendor.is_fresh,
            may_remove=vendor.is_fresh and may_lose_key(len(keys), authenticator=False),
            rows=await sessions.of_account(session, vendor.account_id, now=clock.now()),
            mine=vendor.session_id,
        )

    @post("/zostan", name="console:account:stay")
    async def stay(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """Begin the idle time anew; the script is told how many seconds there are now."""
        now = clock.now()
        ends = await sessions.stay(db_session, vendor_of(request), now=now)
        if request.headers.get("accept") == "application/json":
            return Response({"seconds": int((ends - now).total_seconds())})
        return go(came_from(request))

    @post("/sesje/{session_id:uuid}/koniec", name="console:account:end")
    async def end(
        self,
        request: HTMXRequest,
        session_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
    ) -> Redirect:
        if not await sessions.end_one(db_session, vendor_of(request).account_id, session_id):
            raise NotFound
        return go(MINE)

    @post("/sesje/koniec-innych", name="console:account:end-others")
    async def end_others(
        self, request: HTMXRequest, db_session: NamedDependency[AsyncSession]
    ) -> Redirect:
        vendor = vendor_of(request)
        await sessions.end_others(db_session, vendor.account_id, keep=vendor.session_id)
        return go(MINE)

    @post("/klucze/pytanie", name="console:keys:question", status_code=200)
    async def ask(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        vendor = fresh_vendor_of(request)
        who, name = vendor.account_id, vendor.login
        return await ask_new_key(request, db_session, KEYS, who, known_as=name, now=clock.now())

    @post("/klucze", name="console:keys:add", status_code=200)
    async def add(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        vendor = fresh_vendor_of(request)
        answer, name = await answer_of(request), await name_of(request)
        try:
            await accounts.add_key(
                db_session,
                site_of(request),
                vendor.account_id,
                answer,
                name=name,
                now=clock.now(),
            )
        except WrongKey as refusal:
            return await self._page(request, db_session, clock, key_problem(refusal))
        response = go(MINE)
        response.cookies.append(challenge_cookie(request, None))
        return response

    @post("/klucze/{key_id:uuid}/usun", name="console:keys:remove")
    async def remove(
        self,
        request: HTMXRequest,
        key_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
    ) -> Redirect:
        """Take a key away, and sign out every other browser: one of them may hold it."""
        vendor = fresh_vendor_of(request)
        await accounts.remove_key(db_session, vendor.account_id, key_id)
        await sessions.end_others(db_session, vendor.account_id, keep=vendor.session_id)
        return go(MINE)
