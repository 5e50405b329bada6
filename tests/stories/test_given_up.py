"""Work that was given up is seen by the person who waits for it, and can be asked for again."""

import html
from pathlib import Path
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from ksr_saas.app import create_app
from ksr_saas.identity.eid.stand_in import Persona
from tenants.demo.generate import city
from tests.factories.municipality import a_municipality, settle
from tests.stories.browser import Browser, sign_in_parent, sign_in_staff
from worker.actors import allocation, documents, notifications
from worker.runtime import MOST_TRIES, house_of, run_job

PASSWORD = "a password of the tests"
SLUG, SCHEMA = "pewna", "t_pewna"
HOST = f"{SLUG}.localhost:8000"
BODIES = {
    "allocation.run": (allocation.run_allocation, allocation.give_up),
    "documents.render": (documents.render_document, documents.give_up),
    "notifications.send": (notifications.send_messages, notifications.give_up),
}


@pytest.fixture(scope="module")
def made():
    return city(applications=40, places=50, institutions=6, seed=7)


@pytest.fixture(scope="module")
async def town(settings, made):
    await a_municipality(settings, SLUG)
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    await settle(connection, settings, SCHEMA, made, password=PASSWORD)
    await connection.execute(f"SET search_path = {SCHEMA}")
    yield connection
    await connection.close()


@pytest.fixture
async def app(settings, town, made):
    app = create_app(settings, people=lambda _: people(made), slugs=lambda: [SLUG])
    yield app
    await app.close()


@pytest.fixture
async def coordinator(app):
    browser = Browser(app, HOST)
    await sign_in_staff(browser, "koordynator@wroclaw.example", PASSWORD)
    return browser


@pytest.fixture
async def worker(settings):
    made = house_of(settings)
    yield made
    await made.engine.dispose()


def people(made):
    """The first family, for the stand-in of login.gov.pl."""
    first = made.families[0].guardians[0]
    return [
        Persona(
            label="rodzic",
            given_name=first.given,
            family_name=first.family,
            pesel=first.pesel,
            birth_date=first.born,
        )
    ]


async def work_off(house, town, *, tries=1):
    """Begin every waiting job this often."""
    for row in await town.fetch("SELECT id, actor FROM job WHERE status = 'pending'"):
        body, give_up = BODIES[row["actor"]]
        for _ in range(tries):
            await run_job(house, SCHEMA, row["id"], body, on_give_up=give_up, most_tries=MOST_TRIES)


async def test_a_run_that_cannot_be_worked_out(town, coordinator, worker):
    rulebook = await town.fetchval("SELECT rulebook FROM campaign")
    page = await coordinator.get("/organ/przydzial")
    page = await coordinator.post("/organ/przydzial", nabor="przedszkola-2027")
    run = await town.fetchval("SELECT id FROM allocation_run")
    await town.execute("""UPDATE campaign SET rulebook = '{"criteria": 7}'""")
    await work_off(worker, town, tries=MOST_TRIES - 1)
    assert await town.fetchval("SELECT status FROM allocation_run") == "queued"
    await work_off(worker, town)
    await town.execute("UPDATE campaign SET rulebook = $1", rulebook)

    page = await coordinator.get(f"/organ/przydzial/{run}")
    assert "Ten przydział się nie udał" in page.text
    assert str(run) in page.text
    assert "hx-trigger" not in page.text.partition('id="wynik"')[2]

    page = await coordinator.post("/organ/przydzial", nabor="przedszkola-2027")
    assert page.status_code == 200
    await work_off(worker, town)
    assert await town.fetchval("SELECT count(*) FROM wish_result") > 0


async def test_a_receipt_that_cannot_be_made(app, town, made, worker, settings):
    parent = Browser(app, HOST)
    entered = await sign_in_parent(parent, made.families[0].guardians[0].pesel)
    await parent.get(entered.headers["location"])
    application = await town.fetchval(
        "SELECT a.id FROM application a WHERE a.number = $1", made.families[0].number
    )
    address = f"/rodzina/wnioski/{application}/potwierdzenie"
    page = await parent.get(address)
    assert "Przygotuj potwierdzenie (PDF)" in page.text
    page = await parent.post(address)
    assert "Przygotowujemy potwierdzenie w PDF" in page.text

    without_store = msgspec.structs.replace(
        worker, settings=msgspec.structs.replace(settings, home=Path("/dev/null"))
    )
    await work_off(without_store, town, tries=MOST_TRIES)
    page = await parent.get(address)
    assert "Potwierdzenia w PDF nie udało się przygotować" in page.text
    assert "hx-trigger" not in page.text.partition('id="potwierdzenie"')[2]

    page = await parent.post(address)
    assert "Przygotowujemy potwierdzenie w PDF" in page.text
    await parent.post(address)
    assert await town.fetchval("SELECT count(*) FROM job WHERE status = 'pending'") == 1
    await work_off(worker, town)
    page = await parent.get(address)
    assert "Pobierz potwierdzenie (PDF)" in page.text
    assert (await parent.get(f"{address}.pdf")).content.startswith(b"%PDF")


async def test_messages_that_did_not_leave(town, coordinator):
    assert "Wyślij jeszcze raz" not in (await coordinator.get("/organ")).text
    await town.executemany(
        "INSERT INTO message (id, key, kind, account_id, recipient, language, values, status, tries)"
        " VALUES (gen_random_uuid(), $1, 'application-submitted', $2, 'a@example.pl', 'pl', '{}',"
        " $3, 1)",
        [("a", uuid4(), "failed"), ("b", uuid4(), "failed"), ("c", uuid4(), "uncertain")],
    )

    page = html.unescape((await coordinator.get("/organ")).text)
    assert "Nie wysłaliśmy 2 wiadomości" in page
    assert "Nie wiemy, czy 1 wiadomość" in page
    page = await coordinator.post("/organ/wiadomosci/wyslane")
    assert "Nie wiemy" not in page.text
    refused = await coordinator.post("/organ/wiadomosci/ponownie", stan="sent")
    assert refused.status_code == 404
    page = await coordinator.post("/organ/wiadomosci/ponownie", stan="failed")
    assert "Nie wysłaliśmy" not in page.text
    rows = await town.fetch("SELECT key, status FROM message ORDER BY key")
    assert [tuple(row) for row in rows] == [("a", "queued"), ("b", "queued"), ("c", "sent")]
