"""Two municipalities sign in with SimpleSAMLphp: one by POST, encrypted, one by artifact."""

import base64
import html
import re
from pathlib import Path

import asyncpg
import pytest

from ksr_saas.app import create_app
from tenants import eid_commands, provision
from tests.eid_bench import simplesamlphp
from tests.factories.node import query
from tests.stories.browser import Browser, hidden
from tests.stories.test_signing_in_by_eid import BRAND

CITIES = {
    # This version encrypts with AES-128-CBC only.
    "lipno": ("binding=post", "must-encrypt=yes", "cbc=yes"),
    # It signs the envelope and the assertion and not the answer between them, and redirects.
    "sanok": ("binding=artifact", "signed=assertion", "artifact-by-get=yes"),
}


@pytest.fixture(scope="module")
async def database(settings):
    connection = await asyncpg.connect(settings.database_url)
    for slug in CITIES:
        await provision.create(settings, slug, slug.title(), [f"{slug}.localhost"], BRAND)
    yield connection
    for slug in CITIES:
        await connection.execute("DELETE FROM control.municipality WHERE slug = $1", slug)
        await connection.execute(f"DROP SCHEMA t_{slug} CASCADE")
    await connection.close()


@pytest.fixture(scope="module")
async def provider(settings, database, tmp_path_factory):
    """SimpleSAMLphp, with both municipalities registered on either side by metadata and files."""
    folder: Path = tmp_path_factory.mktemp("simplesamlphp")
    with simplesamlphp(folder) as found:
        (folder / "idp.xml").write_bytes(found.metadata())
        for slug, profile in CITIES.items():
            for step in (
                ("set", slug, "profile=other", *profile),
                ("import-metadata", slug, str(folder / "idp.xml")),
                ("rotate-key", slug, "begin"),
                ("rotate-key", slug, "switch"),
                ("set", slug, "state=int"),
            ):
                assert await eid_commands.run(settings, list(step)) == 0
            await found.knows_city(database, slug)
        yield found


@pytest.fixture
async def app(settings, database):
    made = create_app(settings)
    yield made
    await made.close()


async def asked(app, slug):
    parent = Browser(app, f"{slug}.localhost:8000")
    await parent.get("/logowanie")
    return parent, hidden(await parent.post("/logowanie/eid"))


async def came_back(parent, answer):
    """Bring the provider's answer to us as a browser would: by form or by redirect."""
    if answer.status_code in (302, 303):
        where = answer.headers["location"]
        assert where.startswith(f"http://{parent.host}/eid/acs?")
        return await parent.ask("GET", "/eid/acs", params=query(where))
    names = r'name="(SAMLResponse|RelayState)" value="([^"]*)"'
    fields = {name: html.unescape(value) for name, value in re.findall(names, answer.text)}
    return await parent.ask("POST", "/eid/acs", data=fields)


async def reason(database, slug):
    return await database.fetchval(
        f"SELECT reason FROM t_{slug}.audit_event"
        " WHERE act = 'identity.eid-refused' ORDER BY created_at DESC LIMIT 1"
    )


@pytest.mark.parametrize("slug", CITIES)
@pytest.mark.parametrize(
    ("user", "name"),
    [("zaneta", "Żaneta"), ("olena", "Олена"), ("hans", "Hans")],
)
async def test_people_sign_in_with_a_provider_that_is_not_ours(
    app, provider, database, slug, user, name
):
    parent, form = await asked(app, slug)
    entered = await came_back(parent, provider.sign_in(form, user))
    assert entered.status_code == 303, await reason(database, slug)
    home = await parent.get(entered.headers["location"])
    assert name in home.text


@pytest.mark.parametrize("slug", CITIES)
async def test_a_level_of_assurance_that_is_too_low_is_refused(app, provider, database, slug):
    parent, form = await asked(app, slug)
    refused = await came_back(parent, provider.sign_in(form, "weak"))
    assert refused.status_code == 403
    assert await reason(database, slug) == "loa-too-low"


async def test_an_answer_to_one_municipality_is_refused_at_the_other(app, provider, database):
    _, form = await asked(app, "sanok")
    answer = provider.sign_in(form, "zaneta")
    lipno, _ = await asked(app, "lipno")
    there = await lipno.ask("GET", "/eid/acs", params=query(answer.headers["location"]))
    assert there.status_code == 403
    assert await reason(database, "lipno") == "binding"


async def test_cbc_is_refused_where_the_settings_do_not_allow_it(app, settings, provider, database):
    assert await eid_commands.run(settings, ["set", "lipno", "cbc=no"]) == 0
    strict = create_app(settings)
    parent, form = await asked(strict, "lipno")
    refused = await came_back(parent, provider.sign_in(form, "zaneta"))
    assert refused.status_code == 403
    assert await reason(database, "lipno") == "algorithm"
    await strict.close()
    assert await eid_commands.run(settings, ["set", "lipno", "cbc=yes"]) == 0


async def test_the_provider_takes_requests_signed_by_us_only(app, provider):
    _, form = await asked(app, "lipno")
    assert provider.takes(form)
    raw = base64.b64decode(form["SAMLRequest"])
    changed = raw.replace(b'ForceAuthn="true"', b'ForceAuthn="false"')
    assert changed != raw
    assert not provider.takes(form | {"SAMLRequest": base64.b64encode(changed).decode()})
