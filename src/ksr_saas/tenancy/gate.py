"""The outermost door: which host was asked for, and so whose data this request may touch."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import cache
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy.ext.asyncio import AsyncEngine

from ksr_saas.kernel import i18n
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.visit import KEY, Choice, Visit, network_of
from ksr_saas.tenancy.directory import Directory
from ksr_saas.tenancy.states import MunicipalityState

LANGUAGE_COOKIE = "jezyk"
LOOPBACK = ("127.0.0.1", "::1")
LANGUAGE_SECONDS = 31_536_000
NO_STORE_EXCEPT = ("/static/", "/marka.css", "/herb/")
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'{forms}; frame-ancestors 'none'; "
    "base-uri 'none'; object-src 'none'; manifest-src 'self'"
)
UNKNOWN = (N_("Nie ma takiej strony"), N_("Sprawdź adres strony rekrutacji w swojej gminie."))
SUSPENDED = (N_("Strona jest wyłączona"), N_("Skontaktuj się z urzędem swojej gminy."))


@cache
def neutral(title: str, text: str) -> str:
    """A page of no municipality, which says the same in every language one after the other."""
    titles, parts = [], []
    for lang in i18n.LANGUAGES:
        with i18n.speaking(lang):
            titles.append(i18n._(title))
            parts.append(f"<section lang={lang}><h1>{titles[-1]}</h1><p>{i18n._(text)}</p>")
    return (
        f"<!doctype html><html lang=pl><meta charset=utf-8><title>{' · '.join(titles)}</title>"
        f"<meta name=viewport content='width=device-width'>{'</section>'.join(parts)}</section>"
    )


def caller_of(scope: Scope) -> str:
    """The address a request came from; empty when it is unknown.

    Where a proxy on this machine hands the request on, it is what that proxy added last to
    X-Forwarded-For; whatever stands before it was said by the caller.
    """
    peer = str(client[0]) if (client := scope.get("client")) else ""
    if peer not in LOOPBACK:
        return peer
    said = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    return said.rpartition(b",")[2].strip().decode("latin-1") or peer


def host_of(scope: Scope) -> str | None:
    """The one host asked for, lower case and without port; None when it is missing or doubled.

    X-Forwarded-Host is never read: the proxy must pass Host on.
    """
    found = [value for name, value in scope["headers"] if name == b"host"]
    if len(found) != 1:
        return None
    try:
        host = found[0].decode("ascii").lower()
    except UnicodeDecodeError:
        return None
    name, _, port = host.partition(":")
    return name if name and (not port or port.isdigit()) else None


def chosen_language(scope: Scope) -> tuple[str, Choice]:
    """The reader's language, and how it came about."""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("jezyk", [""])[-1]
    if asked in i18n.LANGUAGES:
        return asked, Choice.NOW
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                kept = SimpleCookie(value.decode("latin-1")).get(LANGUAGE_COOKIE)
            except CookieError:
                continue
            if kept and kept.value in i18n.LANGUAGES:
                return kept.value, Choice.BEFORE
    return "pl", Choice.NEVER


class Disposable(Protocol):
    """Something that holds connections."""

    def dispose(self) -> Awaitable[None]: ...


class Fixed(NamedTuple):
    """An application at a host of its own, with the visit its pages run in."""

    app: ASGIApp
    visit: Callable[[], Visit]


class Gate:
    """ASGI application that sends each host to what answers there.

    `fixed` maps host names to applications with no municipality (console, stand-ins of the
    demonstration). Everything else is looked up in the catalogue; an unknown host gets a neutral
    404 that names nobody.
    """

    def __init__(
        self,
        city: ASGIApp,
        *,
        directory: Directory,
        engine: AsyncEngine,
        fixed: Mapping[str, Fixed],
        secure: bool,
        login_host: str,
        engines: Sequence[Disposable] = (),
    ) -> None:
        self._city = city
        self._directory = directory
        self._engine = engine
        self._fixed = fixed
        self._secure = secure
        self._engines = (engine, *engines)
        self._csp = CSP.format(forms=f" {login_host}" if login_host else "")

    @property
    def applications(self) -> dict[str, ASGIApp]:
        """What answers behind the gate, by host name; "" is the application of every city."""
        return {"": self._city} | {host: one.app for host, one in self._fixed.items()}

    async def close(self) -> None:
        """Give up the database connections; the server does so by the applications' lifespan."""
        for engine in self._engines:
            await engine.dispose()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._city(scope, receive, send)
            return
        if scope["method"] == "HEAD":
            scope = {**scope, "method": "GET"}
            send = bodiless(send)
        lang, choice = chosen_language(scope)
        send = self._dressed(scope, send, lang if choice is Choice.NOW else None)
        with i18n.speaking(lang):
            await self._serve(scope, receive, send, choice)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, choice: Choice) -> None:
        # No address of ours has a control character, and PostgreSQL takes no NUL in a text.
        if not scope["path"].isprintable():
            await _plain(send, 404, neutral(*UNKNOWN))
            return
        host = host_of(scope)
        if host is not None and host in self._fixed:
            fixed = self._fixed[host]
            await self._visited(fixed.app, fixed.visit(), scope, receive, send)
            return
        if scope["path"].startswith("/health/"):
            await self._city(scope, receive, send)
            return
        known = await self._directory.find(host) if host else None
        if known is None:
            await _plain(send, 404, neutral(*UNKNOWN))
            return
        if known.state is MunicipalityState.SUSPENDED:
            await _plain(send, 503, neutral(*SUSPENDED))
            return
        visit = Visit(
            known.city,
            engine=self._engine,
            role=known.schema,
            path=known.schema,
            revision=known.revision,
            writable=known.state is MunicipalityState.ACTIVE,
            choice=choice,
            network=network_of(caller_of(scope)),
            only_shows=scope.get("method") == "GET",
        )
        await self._visited(self._city, visit, scope, receive, send)

    @staticmethod
    async def _visited(
        app: ASGIApp, visit: Visit, scope: Scope, receive: Receive, send: Send
    ) -> None:
        scope[KEY] = visit  # type: ignore[literal-required]
        try:
            await app(scope, receive, send)
        finally:
            await visit.close()

    def _dressed(self, scope: Scope, send: Send, chosen: str | None) -> Send:
        """`send` that adds the security headers to every answer, errors included."""
        keep = scope["path"].startswith(NO_STORE_EXCEPT)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                extra = {
                    b"content-security-policy": self._csp.encode(),
                    b"x-content-type-options": b"nosniff",
                    b"referrer-policy": b"same-origin",
                    b"permissions-policy": b"camera=(self), geolocation=(self), microphone=()",
                    b"cross-origin-opener-policy": b"same-origin",
                    b"cross-origin-resource-policy": b"same-origin",
                }
                if self._secure:
                    extra[b"strict-transport-security"] = b"max-age=31536000; includeSubDomains"
                if not keep or message["status"] >= 400:
                    extra[b"cache-control"] = b"no-store"
                headers = list(message["headers"])
                headers += [(k, v) for k, v in extra.items() if k not in given]
                if chosen:
                    cookie = (
                        f"{LANGUAGE_COOKIE}={chosen}; Path=/; Max-Age={LANGUAGE_SECONDS};"
                        " SameSite=Lax"
                    )
                    headers.append((b"set-cookie", cookie.encode()))
                message = message | {"headers": headers}
            await send(message)

        return dressed


def bodiless(send: Send) -> Send:
    """`send` for HEAD: the head of the answer to GET, and no body."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return sent


async def _plain(send: Any, status: int, html: str) -> None:
    body = html.encode()
    headers = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
