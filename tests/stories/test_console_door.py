"""The vendor's people at their console: an invitation, a passkey, and everything that is not one."""

import asyncio
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import asyncpg
import msgspec
import pyotp
import pytest

from ksr_saas.app import NotInProduction, _litestar, create_app
from ksr_saas.console import accounts
from ksr_saas.console.commands import console
from ksr_saas.console.web.door import PasswordDoor, vendor_may_enter
from ksr_saas.identity.passwords import HASHER
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.tenancy.models import CONTROL
from tests.factories.authenticator import PRESENT, Authenticator, coded
from tests.stories.browser import PASSWORD, TOTP, Browser, MovingClock

HOST = "konsola.localhost:8000"
ORIGIN = f"http://{HOST}"
LOGIN = "ola@dostawca.example"


@pytest.fixture(scope="module")
def moving():
    return MovingClock()


@pytest.fixture
def clock(moving):
    yield moving
    moving.ahead = timedelta()


@pytest.fixture(scope="module")
async def app(settings, cities, moving):
    made = create_app(settings, clock=moving)
    yield made
    await made.close()


@pytest.fixture
async def control(settings):
    """The administrator's connection to the catalogue; the accounts made here are gone after."""
    made = await asyncpg.connect(settings.database_url)
    await made.execute("SET search_path = control")
    yield made
    await made.execute("DELETE FROM vendor_account WHERE login LIKE '%@dostawca.example'")
    await made.close()


@pytest.fixture
def invite(settings, clock, control):
    """Gives out a link's token for a person of the vendor's."""

    async def made(login=LOGIN):
        engine = make_engine(settings.login_url("ksr_console"), pool_size=1)
        async with pinned_session(engine, "ksr_control", path=CONTROL) as session, session.begin():
            token = await accounts.invite(session, login, "Ola", now=clock.now())
        await engine.dispose()
        return token

    return made


async def asked(browser, path, **fields):
    """The options that the page's script gets."""
    answer = await browser.post(path, **fields)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text)


async def enrolled(app, token, device, **lies):
    """A browser that has followed the link; the answer it got."""
    browser = Browser(app, HOST)
    await browser.get(f"/zaproszenie?bilet={token}")
    options = await asked(browser, "/zaproszenie/pytanie", bilet=token)
    sent = device.create(options, **lies)
    return browser, await browser.post(
        "/zaproszenie", follow=False, bilet=token, nazwa="Telefon", odpowiedz=sent
    )


async def at_the_door(app, address="127.0.0.1"):
    """A browser at the login page, and what its script was asked."""
    browser = Browser(app, HOST, address)
    await browser.get("/logowanie")
    return browser, await asked(browser, "/logowanie/pytanie")


async def signed_in(app, device, **lies):
    """A browser after it has shown a key; the answer it got."""
    browser, options = await at_the_door(app)
    sent = device.get(options, **lies)
    return browser, await browser.post("/logowanie", follow=False, odpowiedz=sent)


async def enters(browser):
    return (await browser.ask("GET", "/")).status_code == 200


@pytest.fixture
async def device(app, invite):
    """The authenticator of somebody who is registered."""
    made = Authenticator(ORIGIN)
    _, answer = await enrolled(app, await invite(), made)
    assert answer.status_code == 303
    return made


async def test_a_printed_link_registers_a_key_once_and_lets_in(app, control, invite):
    token, device = await invite(), Authenticator(ORIGIN)
    kept = await control.fetchval("SELECT token_hash FROM vendor_invitation ORDER BY expires_at")
    assert token not in kept
    browser, answer = await enrolled(app, token, device)
    assert answer.status_code == 303
    assert await enters(browser)
    assert (await browser.ask("GET", f"/zaproszenie?bilet={token}")).status_code == 404
    other, again = await signed_in(app, device)
    assert again.status_code == 303
    assert await enters(other)
    acts = await control.fetch("SELECT act FROM control_event WHERE actor = $1", LOGIN)
    assert {row["act"] for row in acts} >= {"invited", "passkey-added", "sign-in"}


async def test_a_link_is_over_after_a_day_or_when_a_newer_one_was_printed(app, invite, clock):
    first, second = await invite(), await invite()
    browser = Browser(app, HOST)
    assert (await browser.get(f"/zaproszenie?bilet={first}")).status_code == 404
    assert (await browser.get(f"/zaproszenie?bilet={second}")).status_code == 200
    clock.ahead = timedelta(hours=24, minutes=1)
    assert (await browser.get(f"/zaproszenie?bilet={second}")).status_code == 404


async def test_a_key_refused_leaves_the_link_good_and_the_question_spent(app, invite):
    token, device = await invite(), Authenticator(ORIGIN)
    browser, answer = await enrolled(app, token, device, flags=PRESENT)
    assert answer.status_code == 422
    assert "Ten klucz nie został przyjęty" in answer.text
    assert not await enters(browser)
    _, again = await enrolled(app, token, device)
    assert again.status_code == 303


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "http://zla.invalid"},
        {"origin": "http://pila.localhost:8000"},
        {"origin": "http://localhost:8000"},
        {"site": "localhost"},
        {"site": "pila.localhost"},
        {"flags": PRESENT},
        {"flags": 0},
        {"kind": "webauthn.create"},
        {"user": coded(b"0" * 16)},
        {"key": Authenticator(ORIGIN).key},
    ],
)
async def test_a_lie_lets_nobody_in(app, device, lie):
    browser, answer = await signed_in(app, device, **lie)
    assert answer.status_code == 422
    assert not await enters(browser)


async def test_a_challenge_is_answered_once(app, device):
    browser, options = await at_the_door(app)
    sent = device.get(options)
    question = browser.cookies[HOST]["ksr-klucz"]
    assert (await browser.post("/logowanie", follow=False, odpowiedz=sent)).status_code == 303
    thief = Browser(app, HOST)
    await thief.get("/logowanie")
    thief.cookies[HOST]["ksr-klucz"] = question
    assert (await thief.post("/logowanie", odpowiedz=sent)).status_code == 422


async def test_two_answers_at_once_let_one_in(app, device):
    browser, options = await at_the_door(app)
    sent = device.get(options)
    answers = await asyncio.gather(
        *(browser.post("/logowanie", follow=False, odpowiedz=sent) for _ in range(4))
    )
    assert sorted(one.status_code for one in answers) == [303, 422, 422, 422]


async def test_a_wrong_answer_spends_the_challenge(app, device):
    browser, options = await at_the_door(app)
    wrong = device.get(options, origin="http://zla.invalid")
    assert (await browser.post("/logowanie", odpowiedz=wrong)).status_code == 422
    right = device.get(options)
    assert (await browser.post("/logowanie", odpowiedz=right)).status_code == 422


async def test_a_challenge_belongs_to_the_browser_that_was_asked(app, device):
    _, options = await at_the_door(app)
    thief, _ = await at_the_door(app)
    sent = device.get(options)
    assert (await thief.post("/logowanie", odpowiedz=sent)).status_code == 422


async def test_a_challenge_is_over_after_five_minutes_and_is_swept_away(
    app, device, clock, control
):
    browser, options = await at_the_door(app)
    clock.ahead = timedelta(minutes=5, seconds=1)
    late = await browser.post("/logowanie", odpowiedz=device.get(options))
    assert late.status_code == 422
    await at_the_door(app)
    await at_the_door(app)
    late = await control.fetchval(
        "SELECT count(*) FROM vendor_challenge WHERE expires_at <= $1", clock.now()
    )
    assert late == 0


async def test_a_question_for_registering_is_no_question_for_signing_in(app, invite, device):
    token = await invite("ela@dostawca.example")
    browser = Browser(app, HOST)
    await browser.get(f"/zaproszenie?bilet={token}")
    options = await asked(browser, "/zaproszenie/pytanie", bilet=token)
    sent = device.get(options | {"rpId": options["rp"]["id"]})
    assert (await browser.post("/logowanie", odpowiedz=sent)).status_code == 422


async def test_a_count_that_goes_back_is_a_copied_key(app, device):
    device.count = 40
    assert (await signed_in(app, device))[1].status_code == 303
    for count in (41, 1, 0):
        assert (await signed_in(app, device, count=count))[1].status_code == 422
    device.count = 41
    assert (await signed_in(app, device))[1].status_code == 303


async def test_a_key_that_somebody_has_is_nobody_elses(app, invite, device):
    _, answer = await enrolled(app, await invite("ela@dostawca.example"), device)
    assert answer.status_code == 422


async def test_a_key_nobody_registered_lets_nobody_in(app, device):
    stranger = Authenticator(ORIGIN)
    stranger.user = device.user
    assert (await signed_in(app, stranger))[1].status_code == 422


@pytest.mark.parametrize("sent", ["", "{}", "[]", "null", '{"id": 1}', "\x00", "9" * 40_000])
async def test_nonsense_lets_nobody_in(app, sent):
    browser, _ = await at_the_door(app, address="10.9.0.1")
    assert (await browser.post("/logowanie", odpowiedz=sent)).status_code == 422


async def test_five_tries_with_a_key_stop_it_at_that_network(app, device):
    for _ in range(5):
        browser, options = await at_the_door(app, address="10.9.1.1")
        wrong = device.get(options, origin="http://zla.invalid")
        assert (await browser.post("/logowanie", odpowiedz=wrong)).status_code == 422
    browser, options = await at_the_door(app, address="10.9.1.1")
    right = device.get(options)
    assert (await browser.post("/logowanie", odpowiedz=right)).status_code == 422
    browser, options = await at_the_door(app, address="10.9.1.2")
    right = device.get(options)
    assert (await browser.post("/logowanie", follow=False, odpowiedz=right)).status_code == 303


# Sessions


async def test_a_session_is_rotated_and_the_cookie_cannot_be_planted(app, device):
    browser, options = await at_the_door(app)
    browser.cookies[HOST]["ksr-konsola"] = "a" * 43
    first = await browser.post("/logowanie", follow=False, odpowiedz=device.get(options))
    (cookie,) = [
        one for one in first.headers.get_list("set-cookie") if one.startswith("ksr-konsola=")
    ]
    assert {"httponly", "samesite=strict", "path=/"} <= set(cookie.lower().split("; "))
    before = browser.cookies[HOST]["ksr-konsola"]
    assert before != "a" * 43
    options = await asked(browser, "/logowanie/pytanie")
    await browser.post("/logowanie", odpowiedz=device.get(options))
    assert browser.cookies[HOST]["ksr-konsola"] != before
    browser.cookies[HOST]["ksr-konsola"] = before
    assert not await enters(browser)


async def test_a_session_ends_after_a_quarter_of_rest(app, device, clock):
    browser, _ = await signed_in(app, device)
    for minutes in (14, 28, 42):
        clock.ahead = timedelta(minutes=minutes)
        assert await enters(browser)
    clock.ahead = timedelta(minutes=42 + 15, seconds=1)
    assert not await enters(browser)


async def test_a_session_ends_after_four_hours_of_work(app, device, clock):
    browser, _ = await signed_in(app, device)
    for minutes in range(10, 240, 10):
        clock.ahead = timedelta(minutes=minutes)
        stayed = await browser.post("/konto/zostan", follow=False)
        assert stayed.status_code == 303
    clock.ahead = timedelta(minutes=240)
    assert not await enters(browser)


async def test_other_browsers_can_be_signed_out(app, device):
    first, _ = await signed_in(app, device)
    second, _ = await signed_in(app, device)
    third, _ = await signed_in(app, device)
    page = await first.get("/konto/sesje")
    ends = re.findall(r'action="(/konto/sesje/[0-9a-f-]+/koniec)"', page.text)
    assert len(ends) == 3  # the two others, and the one that followed the link
    await first.post(ends[0])
    assert [await enters(one) for one in (first, second, third)].count(True) == 2
    await first.post("/konto/sesje/koniec-innych")
    assert [await enters(one) for one in (first, second, third)] == [True, False, False]
    await first.post("/wyloguj")
    assert not await enters(first)


# Keys


async def add_a_key(browser, device):
    options = await asked(browser, "/konto/klucze/pytanie")
    return options, await browser.post(
        "/konto/klucze", follow=False, nazwa="Klucz USB", odpowiedz=device.create(options)
    )


async def test_a_second_key_is_added_and_the_last_one_stays(app, device):
    browser, _ = await signed_in(app, device)
    page = await browser.get("/konto/sesje")
    assert "/usun" not in page.text
    spare = Authenticator(ORIGIN)
    options, added = await add_a_key(browser, spare)
    assert added.status_code == 303
    assert [one["id"] for one in options["excludeCredentials"]] == [coded(device.id)]
    page = await browser.get("/konto/sesje")
    assert "Klucz USB" in page.text
    removals = re.findall(r'action="(/konto/klucze/[0-9a-f-]+/usun)"', page.text)
    assert len(removals) == 2
    other, _ = await signed_in(app, spare)
    assert (await browser.post(removals[0], follow=False)).status_code == 303
    assert not await enters(other)
    last = await browser.post(removals[1], follow=False)
    assert last.status_code == 409
    assert "To ostatni klucz" in last.text
    assert (await signed_in(app, device))[1].status_code == 422
    assert (await signed_in(app, spare))[1].status_code == 303


async def test_the_same_key_is_not_added_twice(app, device):
    browser, _ = await signed_in(app, device)
    _, answer = await add_a_key(browser, device)
    assert answer.status_code == 422


async def test_keys_are_changed_only_shortly_after_signing_in(app, device, clock):
    browser, _ = await signed_in(app, device)
    key = await browser.get("/konto/sesje")
    assert "Dodaj klucz" in key.text
    clock.ahead = timedelta(minutes=10)
    assert await enters(browser)
    clock.ahead = timedelta(minutes=16)
    page = await browser.get("/konto/sesje")
    assert page.status_code == 200
    assert "Dodaj klucz" not in page.text
    for path in ("klucze/pytanie", "klucze", f"klucze/{accounts.uuid4()}/usun"):
        assert (await browser.post(f"/konto/{path}", follow=False)).status_code == 403


async def test_nobody_removes_anothers_key_or_session(app, invite, device, control):
    other = Authenticator(ORIGIN)
    theirs, _ = await enrolled(app, await invite("ela@dostawca.example"), other)
    await add_a_key(theirs, Authenticator(ORIGIN))
    browser, _ = await signed_in(app, device)
    await add_a_key(browser, Authenticator(ORIGIN))
    key = await control.fetchval("SELECT id FROM vendor_passkey WHERE credential_id = $1", other.id)
    session = await control.fetchval(
        "SELECT s.id FROM vendor_session s JOIN vendor_account a ON a.id = account_id"
        " WHERE login = 'ela@dostawca.example'"
    )
    assert (await browser.post(f"/konto/klucze/{key}/usun")).status_code == 404
    assert (await browser.post(f"/konto/sesje/{session}/koniec")).status_code == 404
    assert await enters(theirs)


# Where and where not


async def test_the_console_may_be_open_to_some_networks_only(settings, clock, device):
    narrow = msgspec.structs.replace(settings, console_networks="192.0.2.0/24, 2001:db8::/32")
    app = create_app(narrow, clock=clock)
    for address, status in (("192.0.2.7", 200), ("2001:db8::1", 200), ("127.0.0.1", 404)):
        browser = Browser(app, HOST, address)
        assert (await browser.get("/logowanie")).status_code == status
    assert (await Browser(app, "pila.localhost:8000").get("/")).status_code == 200
    await app.close()


@pytest.fixture
async def by_password(control):
    """An account of the demonstration."""
    await control.execute(
        "INSERT INTO vendor_account (id, login, name, password_hash, totp_secret, totp_last_step,"
        " failures) VALUES (gen_random_uuid(), 'pokaz@dostawca.example', 'Pokaz', $1, $2, 0, 0)",
        HASHER.hash(PASSWORD),
        TOTP,
    )


def filled(clock, **fields):
    right = {"login": "Pokaz@dostawca.example", "haslo": PASSWORD}
    return right | {"kod": pyotp.TOTP(TOTP).at(clock.now())} | fields


async def test_in_the_demonstration_password_and_code_let_in_and_the_page_says_so(
    app, clock, by_password
):
    browser = Browser(app, HOST)
    page = await browser.get("/logowanie")
    assert "Tylko w wersji demonstracyjnej" in page.text
    assert "Zaloguj się kluczem" in page.text
    for wrong in ({"haslo": "zla"}, {"kod": "000000"}, {"login": "nikt@dostawca.example"}):
        refused = await browser.post("/logowanie/haslo", **filled(clock, **wrong))
        assert refused.status_code == 422
        assert PASSWORD not in refused.text
    code = filled(clock)
    assert (await browser.post("/logowanie/haslo", follow=False, **code)).status_code == 303
    assert await enters(browser)
    other = Browser(app, HOST)
    await other.get("/logowanie")
    assert (await other.post("/logowanie/haslo", **code)).status_code == 422


async def test_five_wrong_passwords_stop_a_network_at_the_console(app, clock, by_password):
    browser = Browser(app, HOST, "10.9.2.1")
    await browser.get("/logowanie")
    for _ in range(5):
        await browser.post("/logowanie/haslo", **filled(clock, login="inny@dostawca.example"))
    wrong = await browser.post("/logowanie/haslo", **filled(clock, login="inny@dostawca.example"))
    assert wrong.status_code == 422
    assert (
        await browser.post("/logowanie/haslo", follow=False, **filled(clock))
    ).status_code == 303


@pytest.fixture
async def production(settings, clock, device):
    real = msgspec.structs.replace(settings, environment="production", scheme="https")
    made = create_app(real, clock=clock)
    yield made
    await made.close()


async def test_production_has_no_door_for_passwords(production, clock, by_password):
    browser = Browser(production, "konsola.localhost")
    page = await browser.get("/logowanie")
    assert page.status_code == 200
    assert "demonstracyjnej" not in page.text
    assert 'type="password"' not in page.text
    token = browser.cookies["konsola.localhost"]["__Host-ksr-csrf"]
    answer = await browser.ask(
        "POST", "/logowanie/haslo", data=filled(clock) | {"_csrf_token": token}
    )
    assert answer.status_code == 404


async def test_in_production_the_cookies_are_bound_to_the_console(production, invite):
    browser, token = Browser(production, "konsola.localhost"), await invite("ewa@dostawca.example")
    await browser.get(f"/zaproszenie?bilet={token}")

    async def send(path, **fields):
        csrf = browser.cookies[browser.host]["__Host-ksr-csrf"]
        return await browser.ask("POST", path, data={"_csrf_token": csrf, "bilet": token} | fields)

    asked_ = await send("/zaproszenie/pytanie")
    assert asked_.headers["set-cookie"].startswith("__Host-ksr-klucz=")
    assert {"secure", "httponly", "samesite=strict"} <= set(
        asked_.headers["set-cookie"].lower().split("; ")
    )
    plain = Authenticator("http://konsola.localhost").create(asked_.json())
    assert (await send("/zaproszenie", odpowiedz=plain)).status_code == 422
    asked_ = await send("/zaproszenie/pytanie")
    right = Authenticator("https://konsola.localhost").create(asked_.json())
    entered = await send("/zaproszenie", odpowiedz=right)
    assert entered.status_code == 303
    assert browser.cookies[browser.host]["__Host-ksr-konsola"]


def test_production_does_not_start_with_a_door_of_the_demonstration(settings):
    real = msgspec.structs.replace(settings, environment="production")
    with pytest.raises(NotInProduction, match="/logowanie/haslo"):
        _litestar([PasswordDoor], settings=real, guard=vendor_may_enter, state=None)


@pytest.fixture
def servers(settings, monkeypatch):
    """The environment of whoever runs the servers."""
    for name, value in {
        "KSR_ENV": "test",
        "KSR_HOME": str(settings.home),
        "KSR_SECRET": settings.secret,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
    }.items():
        monkeypatch.setenv(name, value)


async def test_whoever_runs_the_servers_invites_lists_and_closes(servers, app, control, capsys):
    program = str(Path(sys.executable).parent / "ksr")
    command = [program, "console", "invite", "Iga@dostawca.example", "Iga"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True)
    link = printed.stdout.split()[0]
    assert link.startswith(f"{ORIGIN}/zaproszenie?bilet=")
    browser, answer = await enrolled(app, link.rpartition("=")[2], Authenticator(ORIGIN))
    assert answer.status_code == 303
    assert await asyncio.to_thread(console, ["list"]) == 0
    assert re.search(r"iga@dostawca.example +Iga +1 keys", capsys.readouterr().out)
    assert await asyncio.to_thread(console, ["close", "iga@dostawca.example"]) == 0
    assert not await enters(browser)
    assert await asyncio.to_thread(console, ["close", "iga@dostawca.example"]) == 1


@pytest.mark.parametrize("wrong", [["invite"], ["invite", "no-address"], ["what"], []])
def test_a_command_nobody_knows_is_explained(wrong, capsys):
    assert console(wrong) == 2
    assert "ksr console invite" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "listed"),
    [("KSR_CONSOLE_NETWORKS", "10.0.0.0/33"), ("KSR_PROXIES", "*"), ("KSR_PROXIES", "10.0.0.1/8")],
)
def test_networks_that_are_none_are_refused_at_the_start(
    servers, monkeypatch, capsys, name, listed
):
    """With any proxy trusted, every client could call itself another at each try."""
    monkeypatch.setenv(name, listed)
    assert console(["list"]) == 1
    assert name in capsys.readouterr().err
