"""My own account: where I am signed in, staying, my password, my codes, showing a code again."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity import second_factor, sessions, staff
from ksr_saas.identity.authorisation import HOMES, Actor, Right, Role
from ksr_saas.identity.errors import WrongLogin
from ksr_saas.identity.models import Account
from ksr_saas.identity.web.cookies import local_path, session_cookie
from ksr_saas.identity.web.invitation import new_password_problems
from ksr_saas.identity.web.passkey import challenge_cookie
from ksr_saas.identity.web.second_step import code_page, code_problems, secrets_of
from ksr_saas.identity.web.tries import one_try
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, as_typed, text
from ksr_saas.kernel.web import came_from, form_page, go, page

MINE = "/konto/sesje"
CONFIRM, CODES = "account/confirm.html", "account/codes.html"
NOT_MINE = N_("To nie jest Twoje obecne hasło. Po pięciu nieudanych próbach odczekaj 15 minut.")


async def my_account(
    db_session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
) -> Account:
    """The person who is signed in, locked. Raises NotFound for one who comes through eID alone."""
    account = await db_session.scalar(
        select(Account)
        .where(Account.id == actor.account_id)
        .with_for_update()
        .execution_options(populate_existing=True)  # the guard has read the account before
    )
    if account is None or account.login is None:
        raise NotFound
    return account


async def confirmed(
    request: HTMXRequest, session: AsyncSession, actor: Actor, clock: Clock, to: str
) -> Redirect:
    """Go on after a factor was shown again, in a session of a new token."""
    response = go(to)
    token = await sessions.confirm(session, actor, now=clock.now())
    response.cookies.extend([session_cookie(request, token), challenge_cookie(request, None)])
    return response


async def fresh_codes(
    request: HTMXRequest, session: AsyncSession, account: Account
) -> Response[Any]:
    """New backup codes, shown once."""
    codes = await second_factor.fresh_backup_codes(session, account, secrets_of(request))
    return page(request, "public/backup_codes.html", codes=codes, to=MINE)


class MyAccount(Controller):
    """For everybody who is signed in."""

    path = "/konto"
    opt = {"right": Right.SIGNED_IN, "when_read_only": True}

    @get("/sesje", name="account:sessions")
    async def my_sessions(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        account = await db_session.get_one(Account, actor.account_id)
        found = await sessions.of_account(db_session, actor.account_id, now=clock.now())
        return page(
            request,
            "account/sessions.html",
            rows=found,
            mine=actor.session_id,
            with_password=account.login is not None,
            with_keys=actor.role is not Role.PARENT,
        )

    @post("/sesje/{session_id:uuid}/koniec", name="account:sessions:end")
    async def end(
        self,
        session_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Redirect:
        if not await sessions.end_one(db_session, actor.account_id, session_id):
            raise NotFound
        return go(MINE)

    @post("/sesje/koniec-innych", name="account:sessions:end-others")
    async def end_others(
        self, db_session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]
    ) -> Redirect:
        await sessions.end_others(db_session, actor.account_id, keep=actor.session_id)
        return go(MINE)

    @post("/zostan", name="account:stay")
    async def stay(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """Begin the idle time anew; the script is told how many seconds there are now."""
        now = clock.now()
        ends = await sessions.stay(db_session, actor, now=now)
        if request.headers.get("accept") == "application/json":
            return Response({"seconds": int((ends - now).total_seconds())})
        back = came_from(request)
        return go(back if back != "/" else HOMES[actor.role])


class MySecrets(Controller):
    """For whoever has a password: password and codes."""

    path = "/konto"
    opt = {"right": Right.OWN_LOGIN}
    dependencies = {"account": Provide(my_account)}

    @get("/haslo", name="account:password")
    async def ask_password(
        self, request: HTMXRequest, account: NamedDependency[Account]
    ) -> Response[Any]:
        return form_page(request, "account/password.html", Problems())

    @post("/haslo", name="account:password:send", status_code=200)
    async def change_password(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        problems = new_password_problems(request, account, form)
        try:
            # Counted with the tries at the door: a session left open is no place to guess.
            async with one_try(request, account.login or "", WrongLogin):
                await staff.check_password(account, as_typed(form, "haslo"))
        except WrongLogin:
            problems.add("haslo", NOT_MINE)
        if problems:
            return form_page(request, "account/password.html", problems)
        password = as_typed(form, "nowe_haslo")
        await staff.set_password(
            db_session, account, password, keep=actor.session_id, now=clock.now()
        )
        return go(MINE)

    @get("/kody", name="account:codes")
    async def ask_codes(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        return await code_page(request, db_session, CODES, account, clock, Problems())

    @post("/kody", name="account:codes:send", status_code=200)
    async def new_codes(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        if problems := await code_problems(request, db_session, account, clock):
            return await code_page(request, db_session, CODES, account, clock, problems)
        return await fresh_codes(request, db_session, account)

    @get("/potwierdzenie", name="account:confirm")
    async def ask_confirm(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        to = local_path(text(request.query_params, "dokad"), MINE)
        return await code_page(
            request, db_session, CONFIRM, account, clock, Problems(), return_to=to
        )

    @post("/potwierdzenie", name="account:confirm:send", status_code=200)
    async def confirm(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        account: NamedDependency[Account],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        to = local_path(text(await request.form(), "dokad"), MINE)
        if problems := await code_problems(request, db_session, account, clock):
            return await code_page(
                request, db_session, CONFIRM, account, clock, problems, return_to=to
            )
        return await confirmed(request, db_session, actor, clock, to)
