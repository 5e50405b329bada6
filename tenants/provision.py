"""Making the database ready, and a municipality in it: role, schema, tables, catalogue row."""

import json
import re
from typing import Any

import asyncpg

from ksr_saas.identity.eid.catalogue import READER as EID
from ksr_saas.portals import keys_of
from ksr_saas.settings import Settings
from ksr_saas.tenancy.models import CONTROL, DIRECTORY
from tenants import migrate
from tenants.reseal import reseal

WEB, WORKER, CONSOLE = "ksr_web", "ksr_worker", "ksr_console"
LOGINS = (WEB, WORKER, CONSOLE)
SEALING = "3c5d0a7e9b14"  # the revision from which on fields are sealed
SLUG = re.compile(r"[a-z][a-z0-9]{1,29}")


class Unfit(Exception):
    """The municipality cannot be made; one sentence says why."""


async def prepare(settings: Settings) -> None:
    """Make login roles and the catalogue; safe to repeat, and two at once wait for each other.

    Login roles are NOINHERIT: they can become a municipality's role and can read nothing
    themselves.
    """
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    try:
        async with connection.transaction():
            await connection.execute("SELECT pg_advisory_xact_lock(7126)")
            await _roles(connection, settings)
            await connection.execute(
                f"CREATE SCHEMA IF NOT EXISTS {CONTROL} AUTHORIZATION ksr_control;"
                "REVOKE ALL ON SCHEMA public FROM PUBLIC"
            )
        outcome = await migrate.bring_up(connection, "control", CONTROL, owner="ksr_control")
        if outcome.problem:
            raise Unfit(f"The catalogue could not be made: {outcome.problem}")
        await connection.execute(
            f"GRANT USAGE ON SCHEMA {CONTROL} TO {DIRECTORY};"
            f"GRANT SELECT ON {CONTROL}.municipality, {CONTROL}.host TO {DIRECTORY};"
            f"GRANT USAGE ON SCHEMA {CONTROL} TO {EID};"
            f"GRANT SELECT ON {CONTROL}.municipality, {CONTROL}.eid_registration,"
            f" {CONTROL}.eid_key TO {EID}"
        )
    finally:
        await connection.close()


async def _roles(connection: asyncpg.Connection, settings: Settings) -> None:
    for role in ("ksr_control", DIRECTORY, EID):
        await _ensure_role(connection, role, "NOLOGIN")
    for login in LOGINS:
        password = settings.derive(f"login:{login}")
        await _ensure_role(connection, login, f"LOGIN NOINHERIT PASSWORD '{password}'")
    await connection.execute(
        f"GRANT {DIRECTORY} TO {WEB}, {WORKER}; GRANT {EID} TO {WEB};"
        f" GRANT ksr_control TO {CONSOLE}, CURRENT_USER"
    )


async def _ensure_role(connection: asyncpg.Connection, role: str, options: str) -> None:
    known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role)
    verb = "ALTER" if known else "CREATE"
    await connection.execute(f"{verb} ROLE {role} {options}")


async def create(
    settings: Settings, slug: str, name: str, hosts: list[str], brand: dict[str, Any]
) -> str:
    """Make a municipality and return its schema. Raises Unfit, and then nothing has changed.

    `hosts` are full host names; each may belong to one municipality only.
    """
    if not SLUG.fullmatch(slug):
        raise Unfit("The short name must be 2-30 small letters and digits, starting with a letter.")
    schema = f"t_{slug}"
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    try:
        async with connection.transaction():
            if await connection.fetchval(
                f"SELECT 1 FROM {CONTROL}.municipality WHERE slug = $1", slug
            ):
                raise Unfit(f"There is a municipality {slug} already.")
            await _ensure_role(connection, schema, "NOLOGIN")
            await connection.execute(
                f"GRANT {schema} TO {WEB}, {WORKER}, CURRENT_USER;"
                f"CREATE SCHEMA {schema} AUTHORIZATION {schema}"
            )
            outcome = await migrate.bring_up(connection, "tenant", schema, owner=schema)
            if outcome.problem:
                raise Unfit(f"The schema could not be made: {outcome.problem}")
            keys_of(settings).make(schema)
            await connection.execute("RESET ROLE; RESET search_path")
            await let_the_console_count(connection, schema)
            key = await connection.fetchval(
                f"INSERT INTO {CONTROL}.municipality"
                " (id, slug, name, schema, state, revision, brand)"
                " VALUES (gen_random_uuid(), $1, $2, $3, 'active', $4, $5::jsonb) RETURNING id",
                slug,
                name,
                schema,
                outcome.revision,
                json.dumps(brand),
            )
            for host in hosts:
                await connection.execute(
                    f"INSERT INTO {CONTROL}.host (id, name, municipality_id)"
                    " VALUES (gen_random_uuid(), $1, $2)",
                    host.lower(),
                    key,
                )
    except asyncpg.UniqueViolationError as problem:
        raise Unfit(f"One of the hosts {', '.join(hosts)} belongs to somebody else.") from problem
    finally:
        await connection.close()
    return schema


async def let_the_console_count(connection: asyncpg.Connection, schema: str) -> None:
    """Let the vendor's console count a municipality's jobs by state, and read nothing else."""
    await connection.execute(
        f"GRANT USAGE ON SCHEMA {schema} TO ksr_control;"
        f"GRANT SELECT (status, created_at) ON {schema}.job TO ksr_control"
    )


async def listed(settings: Settings) -> list[asyncpg.Record]:
    """Every municipality: slug, name, schema, state, revision, hosts; by slug."""
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    try:
        return list(
            await connection.fetch(
                "SELECT m.slug, m.name, m.schema, m.state, m.revision,"
                " array_remove(array_agg(h.name ORDER BY h.name), NULL) AS hosts"
                f" FROM {CONTROL}.municipality m LEFT JOIN {CONTROL}.host h"
                " ON h.municipality_id = m.id GROUP BY m.id ORDER BY m.slug"
            )
        )
    finally:
        await connection.close()


async def schema_of(settings: Settings, slug: str) -> str:
    """The schema of a municipality. Raises Unfit when there is none of this name."""
    for row in await listed(settings):
        if row["slug"] == slug:
            return str(row["schema"])
    raise Unfit(f"There is no municipality {slug}.")


async def migrate_all(settings: Settings, only: str | None = None) -> list[migrate.Outcome]:
    """Bring all municipalities (or the one named `only`) to the newest revision."""
    rows = [row for row in await listed(settings) if only is None or row["slug"] == only]
    schemas = [row["schema"] for row in rows]
    clear = {row["schema"] for row in rows if migrate.is_before("tenant", row["revision"], SEALING)}
    outcomes = await migrate.bring_up_all(settings.database_url, schemas)
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    keys = keys_of(settings)
    try:
        for one in outcomes:
            if not one.problem and one.schema in clear:
                keys.make(one.schema)
                await reseal(connection, one.schema, keys.ring(one.schema))
        await connection.executemany(
            f"UPDATE {CONTROL}.municipality SET revision = $2 WHERE schema = $1",
            [(one.schema, one.revision) for one in outcomes if not one.problem],
        )
        for one in outcomes:
            if not one.problem:
                await let_the_console_count(connection, one.schema)
    finally:
        await connection.close()
    return outcomes
