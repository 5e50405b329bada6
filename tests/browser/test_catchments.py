"""The office's pages of catchments and a parent's question, each looked at."""

import pytest

from tests.browser.test_one_childs_life import DESK, PHONE, Town

HOME = "/organ/obwody"
WRONG = "szkola;ulica;strona;od;do\np001;Polna;lewa;1;9\nnikt;Leśna;;;\np001;Ruska;;9;1\n"
GOOD = (
    "szkola;ulica;strona;od;do\np001;Ruska;;1;9\np002;ul. Ruska;;7;20\np001;Polna;nieparzyste;;\n"
)


@pytest.fixture(params=[("lesna", PHONE), ("polna", DESK)], ids=["phone", "desk"])
def town(request, chromium, screens, served):
    slug, size = request.param
    return Town(chromium, screens, served, slug, size)


def try_file(town, office, content):
    office.goto(f"{town.home}{HOME}/plik")
    office.select_option("#rok", index=3)
    office.set_input_files(
        "#plik", {"name": "obwody.csv", "mimeType": "text/csv", "buffer": content.encode()}
    )
    office.get_by_role("button", name="Sprawdź plik").click()
    office.get_by_role("heading", name="Sprawdzony plik").wait_for()


def test_the_office_keeps_catchments_and_a_parent_asks(town):
    with town.somebody() as parent:
        parent.goto(f"{town.home}/obwod")
        town.look(parent, "public-catchment")
        parent.get_by_role("button", name="Pokaż szkołę").click()
        parent.get_by_role("heading", name="Popraw te miejsca").wait_for()
        town.look(parent, "public-catchment-empty")
        parent.fill("#ulica", "ul. Ruska")
        parent.fill("#numer", "7/3")
        parent.get_by_role("button", name="Pokaż szkołę").click()
        parent.get_by_role("heading", name="Szkoła z Twojego obwodu").wait_for()
        assert "Ruska" not in parent.url
        parent.locator("summary").first.click()
        town.look(parent, "public-catchment-found")
        parent.fill("#ulica", "Rusko")
        parent.get_by_role("button", name="Pokaż szkołę").click()
        parent.get_by_role("heading", name="Nie wiemy, która to szkoła").wait_for()
        parent.fill("#ulica", "Ruskaa")
        parent.get_by_role("button", name="Pokaż szkołę").click()
        parent.get_by_role("button", name="ul. Ruska").wait_for()
        town.look(parent, "public-catchment-unknown")
        parent.get_by_role("button", name="Przekaż adres do urzędu").click()
        parent.get_by_text("Przekazaliśmy ten adres do urzędu.").wait_for()
        town.look(parent, "public-catchment-left")
    with town.somebody() as office:
        town.staff(office, f"koordynator@{town.slug}.example")
        office.goto(town.home + HOME)
        office.get_by_role("heading", name="Obwody szkół").wait_for()
        town.look(office, "office-catchments")
        office.get_by_role("searchbox").press_sequentially("ruska")
        office.get_by_role("row").nth(1).wait_for()
        office.get_by_role("link", name="Ruska").first.click()
        office.get_by_role("heading", name="Wiersz obwodu", exact=True).wait_for()
        town.look(office, "office-catchment-segment")
        office.get_by_role("button", name="Zapisz wiersz").click()
        office.get_by_role("heading", name="Popraw te miejsca").wait_for()
        town.look(office, "office-catchment-segment-wrong")
        office.goto(f"{town.home}{HOME}/kontrola")
        town.look(office, "office-catchment-lint")
        office.goto(f"{town.home}{HOME}/adres")
        office.fill("#ulica", "Nieznana")
        office.fill("#numer", "1")
        office.keyboard.press("Enter")
        office.get_by_role("button", name="Wyjaśnij ten adres").wait_for()
        town.look(office, "office-catchment-check")
        office.get_by_role("button", name="Wyjaśnij ten adres").click()
        office.get_by_role("button", name="Rozstrzygnij").wait_for()
        town.look(office, "office-catchment-doubt")
        office.select_option("#szkola", index=1)
        office.fill("#powod", "Działka przy granicy obwodu.")
        office.get_by_role("button", name="Rozstrzygnij").click()
        office.get_by_role("heading", name="Wyjaśnione").wait_for()
        town.look(office, "office-catchment-doubts")
        office.goto(f"{town.home}{HOME}/plik")
        town.look(office, "office-catchment-file")
        try_file(town, office, WRONG)
        town.look(office, "office-catchment-report-wrong")
        try_file(town, office, GOOD)
        town.look(office, "office-catchment-report")
        office.get_by_role("button", name="Wczytaj obwody").click()
        office.get_by_role("heading", name="Obwody szkół").wait_for()
        assert office.get_by_role("row").count() == 4
        office.goto(f"{town.home}{HOME}/kontrola?rok=2030/2031")
        town.look(office, "office-catchment-lint-findings")
