"""Roles: whom a director may invite, acting in one of several roles, and the table of rights."""

import csv
import io
import re
from datetime import timedelta

import pytest

from ksr_saas.identity.authorisation import ROLE_NAMES
from ksr_saas.identity.rights import TABLE, Role
from tests.stories.browser import PASSWORD, SKAWA, Browser, sign_in_staff

DIRECTOR, OTHER = "dyrektor@skawa.example", "inna@skawa.example"


@pytest.fixture(autouse=True)
async def two_institutions(institution, member):
    """With a director each, and an administrator in the office."""
    await institution("s001")
    await institution("s002")
    await member(DIRECTOR, "director", at="s001")
    await member(OTHER, "operator", at="s002", name="Olga")
    await member("admin@skawa.example", "administrator", name="Adam")


@pytest.fixture
def enter(app):
    """Signs somebody in, in a browser of their own."""

    async def come(login):
        browser = Browser(app, SKAWA)
        browser.page = await sign_in_staff(browser, login, PASSWORD)
        return browser

    return come


async def id_of(connection, login):
    return await connection.fetchval("SELECT id FROM account WHERE login = $1", login)


async def grant_of(connection, login, role):
    return await connection.fetchval(
        "SELECT g.id FROM role_grant g JOIN account a ON a.id = account_id"
        " WHERE login = $1 AND role = $2",
        login,
        role,
    )


def invitation(role, place="", email="nowy@skawa.example"):
    return {"imie": "Jan", "nazwisko": "Lis", "email": email, "rola": role, "placowka": place}


# A director


async def test_a_director_looks_after_the_people_of_one_institution(enter, connection):
    director = await enter(DIRECTOR)
    assert 'href="/pracownicy"' in (await director.get("/placowka")).text
    listed = await director.post("/pracownicy/zaproszenie", **invitation("przewodniczacy"))
    assert "Przewodniczący komisji" in listed.text
    everybody = await director.get("/pracownicy")
    assert "2 konta" in everybody.text
    assert "Olga" not in everybody.text
    at = f"/pracownicy/{await id_of(connection, 'nowy@skawa.example')}"
    for deed in ("przedluzenie", "zaproszenie", "zamkniecie", "otwarcie"):
        assert (await director.post(f"{at}/{deed}")).status_code == 200
    place = await connection.fetchval(
        "SELECT code FROM institution i JOIN role_grant g ON g.institution_id = i.id"
        " WHERE g.id = $1",
        await grant_of(connection, "nowy@skawa.example", "chair"),
    )
    assert place == "s001"


async def test_a_director_reaches_nobody_of_another_institution(enter, connection):
    director = await enter(DIRECTOR)
    at = f"/pracownicy/{await id_of(connection, OTHER)}"
    assert (await director.ask("GET", at)).status_code == 404
    for deed in ("przedluzenie", "zaproszenie", "zamkniecie", "otwarcie", "telefon", "role"):
        refused = await director.post(
            f"{at}/{deed}", rola="operator", placowka="s001", powod="Zgubiony telefon"
        )
        assert refused.status_code == 404
    taken = await grant_of(connection, OTHER, "operator")
    assert (await director.post(f"{at}/role/{taken}/odebranie")).status_code == 404


@pytest.mark.parametrize(
    ("role", "place", "words"),
    [
        ("operator", "s002", "Możesz zapraszać tylko do swojej placówki"),
        ("dyrektor", "s001", "Nie możesz nadać tej roli"),
        ("koordynator", "", "Nie możesz nadać tej roli"),
        ("administrator", "", "Nie możesz nadać tej roli"),
    ],
)
async def test_a_director_gives_only_roles_of_the_own_institution(
    enter, connection, role, place, words
):
    director = await enter(DIRECTOR)
    refused = await director.post("/pracownicy/zaproszenie", **invitation(role, place))
    assert refused.status_code == 422
    assert words in refused.text
    assert await id_of(connection, "nowy@skawa.example") is None


async def test_a_director_takes_no_factor_away_alone(enter, connection, member):
    await member("operator@skawa.example", "operator", at="s001")
    director, admin = await enter(DIRECTOR), await enter("admin@skawa.example")
    at = f"/pracownicy/{await id_of(connection, 'operator@skawa.example')}"
    await director.post(f"{at}/telefon", powod="Zgubiony telefon, rozmowa w szkole")
    alone = await director.post(f"{at}/telefon/decyzja", decyzja="potwierdz")
    assert alone.status_code == 403
    await admin.post(f"{at}/telefon/decyzja", decyzja="potwierdz")
    assert await connection.fetchval(
        "SELECT totp_sealed IS NULL FROM account WHERE login = 'operator@skawa.example'"
    )


async def test_who_also_works_in_the_office_is_changed_by_the_office(enter, connection, member):
    account = await member("dwoje@skawa.example", "operator", at="s001")
    await connection.execute(
        "INSERT INTO role_grant (id, account_id, role) VALUES (gen_random_uuid(), $1, 'reader')",
        account,
    )
    director = await enter(DIRECTOR)
    page = await director.get(f"/pracownicy/{account}")
    assert "Ta osoba ma też role poza Twoją placówką" in page.text
    assert "Czytelnik" not in page.text.partition("<main")[2]
    assert (await director.post(f"/pracownicy/{account}/zamkniecie")).status_code == 403
    elsewhere = await grant_of(connection, "dwoje@skawa.example", "reader")
    at = f"/pracownicy/{account}/role"
    assert (await director.post(f"{at}/{elsewhere}/odebranie")).status_code == 404
    here = await grant_of(connection, "dwoje@skawa.example", "operator")
    await director.post(f"{at}/{here}/odebranie")
    assert await grant_of(connection, "dwoje@skawa.example", "operator") is None


# The office


async def test_a_coordinator_makes_no_second_coordinator(enter, connection, member):
    await member("koord@skawa.example", "coordinator")
    await member("drugi@skawa.example", "coordinator")
    office, admin = await enter("koord@skawa.example"), await enter("admin@skawa.example")
    refused = await office.post("/pracownicy/zaproszenie", **invitation("koordynator"))
    assert "Nie możesz nadać tej roli" in refused.text
    other = f"/pracownicy/{await id_of(connection, 'drugi@skawa.example')}"
    assert "Zamknij konto" not in (await office.get(other)).text
    assert (await office.post(f"{other}/zamkniecie")).status_code == 403
    refused = await office.post(f"{other}/role", rola="administrator", placowka="")
    assert refused.status_code == 403
    assert (await admin.post(f"{other}/zamkniecie")).status_code == 200
    listed = await admin.post("/pracownicy/zaproszenie", **invitation("koordynator"))
    assert "zaproszenie wysłane" in listed.text


async def test_staff_are_listed_by_role(enter):
    admin = await enter("admin@skawa.example")
    found = await admin.get("/pracownicy?rola=operator")
    assert "Olga" in found.text
    assert "1 konto" in found.text
    assert "3 konta" in (await admin.get("/pracownicy?rola=nieznana")).text


@pytest.mark.parametrize(
    ("role", "home", "closed"),
    [
        ("administrator", "/pracownicy", ("/organ", "/organ/przydzial", "/placowka")),
        ("iod", "/organ/uprawnienia", ("/organ", "/pracownicy", "/placowka")),
        ("reader", "/organ", ("/organ/uprawnienia", "/organ/wyniki", "/pracownicy", "/placowka")),
    ],
)
async def test_a_role_of_the_office_sees_its_own_pages_and_no_case(
    enter, member, role, home, closed
):
    await member("ktos@skawa.example", role)
    person = await enter("ktos@skawa.example")
    assert person.page.url.path == home
    for path in closed:
        assert (await person.ask("GET", path)).status_code == 403
        assert f'href="{path}"' not in person.page.text


# Several roles


@pytest.fixture
async def small(enter, connection, member):
    """Somebody who prepares applications and chairs the commission, signed in as the former."""
    account = await member("mala@skawa.example", "operator", at="s001")
    admin = await enter("admin@skawa.example")
    given = await admin.post(f"/pracownicy/{account}/role", rola="przewodniczacy", placowka="s001")
    assert "Przewodniczący komisji" in given.text
    return await enter("mala@skawa.example")


async def test_one_of_several_roles_is_chosen_and_the_session_is_new(small, enter, connection):
    assert "Działasz jako: Operator placówki" in small.page.text
    before = small.cookies[SKAWA]["ksr"]
    chosen = await small.post(
        "/konto/rola", rola=await grant_of(connection, "mala@skawa.example", "chair")
    )
    assert "Działasz jako: Przewodniczący komisji" in chosen.text
    assert small.cookies[SKAWA]["ksr"] != before
    now = small.cookies[SKAWA]["ksr"]
    small.cookies[SKAWA]["ksr"] = before
    assert (await small.ask("GET", "/placowka")).status_code == 303
    small.cookies[SKAWA]["ksr"] = now
    assert "Działasz jako: Przewodniczący komisji" in (await small.get("/placowka")).text
    again = await enter("mala@skawa.example")
    assert "Działasz jako: Przewodniczący komisji" in again.page.text


async def test_a_change_of_role_does_not_make_a_session_last_longer(small, connection, clock):
    clock.ahead = timedelta(minutes=19)
    await small.post("/konto/rola", rola=await grant_of(connection, "mala@skawa.example", "chair"))
    ends, began = await connection.fetchrow(
        "SELECT expires_at, confirmed_at FROM login_session s JOIN account a ON a.id = account_id"
        " WHERE login = 'mala@skawa.example'"
    )
    assert ends - began == timedelta(hours=10)
    assert clock.now() - began > timedelta(minutes=18)


async def test_nobody_acts_in_a_role_of_somebody_else(small, connection):
    for wrong in (await grant_of(connection, DIRECTOR, "director"), "nic", ""):
        assert (await small.post("/konto/rola", rola=wrong)).status_code == 404
    assert "Działasz jako: Operator placówki" in (await small.get("/placowka")).text


async def test_with_one_role_there_is_nothing_to_choose(enter):
    assert "Działasz jako" not in (await enter(DIRECTOR)).page.text


async def test_sessions_in_a_role_end_with_it_and_the_others_go_on(small, enter, connection):
    chair = await grant_of(connection, "mala@skawa.example", "chair")
    other = await enter("mala@skawa.example")
    await other.post("/konto/rola", rola=chair)
    admin = await enter("admin@skawa.example")
    at = f"/pracownicy/{await id_of(connection, 'mala@skawa.example')}/role"
    assert (await admin.post(f"{at}/{chair}/odebranie")).status_code == 200
    assert (await other.ask("GET", "/placowka")).status_code == 303
    assert (await small.ask("GET", "/placowka")).status_code == 200
    last = await grant_of(connection, "mala@skawa.example", "operator")
    assert (await admin.post(f"{at}/{last}/odebranie")).status_code == 409
    given = {"rola": "przewodniczacy", "placowka": "s001"}
    assert (await admin.post(at, **given)).status_code == 200
    assert (await admin.post(at, **given)).status_code == 409
    assert (await other.ask("GET", "/placowka")).status_code == 303


@pytest.mark.parametrize(
    ("had", "place", "wanted"),
    [
        ("director", "s001", ("czlonek", "s001")),
        ("chair", "s001", ("dyrektor", "s001")),
        ("iod", None, ("koordynator", "")),
        ("coordinator", None, ("iod", "")),
    ],
)
async def test_some_roles_are_never_held_together(enter, member, had, place, wanted):
    account = await member("ktos@skawa.example", had, at=place)
    admin = await enter("admin@skawa.example")
    role, at = wanted
    refused = await admin.post(f"/pracownicy/{account}/role", rola=role, placowka=at)
    assert refused.status_code == 409
    assert "Tych ról nie wolno łączyć" in refused.text


async def test_a_role_is_given_where_it_belongs(enter, member):
    account = await member("ktos@skawa.example", "operator", at="s001")
    admin = await enter("admin@skawa.example")
    at = f"/pracownicy/{account}/role"
    for role, place in (("operator", ""), ("operator", "s999"), ("nikt", ""), ("rodzic", "")):
        assert (await admin.post(at, rola=role, placowka=place)).status_code == 404


async def test_nobody_gives_themselves_a_role(enter, connection):
    for login in ("admin@skawa.example", DIRECTOR):
        person = await enter(login)
        at = f"/pracownicy/{await id_of(connection, login)}/role"
        refused = await person.post(at, rola="przewodniczacy", placowka="s001")
        assert refused.status_code == 403
        mine = await connection.fetchval(
            "SELECT id FROM role_grant WHERE account_id = $1", await id_of(connection, login)
        )
        assert (await person.post(f"{at}/{mine}/odebranie")).status_code == 403


async def test_giving_a_role_asks_for_a_fresh_code(enter, connection, clock):
    admin = await enter("admin@skawa.example")
    clock.ahead = timedelta(minutes=16)
    at = f"/pracownicy/{await id_of(connection, OTHER)}/role"
    refused = await admin.post(at, rola="przewodniczacy", placowka="s002")
    assert refused.status_code == 403
    assert await grant_of(connection, OTHER, "chair") is None


# The table of rights


@pytest.mark.parametrize("role", ["coordinator", "administrator", "iod"])
async def test_the_table_of_rights_is_read_in_the_office(enter, member, role):
    await member("czyta@skawa.example", role)
    person = await enter("czyta@skawa.example")
    page = await person.get("/organ/uprawnienia")
    for line in TABLE.values():
        assert line.name in page.text
    for name in ROLE_NAMES.values():
        assert name in page.text
    counts = re.findall(r"<dt>Dyrektor</dt><dd>(\d+) czynne konto", page.text)
    assert counts == ["1"]


async def test_an_account_that_ended_is_not_counted(enter, member, connection, clock):
    await member("dawny@skawa.example", "director", until=clock.today() - timedelta(days=1))
    admin = await enter("admin@skawa.example")
    page = await admin.get("/organ/uprawnienia")
    assert "<dt>Dyrektor</dt><dd>1 czynne konto" in page.text
    await connection.execute("UPDATE account SET active = false WHERE login = $1", DIRECTOR)
    page = await admin.get("/organ/uprawnienia")
    assert "<dt>Dyrektor</dt><dd>0 czynnych kont" in page.text


async def test_the_table_of_rights_is_a_file_for_a_spreadsheet(enter):
    admin = await enter("admin@skawa.example")
    answer = await admin.ask("GET", "/organ/uprawnienia/plik")
    assert answer.headers["content-disposition"].startswith(
        'attachment; filename="uprawnienia-skawa-'
    )
    text = answer.content.decode("utf-8-sig")
    heading, *lines = csv.reader(io.StringIO(text), delimiter=";")
    assert heading == ["Uprawnienie", "Rola", "Zakres", "Nadaje role", "Podstawa"]
    assert len(lines) == len(TABLE) * len(Role)
    given = {(right, role): (scope, gives) for right, role, scope, gives, _ in lines}
    assert given["Ogłoszenie wyników", "Koordynator miejski"] == ("w całej gminie", "")
    assert given["Ogłoszenie wyników", "Dyrektor"] == ("nie", "")
    assert given["Sprawdzanie kryteriów", "Dyrektor"][0] == "tylko powierza w swojej placówce"
    assert given["Konta i role pracowników", "Dyrektor"][1].startswith("Operator placówki, ")


async def test_the_table_of_rights_is_closed_to_institutions(enter):
    for login in (DIRECTOR, OTHER):
        person = await enter(login)
        for path in ("/organ/uprawnienia", "/organ/uprawnienia/plik"):
            assert (await person.ask("GET", path)).status_code == 403
