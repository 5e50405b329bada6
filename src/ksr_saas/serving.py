"""What the web server loads, and how its workers begin and end."""

import asyncio
import os
import signal
from importlib import import_module
from typing import Any

from granian.utils.proxies import wrap_asgi_with_proxy_headers
from litestar.types import ASGIApp, LifeSpanScope, Receive, Scope, Send

from ksr_saas.app import create_app
from ksr_saas.settings import Settings
from ksr_saas.supervision import tie_to_master

SETTLED = 0.5  # seconds from a worker's first sign of life until its loop runs for good


def behind_proxies(app: Any, settings: Settings) -> Any:
    """The application, told who the client is by our own proxies and by nobody else."""
    if not settings.proxies:
        return app
    return wrap_asgi_with_proxy_headers(app, trusted_hosts=settings.proxies)


def app() -> Any:
    """The web for real use: no personas, no stand-ins."""
    settings = Settings.from_env()
    return behind_proxies(create_app(settings), settings)


def wanted() -> str:
    """Module and function that make the application (KSR_APP), parted by a colon."""
    return os.environ.get("KSR_APP", f"{__name__}:{app.__name__}")


def hold_stop() -> None:
    """Let a SIGTERM wait in a worker that has just been forked.

    It would be swallowed by the handler of granian's master, or by a loop that does not run yet,
    and the stop would take as long as the master has patience.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})


def release_stop() -> None:
    """Hear SIGTERM again, also one that has been waiting."""
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})


def worker() -> ASGIApp:
    """The application in a worker of granian, which ends with its master and when it is told."""
    tie_to_master()
    module, _, function = wanted().partition(":")
    made: ASGIApp = getattr(import_module(module), function)()

    async def served(scope: Scope | LifeSpanScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            asyncio.get_running_loop().call_later(SETTLED, release_stop)
        await made(scope, receive, send)  # type: ignore[arg-type]  # litestar's own type forgets it

    return served
