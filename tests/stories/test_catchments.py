"""The office keeps the catchments of schools; a parent asks which school is theirs."""

import html
import io
import json
import re
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook

from ksr_saas.catchments import queries
from ksr_saas.catchments.rules import Address, Doubt, Outcome
from ksr_saas.identity.throttle import LEFT, Throttle
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.portals import keys_of
from tests.stories.browser import PASSWORD, SKAWA, Browser, sign_in_staff

HOME = "/organ/obwody"
YEAR = datetime.now(UTC).year + 1
NOW = f"{YEAR}/{YEAR + 1}"
WHY = "Uchwała nr XX/100/27 rady gminy."
SCHOOL = (
    "INSERT INTO institution (id, code, rspo, kind, organ, name, sort_key, street, postal_code,"
    " town, district, lat, lon, phone, email, hours, made_up, access, about) VALUES"
    " (gen_random_uuid(), $1, $2, $3, $4, $5, $5, 'Szkolna 1', '64-920', 'Skawa', '', 53, 16,"
    " '67 212 00 01', '', '', true, '[]', '{}')"
)


@pytest.fixture
async def schools(connection, member):
    """Two primary schools of the municipality, three others that have no catchment, two people."""
    for code, rspo, kind, organ, name in (
        ("sp1", "100001", "primary", "municipal", "Szkoła Podstawowa nr 1"),
        ("sp2", "100002", "complex", "municipal", "Zespół Szkół nr 2"),
        ("sp3", "100003", "primary", "non-public", "Prywatna Szkoła"),
        ("ss1", "100004", "special", "municipal", "Szkoła Specjalna"),
        ("p1", "100005", "preschool", "municipal", "Przedszkole nr 1"),
    ):
        await connection.execute(SCHOOL, code, rspo, kind, organ, name)
    # The school year that pages are about.
    await connection.execute(
        "INSERT INTO campaign (id, code, level, school_year, name, rulebook, timetable, opened_at,"
        " last_number) VALUES (gen_random_uuid(), 'podstawowe', 'primary', $1, $2, '{}', '[]',"
        " now(), 0)",
        NOW,
        json.dumps({"pl": "Szkoły podstawowe"}),
    )
    await member("koordynator@skawa.example", name="Irena")
    await member("czytelnik@skawa.example", role="reader")
    yield
    await connection.execute(
        "DELETE FROM catchment_segment; DELETE FROM catchment_doubt; DELETE FROM campaign"
    )


@pytest.fixture
async def office(app, schools):
    browser = Browser(app, SKAWA)
    await sign_in_staff(browser, "koordynator@skawa.example", PASSWORD)
    return browser


@pytest.fixture
async def parent(app, schools):
    browser = Browser(app, SKAWA, address="192.0.2.7")
    await browser.get("/obwod")
    return browser


@pytest.fixture
async def session(settings, staff_town):
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings))
    async with pinned_session(engine, staff_town) as opened:
        yield opened
    await engine.dispose()


def csv(*rows, heading="szkola;ulica;strona;od;do;miejscowosc;zrodlo"):
    return "\n".join((heading, *rows)).encode()


def given_back(page, field):
    return html.unescape(re.search(rf'name="{field}" value="([^"]*)"', page.text)[1])


async def tried(office, content, year=NOW, name="obwody.csv"):
    return await office.post(f"{HOME}/plik", files={"plik": (name, content)}, rok=year)


async def taken(office, content, year=NOW, follow=True):
    """The file tried, then taken."""
    report = await tried(office, content, year)
    assert "Wczytaj obwody" in report.text, report.text
    fields = {one: given_back(report, one) for one in ("tresc", "widziane")}
    return await office.post(f"{HOME}/plik/wczytanie", follow, rok=year, **fields)


async def segments(connection):
    rows = await connection.fetch(
        "SELECT code, s.street, from_number, to_number, valid_from, valid_to"
        " FROM catchment_segment s JOIN institution ON institution.id = s.institution_id"
        " ORDER BY s.sort_key, valid_from, from_number, code"
    )
    return [tuple(row) for row in rows]


async def acts(connection):
    rows = await connection.fetch(
        "SELECT act FROM audit_event WHERE act LIKE 'catchments.%' ORDER BY position"
    )
    return [row["act"] for row in rows]


SET = csv(
    "sp1;ul. Polna;nieparzyste;1;17;;zał. 1, wiersz 3",
    "100002;ul. Polna;parzyste;;;;zał. 1, wiersz 4",
    "sp2;ul. Polna;nieparzyste;19;;;zał. 1, wiersz 5",
    "sp2;gen. Józefa Bema;;;;;",
    "sp1;;;;;Bukowina;",
)


async def test_a_parent_is_told_the_school_with_the_line_of_the_resolution(office, parent):
    await taken(office, SET)
    form = await parent.get("/obwod")
    assert f"rok szkolny {NOW}" in form.text
    found = await parent.post("/obwod", ulica="polna", numer="9a/2", miejscowosc="")
    assert found.status_code == 200
    assert "Szkoła Podstawowa nr 1" in found.text
    assert "zał. 1, wiersz 3" in found.text
    assert "druga strona ulicy" in found.text
    link = re.search(r'href="(/placowki/[0-9a-f-]+)"', found.text)[1]
    assert (await parent.get(link)).status_code == 200
    village = await parent.post("/obwod", ulica="Bukowina", numer="7", miejscowosc="")
    assert "Szkoła Podstawowa nr 1" in village.text
    start = await parent.get("/")
    assert 'href="/obwod"' in start.text


async def test_a_parent_is_told_honestly_when_nobody_knows(office, parent, connection):
    await taken(office, SET)
    unknown = await parent.post("/obwod", ulica="J. Bema", numer="3", miejscowosc="")
    assert "Nie wiemy, która to szkoła" in unknown.text
    assert "Czy chodzi o:" in unknown.text
    assert "Zapytaj w urzędzie." in unknown.text
    picked = given_back(unknown, "ulica")
    assert picked == "ul. gen. Józefa Bema"
    found = await parent.post("/obwod", ulica=picked, numer="3", miejscowosc="")
    assert "Zespół Szkół nr 2" in found.text
    assert await connection.fetchval("SELECT count(*) FROM catchment_doubt") == 0


async def test_before_there_are_catchments_the_page_says_so(parent):
    assert "Tej gminy obwodów tu jeszcze nie ma." in (await parent.get("/obwod")).text


async def test_what_a_parent_leaves_is_settled_and_found_again(
    app, office, parent, connection, session
):
    await taken(office, SET)
    address = {"ulica": "ul. Kręta", "numer": "4 m. 12", "miejscowosc": ""}
    for _ in range(2):
        left = await parent.post("/obwod/pytanie", **address)
        assert "Przekazaliśmy ten adres do urzędu." in left.text
    kept = await connection.fetch("SELECT * FROM catchment_doubt")
    assert len(kept) == 1
    assert "Kręta" not in str(dict(kept[0]))
    assert "kreta" not in str(dict(kept[0]))
    listed = await office.get(f"{HOME}/do-wyjasnienia")
    assert "ul. Kręta 4 m. 12" in listed.text
    at = f"{HOME}/do-wyjasnienia/{kept[0]['id']}"
    one = await office.get(at)
    assert "Nie ma takiej ulicy w obwodach szkół." in one.text
    for code, reason, problem in (
        ("", WHY, "Wybierz szkołę albo"),
        ("p1", WHY, "Wybierz szkołę albo"),
        ("sp3", WHY, "Wybierz szkołę albo"),
        ("sp2", "bo tak", "Napisz dlaczego"),
    ):
        refused = await office.post(at, szkola=code, powod=reason)
        assert refused.status_code == 422
        assert problem in refused.text
    settled = await office.post(at, szkola="sp2", powod=WHY)
    assert "Zespół Szkół nr 2" in settled.text
    same = await parent.post("/obwod", ulica="Ulica kreta 4/7", numer="", miejscowosc="SKAWA")
    assert "Zespół Szkół nr 2" in same.text
    assert "Tak rozstrzygnął urząd." in same.text
    assert WHY not in same.text
    checked = await office.post(f"{HOME}/adres", ulica="Kręta", numer="4", rok=NOW)
    assert WHY in checked.text
    assert WHY not in str(
        [dict(row) for row in await connection.fetch("SELECT * FROM audit_event")]
    )
    assert {"catchments.ask", "catchments.decide", "catchments.list"} <= set(await acts(connection))
    second = await connection.fetchval("SELECT id FROM institution WHERE code = 'sp2'")
    answer = await queries.school_of(session, Address("Kręta 4"), YEAR, home="Skawa")
    assert (answer.decided, answer.school) == (True, second)
    book = await queries.book(session, YEAR, home="Skawa")
    assert book.school_of(Address("Kręta 4"), YEAR) == answer


async def test_an_address_may_have_no_school_here(office, parent):
    await taken(office, SET)
    page = await office.post(f"{HOME}/do-wyjasnienia", ulica="Daleka", numer="1", rok=NOW)
    at = re.search(rf'action="({HOME}/do-wyjasnienia/[0-9a-f-]+)"', page.text)[1]
    await office.post(at, szkola="-", powod="To już gmina Zator.")
    found = await parent.post("/obwod", ulica="Daleka", numer="1", miejscowosc="")
    assert "Ten adres nie ma szkoły w tej gminie" in found.text


async def test_criteria_are_told_the_school_of_an_address(office, session, connection):
    await taken(office, SET)
    first = await connection.fetchval("SELECT id FROM institution WHERE code = 'sp1'")
    told = await queries.school_of(session, Address("ul. Polna 5/3"), YEAR, home="Skawa")
    assert (told.school, told.outcome) == (first, Outcome.ONE)
    unknown = await queries.school_of(session, Address("Inna", "5"), YEAR, home="Skawa")
    assert (unknown.school, unknown.doubt) == (None, Doubt.STREET)
    book = await queries.book(session, YEAR, home="Skawa")
    for address in (Address("ul. Polna 5/3"), Address("Inna", "5"), Address("Bukowina", "2")):
        one = await queries.school_of(session, address, YEAR, home="Skawa")
        assert book.school_of(address, YEAR).schools == one.schools


async def test_a_file_with_a_wrong_row_is_not_taken_at_all(office, connection):
    content = csv(
        "sp1;ul. Polna;;;;;",
        "sp9;ul. Leśna;;;;;",
        "p1;ul. Leśna;;;;;",
        "ss1;ul. Leśna;;;;;",
        "sp1;;;;;;",
        "sp1;ul. Leśna;lewa;;;;",
        "sp1;ul. Leśna;;12;1;;",
        "sp1;ul. Leśna;;dwa;;;",
        "sp1;ul. Leśna;parzyste;3;3;;",
        "sp2;Leśna;;;;;",
        "sp2;ul. LESNA;;;;;",
        "sp1;=HYPERLINK(1);;a;;;",
    )
    report = await tried(office, content)
    assert "Tego pliku nie wczytamy" in report.text
    assert "Wczytaj obwody" not in report.text
    for row in range(3, 14):
        assert (f'<th scope="row">{row}</th>' in report.text) is (row not in (11,))
    fields = {"tresc": given_back(report, "tresc"), "rok": NOW}
    file = await office.post(f"{HOME}/plik/bledy", **fields)
    assert file.headers["content-type"].startswith("text/csv")
    lines = file.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 11
    assert lines[1].startswith("sp9;ul. Leśna;") and "Nie ma takiej szkoły z obwodem" in lines[1]
    assert "'=HYPERLINK(1)" in lines[-1]
    forced = await office.post(f"{HOME}/plik/wczytanie", widziane="x", **fields)
    assert forced.status_code == 422
    assert await segments(connection) == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "muszą być nazwy kolumn"),
        (b"a;b\n1;2", "muszą być nazwy kolumn"),
        (b"szkola;ulica\n", "nie ma żadnego wiersza"),
        (b"PK\x03\x04", "Nie umiemy odczytać tego pliku"),
        (b"\x00", "Nie umiemy odczytać tego pliku"),
    ],
)
async def test_what_is_no_table_is_told_as_such(office, content, problem):
    refused = await tried(office, content)
    assert refused.status_code == 422
    assert problem in refused.text
    sent = await office.post(f"{HOME}/plik/wczytanie", tresc=content.decode("latin-1"), rok=NOW)
    assert sent.status_code == 422
    assert problem in sent.text or "muszą być nazwy kolumn" in sent.text


async def test_a_workbook_or_a_windows_file_is_taken_alike(office, connection):
    book, out = Workbook(), io.BytesIO()
    book.active.append(["Szkoła", "Ulica", "Od", "Do"])
    book.active.append(["sp1", "Łąkowa", 1, 17])
    book.save(out)
    await taken(office, out.getvalue())
    first = await segments(connection)
    assert first == [("sp1", "Łąkowa", 1, 17, YEAR, None)]
    same = await tried(office, "szkoła,ulica,od,do\nsp1,łąkowa,1,17".encode("cp1250"))
    assert re.search(r"<strong>1</strong>\s*bez zmian", same.text)


async def test_a_new_set_ends_the_old_one_and_says_what_changes(office, connection):
    await taken(office, csv("sp1;Polna;;;;;", "sp1;Leśna;;1;9;;", "sp2;Nowa;;;;;"))
    later = f"{YEAR + 1}/{YEAR + 2}"
    content = csv("sp1;Polna;;;;;", "sp2;Leśna;;1;9;;", "sp2;Stara;;;;;")
    report = await tried(office, content, later)
    for count, words in ((1, "bez zmian"), (1, "dodane"), (1, "zmienione"), (1, "usunięte")):
        assert re.search(rf"<strong>{count}</strong>\s*{words}", report.text)
    await taken(office, content, later)
    assert await segments(connection) == [
        ("sp1", "Leśna", 1, 9, YEAR, YEAR),
        ("sp2", "Leśna", 1, 9, YEAR + 1, None),
        ("sp2", "Nowa", None, None, YEAR, YEAR),
        ("sp1", "Polna", None, None, YEAR, None),
        ("sp2", "Stara", None, None, YEAR + 1, None),
    ]
    # Taken again for the earlier year it goes no further than the later set.
    await taken(office, csv("sp2;Polna;;;;;", "sp2;Leśna;;1;9;;"))
    assert await segments(connection) == [
        ("sp2", "Leśna", 1, 9, YEAR, YEAR),
        ("sp2", "Leśna", 1, 9, YEAR + 1, None),
        ("sp2", "Polna", None, None, YEAR, None),
        ("sp2", "Stara", None, None, YEAR + 1, None),
    ]


async def test_a_set_that_somebody_changed_meanwhile_is_not_replaced(office, connection):
    report = await tried(office, SET)
    await taken(office, csv("sp1;Leśna;;;;;"))
    fields = {one: given_back(report, one) for one in ("tresc", "widziane")}
    refused = await office.post(f"{HOME}/plik/wczytanie", rok=NOW, **fields)
    assert refused.status_code == 409
    assert "Obwody zmieniły się w międzyczasie" in refused.text
    assert len(await segments(connection)) == 1


async def test_the_report_and_the_control_name_overlaps_and_gaps(office):
    content = csv("sp1;Polna;;1;9;;", "sp2;Polna;;7;12;;", "sp2;Leśna;;1;5;;", "sp1;Leśna;;9;;;")
    report = await tried(office, content)
    assert "Ten sam numer w obwodach dwóch szkół: od 7 do 9" in report.text
    await taken(office, content)
    control = await office.get(f"{HOME}/kontrola")
    assert "Ten sam numer w obwodach dwóch szkół: od 7 do 9" in control.text
    assert "Numery między zakresami nie należą do żadnej szkoły: od 6 do 8" in control.text
    clear = await office.post(f"{HOME}/adres", ulica="Polna", numer="8", rok=NOW)
    assert "Ten adres jest w obwodach kilku szkół." in clear.text


LINE = {"szkola": "sp1", "ulica": "ul. Polna", "strona": "wszystkie", "od": "1", "do": "12a"}


async def test_a_line_is_added_put_right_and_ended_each_with_a_reason(office, connection):
    added = await office.post(f"{HOME}/nowy", rok=NOW, powod=WHY, **LINE)
    assert "ul. Polna" in added.text
    assert "numery od 1 do 12a" in added.text
    at = re.search(rf'href="({HOME}/[0-9a-f-]{{36}})"', added.text)[1]
    form = await office.get(at)
    assert WHY in form.text
    shown = given_back(form, "widziane")
    changed = {**LINE, "szkola": "sp2", "do": "", "widziane": shown}
    short = await office.post(at, rok=NOW, powod="bo tak", **changed)
    assert short.status_code == 422
    assert "Napisz dlaczego" in short.text
    await office.post(at, rok=NOW, powod=WHY, **changed)
    assert await segments(connection) == [("sp2", "ul. Polna", 1, None, YEAR, None)]
    late = await office.post(at, rok=NOW, powod=WHY, **changed)
    assert late.status_code == 409
    early = await office.post(f"{at}/koniec", ostatni="2020/2021", powod_konca=WHY)
    assert early.status_code == 422
    hasty = await office.post(f"{at}/koniec", ostatni=NOW, powod_konca="")
    assert hasty.status_code == 422
    nonsense = await office.post(f"{at}/koniec", ostatni="nigdy", powod_konca=WHY)
    assert nonsense.status_code == 404
    await office.post(f"{at}/koniec", ostatni=NOW, powod_konca=WHY)
    assert await segments(connection) == [("sp2", "ul. Polna", 1, None, YEAR, YEAR)]
    assert (await acts(connection))[-3:] == [
        "catchments.add",
        "catchments.change",
        "catchments.end",
    ]


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"szkola": "p1"}, "Nie ma takiej szkoły z obwodem"),
        ({"ulica": ""}, "Wpisz ulicę."),
        ({"ulica": "!!!"}, "Wpisz ulicę."),
        ({"strona": "lewa"}, "Strona ulicy to"),
        ({"od": "20"}, "musi być mniejszy"),
        ({"od": "x"}, "Numer ma postać"),
        ({"simc": "12"}, "Kod SIMC ma 7 cyfr"),
        ({"ulic": "12"}, "Kod ULIC ma 5 cyfr"),
        ({"rok": "2027"}, "Wybierz rok szkolny"),
        ({"do_roku": "2001/2002"}, "nie może być wcześniejszy"),
        ({"do_roku": "kiedyś"}, "nie może być wcześniejszy"),
        ({"powod": ""}, "Napisz dlaczego"),
    ],
)
async def test_a_line_that_cannot_be_comes_back_with_what_was_typed(
    office, connection, wrong, problem
):
    typed = LINE | {"rok": NOW, "powod": WHY, "zrodlo": "załącznik siódmy"} | wrong
    refused = await office.post(f"{HOME}/nowy", **typed)
    assert refused.status_code == 422
    assert problem in refused.text
    assert "załącznik siódmy" in refused.text
    assert await segments(connection) == []


async def test_the_list_is_filtered_by_street_school_and_year(office):
    await taken(office, SET)
    for asked, count in (
        ("", 5),
        ("?ulica=POLNA", 3),
        ("?ulica=Bema+Józefa", 1),
        ("?szkola=sp1", 2),
        ("?szkola=sp1&ulica=pol", 1),
        ("?rok=2020/2021", 0),
        ("?rok=zły&strona=99999&szkola=nikt", 0),
        ("?ulica=%25", 5),
        ("?ulica=_", 5),
    ):
        listed = await office.get(HOME + asked)
        assert listed.status_code == 200
        assert len(re.findall(rf'<th scope="row"><a href="{HOME}/', listed.text)) == count, asked


@pytest.mark.parametrize(
    "address",
    [
        {"ulica": "", "numer": "", "miejscowosc": ""},
        {"numer": "5"},
        {"ulica": "\x00\u202e", "numer": "5"},
    ],
)
async def test_an_address_without_street_or_town_is_asked_for_again(office, parent, address):
    await taken(office, SET)
    for path in ("/obwod", "/obwod/pytanie"):
        refused = await parent.post(path, **address)
        assert refused.status_code == 422
        assert "Wpisz ulicę i numer domu." in refused.text


@pytest.mark.parametrize(
    "street", ["'; DROP TABLE x; --", "<script>alert(1)</script>", "%", "ł" * 500]
)
async def test_odd_streets_break_nothing(office, parent, street):
    await taken(office, SET)
    found = await parent.post("/obwod", ulica=street, numer="5" * 400, miejscowosc="")
    assert found.status_code == 200
    assert "<script>alert" not in found.text
    assert "Nie wiemy, która to szkoła" in found.text


async def test_nobody_fills_the_offices_queue(app, schools, connection):
    parent = Browser(app, SKAWA, address="192.0.2.99")
    await parent.get("/obwod")
    for number in range(LEFT.amount):
        left = await parent.post("/obwod/pytanie", ulica="Kręta", numer=str(number + 1))
        assert left.status_code == 200
    refused = await parent.post("/obwod/pytanie", ulica="Kręta", numer="999")
    assert refused.status_code == 429
    assert "Za dużo pytań naraz" in refused.text
    assert await connection.fetchval("SELECT count(*) FROM catchment_doubt") == LEFT.amount


async def test_one_network_asks_only_so_often(app, parent, monkeypatch):
    async def spent(self, address):
        return False

    monkeypatch.setattr(Throttle, "may_look_up", spent)
    refused = await parent.post("/obwod", ulica="Polna", numer="1")
    assert refused.status_code == 429


async def test_a_reader_sees_none_of_it(app, schools):
    browser = Browser(app, SKAWA)
    await sign_in_staff(browser, "czytelnik@skawa.example", PASSWORD)
    assert (await browser.get(HOME)).status_code == 403
    assert HOME not in (await browser.get("/organ")).text
