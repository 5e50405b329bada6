"""The door of staff for passkeys: instead of the password, after it, or as the first factor."""

from typing import Any

from litestar import Controller, Request, post
from litestar.di import NamedDependency, Provide
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity import second_factor, staff
from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.errors import AccountExpired, AccountUnused, SsoOnly, WrongKey
from ksr_saas.identity.models import Account, Purpose
from ksr_saas.identity.passkeys import STAFF
from ksr_saas.identity.web.cookies import local_path
from ksr_saas.identity.web.passkey import (
    answer_of,
    ask_key,
    ask_new_key,
    ensure_may_ask,
    key_problem,
    name_of,
    site_of,
    tried,
)
from ksr_saas.identity.web.second_step import (
    CODE,
    DOOR,
    STALE,
    Entry,
    Waiting,
    code_page,
    complete,
    enrolled_page,
    entered,
    let_in,
    offer_page,
    provide_waiting,
    secrets_of,
    terms_of,
)
from ksr_saas.identity.web.staff import door_page
from ksr_saas.identity.web.tries import one_try
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.web import go


async def provide_asked(waiting: NamedDependency[Waiting | None]) -> Waiting:
    """Like `waiting`, for the page's script. Raises WrongKey when it is too late."""
    if waiting is None:
        raise WrongKey
    return waiting


async def key_problems(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    account: Account,
    purpose: Purpose,
    clock: Clock,
) -> Problems:
    """Take the passkey of the form; the problem with it, or none. A wrong try must be committed."""
    answer, site = await answer_of(request), site_of(request)
    try:
        await second_factor.check_key(session, account, site, purpose, answer, now=clock.now())
    except WrongKey as refusal:
        return key_problem(refusal)
    return Problems()


class StaffKeys(Controller):
    """What the script of passkeys asks for at the door, and what it brings back."""

    path = DOOR
    opt = {"right": Right.ANYONE, "when_read_only": True}
    dependencies = {"waiting": Provide(provide_waiting), "asked": Provide(provide_asked)}

    @post("/pytanie", name="public:staff-login:question", status_code=200)
    async def ask_first(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        await ensure_may_ask(request)
        purpose = Purpose.SIGN_IN
        return await ask_key(request, db_session, STAFF, purpose, None, now=clock.now())

    # Without a session the request holds no connection while a try has to wait.
    @post("/klucz", name="public:staff-login:key", status_code=200, opt={"no_session": True})
    async def take_first(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """A passkey alone: something one has, unlocked by something one knows or is."""
        answer, to = await answer_of(request), text(await request.form(), "dokad")
        try:
            async with one_try(request, tried(answer), WrongKey):
                account = await staff.by_key(
                    db_session,
                    site_of(request),
                    answer,
                    terms=await terms_of(request),
                    now=clock.now(),
                    today=clock.today(),
                )
        except (WrongKey, AccountExpired, AccountUnused, SsoOnly) as refusal:
            return await door_page(request, "", to, key_problem(refusal))
        entry = Entry(account, local_path(to, ""))
        return entered(*await let_in(request, db_session, entry, clock))

    @post("/kod/pytanie", name="public:staff-code:question", status_code=200)
    async def ask_second(
        self,
        request: HTMXRequest,
        asked: NamedDependency[Waiting],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        purpose, who = Purpose.SECOND_STEP, asked.account.id
        return await ask_key(request, db_session, STAFF, purpose, who, now=clock.now())

    @post("/kod/klucz", name="public:staff-code:key", status_code=200)
    async def take_second(
        self,
        request: HTMXRequest,
        waiting: NamedDependency[Waiting | None],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        if waiting is None:
            return go(STALE)
        account, purpose = waiting.account, Purpose.SECOND_STEP
        if problems := await key_problems(request, db_session, account, purpose, clock):
            return await code_page(request, db_session, CODE, account, clock, problems)
        return entered(*await complete(request, db_session, waiting, clock))

    @post("/aplikacja/pytanie", name="public:staff-enrol:question", status_code=200)
    async def offer_key(
        self,
        request: HTMXRequest,
        asked: NamedDependency[Waiting],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        if asked.enrolled:
            raise WrongKey
        who = asked.account
        return await ask_new_key(
            request, db_session, STAFF, who.id, known_as=who.name, now=clock.now()
        )

    @post("/aplikacja/klucz", name="public:staff-enrol:key", status_code=200)
    async def enrol_key(
        self,
        request: HTMXRequest,
        waiting: NamedDependency[Waiting | None],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        if waiting is None or waiting.login.offered is None:
            return go(STALE)
        if waiting.enrolled:
            return go(f"{DOOR}/kod")
        answer, name = await answer_of(request), await name_of(request)
        known, site = secrets_of(request), site_of(request)
        try:
            codes = await second_factor.enrol_key(
                db_session, waiting.account, known, site, answer, name=name, now=clock.now()
            )
        except WrongKey as refusal:
            return offer_page(request, waiting, waiting.login.offered, key_problem(refusal))
        return await enrolled_page(request, db_session, waiting, clock, codes)
