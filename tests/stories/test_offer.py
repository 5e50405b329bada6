"""Somebody without a login looks for a school."""

import re
from uuid import uuid4

import asyncpg
import pytest

from ksr_saas.app import create_app
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.offer.kinds import InstitutionKind
from ksr_saas.offer.models import StreetPoint
from tests.factories.municipality import a_municipality
from tests.factories.recruitment import a_campaign, a_unit, an_institution
from tests.factories.school import a_school, a_secondary_campaign
from tests.stories.browser import Browser

SLUG, SCHEMA, HOST = "goldap", "t_goldap", "goldap.localhost:8000"
LIST = "/oferta/licea-2027"
MANY = 27


@pytest.fixture(scope="module")
async def town(settings):
    """Schools of a town; the ids of its institutions by name."""
    await a_municipality(settings, SLUG)
    engine = make_engine(settings.login_url("ksr_web"), pool_size=1)
    async with pinned_session(engine, SCHEMA) as session, session.begin():
        licea = await a_secondary_campaign(session)
        await a_school(
            session,
            licea,
            "I Liceum im. Reja",
            {
                "name": "1A biologiczna",
                "extended": ["biologia"],
                "subjects": [{"among": ["biologia"]}, {"among": ["chemia", "fizyka"], "best": 2}],
                "thresholds": {"2025/2026": "150.5", "2024/2025": "149"},
                "about": {"pl": "Z laboratorium.", "uk": "З лабораторією."},
                "prerequisites": ["language"],
            },
            {"name": "1B ogólna", "group": "1B", "capacity": 25},
            {"name": "1B z orzeczeniem", "group": "1B", "pool": "certificate", "capacity": 5},
            district="Śródmieście",
            access=["lift"],
            about={"pl": "Szkoła z ogrodem."},
            website="javascript:alert(1)",
            street="pl. Zamkowy 2",
            lat=54.36,
            lon=22.3,
        )
        await a_school(
            session,
            licea,
            "Technikum Kolejowe",
            {"name": "1T", "occupations": ["technik logistyk"], "capacity": 30, "continuing": 30},
            district="Zatorze",
            kind=InstitutionKind.TECHNIKUM,
            lat=54.316,
            lon=22.3,
        )
        session.add_all(
            StreetPoint(
                id=uuid4(),
                street="ul. Słoneczna",
                street_key="sloneczna",
                first=first,
                last=last,
                lat=lat,
                lon=22.3,
            )
            for first, last, lat in ((1, 9, 54.3064), (10, 99, 54.9))
        )
        hidden = await an_institution(session, "Liceum Ukryte")
        small = await a_campaign(session)
        for n in range(MANY * 2):
            await a_unit(session, small, name=f"Przedszkole {n:02}")
    await engine.dispose()
    connection = await asyncpg.connect(settings.database_url)
    rows = await connection.fetch(f"SELECT name, id FROM {SCHEMA}.institution")
    units = await connection.fetch(f"SELECT name, id FROM {SCHEMA}.unit WHERE name <> ''")
    yield {row["name"]: row["id"] for row in [*rows, *units]} | {"hidden": hidden.id}
    await connection.close()


@pytest.fixture
async def visitor(settings, town):
    app = create_app(settings)
    yield Browser(app, HOST)
    await app.close()


def heard(page):
    """The line that says how much was found."""
    return re.sub(r"<[^>]+>", "", re.search(r'<p role="status">(.*?)</p>', page.text, re.S)[1])


async def test_a_visitor_narrows_the_offer_and_opens_a_class(visitor, town):
    page = await visitor.get(LIST)
    assert heard(page) == "2 placówki, 4 oddziały, 60 miejsc"
    assert "Części jednego oddziału" in page.text
    assert "Miejsca dla dzieci z orzeczeniem" in page.text
    assert "brak wolnych miejsc" in page.text
    page = await visitor.get(f"{LIST}?szukaj=reja+BIOLOGIA&dzielnica=Śródmieście&prog=151")
    assert heard(page) == "1 placówka, 1 oddział, 30 miejsc"
    assert f'href="/oddzialy/{town["1A biologiczna"]}"' in page.text
    assert "1B" not in page.text.partition('id="wyniki"')[2]
    page = await visitor.get(f"/oddzialy/{town['1A biologiczna']}")
    for told in (
        "Z laboratorium.",
        "druga najlepsza ocena z:",
        "chemia, fizyka",
        "sprawdzian językowy",
        "150,5",
        "2024/2025",
        "I Liceum im. Reja",
    ):
        assert told in page.text


async def test_own_words_come_in_the_reader_s_language_and_else_in_polish(visitor, town):
    page = await visitor.get(f"/oddzialy/{town['1A biologiczna']}?jezyk=uk")
    assert '<p class="own-words">З лабораторією.</p>' in page.text
    page = await visitor.get(f"/placowki/{town['I Liceum im. Reja']}")
    assert '<p class="own-words" lang="pl">Szkoła з' not in page.text
    assert '<p class="own-words" lang="pl">Szkoła z ogrodem.</p>' in page.text


async def test_an_institution_has_all_its_classes_on_its_page(visitor, town):
    page = await visitor.get(f"/placowki/{town['I Liceum im. Reja']}")
    for told in ("1A biologiczna", "1B z orzeczeniem", "Winda", "<strong>60</strong>"):
        assert told in page.text
    assert 'href="javascript:' not in page.text


async def test_an_address_of_nobody_is_no_page(visitor, town):
    for address in (f"/oddzialy/{town['hidden']}", "/oferta/nie-ma", "/oferta/nie-ma/porownanie"):
        assert (await visitor.get(address)).status_code == 404


async def test_values_that_make_no_sense_are_left_out_with_a_word(visitor, town):
    page = await visitor.get(f"{LIST}?dzielnica=Nigdzie&rodzaj=zamek&prog=sto&od=x&dostepnosc=a")
    assert page.status_code == 200
    assert heard(page).startswith("2 placówki")
    told = "Dzielnica, Rodzaj placówki, Próg najwyżej, Dostępność budynku, Strona."
    assert told in page.text


async def test_who_finds_nothing_is_shown_a_way_out(visitor, town):
    page = await visitor.get(f"{LIST}?szukaj=latarnia&rodzaj=technikum")
    assert "Nic nie pasuje do filtra" in page.text
    assert f'href="{LIST}?rodzaj=technikum"' in page.text
    assert f'href="{LIST}?szukaj=latarnia"' in page.text
    assert f'href="{LIST}">Pokaż wszystkie placówki<' in page.text


async def test_a_long_list_comes_in_pages_that_need_no_script(visitor, town):
    first = await visitor.get("/oferta/przedszkola-2027?szukaj=przedszkole")
    assert "Pokazujemy od 1 do 50." in first.text
    assert "Przedszkole 50" not in first.text
    onwards = re.search(r'href="([^"]+)">Pokaż następne<', first.text)[1].replace("&amp;", "&")
    second = await visitor.get(onwards)
    assert "Pokazujemy od 51 do 54." in second.text
    assert "Przedszkole 50" in second.text
    beyond = await visitor.get("/oferta/przedszkola-2027?od=99999")
    assert "Pokazujemy od 1 do 50." in beyond.text


async def test_up_to_four_are_compared(visitor, town):
    ids = [town[name] for name in ("1A biologiczna", "1B ogólna", "Technikum Kolejowe")]
    asked = "&".join(f"p={one}" for one in ids)
    page = await visitor.get(f"{LIST}/porownanie?{asked}")
    for told in ("1A biologiczna", "150,5", "technik logistyk", "Technikum Kolejowe"):
        assert told in page.text
    assert "Porównać można" not in page.text
    more = [*ids, town["1B z orzeczeniem"], town["1T"]]
    page = await visitor.get(f"{LIST}/porownanie?{'&'.join(f'p={one}' for one in more)}")
    assert "Pokazujemy cztery pierwsze." in page.text
    assert page.text.count('scope="col"') == 4
    page = await visitor.get(f"{LIST}/porownanie?p=nic&p={town['hidden']}")
    assert "Części wybranych nie ma w tej ofercie." in page.text
    assert "Nie ma czego porównać" in page.text


async def test_a_browser_that_has_the_page_is_told_so(visitor, town):
    await visitor.get(LIST)
    page = await visitor.get(LIST)
    tag = page.headers["etag"]
    assert page.headers["cache-control"] == "private, no-cache"
    again = await visitor.ask("GET", LIST, headers={"If-None-Match": f'"x", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == tag
    part = await visitor.ask("GET", LIST, headers={"If-None-Match": tag, "HX-Request": "true"})
    assert part.status_code == 200
    assert "<html" not in part.text
    assert part.headers["hx-push-url"] == LIST
    other = await visitor.get(f"{LIST}?jezyk=en", headers={"If-None-Match": tag})
    assert other.status_code == 200


async def near(visitor, **fields):
    await visitor.get(LIST)
    return await visitor.post(LIST, **fields)


async def test_distances_are_told_from_an_address_that_stands_nowhere_else(visitor, town, caplog):
    page = await near(visitor, adres="UL. sloneczna 3, Gołdap", dzielnica="Zatorze", szukaj="")
    assert page.status_code == 200
    assert "Odległości są w linii prostej od: ul. Słoneczna (w przybliżeniu)." in page.text
    assert 'value="54.306"' in page.text
    assert "· 1,1 km ·" in page.text
    assert heard(page).startswith("1 placówka")
    assert "sloneczna" not in page.text
    assert "sloneczna" not in caplog.text
    page = await near(visitor, szer="54.306", dl="22.3", od="0")
    assert "od wskazanego miejsca" in page.text
    first, second = re.findall(r"(Technikum Kolejowe|I Liceum im. Reja)</a>", page.text)
    assert (first, second) == ("Technikum Kolejowe", "I Liceum im. Reja")


async def test_a_street_of_a_school_is_known_without_a_register(visitor, town):
    page = await near(visitor, adres="plac Zamkowy")
    assert "od: pl. Zamkowy 2 (w przybliżeniu)" in page.text


@pytest.mark.parametrize(
    ("typed", "told"),
    [("", "Wpisz ulicę i numer domu"), ("12", "Wpisz ulicę"), ("Nieznana 5", "Nie znamy takiej")],
)
async def test_an_address_that_is_not_known_is_told_and_kept_in_the_field(visitor, typed, told):
    page = await near(visitor, adres=typed, dzielnica="Zatorze")
    assert page.status_code == 422
    assert told in page.text
    assert f'name="adres" type="text" value="{typed}"' in page.text
    assert heard(page).startswith("1 placówka")
    assert " km" not in page.text


@pytest.mark.parametrize(("lat", "lon"), [("91", "22"), ("x", "22"), ("54", "181"), ("nan", "1")])
async def test_a_position_that_is_none_is_like_no_address(visitor, lat, lon):
    assert (await near(visitor, szer=lat, dl=lon)).status_code == 422


async def test_the_map_has_every_institution_of_the_list(visitor, town):
    page = await visitor.get(f"{LIST}/mapa")
    for name in ("I Liceum im. Reja", "Technikum Kolejowe"):
        assert f'<a href="/placowki/{town[name]}"><title>{name}</title>' in page.text
    page = await visitor.get(f"{LIST}/mapa?rodzaj=technikum")
    assert "I Liceum" not in page.text
    assert f'href="{LIST}?rodzaj=technikum"' in page.text
    assert "Nie ma czego pokazać." in (await visitor.get(f"{LIST}/mapa?szukaj=xyz")).text
