"""A parent without an eID gets an account at the desk and signs in; every page of it looked at."""

import pyotp
import pytest

from tests.browser.test_one_childs_life import PHONE, Town
from tests.browser.test_staff import NEW_PASSWORD, the_mailed_link

LOGIN = "maria@poczta.example"


@pytest.fixture
def town(chromium, screens, served):
    return Town(chromium, screens, served, "lesna", PHONE)


def test_a_parent_without_an_eid_comes_in(town, settings):
    with town.somebody() as desk:
        town.staff(desk, "p001@lesna.example")
        desk.get_by_role("link", name="Konta rodziców").click()
        town.look(desk, "institution-parents")
        desk.get_by_role("link", name="Załóż konto").click()
        desk.get_by_role("button", name="Załóż konto i wyślij link").click()
        desk.get_by_role("heading", name="Popraw te miejsca").wait_for()
        town.look(desk, "institution-parent-new-wrong")
        desk.fill("#imie", "Maria")
        desk.fill("#nazwisko", "Nowicka")
        desk.fill("#urodzenie", "1990-05-14")
        desk.fill("#email", LOGIN)
        desk.select_option("#jezyk", "pl")
        desk.fill("#dokument", "dowód osobisty")
        desk.get_by_role("button", name="Załóż konto i wyślij link").click()
        desk.get_by_role("heading", name="Maria Nowicka").wait_for()
        town.look(desk, "institution-parent")
        desk.locator("summary", has_text="Zamknij konto").click()
        desk.get_by_role("button", name="Zamknij konto").click()
        desk.get_by_role("heading", name="Popraw te miejsca").wait_for()
        town.look(desk, "institution-parent-closing-unexplained")
    with town.somebody() as person:
        person.goto(the_mailed_link(settings, LOGIN))
        person.fill("#nowe_haslo", NEW_PASSWORD)
        person.fill("#powtorz", NEW_PASSWORD)
        person.get_by_role("button", name="Dalej").click()
        person.get_by_role("heading", name="Aplikacja z kodami").wait_for()
        town.look(person, "local-enrol")
        secret = person.inner_text("#sekret").replace(" ", "")
        person.fill("#kod", pyotp.TOTP(secret).now())
        person.get_by_role("button", name="Dalej").click()
        person.get_by_role("heading", name="Kody zapasowe").wait_for()
        person.get_by_role("link", name="Mam je zapisane").click()
        person.get_by_role("link", name="Moje konto").click()
        town.look(person, "local-sessions")
    with town.somebody() as person:
        person.goto(f"{town.home}/logowanie")
        town.look(person, "public-login")
        person.get_by_role("link", name="Mam konto założone w placówce").click()
        person.get_by_role("button", name="Zaloguj się").click()
        person.get_by_role("heading", name="Popraw te miejsca").wait_for()
        town.look(person, "local-login-wrong")
        person.fill("#login", LOGIN)
        person.fill("#haslo", NEW_PASSWORD)
        person.get_by_role("button", name="Zaloguj się").click()
        person.get_by_role("heading", name="Kod logowania").wait_for()
        town.look(person, "local-code")
