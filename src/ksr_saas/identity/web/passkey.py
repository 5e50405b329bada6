"""What pages with a passkey share: their site, the challenge's cookie, the browser's answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request
from litestar.datastructures import Cookie
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.ceremony import Site, claimed
from ksr_saas.identity.errors import WrongKey
from ksr_saas.identity.models import Purpose
from ksr_saas.identity.passkeys import LASTS, Answer, Asked, Keys
from ksr_saas.identity.rules import browser_family
from ksr_saas.identity.throttle import Throttle
from ksr_saas.kernel.errors import KsrError, NotFound
from ksr_saas.kernel.forms import Problems, as_typed, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.settings import Settings
from ksr_saas.tenancy.gate import host_of

FIELD = "odpowiedz"
LONGEST_NAME = 60


def site_of(request: Request[Any, Any, Any]) -> Site:
    """The site of this request: the host that the gate has let in."""
    host = host_of(request.scope)
    if host is None:
        raise NotFound
    return Site.of(request.app.state.settings, host, visit_of(request.scope).city.name)


def challenge_name(settings: Settings) -> str:
    """The cookie that binds a challenge to the browser."""
    return "__Host-ksr-klucz" if settings.secure else "ksr-klucz"


def challenge_cookie(request: Request[Any, Any, Any], token: str | None) -> Cookie:
    """The challenge's cookie, or the one that deletes it."""
    settings: Settings = request.app.state.settings
    return Cookie(
        key=challenge_name(settings),
        value=token or "",
        path="/",
        httponly=True,
        secure=settings.secure,
        samesite="strict",
        max_age=int(LASTS.total_seconds()) if token else 0,
    )


def question(request: Request[Any, Any, Any], asked: Asked) -> Response[Any]:
    """The options for the script, and the cookie."""
    response: Response[Any] = Response(asked.options, media_type="application/json")
    response.cookies.append(challenge_cookie(request, asked.token))
    return response


async def ensure_may_ask(request: Request[Any, Any, Any]) -> None:
    """Count a question of somebody not signed in. Raises WrongKey when there are too many."""
    throttle: Throttle = request.app.state.throttle
    if not await throttle.may_ask(request.client.host if request.client else ""):
        raise WrongKey


async def answer_of(request: Request[Any, Any, Any]) -> Answer:
    """What the browser sent back in a form."""
    token = request.cookies.get(challenge_name(request.app.state.settings), "")
    return Answer(token, as_typed(await request.form(), FIELD))


def tried(answer: Answer) -> str:
    """Under which name tries with this key are counted; what cannot be read shares one."""
    try:
        return f"key:{claimed(answer.sent)[0].hex()}"
    except WrongKey:
        return "key:"


async def name_of(request: Request[Any, Any, Any]) -> str:
    """What the person calls a new key; without a name, the browser it was made in."""
    typed = text(await request.form(), "nazwa", LONGEST_NAME)
    return typed or browser_family(request.headers.get("user-agent", ""))


async def ask_new_key(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    keys: Keys,
    account_id: UUID,
    *,
    known_as: str,
    now: datetime,
) -> Response[Any]:
    """Ask the browser to make a passkey for this account."""
    asked = await keys.ask_new(session, site_of(request), account_id, known_as=known_as, now=now)
    return question(request, asked)


async def ask_key(
    request: Request[Any, Any, Any],
    session: AsyncSession,
    keys: Keys,
    purpose: Purpose,
    account_id: UUID | None,
    *,
    now: datetime,
) -> Response[Any]:
    """Ask the browser to show a passkey of this account, or with None any that it has."""
    asked = await keys.ask(session, site_of(request), purpose, account_id, now=now)
    return question(request, asked)


def key_problem(refusal: KsrError) -> Problems:
    """What is wrong, beside the form that takes the passkey."""
    problems = Problems()
    problems.add("klucz", refusal.message)
    return problems
