"""A whole application in Ukrainian on a phone, with photos of a document, and a change of it."""

import re

import pytest
from PIL import Image
from pillow_heif import register_heif_opener

from tests.browser.serving import THIRD_PARENT
from tests.browser.test_families import fill, sign_in
from tests.browser.test_one_childs_life import PHONE, Town

STATEMENTS = ("prawda", "wspolna", "rodo")


@pytest.fixture
def town(chromium, screens, served):
    return Town(chromium, screens, served, "polna", PHONE)


@pytest.fixture
def photos(tmp_path):
    """Two photos as an iPhone keeps them."""
    register_heif_opener()
    made = [tmp_path / f"IMG_{n}.HEIC" for n in (1, 2)]
    for file in made:
        Image.effect_noise((900, 1200), 60).convert("RGB").save(file, "HEIF")
    return [str(file) for file in made]


def hand_in(page, base):
    page.goto(f"{base}/zlozenie")
    for one in STATEMENTS:
        page.locator(f"#{one}").check()
    page.get_by_role("button", name="Підписати").click()
    page.get_by_role("heading", name="Заяву подано").wait_for()


def test_an_application_in_ukrainian_is_handed_in_and_changed(town, photos):
    with town.somebody() as page:
        sign_in(page, town, THIRD_PARENT)
        page.locator("a[hreflang=uk]").first.click()
        page.get_by_role("heading", name="Мої заяви").wait_for()
        page.get_by_role("link", name="Почати нову заяву").click()
        page.get_by_role("button", name="Почати заяву").click()
        page.get_by_role("link", name="Дитина").wait_for()
        base = page.url
        page.goto(f"{base}/dziecko")
        fill(page, {
            "imie": "Ігор", "nazwisko": "Marzec", "pesel": "22210145683",
            "ulica": "Polna 2", "kod": "50-100", "miejscowosc": "Polna",
        })  # fmt: skip
        page.locator("main form button[type=submit]").first.click()
        page.goto(f"{base}/rodzice")
        fill(page, {
            "a_imie": "Adam", "a_nazwisko": "Marzec", "a_email": "adam@poczta.invalid",
            "a_ulica": "Polna 2", "a_kod": "50-100", "a_miejscowosc": "Polna",
        })  # fmt: skip
        page.locator("main form button[type=submit]").last.click()
        page.goto(f"{base}/placowki")
        town.look(page, "family-wishes-uk")
        page.locator("button[value=dodaj]").first.click()
        page.locator("button[value=usun]").wait_for()
        page.goto(f"{base}/kryteria")
        codes = re.findall(r"/kryteria/([\w-]+)\"", page.content())
        for code in dict.fromkeys(codes):
            page.goto(f"{base}/kryteria/{code}")
            proved = code == "UST_NP_KAND"
            page.locator(f"input[name=odpowiedz][value={'tak' if proved else 'nie'}]").check()
            if proved:
                page.set_input_files("#plik", photos)
            page.locator("main form button[type=submit]").first.click()
            page.wait_for_load_state()
        page.goto(f"{base}/kryteria/UST_NP_KAND")
        page.get_by_role("link", name="IMG_1.pdf").wait_for()
        town.look(page, "family-criterion-photos-uk")
        hand_in(page, base)

        page.goto(base)
        page.get_by_role("button", name="Змінити заяву").click()
        page.get_by_role("heading", name="Подана заява й далі діє").wait_for()
        town.look(page, "family-change-uk")
        draft = page.url
        page.goto(f"{draft}/dziecko")
        page.fill("#ulica", "Polna 7")
        page.locator("main form button[type=submit]").first.click()
        page.goto(base)
        page.get_by_role("heading", name="У Вас є зміни, які не подано").wait_for()
        town.look(page, "family-case-with-a-change-uk")
        hand_in(page, draft)
        page.goto(f"{town.home}/rodzina/moje-dane")
        town.look(page, "family-copy-uk")
        page.goto(f"{town.home}/rodzina/start/przedszkola-2027")
        page.get_by_label("Брат або сестра дитини").wait_for()
        town.look(page, "family-before-uk")
