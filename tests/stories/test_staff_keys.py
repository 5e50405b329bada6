"""Staff and their passkeys: instead of the password, after it, and on their own page."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from tests.factories.authenticator import PRESENT, Authenticator, coded
from tests.stories.browser import (
    PASSWORD,
    SKAWA,
    Browser,
    a_code,
    give_password,
    sign_in_staff,
)

ORIGIN = f"http://{SKAWA}"
DOOR = "/pracownik/logowanie"
EWA = "ewa@skawa.example"
LIES = [
    {"origin": "http://wroclaw.localhost:8000"},
    {"origin": "http://konsola.localhost:8000"},
    {"origin": "https://skawa.localhost:8000"},
    {"site": "wroclaw.localhost"},
    {"site": "konsola.localhost"},
    {"site": "localhost"},
    {"flags": PRESENT},
    {"flags": 0},
    {"kind": "webauthn.create"},
    {"user": coded(b"0" * 16)},
    {"key": Authenticator("").key},
]


async def asked(browser, path, **fields):
    answer = await browser.post(path, **fields)
    assert answer.status_code == 200, answer.text
    return json.loads(answer.text)


async def shown(browser, question, form, device, **lies):
    """The answer after the device was asked and had its say."""
    options = await asked(browser, question)
    return await browser.post(form, follow=False, odpowiedz=device.get(options, **lies))


async def with_a_key(browser, device, name="Telefon"):
    options = await asked(browser, "/konto/klucze/pytanie")
    sent = device.create(options)
    return await browser.post("/konto/klucze", follow=False, nazwa=name, odpowiedz=sent)


async def comes_with_a_key(app, device, address="127.0.0.1", **lies):
    browser = Browser(app, SKAWA, address)
    await browser.get(DOOR)
    return browser, await shown(browser, f"{DOOR}/pytanie", f"{DOOR}/klucz", device, **lies)


async def at_the_code_page(app, login=EWA):
    browser = Browser(app, SKAWA)
    return browser, await give_password(browser, login, PASSWORD)


async def second(browser, device, **lies):
    return await shown(browser, f"{DOOR}/kod/pytanie", f"{DOOR}/kod/klucz", device, **lies)


async def inside(browser):
    return (await browser.ask("GET", "/organ")).status_code == 200


@pytest.fixture
async def ewa(app, member):
    """A coordinator, signed in."""
    await member(EWA)
    browser = Browser(app, SKAWA)
    await sign_in_staff(browser, EWA, PASSWORD)
    return browser


@pytest.fixture
async def device(ewa):
    """Her registered authenticator."""
    made = Authenticator(ORIGIN)
    assert (await with_a_key(ewa, made)).status_code == 303
    return made


async def test_a_key_alone_is_a_whole_login(app, ewa, device, connection):
    assert "Zaloguj się kluczem" in (await Browser(app, SKAWA).get(DOOR)).text
    browser, answer = await comes_with_a_key(app, device)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/organ"
    assert await inside(browser)
    assert "Ostatnio użyty" in (await browser.get("/konto/klucze")).text
    acts = {row["act"] for row in await connection.fetch("SELECT act FROM audit_event")}
    assert acts >= {"identity.passkey-added", "identity.sign-in"}


async def test_a_key_is_the_second_step_and_the_code_still_is(app, ewa, device):
    browser, page = await at_the_code_page(app)
    assert "Użyj klucza" in page.text
    assert 'id="kod"' in page.text
    assert (await second(browser, device)).status_code == 303
    assert await inside(browser)
    other, _ = await at_the_code_page(app)
    code = await a_code(other, EWA)
    assert (await other.post(f"{DOOR}/kod", kod=code)).status_code == 200


async def test_a_lie_is_no_login(app, ewa, device):
    for n, lie in enumerate(LIES):
        browser, answer = await comes_with_a_key(app, device, f"10.8.1.{n}", **lie)
        assert answer.status_code == 422, lie
        assert not await inside(browser)


async def test_a_lie_is_no_second_step(app, ewa, device, connection):
    browser, _ = await at_the_code_page(app)
    for lie in LIES:
        await connection.execute("UPDATE account SET failures = 0")
        assert (await second(browser, device, **lie)).status_code == 422, lie
        assert not await inside(browser)
    assert (await second(browser, device)).status_code == 303


async def test_the_key_of_another_account_is_no_second_step(app, member, ewa, device):
    await member("iga@skawa.example")
    iga, mine = Browser(app, SKAWA), Authenticator(ORIGIN)
    await sign_in_staff(iga, "iga@skawa.example", PASSWORD)
    await with_a_key(iga, mine)
    browser, _ = await at_the_code_page(app)
    assert (await second(browser, mine)).status_code == 422
    assert (await second(browser, mine, user=device.user)).status_code == 422
    assert not await inside(browser)


async def test_a_key_of_one_city_is_unknown_in_another(app, ewa, device, cities):
    other = Browser(app, "pila.localhost:8000")
    await other.get(DOOR)
    for lies in ({}, {"origin": "http://pila.localhost:8000"}):
        answer = await shown(other, f"{DOOR}/pytanie", f"{DOOR}/klucz", device, **lies)
        assert answer.status_code == 422


async def test_a_question_of_one_city_is_none_in_another(app, ewa, device, cities):
    other = Browser(app, "pila.localhost:8000")
    await other.get(DOOR)
    options = await asked(other, f"{DOOR}/pytanie")
    browser = Browser(app, SKAWA)
    await browser.get(DOOR)
    browser.cookies[SKAWA]["ksr-klucz"] = other.cookies[other.host]["ksr-klucz"]
    sent = device.get(options, site="skawa.localhost")
    assert (await browser.post(f"{DOOR}/klucz", odpowiedz=sent)).status_code == 422


async def test_a_challenge_is_answered_once_and_in_time_and_for_its_purpose(
    app, ewa, device, clock
):
    browser = Browser(app, SKAWA)
    await browser.get(DOOR)
    options = await asked(browser, f"{DOOR}/pytanie")
    question, sent = browser.cookies[SKAWA]["ksr-klucz"], device.get(options)
    first = await browser.post(f"{DOOR}/klucz", follow=False, odpowiedz=sent)
    assert first.status_code == 303
    browser.cookies[SKAWA]["ksr-klucz"] = question
    assert (await browser.post(f"{DOOR}/klucz", odpowiedz=sent)).status_code == 422
    waiting, _ = await at_the_code_page(app)
    options = await asked(waiting, f"{DOOR}/pytanie")
    crossed = await waiting.post(f"{DOOR}/kod/klucz", odpowiedz=device.get(options))
    assert crossed.status_code == 422
    options = await asked(waiting, f"{DOOR}/kod/pytanie")
    clock.ahead = timedelta(minutes=5, seconds=1)
    late = await waiting.post(f"{DOOR}/kod/klucz", odpowiedz=device.get(options))
    assert late.status_code == 422
    assert not await inside(waiting)


async def test_a_count_that_goes_back_is_a_copied_key(app, ewa, device):
    device.count = 9
    assert (await comes_with_a_key(app, device))[1].status_code == 303
    for count in (10, 3):
        assert (await comes_with_a_key(app, device, count=count))[1].status_code == 422
    device.count = 10
    assert (await comes_with_a_key(app, device))[1].status_code == 303


async def test_wrong_keys_and_wrong_codes_are_counted_together(app, ewa, device, clock):
    browser, _ = await at_the_code_page(app)
    for _ in range(3):
        assert (await second(browser, device, flags=PRESENT)).status_code == 422
    for _ in range(2):
        assert (await browser.post(f"{DOOR}/kod", kod="000000")).status_code == 422
    assert (await second(browser, device)).status_code == 422
    assert (await comes_with_a_key(app, device))[1].status_code == 422
    clock.ahead = timedelta(minutes=16)
    again, _ = await at_the_code_page(app)
    assert (await second(again, device)).status_code == 303


async def test_five_tries_with_a_key_stop_it_at_that_network(app, ewa, device):
    for _ in range(5):
        _, wrong = await comes_with_a_key(app, device, "10.8.0.1", flags=PRESENT)
        assert wrong.status_code == 422
    assert (await comes_with_a_key(app, device, "10.8.0.1"))[1].status_code == 422
    assert (await comes_with_a_key(app, device, "10.8.0.2"))[1].status_code == 303


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("UPDATE account SET active = false", "Ten klucz nie został przyjęty"),
        ("DELETE FROM role_grant", "Ten klucz nie został przyjęty"),
        ("UPDATE account SET valid_until = '2020-08-31'", "Twoje konto wygasło"),
    ],
)
async def test_a_key_opens_no_account_that_is_over(app, ewa, device, connection, what, told):
    await connection.execute(what)
    browser, answer = await comes_with_a_key(app, device)
    assert answer.status_code == 422
    assert told in answer.text
    assert not await inside(browser)


# One's own keys


async def test_keys_are_listed_added_and_removed(app, ewa, device):
    spare = Authenticator(ORIGIN)
    await with_a_key(ewa, spare, "Klucz USB")
    page = await ewa.get("/konto/klucze")
    assert "Telefon" in page.text
    assert "Klucz USB" in page.text
    other, _ = await comes_with_a_key(app, spare)
    removals = re.findall(r'action="(/konto/klucze/[0-9a-f-]+/usun)"', page.text)
    assert len(removals) == 2
    assert (await ewa.post(removals[1], follow=False)).status_code == 303
    assert not await inside(other)
    assert (await comes_with_a_key(app, spare))[1].status_code == 422
    assert (await ewa.post(removals[1], follow=False)).status_code == 404
    # The authenticator is left.
    assert (await ewa.post(removals[0], follow=False)).status_code == 303
    assert "Użyj klucza" not in (await at_the_code_page(app))[1].text


async def test_nobody_touches_anothers_key(app, member, ewa, device, connection):
    await member("iga@skawa.example")
    iga = Browser(app, SKAWA)
    await sign_in_staff(iga, "iga@skawa.example", PASSWORD)
    key = await connection.fetchval("SELECT id FROM passkey")
    assert (await iga.post(f"/konto/klucze/{key}/usun", follow=False)).status_code == 404
    user = device.user
    assert (await with_a_key(iga, device)).status_code == 422
    device.user = user
    assert (await comes_with_a_key(app, device))[1].status_code == 303


async def test_keys_are_changed_only_shortly_after_a_factor_was_shown(app, ewa, device, clock):
    for minutes in (10, 20):
        clock.ahead = timedelta(minutes=minutes)
        assert await inside(ewa)
    for path in ("klucze/pytanie", "klucze", f"klucze/{uuid4()}/usun"):
        assert (await ewa.post(f"/konto/{path}", follow=False)).status_code == 403
    before = ewa.cookies[SKAWA]["ksr"]
    assert "Dodaj klucz" not in (await ewa.get("/konto/klucze")).text
    question, form = "/konto/potwierdzenie/pytanie", "/konto/potwierdzenie/klucz"
    assert (await shown(ewa, question, form, device, flags=PRESENT)).status_code == 422
    assert (await shown(ewa, question, form, device)).status_code == 303
    assert ewa.cookies[SKAWA]["ksr"] != before
    assert "Dodaj klucz" in (await ewa.get("/konto/klucze")).text


async def test_new_backup_codes_are_given_for_a_key(ewa, device):
    question, form = "/konto/potwierdzenie/pytanie", "/konto/kody/klucz"
    assert (await shown(ewa, question, form, device, flags=PRESENT)).status_code == 422
    codes = await shown(ewa, question, form, device)
    assert len(re.findall(r"<code>[a-z0-9]{5}-[a-z0-9]{5}</code>", codes.text)) == 10


# A key as the first factor


@pytest.fixture
async def newcomer(app, member):
    """Somebody who has a password and no second factor, after giving it."""
    await member("nowa@skawa.example", enrolled=False)
    return await at_the_code_page(app, "nowa@skawa.example")


async def enrolled_with_a_key(browser, device, **lies):
    options = await asked(browser, f"{DOOR}/aplikacja/pytanie")
    sent = device.create(options, **lies)
    return await browser.post(f"{DOOR}/aplikacja/klucz", follow=False, odpowiedz=sent)


async def test_who_has_no_second_factor_may_begin_with_a_key(app, newcomer):
    browser, page = newcomer
    assert "Zarejestruj klucz" in page.text
    device = Authenticator(ORIGIN)
    assert (await enrolled_with_a_key(browser, device, flags=PRESENT)).status_code == 422
    codes = await enrolled_with_a_key(browser, device)
    backup = re.findall(r"<code>([a-z0-9]{5}-[a-z0-9]{5})</code>", codes.text)
    assert len(backup) == 10
    assert await inside(browser)
    again, page = await at_the_code_page(app, "nowa@skawa.example")
    assert "Kod zapasowy" in page.text
    assert 'id="sekret"' not in page.text
    assert (await second(again, device)).status_code == 303
    other, _ = await at_the_code_page(app, "nowa@skawa.example")
    assert (await other.post(f"{DOOR}/kod", kod=backup[0])).status_code == 200
    # The last thing there is to show stays.
    page = await browser.get("/konto/klucze")
    assert "/usun" not in page.text


async def test_a_password_alone_leads_to_no_new_factor_once_there_is_a_key(app, newcomer):
    browser, _ = newcomer
    early, _ = await at_the_code_page(app, "nowa@skawa.example")
    assert (await enrolled_with_a_key(browser, Authenticator(ORIGIN))).status_code == 200
    for thief in (early, (await at_the_code_page(app, "nowa@skawa.example"))[0]):
        assert 'id="sekret"' not in (await thief.get(f"{DOOR}/aplikacja")).text
        answer = await thief.post(f"{DOOR}/aplikacja", follow=False, kod="000000")
        assert answer.status_code == 303
        assert (await thief.post(f"{DOOR}/aplikacja/pytanie")).status_code == 422
        answer = await thief.post(f"{DOOR}/aplikacja/klucz", follow=False, odpowiedz="{}")
        assert answer.status_code == 303
        assert not await inside(thief)


async def test_two_coordinators_take_lost_keys_away_too(app, member, newcomer, ewa, connection):
    browser, _ = newcomer
    device = Authenticator(ORIGIN)
    await enrolled_with_a_key(browser, device)
    await member("druga@skawa.example", role="administrator")
    other = Browser(app, SKAWA)
    await sign_in_staff(other, "druga@skawa.example", PASSWORD)
    account = await connection.fetchval("SELECT id FROM account WHERE login LIKE 'nowa@%'")
    at = f"/pracownicy/{account}"
    assert "Zgłoś utratę telefonu" in (await ewa.get(at)).text
    await ewa.post(f"{at}/telefon", powod="Dowód osobisty okazany w urzędzie")
    await other.post(f"{at}/telefon/decyzja", decyzja="potwierdz")
    assert not await inside(browser)
    assert (await comes_with_a_key(app, device))[1].status_code == 422
    _, page = await at_the_code_page(app, "nowa@skawa.example")
    assert "Login lub hasło się nie zgadza" in page.text
    told = await connection.fetchval("SELECT kind FROM message WHERE account_id = $1", account)
    assert told == "staff-factor-taken"
