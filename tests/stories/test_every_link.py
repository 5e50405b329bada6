"""Whatever a page offers to a role opens for that role."""

import html
import re

import asyncpg
import pytest

from ksr_saas.app import create_app
from tenants.demo.generate import city
from tests.factories.municipality import a_municipality, settle
from tests.stories.browser import Browser, sign_in_staff

PASSWORD = "a password of the tests"
SLUG, SCHEMA = "jurata", "t_jurata"
HOST = f"{SLUG}.localhost:8000"
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)[^"]*"(?![^>]*hreflang)')
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
OFTEN = 3  # pages of one kind that are opened


@pytest.fixture
async def app(settings):
    await a_municipality(settings, SLUG)
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    made_up = city(applications=60, places=40, institutions=2, seed=11)
    await settle(connection, settings, SCHEMA, made_up, slug=SLUG, password=PASSWORD)
    made = create_app(settings)
    yield made
    await made.close()
    await connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    await connection.execute("DELETE FROM control.municipality WHERE slug = $1", SLUG)
    await connection.close()


async def opened(browser, start):
    """Every kind of address reachable from `start`, with the answers and the page it stood on."""
    waiting, seen, kinds, found = [(start, "")], set(), {}, []
    while waiting:
        address, stood_on = waiting.pop(0)
        kind = ID.sub("*", address.partition("?")[0])
        if address in seen or kinds.get(kind, 0) >= OFTEN:
            continue
        seen.add(address)
        kinds[kind] = kinds.get(kind, 0) + 1
        page = await browser.get(address)
        found.append((kind, page.status_code, stood_on))
        if page.headers.get("content-type", "").startswith("text/html"):
            waiting += [(html.unescape(one), kind) for one in LINK.findall(page.text)]
    return found


@pytest.mark.parametrize(
    ("login", "home", "kinds"),
    [
        ("koordynator", "/organ", 15),
        ("administrator", "/pracownicy", 12),
        ("iod", "/organ/uprawnienia", 10),
        ("czytelnik", "/organ", 8),
        ("dyrektor", "/placowka", 12),
        ("komisja", "/placowka", 10),
        ("p001", "/placowka", 14),
    ],
)
async def test_every_link_shown_to_staff_opens_for_them(app, login, home, kinds):
    browser = Browser(app, HOST)
    await sign_in_staff(browser, f"{login}@{SLUG}.example", PASSWORD)
    found = await opened(browser, home)
    assert len({kind for kind, _, _ in found}) >= kinds
    assert [one for one in found if one[1] != 200] == []


async def test_who_may_not_is_led_back_to_their_own_page_or_another_role(app):
    browser = Browser(app, HOST)
    await sign_in_staff(browser, f"p001@{SLUG}.example", PASSWORD)
    refused = await browser.get("/organ")
    assert refused.status_code == 403
    assert 'href="/placowka">Wróć na swoją stronę startową<' in refused.text
    assert 'href="/konto/rola">Wybierz inną rolę<' in refused.text
