"""The office imports an offer with errors, then a good one; every screen looked at."""

import pytest

from tests.browser.test_one_childs_life import DESK, PHONE, Town

WRONG = """kod placówki;numer konta;kod oddziału;rodzaj oddziału;liczba miejsc;uwagi
p001;PL61109010140000071219812875;a;leśny;0;
p002;;a;ogólnodostępny;25
"""
GOOD = """kod placówki;telefon;kod oddziału;nazwa oddziału;rodzaj oddziału;liczba miejsc
p001;717890123;a;Krasnale;integracyjny;20
p002;717890124;;;ogólnodostępny;31
"""
COUNTS = "kod placówki;kod oddziału;liczba dzieci\np003;;2\n"
REGISTER = """Numer RSPO;Typ;Nazwa;Ulica;Numer budynku;Kod pocztowy;Miejscowość
900003;Przedszkole;Przedszkole Pod Dębem;ul. Dębowa;5;50-009;Wrocław
77001;Przedszkole;Przedszkole Całkiem Nowe;ul. Nowa;7;50-009;Wrocław
"""


@pytest.fixture(params=[("lesna", PHONE), ("polna", DESK)], ids=["phone", "desk"])
def town(request, chromium, screens, served):
    slug, size = request.param
    return Town(chromium, screens, served, slug, size)


def send(office, town, kind, content, button):
    office.goto(f"{town.home}/organ/import")
    file = {"name": f"{kind}.csv", "mimeType": "text/csv", "buffer": content.encode("cp1250")}
    office.set_input_files(f"#plik-{kind}", file)
    office.get_by_role("button", name=button).click()


def test_files_of_the_office(town):
    with town.somebody() as office:
        town.staff(office, f"koordynator@{town.slug}.example")
        office.goto(f"{town.home}/organ/import")
        town.look(office, "office-import")
        send(office, town, "offer", "", "Sprawdź ofertę")
        office.get_by_role("heading", name="Popraw te miejsca").wait_for()
        town.look(office, "office-import-refused")
        send(office, town, "offer", WRONG, "Sprawdź ofertę")
        office.get_by_role("heading", name="2 wiersze do poprawy").wait_for()
        town.look(office, "office-import-wrong")
        send(office, town, "offer", GOOD, "Sprawdź ofertę")
        office.get_by_role("button", name="Zapisz wszystko").wait_for()
        town.look(office, "office-import-offer")
        office.get_by_label("Od razu przyjmij").check()
        office.get_by_role("button", name="Zapisz wszystko").click()
        office.get_by_role("heading", name="Popraw te miejsca").wait_for()
        office.fill("#powod", "Uchwała nr 3/2027")
        assert office.get_by_label("Od razu przyjmij").is_checked()
        office.get_by_role("button", name="Zapisz wszystko").click()
        office.get_by_role("heading", name="Plik jest zapisany").wait_for()
        town.look(office, "office-import-done")
        send(office, town, "continuing", COUNTS, "Sprawdź liczby")
        office.get_by_role("button", name="Zapisz liczby").wait_for()
        town.look(office, "office-import-continuing")
        send(office, town, "register", REGISTER, "Porównaj z rejestrem")
        office.get_by_role("button", name="Zapisz zaznaczone").wait_for()
        town.look(office, "office-import-register")
