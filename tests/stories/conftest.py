"""A municipality of its own for stories about staff, so that they leave nothing in the others."""

import asyncio

import asyncpg
import pytest

from ksr_saas.app import create_app
from ksr_saas.identity.passwords import HASHER
from ksr_saas.identity.totp import bound
from ksr_saas.portals import keys_of
from tenants import provision, read
from tenants.commands import FOLDER, brand_of
from tests.stories.browser import LAST, SKAWA, PASSWORD, RINGS, SECRETS, TOTP, MovingClock


@pytest.fixture(scope="session")
def staff_town(settings):
    """Its schema."""
    brand = brand_of(read.read(FOLDER / "pila"))
    schema = asyncio.run(provision.create(settings, "skawa", "Skawa", ["skawa.localhost"], brand))
    RINGS[SKAWA] = keys_of(settings).ring(schema)
    return schema


@pytest.fixture
def clock():
    return MovingClock()


@pytest.fixture
async def connection(settings, staff_town):
    """The administrator's connection, in the staff's municipality; its accounts are gone after."""
    made = await asyncpg.connect(settings.database_url)
    await made.execute(f"SET search_path = {staff_town}")
    yield made
    await made.execute("DELETE FROM message; DELETE FROM account; DELETE FROM institution")
    await made.close()


@pytest.fixture
async def app(settings, connection, clock):
    made = create_app(settings, clock=clock)
    yield made
    await made.close()


@pytest.fixture
def member(settings, staff_town, connection):
    """Makes members of staff with PASSWORD: login, role, enrolled or not, valid until when, where.

    `at` is the code of an institution.
    """
    hashed = HASHER.hash(PASSWORD)

    async def make(login, role="coordinator", *, enrolled=True, until=None, name="Ewa", at=None):
        account = await connection.fetchval(
            "INSERT INTO account (id, kind, login, given_name, family_name, email, password_hash,"
            " language, active, failures, valid_until) VALUES (gen_random_uuid(), 'staff', $1,"
            " $4, 'Lis', $5, $2, 'pl', true, 0, $3) RETURNING id",
            login,
            hashed,
            until,
            name,
            RINGS[SKAWA].seal("account.email", login),
        )
        await connection.execute(
            "INSERT INTO role_grant (id, account_id, role, institution_id) VALUES"
            " (gen_random_uuid(), $1, $2, (SELECT id FROM institution WHERE code = $3))",
            account,
            role,
            at,
        )
        if enrolled:
            sealed = RINGS[SKAWA].seal("account.totp_sealed", bound(account, TOTP))
            await connection.execute(
                "UPDATE account SET totp_sealed = $2 WHERE id = $1", account, sealed
            )
            SECRETS[SKAWA, login] = TOTP
            LAST.pop((SKAWA, login), None)
        return account

    return make


@pytest.fixture
def institution(connection):
    """Makes institutions of a code."""

    async def make(code):
        await connection.execute(
            "INSERT INTO institution (id, code, rspo, kind, name, sort_key, street, postal_code,"
            " town, district, lat, lon, phone, email, hours, made_up) VALUES (gen_random_uuid(),"
            " $1, '', 'preschool', $2, $1, 'Polna 1', '64-920', 'Skawa', '', 53, 16, '', '', '',"
            " true)",
            code,
            f"Przedszkole {code.upper()}",
        )

    return make
