"""Passkeys as Chromium makes and shows them, at the console and at a municipality."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from ksr_saas.console import accounts
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.tenancy.models import CONTROL
from tests.browser.authenticators import Keys
from tests.browser.conftest import PASSWORD
from tests.browser.test_one_childs_life import DESK, PHONE, Town


@pytest.fixture
def town(chromium, screens, served):
    return Town(chromium, screens, served, "lesna", PHONE)


def invited(settings, login):
    """The printed link's token."""

    async def made():
        engine = make_engine(settings.login_url("ksr_console"), pool_size=1)
        async with pinned_session(engine, "ksr_control", path=CONTROL) as session, session.begin():
            token = await accounts.invite(session, login, "Ola Serwis", now=Clock().now())
        await engine.dispose()
        return token

    # Playwright has a loop running in this thread.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, made()).result()


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_vendor_comes_in_with_a_key(chromium, screens, served, settings, size):
    town = Town(chromium, screens, served, "lesna", size)
    console = f"http://konsola.localhost:{served}"
    with town.somebody() as page:
        keys = Keys(page)
        link = invited(settings, f"ola{size['width']}@dostawca.example")
        page.goto(f"{console}/zaproszenie?bilet={link}")
        town.look(page, "console-invitation")
        page.fill("#nazwa", "Telefon")
        page.get_by_role("button", name="Zarejestruj klucz i wejdź").click()
        page.get_by_role("heading", name="Gminy").wait_for()
        assert [one["rpId"] for one in keys.kept] == ["konsola.localhost"]
        page.get_by_role("link", name="Moje konto").click()
        page.get_by_text("Ostatniego klucza nie można usunąć").wait_for()
        town.look(page, "console-account")
        page.get_by_role("button", name="Dodaj klucz").click()
        page.get_by_text("Klucz nie odpowiedział albo jest już dodany").wait_for()
        town.look(page, "console-account-again")
        page.get_by_role("button", name="Wyloguj", exact=True).click()
        page.get_by_role("button", name="Zaloguj się kluczem").wait_for()
        town.look(page, "console-door")
        keys.recognise(False)
        page.get_by_role("button", name="Zaloguj się kluczem").click()
        page.get_by_text("Klucz nie odpowiedział albo jest już dodany").wait_for()
        keys.recognise(True)
        page.get_by_role("button", name="Zaloguj się kluczem").click()
        page.get_by_role("heading", name="Gminy").wait_for()
        page.goto(f"{console}/konto/sesje")
        page.get_by_text("Ostatnio użyty").wait_for()


@pytest.mark.parametrize(("slug", "size"), [("lesna", PHONE), ("polna", DESK)])
def test_staff_add_a_key_and_come_in_with_it(chromium, screens, served, slug, size):
    town = Town(chromium, screens, served, slug, size)
    login = f"zastepca@{slug}.example"
    with town.somebody() as page:
        keys = Keys(page)
        town.staff(page, login)
        page.get_by_role("link", name="Moje konto").click()
        page.get_by_role("link", name="Moje klucze").click()
        page.fill("#nazwa", "Telefon")
        page.get_by_role("button", name="Dodaj klucz").click()
        page.get_by_text("Jeszcze nieużyty").wait_for()
        town.look(page, "account-keys")
        assert [one["rpId"] for one in keys.kept] == [f"{slug}.localhost"]

        page.get_by_role("button", name="Wyloguj", exact=True).click()
        page.goto(f"{town.home}/pracownik/logowanie")
        town.look(page, "staff-login")
        page.get_by_role("button", name="Zaloguj się kluczem").click()
        page.get_by_role("link", name="Moje konto").wait_for()

        page.get_by_role("button", name="Wyloguj", exact=True).click()
        page.goto(f"{town.home}/pracownik/logowanie")
        page.fill("#login", login)
        page.fill("#haslo", PASSWORD)
        page.get_by_role("button", name="Zaloguj się", exact=True).click()
        page.get_by_role("button", name="Użyj klucza").wait_for()
        town.look(page, "staff-code-or-key")
        page.get_by_role("button", name="Użyj klucza").click()
        page.get_by_role("link", name="Moje konto").wait_for()
        page.goto(f"{town.home}/konto/potwierdzenie?dokad=/konto/klucze")
        town.look(page, "account-confirm-by-key")
        page.get_by_role("button", name="Użyj klucza").click()
        page.get_by_text("Ostatnio użyty").wait_for()

        sister = "polna" if slug == "lesna" else "lesna"
        page.goto(f"http://{sister}.localhost:{served}/pracownik/logowanie")
        page.get_by_role("button", name="Zaloguj się kluczem").click()
        page.get_by_text("Klucz nie odpowiedział").wait_for()
        page.goto(f"{town.home}/konto/klucze")
        page.get_by_role("button", name="Usuń klucz").click()
        page.get_by_role("button", name="Usuń klucz").wait_for(state="detached")


def test_without_script_the_code_is_left(chromium, served, town):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{town.home}/pracownik/logowanie")
    assert page.get_by_role("button", name="Zaloguj się", exact=True).count() == 1
    assert page.get_by_role("button", name="Zaloguj się kluczem").count() == 0
    page.goto(f"http://konsola.localhost:{served}/logowanie")
    page.get_by_text("Ta przeglądarka nie obsługuje kluczy").wait_for()
    assert page.get_by_role("button", name="Zaloguj się kluczem").count() == 0
    context.close()
