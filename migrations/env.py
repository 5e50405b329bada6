"""Alembic environment of both trees: `control` and `tenant`.

Offline (rendering SQL) is the normal way: `tenants.migrate` renders each tree once and applies the
text to many schemas. Online serves `alembic revision --autogenerate` and `alembic check`, with the
schema pinned for the connection.
"""

import asyncio

from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from ksr_saas import tables
from ksr_saas.kernel.sealed import Hidden

config = context.config
metadata = tables.CONTROL if config.get_main_option("tree") == "control" else tables.TENANT


def render_item(kind: str, item: object, _: object) -> str | bool:
    """How autogenerate writes a hidden column's type: revisions import nothing of ours."""
    return "sa.Text()" if kind == "type" and isinstance(item, Hidden) else False


def run(connection: Connection) -> None:
    """Compare or migrate the schema named in the configuration."""
    schema = config.get_main_option("schema")
    connection.execute(text("SELECT set_config('search_path', :s, false)"), {"s": schema})
    connection.commit()
    connection.dialect.default_schema_name = schema
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


async def online() -> None:
    """Open a connection as the administrator and run on it."""
    engine = create_async_engine(config.get_main_option("url") or "")
    async with engine.connect() as connection:
        await connection.run_sync(run)
    await engine.dispose()


if context.is_offline_mode():
    context.configure(
        dialect_name="postgresql", target_metadata=metadata, literal_binds=True, as_sql=True
    )
    context.run_migrations()
else:
    asyncio.run(online())
