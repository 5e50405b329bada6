"""From a child's name to a published place, over HTTP and without script."""

import re
from datetime import timedelta

import asyncpg
import pytest

from ksr_saas.app import create_app
from ksr_saas.portals import keys_of
from tenants.demo.accounts import NEWCOMER
from tenants.demo.generate import city
from tenants.demo.load import proof
from tests.factories.clock import MovingClock
from tests.factories.municipality import settle
from tests.stories.browser import Browser, MovingClock, sign_in_parent, sign_in_staff
from worker.actors.allocation import run_allocation
from worker.actors.documents import render_document
from worker.runtime import House, run_job

PASSWORD = "a password of the tests"
CODE = "przedszkola-2027"


@pytest.fixture(scope="module")
def clock():
    return MovingClock()


@pytest.fixture(scope="module")
async def small_city(settings, cities, clock):
    connection = await asyncpg.connect(settings.database_url)
    made = city(applications=60, places=80, institutions=6, seed=7)
    await settle(connection, settings, "t_wroclaw", made, password=PASSWORD, clock=clock)
    yield connection
    await connection.close()


@pytest.fixture
async def app(settings, small_city, clock):
    made = create_app(settings, clock=clock, people=lambda _: [NEWCOMER], slugs=lambda: ["wroclaw"])
    yield made
    await made.close()


async def do_jobs(settings, connection, actor, body, clock, *, schema="t_wroclaw"):
    """What a worker would do with the waiting jobs of one actor."""
    from ksr_saas.kernel.database import make_engine

    engine = make_engine(settings.login_url("ksr_worker"), keys=keys_of(settings), pool_size=2)
    rows = await connection.fetch(
        f"SELECT id FROM {schema}.job WHERE actor = $1 AND status = 'pending'", actor
    )
    for row in rows:
        await run_job(House(settings, engine, clock), schema, row["id"], body)
    await engine.dispose()
    left = await connection.fetchval(
        f"SELECT count(*) FROM {schema}.job WHERE actor = $1 AND status = 'pending'", actor
    )
    assert left == 0


async def fill_in(parent, units=3):
    """An application filled in up to the last step; returns its address."""
    await parent.get(f"/rodzina/start/{CODE}")
    tasks = await parent.post("/rodzina/wnioski", nabor=CODE)
    base = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]
    address = {"ulica": "ul. Lipowa 1", "kod": "50-100", "miejscowosc": "Wrocław"}
    wrong = await parent.post(f"{base}/dziecko", imie="Ala", nazwisko="Nowicka", pesel="123")
    assert wrong.status_code == 422
    assert 'value="Ala"' in wrong.text
    await parent.post(
        f"{base}/dziecko", imie="Ala", nazwisko="Nowicka", pesel="23231401235", **address
    )
    await parent.post(
        f"{base}/rodzice",
        a_imie="Joanna",
        a_nazwisko="Nowicka",
        a_email="joanna@poczta.invalid",
        **{f"a_{key}": value for key, value in address.items()},
    )
    page = await parent.get(f"{base}/placowki")
    found = re.findall(r'name="oferta" value="([0-9a-f-]{36})"', page.text)
    for unit in found[:units]:
        await parent.post(f"{base}/placowki", oferta=unit, co="dodaj")
    assert (await parent.post(f"{base}/placowki", oferta=found[3], co="dodaj")).status_code == 422
    criteria = await parent.get(f"{base}/kryteria")
    for code in dict.fromkeys(re.findall(r'kryteria/(\w+)"', criteria.text)):
        yes = code in ("WR_PRACA", "WR_DOCHOD", "UST_NP_KAND")
        if code == "UST_NP_KAND":
            bad = await parent.post(
                f"{base}/kryteria/{code}", odpowiedz="tak", files={"plik": ("a.pdf", b"MZ\x90 exe")}
            )
            assert bad.status_code == 422
        files = {"plik": ("o.png", proof())} if code == "UST_NP_KAND" else None
        await parent.post(
            f"{base}/kryteria/{code}",
            odpowiedz="tak" if yes else "nie",
            kwota="1 450,00",
            files=files,
        )
    return base


async def test_one_childs_life(app, settings, small_city, clock):
    parent = Browser(app)
    entered = await sign_in_parent(parent, NEWCOMER.pesel)
    assert entered.status_code == 303
    assert "Moje wnioski" in (await parent.get(entered.headers["location"])).text
    base = await fill_in(parent)

    assert (await parent.post(f"{base}/zlozenie")).status_code == 422
    statements = {"prawda": "tak", "wspolna": "tak", "rodo": "tak"}
    first = await parent.post(f"{base}/zlozenie", **statements)
    again = await parent.post(f"{base}/zlozenie", **statements)
    number = re.search(rf"{CODE}/\d+", first.text)[0]
    assert number in again.text
    await do_jobs(settings, small_city, "documents.render", render_document, clock)
    receipt = await parent.get(f"{base}/potwierdzenie.pdf")
    assert receipt.content.startswith(b"%PDF")

    row = await small_city.fetchrow(
        "SELECT a.id, i.code FROM t_wroclaw.application a JOIN t_wroclaw.institution i"
        " ON i.id = a.first_institution_id WHERE a.number = $1",
        int(number.rpartition("/")[2]),
    )
    operator, other = Browser(app), Browser(app)
    assert (
        await sign_in_staff(operator, f"{row['code']}@wroclaw.example", PASSWORD)
    ).status_code == 200
    stranger = next(f"p00{n}" for n in range(1, 7) if f"p00{n}" != row["code"])
    await sign_in_staff(other, f"{stranger}@wroclaw.example", PASSWORD)
    desk = f"/placowka/wnioski/{row['id']}"
    assert (await other.get(desk)).status_code == 404
    case = await operator.get(desk)
    assert case.status_code == 200
    case = await operator.post(f"{desk}/otwarcie", powod="verification")
    assert (await operator.post(f"{desk}/zatwierdzenie")).status_code == 409
    await operator.post(f"{desk}/zwrot", powod="Proszę dodać orzeczenie.")
    assert "Proszę dodać orzeczenie." in (await parent.get(base)).text
    assert (await operator.post(f"{desk}/bez-poprawki")).status_code == 409
    clock.ahead = timedelta(days=4)
    await sign_in_staff(operator, f"{row['code']}@wroclaw.example", PASSWORD)
    assert (await operator.post(f"{desk}/bez-poprawki")).status_code == 200
    clock.ahead = timedelta()
    for claim in dict.fromkeys(re.findall(r'/kryteria/([0-9a-f-]{36})"', case.text)):
        await operator.post(f"{desk}/kryteria/{claim}", decyzja="uznaj")
    await operator.post(f"{desk}/zatwierdzenie")
    assert "Sprawdzony" in (await parent.get(base)).text

    office = Browser(app)
    await sign_in_staff(office, "koordynator@wroclaw.example", PASSWORD)
    assert (await parent.ask("GET", "/organ")).status_code == 403
    await small_city.execute(
        "UPDATE t_wroclaw.application SET status = 'withdrawn'"
        " WHERE status IN ('submitted', 'returned')"
    )
    run = await allocate(office, settings, small_city, clock)
    refused = await office.post(f"{run}/publikacja")
    assert refused.status_code == 409
    await office.post("/organ/etapy", nabor=CODE, etap="submission", powod="Koniec pokazu")
    late = await parent.post("/rodzina/wnioski", nabor=CODE)
    assert late.status_code == 409
    published = await office.post(f"{run}/publikacja")
    assert "Wyniki" in published.text
    result = await parent.get(base)
    assert "Dlaczego taki wynik" in result.text

    printed = await operator.get("/placowka/listy/zakwalifikowani")
    assert printed.status_code == 200
    inside = printed.text.partition("<main")[2].partition("</main>")[0]
    assert not re.search(r"\d{11}", inside)
    clock.ahead = timedelta()


async def allocate(office, settings, connection, clock):
    """Run trials until no tie is open; returns the address of the last run."""
    page = await office.post("/organ/przydzial", nabor=CODE)
    for _ in range(30):
        await do_jobs(settings, connection, "allocation.run", run_allocation, clock)
        run_id = await connection.fetchval(
            "SELECT id FROM t_wroclaw.allocation_run ORDER BY created_at DESC LIMIT 1"
        )
        address = f"/organ/przydzial/{run_id}"
        page = await office.get(address)
        form = re.search(rf"{address}/kolejnosc/([0-9a-f-]{{36}})", page.text)
        if form is None:
            return address
        section = page.text[form.start() : page.text.index("</form>", form.start())]
        places = re.findall(r'name="(miejsce-[0-9a-f-]{36})"', section)
        order = {name: str(place) for place, name in enumerate(places, start=1)}
        bad = await office.post(f"{address}/kolejnosc/{form[1]}", powod="Protokół nr 1/2027")
        assert bad.status_code == 422
        await office.post(f"{address}/kolejnosc/{form[1]}", powod="Protokół nr 1/2027", **order)
    raise AssertionError("the ties never end")


async def test_an_unknown_host_is_told_nothing(app):
    page = await Browser(app, "gdansk.localhost").get("/")
    assert page.status_code == 404
    assert "Wrocław" not in page.text


async def test_a_refused_login_signs_nobody_in(app, small_city):
    browser = Browser(app)
    for scenario in ("cancelled", "loa-low", "expired"):
        assert (await sign_in_parent(browser, NEWCOMER.pesel, scenario)).status_code == 403
    reasons = await small_city.fetch(
        "SELECT reason FROM t_wroclaw.audit_event WHERE act = 'identity.eid-refused'"
    )
    assert len(reasons) >= 3
    assert (await browser.ask("GET", "/rodzina")).status_code == 303


async def test_a_form_from_another_site_is_refused(app):
    browser = Browser(app)
    await browser.get("/pracownik/logowanie")
    token = browser.cookies[browser.host]["ksr-csrf"]
    answer = await browser.ask(
        "POST",
        "/pracownik/logowanie",
        data={"_csrf_token": token, "login": "x", "haslo": "y"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


async def test_nothing_can_be_withdrawn_after_publication(app, small_city):
    parent = Browser(app)
    entered = await sign_in_parent(parent, NEWCOMER.pesel)
    await parent.get(entered.headers["location"])
    application = await small_city.fetchval(
        "SELECT a.id FROM t_wroclaw.application a JOIN t_wroclaw.campaign c ON c.id = a.campaign_id"
        " JOIN t_wroclaw.account p ON p.id = a.account_id"
        " WHERE c.published_at IS NOT NULL AND a.status = 'verified' AND p.family_name = 'Nowicka'"
        " AND p.given_name = 'Joanna' LIMIT 1"
    )
    assert application is not None
    answer = await parent.post(f"/rodzina/wnioski/{application}/wycofanie")
    assert answer.status_code == 409
    kept = await small_city.fetchval(
        "SELECT status FROM t_wroclaw.application WHERE id = $1", application
    )
    assert kept == "verified"
