"""The second step of a login by password: a code or a passkey; the first time, setting one up.

It is the same for staff and for parents without an eID, whose doors are `staff.py` and `local.py`.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity import second_factor, sessions, staff, totp
from ksr_saas.identity.authorisation import HOMES, PORTALS, Right, Role
from ksr_saas.identity.eid.profile import Clientele, StaffTerms
from ksr_saas.identity.eid.registration import EidBook
from ksr_saas.identity.errors import (
    EidFailed,
    SsoFailed,
    SsoUnavailable,
    WrongCode,
    WrongLogin,
)
from ksr_saas.identity.models import Account, AccountKind, PendingLogin
from ksr_saas.identity.passkeys import STAFF
from ksr_saas.identity.rules import browser_family
from ksr_saas.identity.second_factor import Secrets
from ksr_saas.identity.web.cookies import agreed_language, session_cookie
from ksr_saas.identity.web.passkey import challenge_cookie, site_of
from ksr_saas.identity.web.saml import note_refusal
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import form_page, go, page
from ksr_saas.portals import Portal, cookie_name
from ksr_saas.settings import Settings

DOOR = "/pracownik/logowanie"
CODE = "public/staff_code.html"
STALE = f"{DOOR}?za-pozno=tak"
LOCAL_DOOR = "/logowanie/konto"
DOORS = {AccountKind.STAFF: DOOR, AccountKind.PARENT: LOCAL_DOOR}


def secrets_of(request: Request[Any, Any, Any]) -> Secrets:
    """The keys to the factors of the municipality asked for."""
    return Secrets.of(request.app.state.settings, visit_of(request.scope).role)


async def terms_of(request: Request[Any, Any, Any]) -> StaffTerms | None:
    """What is agreed with the city's own provider; None where staff do not sign in at one."""
    book: EidBook = request.app.state.eid
    return await book.staff_terms(visit_of(request.scope).city.slug)


def ensure_local(request: Request[Any, Any, Any]) -> None:
    """Raise NotFound where institutions open no accounts for parents."""
    if not visit_of(request.scope).city.local_accounts:
        raise NotFound


def kind_at(request: Request[Any, Any, Any]) -> AccountKind:
    """Whose door this is. Raises NotFound where there is no such door."""
    if not request.url.path.startswith(LOCAL_DOOR):
        return AccountKind.STAFF
    ensure_local(request)
    return AccountKind.PARENT


def stale(request: Request[Any, Any, Any]) -> Redirect:
    """Back to the first step of this door."""
    return go(f"{DOORS[kind_at(request)]}?za-pozno=tak")


def step_name(settings: Settings) -> str:
    """The cookie of a login whose second step is missing."""
    return "__Host-ksr-krok" if settings.secure else "ksr-krok"


def step_cookie(request: Request[Any, Any, Any], token: str | None) -> Cookie:
    """The cookie of the second step, or the one that deletes it."""
    settings: Settings = request.app.state.settings
    lasts = int(second_factor.PENDING.total_seconds())
    return Cookie(
        key=step_name(settings),
        value=token or "",
        path="/",
        httponly=True,
        secure=settings.secure,
        samesite="lax",
        max_age=lasts if token else 0,
    )


def demo_code(request: Request[Any, Any, Any], account: Account, clock: Clock) -> str:
    """The code a stranger may type in the demonstration; empty anywhere else, always."""
    settings: Settings = request.app.state.settings
    if settings.is_production or settings.environment != "demo" or account.totp is None:
        return ""
    secret = totp.secret_of(account.id, account.totp)
    return totp.next_code(secret, account.totp_last_step, clock.now())


async def code_page(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    template: str,
    account: Account,
    clock: Clock,
    problems: Problems,
    **context: Any,
) -> Response[Any]:
    """A page that asks for a code of this account, or for a passkey it has at this host."""
    keys, here = await STAFF.of(session, account.id), site_of(request).host
    return form_page(
        request,
        template,
        problems,
        demo_code=demo_code(request, account, clock),
        with_key=any(one.host == here for one in keys),
        with_authenticator=account.totp is not None,
        door=DOORS[account.kind],
        **context,
    )


async def code_problems(
    request: Request[Any, Any, Any], session: AsyncSession, account: Account, clock: Clock
) -> Problems:
    """Take the code of the form; the problem with it, or none. A wrong try must be committed."""
    problems = Problems()
    typed = text(await request.form(), "kod", 30)
    try:
        await second_factor.check(session, account, secrets_of(request), typed, now=clock.now())
    except WrongCode as refusal:
        problems.add("kod", refusal.message)
    return problems


class Waiting(msgspec.Struct, frozen=True):
    """The login whose second step this browser is at, its account, whether that has a factor."""

    login: PendingLogin
    account: Account
    enrolled: bool


async def provide_waiting(
    request: Request[Any, Any, Any],
    db_session: NamedDependency[AsyncSession],
    clock: NamedDependency[Clock],
) -> Waiting | None:
    """What this browser's cookie stands for; None when it is too late, or at another door."""
    kind = kind_at(request)
    token = request.cookies.get(step_name(request.app.state.settings), "")
    found = await second_factor.pending(db_session, token, now=clock.now())
    if found is None or found[1].kind is not kind:
        return None
    return Waiting(*found, enrolled=await second_factor.is_enrolled(db_session, found[1]))


class Entry(msgspec.Struct, frozen=True):
    """A person whose first step is complete.

    With `sso` the city's provider has vouched for them, and names the login `eid_session`;
    `confirmed_at` is when a factor was shown, unless that is now.
    """

    account: Account
    return_to: str
    sso: bool = False
    eid_session: bytes | None = None
    confirmed_at: datetime | None = None


async def open_second_step(
    request: Request[Any, Any, Any], session: AsyncSession, entry: Entry, clock: Clock
) -> Redirect:
    """After the first step: to the code, or to enrolling."""
    token = await second_factor.begin(
        session,
        entry.account,
        return_to=entry.return_to,
        now=clock.now(),
        sso=entry.sso,
        eid_session=entry.eid_session,
    )
    enrolled = await second_factor.is_enrolled(session, entry.account)
    response = go(f"{DOORS[entry.account.kind]}/{'kod' if enrolled else 'aplikacja'}")
    response.cookies.append(step_cookie(request, token))
    return response


async def role_of(session: AsyncSession, account: Account) -> tuple[Role, UUID | None]:
    """The role, and the institution, in which the account begins. Raises WrongLogin without one."""
    if account.kind is AccountKind.PARENT:
        return Role.PARENT, None
    grant = await staff.grant_of(session, account.id)
    if grant is None:
        raise WrongLogin
    return grant.role, grant.institution_id


async def let_in(
    request: Request[Any, Any, Any], session: AsyncSession, entry: Entry, clock: Clock
) -> tuple[str, list[Cookie]]:
    """Begin the session of a complete login: where to go, and the cookies to set.

    Raises what `staff.check_dates` does: a link or a long second step may come after the last day.
    """
    account, wanted = entry.account, entry.return_to
    role, at = await role_of(session, account)
    staff.check_dates(account, clock.today())
    token = await sessions.begin(
        session,
        account,
        role,
        at,
        now=clock.now(),
        replaces=request.cookies.get(cookie_name(request.app.state.settings)),
        eid_session=entry.eid_session,
        agent=browser_family(request.headers.get("user-agent", "")),
        confirmed_at=entry.confirmed_at,
    )
    record(session, "identity.sign-in", actor_id=account.id, role=role.value, sso=entry.sso)
    home = HOMES[role]
    portal = Portal[PORTALS[role].upper()]
    to = wanted if wanted.startswith((portal, "/konto/", "/pracownicy")) else home
    cookies = [step_cookie(request, None), challenge_cookie(request, None)]
    if role is Role.PARENT:
        cookies += agreed_language(request, account)
    return to, [session_cookie(request, token), *cookies]


async def still_by_sso(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    account: Account,
    terms: StaffTerms | None,
    clock: Clock,
) -> None:
    """Raise SsoUnavailable or SsoFailed when the city's provider may not vouch any more."""
    if terms is None:
        raise SsoUnavailable
    try:
        await staff.check_sso(session, account, terms, today=clock.today())
    except EidFailed as refusal:
        await note_refusal(request, Clientele.STAFF, refusal)
        raise SsoFailed from None


async def complete(
    request: Request[Any, Any, Any], session: AsyncSession, waiting: Waiting, clock: Clock
) -> tuple[str, list[Cookie]]:
    """Let in after the second step, which cannot be taken again.

    Raises what the first step would when the municipality's custom has changed since then.
    """
    login = waiting.login
    if waiting.account.kind is AccountKind.STAFF:
        terms = await terms_of(request)
        if login.sso:
            await still_by_sso(request, session, waiting.account, terms, clock)
        else:
            staff.check_here(waiting.account, terms)
    entry = Entry(waiting.account, login.return_to, sso=login.sso, eid_session=login.eid_session)
    found = await let_in(request, session, entry, clock)
    await second_factor.finish(session, login)
    return found


def entered(to: str, cookies: list[Cookie]) -> Redirect:
    """To the first page of a session."""
    response = go(to)
    response.cookies.extend(cookies)
    return response


def offer_page(
    request: Request[Any, Any, Any], waiting: Waiting, offered: str, problems: Problems
) -> Response[Any]:
    """The page on which a first factor is set up: an authenticator, or a passkey."""
    account = waiting.account
    secret = totp.secret_of(account.id, offered)
    issuer = visit_of(request.scope).city.name
    return form_page(
        request,
        "public/staff_enrol.html",
        problems,
        door=DOORS[account.kind],
        with_keys=account.kind is AccountKind.STAFF,
        secret=totp.in_groups(secret),
        picture=totp.picture(secret, login=account.login or "", issuer=issuer),
    )


async def enrolled_page(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    waiting: Waiting,
    clock: Clock,
    codes: list[str],
) -> Response[Any]:
    """The backup codes, shown once, in the session that begins with them."""
    to, cookies = await complete(request, session, waiting, clock)
    response = page(request, "public/backup_codes.html", codes=codes, to=to)
    response.cookies.extend(cookies)
    return response


class SecondStep(Controller):
    """The code or the passkey, or enrolling; a login goes on at the door where it began."""

    path = "/"
    opt = {"right": Right.ANYONE, "when_read_only": True}
    dependencies = {"waiting": Provide(provide_waiting)}

    @get([f"{DOOR}/kod", f"{LOCAL_DOOR}/kod"], name="public:staff-code")
    async def ask_code(
        self,
        request: HTMXRequest,
        waiting: NamedDependency[Waiting | None],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        if waiting is None:
            return stale(request)
        if not waiting.enrolled:
            return go(f"{DOORS[waiting.account.kind]}/aplikacja")
        return await code_page(request, db_session, CODE, waiting.account, clock, Problems())

    @post([f"{DOOR}/kod", f"{LOCAL_DOOR}/kod"], name="public:staff-code:send", status_code=200)
    async def take_code(
        self,
        request: HTMXRequest,
        waiting: NamedDependency[Waiting | None],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        if waiting is None:
            return stale(request)
        account = waiting.account
        if problems := await code_problems(request, db_session, account, clock):
            return await code_page(request, db_session, CODE, account, clock, problems)
        return entered(*await complete(request, db_session, waiting, clock))

    @get([f"{DOOR}/aplikacja", f"{LOCAL_DOOR}/aplikacja"], name="public:staff-enrol")
    async def offer(
        self, request: HTMXRequest, waiting: NamedDependency[Waiting | None]
    ) -> Response[Any]:
        if waiting is None:
            return stale(request)
        if waiting.enrolled or waiting.login.offered is None:
            return go(f"{DOORS[waiting.account.kind]}/kod")
        return offer_page(request, waiting, waiting.login.offered, Problems())

    @post(
        [f"{DOOR}/aplikacja", f"{LOCAL_DOOR}/aplikacja"],
        name="public:staff-enrol:send",
        status_code=200,
    )
    async def enrol(
        self,
        request: HTMXRequest,
        waiting: NamedDependency[Waiting | None],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        if waiting is None or waiting.login.offered is None:
            return stale(request)
        if waiting.enrolled:
            return go(f"{DOORS[waiting.account.kind]}/kod")
        typed = text(await request.form(), "kod", 30)
        try:
            codes = await second_factor.enrol(
                db_session,
                waiting.account,
                waiting.login,
                secrets_of(request),
                typed,
                now=clock.now(),
            )
        except WrongCode as refusal:
            problems = Problems()
            problems.add("kod", refusal.message)
            return offer_page(request, waiting, waiting.login.offered, problems)
        return await enrolled_page(request, db_session, waiting, clock, codes)
