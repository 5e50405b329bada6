"""Five hundred municipalities brought up one release, and one made from nothing."""

import asyncio
import contextlib
import io
import statistics
import time

import asyncpg
from alembic import command
from alembic.script import ScriptDirectory

from ops.bench.figures import Figure
from ops.bench.house import House, empty_house
from tenants import migrate, provision

SCHEMAS, TIMES = 500, 5


def first_release() -> str:
    """SQL of the tenant tree's first revision."""
    out = io.StringIO()
    made = migrate.config("tenant")
    made.output_buffer = out
    with contextlib.redirect_stdout(out):
        command.upgrade(made, ScriptDirectory.from_config(made).get_base(), sql=True)
    return "\n".join(
        line for line in out.getvalue().splitlines() if line not in ("BEGIN;", "COMMIT;")
    )


async def at_first_release(url: str) -> list[str]:
    """Schemas that stand at the first revision."""
    sql = first_release()
    names = [f"t_bench{n:03}" for n in range(SCHEMAS)]
    waiting = list(names)

    async def worker() -> None:
        connection = await asyncpg.connect(url, statement_cache_size=0)
        while waiting:
            schema = waiting.pop()
            async with connection.transaction():
                await connection.execute(
                    f"CREATE ROLE {schema} NOLOGIN; GRANT {schema} TO CURRENT_USER;"
                    f"CREATE SCHEMA {schema} AUTHORIZATION {schema};"
                    f"SET LOCAL ROLE {schema}; SET LOCAL search_path = {schema}"
                )
                await connection.execute(sql)
        await connection.close()

    await asyncio.gather(*(worker() for _ in range(4)))
    return names


async def upgrade(house: House) -> float:
    """Seconds for all schemas, from the first revision to the head."""
    url = house.settings.database_url
    schemas = await at_first_release(url)
    begun = time.perf_counter()
    outcomes = await migrate.bring_up_all(url, schemas)
    seconds = time.perf_counter() - begun
    assert all(one.revision == migrate.head("tenant") for one in outcomes), outcomes[:3]
    return seconds


async def create(house: House) -> float:
    """Median of seconds for one municipality."""
    taken = []
    for n in range(TIMES):
        begun = time.perf_counter()
        await provision.create(house.settings, f"nowa{n}", "Nowa", [f"nowa{n}.localhost"], {})
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


def measure() -> list[Figure]:
    """Both figures, in one empty house."""
    with empty_house() as house:
        asyncio.run(provision.prepare(house.settings))
        created = asyncio.run(create(house))
        moved = asyncio.run(upgrade(house))
    return [
        Figure("municipality created", created, "s", 1),
        Figure(f"{SCHEMAS} schemas migrated", moved, "s", 10, note="first revision to head"),
    ]
