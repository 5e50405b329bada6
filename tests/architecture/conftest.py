"""One house with two municipalities, walked through once; the tests look at what came back."""

import asyncpg
import pytest

from tests.architecture.house import House
from tests.architecture.table import routes_of
from tests.architecture.walk import Browser, Walk


@pytest.fixture(scope="package")
async def house(settings):
    connection = await asyncpg.connect(settings.database_url)
    made = House(settings, connection)
    made.listen()
    await made.build()
    yield made
    await made.close()
    await connection.close()


async def token_of(house, gate):
    """A valid CSRF token, as a browser gets it with its first page."""
    answer, _ = await Browser(gate, "", house.statements).ask(
        "GET", "/", headers=[("Host", "zator.localhost")]
    )
    return answer.cookies["ksr-csrf"]


@pytest.fixture(scope="package")
async def gate(house):
    return house.gate()


@pytest.fixture(scope="package")
async def walk(house, gate):
    """Everything that can be asked for has been asked for."""
    token = await token_of(house, gate)
    made = Walk(house, routes_of(gate.applications), token)
    known = [route for route in made.routes if route.name in house.table.rows]
    reading = [route for route in known if route.safe]
    forms = [route for route in known if not route.safe]
    cities = [route for route in known if not route.host]
    made.prints = {"at first": await house.fingerprint()}
    for routes, stage in (
        (known, made.refusals),
        (forms, made.from_elsewhere),
        (known, made.at_no_host_of_ours),
        (known, made.other_methods),
        (reading, made.reading),
        (forms, made.empty_forms),
    ):
        for route in routes:
            await stage(route)
        made.prints[stage.__name__] = await house.fingerprint()
    for state, stage in (
        ("read-only", made.while_read_only),
        ("suspended", made.while_suspended),
    ):
        await house.put(state)
        made.enter(house.gate())
        for route in cities:
            await stage(route)
        await house.put("active")
        made.prints[stage.__name__] = await house.fingerprint()
    made.enter(house.gate())
    # First those that only show something: the others hand in what these would show.
    for route in sorted(forms, key=lambda one: made.answer_to(one) != 200):
        await made.doing(route)
    return made
