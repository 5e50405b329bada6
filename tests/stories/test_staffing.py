"""A coordinator looks after the accounts of staff; everybody looks after their own."""

import html
import json
import re
from datetime import timedelta

import pytest

from ksr_saas.identity.rules import next_expiry
from tenants.invite import administrator
from tenants.provision import Unfit
from tests.stories.browser import (
    SKAWA,
    PASSWORD,
    RINGS,
    Browser,
    a_code,
    enrol,
    give_password,
    sign_in_staff,
)

NEW_PASSWORD = "siedem szarych wron na plocie"
HEADING = "imie;nazwisko;email;rola;placowka\n"


@pytest.fixture(autouse=True)
async def two_coordinators(connection, member):
    """And one institution."""
    await connection.execute(
        "INSERT INTO institution (id, code, rspo, kind, name, sort_key, street, postal_code, town,"
        " district, lat, lon, phone, email, hours, made_up) VALUES (gen_random_uuid(), 's001',"
        " '123456', 'preschool', 'Przedszkole Sowy', 'przedszkole sowy', 'Polna 1', '64-920',"
        " 'Skawa', '', 53, 16, '', '', '', true)"
    )
    await member("pierwsza@skawa.example", name="Irena")
    await member("druga@skawa.example", name="Zofia")


@pytest.fixture
async def office(app):
    """The first coordinator, signed in."""
    browser = Browser(app, SKAWA)
    await sign_in_staff(browser, "pierwsza@skawa.example", PASSWORD)
    return browser


@pytest.fixture
async def other_office(app):
    """The second coordinator, signed in."""
    browser = Browser(app, SKAWA)
    await sign_in_staff(browser, "druga@skawa.example", PASSWORD)
    return browser


async def id_of(connection, login):
    return await connection.fetchval("SELECT id FROM account WHERE login = $1", login)


async def link_to(connection, login, kind="staff-invited"):
    """The path in the newest message of a kind; the values of a message are sealed."""
    sealed = await connection.fetchval(
        "SELECT values FROM message JOIN account ON account.id = account_id"
        " WHERE login = $1 AND message.kind = $2"
        " ORDER BY message.created_at DESC LIMIT 1",
        login,
        kind,
    )
    address = json.loads(RINGS[SKAWA].open("message.values", sealed))["address"]
    return re.search(r"http://skawa\.localhost:\d+(/zaproszenie\?bilet=.+)", address)[1]


async def invite(office, email="nowy@skawa.example", role="operator", place="s001"):
    return await office.post(
        "/pracownicy/zaproszenie",
        imie="Jan",
        nazwisko="Lis",
        email=email,
        rola=role,
        placowka=place,
    )


async def accept(app, connection, login, password=NEW_PASSWORD, kind="staff-invited"):
    """Follow the link up to the end of enrolling; returns the browser, signed in."""
    browser = Browser(app, SKAWA)
    link = await link_to(connection, login, kind)
    assert "Ustaw hasło" in (await browser.get(link)).text
    offered = await browser.post(
        "/zaproszenie", bilet=link.partition("=")[2], nowe_haslo=password, powtorz=password
    )
    await enrol(browser, offered, login)
    return browser


async def test_an_invited_person_sets_a_password_enrols_and_is_in(app, office, connection, clock):
    listed = await invite(office, "Nowy@skawa.example")
    assert "zaproszenie wysłane" in listed.text
    person = await accept(app, connection, "nowy@skawa.example")
    assert "Przedszkole Sowy" in (await person.get("/placowka")).text
    assert (await person.ask("GET", "/pracownicy")).status_code == 403
    until = await connection.fetchval(
        "SELECT valid_until FROM account WHERE login = 'nowy@skawa.example'"
    )
    assert until == next_expiry(clock.today())


async def test_a_link_works_once_and_for_two_days(app, office, connection, clock):
    await invite(office)
    link = await link_to(connection, "nowy@skawa.example")
    browser = Browser(app, SKAWA)
    weak = await browser.get(link)
    weak = await browser.post(
        "/zaproszenie",
        bilet=link.partition("=")[2],
        nowe_haslo="haslo1234567",
        powtorz="haslo1234567",
    )
    assert weak.status_code == 422
    clock.ahead = timedelta(hours=49)
    assert (await browser.get(link)).status_code == 404
    clock.ahead = timedelta()
    await accept(app, connection, "nowy@skawa.example")
    assert (await browser.get(link)).status_code == 404


async def test_a_wrong_invitation_is_given_back_with_its_problem(office, connection):
    for email, place, words in (
        ("pierwsza@skawa.example", "s001", "Konto z tym adresem już istnieje"),
        ("nowy@skawa.example", "", "Ta rola wymaga placówki"),
    ):
        refused = await invite(office, email, place=place)
        assert refused.status_code == 422
        assert words in refused.text
        assert 'value="Jan"' in refused.text
    assert await connection.fetchval("SELECT count(*) FROM message") == 0


async def test_a_list_is_only_judged_until_it_is_confirmed(office, connection):
    people = [f"Ala;Osa{n};osoba{n}@skawa.example;operator;123456" for n in range(2000)]
    content = HEADING + "\n".join([*people, "Zły;Wiersz;adres;operator;s001"])
    report = await office.post(
        "/pracownicy/plik", files={"plik": ("lista.csv", content.encode("cp1250"))}
    )
    assert "Niczego jeszcze nie zapisano" in report.text
    assert "Zaproś 2000 osób" in report.text
    assert "To nie jest adres e-mail" in report.text
    assert await connection.fetchval("SELECT count(*) FROM account WHERE login ~ '^osoba'") == 0
    kept = html.unescape(re.search(r'name="tresc" value="([^"]*)"', report.text)[1])
    for _ in range(2):
        await office.post("/pracownicy/plik/zaproszenia", tresc=kept)
    invited = "SELECT id FROM account WHERE login ~ '^osoba'"
    assert len(await connection.fetch(invited)) == 2000
    mails = f"SELECT count(*) FROM message WHERE account_id IN ({invited})"
    assert await connection.fetchval(mails) == 2000


async def test_a_file_that_is_no_list_is_refused(office):
    refused = await office.post("/pracownicy/plik", files={"plik": ("a.csv", b"PK\0\0")})
    assert refused.status_code == 422
    assert "Nie udało się" not in refused.text.partition("<h1>")[0]
    assert "imie;nazwisko;email;rola;placowka" in refused.text


async def test_an_operator_invites_nobody(app, office, connection):
    await invite(office)
    person = await accept(app, connection, "nowy@skawa.example")
    for address in ("zaproszenie", "plik", "plik/zaproszenia"):
        assert (await person.post(f"/pracownicy/{address}")).status_code == 403


async def test_a_lost_factor_is_taken_away_by_two_people(app, office, other_office, connection):
    await invite(office)
    person = await accept(app, connection, "nowy@skawa.example")
    at = f"/pracownicy/{await id_of(connection, 'nowy@skawa.example')}"
    short = await office.post(f"{at}/telefon", powod="tak")
    assert short.status_code == 422
    await office.post(f"{at}/telefon", powod="Rozmowa i dowód w urzędzie")
    alone = await office.post(f"{at}/telefon/decyzja", decyzja="potwierdz")
    assert alone.status_code == 403
    assert (await person.ask("GET", "/placowka")).status_code == 200
    assert "Utrata telefonu" in (await other_office.get("/pracownicy")).text
    asked = await other_office.get(at)
    assert "Dotychczasowe linki przestaną działać" in asked.text
    await office.post(f"{at}/zaproszenie")
    early = await link_to(connection, "nowy@skawa.example")
    await other_office.post(f"{at}/telefon/decyzja", decyzja="potwierdz")
    assert (await person.ask("GET", "/placowka")).status_code == 303
    old = await give_password(person, "nowy@skawa.example", NEW_PASSWORD)
    assert "Login lub hasło się nie zgadza" in old.text
    assert 'id="sekret"' not in old.text
    assert (await Browser(app, SKAWA).get(early)).status_code == 404
    assert "zaproszenie wysłane" in (await office.get(at)).text
    again = await accept(
        app, connection, "nowy@skawa.example", "inne haslo na nowy rok", "staff-factor-taken"
    )
    assert (await again.ask("GET", "/placowka")).status_code == 200


@pytest.mark.parametrize("second", ["pierwsza+nocna@skawa.example", "pierwsza@skawa.example."])
async def test_two_accounts_of_one_person_are_one_pair_of_eyes(
    app, office, other_office, connection, member, second
):
    account = await member("gubi@skawa.example", "operator", at="s001")
    await member(second, name="Irena")
    again = Browser(app, SKAWA)
    await sign_in_staff(again, second, PASSWORD)
    at = f"/pracownicy/{account}/telefon"
    await office.post(at, powod="Sprawdzony dowód osobisty")
    refused = await again.post(f"{at}/decyzja", decyzja="potwierdz")
    assert refused.status_code == 403
    assert "Drugie konto tej samej osoby" in refused.text
    kept = "SELECT totp_sealed IS NOT NULL FROM account WHERE id = $1"
    assert await connection.fetchval(kept, account)
    assert (await other_office.post(f"{at}/decyzja", decyzja="potwierdz")).status_code == 200
    assert not await connection.fetchval(kept, account)


async def test_nobody_gives_a_role_to_their_own_second_account(office, connection, member):
    account = await member("pierwsza+nocna@skawa.example", name="Irena")
    given = await office.post(f"/pracownicy/{account}/role", rola="operator", placowka="s001")
    assert given.status_code == 403
    assert "To Twoje konto" in given.text
    roles = "SELECT count(*) FROM role_grant WHERE account_id = $1 AND role = 'operator'"
    assert await connection.fetchval(roles, account) == 0


async def test_nobody_takes_their_own_factor_away_by_a_second_account(
    app, office, other_office, connection, member
):
    second = "pierwsza+nocna@skawa.example"
    account = await member(second, name="Irena")
    at = f"/pracownicy/{account}/telefon"
    own = await office.post(at, powod="Zgubiłam telefon dzisiaj")
    assert own.status_code == 403
    assert "To Twoje konto" in own.text
    await other_office.post(at, powod="Sprawdzony dowód osobisty")
    assert (await office.post(f"{at}/decyzja", decyzja="potwierdz")).status_code == 403


async def test_a_refused_reset_takes_nothing_away(app, office, other_office, connection):
    await invite(office)
    person = await accept(app, connection, "nowy@skawa.example")
    at = f"/pracownicy/{await id_of(connection, 'nowy@skawa.example')}"
    await office.post(f"{at}/telefon", powod="Rozmowa i dowód w urzędzie")
    await office.post(f"{at}/telefon/decyzja", decyzja="odrzuc")
    late = await other_office.post(f"{at}/telefon/decyzja", decyzja="potwierdz")
    assert late.status_code == 409
    assert (await person.ask("GET", "/placowka")).status_code == 200


async def test_nobody_changes_their_own_rights(office, connection):
    at = f"/pracownicy/{await id_of(connection, 'pierwsza@skawa.example')}"
    for deed in ("przedluzenie", "zamkniecie", "otwarcie", "zaproszenie"):
        assert (await office.post(f"{at}/{deed}")).status_code == 403
    refused = await office.post(f"{at}/telefon", powod="Zgubiłam telefon dzisiaj")
    assert refused.status_code == 403


async def test_a_closed_account_is_out_at_once(app, office, connection):
    await invite(office)
    person = await accept(app, connection, "nowy@skawa.example")
    at = f"/pracownicy/{await id_of(connection, 'nowy@skawa.example')}"
    await office.post(f"{at}/zamkniecie")
    assert (await person.ask("GET", "/placowka")).status_code == 303
    refused = await give_password(person, "nowy@skawa.example", NEW_PASSWORD)
    assert refused.status_code == 422
    await office.post(f"{at}/otwarcie")
    assert "Kod logowania" in (await give_password(person, "nowy@skawa.example", NEW_PASSWORD)).text


async def test_who_changes_institution_is_signed_out_at_once(app, office, connection):
    await invite(office)
    person = await accept(app, connection, "nowy@skawa.example")
    await connection.execute(
        "UPDATE role_grant SET institution_id = gen_random_uuid() WHERE account_id = $1",
        await id_of(connection, "nowy@skawa.example"),
    )
    assert (await person.ask("GET", "/placowka")).status_code == 303


async def test_a_renewed_account_lives_another_year(app, office, connection, clock):
    await invite(office)
    await accept(app, connection, "nowy@skawa.example")
    await connection.execute(
        "UPDATE account SET valid_until = $1 WHERE login = 'nowy@skawa.example'",
        clock.today() - timedelta(days=1),
    )
    browser = Browser(app, SKAWA)
    expired = await give_password(browser, "nowy@skawa.example", NEW_PASSWORD)
    assert "Twoje konto wygasło" in expired.text
    at = f"/pracownicy/{await id_of(connection, 'nowy@skawa.example')}"
    assert "wygasło" in (await office.get(at)).text
    await office.post(f"{at}/przedluzenie")
    assert (
        "Kod logowania" in (await give_password(browser, "nowy@skawa.example", NEW_PASSWORD)).text
    )


async def test_an_account_nobody_used_for_a_month_is_locked_until_somebody_unlocks_it(
    app, office, connection, clock
):
    await invite(office)
    await accept(app, connection, "nowy@skawa.example")
    at = f"/pracownicy/{await id_of(connection, 'nowy@skawa.example')}"
    await connection.execute(
        "UPDATE account SET last_in_on = $1 WHERE login = 'nowy@skawa.example'",
        clock.today() - timedelta(days=31),
    )
    browser = Browser(app, SKAWA)
    locked = await give_password(browser, "nowy@skawa.example", NEW_PASSWORD)
    assert locked.status_code == 422
    assert "Nikt nie używał tego konta przez 30 dni" in locked.text
    wrong = await give_password(browser, "nowy@skawa.example", "to nie jest hasło 77")
    assert "30 dni" not in wrong.text
    assert "zablokowane, bo nieużywane" in (await office.get(at)).text
    opened = await office.post(f"{at}/odblokowanie")
    assert "zablokowane" not in opened.text
    entered = await give_password(browser, "nowy@skawa.example", NEW_PASSWORD)
    assert "Kod logowania" in entered.text
    assert await connection.fetchval(
        "SELECT count(*) FROM audit_event WHERE act = 'staffing.unlock'"
    )


async def test_a_deed_on_an_account_asks_for_a_fresh_code(office, connection, clock):
    await invite(office)
    at = f"/pracownicy/{await id_of(connection, 'nowy@skawa.example')}"
    clock.ahead = timedelta(minutes=16)
    assert (await office.post(f"{at}/zaproszenie")).status_code == 403
    asked = await office.get("/pracownicy/zaproszenie")
    assert "Potwierdź, że to Ty" in asked.text
    before = office.cookies[SKAWA]["ksr"]
    wrong = await office.post("/konto/potwierdzenie", kod="000000", dokad="/pracownicy")
    assert wrong.status_code == 422
    code = await a_code(office, "pierwsza@skawa.example")
    back = await office.post("/konto/potwierdzenie", kod=code, dokad="/pracownicy/zaproszenie")
    assert "Zaproś osobę" in back.text
    after = office.cookies[SKAWA]["ksr"]
    assert after != before
    assert (await office.post(f"{at}/zaproszenie")).status_code == 200
    office.cookies[SKAWA]["ksr"] = before
    assert (await office.ask("GET", "/organ")).status_code == 303


async def test_opening_an_expired_account_again_asks_for_a_fresh_code(
    office, connection, member, clock
):
    account = await member("dawna@skawa.example", "operator", at="s001")
    at = f"/pracownicy/{account}"
    clock.ahead = timedelta(minutes=16)
    assert (await office.post(f"{at}/przedluzenie")).status_code == 200
    await connection.execute("UPDATE account SET valid_until = '2020-08-31' WHERE id = $1", account)
    assert (await office.post(f"{at}/przedluzenie")).status_code == 403


async def test_a_reset_asked_by_somebody_whose_account_was_closed_takes_nothing_away(
    office, other_office, connection, member
):
    account = await member("gubi@skawa.example", "operator", at="s001")
    at = f"/pracownicy/{account}/telefon"
    await office.post(at, powod="Sprawdzony dowód osobisty")
    await connection.execute(
        "UPDATE account SET active = false WHERE login = 'pierwsza@skawa.example'"
    )
    refused = await other_office.post(f"{at}/decyzja", decyzja="potwierdz")
    assert refused.status_code == 409


async def test_staff_are_found_by_name_and_the_name_is_in_no_address(app, office):
    everybody = await office.get("/pracownicy")
    assert "Irena" in everybody.text and "Zofia" in everybody.text
    asked = await office.post("/pracownicy", follow=False, szukaj="zofia l")
    assert asked.status_code == 200
    inside = asked.text.partition("<table")[2]
    assert "Zofia" in inside and "Irena" not in inside


async def test_the_second_page_of_those_found_is_a_form_too(app, office):
    lines = [f"Jan;Lis;jan{n:02}@skawa.example;operator;s001" for n in range(55)]
    await office.post("/pracownicy/plik/zaproszenia", tresc=HEADING + "\n".join(lines))
    first = await office.post("/pracownicy", follow=False, szukaj="jan")
    assert "55 kont" in first.text
    assert 'name="strona" value="2"' in first.text
    second = await office.post("/pracownicy", follow=False, szukaj="jan", strona="2")
    assert second.text.count("Jan Lis</a>") == 5
    everybody = await office.get("/pracownicy")
    assert 'href="/pracownicy?rola=&amp;strona=2"' in everybody.text


async def test_i_see_my_sessions_and_end_one_or_all_others(app, office):
    others = [Browser(app, SKAWA) for _ in range(2)]
    for n, one in enumerate(others):
        await give_password(one, "pierwsza@skawa.example", PASSWORD)
        code = await a_code(one, "pierwsza@skawa.example")
        agent = {"User-Agent": f"Mozilla/5.0 (Windows NT 10.0) Firefox/14{n}.0"}
        token = one.cookies[SKAWA]["ksr-csrf"]
        await one.ask(
            "POST",
            "/pracownik/logowanie/kod",
            data={"_csrf_token": token, "kod": code},
            headers=agent,
        )
    mine = await office.get("/konto/sesje")
    assert mine.text.count("Firefox, Windows</strong>") == 2
    assert mine.text.count("ta przeglądarka") == 1
    end = re.search(r"/konto/sesje/[0-9a-f-]{36}/koniec", mine.text)[0]
    await office.post(end)
    alive = [(await one.ask("GET", "/organ")).status_code for one in others]
    assert sorted(alive) == [200, 303]
    await office.post("/konto/sesje/koniec-innych")
    assert [(await one.ask("GET", "/organ")).status_code for one in others] == [303, 303]
    assert (await office.ask("GET", "/organ")).status_code == 200


async def test_i_cannot_end_somebody_elses_session(office, other_office, connection):
    theirs = await connection.fetchval(
        "SELECT id FROM login_session WHERE account_id = $1",
        await id_of(connection, "druga@skawa.example"),
    )
    refused = await office.post(f"/konto/sesje/{theirs}/koniec")
    assert refused.status_code == 404
    assert (await other_office.ask("GET", "/organ")).status_code == 200


async def test_a_new_password_ends_my_other_sessions(app, office):
    other = Browser(app, SKAWA)
    await sign_in_staff(other, "pierwsza@skawa.example", PASSWORD)
    new = {"nowe_haslo": NEW_PASSWORD, "powtorz": NEW_PASSWORD}
    refused = await office.post("/konto/haslo", haslo="nie to", **new)
    assert refused.status_code == 422
    assert NEW_PASSWORD not in refused.text
    await office.post("/konto/haslo", haslo=PASSWORD, **new)
    assert (await other.ask("GET", "/organ")).status_code == 303
    assert (await office.ask("GET", "/organ")).status_code == 200
    assert (await give_password(other, "pierwsza@skawa.example", PASSWORD)).status_code == 422


LATE = "Logowanie trwało zbyt długo"


async def test_a_new_password_ends_logins_begun_with_the_old_one(app, office):
    other = Browser(app, SKAWA)
    await give_password(other, "pierwsza@skawa.example", PASSWORD)
    new = {"nowe_haslo": NEW_PASSWORD, "powtorz": NEW_PASSWORD}
    await office.post("/konto/haslo", haslo=PASSWORD, **new)
    code = await a_code(other, "pierwsza@skawa.example")
    assert LATE in (await other.post("/pracownik/logowanie/kod", kod=code)).text


async def test_the_present_password_is_guessed_no_oftener_than_at_the_door(app, member):
    await member("zgadywana@skawa.example")
    session, door = (Browser(app, SKAWA, address="10.4.0.1") for _ in range(2))
    await sign_in_staff(session, "zgadywana@skawa.example", PASSWORD)
    new = {"nowe_haslo": NEW_PASSWORD, "powtorz": NEW_PASSWORD}
    for _ in range(5):
        assert (await session.post("/konto/haslo", haslo="nie to", **new)).status_code == 422
    assert (await session.post("/konto/haslo", haslo=PASSWORD, **new)).status_code == 422
    assert (await give_password(door, "zgadywana@skawa.example", PASSWORD)).status_code == 422


async def test_who_knew_the_old_password_sets_up_no_factor_after_a_new_one(
    app, office, connection, member
):
    account = await member("bez@skawa.example", "operator", enrolled=False, at="s001")
    thief, owner = Browser(app, SKAWA), Browser(app, SKAWA)
    offered = await give_password(thief, "bez@skawa.example", PASSWORD)
    await office.post(f"/pracownicy/{account}/zaproszenie")
    link = await link_to(connection, "bez@skawa.example")
    await owner.get(link)
    await owner.post(
        "/zaproszenie",
        bilet=link.partition("=")[2],
        nowe_haslo=NEW_PASSWORD,
        powtorz=NEW_PASSWORD,
    )
    assert LATE in (await enrol(thief, offered, "bez@skawa.example")).text


async def test_a_new_password_voids_the_links_for_setting_one(
    app, office, other_office, connection
):
    account = await id_of(connection, "druga@skawa.example")
    await connection.execute("UPDATE role_grant SET role = 'administrator'")
    again = Browser(app, SKAWA)
    await sign_in_staff(again, "pierwsza@skawa.example", PASSWORD)
    await again.post(f"/pracownicy/{account}/zaproszenie")
    link = await link_to(connection, "druga@skawa.example")
    await sign_in_staff(other_office, "druga@skawa.example", PASSWORD)
    new = {"nowe_haslo": NEW_PASSWORD, "powtorz": NEW_PASSWORD}
    await other_office.post("/konto/haslo", haslo=PASSWORD, **new)
    assert (await again.get(link)).status_code == 404


async def test_a_login_under_way_does_not_outlive_its_account(app, office, connection, member):
    account = await member("raz@skawa.example", "operator", at="s001")
    browser = Browser(app, SKAWA)
    await give_password(browser, "raz@skawa.example", PASSWORD)
    await office.post(f"/pracownicy/{account}/zamkniecie")
    await office.post(f"/pracownicy/{account}/otwarcie")
    code = await a_code(browser, "raz@skawa.example")
    assert LATE in (await browser.post("/pracownik/logowanie/kod", kod=code)).text


async def test_new_backup_codes_void_the_old_ones(app, office):
    code = await a_code(office, "pierwsza@skawa.example")
    first = await office.post("/konto/kody", kod=code)
    old = re.search(r"<code>([a-z0-9-]{11})</code>", first.text)[1]
    second = await office.post("/konto/kody", kod=old)
    new = re.findall(r"<code>([a-z0-9-]{11})</code>", second.text)
    other = Browser(app, SKAWA)
    await give_password(other, "pierwsza@skawa.example", PASSWORD)
    unused = re.findall(r"<code>([a-z0-9-]{11})</code>", first.text)[1]
    assert (await other.post("/pracownik/logowanie/kod", kod=unused)).status_code == 422
    assert (await other.post("/pracownik/logowanie/kod", kod=new[0])).status_code == 200


async def test_staying_begins_the_idle_time_anew(office, clock):
    clock.ahead = timedelta(minutes=19)
    token = office.cookies[SKAWA]["ksr-csrf"]
    told = await office.ask(
        "POST", "/konto/zostan", data={"_csrf_token": token}, headers={"Accept": "application/json"}
    )
    assert told.json() == {"seconds": 1200}
    clock.ahead = timedelta(minutes=38)
    page = await office.post("/konto/zostan")
    assert "Sesja potrwa do" in page.text
    clock.ahead = timedelta(minutes=59)
    assert (await office.ask("GET", "/organ")).status_code == 303


async def test_staying_leads_back_to_a_page_of_ours(office):
    fields = {"_csrf_token": office.cookies[SKAWA]["ksr-csrf"]}
    for path, leads in (("/pracownicy", "/pracownicy"), ("//zla.example/organ", "/organ")):
        came = {"Referer": f"http://{SKAWA}{path}"}
        back = await office.ask("POST", "/konto/zostan", data=fields, headers=came)
        assert back.headers["location"] == leads


async def test_a_password_is_never_given_back_in_a_refused_form(office, clock):
    clock.ahead = timedelta(hours=11)
    refused = await office.post(
        "/konto/haslo", haslo=PASSWORD, nowe_haslo=NEW_PASSWORD, powtorz=NEW_PASSWORD
    )
    assert refused.status_code == 401
    assert PASSWORD not in refused.text
    assert NEW_PASSWORD not in refused.text


async def test_the_operator_invites_the_first_administrator(app, settings, connection, clock):
    wanted = {"email": "szefowa@skawa.example", "given": "Ewa", "family": "Lis", "clock": clock}
    link = await administrator(settings, "skawa", **wanted)
    browser = Browser(app, SKAWA)
    path = link.partition(SKAWA)[2]
    assert "Ustaw hasło" in (await browser.get(path)).text
    new = {"nowe_haslo": NEW_PASSWORD, "powtorz": NEW_PASSWORD}
    offered = await browser.post("/zaproszenie", bilet=path.partition("=")[2], **new)
    await enrol(browser, offered, "szefowa@skawa.example")
    assert (await browser.ask("GET", "/pracownicy")).status_code == 200
    again = await administrator(settings, "skawa", **wanted)
    assert again != link
    with pytest.raises(Unfit):
        await administrator(settings, "nieznana", **wanted)
    await connection.execute("UPDATE role_grant SET role = 'operator'")
    with pytest.raises(Unfit):
        await administrator(settings, "skawa", **wanted)
