"""One child's life in a real browser, by everybody who has a part in it, on a phone and at a desk."""

import io
import re
import time
from contextlib import contextmanager

import pyotp
import pytest
from PIL import Image

from tests.browser.conftest import PASSWORD, TOTP, until

PHONE, DESK = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
CHILD = {
    "imie": "Ala",
    "nazwisko": "Nowicka",
    "pesel": "23231401235",
    "ulica": "ul. Lipowa 1/2",
    "kod": "50-100",
    "miejscowosc": "Leśna",
}
YES = ("WR_PRACA", "WR_DOCHOD", "WR_RODZ", "UST_NP_KAND")


def a_photo():
    made = io.BytesIO()
    Image.new("RGB", (600, 800), "#eeeeee").save(made, "JPEG")
    return {"name": "orzeczenie.jpg", "mimeType": "image/jpeg", "buffer": made.getvalue()}


class Town:
    """One municipality seen on one size of screen."""

    def __init__(self, chromium, screens, port, slug, size):
        self.chromium = chromium
        self.screens = screens
        self.port = port
        self.home = f"http://{slug}.localhost:{port}"
        self.slug = slug
        self.size = size

    @contextmanager
    def somebody(self):
        """A person with a browser of their own."""
        context = self.chromium.new_context(viewport=self.size, locale="pl-PL")
        context.add_init_script(path_of_watch())
        page = context.new_page()
        page.set_default_timeout(10_000)
        faults = []
        page.on("pageerror", lambda fault: faults.append(str(fault)))
        yield page
        context.close()
        assert faults == []

    def look(self, page, name):
        self.screens.look(page, name)

    def staff(self, page, login):
        page.goto(f"{self.home}/pracownik/logowanie")
        page.fill("#login", login)
        page.fill("#haslo", PASSWORD)
        page.get_by_role("button", name="Zaloguj się", exact=True).click()
        page.get_by_role("heading", name="Kod logowania").wait_for()
        self.look(page, "staff-code")
        page.fill("#kod", re.search(r"Kod to (\d{6})", page.inner_text("main"))[1])
        page.get_by_role("button", name="Zaloguj się").click()


def path_of_watch():
    from tests.browser.looking import WATCH

    return WATCH


@pytest.fixture(params=[("lesna", PHONE), ("polna", DESK)], ids=["phone", "desk"])
def town(request, chromium, screens, served):
    slug, size = request.param
    return Town(chromium, screens, served, slug, size)


def test_one_childs_life(town):
    with town.somebody() as page:
        login = everybody_sees_the_offer(town, page)
    with town.somebody() as parent, town.somebody() as operator, town.somebody() as office:
        case = a_parent_applies(town, parent)
        the_institution_returns_it(town, operator, login)
        the_parent_corrects_it(town, parent, case)
        the_institution_verifies_it(town, operator)
        the_city_allocates_and_publishes(town, office)
        the_parent_reads_why(town, parent, case)
        the_city_lets_families_confirm(town, office)
        the_parent_confirms(town, parent, case)
        the_institution_puts_down_a_paper(town, operator)
        the_city_opens_the_case(town, office, number_on(parent, case))
        the_parent_reads_who_looked(town, parent, case)
        the_city_reads_the_record(town, office)
        the_institution_prints_its_list(town, operator)
    with town.somebody() as page:
        the_vendor_sees_the_towns(town, page)


def everybody_sees_the_offer(town, page):
    """Returns the login of the first institution's operator."""
    page.goto(town.home)
    town.look(page, "public-start")
    page.get_by_role("link", name="Zobacz placówki").click()
    page.get_by_role("heading", name="Placówki").wait_for()
    town.look(page, "public-offer")
    page.fill("#szukaj", "nie ma takiej")
    page.get_by_text("Nic nie pasuje").wait_for()
    town.look(page, "public-offer-empty")
    page.get_by_role("link", name="Pokaż wszystkie").click()
    page.locator("#wyniki a", has_text="Zespół").first.click()
    page.get_by_text(".invalid").first.wait_for()
    town.look(page, "public-institution")
    code = re.search(r"(\w+)@\w+\.invalid", page.inner_text("main"))[1]
    for path, name in (
        ("/deklaracja-dostepnosci", "accessibility"),
        ("/prywatnosc", "privacy"),
        ("/nie-ma-takiej", "not-found"),
    ):
        page.goto(town.home + path)
        town.look(page, f"public-{name}")
    return f"{code}@{town.slug}.example"


def sign_in(town, page):
    page.get_by_role("button", name="Zaloguj się przez login.gov.pl").click()
    page.get_by_role("heading", name="Atrapa login.gov.pl").wait_for()
    town.look(page, "family-stand-in")
    page.get_by_role("button", name="Zaloguj się").click()


def a_parent_applies(town, page):
    """Returns the address of the case."""
    page.goto(town.home)
    page.get_by_role("link", name="Złóż wniosek").click()
    town.look(page, "family-login")
    sign_in(town, page)
    page.get_by_role("heading", name="Zanim zaczniesz").wait_for()
    town.look(page, "family-before")
    page.get_by_role("button", name="Zacznij wniosek").click()
    town.look(page, "family-tasks")
    case = re.match(r".*/wnioski/[0-9a-f-]{36}", page.url)[0]
    fill_child(town, page)
    fill_guardians(town, page)
    choose_places(town, page)
    answer_criteria(town, page)
    page.goto(case)
    town.look(page, "family-tasks-done")
    page.get_by_role("link", name="Sprawdź i złóż").click()
    town.look(page, "family-check")
    page.get_by_role("button", name="Podpisz i złóż").click()
    page.get_by_role("heading", name="Popraw te miejsca").wait_for()
    town.look(page, "family-check-errors")
    for name in ("prawda", "wspolna", "rodo"):
        page.check(f"#{name}")
    page.get_by_role("button", name="Podpisz i złóż").dblclick()
    page.get_by_role("heading", name="Wniosek został złożony").wait_for()
    page.get_by_role("link", name="Pobierz potwierdzenie").wait_for()
    town.look(page, "family-confirmation")
    beginning = "async (url) => (await (await fetch(url)).text()).slice(0, 5)"
    assert page.evaluate(beginning, f"{case}/potwierdzenie.pdf") == "%PDF-"
    page.get_by_role("link", name="Przejdź do sprawy").click()
    town.look(page, "family-case")
    page.goto(f"{case}/wycofanie")
    town.look(page, "family-withdrawal")
    page.goto(f"{town.home}/rodzina")
    town.look(page, "family-home")
    return case


def fill_child(town, page):
    page.get_by_role("link", name="Dziecko").click()
    page.fill("#imie", "Ala")
    page.fill("#pesel", "23231401236")
    page.get_by_role("button", name="Zapisz").click()
    page.get_by_role("heading", name="Popraw te miejsca").wait_for()
    town.look(page, "family-child-errors")
    assert page.input_value("#imie") == "Ala"
    for field, value in CHILD.items():
        page.fill(f"#{field}", value)
    town.look(page, "family-child")
    page.get_by_role("button", name="Zapisz").click()


def fill_guardians(town, page):
    page.get_by_role("link", name="Rodzice").click()
    assert page.input_value("#a_imie") == "Joanna"
    for field in ("ulica", "kod", "miejscowosc"):
        page.fill(f"#a_{field}", CHILD[field])
    page.fill("#a_email", "joanna@poczta.invalid")
    town.look(page, "family-guardians")
    page.get_by_role("button", name="Zapisz").click()


def choose_places(town, page):
    page.get_by_role("link", name="Wybrane placówki").click()
    town.look(page, "family-wishes")
    page.get_by_role("button", name="Dodaj do listy").first.click()
    for count in (1, 2):
        page.get_by_role("heading", name=f"Twoja lista: {count} z 3").wait_for()
        # From the other end: a further group of the first institution would not be counted.
        page.get_by_role("button", name="Dodaj do listy").last.click()
    page.get_by_role("heading", name="Twoja lista: 3 z 3").wait_for()
    page.get_by_role("button", name="Dodaj do listy").last.click()
    page.get_by_text("Lista jest pełna").wait_for()
    town.look(page, "family-wishes-full")
    page.get_by_role("link", name="Dalej: kryteria").click()


def answer_criteria(town, page):
    town.look(page, "family-criteria")
    page.locator("ol.tasks a").first.click()
    while found := re.search(r"/kryteria/(\w+)$", page.url):
        code = found[1]
        yes = code in YES
        page.get_by_label("Tak, to" if yes else "Nie", exact=not yes).check()
        if page.locator("#kwota").count():
            page.fill("#kwota", "1 450,00")
        if page.locator("#placowka-1").count():
            page.check("#placowka-1")
        if code == "UST_NP_KAND":
            exe = {"name": "orzeczenie.pdf", "mimeType": "application/pdf", "buffer": b"MZ\x90"}
            page.set_input_files("#plik", exe)
            page.get_by_role("button", name="Zapisz i przejdź").click()
            page.get_by_role("heading", name="Popraw te miejsca").wait_for()
            town.look(page, "family-criterion-errors")
            page.get_by_label("Tak, to").check()
            page.set_input_files("#plik", a_photo())
        elif yes:
            town.look(page, f"family-criterion-{code.lower()}")
        with page.expect_navigation():
            page.get_by_role("button", name="Zapisz i przejdź").click()
    town.look(page, "family-criteria-done")


def the_institution_returns_it(town, page, login):
    page.goto(f"{town.home}/pracownik/logowanie")
    page.fill("#login", login)
    page.fill("#haslo", "zgaduję")
    page.get_by_role("button", name="Zaloguj się", exact=True).click()
    page.get_by_text("Login lub hasło się nie zgadza").first.wait_for()
    town.look(page, "desk-login-error")
    town.staff(page, login)
    town.look(page, "desk-queue")
    page.get_by_role("link", name="Nowicka Ala").click()
    town.look(page, "desk-case")
    page.locator("summary", has_text="Inny powód otwarcia").click()
    page.get_by_role("button", name="Odkryj dane").click()
    page.locator(".field-error").wait_for()
    town.look(page, "desk-case-opening-reason-missing")
    page.get_by_role("button", name="Weryfikuję te kryteria").click()
    page.get_by_text("Dane wrażliwe odkryte do").wait_for()
    town.look(page, "desk-case-opened")
    page.locator("summary", has_text="Zwróć do poprawy").click()
    page.fill("#powod-zwrot", "Za mało")
    page.get_by_role("button", name="Zwróć do poprawy").click()
    page.locator("#powod-zwrot-error").wait_for()
    assert page.input_value("#powod-zwrot") == "Za mało"
    town.look(page, "desk-case-reason-missing")
    page.fill("#powod-zwrot", "Proszę dodać drugą stronę orzeczenia.")
    page.get_by_role("button", name="Zwróć do poprawy").click()
    page.get_by_text("U rodzica do poprawy").first.wait_for()
    town.look(page, "desk-case-returned")


def the_parent_corrects_it(town, page, case):
    page.goto(case)
    page.get_by_text("Proszę dodać drugą stronę").wait_for()
    town.look(page, "family-returned")
    page.get_by_role("link", name="Sprawdź i złóż").click()
    for name in ("prawda", "wspolna", "rodo"):
        page.check(f"#{name}")
    page.get_by_role("button", name="Podpisz i złóż").click()
    page.get_by_role("heading", name="Wniosek został złożony").wait_for()


def the_institution_verifies_it(town, page):
    page.reload()
    page.get_by_role("button", name=re.compile("^Uznaj")).first.click()
    page.get_by_role("button", name="Cofnij decyzję").wait_for()
    page.locator("summary", has_text="Nie uznaj").first.click()
    page.get_by_role("button", name="Nie uznaj kryterium").first.click()
    page.locator(".field-error").wait_for()
    town.look(page, "desk-case-claim-reason-missing")
    while (accept := page.get_by_role("button", name=re.compile("^Uznaj"))).count():
        decided = page.get_by_role("button", name="Cofnij decyzję").count()
        accept.first.click()
        page.get_by_role("button", name="Cofnij decyzję").nth(decided).wait_for()
    town.look(page, "desk-case-decided")
    with page.expect_navigation():
        page.get_by_role("button", name="Zatwierdź").click()
    page.goto(f"{town.home}/placowka?stan=verified&szukaj=Nowicka")
    page.get_by_role("link", name="Nowicka Ala").wait_for()


def the_city_allocates_and_publishes(town, page):
    town.staff(page, f"koordynator@{town.slug}.example")
    town.look(page, "office-overview")
    page.get_by_text("Zakończ ten etap teraz").first.click()
    page.fill("#powod-submission", "Już")
    page.get_by_role("button", name="Zakończ etap").first.click()
    page.locator("#powod-submission-error").wait_for()
    assert page.input_value("#powod-submission") == "Już"
    town.look(page, "office-overview-reason-missing")
    page.get_by_role("link", name="Wyniki").click()
    town.look(page, "office-results-empty")
    page.get_by_role("link", name="Przydział", exact=True).click()
    town.look(page, "office-allocation")
    allocate(town, page)
    page.get_by_text("Zanim opublikujesz wyniki").wait_for()
    town.look(page, "office-run-blocked")
    page.get_by_role("link", name="Postęp").click()
    page.get_by_text("Zakończ ten etap teraz").first.click()
    page.fill("#powod-submission", "Wszyscy złożyli wnioski")
    page.get_by_role("button", name="Zakończ etap").first.click()
    page.get_by_role("button", name="Pokaz: niech placówki skończą").click()
    page.get_by_role("link", name="Przydział", exact=True).click()
    allocate(town, page)
    page.get_by_role("link", name="Opublikuj wyniki").click()
    town.look(page, "office-publication")
    page.get_by_role("button", name="Opublikuj wyniki").click()
    page.get_by_text("zakwalifikowanych").first.wait_for()
    town.look(page, "office-results")


def allocate(town, page):
    """Run a trial and write down orders until no tie is open."""
    page.get_by_role("button", name="Uruchom przydział").click()
    while True:
        page.get_by_role("heading", name="Placówki").wait_for()
        tie = page.locator("section.card form").first
        if not tie.count():
            return
        town.look(page, "office-run-tie")
        for place, field in enumerate(tie.locator("input[inputmode=numeric]").all(), start=1):
            field.fill(str(place))
        tie.locator("textarea").fill("Protokół komisji nr 1/2027")
        with page.expect_navigation():
            tie.get_by_role("button", name="Zapisz kolejność").click()


def the_parent_reads_why(town, page, case):
    page.goto(case)
    page.get_by_role("heading", name="Dlaczego taki wynik").wait_for()
    town.look(page, "family-result")
    assert page.get_by_role("link", name="Zrezygnuj z miejsca").count() == 1
    page.get_by_role("link", name="Zrezygnuj z miejsca").click()
    town.look(page, "family-resignation")


def the_city_lets_families_confirm(town, page):
    for stage in ("verification", "results"):
        page.goto(f"{town.home}/organ")
        page.locator(f"details:has(#powod-{stage}) summary").click()
        page.fill(f"#powod-{stage}", "Wszystko jest gotowe wcześniej")
        page.locator(f"details:has(#powod-{stage})").get_by_role("button").click()
        page.locator(f"#powod-{stage}").wait_for(state="detached")
    page.get_by_role("link", name="Wyniki").click()
    page.get_by_text("bez potwierdzenia").first.wait_for()
    town.look(page, "office-results-confirming")


def the_parent_confirms(town, page, case):
    page.goto(case)
    town.look(page, "family-result-to-confirm")
    page.get_by_role("link", name="Potwierdź wolę przyjęcia").click()
    page.get_by_role("button", name="Potwierdzam").wait_for()
    town.look(page, "family-will")
    page.get_by_role("button", name="Potwierdzam").click()
    page.get_by_text("Wola przyjęcia jest potwierdzona").wait_for()
    town.look(page, "family-result-confirmed")


def the_institution_puts_down_a_paper(town, page):
    page.goto(f"{town.home}/placowka/miejsca")
    page.get_by_text("Niepotwierdzone").first.wait_for()
    town.look(page, "desk-places")
    page.locator("tr:has-text('Niepotwierdzone') a").first.click()
    page.get_by_role("button", name="Zapisz oświadczenie").click()
    page.get_by_text("Wybierz, co jest w oświadczeniu.").first.wait_for()
    town.look(page, "desk-will-unsaid")
    page.get_by_label("Rodzic potwierdza wolę przyjęcia").check()
    page.get_by_role("button", name="Zapisz oświadczenie").click()
    page.get_by_text("na papierze").first.wait_for(state="attached")


def number_on(page, case):
    """The number of the case, from its page."""
    page.goto(case)
    return re.search(r"[a-z]+-\d{4}/\d{5}", page.inner_text("main"))[0]


def the_city_opens_the_case(town, page, number):
    page.get_by_role("link", name="Sprawa", exact=True).click()
    town.look(page, "office-find-case")
    page.fill("#numer", number)
    page.get_by_role("button", name="Otwórz sprawę").click()
    page.get_by_text("Wybierz powód.").first.wait_for()
    assert page.input_value("#numer") == number
    town.look(page, "office-find-case-reason-missing")
    page.get_by_label("skarga lub wniosek o wyjaśnienie").check()
    page.get_by_role("button", name="Otwórz sprawę").click()
    page.get_by_text("Otwarte do czytania do").wait_for()
    town.look(page, "office-case")
    page.get_by_role("button", name="Odkryj dane").click()
    page.locator(".field-error").wait_for()
    town.look(page, "office-case-uncovering-unexplained")
    page.get_by_label("skarga lub wniosek o wyjaśnienie").check()
    page.get_by_role("button", name="Odkryj dane").click()
    page.get_by_text("Dane wrażliwe odkryte do").wait_for()
    town.look(page, "office-case-uncovered")


def the_parent_reads_who_looked(town, page, case):
    page.goto(case)
    page.get_by_role("link", name="Kto otwierał moje dane").click()
    page.get_by_text("Urząd miasta").first.wait_for()
    page.get_by_text("sprawdzenie kryterium").first.wait_for()
    town.look(page, "family-looks")


def the_city_reads_the_record(town, page):
    page.get_by_role("link", name="Rejestr zdarzeń").click()
    town.look(page, "office-record")
    page.select_option("#czyn", label="otwarcie sprawy w urzędzie")
    page.get_by_role("button", name="Filtruj").click()
    page.get_by_text("skarga lub wniosek").first.wait_for(state="attached")
    town.look(page, "office-record-filtered")


def the_institution_prints_its_list(town, page):
    page.goto(f"{town.home}/placowka/listy")
    town.look(page, "desk-lists")
    page.get_by_role("link", name="Otwórz i wydrukuj").click()
    town.look(page, "desk-list")
    assert not re.search(r"\d{11}", page.inner_text("main"))


def the_vendor_sees_the_towns(town, page):
    console = f"http://konsola.localhost:{town.port}/"
    page.goto(console)
    town.look(page, "console-login")
    page.fill("#login", "serwis")
    page.fill("#haslo", PASSWORD)
    page.fill("#kod", "000000")
    page.get_by_role("button", name="Zaloguj się hasłem i kodem").click()
    town.look(page, "console-login-error")
    code = pyotp.TOTP(TOTP)

    def entered():
        page.fill("#haslo", PASSWORD)
        page.fill("#kod", code.now())
        page.get_by_role("button", name="Zaloguj się hasłem i kodem").click()
        return page.get_by_role("heading", name="Gminy").count() == 1 or time.sleep(2)

    # A code is taken once, so the second visit waits for the next one.
    until(entered, seconds=40)
    town.look(page, "console-towns")
    page.goto(f"http://poczta.localhost:{town.port}/poczta")
    town.look(page, "console-mail")
    assert "Nowick" not in page.inner_text("main")
    page.locator("main a").first.click()
    town.look(page, "console-mail-one")
