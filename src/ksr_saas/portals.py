"""The doors of the house: guards, dependencies, and the plugin by which a slice hangs its pages."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, ClassVar
from urllib.parse import urlsplit

from litestar import Controller, Request, Router
from litestar.config.app import AppConfig
from litestar.connection import ASGIConnection
from litestar.handlers.base import BaseRouteHandler
from litestar.plugins import InitPlugin
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.documents.kinds import DocumentKind
from ksr_saas.identity import sessions
from ksr_saas.identity.authorisation import Actor, Right, Role
from ksr_saas.identity.service import keep_language
from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import Forbidden, LoginNeeded, ReadOnly
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.keys import Keystore
from ksr_saas.kernel.visit import Choice, Visit, request_transaction, visit_of
from ksr_saas.notifications.kinds import MessageKind
from ksr_saas.settings import Settings

CSRF_FIELD = "_csrf_token"
NEVER_GIVEN_BACK = (CSRF_FIELD, "haslo", "nowe_haslo", "powtorz")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Portal(StrEnum):
    """Who comes in; the value is the first part of the address."""

    PUBLIC = "/"
    FAMILY = "/rodzina"
    INSTITUTION = "/placowka"
    OFFICE = "/organ"


def cookie_name(settings: Settings) -> str:
    """The session cookie; over TLS it is bound to the exact host by its prefix."""
    return "__Host-ksr" if settings.secure else "ksr"


class UndeclaredRight(RuntimeError):
    """A route does not say who may use it: the application must not start."""


def right_of(handler: BaseRouteHandler) -> Right:
    """The right a route declares in `opt["right"]`."""
    found = handler.opt.get("right")
    if not isinstance(found, Right):
        raise UndeclaredRight(f"{handler} declares no right")
    return found


def same_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether the browser says that the form was on our own page (or says nothing)."""
    site = connection.headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    origin = connection.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == connection.headers.get("host", "").lower()


def typed_in(fields: Iterable[tuple[str, Any]]) -> tuple[tuple[str, str], ...]:
    """The text fields of a form, in order; files, passwords and the token are left out."""
    return tuple(
        (name, value)
        for name, value in fields
        if isinstance(value, str) and name not in NEVER_GIVEN_BACK
    )


async def may_enter(
    connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
) -> None:
    """The one guard: origin, state of the municipality, session, right; in this order."""
    if connection.scope.get("method") == "OPTIONS":
        return
    right = right_of(handler)
    if handler.opt.get("host_free"):
        return
    visit = visit_of(connection.scope)
    unsafe = connection.scope.get("method") not in SAFE
    if unsafe and not handler.opt.get("cross_site") and not same_origin(connection):
        raise Forbidden("cross-site")
    if unsafe and right is not Right.ANYONE and isinstance(connection, Request):
        visit.typed = typed_in((await connection.form()).multi_items())
    if unsafe and not visit.writable and not handler.opt.get("when_read_only"):
        raise ReadOnly
    state = connection.app.state
    token = connection.cookies.get(cookie_name(state.settings))
    if token and not handler.opt.get("no_session"):
        visit.actor = await sessions.actor_of(visit.session, token, now=state.clock.now())
        await _follow_language(visit)
    if right is Right.ANYONE:
        return
    if visit.actor is None:
        raise LoginNeeded
    if not visit.actor.may(right):
        raise Forbidden


async def _follow_language(visit: Visit) -> None:
    """A parent who switches the language is written to in the new one.

    In a transaction of its own, because a page that only shows something commits nothing.
    """
    who = visit.actor
    if visit.choice is Choice.NOW and visit.writable and who and who.role is Role.PARENT:
        async with visit.another_session() as session, session.begin():
            await keep_language(session, who.account_id, i18n.language.get())


async def provide_session(request: Request[Any, Any, Any]) -> AsyncIterator[AsyncSession]:
    """The request's transaction; its end is the end of the request."""
    async for session in request_transaction(visit_of(request.scope)):
        yield session


def provide_actor(request: Request[Any, Any, Any]) -> Actor:
    """Who is signed in, on a route that needs somebody."""
    actor = visit_of(request.scope).actor
    if not isinstance(actor, Actor):
        raise LoginNeeded
    return actor


def provide_clock(request: Request[Any, Any, Any]) -> Clock:
    """The application's clock."""
    found: Clock = request.app.state.clock
    return found


def files_of(settings: Settings, schema: str) -> Files:
    """The file store of one municipality."""
    return Files(settings.home / "files" / schema, settings.derive(f"files:{schema}"))


def keys_of(settings: Settings) -> Keystore:
    """The keys of all municipalities of this installation."""
    return Keystore(settings.home / "keys", settings.derive("keys"))


def provide_files(request: Request[Any, Any, Any]) -> Files:
    """The file store of the municipality asked for."""
    return files_of(request.app.state.settings, visit_of(request.scope).role)


class SlicePlugin(InitPlugin):
    """What one slice brings to the house. Plain data, so that the worker can read it too."""

    pages: ClassVar[Mapping[Portal, Sequence[type[Controller]]]] = {}
    documents: ClassVar[Sequence[DocumentKind]] = ()
    messages: ClassVar[Sequence[MessageKind]] = ()

    def on_app_init(self, app_config: AppConfig) -> AppConfig:
        for portal, controllers in self.pages.items():
            app_config.route_handlers.append(Router(portal.value, route_handlers=list(controllers)))
        return app_config
