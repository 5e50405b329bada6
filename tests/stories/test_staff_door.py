"""Staff at their door: password and code, the first time, the wrong ones, the lost phone."""

import re
from datetime import timedelta

import msgspec
import pyotp

from ksr_saas.app import create_app
from ksr_saas.serving import behind_proxies
from tests.stories.browser import (
    SKAWA,
    PASSWORD,
    TOTP,
    Browser,
    a_code,
    enrol,
    give_password,
    sign_in_staff,
)


async def test_who_has_no_second_factor_sets_one_up_before_anything_else(app, member):
    await member("nowa@skawa.example", "coordinator", enrolled=False)
    browser = Browser(app, SKAWA)
    offered = await give_password(browser, "nowa@skawa.example", PASSWORD)
    assert "data:image/svg+xml" in offered.text
    assert (await browser.ask("GET", "/organ")).status_code == 303
    wrong = await browser.post("/pracownik/logowanie/aplikacja", kod="000000")
    assert wrong.status_code == 422
    codes = await enrol(browser, offered, "nowa@skawa.example")
    assert len(re.findall(r"<code>[a-z0-9]{5}-[a-z0-9]{5}</code>", codes.text)) == 10
    assert (await browser.ask("GET", "/organ")).status_code == 200


async def test_a_password_alone_lets_nobody_in(app, member):
    await member("sama@skawa.example")
    browser = Browser(app, SKAWA)
    asked = await give_password(browser, "sama@skawa.example", PASSWORD)
    assert "Kod logowania" in asked.text
    assert "ksr" not in browser.cookies[SKAWA]
    assert TOTP not in asked.text
    assert not re.search(r"Kod to \d", asked.text)
    assert (await browser.ask("GET", "/organ")).status_code == 303
    enter = await browser.post(
        "/pracownik/logowanie/kod", kod=await a_code(browser, "sama@skawa.example")
    )
    assert enter.status_code == 200
    assert browser.cookies[SKAWA]["ksr"]


async def test_the_second_step_belongs_to_the_browser_that_gave_the_password(app, member):
    await member("moja@skawa.example")
    browser, thief = Browser(app, SKAWA), Browser(app, SKAWA)
    await give_password(browser, "moja@skawa.example", PASSWORD)
    await thief.get("/pracownik/logowanie")
    code = await a_code(browser, "moja@skawa.example")
    refused = await thief.post("/pracownik/logowanie/kod", kod=code)
    assert "Logowanie trwało zbyt długo" in refused.text


async def test_the_second_step_must_be_taken_within_ten_minutes(app, member, clock):
    await member("pozna@skawa.example")
    browser = Browser(app, SKAWA)
    await give_password(browser, "pozna@skawa.example", PASSWORD)
    clock.ahead = timedelta(minutes=11)
    late = await browser.post(
        "/pracownik/logowanie/kod", kod=await a_code(browser, "pozna@skawa.example")
    )
    assert "Logowanie trwało zbyt długo" in late.text


async def test_a_code_is_taken_once(app, member):
    await member("dwa@skawa.example")
    first, second = Browser(app, SKAWA), Browser(app, SKAWA)
    await give_password(first, "dwa@skawa.example", PASSWORD)
    await give_password(second, "dwa@skawa.example", PASSWORD)
    code = await a_code(first, "dwa@skawa.example")
    assert (await first.post("/pracownik/logowanie/kod", kod=code)).status_code == 200
    again = await second.post("/pracownik/logowanie/kod", kod=code)
    assert again.status_code == 422
    assert "był już użyty" in again.text


async def test_a_backup_code_is_taken_once(app, member):
    await member("zapas@skawa.example", enrolled=False)
    browser = Browser(app, SKAWA)
    codes = await enrol(
        browser,
        await give_password(browser, "zapas@skawa.example", PASSWORD),
        "zapas@skawa.example",
    )
    code = re.search(r"<code>([a-z0-9-]{11})</code>", codes.text)[1]
    for status in (200, 422):
        other = Browser(app, SKAWA)
        await give_password(other, "zapas@skawa.example", PASSWORD)
        entered = await other.post("/pracownik/logowanie/kod", kod=code.upper())
        assert entered.status_code == status


async def test_five_wrong_codes_lock_the_account_for_a_quarter(app, member, clock):
    await member("zamek@skawa.example")
    browser = Browser(app, SKAWA)
    await give_password(browser, "zamek@skawa.example", PASSWORD)
    for _ in range(5):
        assert (await browser.post("/pracownik/logowanie/kod", kod="000000")).status_code == 422
    right = pyotp.TOTP(TOTP).at(clock.now())
    assert (await browser.post("/pracownik/logowanie/kod", kod=right)).status_code == 422
    other = Browser(app, SKAWA)
    await give_password(other, "zamek@skawa.example", PASSWORD)
    assert (await other.post("/pracownik/logowanie/kod", kod=right)).status_code == 422
    clock.ahead = timedelta(minutes=16)
    await give_password(other, "zamek@skawa.example", PASSWORD)
    later = pyotp.TOTP(TOTP).at(clock.now())
    assert (await other.post("/pracownik/logowanie/kod", kod=later)).status_code == 200


async def test_five_wrong_passwords_stop_one_network_and_not_the_others(app, member):
    await member("siec@skawa.example")
    guesser, owner = (Browser(app, SKAWA, address=f"10.0.0.{n}") for n in (7, 8))
    for _ in range(5):
        assert (await give_password(guesser, "siec@skawa.example", "zla")).status_code == 422
    assert (await give_password(guesser, "siec@skawa.example", PASSWORD)).status_code == 422
    assert "Kod logowania" in (await give_password(owner, "siec@skawa.example", PASSWORD)).text


async def test_an_unknown_login_is_answered_like_a_wrong_password(app, member):
    await member("znana@skawa.example")

    def words(answer):
        return re.sub(r'value="[^"]*"', "", answer.text)

    known = await give_password(Browser(app, SKAWA, "10.1.0.1"), "znana@skawa.example", "zla")
    unknown = await give_password(Browser(app, SKAWA, "10.1.0.2"), "nieznana@skawa.example", "zla")
    assert known.status_code == unknown.status_code == 422
    assert words(known) == words(unknown)


async def test_an_account_ends_with_its_school_year(app, member, clock):
    until = clock.today()
    await member("rok@skawa.example", until=until)
    browser = Browser(app, SKAWA)
    assert (await sign_in_staff(browser, "rok@skawa.example", PASSWORD)).status_code == 200
    clock.ahead = timedelta(days=1)
    assert (await browser.ask("GET", "/organ")).status_code == 303
    refused = await give_password(browser, "rok@skawa.example", PASSWORD)
    assert "Twoje konto wygasło" in refused.text
    assert (
        "Twoje konto wygasło" not in (await give_password(browser, "rok@skawa.example", "zla")).text
    )


async def test_an_account_that_ends_between_the_steps_begins_no_session(app, member, connection):
    await member("polnoc@skawa.example")
    browser = Browser(app, SKAWA)
    await give_password(browser, "polnoc@skawa.example", PASSWORD)
    await connection.execute("UPDATE account SET valid_until = '2020-08-31'")
    code = await a_code(browser, "polnoc@skawa.example")
    refused = await browser.post("/pracownik/logowanie/kod", kod=code)
    assert refused.status_code == 422
    assert "Konto wygasło" in refused.text
    assert "ksr" not in browser.cookies[SKAWA]


async def test_staff_sign_in_while_redis_is_away(settings, clock, member):
    alone = msgspec.structs.replace(settings, redis_url="redis://127.0.0.1:1/0")
    app = create_app(alone, clock=clock)
    await member("redis@skawa.example")
    browser = Browser(app, SKAWA, address="10.2.0.1")
    for _ in range(4):
        assert (await give_password(browser, "redis@skawa.example", "zla")).status_code == 422
    assert "Kod logowania" in (await give_password(browser, "redis@skawa.example", PASSWORD)).text
    for _ in range(5):
        await give_password(browser, "redis@skawa.example", "zla")
    assert (await give_password(browser, "redis@skawa.example", PASSWORD)).status_code == 422
    await app.close()


async def test_a_client_is_known_through_our_proxy_and_through_nobody_elses(settings, app, member):
    await member("posrednik@skawa.example")
    behind = behind_proxies(app, msgspec.structs.replace(settings, proxies="10.3.0.0/24"))

    async def attempt(proxy, client, password):
        browser = Browser(behind, SKAWA, address=proxy)
        await browser.get("/pracownik/logowanie")
        token = browser.cookies[SKAWA]["ksr-csrf"]
        fields = {"login": "posrednik@skawa.example", "haslo": password, "_csrf_token": token}
        return await browser.ask(
            "POST", "/pracownik/logowanie", data=fields, headers={"X-Forwarded-For": client}
        )

    for _ in range(5):
        assert (await attempt("10.3.0.1", "203.0.113.5", "zla")).status_code == 422
    assert (await attempt("10.3.0.1", "203.0.113.5", PASSWORD)).status_code == 422
    assert (await attempt("10.3.0.1", "203.0.113.6", PASSWORD)).status_code == 303
    for n in range(5):
        assert (await attempt("10.4.0.1", f"203.0.113.{n + 10}", "zla")).status_code == 422
    assert (await attempt("10.4.0.1", "203.0.113.30", PASSWORD)).status_code == 422
