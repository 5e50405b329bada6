"""Two guardians on a phone, and paper typed at the desk by keyboard alone; every page looked at."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests.browser.conftest import until
from tests.browser.serving import OTHER_PARENT, THIRD_PARENT
from tests.browser.test_one_childs_life import DESK, PHONE, Town

FIRST_CODE = "p001"


@pytest.fixture
def town(chromium, screens, served):
    return Town(chromium, screens, served, "lesna", PHONE)


@pytest.fixture
def desk_town(chromium, screens, served):
    return Town(chromium, screens, served, "polna", DESK)


def sign_in(page, town, who, path="/rodzina"):
    """Through the stand-in, as this person."""
    page.goto(f"{town.home}{path}")
    page.get_by_role("button", name="Zaloguj się przez login.gov.pl").click()
    page.get_by_label(who.given_name).check()
    page.get_by_role("button", name="Zaloguj się", exact=True).click()


def fill(page, fields):
    for name, value in fields.items():
        page.fill(f"#{name}", value)


def test_a_second_guardian_joins_on_a_phone(town):
    with town.somebody() as first, town.somebody() as second:
        sign_in(first, town, OTHER_PARENT)
        first.get_by_role("link", name="Zacznij nowy wniosek").click()
        first.get_by_role("button", name="Zacznij wniosek").click()
        first.get_by_role("link", name="Dziecko").click()
        fill(first, {
            "imie": "Iga", "nazwisko": "Marzec", "pesel": "22210145676",
            "ulica": "Polna 2", "kod": "50-100", "miejscowosc": "Leśna",
        })  # fmt: skip
        first.get_by_role("button", name="Zapisz").click()
        first.get_by_role("link", name="Kto ma dostęp").click()
        first.get_by_role("heading", name="Zaproś drugiego rodzica").wait_for()
        town.look(first, "family-access")
        first.fill("#email", "zly adres")
        first.get_by_role("button", name="Zrób link").click()
        first.get_by_role("heading", name="Popraw te miejsca").wait_for()
        town.look(first, "family-access-errors")
        first.fill("#email", "")
        first.get_by_role("button", name="Zrób link").click()
        first.get_by_role("heading", name="Link jest gotowy").wait_for()
        town.look(first, "family-access-link")
        link = first.input_value("#adres")
        second.goto(link)
        second.get_by_role("heading", name="Zaproszenie do wspólnej sprawy").wait_for()
        town.look(second, "family-joining")
        second.get_by_role("button", name="Zaloguj się przez login.gov.pl").click()
        second.get_by_label(THIRD_PARENT.given_name).check()
        second.get_by_role("button", name="Zaloguj się", exact=True).click()
        second.get_by_role("heading", name="Czy dołączyć").wait_for()
        town.look(second, "family-join")
        second.get_by_role("button", name="Poproś o dostęp").click()
        second.get_by_role("heading", name="Prośba o dostęp jest wysłana").wait_for()
        town.look(second, "family-join-waits")
        first.goto(first.url.partition("/link")[0])
        first.get_by_role("heading", name="Ktoś czeka na Twoją zgodę").wait_for()
        town.look(first, "family-access-asked")
        first.get_by_role("button", name="Tak, wpuść tę osobę").click()
        first.get_by_text("To Ty").wait_for()
        second.get_by_role("link", name="Odśwież").click()
        second.get_by_role("heading", name="Wniosek: Iga Marzec").wait_for()
        second.get_by_role("link", name="Kto ma dostęp").click()
        second.get_by_text("To Ty").wait_for()
        town.look(second, "family-access-two")
        case = second.url.removesuffix("/dostep")
        first.goto(f"{case}/rodzice")
        town.look(first, "family-guardians-first")
        first.get_by_role("button", name="Zapisz i wróć").click()
        first.get_by_role("link", name="Kto ma dostęp").wait_for()
        second.goto(f"{case}/rodzice")
        second.get_by_text("widzi tylko ona i placówka").wait_for()
        town.look(second, "family-guardians-second")
        first.goto(link)
        first.get_by_role("heading", name="To jest Twój link").wait_for()
        town.look(first, "family-own-link")


def press_through(page, values):
    """Type by keyboard alone: tab from field to field, and into each what it asks for."""
    for _ in range(120):
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        if at == "Przyjmij wniosek":
            page.keyboard.press("Enter")
            return
        match values.get(at):
            case True:
                page.keyboard.press("Space")
            case str(typed):
                page.keyboard.type(typed)
    raise AssertionError("the button was not reached")


def test_paper_is_typed_by_keyboard_and_taken_over(desk_town, town, screens):
    child = {
        "imie": "Ewa", "nazwisko": "Papierowa", "pesel": "21270977887",
        "ulica": "Polna 2", "kod": "50-100", "miejscowosc": "Polna",
        "a_imie": "Maria", "a_nazwisko": "Papierowa",
    }  # fmt: skip
    with desk_town.somebody() as operator:
        desk_town.staff(operator, f"{FIRST_CODE}@polna.example")
        operator.get_by_role("link", name="Wpisz wniosek papierowy").click()
        operator.get_by_role("heading", name="Wniosek papierowy").wait_for()
        desk_town.look(operator, "desk-paper")
        press_through(operator, {key: child[key] for key in ("imie", "pesel")})
        operator.get_by_role("heading", name="Popraw te miejsca").wait_for()
        assert operator.input_value("#imie") == "Ewa"
        desk_town.look(operator, "desk-paper-errors")
        operator.goto(operator.url)
        press_through(operator, child | {"podpisany": True, "k_UST_WIELODZ": True})
        operator.get_by_role("heading", name="Kod dla rodzica").wait_for()
        desk_town.look(operator, "desk-code")
        with operator.expect_download() as letter:
            operator.get_by_role("button", name="Wydrukuj list z kodem").click()
        printed = PdfReader(BytesIO(letter.value.path().read_bytes())).pages[0].extract_text()
        code = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", printed)[0]
        operator.reload()
        desk_town.look(operator, "desk-code-printed")
        operator.get_by_role("link", name="Wróć do sprawy").click()
        operator.get_by_text("Na papierze").wait_for()
        desk_town.look(operator, "desk-case-paper")
        operator.get_by_role("link", name="Kto ma dostęp").click()
        desk_town.look(operator, "desk-access")
    phone = Town(town.chromium, screens, town.port, "polna", PHONE)
    with phone.somebody() as parent:
        sign_in(parent, phone, OTHER_PARENT)
        parent.get_by_role("link", name="Mam kod z listu").click()
        parent.fill("#kod", "ABCD")
        parent.get_by_role("button", name="Przejmij sprawę").click()
        parent.get_by_role("heading", name="Popraw te miejsca").wait_for()
        phone.look(parent, "family-code-wrong")
        parent.fill("#kod", code.lower())
        parent.get_by_role("button", name="Przejmij sprawę").click()
        parent.get_by_role("heading", name="Ewa Papierowa").wait_for()
        phone.look(parent, "family-case-taken-over")
        until(lambda: parent.get_by_text("Sprawa przejęta kodem z listu").count() == 1)
