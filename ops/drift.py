"""Do the migrations say what the models say? Asked of a scratch database."""

import asyncio
import sys
import tempfile
from pathlib import Path

import asyncpg

from ksr_saas.embedded import Embedded
from tenants import migrate


async def fill(url: str) -> None:
    """Make one schema of each tree from the migrations."""
    connection = await asyncpg.connect(url, statement_cache_size=0)
    try:
        for tree in ("control", "tenant"):
            await connection.execute(f"CREATE SCHEMA check_{tree}")
            outcome = await migrate.bring_up(connection, tree, f"check_{tree}", owner="postgres")
            if outcome.problem:
                raise SystemExit(f"{tree}: {outcome.problem}")
    finally:
        await connection.close()


def main() -> int:
    """0 when models and migrations agree; otherwise the difference is printed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Embedded(Path(folder), durable=False) as services,
    ):
        asyncio.run(fill(services.database_url))
        found = {
            tree: migrate.drift(tree, services.database_url, f"check_{tree}")
            for tree in ("control", "tenant")
        }
    for tree, problem in found.items():
        sys.stdout.write(f"migrations of {tree}: {problem or 'agree with the models'}\n")
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
