"""The office writes the rules of a recruitment and dresses its pages; last, for it leaves next year's behind."""

import json

import pytest

from tests.browser.test_one_childs_life import DESK, PHONE, Town


@pytest.fixture(params=[("lesna", PHONE), ("polna", DESK)], ids=["phone", "desk"])
def town(request, chromium, screens, served):
    slug, size = request.param
    return Town(chromium, screens, served, slug, size)


def test_the_rules_of_next_year_are_made_changed_and_looked_at(town):
    with town.somebody() as office:
        town.staff(office, f"koordynator@{town.slug}.example")
        office.goto(f"{town.home}/organ/nabory")
        town.look(office, "office-recruitments")
        office.locator("main table a").first.click()
        office.get_by_role("heading", level=1).wait_for()
        town.look(office, "office-recruitment")
        base = office.url
        for page in ("zmiany", "wersje", "gotowosc", "nastepna", "wczytaj"):
            office.goto(f"{base}/{page}")
            town.look(office, f"office-recruitment-{page}")
        broken = {"name": "zasady.json", "mimeType": "application/json", "buffer": b'{"format":'}
        office.set_input_files("#plik", broken)
        office.get_by_role("button", name="Pokaż, co się zmieni").click()
        office.get_by_text("Plik jest uszkodzony w wierszu 1").first.wait_for()
        town.look(office, "office-recruitment-broken-file")
        office.goto(f"{base}/proba")
        office.locator("input[name=kryt]").first.check()
        office.get_by_role("button", name="Policz punkty").click()
        office.get_by_role("heading", name="Zmień przykład").wait_for()
        town.look(office, "office-recruitment-trial")
        with office.expect_download() as sent:
            office.goto(base)
            office.get_by_role("link", name="Pobierz plik").click()
        kept = json.loads(sent.value.path().read_text())
        kept["rulebook"]["max_preferences"] = 2
        changed = {
            "name": "zasady.json",
            "mimeType": "application/json",
            "buffer": json.dumps(kept).encode(),
        }
        office.goto(f"{base}/wczytaj")
        office.set_input_files("#plik", changed)
        office.get_by_role("button", name="Pokaż, co się zmieni").click()
        office.get_by_role("button", name="Wczytaj do szkicu").wait_for()
        town.look(office, "office-recruitment-file-differs")
        office.goto(f"{base}/nastepna")
        office.get_by_role("button", name="Załóż rekrutację").click()
        office.locator("main a[href*='/reguly/kryteria/']").first.click()
        office.get_by_role("heading", level=1).wait_for()
        town.look(office, "office-recruitment-criterion")


def test_the_pages_are_dressed(town):
    with town.somebody() as office:
        town.staff(office, f"koordynator@{town.slug}.example")
        office.goto(f"{town.home}/organ/wyglad")
        town.look(office, "office-look")
        office.fill("#barwa", "#ffd0d0")
        office.get_by_text("Tych kolorów nie można zapisać.").wait_for()
        town.look(office, "office-look-too-faint")
        office.fill("#barwa", "#0b6b3a")
        office.get_by_text("Wszystkie pary wystarczą.").wait_for()
        office.get_by_role("button", name="Pokaż podgląd").click()
        office.get_by_role("heading", name="To jest podgląd").wait_for()
        town.look(office, "office-look-preview")
