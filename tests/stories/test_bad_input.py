"""What people do wrong or too late: a clear answer, and nothing lost or doubled."""

import asyncio
import re
from datetime import date, timedelta

import asyncpg
import msgspec
import pytest

from ksr_saas.app import create_app
from ksr_saas.people import pesel
from tenants.demo.accounts import NEWCOMER
from tenants.demo.generate import city
from tests.factories.clock import MovingClock
from tests.factories.municipality import a_municipality, settle
from tests.stories.browser import Browser, sign_in_parent
from tests.stories.test_one_childs_life import CODE, fill_in

FATHER = msgspec.structs.replace(
    NEWCOMER,
    given_name="Jan",
    pesel=pesel.make(date(1988, 1, 2), 1234),
    birth_date=date(1988, 1, 2),
)
STATEMENTS = {"prawda": "tak", "wspolna": "tak", "rodo": "tak"}
HOST = "gdynia.localhost:8000"


@pytest.fixture(scope="module")
def clock():
    return MovingClock()


@pytest.fixture(scope="module")
async def town(settings, clock):
    schema = await a_municipality(settings, "gdynia")
    connection = await asyncpg.connect(settings.database_url)
    made = city(applications=20, places=40, institutions=6, seed=3)
    await settle(connection, settings, schema, made, slug="gdynia", clock=clock)
    yield connection
    await connection.close()


@pytest.fixture
async def app(settings, town, clock):
    made = create_app(
        settings, clock=clock, people=lambda _: [NEWCOMER, FATHER], slugs=lambda: ["gdynia"]
    )
    yield made
    clock.ahead = timedelta()
    await made.close()


async def parent(app, persona):
    browser = Browser(app, HOST)
    entered = await sign_in_parent(browser, persona.pesel)
    await browser.get(entered.headers["location"])
    return browser


async def in_force(town):
    return await town.fetchval(
        "SELECT count(*) FROM t_gdynia.application a JOIN t_gdynia.child c ON c.id = a.child_id"
        " WHERE c.given_name = 'Ala' AND a.status = 'submitted'"
    )


async def test_one_child_has_one_application_whoever_hands_it_in_and_however_often(app, town):
    mother, father = await parent(app, NEWCOMER), await parent(app, FATHER)
    hers, his = await fill_in(mother), await fill_in(father)
    answers = await asyncio.gather(
        *(mother.post(f"{hers}/zlozenie", follow=False, **STATEMENTS) for _ in range(3))
    )
    assert [one.status_code for one in answers] == [303, 303, 303]
    assert await in_force(town) == 1
    late = await father.post(f"{his}/zlozenie", **STATEMENTS)
    assert "Dla tego dziecka złożono już wniosek" in late.text
    assert "Jak dołączyć" in late.text
    assert "Joanna" not in late.text.partition("<main")[2]
    assert await in_force(town) == 1
    assert "Ala Nowicka" in (await father.get(his)).text


async def test_a_form_sent_after_the_deadline_is_refused_and_gives_back_what_was_typed(
    app, clock, town
):
    mother = await parent(app, NEWCOMER)
    await mother.get(f"/rodzina/start/{CODE}")
    tasks = await mother.post("/rodzina/wnioski", nabor=CODE)
    base = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]
    clock.ahead = timedelta(days=3)
    mother = await parent(app, NEWCOMER)
    late = await mother.post(f"{base}/dziecko", imie="Zofia Stefania", pesel="22210145676")
    assert late.status_code == 409
    assert "Termin minął" in late.text
    assert "Zofia Stefania" in late.text
    kept = await town.fetchval(
        "SELECT count(*) FROM t_gdynia.child WHERE given_name = 'Zofia Stefania'"
    )
    assert kept == 0


async def test_a_file_too_large_is_refused_by_its_size_and_nothing_is_stored(app, town):
    mother = await parent(app, FATHER)
    tasks = await mother.post("/rodzina/wnioski", nabor=CODE)
    base = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]
    path = f"{base}/kryteria/UST_NP_KAND"
    before = await town.fetchval("SELECT count(*) FROM t_gdynia.attachment")
    eleven = b"%PDF-" + b"0" * 11_000_000
    large = await mother.post(path, odpowiedz="tak", files={"plik": ("a.pdf", eleven)})
    assert large.status_code == 422
    assert "10 MB" in large.text
    huge = await mother.post(path, odpowiedz="tak", files={"plik": ("a.pdf", eleven * 4)})
    assert huge.status_code == 413
    assert "Plik jest za duży" in huge.text
    assert await town.fetchval("SELECT count(*) FROM t_gdynia.attachment") == before


async def test_a_session_of_one_city_is_nobody_in_another(app, cities):
    mother = await parent(app, NEWCOMER)
    mother.cookies["pila.localhost:8000"] = dict(mother.cookies[HOST])
    answer = await mother.ask("GET", "/rodzina", host="pila.localhost:8000")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/logowanie")


async def test_a_form_sent_without_a_session_can_be_sent_again(app, town):
    mother = await parent(app, NEWCOMER)
    tasks = await mother.post("/rodzina/wnioski", nabor=CODE)
    base = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]
    mother.cookies[HOST].pop("ksr")
    answer = await mother.post(f"{base}/dziecko", imie='Ala "<script>"')
    assert answer.status_code == 401
    assert 'name="imie" value="Ala &#34;&lt;script&gt;&#34;"' in answer.text
    assert f'action="{base}/dziecko"' in answer.text
