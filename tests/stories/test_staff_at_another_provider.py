"""A city's staff sign in with SimpleSAMLphp, which shares no code with us, by encrypted POST."""

import asyncpg
import pytest

from ksr_saas.app import create_app
from ksr_saas.identity.totp import bound
from ksr_saas.portals import keys_of
from tenants import eid_commands, provision
from tests.eid_bench import simplesamlphp
from tests.stories.browser import LAST, SECRETS, TOTP, Browser, a_code, hidden
from tests.stories.test_signing_in_by_eid import BRAND

HOST = "olawa.localhost:8000"
LOGIN = "anna.kadrowa@olawa.example"
MFA = "https://refeds.org/profile/mfa"


@pytest.fixture(scope="module")
async def database(settings):
    """A municipality with one coordinator, who has an authenticator and no password."""
    schema = await provision.create(settings, "olawa", "Oława", ["olawa.localhost"], BRAND)
    connection = await asyncpg.connect(settings.database_url)
    await connection.execute(f"SET search_path = {schema}")
    account = await connection.fetchval(
        "INSERT INTO account (id, kind, login, given_name, family_name, email, language, active,"
        " failures) VALUES (gen_random_uuid(), 'staff', $1, 'Anna', 'Kadrowa', '', 'pl', true, 0)"
        " RETURNING id",
        LOGIN,
    )
    await connection.execute(
        "INSERT INTO role_grant (id, account_id, role)"
        " VALUES (gen_random_uuid(), $1, 'coordinator')",
        account,
    )
    ring = keys_of(settings).ring(schema)
    sealed = ring.seal("account.totp_sealed", bound(account, TOTP))
    await connection.execute("UPDATE account SET totp_sealed = $2 WHERE id = $1", account, sealed)
    SECRETS[HOST, LOGIN] = TOTP
    LAST.pop((HOST, LOGIN), None)
    yield connection
    await connection.execute("DELETE FROM control.municipality WHERE slug = 'olawa'")
    await connection.execute(f"DROP SCHEMA {schema} CASCADE")
    await connection.close()


@pytest.fixture(scope="module")
async def provider(settings, database, tmp_path_factory):
    """SimpleSAMLphp; it and the municipality know each other by metadata and files."""
    folder = tmp_path_factory.mktemp("simplesamlphp")
    with simplesamlphp(folder) as found:
        (folder / "idp.xml").write_bytes(found.metadata())
        # This version encrypts with AES-128-CBC only.
        for step in (
            ("set", "olawa", "must-encrypt=yes", "cbc=yes", f"trusted-contexts={MFA}"),
            ("import-metadata", "olawa", str(folder / "idp.xml")),
            ("rotate-key", "olawa", "begin"),
            ("rotate-key", "olawa", "switch"),
            ("set", "olawa", "state=int"),
        ):
            assert await eid_commands.run(settings, ["--for", "staff", *step]) == 0
        await found.knows_city(database, "olawa")
        yield found


@pytest.fixture
async def app(settings, provider):
    made = create_app(settings)
    yield made
    await made.close()


async def sign_in(browser, provider, user):
    """The browser's way there and back; the answer to the posted assertion."""
    await browser.get("/pracownik/logowanie")
    form = hidden(await browser.post("/pracownik/logowanie/urzad", dokad="/pracownicy"))
    answer = hidden(provider.sign_in(form, user))
    return await browser.ask("POST", "/pracownik/sso/acs", data=answer)


async def reason(database):
    return await database.fetchval(
        "SELECT reason FROM audit_event WHERE act = 'identity.sso-refused'"
        " ORDER BY created_at DESC LIMIT 1"
    )


async def test_several_factors_there_lead_straight_in(app, provider, database):
    browser = Browser(app, HOST)
    entered = await sign_in(browser, provider, "kadry")
    assert entered.status_code == 303, await reason(database)
    home = await browser.get(entered.headers["location"])
    assert "Anna Kadrowa" in home.text
    assert "<h1>Pracownicy</h1>" in home.text


async def test_a_password_there_is_followed_by_our_code(app, provider, database):
    browser = Browser(app, HOST)
    entered = await sign_in(browser, provider, "biuro")
    assert entered.status_code == 303, await reason(database)
    assert "Kod logowania" in (await browser.get(entered.headers["location"])).text
    code = await a_code(browser, LOGIN)
    home = await browser.post("/pracownik/logowanie/kod", kod=code)
    assert "<h1>Pracownicy</h1>" in home.text


@pytest.mark.parametrize(
    ("user", "why"), [("obcy", "person-unknown"), ("zaneta", "person-attribute")]
)
async def test_others_of_the_provider_are_nobody_here(app, provider, database, user, why):
    refused = await sign_in(Browser(app, HOST), provider, user)
    assert refused.status_code == 403
    assert await reason(database) == why
