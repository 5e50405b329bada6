"""The cookies of signing in, and the one address a login may lead back to."""

from typing import Any

from litestar import Request
from litestar.datastructures import Cookie

from ksr_saas.identity.eid.profile import Clientele
from ksr_saas.identity.models import Account
from ksr_saas.kernel import i18n
from ksr_saas.kernel.visit import Choice, visit_of
from ksr_saas.portals import cookie_name
from ksr_saas.settings import Settings
from ksr_saas.tenancy.gate import LANGUAGE_COOKIE, LANGUAGE_SECONDS

FLOW_SECONDS = 600
FLOW_NAMES = {Clientele.FAMILIES: "ksr-eid", Clientele.STAFF: "ksr-sso"}


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


def agreed_language(request: Request[Any, Any, Any], account: Account) -> list[Cookie]:
    """Go on in the parent's language, or keep the one they chose in this browser."""
    if visit_of(request.scope).choice is Choice.NEVER:
        return [language_cookie(account.language)]
    account.language = i18n.language.get()
    return []


def session_cookie(request: Request[Any, Any, Any], token: str | None) -> Cookie:
    """The session cookie, which ends with the browser."""
    settings: Settings = request.app.state.settings
    return kept_cookie(settings, cookie_name(settings), token, None)


def flow_cookie_name(settings: Settings, clientele: Clientele) -> str:
    """Name of the cookie that binds a login elsewhere to the browser that began it."""
    name = FLOW_NAMES[clientele]
    return f"__Host-{name}" if settings.secure else name


def flow_of(request: Request[Any, Any, Any], clientele: Clientele) -> str:
    """The secret of the login that this browser has begun; empty when it has not."""
    return request.cookies.get(flow_cookie_name(request.app.state.settings, clientele), "")


def flow_cookie(
    request: Request[Any, Any, Any], clientele: Clientele, browser: str | None
) -> Cookie:
    """The flow's own cookie, for as long as a login may take."""
    settings: Settings = request.app.state.settings
    return kept_cookie(settings, flow_cookie_name(settings, clientele), browser, FLOW_SECONDS)
