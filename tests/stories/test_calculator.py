"""Somebody without a login works out their points."""

import asyncpg
import pytest

from ksr_saas.app import create_app
from ksr_saas.kernel.database import make_engine, pinned_session
from tenants.commands import FOLDER
from tenants.read import read_rulebook
from tests.factories.municipality import a_municipality
from tests.factories.recruitment import a_campaign, a_unit
from tests.factories.school import a_school, a_secondary_campaign
from tests.stories.browser import Browser

SLUG, SCHEMA, HOST = "sejny", "t_sejny", "sejny.localhost:8000"
LICEA = "/oferta/licea-2027/kalkulator"
PRESCHOOLS = "/oferta/przedszkola-2027/kalkulator"
TYPED = {
    "egz-polish": "80",
    "egz-mathematics": "90,5",
    "egz-language": "100",
    "oc-polish": "5",
    "oc-mathematics": "6",
    "oc-biologia": "6",
}


@pytest.fixture(scope="module")
async def town(settings):
    """Classes of one school by name."""
    await a_municipality(settings, SLUG)
    engine = make_engine(settings.login_url("ksr_web"), pool_size=1)
    rules = read_rulebook(FOLDER / "wroclaw" / "rulebook.toml")
    async with pinned_session(engine, SCHEMA) as session, session.begin():
        biology = {"subjects": [{"among": ["biologia"]}]}
        await a_school(
            session,
            await a_secondary_campaign(session),
            "I Liceum",
            {"name": "1A", "thresholds": {"2025/2026": "100.5"}, **biology},
            {"name": "1B", "thresholds": {"2025/2026": "150"}, **biology},
            {"name": "1C", **biology},
        )
        await a_unit(session, await a_campaign(session, rulebook=rules))
    await engine.dispose()
    connection = await asyncpg.connect(settings.database_url)
    rows = await connection.fetch(f"SELECT name, id FROM {SCHEMA}.unit WHERE name <> ''")
    yield {row["name"]: row["id"] for row in rows}
    await connection.close()


@pytest.fixture
async def visitor(settings, town):
    app = create_app(settings)
    yield Browser(app, HOST)
    await app.close()


async def worked_out(visitor, page, **fields):
    await visitor.get(page)
    return await visitor.post(page, **fields)


async def test_a_pupil_sees_points_line_by_line_and_where_they_were_enough(visitor, town):
    page = await worked_out(visitor, LICEA, **TYPED)
    assert page.status_code == 200
    for told in ("28", "31,675", "rozporządzenie Ministra Edukacji", "To nie jest obietnica"):
        assert told in page.text
    reached, _, close = page.text.partition("Gdzie zabrakłoby najwyżej 10 punktów")
    assert f"/oddzialy/{town['1A']}" in reached
    assert "próg: 100,5, masz: 142,675" in reached
    assert "próg: 150, masz: 142,675" in close
    assert page.headers["cache-control"] == "no-store"


async def test_a_pupil_sees_points_for_one_class(visitor, town):
    page = await visitor.get(f"{LICEA}?oddzial={town['1B']}")
    assert "Przedmioty, które liczy ten oddział" in page.text
    page = await visitor.post(LICEA, oddzial=str(town["1B"]), **TYPED)
    assert '(<span lang="pl">biologia</span>)' in page.text
    assert "Próg 2025/2026: 150. Brakuje: 7,325 punktu." in page.text
    page = await visitor.post(LICEA, oddzial=str(town["1A"]), **TYPED)
    assert "Masz o 42,175 punktu więcej." in page.text
    page = await visitor.post(LICEA, oddzial=str(town["1C"]), **TYPED)
    assert "nie znamy progu" in page.text


async def test_what_was_typed_stays_in_its_fields_and_nowhere_else(visitor, town, caplog):
    page = await worked_out(visitor, LICEA, **(TYPED | {"egz-polish": "101", "oc-biologia": "7"}))
    assert page.status_code == 422
    assert "<title>Błąd:" in page.text
    assert '<a href="#egz-polish">Wpisz wynik w procentach, od 0 do 100.</a>' in page.text
    assert '<a href="#oc-biologia">Wpisz ocenę od 2 do 6' in page.text
    for kept in ('value="101"', 'value="7"', 'value="90,5"'):
        assert kept in page.text
    assert "Twoje punkty" not in page.text
    assert "90,5" not in caplog.text
    again = await visitor.get(LICEA)
    assert "90,5" not in again.text


async def test_a_parent_counts_the_criteria_of_a_preschool(visitor):
    page = await visitor.get(PRESCHOOLS)
    assert "Egzamin" not in page.text
    page = await worked_out(
        visitor, PRESCHOOLS, **{"kryt": ["WR_RODZ", "WR_PRACA"], "kwota-WR_DOCHOD": "3 000"}
    )
    for told in ("Punkty z ustawy", "Punkty miejskie", "gdy w poprzednim jest remis"):
        assert told in page.text
    page = await worked_out(visitor, PRESCHOOLS, **{"kwota-WR_DOCHOD": "dużo"})
    assert page.status_code == 422
    assert "Wpisz kwotę w złotych" in page.text


async def test_a_class_that_is_not_offered_is_like_none(visitor):
    for unit in ("nic", "00000000-0000-0000-0000-000000000000"):
        page = await visitor.get(f"{LICEA}?oddzial={unit}")
        assert page.status_code == 200
        assert "Przedmioty, które liczą oddziały" in page.text
