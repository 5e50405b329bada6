"""A director tells of the institution; the city keeps its list of institutions."""

import re

import asyncpg
import pytest

from ksr_saas.app import create_app
from tenants.demo.generate import city
from tests.factories.municipality import a_municipality, settle
from tests.factories.pictures import a_picture
from tests.stories.browser import PASSWORD, Browser, MovingClock, sign_in_staff

SLUG, SCHEMA, HOST = "narew", "t_narew", "narew.localhost:8000"
MINE, LIST = "/placowka/dane", "/organ/placowki"


@pytest.fixture(scope="module")
async def town(settings):
    await a_municipality(settings, SLUG)
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    made = city(applications=10, places=60, institutions=3, seed=4)
    await settle(connection, settings, SCHEMA, made, slug=SLUG, password=PASSWORD)
    await connection.execute(f"SET search_path = {SCHEMA}")
    yield connection
    await connection.close()


@pytest.fixture(scope="module")
def clock():
    return MovingClock()


@pytest.fixture(scope="module")
async def app(settings, town, clock):
    made = create_app(settings, clock=clock)
    yield made
    await made.close()


async def somebody(app, login):
    browser = Browser(app, HOST)
    await sign_in_staff(browser, f"{login}@{SLUG}.example", PASSWORD)
    return browser


@pytest.fixture(scope="module")
async def director(app):
    return await somebody(app, "dyrektor")


@pytest.fixture(scope="module")
async def office(app):
    return await somebody(app, "koordynator")


def version(page):
    return re.search(r'name="wersja" value="([^"]*)"', page.text)[1]


async def test_a_director_tells_of_the_institution_and_families_see_it(app, director, town):
    shown = await director.get(MINE)
    wrong = await director.post(
        MINE,
        wersja=version(shown),
        telefon="71 777 77 77",
        konto="11 1111",
        opis_pl="Mamy ogród.",
        files={"zdjecie": ("budynek.png", b"MZ\x90 exe")},
    )
    assert wrong.status_code == 422
    assert "Numer konta ma 26 cyfr" in wrong.text
    assert "Dodaj zdjęcie PNG, JPG albo WebP" in wrong.text
    assert "Mamy ogród." in wrong.text
    saved = await director.post(
        MINE,
        wersja=version(shown),
        telefon="71 777 77 77",
        opis_pl="Mamy ogród.",
        opis_uk="Маємо сад.",
        dostepnosc="lift",
        podpis_pl="Budynek z ogrodem",
        files={"zdjecie": ("budynek.jpg", a_picture((800, 600), "JPEG"))},
    )
    assert "Zapisano." in saved.text
    key = re.search(r'href="/placowki/([0-9a-f-]{36})"', saved.text)[1]
    visitor = Browser(app, HOST)
    seen = await visitor.get(f"/placowki/{key}")
    assert "Mamy ogród." in seen.text
    assert 'alt="Budynek z ogrodem"' in seen.text
    for size in ("", "/male"):
        picture = await visitor.get(f"/zdjecie/{key}{size}")
        assert picture.headers["content-type"] == "image/jpeg"
    act = await town.fetchval(
        "SELECT detail->>'fields' FROM audit_event WHERE act = 'premises.edit'"
    )
    assert act == "about access email hours image image_alt image_small phone"
    gone = await director.post(
        MINE, wersja=version(saved), opis_pl="Mamy ogród.", bez_zdjecia="tak"
    )
    assert "Zapisano." in gone.text
    assert (await visitor.get(f"/zdjecie/{key}")).status_code == 404


async def test_two_who_edit_at_once_lose_nothing(director, office):
    mine = await director.get(MINE)
    key = re.search(r'href="/placowki/([0-9a-f-]{36})"', mine.text)[1]
    form = await office.get(f"{LIST}/{key}")
    await director.post(MINE, wersja=version(mine), telefon="71 111 11 11")
    fields = dict(re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form.text))
    fields |= {
        "rodzaj": "preschool",
        "organ": "municipal",
        "telefon": "71 222 22 22",
        "wersja": version(form),
    }
    late = await office.post(f"{LIST}/{key}", **fields)
    assert late.status_code == 409
    assert "Ktoś zapisał te dane w tym samym czasie" in late.text
    assert "71 111 11 11" in late.text
    assert 'value="71 222 22 22"' in late.text
    again = await office.post(f"{LIST}/{key}", **fields | {"wersja": version(late)})
    assert "Zapisano." in again.text


async def test_the_city_adds_closes_and_opens_institutions(director, office, town):
    assert (await director.ask("GET", LIST)).status_code == 403
    form = {
        "nazwa": "Zespół Szkolno-Przedszkolny nr 9",
        "symbol": "zsp9",
        "rodzaj": "complex",
        "organ": "municipal",
        "ulica": "Polna 9",
        "kod": "64-920",
        "miejscowosc": "Piła",
        "szerokosc": "53,15",
        "dlugosc": "16,74",
    }
    wrong = await office.post(f"{LIST}/nowa", **form | {"symbol": "p001", "szerokosc": ""})
    assert wrong.status_code == 422
    assert "Ten symbol ma już inna placówka" in wrong.text
    assert "Wpisz współrzędną" in wrong.text
    assert 'value="Polna 9"' in wrong.text
    made = await office.post(f"{LIST}/nowa", **form)
    assert "Zapisano." in made.text
    complex_id = re.search(rf'action="{LIST}/([0-9a-f-]{{36}})"', made.text)[1]
    part = form | {"nazwa": "Szkoła Podstawowa nr 9", "symbol": "sp9", "rodzaj": "primary"}
    await office.post(f"{LIST}/nowa", **part, zespol=complex_id)
    found = await office.get(f"{LIST}?szukaj=podstawowa+nr+9")
    assert "1 placówka" in found.text
    assert "Zespół Szkolno-Przedszkolny nr 9" in found.text
    stray = await office.post(f"{LIST}/nowa", **part, zespol=str(await a_preschool(town)))
    assert stray.status_code == 404

    at = f"{LIST}/{complex_id}"
    assert (await office.post(f"{at}/zamkniecie", powod="bo tak")).status_code == 422
    closed = await office.post(f"{at}/zamkniecie", powod="Uchwała o likwidacji zespołu.")
    assert "Uchwała o likwidacji zespołu." in closed.text
    assert (
        await office.post(f"{at}/zamkniecie", powod="Uchwała o likwidacji zespołu.")
    ).status_code == 409
    assert "zamknięta" in (await office.get(f"{LIST}?rodzaj=complex")).text
    assert "Placówka jest zamknięta" not in (await office.post(f"{at}/otwarcie")).text


async def a_preschool(town):
    return await town.fetchval("SELECT id FROM institution WHERE kind = 'preschool' LIMIT 1")
