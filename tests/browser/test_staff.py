"""A coordinator invites somebody, who sets everything up; every page of it looked at."""

import re

import pyotp
import pytest

from tests.browser.conftest import until
from tests.browser.test_one_childs_life import DESK, PHONE, Town

NEW_PASSWORD = "siedem szarych wron na plocie"


@pytest.fixture
def town(chromium, screens, served):
    return Town(chromium, screens, served, "lesna", PHONE)


def the_mailed_link(settings, to):
    """The address in the newest invitation of `to`."""
    found = []

    def came():
        for file in sorted((settings.home / "mail").glob("*.eml"), reverse=True):
            text = file.read_text().replace("=\n", "").replace("=3D", "=")
            if f"To: {to}" in text:
                found.extend(re.findall(r"http://\S+/zaproszenie\?bilet=[\w-]+", text))
        return found

    until(came)
    return found[0]


def test_an_invited_person_comes_in(town, settings):
    with town.somebody() as office:
        town.staff(office, "zastepca@lesna.example")
        office.goto(f"{town.home}/organ/harmonogram")
        town.look(office, "office-timetable")
        office.get_by_role("link", name="Zmień termin").last.click()
        town.look(office, "office-timetable-stage")
        office.fill("#do_dnia", "2030-03-31")
        office.get_by_role("button", name="Pokaż, co się zmieni").click()
        office.get_by_role("heading", name="Co się zmieni").wait_for()
        town.look(office, "office-timetable-preview")
        office.goto(f"{town.home}/pracownicy")
        town.look(office, "office-staff")
        office.get_by_role("link", name="Zaproś z pliku CSV").click()
        town.look(office, "office-staff-list")
        office.set_input_files(
            "#plik",
            {
                "name": "lista.csv",
                "mimeType": "text/csv",
                "buffer": b"imie;nazwisko;email;rola;placowka\nJan;Lis;zly;operator;\n",
            },
        )
        office.get_by_role("button", name="Sprawdź plik").click()
        office.get_by_role("heading", name="Sprawdzony plik").wait_for()
        town.look(office, "office-staff-report")
        office.goto(f"{town.home}/pracownicy/zaproszenie")
        office.get_by_role("button", name="Wyślij zaproszenie").click()
        office.get_by_role("heading", name="Popraw te miejsca").wait_for()
        town.look(office, "office-staff-invite-wrong")
        office.fill("#imie", "Jan")
        office.fill("#nazwisko", "Lis")
        office.fill("#email", "jan.lis@lesna.example")
        office.select_option("#placowka", index=1)
        office.get_by_role("button", name="Wyślij zaproszenie").click()
        office.get_by_role("heading", name="Jan Lis").wait_for()
        town.look(office, "office-staff-one")
        office.get_by_role("link", name="Pracownicy").first.click()
        office.fill("#szukaj", "jan lis")
        office.get_by_text("1 konto").wait_for()
        assert "jan" not in office.url
        office.get_by_role("link", name="Jan Lis").click()
        office.get_by_role("heading", name="Jan Lis").wait_for()
    with town.somebody() as person:
        person.goto(the_mailed_link(settings, "jan.lis@lesna.example"))
        town.look(person, "staff-invitation")
        person.fill("#nowe_haslo", NEW_PASSWORD)
        person.fill("#powtorz", NEW_PASSWORD)
        person.get_by_role("button", name="Dalej").click()
        person.get_by_role("heading", name="Aplikacja z kodami").wait_for()
        assert person.locator("main img").evaluate("one => one.naturalWidth") > 0
        town.look(person, "staff-enrol")
        secret = person.inner_text("#sekret").replace(" ", "")
        person.fill("#kod", pyotp.TOTP(secret).now())
        person.get_by_role("button", name="Dalej").click()
        person.get_by_role("heading", name="Kody zapasowe").wait_for()
        town.look(person, "staff-backup-codes")
        person.get_by_role("link", name="Mam je zapisane").click()
        person.get_by_role("link", name="Moje konto").click()
        town.look(person, "account-sessions")
        for link in ("Zmień hasło", "Nowe kody zapasowe", "Potwierdź kodem"):
            person.goto(f"{town.home}/konto/sesje")
            person.get_by_role("link", name=link).click()
            person.get_by_role("heading", level=1).wait_for()
            town.look(person, f"account-{person.url.rpartition('/')[2]}")
        assert re.search(r"Kod to \d{6}", person.inner_text("main"))


def test_a_person_is_warned_before_the_session_ends_and_may_stay(town):
    with town.somebody() as page:
        page.clock.install()
        page.goto(f"{town.home}/rodzina")
        page.get_by_role("button", name="Zaloguj się przez login.gov.pl").click()
        page.get_by_role("button", name="Zaloguj się", exact=True).click()
        page.get_by_role("heading", name="Moje wnioski").wait_for()
        warning = page.get_by_role("dialog", name="Za 3 minuty Cię wylogujemy")
        page.clock.fast_forward("26:30")
        assert warning.count() == 0
        page.clock.fast_forward("00:40")
        warning.wait_for()
        town.look(page, "family-session-warning")
        with page.expect_response(lambda one: one.url.endswith("/konto/zostan")) as told:
            warning.get_by_role("button", name="Zostań").click()
        assert told.value.json()["seconds"] > 1700
        page.clock.fast_forward("26:30")
        assert warning.count() == 0
        page.clock.fast_forward("03:40")
        page.get_by_text("Sesja wygasła.").wait_for()
        town.look(page, "family-session-over")


def test_one_of_several_roles_is_chosen_and_the_table_of_rights_is_read(town):
    with town.somebody() as person:
        town.staff(person, "p001@lesna.example")
        person.get_by_role("link", name="Działasz jako: Przewodniczący komisji").click()
        person.get_by_role("heading", name="Moje role").wait_for()
        town.look(person, "account-role")
        person.get_by_role("button", name="Działaj w tej roli").click()
        person.get_by_role("link", name="Działasz jako: Operator placówki").wait_for()
        town.look(person, "institution-several-roles")
    with town.somebody() as officer:
        town.staff(officer, "iod@lesna.example")
        officer.get_by_role("heading", name="Kto co może").wait_for()
        town.look(officer, "office-rights")
        with officer.expect_download() as sent:
            officer.get_by_role("link", name="Pobierz CSV").click()
        assert sent.value.suggested_filename.startswith("uprawnienia-lesna-")
    with town.somebody() as director:
        town.staff(director, "dyrektor@lesna.example")
        director.get_by_role("link", name="Pracownicy").click()
        director.select_option("#rola", "chair")
        director.get_by_text("1 konto").wait_for()
        town.look(director, "director-staff")
        director.get_by_role("link", name="Operator p001").click()
        director.get_by_text("Nadaj kolejną rolę").click()
        town.look(director, "director-staff-one")


@pytest.mark.parametrize(("slug", "size"), [("lesna", PHONE), ("polna", DESK)])
def test_offers_are_written_and_looked_at(chromium, screens, served, slug, size):
    town = Town(chromium, screens, served, slug, size)
    with town.somebody() as director:
        town.staff(director, f"dyrektor@{slug}.example")
        director.goto(f"{town.home}/placowka/oferta")
        town.look(director, "institution-offers")
        director.get_by_role("link", name="Przedszkol", exact=False).first.click()
        director.get_by_role("heading", name="Oferta:").wait_for()
        town.look(director, "institution-offer")
        director.locator("table.queue a").first.click()
        director.fill("#miejsca", "31")
        director.get_by_text("Wolne miejsca tutaj: 31.").wait_for()
        town.look(director, "institution-offer-unit")
        director.fill("#powod", "Większa sala w budynku B.")
        director.get_by_role("button", name="Wyślij prośbę do urzędu").click()
        director.get_by_text("Czeka na odpowiedź").wait_for()
        town.look(director, "institution-offer-asked")
    with town.somebody() as office:
        town.staff(office, f"koordynator@{slug}.example")
        office.goto(f"{town.home}/organ/oferty")
        town.look(office, "office-offers")
        office.locator(".notice a").first.click()
        office.get_by_role("heading", name="Zmiana oferty").wait_for()
        town.look(office, "office-offer-change")
        office.get_by_role("button", name="Odmów").click()
        office.get_by_role("heading", name="Popraw te miejsca").wait_for()
        office.get_by_role("link", name="Przedszkol", exact=False).first.click()
        office.get_by_role("heading", level=1).wait_for()
        town.look(office, "office-offer")
