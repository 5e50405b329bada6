"""One request at one municipality: whose page it is, in which language, by whom."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from enum import Enum, auto
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any
from uuid import uuid4

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from ksr_saas.kernel import jobs
from ksr_saas.kernel.database import Origin, Pin, session_at
from ksr_saas.kernel.reading import Ask, Question, pinned_reading

KEY = "ksr.visit"


class Choice(Enum):
    """When the reader chose the language: in this very request, before, or never."""

    NOW = auto()
    BEFORE = auto()
    NEVER = auto()


def network_of(address: str) -> str:
    """The network of an address, wide enough to name no household: /24, or /48 of IPv6.

    Empty for what is no address.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if found.version == 6 and found.ipv4_mapped:
        found = found.ipv4_mapped
    width = 24 if isinstance(found, IPv4Address) else 48
    return str(ip_network((found, width), strict=False))


class City(msgspec.Struct, frozen=True):
    """What pages show of a municipality; `name_in` is the locative with its preposition.

    `crest` is a path under `static`, or an address where it begins with a slash. Colours are
    `#rrggbb`. With `local_accounts` institutions may open accounts for parents who have no eID.
    `office` is the name of the office, in Polish; empty where it has not given one.
    """

    slug: str
    name: str
    name_in: str
    phone: str
    email: str
    crest: str
    brand: str
    brand_ink: str
    brand_soft: str
    local_accounts: bool = False
    office: str = ""

    def where(self, lang: str) -> str:
        """In Polish "we Wrocławiu"; any other language gets the bare name to build on."""
        return self.name_in if lang == "pl" else self.name


class Visit:
    """The state of one request, kept in the ASGI scope under KEY.

    `actor` is set by the guard that checks the route's right; None means nobody is signed in.
    `origin` is for the record of acts. `typed` holds the text fields of a form posted to a page
    that needs a login, so that a refusal can give them back; empty for anything else.
    """

    def __init__(
        self,
        city: City,
        *,
        engine: AsyncEngine,
        role: str,
        path: str,
        revision: str,
        writable: bool,
        choice: Choice = Choice.NEVER,
        network: str = "",
        only_shows: bool = False,
    ) -> None:
        self.city = city
        self.role = role
        self.writable = writable
        self.choice = choice
        self.actor: Any = None
        self.typed: tuple[tuple[str, str], ...] = ()
        self._engine = engine
        self._pin = Pin(role, path, revision)
        self.origin = Origin(network, uuid4().hex, only_shows)
        self._session: AsyncSession | None = None

    @property
    def session(self) -> AsyncSession:
        """The request's one session, pinned to this municipality; made on first use."""
        if self._session is None:
            self._session = self.another_session()
        return self._session

    def another_session(self) -> AsyncSession:
        """A session of its own, for what must be kept although the request is refused."""
        return session_at(self._engine, self._pin, self.origin)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Ask]:
        """Questions about this municipality, for a page that changes nothing.

        Whoever is signed in has a session already: it answers, so that no request ever holds two
        connections and waits for the second.
        """
        session = self._session
        if session is None:
            async with pinned_reading(self._engine, self._pin) as ask:
                yield ask
            return

        async def ask_session(question: Question, **values: Any) -> Sequence[Sequence[Any]]:
            rows: Sequence[Sequence[Any]]
            rows = (await session.execute(question.statement, values)).all()
            return rows

        yield ask_session

    async def close(self) -> None:
        """Give the connection back; whatever has not been committed is undone."""
        if self._session is not None:
            await self._session.close()


def visit_of(scope: Any) -> Visit:
    """The visit of this ASGI scope."""
    found: Visit = scope[KEY]
    return found


async def request_transaction(visit: Visit) -> AsyncIterator[AsyncSession]:
    """The transaction of one request: kept when a response is returned, undone when one raises.

    The commit is done before the first byte of the answer; jobs leave after it.
    """
    session = visit.session
    yield session
    await session.commit()
    await jobs.send(session)
