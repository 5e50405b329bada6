"""Which municipality answers at a host: exact look-up in the catalogue, kept for seconds."""

import time
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import Pin, pinned_session, set_by_database
from ksr_saas.kernel.reading import Ask, pinned_reading
from ksr_saas.kernel.visit import City
from ksr_saas.tenancy.models import CONTROL, DIRECTORY, Host, Municipality
from ksr_saas.tenancy.states import MunicipalityState

KEPT = 3.0  # seconds: how long a change of state or look may take to be seen
Own = Callable[[Ask], Awaitable[dict[str, Any]]]


class Known(msgspec.Struct, frozen=True):
    """A municipality as the web needs it."""

    slug: str
    schema: str
    state: MunicipalityState
    revision: str
    city: City


async def nothing(_: Ask) -> dict[str, Any]:
    """Of a municipality that changes nothing of what its files say."""
    return {}


class Directory:
    """The catalogue seen from the web process, which may read it and nothing else.

    `own` reads, in the municipality's own schema, what it changed of its City; that is kept as
    long as what the catalogue says, so that no page pays for it (ADR 11).
    """

    def __init__(self, engine: AsyncEngine, clock: Clock, own: Own = nothing) -> None:
        self._engine, self._clock = engine, clock
        self._own = own
        self._kept: dict[str, tuple[float, Known]] = {}

    async def find(self, host: str) -> Known | None:
        """The municipality at `host` (lower case, no port); None when there is none.

        Unknown hosts are not remembered, so that made-up names cannot fill the memory.
        """
        kept = self._kept.get(host)
        if kept and time.monotonic() - kept[0] < KEPT:
            return kept[1]
        session = pinned_session(self._engine, DIRECTORY, path=CONTROL)
        async with session, session.begin():
            await set_by_database(self._clock, session)
            row = await session.scalar(
                select(Municipality)
                .join(Host, Host.municipality_id == Municipality.id)
                .where(Host.name == host)
            )
        if row is None:
            self._kept.pop(host, None)
            return None
        changed: dict[str, Any] = {}
        if row.state is not MunicipalityState.SUSPENDED:
            async with pinned_reading(self._engine, Pin(row.schema, row.schema)) as ask:
                changed = await self._own(ask)
        named = {"slug": row.slug, "name": row.name}
        city = msgspec.convert(row.brand | changed | named, City)
        known = Known(row.slug, row.schema, row.state, row.revision, city)
        self._kept[host] = (time.monotonic(), known)
        return known
