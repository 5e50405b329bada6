"""A family signs in on a phone with SimpleSAMLphp, which asks for the password on pages of its own."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import asyncpg
import msgspec
import pytest

from tenants import eid_commands, provision
from tests.browser.test_one_childs_life import PHONE, Town
from tests.eid_bench import simplesamlphp
from tests.stories.test_signing_in_by_eid import BRAND

SLUG = "warta"


def aside(made):
    """Await it in a thread of its own: the loop of Playwright runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, made).result()


async def register(settings, found, folder):
    """A municipality that takes the provider's word, and a provider that knows it."""
    await provision.create(settings, SLUG, "Warta", [f"{SLUG}.localhost"], BRAND)
    (folder / "idp.xml").write_bytes(found.metadata())
    for step in (
        ("set", SLUG, "profile=other", "binding=post", "must-encrypt=yes", "cbc=yes"),
        ("import-metadata", SLUG, str(folder / "idp.xml")),
        ("rotate-key", SLUG, "begin"),
        ("rotate-key", SLUG, "switch"),
        ("set", SLUG, "state=int"),
    ):
        assert await eid_commands.run(settings, list(step)) == 0
    connection = await asyncpg.connect(settings.database_url)
    await found.knows_city(connection, SLUG)
    await connection.close()


async def refusals(settings):
    """What the record says of refused logins."""
    connection = await asyncpg.connect(settings.database_url)
    rows = await connection.fetch(
        f"SELECT reason FROM t_{SLUG}.audit_event WHERE act = 'identity.eid-refused'"
    )
    await connection.close()
    return [row["reason"] for row in rows]


@pytest.fixture(scope="module")
def provider(settings, served, tmp_path_factory):
    """Its address."""
    folder = tmp_path_factory.mktemp("simplesamlphp")
    ours = msgspec.structs.replace(settings, environment="demo", port=served)
    with simplesamlphp(folder, our_port=served) as found:
        aside(register(ours, found, folder))
        yield found.base


@pytest.fixture
def town(chromium, screens, served):
    return Town(chromium, screens, served, SLUG, PHONE)


def sign_in(page, town, provider, user):
    """Press the button, and answer the provider's own page."""
    page.goto(f"{town.home}/rodzina")
    town.look(page, "eid-login")
    page.get_by_role("button", name="Zaloguj się przez login.gov.pl").click()
    page.wait_for_url(f"{provider}/**")
    page.fill("#username", user)
    page.fill("#password", "test")
    page.locator("#password").press("Enter")
    page.wait_for_url(f"{town.home}/**")


def test_a_family_signs_in_on_a_phone_with_a_provider_that_is_not_ours(town, provider):
    with town.somebody() as parent:
        sign_in(parent, town, provider, "zaneta")
        parent.get_by_role("heading", name="Moje wnioski").wait_for()
        town.look(parent, "eid-home")
        parent.get_by_role("button", name="Wyloguj").wait_for()
        assert "Żaneta" in parent.inner_text("body")


def test_too_low_a_level_is_refused_in_neutral_words_and_the_record_knows_why(
    town, provider, settings
):
    with town.somebody() as parent:
        sign_in(parent, town, provider, "weak")
        parent.get_by_role("heading", name="Nie udało się zalogować").wait_for()
        town.look(parent, "eid-refused")
        said = parent.inner_text("body")
        assert "Piotr" not in said
        assert "loa" not in said.lower()
        assert parent.get_by_role("button", name="Wyloguj").count() == 0
        assert aside(refusals(settings)) == ["loa-too-low"]
