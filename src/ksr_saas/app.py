"""The only wiring of the web process."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import msgspec
from litestar import Litestar, Response, Router, get
from litestar.config.compression import CompressionConfig
from litestar.config.csrf import CSRFConfig
from litestar.datastructures import CacheControlHeader, State
from litestar.di import Provide
from litestar.exceptions import HTTPException
from litestar.plugins.htmx import HTMXRequest
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.static_files import create_static_files_router
from litestar.template.config import TemplateConfig
from litestar.types import ControllerRouterHandler, Guard
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ksr_saas import portals
from ksr_saas.console.web.account import VendorAccountPages
from ksr_saas.console.web.door import (
    ConsoleDoor,
    PasswordDoor,
    VendorInvitationPages,
    vendor_may_enter,
)
from ksr_saas.console.web.pages import ConsolePages
from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.eid.registration import EidBook
from ksr_saas.identity.eid.stand_in import Persona
from ksr_saas.identity.throttle import Throttle
from ksr_saas.identity.web.stand_in import StandInPages
from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.kernel.errors import N_, KsrError
from ksr_saas.kernel.jobs import connect
from ksr_saas.kernel.visit import City, Visit
from ksr_saas.kernel.web import STATIC, environment, fault, refuse, refuse_http, static_version
from ksr_saas.notices.queries import own
from ksr_saas.notifications.web.sink import MailPages
from ksr_saas.offer.catalogue import Shelf
from ksr_saas.results.queries import result_of
from ksr_saas.settings import Settings
from ksr_saas.slices import PLUGINS
from ksr_saas.tenancy.directory import Directory
from ksr_saas.tenancy.gate import Fixed, Gate
from ksr_saas.tenancy.models import CONTROL, DIRECTORY

LARGEST_REQUEST = 12 * 1024 * 1024
NEUTRAL: dict[str, Any] = {"phone": "", "email": "", "brand": "#2b3138", "brand_ink": "#ffffff"}
VENDOR = City(
    slug="konsola",
    name=N_("Konsola dostawcy"),
    name_in="",
    crest="brand/konsola.svg",
    brand_soft="#eceef0",
    **NEUTRAL,
)
STAND_IN = City(
    slug="login",
    name=N_("Atrapa login.gov.pl"),
    name_in="",
    crest="brand/konsola.svg",
    brand_soft="#fff4cc",
    **NEUTRAL,
)
MAILBOX = msgspec.structs.replace(STAND_IN, slug="poczta", name=N_("Skrzynka pokazu"))


class NotInProduction(RuntimeError):
    """A door of the demonstration would be open in production: the application must not start."""


@get("/health/live", opt={"right": Right.ANYONE, "host_free": True}, name="public:live")
async def live() -> str:
    """The process answers."""
    return "ok"


def _litestar(
    handlers: Sequence[ControllerRouterHandler],
    *,
    settings: Settings,
    guard: Guard,
    state: State,
    plugins: Sequence[Any] = (),
    lifespan: Sequence[Any] = (),
) -> Litestar:
    made = Litestar(
        route_handlers=[
            *handlers,
            create_static_files_router(
                path=f"/static/{static_version()}",
                directories=[STATIC],
                name="static",
                opt={"right": Right.ANYONE, "host_free": True},
                cache_control=CacheControlHeader(public=True, max_age=31_536_000, immutable=True),
            ),
        ],
        plugins=list(plugins),
        guards=[guard],
        request_class=HTMXRequest,
        request_max_body_size=LARGEST_REQUEST,
        dependencies={
            "db_session": Provide(portals.provide_session),
            "actor": Provide(portals.provide_actor, sync_to_thread=False),
            "clock": Provide(portals.provide_clock, sync_to_thread=False),
            "files": Provide(portals.provide_files, sync_to_thread=False),
        },
        exception_handlers={
            KsrError: refuse,
            HTTPException: refuse_http,
            Exception: fault,
        },
        template_config=TemplateConfig(
            instance=JinjaTemplateEngine.from_environment(environment())
        ),
        # The token may stand in a compressed page: Origin and Sec-Fetch-Site are the real guard.
        compression_config=CompressionConfig(
            backend="gzip",
            minimum_size=1400,
            gzip_compress_level=5,
            exclude=[r"\.woff2$", r"\.pdf$", "/zalaczniki/"],
        ),
        csrf_config=CSRFConfig(
            secret=settings.derive("csrf"),
            cookie_name="__Host-ksr-csrf" if settings.secure else "ksr-csrf",
            cookie_secure=settings.secure,
            cookie_httponly=True,
            exclude_from_csrf_key="exclude_from_csrf",
        ),
        state=state,
        lifespan=list(lifespan),
        openapi_config=None,
        debug=False,
    )
    for route in made.routes:
        for handler in getattr(route, "route_handlers", ()):
            # Answers to OPTIONS are made by the framework and touch nothing.
            if "right" not in handler.opt and handler.http_methods != {"OPTIONS"}:
                raise portals.UndeclaredRight(f"{route.path} declares no right")
            if settings.is_production and handler.opt.get("not_in_production"):
                raise NotInProduction(f"{route.path} is for the demonstration")
    return made


def create_app(
    settings: Settings,
    *,
    clock: Clock | None = None,
    quiet: bool = False,
    people: Callable[[str], list[Persona]] = lambda _: [],
    slugs: Callable[[], Sequence[str]] = list,
    plugins: Sequence[portals.SlicePlugin] = (),
) -> Gate:
    """The whole web: cities, console and, outside production, the stand-ins.

    `people` are the personas the stand-in of login.gov.pl offers for a municipality, `slugs` the
    municipalities registered with it, `plugins` pages beside the product's own.
    """
    connect(settings.redis_url)
    engine = make_engine(settings.login_url("ksr_web"), keys=portals.keys_of(settings))
    console_engine = make_engine(settings.login_url("ksr_console"), pool_size=4)
    # Apart from the pages' own: a page that has a connection in hand may ask who signs in how.
    eid_engine = make_engine(settings.login_url("ksr_web"), pool_size=2)
    clock = clock or Clock()
    throttle = Throttle(settings)
    state = State(
        {
            "settings": settings,
            "clock": clock,
            "eid": EidBook(settings, clock, eid_engine),
            "throttle": throttle,
            "demo": settings.environment == "demo",
            "quiet": quiet,
            "people": people,
            "slugs": slugs,
            "result_of": result_of,
            "shelf": Shelf(),
        }
    )

    @asynccontextmanager
    async def engines(_: Litestar) -> AsyncIterator[None]:
        yield
        state.eid.close()
        held = (engine, eid_engine, console_engine, throttle)
        await asyncio.gather(*(one.dispose() for one in held))

    @get("/health/ready", opt={"right": Right.ANYONE, "host_free": True}, name="public:ready")
    async def ready() -> Response[str]:
        """The catalogue can be read."""
        return await _ready(engine)

    city = _litestar(
        [live, ready],
        settings=settings,
        guard=portals.may_enter,
        state=state,
        plugins=[*PLUGINS, *plugins],
        lifespan=[engines],
    )
    rooms = [ConsoleDoor, VendorInvitationPages, VendorAccountPages, ConsolePages]
    if not settings.is_production:
        rooms.append(PasswordDoor)
    console = _litestar(
        [Router("/", route_handlers=rooms)],
        settings=settings,
        guard=vendor_may_enter,
        state=state,
    )

    def console_visit() -> Visit:
        return Visit(
            msgspec.structs.replace(VENDOR, name=i18n._(VENDOR.name)),
            engine=console_engine,
            role="ksr_control",
            path=CONTROL,
            revision="",
            writable=True,
        )

    fixed = {f"konsola.{settings.base_host}": Fixed(console, console_visit)}
    login_host = ""
    if not settings.is_production:
        stand_ins = _litestar(
            [StandInPages, MailPages], settings=settings, guard=portals.may_enter, state=state
        )

        def no_visit(shown: City) -> Visit:
            return Visit(
                msgspec.structs.replace(shown, name=i18n._(shown.name)),
                engine=engine,
                role=DIRECTORY,
                path=CONTROL,
                revision="",
                writable=False,
            )

        for shown in (STAND_IN, MAILBOX):
            fixed[f"{shown.slug}.{settings.base_host}"] = Fixed(stand_ins, partial(no_visit, shown))
        login_host = f"http://login.{settings.base_host}:* http://*.{settings.base_host}:*"
    return Gate(
        city,
        directory=Directory(engine, clock, own),
        engine=engine,
        fixed=fixed,
        secure=settings.secure,
        login_host=login_host,
        engines=[eid_engine, console_engine, throttle],
    )


async def _ready(engine: AsyncEngine) -> Response[str]:
    try:
        async with pinned_session(engine, DIRECTORY, path=CONTROL) as session:
            await session.execute(text("SELECT 1 FROM municipality LIMIT 1"))
    except Exception:  # noqa: BLE001 - whatever is wrong with the database, we are not ready
        return Response("database", status_code=503, media_type="text/plain")
    return Response("ok", media_type="text/plain")
