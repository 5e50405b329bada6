"""Who oversees the record reads it a page at a time, filtered, and takes it away on record."""

import csv
from datetime import date, timedelta
from io import StringIO
from uuid import uuid4

import asyncpg
import pytest

from ksr_saas.app import create_app
from ksr_saas.audit.heads import Head, HeadLog
from ksr_saas.audit.seal import seal
from ksr_saas.audit.service import record
from ksr_saas.identity import sessions
from ksr_saas.identity.authorisation import Role
from ksr_saas.identity.models import Account, AccountKind, Grant
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import Origin, Pin, make_engine, pinned_session, session_at
from ksr_saas.portals import keys_of
from tests.factories.municipality import a_municipality
from tests.factories.recruitment import a_campaign, a_unit, an_application
from tests.stories.browser import Browser

SLUG, SCHEMA = "puck", "t_puck"
HOST = f"{SLUG}.localhost:8000"


class Town:
    """Two cases, a session for the coordinator, and acts put on record by hand."""

    def __init__(self, settings, engine):
        self.settings, self.engine = settings, engine

    async def fill(self):
        async with pinned_session(self.engine, SCHEMA) as session, session.begin():
            campaign = await a_campaign(session)
            self.unit = await a_unit(session, campaign)
            self.cases = [
                await an_application(session, campaign, [self.unit], family_name="Sekretna")
                for _ in range(2)
            ]
            account = Account(
                id=uuid4(), kind=AccountKind.STAFF, given_name="Ewa", family_name="Tajna"
            )
            session.add(account)
            await session.flush()
            session.add(Grant(account_id=account.id, role=Role.COORDINATOR))
            self.account = account
            self.token = await sessions.begin(
                session, account, Role.COORDINATOR, None, now=Clock().now(), replaces=None
            )

    async def note(self, act="verification.open", case=None, times=1, role="operator", reason=""):
        pin, origin = Pin(SCHEMA, SCHEMA), Origin(network="198.51.100.0/24")
        async with session_at(self.engine, pin, origin) as session, session.begin():
            for _ in range(times):
                record(
                    session,
                    act,
                    actor_id=self.account.id,
                    role=role,
                    acting_for=self.unit.institution_id if role == "operator" else None,
                    kind="application" if case else "",
                    object_id=case.id if case else None,
                    subject_id=case.child_id if case else None,
                    reason=reason,
                )

    async def seal(self):
        async with pinned_session(self.engine, SCHEMA) as session, session.begin():
            return await seal(session)

    def number(self, case):
        return f"przedszkola-2027/{case.number:05}"

    async def browser(self, app):
        made = Browser(app, HOST)
        made.cookies[HOST] = {"ksr": self.token}
        return made


@pytest.fixture
async def town(settings):
    await a_municipality(settings, SLUG)
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=1)
    made = Town(settings, engine)
    await made.fill()
    made.connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    await made.connection.execute(f"SET search_path = {SCHEMA}")
    yield made
    HeadLog(settings.home, SLUG).file.unlink(missing_ok=True)
    await engine.dispose()
    await made.connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    await made.connection.execute("DELETE FROM control.municipality WHERE slug = $1", SLUG)
    await made.connection.close()


@pytest.fixture
async def office(settings, town):
    app = create_app(settings)
    yield await town.browser(app)
    await app.close()


def rows(page):
    """How many acts the page lists."""
    return page.text.count('<th scope="row">')


async def test_an_act_is_told_by_case_role_place_reason_and_network_without_a_name(town, office):
    await town.note("verification.read-file", town.cases[0], reason="appeal")
    page = (await office.get("/organ/rejestr")).text.partition("<main")[2]
    for words in (
        "otwarcie dokumentu",
        town.number(town.cases[0]),
        "Operator placówki",
        "Przedszkole Misie",
        "odwołanie",
        "198.51.100.0/24",
    ):
        assert words in page
    for name in ("Sekretna", "Tajna", "Ala"):
        assert name not in page


async def test_it_is_filtered_by_act_case_role_and_day(town, office):
    await town.note("verification.open", town.cases[0], times=3)
    await town.note("verification.open", town.cases[1])
    await town.note("identity.sign-in", role="coordinator")
    await town.note("results.publish", role="coordinator")
    today = Clock().today()
    for asked, count in (
        ("", 6),
        ("czyn=verification.open", 4),
        (f"numer={town.number(town.cases[0])}", 3),
        (f"numer={town.number(town.cases[0])}&czyn=identity.sign-in", 0),
        ("numer=Sekretna", 0),
        ("rola=coordinator", 2),
        (f"dzien={today}", 6),
        (f"dzien={today - timedelta(days=1)}", 0),
        ("czyn=verification.peep&rola=king&dzien=jutro&przed=x", 6),
    ):
        page = await office.get(f"/organ/rejestr?{asked}")
        assert rows(page) == count, asked
    assert "Nic tu nie ma." in (await office.get("/organ/rejestr?numer=Sekretna")).text


async def test_fifty_stand_on_a_page_and_the_older_follow(town, office):
    await town.note("verification.open", town.cases[0], times=30)
    await town.note("identity.sign-in", role="coordinator", times=25)
    first = await office.get("/organ/rejestr")
    assert rows(first) == 50
    older = first.text.partition('href="/organ/rejestr?przed=')[2].partition('"')[0]
    second = await office.get(f"/organ/rejestr?przed={older}")
    assert rows(second) == 5
    assert "zalogowanie</th>" not in second.text
    assert "Starsze" not in second.text
    assert "Najnowsze" in second.text


async def test_the_file_has_the_filtered_rows_and_is_on_record_itself(town, office):
    await town.note("verification.open", town.cases[0], times=60)
    await town.note("identity.sign-in", role="coordinator")
    answer = await office.get(
        f"/organ/rejestr/plik?czyn=verification.open&numer={town.number(town.cases[0])}"
    )
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert ".csv" in answer.headers["content-disposition"]
    text = answer.content.decode("utf-8-sig")
    head, *found = csv.reader(StringIO(text, newline=""), delimiter=";")
    assert head[:3] == ["Kiedy", "Zdarzenie", "Numer wniosku"]
    assert len(found) == 60
    assert {row[2] for row in found} == {town.number(town.cases[0])}
    assert "Sekretna" not in text
    event = await town.connection.fetchrow(
        "SELECT role, detail->>'rows' AS rows, detail->>'only_act' AS act, detail->>'only_number'"
        " AS number FROM audit_event WHERE act = 'openings.export-record'"
    )
    assert tuple(event) == (
        "coordinator",
        "60",
        "verification.open",
        town.number(town.cases[0]),
    )


async def test_what_was_typed_instead_of_a_number_is_not_kept(town, office):
    await office.get("/organ/rejestr/plik?numer=Sekretna")
    kept = await town.connection.fetchval(
        "SELECT detail::text FROM audit_event WHERE act = 'openings.export-record'"
    )
    assert "Sekretna" not in kept


async def test_the_seal_is_told_with_what_waits_and_whether_the_kept_head_agrees(town, office):
    page = await office.get("/organ/rejestr")
    assert "Nie ma jeszcze żadnej pieczęci." in page.text
    await town.note(times=2)
    sealed = await town.seal()
    await town.note(times=3)
    page = await office.get("/organ/rejestr")
    assert f"Ostatnia pieczęć: nr {sealed.number}" in page.text
    assert sealed.sha256[:16] in page.text
    assert "Na pieczęć czeka: 3." in page.text
    assert "Skrótu poza bazą jeszcze nie ma" in page.text
    log = HeadLog(town.settings.home, SLUG)
    log.add(date(2027, 4, 1), Head(sealed.number, sealed.sha256))
    assert ">Zgodny<" in (await office.get("/organ/rejestr")).text
    log.add(date(2027, 4, 2), Head(sealed.number, "0" * 64))
    assert ">Niezgodny<" in (await office.get("/organ/rejestr")).text
    log.file.write_text("2027-04-01 zniszczone\n")
    assert ">Niezgodny<" in (await office.get("/organ/rejestr")).text
