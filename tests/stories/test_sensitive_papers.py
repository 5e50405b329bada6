"""Papers about health are covered until somebody of the institution says why they open them."""

import re
from datetime import timedelta
from itertools import permutations

import asyncpg
import pytest
from sqlalchemy import select

from ksr_saas.app import create_app
from ksr_saas.applications.models import Application, Attachment
from ksr_saas.applications.states import Status
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.offer.models import Institution
from ksr_saas.portals import keys_of
from tenants.demo.generate import city
from tests.factories.clock import MovingClock
from tests.factories.municipality import a_municipality, settle
from tests.stories.browser import Browser, sign_in_staff

PASSWORD = "a password of the tests"
SLUG, SCHEMA = "hel", "t_hel"
HOST = f"{SLUG}.localhost:8000"
TOLD = re.compile("Niepełnosprawność|Samotne|Piecza")
COVERED = "Kryterium z danymi wrażliwymi"


@pytest.fixture
def clock():
    return MovingClock()


@pytest.fixture
async def town(settings):
    await a_municipality(settings, SLUG)
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    made = city(applications=200, places=120, institutions=4, seed=5)
    await settle(connection, settings, SCHEMA, made, slug=SLUG, password=PASSWORD)
    await connection.execute(f"SET search_path = {SCHEMA}")
    yield connection
    await connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    await connection.execute("DELETE FROM control.municipality WHERE slug = $1", SLUG)
    await connection.close()


@pytest.fixture
async def app(settings, town, clock):
    made = create_app(settings, clock=clock)
    yield made
    await made.close()


@pytest.fixture
async def cases(settings, town):
    """Two applications at one institution, each with a file about a disability; the first waits.

    Which criterion a file proves is sealed, so the database cannot be asked.
    """
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=1)
    async with pinned_session(engine, SCHEMA) as session:
        rows = await session.execute(
            select(Application, Institution.code, Attachment)
            .join(Institution, Institution.id == Application.first_institution_id)
            .join(Attachment, Attachment.application_id == Application.id)
            .where(Application.submitted_at.is_not(None))
            .order_by(Application.number)
        )
        found = [
            {
                "id": one.id,
                "child_id": one.child_id,
                "code": code,
                "file": file.id,
                "waits": one.status is Status.SUBMITTED,
            }
            for one, code, file in rows
            if file.criterion.startswith("UST_NP")
        ]
    await engine.dispose()
    return [
        (a, b)
        for a, b in permutations(found, 2)
        if a["waits"] and a["code"] == b["code"] and a["id"] != b["id"]
    ][0]


@pytest.fixture
def case(cases):
    return cases[0]


async def clerk(app, code):
    browser = Browser(app, HOST)
    await sign_in_staff(browser, f"{code}@{SLUG}.example", PASSWORD)
    return browser


def desk(case):
    return f"/placowka/wnioski/{case['id']}"


async def looked(town, act):
    return await town.fetch("SELECT * FROM audit_event WHERE act = $1 ORDER BY position", act)


async def test_what_tells_of_health_is_covered_until_one_click_says_why(app, town, case):
    browser = await clerk(app, case["code"])
    page = await browser.get(desk(case))
    assert COVERED in page.text
    assert "Weryfikuję te kryteria" in page.text
    assert not TOLD.search(page.text)

    opened = await browser.post(f"{desk(case)}/otwarcie", powod="verification")
    assert COVERED not in opened.text
    assert TOLD.search(opened.text)
    assert "Powód: sprawdzenie kryterium." in opened.text
    (event,) = await looked(town, "openings.papers")
    assert (event["reason"], event["subject_id"]) == ("verification", case["child_id"])


async def test_a_paper_leads_to_the_question_why_and_is_on_record_with_the_answer(app, town, case):
    browser = await clerk(app, case["code"])
    paper = f"{desk(case)}/zalaczniki/{case['file']}"
    turned_back = await browser.ask("GET", paper)
    assert (turned_back.status_code, turned_back.headers["location"]) == (
        303,
        f"{desk(case)}#otwarcie",
    )
    assert await looked(town, "verification.read-file") == []
    await browser.get(desk(case))
    await browser.post(f"{desk(case)}/otwarcie", powod="appeal")
    assert (await browser.ask("GET", paper)).headers["content-type"] == "image/png"
    (event,) = await looked(town, "verification.read-file")
    assert event["reason"] == "appeal"
    assert str(case["file"]) in event["detail"]


async def test_half_an_hour_later_the_reason_is_asked_again(app, clock, case):
    browser = await clerk(app, case["code"])
    await browser.get(desk(case))
    await browser.post(f"{desk(case)}/otwarcie", powod="verification")
    clock.ahead = timedelta(minutes=15)
    assert COVERED not in (await browser.get(desk(case))).text
    clock.ahead = timedelta(minutes=31)
    assert COVERED in (await browser.get(desk(case))).text
    answer = await browser.ask("GET", f"{desk(case)}/zalaczniki/{case['file']}")
    assert answer.status_code == 303


async def test_an_opening_ends_with_the_session(app, case):
    browser = await clerk(app, case["code"])
    await browser.get(desk(case))
    await browser.post(f"{desk(case)}/otwarcie", powod="verification")
    again = await clerk(app, case["code"])
    assert COVERED in (await again.get(desk(case))).text
    answer = await again.ask("GET", f"{desk(case)}/zalaczniki/{case['file']}")
    assert answer.status_code == 303


async def test_an_opening_is_for_one_case_and_one_person(app, town, case, cases):
    """Another case of the same institution stays covered, and so does this one for a colleague."""
    browser = await clerk(app, case["code"])
    await browser.get(desk(case))
    await browser.post(f"{desk(case)}/otwarcie", powod="verification")
    assert COVERED in (await browser.get(desk(cases[1]))).text
    await town.execute(
        "UPDATE opening SET account_id = (SELECT id FROM account WHERE login = $1)",
        f"koordynator@{SLUG}.example",
    )
    assert COVERED in (await browser.get(desk(case))).text


@pytest.mark.parametrize(
    "form",
    [{}, {"powod": "curiosity"}, {"powod": "control"}, {"powod": "other", "slowa": "bo tak"}],
    ids=["none", "of nobody's list", "the city's", "not explained"],
)
async def test_a_reason_that_says_nothing_opens_nothing(app, town, case, form):
    browser = await clerk(app, case["code"])
    await browser.get(desk(case))
    answer = await browser.post(f"{desk(case)}/otwarcie", **form)
    assert answer.status_code == 422
    assert not TOLD.search(answer.text)
    assert form.get("slowa", "") in answer.text
    assert await town.fetchval("SELECT count(*) FROM opening") == 0
    assert await looked(town, "openings.papers") == []


async def test_own_words_are_sealed_and_not_in_the_record(app, town, case):
    browser = await clerk(app, case["code"])
    await browser.get(desk(case))
    why = "Rodzic przyniósł nowe orzeczenie."
    opened = await browser.post(f"{desk(case)}/otwarcie", powod="other", slowa=why)
    assert why in opened.text
    kept = await town.fetchval("SELECT own_words FROM opening")
    assert kept.startswith("v1.")
    (event,) = await looked(town, "openings.papers")
    assert event["reason"] == "other"
    assert "Rodzic" not in str(dict(event))


async def test_an_institution_lower_on_the_list_gets_at_nothing(app, town, case):
    lower = await town.fetchval(
        "SELECT i.code FROM wish w JOIN unit u ON u.id = w.unit_id"
        " JOIN institution i ON i.id = u.institution_id"
        " WHERE w.application_id = $1 AND w.rank = 2",
        case["id"],
    )
    browser = await clerk(app, lower)
    await browser.get("/placowka")
    for answer in (
        await browser.ask("GET", desk(case)),
        await browser.ask("GET", f"{desk(case)}/zalaczniki/{case['file']}"),
        await browser.post(f"{desk(case)}/otwarcie", powod="verification"),
    ):
        assert answer.status_code == 404
    assert await looked(town, "openings.papers") == []
