"""The same pages in the dark, in forced colours, in three languages, without script; and their weight."""

import re

import pytest

from tests.browser.looking import WATCH
from tests.browser.serving import TOWNS

HEAVIEST = 110 * 1024  # bytes of a first visit, as they travel
MOST_REQUESTS = 12
DRESSES = {
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
    "large": {},
}


@pytest.fixture
def home(served):
    return f"http://{TOWNS[0]}.localhost:{served}"


@pytest.mark.parametrize("dress", DRESSES)
@pytest.mark.parametrize("lang", ["pl", "uk", "en"])
def test_public_pages_hold_in_every_dress(chromium, screens, home, dress, lang):
    context = chromium.new_context(viewport={"width": 320, "height": 640}, **DRESSES[dress])
    context.add_init_script(WATCH)
    page = context.new_page()
    page.goto(f"{home}/?jezyk={lang}")
    for path in (
        "/",
        "/oferta/przedszkola-2027?szukaj=nr+1",
        "/terminy/przedszkola-2027",
        "/logowanie",
        "/pracownik/logowanie",
    ):
        page.goto(home + path)
        if dress == "large":
            page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.lang") == lang
        screens.look(page, f"{dress}-{lang}{re.sub(r'[^a-z]+', '-', path.partition('?')[0])}")
    context.close()


def test_a_first_visit_is_light(chromium, home):
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    network = context.new_cdp_session(page)
    network.send("Network.enable")
    loaded = []
    network.on("Network.loadingFinished", lambda one: loaded.append(one["encodedDataLength"]))
    page.goto(home, wait_until="networkidle")
    context.close()
    assert len(loaded) <= MOST_REQUESTS
    assert 0 < sum(loaded) <= HEAVIEST


def test_a_parent_can_begin_without_script(chromium, home):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(home)
    page.get_by_role("link", name="Złóż wniosek").click()
    page.get_by_role("button", name="Zaloguj się przez login.gov.pl").click()
    page.get_by_role("button", name="Przejdź dalej").click()
    page.get_by_role("button", name="Zaloguj się").click()
    page.get_by_role("button", name="Przejdź dalej").click()
    page.get_by_role("button", name="Zacznij wniosek").click()
    page.get_by_role("link", name="Wybrane placówki").click()
    page.get_by_role("button", name="Dodaj do listy").first.click()
    assert page.get_by_role("heading", name="Twoja lista: 1 z 3").count() == 1
    context.close()


def test_a_form_sent_after_the_session_ended_is_not_lost(chromium, home):
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{home}/rodzina")
    page.get_by_role("button", name="Zaloguj się przez login.gov.pl").click()
    page.get_by_role("button", name="Zaloguj się", exact=True).click()
    page.get_by_role("heading", name="Moje wnioski").wait_for()
    page.goto(f"{home}/rodzina/start/przedszkola-2027")
    page.get_by_role("button", name="Zacznij wniosek").click()
    page.get_by_role("link", name="Dziecko").click()
    page.fill("#imie", "Łucja")
    context.clear_cookies(name="ksr")
    page.get_by_role("button", name="Zapisz").click()
    page.get_by_role("heading", name="Zaloguj się").wait_for()
    with context.expect_page() as opened:
        page.get_by_role("link", name="Zaloguj się w nowej karcie").click()
    door = opened.value
    door.get_by_role("button", name="Zaloguj się przez login.gov.pl").click()
    door.get_by_role("button", name="Zaloguj się", exact=True).click()
    door.get_by_role("heading", name="Moje wnioski").wait_for()
    page.get_by_role("button", name="Wyślij formularz jeszcze raz").click()
    page.get_by_role("heading", name="Popraw te miejsca").wait_for()
    assert page.input_value("#imie") == "Łucja"
    context.close()
