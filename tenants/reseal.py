"""Sealing again, while the service runs: what is in clear, or under an older key."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Column, Table

from ksr_saas.kernel.keys import BLIND, SEALED, KeyRing
from ksr_saas.kernel.sealed import Blind, Hidden, Sealed, stored, unlocked
from ksr_saas.tables import TENANT

AT_ONCE = 500  # rows of one transaction: their locks last some tens of milliseconds
PATIENCE = 60.0  # seconds for rows that other transactions hold
Columns = Sequence[Column[Any]]


class StillHeld(Exception):
    """Rows stayed locked by others for PATIENCE seconds; running again goes on with them."""


def hidden() -> Iterator[tuple[Table, Columns]]:
    """Every table that has hidden columns, with these."""
    for table in TENANT.sorted_tables:
        columns = [column for column in table.columns if isinstance(column.type, Hidden)]
        if columns:
            yield table, columns


def stale(columns: Columns, newest: str) -> str:
    """SQL that is true for a row with a value that is not as it would be written now."""
    found = []
    for column in columns:
        begins = BLIND if isinstance(column.type, Blind) else f"{SEALED}{newest}."
        found.append(
            f"""("{column.name}" <> '' AND NOT starts_with("{column.name}", '{begins}'))"""
        )
    return " OR ".join(found)


def anew(column: Column[Any], value: str | None, ring: KeyRing) -> str | None:
    """A stored value under the newest key; one in clear is taken as it is."""
    if not value:
        return value
    kind = column.type
    with unlocked(ring):
        if isinstance(kind, Sealed):
            value = kind.load(ring.open(kind.place, value) if value.startswith(SEALED) else value)
        made: str = stored(column, value)
    return made


async def pinned(connection: asyncpg.Connection, schema: str) -> None:
    """Be the municipality until the transaction ends."""
    await connection.execute(f"SET LOCAL ROLE {schema}; SET LOCAL search_path = {schema}")


async def reseal(connection: asyncpg.Connection, schema: str, ring: KeyRing) -> int:
    """Bring every hidden value under the newest key; returns how many rows were changed.

    A small transaction for each batch, and rows that others hold are left for the next pass, so
    no writer waits long and none is ever chosen as the victim of a deadlock. Stopped half-way,
    the next run goes on with what is left. Raises StillHeld.
    """
    done, end = 0, time.monotonic() + PATIENCE
    while True:
        for table, columns in hidden():
            last: UUID | None = None
            while taken := await _batch(connection, schema, table, columns, ring, last):
                done, last = done + len(taken), taken[-1]
        if not await left(connection, schema, ring):
            return done
        if time.monotonic() > end:
            raise StillHeld(schema)
        await asyncio.sleep(0.2)


async def _batch(
    connection: asyncpg.Connection,
    schema: str,
    table: Table,
    columns: Columns,
    ring: KeyRing,
    last: UUID | None,
) -> list[UUID]:
    names = ", ".join(f'"{column.name}"' for column in columns)
    places = ", ".join(f'"{column.name}" = ${n}' for n, column in enumerate(columns, start=2))
    async with connection.transaction():
        await pinned(connection, schema)
        rows = await connection.fetch(
            f'SELECT id, {names} FROM "{table.name}"'
            f" WHERE ($1::uuid IS NULL OR id > $1) AND ({stale(columns, ring.newest)})"
            f" ORDER BY id LIMIT {AT_ONCE} FOR NO KEY UPDATE SKIP LOCKED",
            last,
        )
        await connection.executemany(
            f'UPDATE "{table.name}" SET {places} WHERE id = $1',
            [(row["id"], *(anew(c, row[c.name], ring) for c in columns)) for row in rows],
        )
    return [row["id"] for row in rows]


async def left(connection: asyncpg.Connection, schema: str, ring: KeyRing) -> int:
    """How many rows are still in clear or under an older key."""
    found = 0
    async with connection.transaction():
        await pinned(connection, schema)
        for table, columns in hidden():
            found += await connection.fetchval(
                f'SELECT count(*) FROM "{table.name}" WHERE {stale(columns, ring.newest)}'
            )
    return found
