"""A municipality whose data may be committed and broken."""

import asyncpg
import pytest

from tests.factories.municipality import a_town


@pytest.fixture
async def town(settings, cities):
    """Slug and schema of a new municipality."""
    return await a_town(settings)


@pytest.fixture
async def superuser(settings, town):
    """Somebody who can do everything in the town's schema, triggers included."""
    connection = await asyncpg.connect(settings.database_url)
    await connection.execute(f"SET search_path = {town[1]}")
    yield connection
    await connection.close()
