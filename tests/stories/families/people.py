"""Who the stories of families are about, and how they come in."""

from datetime import date

from ksr_saas.identity.eid.stand_in import Persona
from ksr_saas.people import pesel
from tests.stories.browser import Browser, sign_in_parent, sign_in_staff

TOWNS = ("brda", "drwa")
NO_ACCOUNTS = "wda"  # a town whose institutions open no accounts for parents
PASSWORD = "a password of the tests"
STATEMENTS = {"prawda": "tak", "wspolna": "tak", "rodo": "tak"}
ALA = {
    "imie": "Ala",
    "nazwisko": "Nowicka",
    "pesel": "23231401235",
    "ulica": "ul. Lipowa 1",
    "kod": "50-100",
    "miejscowosc": "Brda",
}


def persona(given, family, serial):
    born = date(1990, 5, 14)
    return Persona(
        label=given,
        given_name=given,
        family_name=family,
        pesel=pesel.make(born, serial),
        birth_date=born,
    )


JOANNA = persona("Joanna", "Nowicka", 2001)
PIOTR = persona("Piotr", "Zawadzki", 2002)
OBCA = persona("Olga", "Obca", 2003)


async def signed_in(app, who, town="brda"):
    browser = Browser(app, f"{town}.localhost:8000")
    entered = await sign_in_parent(browser, who.pesel)
    await browser.get(entered.headers["location"])
    return browser


DESKS = {}  # cookies of operators who are signed in, because codes of an authenticator run out


async def at_the_desk(app, code, town="brda"):
    """The operator of the institution with this code, signed in."""
    browser = Browser(app, f"{town}.localhost:8000")
    browser.cookies = {browser.host: dict(DESKS.get((town, code), {}))}
    if (await browser.ask("GET", "/placowka")).status_code != 200:
        await sign_in_staff(browser, f"{code}@{town}.example", PASSWORD)
        DESKS[town, code] = browser.cookies[browser.host]
    return browser
