"""Bringing schemas to the newest revision: rendered once, applied by parallel workers.

Alembic keeps its state in globals of the process, so it only renders. Each schema is changed in
one transaction of its own under an advisory lock; one that fails is named, the others go on.
"""

import asyncio
import contextlib
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import asyncpg
import msgspec
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from ksr_saas.kernel.resources import share

WORKERS = 4


class Outcome(msgspec.Struct, frozen=True):
    """What became of one schema; `problem` is empty when it stands at `revision`."""

    schema: str
    revision: str
    problem: str = ""


def config(tree: str, **options: str) -> Config:
    """Alembic's configuration for one of the two trees."""
    made = Config()
    folder = share("migrations")
    made.set_main_option("script_location", str(folder))
    made.set_main_option("path_separator", "newline")
    made.set_main_option("version_locations", str(folder / tree / "versions"))
    made.set_main_option("tree", tree)
    for key, value in options.items():
        made.set_main_option(key, value.replace("%", "%%"))
    return made


@cache
def head(tree: str) -> str:
    """The newest revision of `tree`."""
    return ScriptDirectory.from_config(config(tree)).get_current_head() or ""


@cache
def is_before(tree: str, revision: str, other: str) -> bool:
    """Whether `revision` leads to `other`, which comes later in `tree`."""
    found = ScriptDirectory.from_config(config(tree)).iterate_revisions(other, "base")
    return revision in {one.revision for one in found} - {other}


@cache
def rendered(tree: str, start: str) -> str:
    """SQL that brings a schema from `start` (empty: nothing yet) to the head, with no BEGIN."""
    out = io.StringIO()
    made = config(tree)
    made.output_buffer = out
    with contextlib.redirect_stdout(out):
        command.upgrade(made, f"{start}:head" if start else "head", sql=True)
    lines = out.getvalue().splitlines()
    return "\n".join(line for line in lines if line not in ("BEGIN;", "COMMIT;"))


async def bring_up(
    connection: asyncpg.Connection, tree: str, schema: str, *, owner: str
) -> Outcome:
    """Bring one schema to the head in one transaction, as its owner."""
    goal = head(tree)
    try:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL lock_timeout = '4s'; SET LOCAL ROLE {owner}")
            await connection.execute(f"SET LOCAL search_path = {schema}")
            await connection.execute("SELECT pg_advisory_xact_lock(hashtext($1))", schema)
            exists = await connection.fetchval("SELECT to_regclass('alembic_version')")
            start = (
                await connection.fetchval("SELECT version_num FROM alembic_version")
                if exists
                else ""
            )
            if start != goal:
                await connection.execute(rendered(tree, start or ""))
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, CommandError) as problem:
        return Outcome(schema, "", f"{type(problem).__name__}: {problem}")
    return Outcome(schema, goal)


async def bring_up_all(
    url: str, schemas: Sequence[str], *, workers: int = WORKERS
) -> list[Outcome]:
    """Bring tenant schemas to the head; outcomes in the order of `schemas`."""
    waiting: asyncio.Queue[int] = asyncio.Queue()
    for place in range(len(schemas)):
        waiting.put_nowait(place)
    outcomes: dict[int, Outcome] = {}

    async def worker() -> None:
        connection = await asyncpg.connect(url, statement_cache_size=0)
        try:
            while not waiting.empty():
                place = waiting.get_nowait()
                schema = schemas[place]
                outcomes[place] = await bring_up(connection, "tenant", schema, owner=schema)
        finally:
            await connection.close()

    await asyncio.gather(*(worker() for _ in range(min(workers, len(schemas) or 1))))
    return [outcomes[place] for place in range(len(schemas))]


def async_url(url: str) -> str:
    """The same database for SQLAlchemy's asynchronous driver."""
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def drift(tree: str, url: str, schema: str) -> str:
    """What the models say that `schema` lacks, or the other way round; empty when they agree."""
    try:
        command.check(config(tree, url=async_url(url), schema=schema))
    except CommandError as problem:
        return str(problem)
    return ""


def new_revision(tree: str, message: str, url: str, schema: str) -> Path:
    """Write a revision from the difference between the models and `schema`."""
    made = config(tree, url=async_url(url), schema=schema)
    script = command.revision(made, message, autogenerate=True)
    return Path(script.path)  # type: ignore[union-attr]
