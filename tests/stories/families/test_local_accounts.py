"""A parent without an eID comes to the desk, gets an account there, and signs in with it."""

import json
import re
from datetime import timedelta

import pytest

from ksr_saas.identity.sessions import hashed
from ksr_saas.portals import keys_of
from tests.stories.browser import Browser, a_code, enrol, give_password, sign_in_staff
from tests.stories.families.people import PASSWORD, at_the_desk
from tests.stories.families.test_paper import case_of, print_code, typed_in

DESK = "/placowka/konta-rodzicow"
DOOR = "/logowanie/konto"
STAFF_DOOR = "/pracownik/logowanie"
LOGIN = "maria@poczta.example"
WORDS = "siedem szarych wron na plocie"
MARIA = {
    "imie": "Maria",
    "nazwisko": "Nowicka",
    "urodzenie": "1990-05-14",
    "email": LOGIN,
    "jezyk": "uk",
    "dokument": "dowód osobisty",
}


@pytest.fixture
async def desk(app, connection):
    """The operator of the first institution, who has just shown a code."""
    browser = Browser(app, "brda.localhost:8000")
    await sign_in_staff(browser, "p001@brda.example", PASSWORD)
    return browser


@pytest.fixture
async def colleague(app, connection):
    """Another operator of the same institution."""
    await connection.execute(
        "WITH made AS (INSERT INTO account (id, kind, login, given_name, family_name, email,"
        " password_hash, language, active, failures) SELECT gen_random_uuid(), kind,"
        " 'druga@brda.example', 'Druga', 'Osoba', email, password_hash, 'pl', true, 0"
        " FROM account WHERE login = 'p001@brda.example' RETURNING id)"
        " INSERT INTO role_grant (id, account_id, role, institution_id)"
        " SELECT gen_random_uuid(), made.id, 'operator', (SELECT id FROM institution"
        " WHERE code = 'p001') FROM made"
    )
    browser = Browser(app, "brda.localhost:8000")
    await sign_in_staff(browser, "druga@brda.example", PASSWORD)
    yield browser
    await connection.execute("DELETE FROM account WHERE login = 'druga@brda.example'")


@pytest.fixture
def mailed(settings, connection):
    """The newest message of a kind to Maria: its language and the path of its link."""
    ring = keys_of(settings).ring("t_brda")

    async def read(kind="parent-invited"):
        row = await connection.fetchrow(
            "SELECT message.language, values FROM message JOIN account ON account.id = account_id"
            " WHERE login = $1 AND message.kind = $2 ORDER BY message.created_at DESC LIMIT 1",
            LOGIN, kind,
        )  # fmt: skip
        address = json.loads(ring.open("message.values", row["values"]))["address"]
        return row["language"], re.search(r"http://brda\.localhost:\d+(/.+)", address)[1]

    return read


async def opened(desk, **changes):
    """The page after an account was asked for."""
    return await desk.post(f"{DESK}/nowe", **(MARIA | changes))


def account_on(page):
    return re.search(rf"{DESK}/([0-9a-f-]{{36}})", page.text)[1]


async def follow(browser, path):
    """Set a password by a link; returns the page after it."""
    await browser.get(path)
    ticket = path.partition("bilet=")[2]
    return await browser.post("/zaproszenie", bilet=ticket, nowe_haslo=WORDS, powtorz=WORDS)


async def come_in(app, path):
    """Maria's browser after her first login, and the page with her backup codes."""
    browser = Browser(app, "brda.localhost:8000")
    offered = await follow(browser, path)
    return browser, await enrol(browser, offered, LOGIN, DOOR)


@pytest.fixture
async def maria(app, desk, mailed):
    """Maria, in for the first time."""
    await opened(desk)
    browser, _ = await come_in(app, (await mailed())[1])
    return browser


async def acts(connection):
    rows = await connection.fetch("SELECT act FROM audit_event WHERE act LIKE 'parents.%'")
    return {row["act"] for row in rows}


async def test_from_the_desk_to_the_own_case(app, desk, connection, mailed):
    shown = await opened(desk)
    assert "Maria Nowicka" in shown.text
    assert "dowód osobisty" in shown.text
    row = await connection.fetchrow("SELECT * FROM account WHERE login = $1", LOGIN)
    assert (row["kind"], row["person_key"], row["valid_until"]) == ("parent", None, None)
    language, path = await mailed()
    assert language == "uk"
    hashes = await connection.fetch("SELECT token_hash FROM invitation")
    assert path.partition("bilet=")[2] not in str(hashes)
    browser, codes = await come_in(app, path)
    assert len(re.findall(r"<code>[a-z0-9]{5}-[a-z0-9]{5}</code>", codes.text)) == 10
    assert (await browser.ask("GET", "/rodzina")).status_code == 200
    for elsewhere in ("/placowka", "/organ", "/pracownicy", "/konto/klucze", "/konto/rola"):
        assert (await browser.ask("GET", elsewhere)).status_code == 403
    held = await connection.fetchrow(
        "SELECT role, institution_id, expires_at - created_at AS lasts FROM login_session"
        " WHERE account_id = $1", row["id"],
    )  # fmt: skip
    assert (held["role"], held["institution_id"]) == ("parent", None)
    assert abs(held["lasts"] - timedelta(hours=12)) < timedelta(minutes=10)
    paper = case_of(await typed_in(desk))
    taken = await browser.post("/rodzina/kod", kod=await print_code(desk, paper))
    assert paper in taken.text
    assert (await browser.ask("GET", f"/rodzina/wnioski/{paper}")).status_code == 200
    assert browser.cookies[browser.host]["jezyk"] == "uk"
    assert "parents.open" in await acts(connection)


async def test_a_person_with_an_eid_is_another_account_and_joins_as_second_guardian(
    maria, desk, joanna
):
    paper = case_of(await typed_in(desk))
    await maria.post("/rodzina/kod", kod=await print_code(desk, paper))
    assert (await joanna.ask("GET", f"/rodzina/wnioski/{paper}")).status_code == 404
    made = await maria.post(f"/rodzina/wnioski/{paper}/dostep/link")
    await joanna.get(re.search(r"http://brda\.localhost:\d+(/dolacz\?bilet=[\w-]+)", made.text)[1])
    await joanna.post("/rodzina/dolacz")
    await maria.post(f"/rodzina/wnioski/{paper}/dostep/zgoda")
    for parent in (maria, joanna):
        assert (await parent.ask("GET", f"/rodzina/wnioski/{paper}")).status_code == 200


async def test_the_next_login_is_by_password_and_code_at_the_door_of_families(app, maria):
    chosen = await Browser(app, "brda.localhost:8000").get("/logowanie")
    assert "Mam konto założone w placówce" in chosen.text
    browser = Browser(app, "brda.localhost:8000")
    asked = await give_password(browser, LOGIN.upper(), WORDS, DOOR)
    assert f'action="{DOOR}/kod"' in asked.text
    assert "ksr" not in browser.cookies[browser.host]
    assert (await browser.post(f"{DOOR}/kod", kod="000000")).status_code == 422
    await browser.post(f"{DOOR}/kod", kod=await a_code(browser, LOGIN))
    assert (await browser.ask("GET", "/rodzina")).status_code == 200


async def test_the_door_of_staff_lets_no_parent_in_and_the_other_way_round(app, maria):
    def words(answer):
        return re.sub(r'value="[^"]*"', "", answer.text)

    for door, login, word in (
        (STAFF_DOOR, LOGIN, WORDS),
        (DOOR, "p002@brda.example", PASSWORD),
    ):
        here = (Browser(app, "brda.localhost:8000", f"10.3.{len(door)}.{n}") for n in (1, 2))
        right = await give_password(next(here), login, word, door)
        unknown = await give_password(next(here), f"nikt.{login}", word, door)
        assert right.status_code == unknown.status_code == 422
        assert words(right) == words(unknown)


async def test_a_login_that_began_at_one_door_does_not_go_on_at_the_other(app, maria):
    browser = Browser(app, "brda.localhost:8000")
    await give_password(browser, LOGIN, WORDS, DOOR)
    code = await a_code(browser, LOGIN)
    astray = await browser.post(f"{STAFF_DOOR}/kod", kod=code)
    assert "Logowanie trwało zbyt długo" in astray.text
    question = await browser.post(f"{STAFF_DOOR}/kod/pytanie")
    assert question.status_code == 422
    operator = Browser(app, "brda.localhost:8000")
    await give_password(operator, "p002@brda.example", PASSWORD)
    astray = await operator.post(f"{DOOR}/kod", kod=code)
    assert "Logowanie trwało zbyt długo" in astray.text
    assert "ksr" not in browser.cookies[browser.host] | operator.cookies[operator.host]


async def test_no_passkey_is_set_up_for_a_parent(app, desk, mailed):
    await opened(desk)
    browser = Browser(app, "brda.localhost:8000")
    offered = await follow(browser, (await mailed())[1])
    assert "Albo klucz" not in offered.text
    assert (await browser.post(f"{STAFF_DOOR}/aplikacja/pytanie")).status_code == 422


async def test_a_closed_account_is_nobody(app, maria, desk, connection):
    account = account_on(await desk.post(DESK, email=LOGIN))
    await connection.execute("UPDATE account SET active = false WHERE login = $1", LOGIN)
    assert (await maria.ask("GET", "/rodzina")).status_code == 303
    browser = Browser(app, "brda.localhost:8000", "10.4.0.1")
    assert (await give_password(browser, LOGIN, WORDS, DOOR)).status_code == 422
    for deed in ("link", "link/koniec", "telefon"):
        refused = await desk.post(f"{DESK}/{account}/{deed}", powod="Okazano dowód osobisty.")
        assert refused.status_code == 404


async def test_a_link_is_used_once_within_48_hours_in_its_own_city(app, desk, mailed, clock):
    account = account_on(await opened(desk))
    _, first = await mailed()
    foreign = Browser(app, "drwa.localhost:8000")
    assert (await foreign.get(first)).status_code == 404
    await desk.post(f"{DESK}/{account}/link")
    _, second = await mailed()
    guest = Browser(app, "brda.localhost:8000")
    assert (await guest.get(first)).status_code == 404
    await desk.post(f"{DESK}/{account}/link/koniec")
    assert (await guest.get(second)).status_code == 404
    await desk.post(f"{DESK}/{account}/link")
    _, third = await mailed()
    assert 'id="sekret"' in (await follow(guest, third)).text
    assert (await guest.get(third)).status_code == 404
    await desk.post(f"{DESK}/{account}/link")
    _, late = await mailed()
    clock.ahead = timedelta(hours=49)
    assert (await guest.get(late)).status_code == 404


async def test_one_address_has_one_account_and_nobody_is_told_whose(desk, app, connection):
    await opened(desk)
    told = set()
    for email in (LOGIN, LOGIN.upper(), "p002@brda.example"):
        again = await opened(desk, email=email, imie="Inna", nazwisko="Osoba")
        assert again.status_code == 422
        told.add(re.search(r"Z tym adresem nie można[^<]+", again.text)[0])
        assert "Nowicka" not in again.text
    assert len(told) == 1
    other = await at_the_desk(app, "p002")
    assert (await other.post(DESK, email=LOGIN)).status_code == 422
    count = await connection.fetchval("SELECT count(*) FROM account WHERE kind = 'parent'"
                                      " AND login IS NOT NULL")  # fmt: skip
    assert count == 1


async def test_the_number_of_a_document_is_not_taken(desk, connection):
    refused = await opened(desk, dokument="dowód ABC 123456")
    assert refused.status_code == 422
    assert "Nie wpisuj numerów" in refused.text
    assert not await connection.fetchval("SELECT count(*) FROM vouching")


async def test_the_account_of_one_desk_is_unknown_at_another(app, desk):
    account = account_on(await opened(desk))
    other = await at_the_desk(app, "p002")
    assert (await other.get(f"{DESK}/{account}")).status_code == 404
    for deed in ("link", "link/koniec", "telefon", "telefon/decyzja", "zamkniecie"):
        refused = await other.post(
            f"{DESK}/{account}/{deed}",
            powod="Okazano dowód osobisty.",
            dlaczego="Rodzic o to prosi.",
            decyzja="odrzuc",
        )
        assert refused.status_code in (403, 404)
    assert (await desk.get(f"{DESK}/{account}")).status_code == 200


async def test_a_lost_phone_is_replaced_by_two_people(
    app, maria, desk, colleague, connection, mailed
):
    account = account_on(await desk.post(DESK, email=LOGIN))
    at = f"{DESK}/{account}"
    numbered = await desk.post(f"{at}/telefon", powod="Okazano dowód ABC 123456.")
    assert numbered.status_code == 422
    await desk.post(f"{at}/telefon", powod="Okazano dowód osobisty.")
    alone = await desk.post(f"{at}/telefon/decyzja", decyzja="potwierdz")
    assert alone.status_code == 403
    assert (await maria.ask("GET", "/rodzina")).status_code == 200
    assert "Okazano dowód osobisty." in (await colleague.post(DESK, email=LOGIN)).text
    await desk.post(f"{at}/link")
    _, early = await mailed()
    await colleague.post(f"{at}/telefon/decyzja", decyzja="potwierdz")
    assert (await maria.ask("GET", "/rodzina")).status_code == 303
    browser = Browser(app, "brda.localhost:8000")
    assert 'id="sekret"' not in (await give_password(browser, LOGIN, WORDS, DOOR)).text
    assert (await browser.get(early)).status_code == 404
    browser, _ = await come_in(app, (await mailed("parent-factor-taken"))[1])
    assert (await browser.ask("GET", "/rodzina")).status_code == 200
    await colleague.post(f"{at}/telefon", powod="Okazano znów dowód osobisty.")
    await colleague.post(f"{at}/telefon/decyzja", decyzja="odrzuc")
    assert (await browser.ask("GET", "/rodzina")).status_code == 200
    assert await acts(connection) >= {
        "parents.reset-asked",
        "parents.reset-confirmed",
        "parents.reset-refused",
    }


async def test_the_desk_closes_an_account_and_its_parent_is_out_at_once(
    app, maria, desk, connection, mailed
):
    at = f"{DESK}/{account_on(await desk.post(DESK, email=LOGIN))}"
    silent = await desk.post(f"{at}/zamkniecie", dlaczego="bo tak")
    assert silent.status_code == 422
    assert 'value="bo tak"' in silent.text
    assert (await maria.ask("GET", "/rodzina")).status_code == 200
    await desk.post(f"{at}/link")
    _, early = await mailed()
    await desk.post(f"{at}/telefon", powod="Okazano dowód osobisty.")
    closed = await desk.post(f"{at}/zamkniecie", dlaczego="Rodzic ma już profil zaufany.")
    assert "Rodzic ma już profil zaufany." in closed.text
    assert "zamknięte" in closed.text
    assert "Zgłoszono utratę telefonu" not in closed.text
    assert (await maria.ask("GET", "/rodzina")).status_code == 303
    browser = Browser(app, "brda.localhost:8000")
    refused = await give_password(browser, LOGIN, WORDS, DOOR)
    assert "Login lub hasło się nie zgadza" in refused.text
    assert (await browser.get(early)).status_code == 404
    assert await mailed("parent-closed") == ("uk", "/logowanie")
    assert (await desk.post(f"{at}/zamkniecie", dlaczego="Jeszcze raz to samo")).status_code == 404
    kept = await connection.fetchval("SELECT closed_reason FROM vouching")
    assert "profil" not in kept
    assert "parents.close" in await acts(connection)


async def test_no_account_is_closed_by_who_showed_no_factor_lately(maria, desk, connection, clock):
    at = f"{DESK}/{account_on(await desk.post(DESK, email=LOGIN))}"
    clock.ahead += timedelta(minutes=16)
    asked = await desk.post(f"{at}/zamkniecie", dlaczego="Rodzic ma już profil zaufany.")
    assert asked.status_code == 403
    assert await connection.fetchval("SELECT active FROM account WHERE login = $1", LOGIN)


async def test_a_parent_changes_password_and_backup_codes(app, maria, joanna):
    mine = await maria.get("/konto/sesje")
    assert "/konto/haslo" in mine.text
    assert "/konto/klucze" not in mine.text
    codes = await maria.post("/konto/kody", kod=await a_code(maria, LOGIN))
    assert len(re.findall(r"<code>[a-z0-9]{5}-[a-z0-9]{5}</code>", codes.text)) == 10
    new = "cztery zielone plotki w ogrodzie"
    await maria.post("/konto/haslo", haslo=WORDS, nowe_haslo=new, powtorz=new)
    browser = Browser(app, "brda.localhost:8000")
    assert f'action="{DOOR}/kod"' in (await give_password(browser, LOGIN, new, DOOR)).text
    assert "/konto/haslo" not in (await joanna.get("/konto/sesje")).text
    assert (await joanna.ask("GET", "/konto/haslo")).status_code == 404


async def test_where_the_city_has_no_such_accounts_there_is_no_door_and_no_desk(app, towns):
    browser = Browser(app, "wda.localhost:8000")
    assert "Mam konto założone w placówce" not in (await browser.get("/logowanie")).text
    for path in ("", "/kod", "/aplikacja"):
        assert (await browser.ask("GET", f"{DOOR}{path}")).status_code == 404
        assert (await browser.post(f"{DOOR}{path}", login="a", haslo="b")).status_code == 404
    desk = await at_the_desk(app, "p001", "wda")
    assert DESK not in (await desk.get("/placowka")).text
    for path in (DESK, f"{DESK}/nowe"):
        assert (await desk.ask("GET", path)).status_code == 404
    assert (await opened(desk)).status_code == 404


async def test_a_link_leads_nowhere_once_the_city_has_no_such_accounts(app, connection):
    await connection.execute(
        "WITH made AS (INSERT INTO t_wda.account (id, kind, login, given_name, family_name, email,"
        " language, active, failures) SELECT gen_random_uuid(), 'parent', $1, 'Maria', 'Nowicka',"
        " email, 'pl', true, 0 FROM t_wda.account LIMIT 1 RETURNING id)"
        " INSERT INTO t_wda.invitation (id, token_hash, account_id, expires_at)"
        " SELECT gen_random_uuid(), $2, id, now() + interval '1 day' FROM made",
        LOGIN,
        hashed("bilet-marii"),
    )
    browser = Browser(app, "wda.localhost:8000")
    assert (await browser.get("/zaproszenie?bilet=bilet-marii")).status_code == 404
    assert (await follow(browser, "/zaproszenie?bilet=bilet-marii")).status_code == 404
