"""The office dresses its pages: contrast, crest, preview, versions, two people at once."""

import html
import re
from uuid import uuid4

import asyncpg
import pytest

from ksr_saas.app import create_app
from tenants.demo.generate import city
from tests.factories.municipality import a_municipality, settle
from tests.factories.pictures import a_picture
from tests.stories.browser import PASSWORD, Browser, sign_in_staff

SLUG, SCHEMA, HOST = "szamotuly", "t_szamotuly", "szamotuly.localhost:8000"
LOOK = "/organ/wyglad"
GREEN = {"barwa": "#0b6b3a", "barwa_napisu": "#ffffff", "barwa_tla": "#e3f3ea"}
CONTACT = {"telefon": "61 111 22 33", "email": "szkoly@szamotuly.example", "urzad": "Urząd Miasta"}
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.fixture(scope="module")
async def town(settings):
    await a_municipality(settings, SLUG)
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    made = city(applications=6, places=20, institutions=2, seed=5)
    await settle(connection, settings, SCHEMA, made, password=PASSWORD)
    await connection.execute(f"SET search_path = {SCHEMA}")
    yield connection
    await connection.close()


@pytest.fixture
async def plain(town):
    """The town as its files dress it."""
    await town.execute("DELETE FROM look; DELETE FROM crest")
    return town


@pytest.fixture
async def app(settings, plain):
    made = create_app(settings)
    yield made
    await made.close()


@pytest.fixture
async def another_process(settings, plain):
    """A second web, which has looked the town up already."""
    made = create_app(settings)
    assert (await Browser(made, HOST).get("/")).status_code == 200
    yield made
    await made.close()


@pytest.fixture(scope="module")
async def signed_in(settings, town):
    """The cookies of somebody of the office; a code is taken once in half a minute."""
    made = create_app(settings)
    browser = Browser(made, HOST)
    await sign_in_staff(browser, "koordynator@wroclaw.example", PASSWORD)
    yield browser.cookies[HOST]
    await made.close()


@pytest.fixture
async def office(app, signed_in):
    browser = Browser(app, HOST)
    browser.cookies[HOST] = dict(signed_in)
    return browser


def forget(app):
    """Three seconds later: what the process knew of the town is no longer believed."""
    app._directory._kept.clear()


def said(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def field(page, name):
    return html.unescape(re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.text)[1])


async def saved(office, since, **changes):
    return await office.post(LOOK, co="zapisz", widziane=str(since), **GREEN | CONTACT | changes)


async def test_a_saved_look_is_worn_by_every_page_of_every_process(app, another_process, office):
    assert "Zapisano" in said(await saved(office, 0))
    for process in (app, another_process):
        forget(process)
        start = await Browser(process, HOST).get("/")
        address = re.search(r'href="(/marka\.css[^"]+)"', start.text)[1]
        assert address == "/marka.css?barwy=0b6b3a-ffffff-e3f3ea"
        css = await Browser(process, HOST).get(address)
        assert "--brand:#0b6b3a" in css.text
        assert "immutable" in css.headers["cache-control"]
        for one in CONTACT.values():
            assert one in said(start)


async def test_a_change_needs_no_restart_and_no_more_than_the_seconds_of_the_directory(
    another_process, office, monkeypatch
):
    monkeypatch.setattr("ksr_saas.tenancy.directory.KEPT", 0.0)
    await saved(office, 0)
    assert "0b6b3a-ffffff-e3f3ea" in (await Browser(another_process, HOST).get("/")).text


async def test_colours_that_cannot_be_read_are_not_saved_and_the_nearest_is_proposed(office, plain):
    refused = await saved(office, 0, barwa="#8fd19e")
    assert refused.status_code == 422
    assert await plain.fetchval("SELECT count(*) FROM look") == 0
    assert (field(refused, "barwa"), field(refused, "telefon")) == ("#8fd19e", "61 111 22 33")
    assert "za mało, potrzeba 4,5" in said(refused)
    proposed = re.search(r"Najbliższy kolor, który wystarczy: (#[0-9a-f]{6})", said(refused))[1]
    assert "Zapisano" in said(await saved(office, 0, barwa=proposed))
    assert await plain.fetchval("SELECT brand FROM look") == proposed


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("barwa", "zielony", "Wpisz kolor jak #a8132a"),
        ("barwa_tla", "", "Wpisz kolor jak #a8132a"),
        ("telefon", "zadzwoń", "Wpisz numer telefonu"),
        ("email", "szkoly", "Wpisz adres e-mail"),
    ],
)
async def test_a_wrong_field_is_told_of_and_nothing_typed_is_lost(office, name, typed, told):
    refused = await saved(office, 0, **{name: typed})
    assert refused.status_code == 422
    assert f'href="#{name}"' in refused.text
    assert told in said(refused)
    assert field(refused, name) == typed


async def test_the_samples_answer_while_somebody_types_and_by_a_button_without_script(office):
    form = {"co": "sprawdz"} | GREEN | {"barwa": "fc0"}
    typed = await office.ask(
        "POST",
        LOOK,
        data={"_csrf_token": office.cookies[HOST]["ksr-csrf"]} | form,
        headers={"HX-Request": "true"},
    )
    assert typed.status_code == 200
    assert "<html" not in typed.text
    assert 'fill="#ffcc00"' in typed.text
    assert "Tych kolorów nie można zapisać" in said(typed)
    page = await office.post(LOOK, **form)
    assert "<html" in page.text
    assert "Tych kolorów nie można zapisać" in said(page)


async def test_a_preview_wears_what_is_typed_and_saves_nothing(app, office, plain):
    shown = await office.post(
        LOOK,
        files={"herb": ("herb.png", a_picture(), "image/png")},
        co="podglad",
        widziane="0",
        **GREEN,
        **CONTACT,
    )
    assert "/marka.css?barwy=0b6b3a-ffffff-e3f3ea" in shown.text
    assert "Urząd Miasta" in said(shown)
    assert await plain.fetchval("SELECT count(*) FROM look") == 0
    forget(app)
    assert "0b6b3a" not in (await Browser(app, HOST).get("/")).text
    kept = {name: field(shown, name) for name in (*GREEN, *CONTACT, "herb_id", "widziane")}
    back = await office.post(LOOK, co="popraw", **kept)
    assert field(back, "herb_id") == kept["herb_id"]
    await office.post(LOOK, co="zapisz", **kept)
    forget(app)
    start = await Browser(app, HOST).get("/")
    address = re.search(r'src="(/herb/[^"]+)"', start.text)[1]
    crest = await Browser(app, HOST).get(address)
    assert crest.headers["content-type"] == "image/png"
    assert crest.content.startswith(b"\x89PNG")


@pytest.mark.parametrize("sent", [SVG, b"%PDF-1.7", b"", a_picture((20, 20))])
async def test_a_crest_that_is_no_picture_is_refused_beside_its_field(office, sent):
    refused = await office.post(
        LOOK,
        files={"herb": ("herb.png", sent, "image/png")},
        co="zapisz",
        widziane="0",
        **GREEN,
        **CONTACT,
    )
    assert refused.status_code == 422
    assert "Plik SVG zapisz najpierw jako PNG" in said(refused)
    assert field(refused, "urzad") == "Urząd Miasta"


@pytest.mark.parametrize("crest", ["7a5c7b0e-3f5d-4c6c-9a43-1f1f0e7f8a10", "nie-ma"])
async def test_no_file_but_a_crest_of_this_city_can_be_served(office, plain, crest):
    assert (await saved(office, 0, herb_id=crest)).status_code == 404
    assert (await office.get(f"/herb/{crest}")).status_code == 404
    assert await plain.fetchval("SELECT count(*) FROM look") == 0


async def test_an_older_version_is_shown_and_restored_with_who_and_when(office, plain):
    await saved(office, 0)
    second = await saved(office, 1, barwa="#0b4f8a", barwa_tla="#ffffff")
    assert "Pokaż wersję 1" in said(second)
    older = await office.get(f"{LOOK}?wersja=1")
    assert "Żeby do niej wrócić, zapisz ją" in said(older)
    assert (field(older, "barwa"), field(older, "widziane")) == ("#0b6b3a", "2")
    await saved(office, 2, barwa=field(older, "barwa"))
    rows = await plain.fetch("SELECT number, brand, saved_by FROM look ORDER BY number")
    assert [(row["number"], row["brand"]) for row in rows] == [
        (1, "#0b6b3a"),
        (2, "#0b4f8a"),
        (3, "#0b6b3a"),
    ]
    assert len({row["saved_by"] for row in rows}) == 1
    assert (await office.get(f"{LOOK}?wersja=9")).status_code == 404
    acts = "SELECT count(*) FROM audit_event WHERE act = 'notices.save-look'"
    assert await plain.fetchval(acts) >= 3


async def test_the_second_of_two_is_shown_the_others_and_loses_nothing(office, plain):
    await saved(office, 0)
    late = await saved(office, 0, barwa="#0b4f8a", telefon="61 999 88 77")
    assert late.status_code == 409
    assert "Ktoś zapisał wygląd w tym samym czasie" in said(late)
    assert "61 111 22 33" in said(late)
    assert (field(late, "barwa"), field(late, "telefon")) == ("#0b4f8a", "61 999 88 77")
    assert await plain.fetchval("SELECT count(*) FROM look") == 1
    again = await saved(office, field(late, "widziane"), barwa="#0b4f8a")
    assert "Zapisano" in said(again)


async def test_a_town_that_is_not_migrated_yet_looks_as_its_files_say(app, plain):
    await plain.execute("ALTER TABLE look RENAME TO look_to_come")
    try:
        start = await Browser(app, HOST).get("/")
        assert start.status_code == 200
        assert "/static/" in re.search(r'class="crest"[^>]*><img src="([^"]+)"', start.text)[1]
    finally:
        await plain.execute("ALTER TABLE look_to_come RENAME TO look")


async def test_an_address_of_colours_writes_nothing_but_colours(app):
    for asked in ("}body{color:red", "a8132a-ffffff", "<script>"):
        css = await Browser(app, HOST).get("/marka.css", params={"barwy": asked})
        assert asked not in css.text
        assert "immutable" not in css.headers["cache-control"]


SAY = "/organ/mowi/aktualnosci"
NEWS = {
    "tytul_pl": "Terminy",
    "tresc_pl": "Wnioski od marca.\n<b>Bez druku</b>",
    "od": "2020-03-01",
}


async def test_the_city_says_something_and_families_read_it(app, office):
    form = await office.get(f"{SAY}/nowe")
    at = re.search(rf'action="({SAY}/[0-9a-f-]{{36}})"', form.text)[1]
    wrong = await office.post(at, **NEWS | {"tytul_pl": "", "co": "zapisz"})
    assert wrong.status_code == 422
    assert "Wpisz tytuł po polsku." in wrong.text
    assert "Wnioski od marca." in wrong.text
    seen = await office.post(at, **NEWS, co="podglad")
    assert "Tak to zobaczą rodzice" in seen.text
    visitor = Browser(app, HOST)
    assert "Wnioski od marca." not in (await visitor.get("/aktualnosci")).text
    listed = await office.post(at, **NEWS, co="zapisz")
    assert "widoczne" in said(listed)
    shown = await visitor.get("/aktualnosci")
    assert "&lt;b&gt;Bez druku&lt;/b&gt;" in shown.text
    assert "Terminy" in said(await visitor.get("/"))
    twice = await office.post(at, **NEWS | {"tresc_pl": "Inaczej."}, co="zapisz")
    assert twice.status_code == 409
    assert "Ktoś zapisał to w tym samym czasie" in twice.text
    assert "Inaczej." in twice.text
    since = field(twice, "widziane")
    await office.post(at, **NEWS | {"tresc_pl": "Inaczej."}, widziane=since, co="zapisz")
    assert "Inaczej." in (await visitor.get("/aktualnosci")).text
    gone = await office.post(at, **NEWS, widziane="2", co="zdejmij")
    assert "zdjęte" in said(gone)
    assert "Inaczej." not in (await visitor.get("/aktualnosci")).text


async def test_questions_stand_in_the_order_of_the_office(app, office):
    for title, place in (("Drugie pytanie", "502"), ("Pierwsze pytanie", "501")):
        form = await office.get("/organ/mowi/pytania/nowe")
        at = re.search(r'action="(/organ/mowi/pytania/[0-9a-f-]{36})"', form.text)[1]
        await office.post(at, tytul_pl=title, tresc_pl="Tak.", kolejnosc=place, co="zapisz")
    read = said(await Browser(app, HOST).get("/pytania"))
    assert read.index("Pierwsze pytanie") < read.index("Drugie pytanie")
    assert (await office.get("/organ/mowi/pogoda")).status_code == 404
    assert (await office.get(f"{SAY}/{uuid4()}")).status_code == 404


@pytest.mark.parametrize(
    ("section", "shown_at"),
    [
        ("strona-glowna", "/"),
        ("dane-osobowe", "/prywatnosc"),
        ("dostepnosc", "/deklaracja-dostepnosci"),
    ],
)
async def test_the_office_adds_a_text_of_its_own_to_a_page(app, office, section, shown_at):
    form = await office.get(f"/organ/mowi/{section}/nowe")
    at = re.search(rf'action="(/organ/mowi/{section}/[0-9a-f-]{{36}})"', form.text)[1]
    words = {"tytul_pl": f"Tytuł {section}", "tresc_pl": "Pokój 12."}
    assert "widoczne" in said(await office.post(at, **words, co="zapisz"))
    read = said(await Browser(app, HOST).get(shown_at))
    assert f"Tytuł {section} Pokój 12." in read
    await office.post(at, **words, widziane="1", co="zdejmij")
    assert "Pokój 12." not in said(await Browser(app, HOST).get(shown_at))


PDF = b"%PDF-1.7\n1 0 obj regulamin %%EOF\n"


async def test_a_document_is_given_out_and_every_version_stays(app, office):
    form = await office.get("/organ/pliki/nowy")
    at = re.search(r'action="(/organ/pliki/[0-9a-f-]{36})"', form.text)[1]
    public = at.removeprefix("/organ")
    named = {"tytul_pl": "Regulamin rekrutacji", "co": "zapisz"}
    for wrong in (b"MZ\x90 program", b"%PDF-1.7 cut off", b""):
        refused = await office.post(at, **named, files={"plik": ("r.pdf", wrong)})
        assert refused.status_code == 422
        assert 'value="Regulamin rekrutacji"' in refused.text
    assert (await office.post(at, **named)).status_code == 422
    await office.post(at, **named, files={"plik": ("r.pdf", PDF)})
    visitor = Browser(app, HOST)
    assert "Regulamin rekrutacji" in (await visitor.get("/pliki")).text
    given = await visitor.get(public)
    assert given.content == PDF
    assert given.headers["content-disposition"].startswith("attachment")

    second = PDF.replace(b"regulamin", b"nowszy")
    silent = await office.post(at, **named, widziane="1", files={"plik": ("r.pdf", second)})
    assert "Napisz, co się zmieniło." in silent.text
    told = named | {"widziane": "1", "zmiana": "Nowy termin."}
    await office.post(at, **told, files={"plik": ("r.pdf", second)})
    late = await office.post(at, **told, files={"plik": ("r.pdf", PDF)})
    assert late.status_code == 409
    assert "Jest już wersja 2." in late.text
    assert (await visitor.get(public)).content == second
    assert (await visitor.get(f"{public}/1")).content == PDF
    assert (await visitor.get(f"{public}/3")).status_code == 404
    await office.post(at, widziane="2", co="zdejmij")
    for gone in (public, f"{public}/1"):
        assert (await visitor.get(gone)).status_code == 404
    assert "Regulamin rekrutacji" not in (await visitor.get("/pliki")).text
