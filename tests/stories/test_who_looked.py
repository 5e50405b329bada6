"""What staff are shown is on record: who, for whom, which child, what, when and from where."""

from datetime import timedelta

import asyncpg
import pytest

from ksr_saas.app import create_app
from tenants.demo.generate import city
from tests.factories.municipality import a_municipality, settle
from tests.stories.browser import Browser, sign_in_staff

PASSWORD = "a password of the tests"
SLUG, SCHEMA = "ustka", "t_ustka"
HOST = f"{SLUG}.localhost:8000"
FROM = {"X-Forwarded-For": "203.0.113.9, 198.51.100.77"}


@pytest.fixture
async def town(settings):
    """A new municipality for each test; what a test has recorded is dropped with its schema."""
    await a_municipality(settings, SLUG)
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    made = city(applications=30, places=40, institutions=4, seed=5)
    await settle(connection, settings, SCHEMA, made, password=PASSWORD)
    await connection.execute(f"SET search_path = {SCHEMA}")
    yield connection
    await connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    await connection.execute("DELETE FROM control.municipality WHERE slug = $1", SLUG)
    await connection.close()


@pytest.fixture
async def app(settings, town):
    made = create_app(settings)
    yield made
    await made.close()


@pytest.fixture
async def case(town):
    """An application with a file: its id, its child, its institution, its file."""
    return await town.fetchrow(
        "SELECT a.id, a.child_id, a.first_institution_id AS institution, i.code, f.id AS file"
        " FROM application a JOIN institution i ON i.id = a.first_institution_id"
        " JOIN attachment f ON f.application_id = a.id WHERE a.status = 'submitted' LIMIT 1"
    )


@pytest.fixture
async def operator(app, case):
    browser = Browser(app, HOST)
    await sign_in_staff(browser, f"{case['code']}@wroclaw.example", PASSWORD)
    return browser


async def looked(town, *acts):
    """What is on record of these acts, oldest first."""
    return await town.fetch(
        "SELECT * FROM audit_event WHERE act = ANY($1) ORDER BY position", list(acts)
    )


async def ten_minutes_pass(town):
    await town.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
    await town.execute(
        "UPDATE audit_event SET created_at = created_at - $1::interval", timedelta(minutes=10)
    )
    await town.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")


async def test_a_case_that_was_opened_names_who_for_whom_whose_what_when_and_from_where(
    town, operator, case
):
    answer = await operator.ask("GET", f"/placowka/wnioski/{case['id']}", headers=FROM)
    assert answer.status_code == 200
    (event,) = await looked(town, "verification.open")
    account = await town.fetchval(
        "SELECT id FROM account WHERE login = $1", f"{case['code']}@wroclaw.example"
    )
    assert (event["actor_id"], event["role"]) == (account, "chair")
    assert event["acting_for"] == case["institution"]
    assert (event["object_kind"], event["object_id"]) == ("application", case["id"])
    assert event["subject_id"] == case["child_id"]
    assert event["network"] == "198.51.100.0/24"
    assert len(event["request_id"]) == 32
    assert await town.fetchval("SELECT now() - $1 < interval '1 minute'", event["created_at"])


async def test_a_case_that_is_looked_at_again_is_on_record_once_in_ten_minutes(
    town, operator, case
):
    address = f"/placowka/wnioski/{case['id']}"
    for _ in range(3):
        await operator.get(address)
    assert len(await looked(town, "verification.open")) == 1
    await ten_minutes_pass(town)
    await operator.get(address)
    assert len(await looked(town, "verification.open")) == 2


async def test_each_screen_each_child_and_each_person_is_on_record(app, town, operator, case):
    """A file is a screen of its own; so is the case shown again because a reason was missing."""
    address = f"/placowka/wnioski/{case['id']}"
    refused = await operator.post(f"{address}/odrzucenie", powod="")
    assert refused.status_code == 422
    assert len(await looked(town, "verification.open")) == 1
    await operator.post(f"{address}/otwarcie", powod="verification")
    for _ in range(2):
        await operator.get(f"{address}/zalaczniki/{case['file']}")
    assert len(await looked(town, "verification.read-file")) == 1

    another = await town.fetchval(
        "SELECT id FROM application WHERE first_institution_id = $1 AND id <> $2"
        " AND submitted_at IS NOT NULL LIMIT 1",
        case["institution"],
        case["id"],
    )
    await operator.get(f"/placowka/wnioski/{another}")
    seen = await looked(town, "verification.open")
    assert [event["object_id"] for event in seen] == [case["id"], another]


async def test_a_list_is_one_event_and_what_was_looked_for_is_not_in_it(town, operator, case):
    name = await town.fetchval("SELECT family_name FROM child WHERE id = $1", case["child_id"])
    await operator.get("/placowka")
    await operator.get("/placowka")
    await operator.post("/placowka", szukaj=name)
    shown, searched = await looked(town, "verification.list", "verification.search")
    assert (shown["act"], searched["act"]) == ("verification.list", "verification.search")
    assert searched["acting_for"] == searched["object_id"] == case["institution"]
    assert '"count": ' in searched["detail"]
    assert name not in str(dict(searched))


async def test_a_decision_says_that_its_reason_is_written_in_the_case(town, operator, case):
    await operator.post(f"/placowka/wnioski/{case['id']}/zwrot", powod="Brakuje drugiej strony.")
    (event,) = await looked(town, "verification.return")
    assert (event["reason"], event["subject_id"]) == ("written", case["child_id"])
    assert "strony" not in str(dict(event))
    kept = await town.fetchval("SELECT returned_for FROM application WHERE id = $1", case["id"])
    assert kept.startswith("v1.")


async def test_a_page_that_is_refused_was_not_shown(town, operator, case):
    stranger = await town.fetchval(
        "SELECT id FROM application WHERE first_institution_id <> $1 LIMIT 1", case["institution"]
    )
    answer = await operator.ask("GET", f"/placowka/wnioski/{stranger}")
    assert answer.status_code == 404
    assert await looked(town, "verification.open") == []
