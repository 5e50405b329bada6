"""What the record of acts adds to the page of a case: shown with and without it, by turns."""

import asyncio
import statistics
import time
from collections.abc import Callable
from contextlib import nullcontext
from unittest import mock
from uuid import uuid4

from sqlalchemy import func, select

from ksr_saas.app import create_app
from ksr_saas.applications.models import Application
from ksr_saas.identity import sessions
from ksr_saas.identity.authorisation import Role
from ksr_saas.identity.models import Account, AccountKind, Grant
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.portals import cookie_name, keys_of
from ksr_saas.settings import Settings
from ksr_saas.verification import service
from ops.bench.figures import Figure
from ops.bench.house import filled_house

LIMIT = 1.10  # times the page without the record
CITY, SCHEMA = "wroclaw", "t_wroclaw"
OPERATORS = 12  # of the institution with the most applications; each opens every case once
WARMING = 60


async def unrecorded(*_: object, **__: object) -> None:
    """In the place of the record."""


async def desks(settings: Settings) -> tuple[list[str], list[str]]:
    """Tokens of operators of one institution, and the addresses of its cases."""
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=1)
    async with pinned_session(engine, SCHEMA) as session, session.begin():
        institution = await session.scalar(
            select(Application.first_institution_id)
            .where(Application.submitted_at.is_not(None))
            .group_by(Application.first_institution_id)
            .order_by(func.count().desc())
            .limit(1)
        )
        cases = await session.scalars(
            select(Application.id).where(
                Application.first_institution_id == institution,
                Application.submitted_at.is_not(None),
            )
        )
        tokens = []
        for _ in range(OPERATORS):
            account = Account(
                id=uuid4(), kind=AccountKind.STAFF, given_name="Ewa", family_name="Próba"
            )
            session.add(account)
            await session.flush()
            session.add(
                Grant(account_id=account.id, role=Role.OPERATOR, institution_id=institution)
            )
            tokens.append(
                await sessions.begin(
                    session, account, Role.OPERATOR, institution, now=Clock().now(), replaces=None
                )
            )
        addresses = [f"/placowka/wnioski/{one}" for one in cases]
    await engine.dispose()
    return tokens, addresses


async def shown(app: Callable, cookie: str, path: str) -> float:
    """Seconds until a page is there; raises where it is none."""
    head: dict = {}

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        head.update(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", f"{CITY}.localhost".encode()), (b"cookie", cookie.encode())],
        "client": ("127.0.0.1", 9),
        "server": ("127.0.0.1", 80),
    }
    begun = time.perf_counter()
    await app(scope, receive, send)
    spent = time.perf_counter() - begun
    if head.get("status") != 200:
        raise RuntimeError(f"{path} answered {head.get('status')}")
    return spent


async def by_turns(settings: Settings) -> dict[str, list[float]]:
    """Milliseconds of pages by how they were asked for."""
    tokens, addresses = await desks(settings)
    app = create_app(settings)
    spent: dict[str, list[float]] = {"first": [], "again": [], "without": []}
    off = mock.patch.object(service, "record_reading", unrecorded)
    try:
        number = 0
        for token in tokens:
            cookie = f"{cookie_name(settings)}={token}"
            for address in addresses:
                for name in ("without", "first", "again"):
                    with off if name == "without" else nullcontext():
                        took = await shown(app, cookie, address)
                    if number >= WARMING:
                        spent[name].append(took * 1000)
                number += 1
    finally:
        await app.close()
    return spent


def measure() -> list[Figure]:
    """How many times longer a page takes: shown for the first time, and again in ten minutes."""
    with filled_house() as house:
        spent = asyncio.run(by_turns(house.settings))
    median = {name: statistics.median(times) for name, times in spent.items()}
    said = ", ".join(f"{name} {one:.2f} ms" for name, one in median.items())
    return [
        Figure(
            "a recorded page, first time",
            median["first"] / median["without"],
            "x",
            LIMIT,
            note=f"{len(spent['first'])} pages: {said}",
        ),
        Figure("a recorded page, again", median["again"] / median["without"], "x", LIMIT),
    ]
