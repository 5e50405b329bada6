"""Staff at their door: password and code, the first time, the wrong ones, the lost phone."""

import re
from datetime import timedelta

import asyncpg
import pyotp
import pytest

from ksr_saas.app import create_app
from ksr_saas.identity.passwords import HASHER
from ksr_saas.identity.totp import Vault
from ksr_saas.settings import Settings
from tests.stories.browser import (
    LAST,
    SECRETS,
    Browser,
    MovingClock,
    a_code,
    enrol,
    give_password,
    sign_in_staff,
)

HOST = "pila.localhost:8000"
PASSWORD = "krowa pasie sie na dachu"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def clock():
    return MovingClock()


@pytest.fixture
async def connection(settings, cities):
    made = await asyncpg.connect(settings.database_url)
    await made.execute(f"SET search_path = {cities['pila']}")
    yield made
    await made.close()


@pytest.fixture
async def app(settings, cities, clock):
    made = create_app(settings, clock=clock)
    yield made
    await made.close()


@pytest.fixture
async def member(settings, connection):
    """Makes members of staff: login, role, enrolled or not."""
    made = []
    hashed = HASHER.hash(PASSWORD)

    async def make(login, role="coordinator", *, enrolled=True, until=None):
        account = await connection.fetchval(
            "INSERT INTO account (id, kind, login, given_name, family_name, email, password_hash,"
            " language, active, failures, valid_until) VALUES (gen_random_uuid(), 'staff', $1,"
            " 'Ewa', 'Lis', $1, $2, 'pl', true, 0, $3) RETURNING id",
            login,
            hashed,
            until,
        )
        made.append(account)
        await connection.execute(
            "INSERT INTO role_grant (id, account_id, role) VALUES (gen_random_uuid(), $1, $2)",
            account,
            role,
        )
        if enrolled:
            sealed = Vault(settings, "t_pila").seal(account, SECRET)
            await connection.execute(
                "UPDATE account SET totp_sealed = $2 WHERE id = $1", account, sealed
            )
            SECRETS[HOST, login] = SECRET
            LAST.pop((HOST, login), None)
        return account

    yield make
    await connection.execute("DELETE FROM account WHERE id = ANY($1)", made)


async def test_who_has_no_second_factor_sets_one_up_before_anything_else(app, member):
    await member("nowa@pila.example", "coordinator", enrolled=False)
    browser = Browser(app, HOST)
    offered = await give_password(browser, "nowa@pila.example", PASSWORD)
    assert "data:image/svg+xml" in offered.text
    assert (await browser.ask("GET", "/organ")).status_code == 303
    wrong = await browser.post("/pracownik/logowanie/aplikacja", kod="000000")
    assert wrong.status_code == 422
    codes = await enrol(browser, offered, "nowa@pila.example")
    assert len(re.findall(r"<code>[a-z0-9]{5}-[a-z0-9]{5}</code>", codes.text)) == 10
    assert (await browser.ask("GET", "/organ")).status_code == 200


async def test_a_password_alone_lets_nobody_in(app, member):
    await member("sama@pila.example")
    browser = Browser(app, HOST)
    asked = await give_password(browser, "sama@pila.example", PASSWORD)
    assert "Kod logowania" in asked.text
    assert "ksr" not in browser.cookies[HOST]
    assert SECRET not in asked.text
    assert not re.search(r"Kod to \d", asked.text)
    assert (await browser.ask("GET", "/organ")).status_code == 303
    enter = await browser.post(
        "/pracownik/logowanie/kod", kod=await a_code(browser, "sama@pila.example")
    )
    assert enter.status_code == 200
    assert browser.cookies[HOST]["ksr"]


async def test_the_second_step_belongs_to_the_browser_that_gave_the_password(app, member):
    await member("moja@pila.example")
    browser, thief = Browser(app, HOST), Browser(app, HOST)
    await give_password(browser, "moja@pila.example", PASSWORD)
    await thief.get("/pracownik/logowanie")
    code = await a_code(browser, "moja@pila.example")
    refused = await thief.post("/pracownik/logowanie/kod", kod=code)
    assert "Logowanie trwało zbyt długo" in refused.text


async def test_the_second_step_must_be_taken_within_ten_minutes(app, member, clock):
    await member("pozna@pila.example")
    browser = Browser(app, HOST)
    await give_password(browser, "pozna@pila.example", PASSWORD)
    clock.ahead = timedelta(minutes=11)
    late = await browser.post(
        "/pracownik/logowanie/kod", kod=await a_code(browser, "pozna@pila.example")
    )
    assert "Logowanie trwało zbyt długo" in late.text


async def test_a_code_is_taken_once(app, member):
    await member("dwa@pila.example")
    first, second = Browser(app, HOST), Browser(app, HOST)
    await give_password(first, "dwa@pila.example", PASSWORD)
    await give_password(second, "dwa@pila.example", PASSWORD)
    code = await a_code(first, "dwa@pila.example")
    assert (await first.post("/pracownik/logowanie/kod", kod=code)).status_code == 200
    again = await second.post("/pracownik/logowanie/kod", kod=code)
    assert again.status_code == 422
    assert "był już użyty" in again.text


async def test_a_backup_code_is_taken_once(app, member):
    await member("zapas@pila.example", enrolled=False)
    browser = Browser(app, HOST)
    codes = await enrol(
        browser, await give_password(browser, "zapas@pila.example", PASSWORD), "zapas@pila.example"
    )
    code = re.search(r"<code>([a-z0-9-]{11})</code>", codes.text)[1]
    for status in (200, 422):
        other = Browser(app, HOST)
        await give_password(other, "zapas@pila.example", PASSWORD)
        entered = await other.post("/pracownik/logowanie/kod", kod=code.upper())
        assert entered.status_code == status


async def test_five_wrong_codes_lock_the_account_for_a_quarter(app, member, clock):
    await member("zamek@pila.example")
    browser = Browser(app, HOST)
    await give_password(browser, "zamek@pila.example", PASSWORD)
    for _ in range(5):
        assert (await browser.post("/pracownik/logowanie/kod", kod="000000")).status_code == 422
    right = pyotp.TOTP(SECRET).at(clock.now())
    assert (await browser.post("/pracownik/logowanie/kod", kod=right)).status_code == 422
    other = Browser(app, HOST)
    await give_password(other, "zamek@pila.example", PASSWORD)
    assert (await other.post("/pracownik/logowanie/kod", kod=right)).status_code == 422
    clock.ahead = timedelta(minutes=16)
    await give_password(other, "zamek@pila.example", PASSWORD)
    later = pyotp.TOTP(SECRET).at(clock.now())
    assert (await other.post("/pracownik/logowanie/kod", kod=later)).status_code == 200


async def test_five_wrong_passwords_stop_one_network_and_not_the_others(app, member):
    await member("siec@pila.example")
    guesser, owner = (Browser(app, HOST, address=f"10.0.0.{n}") for n in (7, 8))
    for _ in range(5):
        assert (await give_password(guesser, "siec@pila.example", "zla")).status_code == 422
    assert (await give_password(guesser, "siec@pila.example", PASSWORD)).status_code == 422
    assert "Kod logowania" in (await give_password(owner, "siec@pila.example", PASSWORD)).text


async def test_an_unknown_login_is_answered_like_a_wrong_password(app, member):
    await member("znana@pila.example")

    def words(answer):
        return re.sub(r'value="[^"]*"', "", answer.text)

    known = await give_password(Browser(app, HOST, "10.1.0.1"), "znana@pila.example", "zla")
    unknown = await give_password(Browser(app, HOST, "10.1.0.2"), "nieznana@pila.example", "zla")
    assert known.status_code == unknown.status_code == 422
    assert words(known) == words(unknown)


async def test_an_account_ends_with_its_school_year(app, member, clock):
    until = clock.today()
    await member("rok@pila.example", until=until)
    browser = Browser(app, HOST)
    assert (await sign_in_staff(browser, "rok@pila.example", PASSWORD)).status_code == 200
    clock.ahead = timedelta(days=1)
    assert (await browser.ask("GET", "/organ")).status_code == 303
    refused = await give_password(browser, "rok@pila.example", PASSWORD)
    assert "Twoje konto wygasło" in refused.text
    assert (
        "Twoje konto wygasło" not in (await give_password(browser, "rok@pila.example", "zla")).text
    )


async def test_staff_sign_in_while_redis_is_away(settings, cities, clock, member):
    alone = Settings(
        **{f: getattr(settings, f) for f in settings.__struct_fields__}
        | {"redis_url": "redis://127.0.0.1:1/0"}
    )
    app = create_app(alone, clock=clock)
    await member("redis@pila.example")
    browser = Browser(app, HOST, address="10.2.0.1")
    for _ in range(4):
        assert (await give_password(browser, "redis@pila.example", "zla")).status_code == 422
    assert "Kod logowania" in (await give_password(browser, "redis@pila.example", PASSWORD)).text
    for _ in range(5):
        await give_password(browser, "redis@pila.example", "zla")
    assert (await give_password(browser, "redis@pila.example", PASSWORD)).status_code == 422
    await app.close()
