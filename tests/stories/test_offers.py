"""An institution writes its offer and closes it; the city returns it, accepts it, changes it."""

import html
import json
import re
import time
from uuid import UUID, uuid4

import asyncpg
import pytest

from ksr_saas.app import create_app
from ksr_saas.portals import keys_of
from tenants.demo.generate import city
from tests.factories.municipality import a_municipality, settle
from tests.factories.recruitment import texts
from tests.stories.browser import PASSWORD, Browser, MovingClock, sign_in_staff

SLUG, SCHEMA, HOST = "wisla", "t_wisla", "wisla.localhost:8000"
OPENED, CODE = "przedszkola-2027", "przedszkola-2028"
MINE, CITY = f"/placowka/oferta/{CODE}", "/organ/oferty"
COMMENT = "Proszę poprawić liczbę miejsc w grupie Motylki."
WHY = "Sanepid zgodził się na większą salę."


@pytest.fixture(scope="module")
async def town(settings):
    await a_municipality(settings, SLUG)
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    made = city(applications=10, places=60, institutions=3, seed=4)
    await settle(connection, settings, SCHEMA, made, slug=SLUG, password=PASSWORD)
    await connection.execute(f"SET search_path = {SCHEMA}")
    await connection.execute("DELETE FROM role_grant WHERE role = 'chair'")
    ring = keys_of(settings).ring(SCHEMA)
    await connection.execute(
        "UPDATE account SET email = $1", ring.seal("account.email", "nikt@poczta.invalid")
    )
    await connection.execute(
        "INSERT INTO campaign (id, code, level, school_year, name, rulebook, timetable, last_number)"
        " SELECT gen_random_uuid(), $1, level, '2028/2029', $2, rulebook, timetable, 0"
        " FROM campaign WHERE code = $3",
        CODE,
        json.dumps(texts("Przedszkola 2028")),
        OPENED,
    )
    yield connection
    await connection.close()


@pytest.fixture
async def kept(town):
    """The prepared recruitment without offers; the opened one as it was."""
    yield town
    await town.execute(
        "DELETE FROM offer_change; DELETE FROM message; DELETE FROM placement;"
        "DELETE FROM offer WHERE campaign_id = (SELECT id FROM campaign WHERE opened_at IS NULL);"
        "DELETE FROM unit WHERE campaign_id = (SELECT id FROM campaign WHERE opened_at IS NULL);"
        "UPDATE offer SET state = 'accepted', version = 1, comment = '';"
        "DELETE FROM institution WHERE code LIKE 'nowe-%';"
        "UPDATE institution SET retired_at = NULL"
    )


@pytest.fixture(scope="module")
def clock():
    return MovingClock()


@pytest.fixture
async def app(settings, kept, clock):
    made = create_app(settings, clock=clock)
    yield made
    await made.close()


async def somebody(app, login):
    browser = Browser(app, HOST)
    await sign_in_staff(browser, f"{login}@{SLUG}.example", PASSWORD)
    return browser


@pytest.fixture
async def director(app):
    return await somebody(app, "dyrektor")


@pytest.fixture
async def office(app):
    return await somebody(app, "koordynator")


@pytest.fixture
async def first(town):
    """The institution of the director."""
    return await town.fetchrow(
        "SELECT i.* FROM institution i JOIN role_grant g ON g.institution_id = i.id"
        " WHERE g.role = 'director'"
    )


def fields(page):
    """What the form of a unit holds, with the fields of no value."""
    form = page.text.partition('<form id="oddzial"')[2].partition("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name[1] not in ("_csrf_token", "wymagania"):
            found[name[1]] = html.unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select id="(\w+)".*?>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([\w-]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    for name, words in re.findall(r'<textarea id="(\w+)".*?>(.*?)</textarea>', form, re.DOTALL):
        found[name] = html.unescape(words)
    return found


def said(page):
    main = page.text.partition("<main")[2]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def version(page):
    return re.search(r'name="wersja" value="(\d+)"', page.text)[1]


async def added(browser, at=MINE, **typed):
    """A new unit, typed into the form of one."""
    form = await browser.get(f"{at}/nowa")
    assert form.status_code == 200, said(form)
    return await browser.post(f"{at}/nowa", **fields(form) | typed)


async def closed(browser, at=MINE):
    page = await browser.get(at)
    return await browser.post(f"{at}/zamkniecie", co="zamknij", wersja=version(page))


async def the_unit(town, institution_id, code=CODE, symbol=""):
    return await town.fetchrow(
        "SELECT u.* FROM unit u JOIN campaign c ON c.id = u.campaign_id"
        " WHERE u.institution_id = $1 AND c.code = $2 AND u.code = $3",
        institution_id,
        code,
        symbol,
    )


async def told(town):
    """Whom messages were queued for, and which."""
    rows = await town.fetch(
        "SELECT m.kind, a.login FROM message m JOIN account a ON a.id = account_id"
    )
    return sorted((row["kind"], row["login"]) for row in rows)


async def acts(town, count):
    rows = await town.fetch("SELECT act FROM audit_event ORDER BY position DESC LIMIT $1", count)
    return [row["act"] for row in reversed(rows)]


async def test_an_offer_goes_from_the_desk_to_the_list(app, kept, director, office, first):
    listed = await director.get("/placowka/oferta")
    assert "Przedszkola 2028 (w przygotowaniu)" in said(listed)
    empty = await director.get(MINE)
    assert "nie ma jeszcze żadnego oddziału" in said(empty)
    assert "Zamknij ofertę" not in empty.text

    await added(director, kod="M1", nazwa="Motylki", miejsca="26", zostaja="10", roczniki="2024")
    copy = await director.get(
        f"{MINE}/nowa?wzor={(await the_unit(kept, first['id'], symbol='M1'))['id']}"
    )
    assert fields(copy) | {"kod": "M1-2", "miejsca": "26", "nazwa": "Motylki"} == fields(copy)
    page = await director.post(f"{MINE}/nowa", **fields(copy) | {"kod": "B2", "miejsca": "20"})
    assert re.search(r"Razem 46 20 26", said(page))
    assert said(page).index("B2 Motylki") < said(page).index("M1 Motylki")
    assert "M1: 26 miejsc. Oddział ma najwyżej 25 dzieci" in said(page)

    operator = await somebody(app, first["code"])
    assert "Ofertę zamyka dyrektor" in said(await operator.get(MINE))
    refused = await operator.post(f"{MINE}/zamkniecie", co="zamknij", wersja=version(page))
    assert refused.status_code == 403

    assert "Wysłana do urzędu" in said(await closed(director))
    waiting = await office.get(f"{CITY}?nabor={CODE}&stan=closed")
    assert re.search(
        rf"{re.escape(first['name'])}.*Czeka na decyzję 2 46 20 \(\+26\) 20 26", said(waiting)
    ) or (first["name"] in said(waiting))
    one = await office.get(f"{CITY}/{CODE}/{first['id']}")
    bare = await office.post(
        f"{CITY}/{CODE}/{first['id']}", co="zwroc", wersja=version(one), powod="krótko"
    )
    assert bare.status_code == 422
    assert "krótko</textarea>" in bare.text
    back = await office.post(
        f"{CITY}/{CODE}/{first['id']}", co="zwroc", wersja=version(one), powod=COMMENT
    )
    assert "U placówki do poprawy" in said(back)
    assert await told(kept) == [("offer-returned", f"dyrektor@{SLUG}.example")]

    page = await director.get(MINE)
    assert COMMENT in said(page)
    unit = await the_unit(kept, first["id"], symbol="M1")
    form = await director.get(f"{MINE}/{unit['id']}")
    await director.post(f"{MINE}/{unit['id']}", **fields(form) | {"miejsca": "25"})
    await closed(director)
    waiting = await office.get(f"{CITY}?nabor={CODE}")
    tick = re.search(r'name="oferta" value="([\w.-]+)"', waiting.text)[1]
    accepted = await office.post(CITY, nabor=CODE, oferta=tick)
    assert f"Przyjęta" in said(accepted)
    assert (
        await kept.fetchval(
            "SELECT state FROM offer WHERE institution_id = $1 AND id::text = $2",
            first["id"],
            tick.partition(".")[0],
        )
        == "accepted"
    )
    assert ("offer-accepted", f"dyrektor@{SLUG}.example") in await told(kept)
    assert len(await told(kept)) == 2
    assert await acts(kept, 4) == [
        "offering.return", "offering.write", "offering.close", "offering.accept",
    ]  # fmt: skip
    # Families see nothing of a recruitment that is not opened.
    assert (await Browser(app, HOST).get(f"/oferta/{CODE}")).status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"miejsca": ""}, "Wpisz liczbę od 0 do 2000"),
        ({"miejsca": "-1"}, "Wpisz liczbę od 0 do 2000"),
        ({"miejsca": "dużo"}, "Wpisz liczbę od 0 do 2000"),
        ({"miejsca": "99999"}, "Wpisz liczbę od 0 do 2000"),
        ({"miejsca": "10", "zostaja": "11"}, "zostają (11), jest więcej niż miejsc (10)"),
        ({"miejsca": "10", "roczniki": "1999"}, "Wpisz lata urodzenia"),
        ({"miejsca": "10", "roczniki": "2010"}, "W tej rekrutacji są tylko roczniki"),
        ({"miejsca": "10", "rodzaj": "military"}, "Wybierz z listy"),
        ({"miejsca": "10", "pula": "złota"}, "Wybierz z listy"),
        ({"miejsca": "10", "kod": "<b>"}, "Symbol to najwyżej 20 liter"),
        ({"miejsca": "10", "kod": "M1"}, "Taki symbol ma już inny oddział"),
        ({"miejsca": "10", "jezyk1": "angielski, 7"}, "Wpisz nazwy oddzielone przecinkami"),
    ],
)
async def test_what_cannot_be_is_told_at_its_field_and_kept(kept, director, first, typed, words):
    await added(director, kod="M1", miejsca="20")
    page = await added(director, **{"kod": "M2"} | typed)
    assert page.status_code == 422
    assert words in said(page)
    assert fields(page) | {k: v for k, v in typed.items() if k not in ("rodzaj", "pula")} == fields(
        page
    )
    assert await kept.fetchval("SELECT count(*) FROM unit WHERE code <> ''") == 1


async def test_a_whole_preschool_stands_alone(kept, director):
    await added(director, miejsca="100", zostaja="40")
    page = await added(director, miejsca="20")
    assert "Jest już grupa bez symbolu" in said(page)
    page = await added(director, kod="M1", miejsca="0")
    assert "Zostaw jedno albo drugie" in said(page)
    assert "M1: 0 miejsc. Rodzice zobaczą" in said(page)
    refused = await director.post(f"{MINE}/zamkniecie", co="zamknij", wersja=version(page))
    assert refused.status_code == 409
    assert "nie jest jeszcze gotowa" in refused.text
    unit = re.findall(r"/usun", page.text)
    assert len(unit) == 2


async def test_free_places_are_counted_before_anything_is_saved(kept, director):
    await added(director, kod="M1", miejsca="20", zostaja="5")
    for headers in ({}, {"HX-Request": "true"}):
        token = director.cookies[HOST]["ksr-csrf"]
        page = await director.ask(
            "POST",
            f"{MINE}/nowa",
            data={
                "_csrf_token": token,
                "przelicz": "tak",
                "miejsca": "30",
                "zostaja": "8",
                "kod": "M2",
            },
            headers=headers,
        )
        assert page.status_code == 200
        assert "Wolne miejsca tutaj: 22. W całej ofercie: 37." in page.text
        assert ("<main" in page.text) == (not headers)
    assert await kept.fetchval("SELECT count(*) FROM unit WHERE code = 'M2'") == 0


async def test_two_people_at_one_unit_lose_nothing(app, kept, director, first):
    await added(director, kod="M1", miejsca="20")
    operator = await somebody(app, first["code"])
    unit = await the_unit(kept, first["id"], symbol="M1")
    at = f"{MINE}/{unit['id']}"
    mine, theirs = await director.get(at), await operator.get(at)
    await operator.post(at, **fields(theirs) | {"miejsca": "22", "nazwa": "Motylki"})

    late = await director.post(at, **fields(mine) | {"miejsca": "25", "jezyk1": "angielski"})
    assert late.status_code == 409
    assert "Wszystkie miejsca 22 25" in said(late)
    assert "Nazwa Motylki –" in said(late)
    assert fields(late)["miejsca"] == "25"
    assert fields(late)["jezyk1"] == "angielski"
    assert (await the_unit(kept, first["id"], symbol="M1"))["capacity"] == 22
    saved = await director.post(at, **fields(late) | {"nazwa": "Motylki"})
    assert saved.status_code == 200
    unit = await the_unit(kept, first["id"], symbol="M1")
    assert (unit["capacity"], unit["name"]) == (25, "Motylki")

    page = await director.get(MINE)
    await added(operator, kod="B2", miejsca="10")
    stale = await director.post(f"{MINE}/zamkniecie", co="zamknij", wersja=version(page))
    assert stale.status_code == 409
    assert "zmieniła się w międzyczasie" in stale.text


async def test_what_is_with_the_city_is_not_written(kept, director, first):
    await added(director, kod="M1", miejsca="20")
    unit = await the_unit(kept, first["id"], symbol="M1")
    form = fields(await director.get(f"{MINE}/{unit['id']}"))
    page = await closed(director)
    late = await director.post(f"{MINE}/{unit['id']}", **form | {"miejsca": "21"})
    assert late.status_code == 409
    assert "Nic nie zapisaliśmy" in late.text
    await director.post(f"{MINE}/zamkniecie", co="cofnij", wersja=version(page))
    assert (
        await director.post(f"{MINE}/{unit['id']}", **form | {"miejsca": "21"})
    ).status_code == 200
    assert (await the_unit(kept, first["id"], symbol="M1"))["capacity"] == 21


async def test_nobody_reaches_the_offer_of_another_institution(app, kept, director, first):
    await added(director, kod="M1", miejsca="20")
    unit = await the_unit(kept, first["id"], symbol="M1")
    other = await kept.fetchval("SELECT code FROM institution WHERE id <> $1 LIMIT 1", first["id"])
    stranger = await somebody(app, other)
    assert (await stranger.get(f"{MINE}/{unit['id']}")).status_code == 404
    for path in ("", "/usun"):
        answer = await stranger.post(f"{MINE}/{unit['id']}{path}", miejsca="1", wersja="1")
        assert answer.status_code == 404
    copy = await stranger.get(f"{MINE}/nowa?wzor={unit['id']}")
    assert fields(copy)["kod"] == ""
    assert (await stranger.get("/organ/oferty")).status_code == 403
    assert await the_unit(kept, first["id"], symbol="M1") == unit


async def asked(director, kept, first, **typed):
    """A request about the accepted, opened offer; its id and the answer."""
    unit = await the_unit(kept, first["id"], OPENED)
    at = f"/placowka/oferta/{OPENED}/{unit['id']}"
    form = await director.get(at)
    page = await director.post(at, **fields(form) | {"powod": WHY} | typed)
    key = await kept.fetchval("SELECT id FROM offer_change WHERE state = 'asked'")
    return unit, key, page


async def test_an_accepted_offer_changes_by_request(kept, director, office, first):
    unit, key, page = await asked(director, kept, first, miejsca="77")
    assert "Czeka na odpowiedź" in said(page)
    assert (await the_unit(kept, first["id"], OPENED))["capacity"] == unit["capacity"]
    again = await director.post(
        f"/placowka/oferta/{OPENED}/{unit['id']}",
        **fields(await director.get(f"/placowka/oferta/{OPENED}/{unit['id']}"))
        | {"miejsca": "78", "powod": WHY},
    )
    assert again.status_code == 409

    assert f'href="/organ/zmiany/{key}"' in (await office.get(f"{CITY}?nabor={OPENED}")).text
    shown = await office.get(f"/organ/zmiany/{key}")
    assert f"Wszystkie miejsca {unit['capacity']} 77" in said(shown)
    assert WHY in said(shown)
    assert f"77 wolnych miejsc po zmianie, teraz: {unit['capacity']}" in said(shown)
    seen = re.search(r'name="widziane" value="([\w-]+)"', shown.text)[1]
    bare = await office.post(f"/organ/zmiany/{key}", co="odmowa", widziane=seen)
    assert bare.status_code == 422
    done = await office.post(f"/organ/zmiany/{key}", co="zgoda", widziane=seen)
    assert done.status_code == 200
    assert (await the_unit(kept, first["id"], OPENED))["capacity"] == 77
    assert await told(kept) == [("offer-change-decided", f"dyrektor@{SLUG}.example")]
    twice = await office.post(
        f"/organ/zmiany/{key}",
        co="zgoda",
        widziane=(re.search(r'name="widziane" value="([\w-]*)"', shown.text)[1]),
    )
    assert twice.status_code == 409
    await kept.execute("UPDATE unit SET capacity = $1 WHERE id = $2", unit["capacity"], unit["id"])


async def test_a_refused_request_says_why_and_changes_nothing(kept, director, office, first):
    unit, key, _ = await asked(director, kept, first, miejsca="78")
    shown = await office.get(f"/organ/zmiany/{key}")
    seen = re.search(r'name="widziane" value="([\w-]+)"', shown.text)[1]
    await office.post(
        f"/organ/zmiany/{key}", co="odmowa", widziane=seen, powod="Nie ma etatu nauczyciela."
    )
    page = await director.get(f"/placowka/oferta/{OPENED}")
    assert "Odmowa" in said(page)
    assert "Nie ma etatu nauczyciela." in said(page)
    assert await the_unit(kept, first["id"], OPENED) == unit


async def test_a_request_needs_a_reason_and_a_change(kept, director, first):
    _, key, page = await asked(director, kept, first, miejsca="78", powod="bo tak")
    assert (page.status_code, key) == (422, None)
    assert fields(page)["powod"] == "bo tak"
    _, key, page = await asked(director, kept, first)
    assert (page.status_code, key) == (422, None)
    assert "Nic się nie zmieniło" in said(page)


async def qualify(town, unit, count):
    """So many children have a place there."""
    rows = await town.fetch(
        "SELECT id, campaign_id FROM application ORDER BY number LIMIT $1", count
    )
    for row in rows:
        await town.execute(
            "INSERT INTO placement (id, application_id, campaign_id, unit_id, state, changed_at)"
            " VALUES ($1, $2, $3, $4, 'qualified', now())",
            uuid4(), row["id"], row["campaign_id"], unit["id"],
        )  # fmt: skip


async def test_nobody_loses_a_place_by_a_number(kept, director, office, first):
    unit = await the_unit(kept, first["id"], OPENED)
    await qualify(kept, unit, 3)
    _, key, page = await asked(director, kept, first, miejsca="2")
    assert (page.status_code, key) == (422, None)
    assert "nie może być mniej niż 3" in said(page)
    assert "zakwalifikowanych 3" in said(page)

    _, key, _ = await asked(director, kept, first, miejsca="4")
    await qualify_more(kept, unit)
    shown = await office.get(f"/organ/zmiany/{key}")
    assert "Musi zostać co najmniej: 6" in said(shown)
    seen = re.search(r'name="widziane" value="([\w-]+)"', shown.text)[1]
    forced = await office.post(f"/organ/zmiany/{key}", co="zgoda", widziane=seen)
    assert forced.status_code == 409
    assert await the_unit(kept, first["id"], OPENED) == unit


async def qualify_more(town, unit):
    await town.execute("DELETE FROM placement")
    await qualify(town, unit, 6)


async def test_the_city_changes_an_opened_offer_with_a_reason(kept, director, office, first):
    unit = await the_unit(kept, first["id"], OPENED)
    at = f"{CITY}/{OPENED}/{first['id']}/{unit['id']}"
    form = fields(await office.get(at))
    bare = await office.post(at, **form | {"miejsca": "79"})
    assert bare.status_code == 422
    done = await office.post(at, **form | {"miejsca": "79", "powod": WHY})
    assert "Zmieniono" in said(done)
    assert WHY in said(await director.get(f"/placowka/oferta/{OPENED}"))
    assert (await the_unit(kept, first["id"], OPENED))["capacity"] == 79
    assert await acts(kept, 1) == ["offering.change"]
    await kept.execute("UPDATE unit SET capacity = $1 WHERE id = $2", unit["capacity"], unit["id"])


async def test_the_city_sees_that_the_unit_moved_since_the_request(kept, director, office, first):
    unit, key, _ = await asked(director, kept, first, miejsca="80", nazwa="Całe przedszkole")
    shown = await office.get(f"/organ/zmiany/{key}")
    seen = re.search(r'name="widziane" value="([\w-]+)"', shown.text)[1]
    at = f"{CITY}/{OPENED}/{first['id']}/{unit['id']}"
    await office.post(at, **fields(await office.get(at)) | {"jezyk1": "angielski", "powod": WHY})
    late = await office.post(f"/organ/zmiany/{key}", co="zgoda", widziane=seen)
    assert late.status_code == 409
    assert "zmienił się w międzyczasie" in said(late)
    seen = re.search(r'name="widziane" value="([\w-]+)"', late.text)[1]
    await office.post(f"/organ/zmiany/{key}", co="zgoda", widziane=seen)
    now = await the_unit(kept, first["id"], OPENED)
    assert (now["capacity"], json.loads(now["first_languages"])) == (80, ["angielski"])
    await kept.execute(
        "UPDATE unit SET capacity = $1, name = '', first_languages = '[]' WHERE id = $2",
        unit["capacity"], unit["id"],
    )  # fmt: skip


async def test_an_offer_that_families_wished_for_is_not_opened_again(kept, office, first):
    one = await office.get(f"{CITY}/{OPENED}/{first['id']}")
    answer = await office.post(
        f"{CITY}/{OPENED}/{first['id']}", co="otworz", wersja=version(one), powod=COMMENT
    )
    assert answer.status_code == 409
    assert "Rodzice już wskazali" in answer.text
    assert await told(kept) == []


async def test_an_offer_nobody_wished_for_is_opened_again(kept, director, office, first):
    await added(director, kod="M1", miejsca="20")
    await closed(director)
    at = f"{CITY}/{CODE}/{first['id']}"
    page = await office.post(at, co="przyjmij", wersja=version(await office.get(at)))
    await kept.execute("UPDATE campaign SET opened_at = now() WHERE code = $1", CODE)
    overview = said(await office.get("/organ"))
    await kept.execute("UPDATE campaign SET opened_at = NULL WHERE code = $1", CODE)
    assert "Oferty: przyjęte 1, czekają na decyzję 0" in overview
    page = await office.post(at, co="otworz", wersja=version(page), powod=COMMENT)
    assert "U placówki do poprawy" in said(page)
    assert COMMENT in said(await director.get(MINE))


async def test_offers_that_changed_since_are_not_accepted_unseen(kept, director, office, first):
    await added(director, kod="M1", miejsca="20")
    page = await closed(director)
    waiting = await office.get(f"{CITY}?nabor={CODE}")
    tick = re.search(r'name="oferta" value="([\w.-]+)"', waiting.text)[1]
    await director.post(f"{MINE}/zamkniecie", co="cofnij", wersja=version(page))
    await added(director, kod="M2", miejsca="300")
    await closed(director)
    refused = await office.post(CITY, nabor=CODE, oferta=tick)
    assert refused.status_code == 409
    assert "Tych ofert nie przyjęto" in said(refused)
    assert await kept.fetchval("SELECT count(*) FROM offer WHERE state = 'closed'") == 1
    for wrong in ("nie-ma", f"{uuid4()}.1"):
        assert (await office.post(CITY, nabor=CODE, oferta=wrong)).status_code == 404


async def test_two_hundred_offers_are_listed_without_a_wait(kept, office):
    campaign = await kept.fetchval("SELECT id FROM campaign WHERE code = $1", CODE)
    for n in range(200):
        key = UUID(int=n + 1)
        await kept.execute(
            "INSERT INTO institution (id, code, rspo, kind, name, sort_key, street, postal_code,"
            " town, district, lat, lon, phone, email, hours, made_up) VALUES ($1, $2, '',"
            " 'preschool', $3, $2, 'Polna 1', '50-001', 'Wisła', $4, 51, 17, '', '', '', true)",
            key, f"nowe-{n:03}", f"Przedszkole próbne {n}", "Góra" if n % 2 else "Dół",
        )  # fmt: skip
        await kept.execute(
            "INSERT INTO offer (id, campaign_id, institution_id, state, comment, version)"
            " VALUES ($1, $2, $1, 'closed', '', 1)", key, campaign,
        )  # fmt: skip
    await office.get(f"{CITY}?nabor={CODE}")
    began = time.perf_counter()
    page = await office.get(f"{CITY}?nabor={CODE}")
    assert time.perf_counter() - began < 2  # some 0.1 s; other tests may run beside this one
    assert page.text.count('name="oferta"') == 200
    half = await office.get(f"{CITY}?nabor={CODE}&dzielnica=Góra&szukaj=próbne")
    assert half.text.count('name="oferta"') == 100
    none = await office.get(f"{CITY}?nabor={CODE}&stan=accepted")
    assert "Nic tu nie ma" in said(none)
