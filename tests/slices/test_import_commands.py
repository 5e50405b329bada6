"""Files are taken on the command line and into the demonstration by the code of the pages."""

import asyncio
from datetime import timedelta

import pytest

from ksr_saas.app import create_app
from ksr_saas.applications.service import ensure_open
from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.queries import by_code
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.papers.errors import NoPaperYet
from ksr_saas.papers.service import ensure_typing
from ksr_saas.portals import keys_of
from tenants import import_commands
from tenants.commands import FOLDER
from tenants.demo import secondary
from tests.factories.recruitment import NOW, a_campaign
from tests.stories.browser import Browser


class AtNow(Clock):
    def now(self):
        return NOW


HEAD = "kod placówki;nazwa placówki;typ placówki;adres;latitude;longitude;REGON;kod grupy;miejsca"
MISIE = "m1;Misie;przedszkole;ul. Polna 1, 00-001 Pcim;50,2;21,0;123456785"
OFFER = f"{HEAD}\n{MISIE};a;25\n{MISIE};b;20\n"


@pytest.fixture
async def office(settings, town, tmp_path, monkeypatch, capsys):
    """Runs a command about a file; gives its status and what it said."""
    slug, schema = town
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=1)
    async with pinned_session(engine, schema) as session, session.begin():
        (await a_campaign(session, code="nabor")).opened_at = None
    monkeypatch.setattr("tenants.import_commands.Settings.from_env", lambda: settings)

    async def run(command, text, *options):
        file = tmp_path / "plik.csv"
        file.write_text(text)
        place = [slug, "nabor"] if command is import_commands.offer else [slug]
        arguments = ["import", *place, str(file), *options]
        status = await asyncio.to_thread(command, arguments)
        said = capsys.readouterr()
        return status, said.out + said.err

    yield run
    await engine.dispose()


async def test_an_offer_is_tried_refused_and_taken(office, superuser):
    async def units():
        return await superuser.fetch("SELECT code, capacity FROM unit ORDER BY code")

    async def states():
        return [row["state"] for row in await superuser.fetch("SELECT state FROM offer")]

    status, said = await office(import_commands.offer, OFFER.replace(";20", ";0"))
    assert status == 1
    assert said == "3: miejsca: Oddział ma mieć od 1 do 2000 miejsc, a jest: 0.\n"
    status, said = await office(import_commands.offer, OFFER, "--dry-run")
    assert (status, await units()) == (0, [])
    assert "rows: 2, places: 45, new institutions: 1, new units: 2, changed: 0" in said

    assert (await office(import_commands.offer, OFFER))[0] == 0
    assert [tuple(row) for row in await units()] == [("a", 25), ("b", 20)]
    assert await states() == ["closed"]
    status, said = await office(import_commands.offer, OFFER.replace(";20", ";21"), "--accept")
    assert (status, await states()) == (0, ["accepted"])
    assert "3: Misie: b: liczba miejsc: 20 → 21" in said
    assert await superuser.fetchval("SELECT count(*) FROM audit_event WHERE role = 'system'") == 2

    await superuser.execute("UPDATE campaign SET opened_at = now()")
    half = "\n".join(OFFER.splitlines()[:2])
    status, said = await office(import_commands.offer, half, "--remove")
    assert (status, "co najmniej 10 znaków" in said) == (1, True)
    reason = ("--reason", "Uchwała nr 3/2027")
    assert (await office(import_commands.offer, half, "--remove", *reason))[0] == 0
    assert [tuple(row) for row in await units()] == [("a", 25)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kod placówki;uwagi\nm1;2", "Brakuje kolumn: liczba miejsc."),
        ("Dzień dobry", "To nie jest tabela."),
        ("", "ani jednego wiersza"),
    ],
)
async def test_what_is_no_offer_is_refused_in_the_words_of_the_page(office, text, words):
    status, said = await office(import_commands.offer, text)
    assert status == 1
    assert words in said


async def test_the_register_is_compared_and_its_differences_taken(office, superuser):
    await office(import_commands.offer, OFFER)
    register = (
        "Numer RSPO;REGON;Typ;Nazwa;Miejscowość\n"
        "77;123456785;Przedszkole;Misie Pysie;Pcim\n78;;Przedszkole;Żabki;Pcim\n"
    )
    status, said = await office(import_commands.institutions, register, "--dry-run")
    assert status == 0
    assert "Misie: nazwa: Misie → Misie Pysie" in said
    assert "new: 78 Żabki" in said
    assert await superuser.fetchval("SELECT name FROM institution") == "Misie"
    assert (await office(import_commands.institutions, register))[0] == 0
    assert tuple(await superuser.fetchrow("SELECT name, rspo FROM institution")) == (
        "Misie Pysie",
        "77",
    )


def test_a_command_that_is_not_understood_says_how_it_is_used(capsys):
    for command, usage in (
        (import_commands.offer, import_commands.OFFER_USAGE),
        (import_commands.institutions, import_commands.REGISTER_USAGE),
    ):
        for arguments in (
            [],
            ["import"],
            ["import", "a", "b", "c", "--force"],
            ["export", "a", "b"],
        ):
            assert command(arguments) == 2
            assert capsys.readouterr().err == usage


async def test_the_demonstration_takes_applications_to_a_real_offer(settings, town):
    slug, schema = town
    await secondary.fill(settings, schema, FOLDER / "warszawa" / "secondary", NOW)
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=1)
    async with pinned_session(engine, schema) as session, session.begin():
        campaign = await by_code(session, "ponadpodstawowe-2027")
        submission = timetable.stage(campaign.stages, StageCode.SUBMISSION)
        assert submission.starts_at <= NOW < submission.ends_at
        assert campaign.created_at == NOW - timedelta(minutes=1)
        ensure_open(campaign, now=NOW)
        with pytest.raises(NoPaperYet):
            ensure_typing(campaign, now=NOW)
    await engine.dispose()
    app = create_app(settings, clock=AtNow())
    browser = Browser(app, f"{slug}.localhost:8000")
    start = await browser.get("/")
    assert "Złóż wniosek" in start.text
    offer = await browser.get("/oferta/ponadpodstawowe-2027?szukaj=LXXVIII")
    assert "LXXVIII Liceum Ogólnokształcące" in offer.text
    await app.close()
