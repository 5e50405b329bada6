"""My own account: where I am signed in, staying, my password, my codes, showing a code again."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity import passwords, second_factor, sessions, staff
from ksr_saas.identity.authorisation import HOMES, Actor, Right, Role
from ksr_saas.identity.errors import WrongCode
from ksr_saas.identity.models import Account, AccountKind
from ksr_saas.identity.web.public import local_path, session_cookie
from ksr_saas.identity.web.staff import (
    demo_code,
    new_password_problems,
    secrets_of,
    typed_password,
)
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_, Forbidden
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.web import came_from, go, page

MINE = "/konto/sesje"


async def my_account(session: AsyncSession, actor: Actor) -> Account:
    """The member of staff who is signed in, locked. Raises Forbidden for a parent."""
    account: Account | None = await session.scalar(
        select(Account)
        .where(Account.id == actor.account_id, Account.kind == AccountKind.STAFF)
        .with_for_update()
    )
    if account is None:
        raise Forbidden
    return account


async def check_code(
    request: HTMXRequest, session: AsyncSession, account: Account, clock: Clock
) -> Problems:
    """Take the code of the form; the problem with it, or none."""
    problems = Problems()
    typed = text(await request.form(), "kod", 30)
    try:
        await second_factor.check(session, account, secrets_of(request), typed, now=clock.now())
    except WrongCode as refusal:
        problems.add("kod", refusal.message)
    return problems


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
        found = await sessions.of_account(db_session, actor.account_id, now=clock.now())
        return page(
            request,
            "account/sessions.html",
            rows=found,
            mine=actor.session_id,
            with_password=actor.role is not Role.PARENT,
        )

    @post("/sesje/{session_id:uuid}/koniec", name="account:sessions:end")
    async def end(
        self,
        session_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Redirect:
        await sessions.end_one(db_session, actor.account_id, session_id)
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
    """For staff: password and codes."""

    path = "/konto"
    opt = {"right": Right.SIGNED_IN}

    @get("/haslo", name="account:password")
    async def ask_password(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        await my_account(db_session, actor)
        return self._password(request, Problems())

    def _password(self, request: HTMXRequest, problems: Problems) -> Response[Any]:
        return page(
            request,
            "account/password.html",
            status=422 if problems else 200,
            problems=problems,
            errors=problems.by_field(),
        )

    @post("/haslo", name="account:password:send", status_code=200)
    async def change_password(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        account = await my_account(db_session, actor)
        form = await request.form()
        problems = new_password_problems(request, account, form)
        if not await passwords.fits(account.password_hash, typed_password(form, "haslo")):
            problems.add("haslo", N_("To nie jest Twoje obecne hasło."))
        if problems:
            return self._password(request, problems)
        await staff.set_password(
            db_session, account, typed_password(form, "nowe_haslo"), keep=actor.session_id
        )
        return go(MINE)

    @get("/kody", name="account:codes")
    async def ask_codes(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        account = await my_account(db_session, actor)
        return self._ask_code(request, "account/codes.html", account, clock, Problems())

    def _ask_code(
        self,
        request: HTMXRequest,
        template: str,
        account: Account,
        clock: Clock,
        problems: Problems,
        return_to: str = "",
    ) -> Response[Any]:
        return page(
            request,
            template,
            status=422 if problems else 200,
            demo_code=demo_code(request, account, clock),
            return_to=return_to,
            problems=problems,
            errors=problems.by_field(),
        )

    @post("/kody", name="account:codes:send", status_code=200)
    async def new_codes(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        account = await my_account(db_session, actor)
        if problems := await check_code(request, db_session, account, clock):
            return self._ask_code(request, "account/codes.html", account, clock, problems)
        codes = await second_factor.fresh_backup_codes(db_session, account, secrets_of(request))
        return page(request, "public/backup_codes.html", codes=codes, to=MINE)

    @get("/potwierdzenie", name="account:confirm")
    async def ask_confirm(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        account = await my_account(db_session, actor)
        to = local_path(text(request.query_params, "dokad"), MINE)
        return self._ask_code(request, "account/confirm.html", account, clock, Problems(), to)

    @post("/potwierdzenie", name="account:confirm:send", status_code=200)
    async def confirm(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        account = await my_account(db_session, actor)
        to = local_path(text(await request.form(), "dokad"), MINE)
        if problems := await check_code(request, db_session, account, clock):
            return self._ask_code(request, "account/confirm.html", account, clock, problems, to)
        token = await sessions.confirm(db_session, actor, now=clock.now())
        response = go(to)
        response.cookies.append(session_cookie(request, token))
        return response
