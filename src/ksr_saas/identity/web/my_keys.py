"""My own passkeys: adding and removing them, and showing one again instead of a code."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity import second_factor, sessions
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.identity.errors import FreshFactorNeeded, WrongKey
from ksr_saas.identity.models import Account, Purpose
from ksr_saas.identity.passkeys import STAFF
from ksr_saas.identity.rules import may_lose_key
from ksr_saas.identity.web.account import (
    CODES,
    CONFIRM,
    MINE,
    confirmed,
    fresh_codes,
    my_account,
)
from ksr_saas.identity.web.cookies import local_path
from ksr_saas.identity.web.passkey import (
    answer_of,
    ask_key,
    ask_new_key,
    challenge_cookie,
    key_problem,
    name_of,
    site_of,
)
from ksr_saas.identity.web.second_step import code_page
from ksr_saas.identity.web.staff_keys import key_problems
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.web import form_page, go

KEYS = "/konto/klucze"


def ensure_fresh(actor: Actor, clock: Clock) -> None:
    """Raise FreshFactorNeeded unless a factor was shown a short while ago."""
    if not actor.is_fresh(clock.now()):
        raise FreshFactorNeeded


class MyKeys(Controller):
    """For staff: passkeys."""

    path = "/konto"
    opt = {"right": Right.OWN_SECRETS}
    dependencies = {"account": Provide(my_account)}

    @post("/potwierdzenie/pytanie", name="account:confirm:question", status_code=200)
    async def ask_mine(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        purpose, who = Purpose.CONFIRM, account.id
        return await ask_key(request, db_session, STAFF, purpose, who, now=clock.now())

    @post("/potwierdzenie/klucz", name="account:confirm:key", status_code=200)
    async def confirm_by_key(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        to = local_path(text(await request.form(), "dokad"), MINE)
        if problems := await key_problems(request, db_session, account, Purpose.CONFIRM, clock):
            return await code_page(
                request, db_session, CONFIRM, account, clock, problems, return_to=to
            )
        return await confirmed(request, db_session, actor, clock, to)

    @post("/kody/klucz", name="account:codes:key", status_code=200)
    async def new_codes_by_key(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        if problems := await key_problems(request, db_session, account, Purpose.CONFIRM, clock):
            return await code_page(request, db_session, CODES, account, clock, problems)
        return await fresh_codes(request, db_session, account)

    @get("/klucze", name="account:keys")
    async def keys(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        fresh = actor.is_fresh(clock.now())
        return await self._keys(request, db_session, account, Problems(), is_fresh=fresh)

    async def _keys(
        self,
        request: HTMXRequest,
        session: AsyncSession,
        account: Account,
        problems: Problems,
        *,
        is_fresh: bool,
    ) -> Response[Any]:
        found = await STAFF.of(session, account.id)
        authenticator = account.totp is not None
        return form_page(
            request,
            "account/keys.html",
            problems,
            keys=found,
            is_fresh=is_fresh,
            may_remove=is_fresh and may_lose_key(len(found), authenticator=authenticator),
        )

    @post("/klucze/pytanie", name="account:keys:question", status_code=200)
    async def ask_another(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        ensure_fresh(actor, clock)
        return await ask_new_key(
            request, db_session, STAFF, account.id, known_as=account.name, now=clock.now()
        )

    @post("/klucze", name="account:keys:add", status_code=200)
    async def add_key(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        ensure_fresh(actor, clock)
        answer, name = await answer_of(request), await name_of(request)
        try:
            await second_factor.add_key(
                db_session, account, site_of(request), answer, name=name, now=clock.now()
            )
        except WrongKey as refusal:
            return await self._keys(
                request, db_session, account, key_problem(refusal), is_fresh=True
            )
        response = go(KEYS)
        response.cookies.append(challenge_cookie(request, None))
        return response

    @post("/klucze/{key_id:uuid}/usun", name="account:keys:remove")
    async def remove_key(
        self,
        key_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        """Take a key away, and sign out every other browser: one of them may hold it."""
        ensure_fresh(actor, clock)
        await second_factor.remove_key(db_session, account, key_id)
        await sessions.end_others(db_session, account.id, keep=actor.session_id)
        return go(KEYS)
