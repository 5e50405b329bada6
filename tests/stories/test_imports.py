"""The office sends files: an offer, continuing children, the register; looks, corrects, takes."""

import re

import asyncpg
import pytest

from ksr_saas.app import create_app
from tenants.demo.generate import city
from tests.factories.municipality import a_municipality, settle
from tests.stories.browser import PASSWORD, Browser, MovingClock, sign_in_staff

SLUG, SCHEMA, HOST = "barcin", "t_barcin", "barcin.localhost:8000"
HOME = "/organ/import"
CODE = "przedszkola-2027"
REASON = "Uchwała nr 3/2027 z 1 marca"
HEAD = "kod placówki;numer konta;REGON;kod oddziału;nazwa oddziału;rodzaj oddziału;liczba miejsc"
ACCOUNT = "PL61109010140000071219812874"


@pytest.fixture(scope="module")
async def town(settings):
    await a_municipality(settings, SLUG)
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    made = city(applications=0, places=60, institutions=3, seed=5)
    await settle(connection, settings, SCHEMA, made, slug=SLUG, password=PASSWORD)
    await connection.execute(f"SET search_path = {SCHEMA}")
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
async def office(settings, town):
    """The coordinator, signed in."""
    app = create_app(settings, clock=MovingClock())
    browser = Browser(app, HOST)
    await sign_in_staff(browser, f"koordynator@{SLUG}.example", PASSWORD)
    yield browser
    await app.close()


async def send(office, content, *, kind="offer", name="oferta.csv"):
    content = content if isinstance(content, bytes) else content.encode()
    files = {"plik": (name, content, "text/csv")}
    await office.get(HOME)
    return await office.post(HOME, files=files, rodzaj=kind, nabor=CODE)


def seen(page):
    return re.search(r'name="widziane" value="([^"]+)"', page.text)[1]


def told(page):
    """The rows of the table of errors: number, column, what to correct."""
    rows = re.findall(r'<td>(\d+)</td><td lang="pl">(.*?)</td><td>(.*?)</td>', page.text)
    return [(int(row), column, words) for row, column, words in rows]


async def the_offer(town):
    return await town.fetch(
        "SELECT i.code, u.code AS unit, u.capacity, o.state FROM unit u JOIN institution i"
        " ON i.id = u.institution_id JOIN offer o ON o.institution_id = i.id ORDER BY 1, 2"
    )


async def test_a_windows_file_with_semicolons_is_checked_corrected_and_taken(town, office):
    before = await the_offer(town)
    bad = [
        f"p001;{ACCOUNT};123456785;;;;21",
        f"p002;{ACCOUNT[:-1]}5;123456785;;;;21",
        f"p003;{ACCOUNT};123456789;;;;0",
        f"p001;{ACCOUNT};123456785;a;Żabki;leśny;20",
        "p001;;;",
        f"p001;{ACCOUNT};123456785;a;Żabki;;dużo",
    ]
    page = await send(office, "\r\n".join([HEAD, *bad]).encode("cp1250"))

    assert page.status_code == 200
    assert "5 wierszy do poprawy" in page.text
    assert [(row, column) for row, column, _ in told(page)] == [
        (3, "numer konta"),
        (4, "REGON"),
        (4, "liczba miejsc"),
        (5, "rodzaj oddziału"),
        (6, ""),
        (7, "liczba miejsc"),
        (7, "kod oddziału"),
    ]
    words = [one for _, _, one in told(page)]
    assert "26 cyfr" in words[0]
    assert "9 albo 14 cyfr" in words[1]
    assert "od 1 do 2000 miejsc, a jest: 0" in words[2]
    assert words[3].endswith(
        "Nie ma „leśny”. Może tu być: ogólnodostępny, integracyjny, specjalny, terapeutyczny,"
        " dwujęzyczny."
    )
    assert "Plik może być ucięty" in words[4]
    assert "„dużo” to nie jest liczba całkowita" in words[5]
    assert "Zapisz wszystko" not in page.text

    address = re.search(r'href="(/organ/import/[^"]+/bledy)"', page.text)[1]
    answer = await office.get(address)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    faults = answer.content.decode("utf-8-sig").splitlines()
    assert faults[0] == f"{HEAD};Co poprawić"
    assert [line.split(";")[0] for line in faults[1:]] == ["p002", "p003", "p001", "p001", "p001"]
    assert "numer konta: " in faults[1] and "REGON: " in faults[2]
    assert await the_offer(town) == before

    good = [f"p001;{ACCOUNT};123456785;;;;21", f"p001;{ACCOUNT};123456785;a;Żabki;integracyjny;20"]
    page = await send(office, "\r\n".join([HEAD, *good]).encode("cp1250"))
    assert "numer konta" in page.text and ACCOUNT in page.text
    one = re.search(r'action="(/organ/import/[0-9a-f-]{36})"', page.text)[1]
    refused = await office.post(one, widziane=seen(page), powod="bo tak")
    assert refused.status_code == 422
    assert "co najmniej 10 znaków" in refused.text
    assert await the_offer(town) == before
    page = await office.post(one, widziane=seen(page), powod=REASON, przyjmij="tak")
    assert "Plik jest zapisany" in page.text
    assert REASON in page.text
    assert [tuple(row) for row in await the_offer(town) if row["code"] == "p001"] == [
        ("p001", "", 21, "accepted"),
        ("p001", "a", 20, "accepted"),
    ]
    assert (await office.post(one, powod=REASON)).status_code == 409

    again = await send(office, "\r\n".join([HEAD, *good]).encode("cp1250"))
    assert "Ten plik niczego nie zmienia" in again.text
    assert "oferta.csv" in (await office.get(HOME)).text


async def test_what_was_looked_at_is_what_is_taken(town, office):
    page = await send(office, "kod placówki;liczba miejsc\np002;31\n")
    one = re.search(r'action="(/organ/import/[0-9a-f-]{36})"', page.text)[1]
    await town.execute(
        "UPDATE unit SET capacity = 77 WHERE institution_id = (SELECT id FROM institution"
        " WHERE code = 'p002')"
    )
    answer = await office.post(one, widziane=seen(page), powod=REASON)
    assert answer.status_code == 409
    assert "Obejrzyj zmiany jeszcze raz" in answer.text
    assert [row["capacity"] for row in await the_offer(town) if row["code"] == "p002"] == [77]


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "oferta.csv", "ani jednego wiersza"),
        (b"kod;liczba miejsc\np1;2", "oferta.xlsx", "To nie jest plik XLSX"),
        (b"\xd0\xcf\x11\xe0", "oferta.xls", "stary plik XLS"),
        ('kod placówki;liczba miejsc\np001;"21', "oferta.csv", "Plik się urywa"),
        ("kod placówki;uwagi\np001;21", "oferta.csv", "Brakuje kolumn: liczba miejsc."),
        (b"p001;21\np002;22", "oferta.csv", "nie jest nagłówkiem"),
        ("kod placówki;liczba miejsc;PESEL\np001;2;1", "oferta.csv", "dane osób (kolumna: PESEL)"),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_in_words_and_not_kept(
    town, office, content, name, words
):
    kept = await town.fetchval("SELECT count(*) FROM imported_file")
    page = await send(office, content, name=name)
    assert page.status_code == 422
    assert words in page.text
    assert 'href="#plik-offer"' in page.text
    assert await town.fetchval("SELECT count(*) FROM imported_file") == kept


async def test_numbers_of_continuing_children_leave_fewer_free_places_on_the_record(town, office):
    places = await town.fetchval(
        "SELECT capacity FROM unit u JOIN institution i ON i.id = institution_id"
        " WHERE i.code = 'p003'"
    )
    page = await send(
        office, f"kod placówki;liczba dzieci\np003;{places + 1}\np9;1\n", kind="continuing"
    )
    assert [(row, column) for row, column, _ in told(page)] == [
        (2, "liczba dzieci"),
        (3, "kod placówki"),
    ]
    page = await send(office, "kod placówki;liczba dzieci\np003;4\n", kind="continuing")
    one = re.search(r'action="(/organ/import/[0-9a-f-]{36})"', page.text)[1]
    page = await office.post(one, widziane=seen(page), powod=REASON)
    assert "Plik jest zapisany" in page.text
    assert await town.fetchval("SELECT sum(continuing) FROM unit") == 4
    detail = await town.fetchval("SELECT detail FROM audit_event WHERE act = 'exchange.continuing'")
    assert f'"places": {places - 4}' in detail and '"before": 0' in detail

    refused = await send(
        office, "kod placówki;imię dziecka;liczba dzieci\np003;Ala;1\n", kind="continuing"
    )
    assert "dane osób (kolumna: imię dziecka)" in refused.text
    refused = await send(
        office, "kod placówki;liczba dzieci;uwagi\np003;1;23231401235\n", kind="continuing"
    )
    assert "dane osób (kolumna: uwagi)" in refused.text


REGISTER = (
    '"Numer RSPO";"REGON";"Typ";"Nazwa";"Ulica";"Numer budynku";"Numer lokalu";"Kod pocztowy";'
    '"Miejscowość";"Telefon";"Imię i nazwisko dyrektora";"Data likwidacji"\n'
    '="{rspo}";="123456785";"Przedszkole";"Przedszkole Zmienione";"ul. Nowa";"5";"2";="50-009";'
    '"Wrocław";="717890123";"Jan Lis";\n'
    '="77001";;"Przedszkole";"Przedszkole Całkiem Nowe";"ul. Nowa";"7";;="50-009";"Wrocław";;;\n'
    '="77002";;"Bursa szkolna";"Bursa";"ul. Nowa";"8";;="50-009";"Wrocław";;;\n'
    '="77003";;"Przedszkole";"W innym mieście";"ul. Nowa";"9";;="00-009";"Sopot";;;\n'
)


async def test_the_register_proposes_and_the_office_takes_what_it_ticks(town, office):
    row = await town.fetchrow("SELECT id, rspo, street, town FROM institution WHERE code = 'p002'")
    content = REGISTER.format(rspo=row["rspo"]).replace("Wrocław", row["town"])
    page = await send(office, content, kind="register", name="rspo.csv")

    assert "w rejestrze „Przedszkole Zmienione”" in page.text
    assert "w rejestrze „ul. Nowa 5/2”" in page.text
    assert "Przedszkole Całkiem Nowe" in page.text
    assert "Bursa" not in page.text and "W innym mieście" not in page.text
    assert "Jan Lis" not in page.text
    one = re.search(r'action="(/organ/import/[0-9a-f-]{36})"', page.text)[1]

    assert "Zaznacz co najmniej jedną zmianę" in (await office.post(one)).text
    refused = await office.post(one, nowa="77001")
    assert refused.status_code == 422
    assert "Wpisz szerokość i długość geograficzną" in refused.text
    ticked = {"zmiana": f"{row['id']}:name", "nowa": "77001"}
    point = {"lat-77001": "51,11", "lon-77001": "17.05"}
    assert "Plik jest zapisany" in (await office.post(one, **ticked, **point)).text

    after = await town.fetchrow("SELECT name, street, regon FROM institution WHERE code = 'p002'")
    assert tuple(after) == ("Przedszkole Zmienione", row["street"], "")
    new = await town.fetchrow("SELECT name, street, lat, kind FROM institution WHERE rspo='77001'")
    assert tuple(new) == ("Przedszkole Całkiem Nowe", "ul. Nowa 7", 51.11, "preschool")
    acts = await town.fetch("SELECT detail FROM audit_event WHERE act = 'exchange.register'")
    assert len(acts) == 2


async def test_nobody_but_the_coordinator_may_send_a_file(settings, town, office):
    app = create_app(settings, clock=MovingClock())
    browser = Browser(app, HOST)
    await sign_in_staff(browser, f"administrator@{SLUG}.example", PASSWORD)
    assert (await browser.get(HOME)).status_code == 403
    await app.close()
