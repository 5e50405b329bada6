"""Staff sign in at their city's own provider, and nobody else does by its answers."""

import json
import re

import asyncpg
import pytest
from lxml import etree

from ksr_saas.app import create_app
from ksr_saas.identity.eid.names import md
from ksr_saas.identity.passwords import HASHER
from ksr_saas.kernel.clock import Clock
from ksr_saas.portals import keys_of
from tenants import eid_commands, invite, provision
from tests.factories.authenticator import Authenticator
from tests.factories.eid import PERSONA
from tests.factories.office import FACTORS, Office
from tests.rules.test_eid_back_channel import say, serving
from tests.stories.browser import PASSWORD, RINGS, Browser, a_code, enrol, give_password, hidden
from tests.stories.test_signing_in_by_eid import BRAND
from tests.stories.test_staff_keys import DOOR, second, shown, with_a_key

ACS = "/pracownik/sso/acs"
HOSTS = {"brzeg": "brzeg.localhost:8000", "opole": "opole.localhost:8000"}
NEUTRAL = "Nie udało się zalogować kontem urzędu"
BUTTON = "Zaloguj się kontem urzędu"
PEOPLE = """
INSERT INTO account (id, kind, login, given_name, family_name, email, password_hash, language,
 active, failures, valid_until, sign_in)
SELECT gen_random_uuid(), $1, $2, 'Ewa', 'Lis', $3, $4, 'pl', $5, 0, $6, $7 RETURNING id
"""


@pytest.fixture(scope="module")
async def towns(settings):
    """Two municipalities with a staff provider each."""
    connection = await asyncpg.connect(settings.database_url)
    for slug in HOSTS:
        schema = await provision.create(settings, slug, slug.title(), [f"{slug}.localhost"], BRAND)
        RINGS[HOSTS[slug]] = keys_of(settings).ring(schema)
    yield connection
    for slug in HOSTS:
        await connection.execute("DELETE FROM control.municipality WHERE slug = $1", slug)
        await connection.execute(f"DROP SCHEMA t_{slug} CASCADE")
    await connection.close()


async def set_up(settings, slug, *values):
    """`ksr municipality eid --for staff set`."""
    assert await eid_commands.run(settings, ["--for", "staff", "set", slug, *values]) == 0


@pytest.fixture(scope="module")
async def offices(settings, towns, tmp_path_factory):
    made = {}
    for slug in HOSTS:
        office = made[slug] = Office(f"https://konta.{slug}.example/idp")
        await set_up(settings, slug, *office.registered_by(tmp_path_factory.mktemp(slug)))
        await set_up(settings, slug, f"trusted-contexts={FACTORS}")
        for step in ("begin", "switch"):
            given = ["--for", "staff", "rotate-key", slug, step]
            assert await eid_commands.run(settings, given) == 0
        await set_up(settings, slug, "state=int")
    return made


@pytest.fixture
async def app(settings, offices):
    made = create_app(settings, slugs=lambda: list(HOSTS), people=lambda _: [PERSONA])
    yield made
    await made.close()


@pytest.fixture
def office(offices):
    return offices["brzeg"]


@pytest.fixture
def browser(app):
    return Browser(app, HOSTS["brzeg"])


@pytest.fixture
async def member(towns):
    """Makes members of staff; they and everything they left are gone afterwards."""

    async def make(
        name,
        *,
        slug="brzeg",
        kind="staff",
        role="coordinator",
        active=True,
        until=None,
        way=None,
        login=None,
        password=True,
    ):
        await towns.execute(f"SET search_path = t_{slug}")
        login = login or f"{name}@{slug}.example"
        hashed = HASHER.hash(PASSWORD) if password else None
        email = RINGS[HOSTS[slug]].seal("account.email", f"{name}@poczta.example")
        given = (kind, login, email, hashed, active, until, way)
        account = await towns.fetchval(PEOPLE, *given)
        if role:
            await towns.execute(
                "INSERT INTO role_grant (id, account_id, role) VALUES (gen_random_uuid(), $1, $2)",
                account,
                role,
            )
        return account

    yield make
    for slug in HOSTS:
        await towns.execute(f"SET search_path = t_{slug}")
        await towns.execute("DELETE FROM message; DELETE FROM account; DELETE FROM used_assertion")


async def asked(browser, **fields):
    """To the page that leads to the provider; the fields it would post there."""
    await browser.get("/pracownik/logowanie")
    return hidden(await browser.post("/pracownik/logowanie/urzad", **fields))


async def bring(browser, answer, acs=ACS):
    """The answer as a browser brings it: posted from another site, without cookies of ours."""
    return await browser.client.post(acs, headers={"Host": browser.host}, data=answer)


async def sign_in(browser, office, value, **about):
    """All the way; returns the page after the ticket."""
    entered = await bring(browser, office.answer(await asked(browser), value, **about))
    if entered.status_code != 303:
        return entered
    return await browser.get(entered.headers["location"])


async def reasons(towns, slug="brzeg"):
    rows = await towns.fetch(
        f"SELECT reason FROM t_{slug}.audit_event"
        " WHERE act IN ('identity.sso-refused', 'identity.eid-refused') ORDER BY created_at"
    )
    return [row["reason"] for row in rows]


async def last_sign_in(towns):
    return await towns.fetchval(
        "SELECT detail->>'sso' FROM t_brzeg.audit_event WHERE act = 'identity.sign-in'"
        " ORDER BY created_at DESC LIMIT 1"
    )


async def test_several_factors_at_the_provider_are_enough(browser, office, member, towns):
    await member("anna")
    home = await sign_in(browser, office, "ANNA@Brzeg.Example", context=FACTORS)
    assert home.status_code == 200
    assert "Ewa Lis" in home.text
    assert (await browser.ask("GET", "/organ")).status_code == 200
    assert await last_sign_in(towns) == "true"
    # A factor shown just now opens what asks for one.
    assert (await browser.ask("GET", "/pracownicy/zaproszenie")).status_code == 200


async def test_one_factor_at_the_provider_is_followed_by_ours(app, browser, office, member, towns):
    await member("jeden", password=False)
    offered = await sign_in(browser, office, "jeden@brzeg.example")
    assert 'id="sekret"' in offered.text
    assert (await browser.ask("GET", "/organ")).status_code == 303
    await enrol(browser, offered, "jeden@brzeg.example")
    assert (await browser.ask("GET", "/organ")).status_code == 200
    again = Browser(app, browser.host)
    assert "Kod logowania" in (await sign_in(again, office, "jeden@brzeg.example")).text
    assert (await again.ask("GET", "/organ")).status_code == 303
    code = await a_code(again, "jeden@brzeg.example")
    assert (await again.post("/pracownik/logowanie/kod", kod=code)).status_code == 200
    assert await last_sign_in(towns) == "true"


@pytest.mark.parametrize(
    ("name", "about", "reason"),
    [
        ("nikt", None, "person-unknown"),
        ("zamknieta", {"active": False}, "account-closed"),
        ("bez-roli", {"role": None}, "account-no-grant"),
        ("haslo", {"way": "here"}, "account-not-by-sso"),
        ("rodzic", {"kind": "parent", "role": None}, "person-unknown"),
        ("obca", {"slug": "opole"}, "person-unknown"),
    ],
)
@pytest.mark.parametrize("context", [FACTORS, "urn:x"])
async def test_who_may_not_come_in_is_told_nothing(
    browser, office, member, towns, name, about, reason, context
):
    if about is not None:
        await member(name, **about)
    accounts = await towns.fetchval("SELECT count(*) FROM t_brzeg.account")
    city = (about or {}).get("slug", "brzeg")
    refused = await sign_in(browser, office, f"{name}@{city}.example", context=context)
    assert refused.status_code == 403
    assert NEUTRAL in refused.text
    assert reason not in refused.text
    assert (await reasons(towns))[-1] == reason
    assert await towns.fetchval("SELECT count(*) FROM t_brzeg.account") == accounts
    assert await towns.fetchval("SELECT count(*) FROM t_brzeg.login_session") == 0


async def test_all_refusals_read_alike(browser, office, member):
    await member("stara", until=browser.clock.today().replace(year=2020))
    await member("otwarta", active=False)
    pages = set()
    for value in ("stara@brzeg.example", "otwarta@brzeg.example", "nikt@brzeg.example", "ż"):
        refused = await sign_in(browser, office, value, context=FACTORS)
        assert refused.status_code == 403
        pages.add(re.sub(r'value="[^"]*"', "", refused.text))
    assert len(pages) == 1


async def test_an_expired_account_is_refused_with_its_reason(browser, office, member, towns):
    await member("rok", until=browser.clock.today().replace(year=2020))
    assert (await sign_in(browser, office, "rok@brzeg.example")).status_code == 403
    assert (await reasons(towns))[-1] == "account-expired"


async def test_it_is_the_login_that_is_compared_and_not_the_address(browser, office, member, towns):
    await member("po-loginie", login="plipinska")
    refused = await sign_in(browser, office, "po-loginie@poczta.example", context=FACTORS)
    assert refused.status_code == 403
    assert (await reasons(towns))[-1] == "person-unknown"
    home = await sign_in(browser, office, "PLipinska", context=FACTORS)
    assert "Ewa Lis" in home.text


async def test_an_account_closed_after_the_answer_is_not_let_in(browser, office, member, towns):
    account = await member("spozniona")
    answer = office.answer(await asked(browser), "spozniona@brzeg.example", context=FACTORS)
    entered = await bring(browser, answer)
    await towns.execute("UPDATE t_brzeg.account SET active = false WHERE id = $1", account)
    assert (await browser.ask("GET", entered.headers["location"])).status_code == 403
    assert (await reasons(towns))[-1] == "account-closed"


async def test_a_ticket_is_good_once_and_in_its_own_browser(app, browser, office, member, towns):
    await member("bilet")
    answer = office.answer(await asked(browser), "bilet@brzeg.example", context=FACTORS)
    entered = await bring(browser, answer)
    thief = Browser(app, browser.host)
    await asked(thief)
    assert (await thief.ask("GET", entered.headers["location"])).status_code == 403
    # A staff ticket is none at the families' door, in the right browser too.
    elsewhere = entered.headers["location"].replace("/pracownik/logowanie/", "/logowanie/")
    assert (await browser.ask("GET", elsewhere)).status_code == 403
    assert (await browser.ask("GET", entered.headers["location"])).status_code == 303
    assert (await browser.ask("GET", entered.headers["location"])).status_code == 403
    assert (await reasons(towns))[-3:] == ["ticket"] * 3


async def test_an_answer_is_taken_once(browser, office, member, towns):
    await member("raz")
    first = await asked(browser)
    assert (await bring(browser, office.answer(first, "raz@brzeg.example"))).status_code == 303
    assert (await bring(browser, office.answer(first, "raz@brzeg.example"))).status_code == 403
    assert (await reasons(towns))[-1] == "unsolicited"

    def same_id(root):
        root.find(".//{*}Assertion").set("ID", "ID-the-same")

    for status in (303, 403):
        answer = office.answer(await asked(browser), "raz@brzeg.example", change=same_id)
        assert (await bring(browser, answer)).status_code == status
    assert (await reasons(towns))[-1] == "replayed"


async def test_another_citys_provider_opens_nothing_here(app, browser, offices, member, towns):
    await member("wspolna")
    await member("wspolna", slug="opole", login="wspolna@brzeg.example")
    theirs = Browser(app, HOSTS["opole"])
    answer = offices["opole"].answer(await asked(theirs), "wspolna@brzeg.example", context=FACTORS)
    assert (await bring(browser, answer)).status_code == 403
    assert (await reasons(towns))[-1] == "unsolicited"
    # Its signature under an answer to our own request.
    answer = offices["opole"].answer(await asked(browser), "wspolna@brzeg.example", context=FACTORS)
    assert (await bring(browser, answer)).status_code == 403
    assert (await reasons(towns))[-1] == "bad-signature"


@pytest.fixture
async def node(settings, towns, tmp_path):
    """Families sign in by POST at a provider with the very keys of the staff's."""

    async def register(office):
        file = tmp_path / "families.pem"
        file.write_text(office.pair.certificate_pem)
        steps = (
            ["set", "brzeg", "profile=other", *office.registered_by(tmp_path)],
            ["rotate-key", "brzeg", "begin"],
            ["rotate-key", "brzeg", "switch"],
            ["set", "brzeg", "state=int"],
        )
        for step in steps:
            assert await eid_commands.run(settings, step) == 0

    yield register
    await towns.execute("DELETE FROM control.eid_registration WHERE clientele = 'families'")


async def test_one_provider_for_both_does_not_mix_them(settings, office, member, towns, node):
    await member("obie")
    await node(office)
    app = create_app(settings)
    browser = Browser(app, HOSTS["brzeg"])

    for_staff = office.answer(await asked(browser), "obie@brzeg.example", context=FACTORS)
    assert (await bring(browser, for_staff, "/eid/acs")).status_code == 403
    assert (await reasons(towns))[-1] == "unsolicited"

    await browser.get("/logowanie")
    families = hidden(await browser.post("/logowanie/eid"))
    for_families = office.answer(families, "obie@brzeg.example", context=FACTORS)
    assert (await bring(browser, for_families)).status_code == 403
    assert (await reasons(towns))[-1] == "unsolicited"

    # An answer to a staff request that was made out for the families' address and name.
    def for_the_other_door(root):
        for node in root.iter("{*}SubjectConfirmationData"):
            node.set("Recipient", "http://brzeg.localhost:8000/eid/acs")
        for node in root.iter("{*}Audience"):
            node.text = "http://brzeg.localhost:8000/eid"

    crossed = office.answer(
        await asked(browser), "obie@brzeg.example", context=FACTORS, change=for_the_other_door
    )
    assert (await bring(browser, crossed)).status_code == 403
    assert (await reasons(towns))[-1] == "audience"
    await app.close()


async def test_an_assertion_shown_at_one_door_is_used_up_at_the_other(
    settings, office, member, towns, node
):
    await member("powtorka")
    await node(office)
    app = create_app(settings)
    browser = Browser(app, HOSTS["brzeg"])

    def same_id(root):
        root.find(".//{*}Assertion").set("ID", "ID-at-both-doors")

    answer = office.answer(await asked(browser), "powtorka@brzeg.example", change=same_id)
    assert (await bring(browser, answer)).status_code == 303

    def a_parent(root):
        same_id(root)
        statement = root.find(".//{*}AttributeStatement")
        for old in list(statement):
            statement.remove(old)
        for name, value in (
            ("PersonIdentifier", PERSONA.pesel),
            ("CurrentGivenName", "Ewa"),
            ("CurrentFamilyName", "Lis"),
        ):
            added = etree.SubElement(
                statement,
                "{urn:oasis:names:tc:SAML:2.0:assertion}Attribute",
                Name=f"http://eidas.europa.eu/attributes/naturalperson/{name}",
            )
            tag = "{urn:oasis:names:tc:SAML:2.0:assertion}AttributeValue"
            etree.SubElement(added, tag).text = value
        reference = root.find(".//{*}AuthnContextClassRef")
        reference.text = "http://eidas.europa.eu/LoA/high"

    await browser.get("/logowanie")
    families = hidden(await browser.post("/logowanie/eid"))
    refused = await bring(browser, office.answer(families, "x", change=a_parent), "/eid/acs")
    assert refused.status_code == 403
    assert (await reasons(towns))[-1] == "replayed"
    await app.close()


async def test_the_page_that_leaves_may_post_to_the_provider_only(browser, office):
    door = await browser.get("/pracownik/logowanie")
    assert BUTTON in door.text
    assert "konta.example" not in door.headers["content-security-policy"]
    left = await browser.post("/pracownik/logowanie/urzad")
    assert f'action="{office.sso}"' in left.text
    (policy,) = left.headers.get_list("content-security-policy")
    assert "form-action 'self' https://konta.example;" in policy


async def test_where_it_leads_back_to_is_ours(browser, office, member):
    await member("powrot")
    for wanted, to in (("/pracownicy", "/pracownicy"), ("//evil.example", "/organ")):
        answer = office.answer(
            await asked(browser, dokad=wanted), "powrot@brzeg.example", context=FACTORS
        )
        entered = await bring(browser, answer)
        home = await browser.ask("GET", entered.headers["location"])
        assert home.headers["location"] == to


async def test_the_metadata_names_an_address_of_its_own(browser):
    root = etree.fromstring((await browser.ask("GET", "/pracownik/sso/metadata")).content)
    assert root.get("entityID") == "http://brzeg.localhost:8000/pracownik/sso"
    (service,) = root.iter(md("AssertionConsumerService"))
    assert service.get("Location") == f"http://brzeg.localhost:8000{ACS}"


async def test_a_stopped_provider_is_not_offered_and_passwords_work_again(
    settings, office, member, towns
):
    await member("hasla", way=None)
    await set_up(settings, "brzeg", "sign-in=sso")
    app = create_app(settings)
    browser = Browser(app, HOSTS["brzeg"])
    refused = await give_password(browser, "hasla@brzeg.example", PASSWORD)
    assert "Do tego konta nie wchodzi się hasłem" in refused.text
    wrong = await give_password(browser, "hasla@brzeg.example", "zla")
    assert "Do tego konta" not in wrong.text
    await app.close()

    await set_up(settings, "brzeg", "state=suspended")
    app = create_app(settings)
    browser = Browser(app, HOSTS["brzeg"])
    assert BUTTON not in (await browser.get("/pracownik/logowanie")).text
    for method, path in (
        ("POST", ACS),
        ("GET", ACS),
        ("GET", "/pracownik/sso/metadata"),
        ("GET", "/pracownik/logowanie/wejscie"),
    ):
        assert (await browser.ask(method, path)).status_code == 503
    assert (await browser.post("/pracownik/logowanie/urzad")).status_code == 503
    assert 'id="sekret"' in (await give_password(browser, "hasla@brzeg.example", PASSWORD)).text
    await app.close()
    await set_up(settings, "brzeg", "state=int", "sign-in=both")


@pytest.fixture
async def administrator(browser, office, member):
    """An administrator who has just signed in."""
    await member("szefowa", role="administrator")
    await sign_in(browser, office, "szefowa@brzeg.example", context=FACTORS)
    return browser


async def test_who_looks_after_an_account_says_how_it_signs_in(
    app, administrator, office, member, towns
):
    account = await member("kolega")
    at = f"/pracownicy/{account}"
    shown = await administrator.get(at)
    assert "jak wszyscy w gminie (kontem urzędu albo kontem w tym systemie)" in shown.text
    colleague = Browser(app, HOSTS["brzeg"])
    await sign_in(colleague, office, "kolega@brzeg.example", context=FACTORS)
    assert (await colleague.ask("GET", "/organ")).status_code == 200

    changed = await administrator.post(f"{at}/logowanie", jak="here")
    assert '<option value="here" selected>' in changed.text
    assert (await colleague.ask("GET", "/organ")).status_code == 303
    refused = await sign_in(colleague, office, "kolega@brzeg.example", context=FACTORS)
    assert refused.status_code == 403

    await give_password(colleague, "kolega@brzeg.example", PASSWORD)
    alone = await administrator.post(f"{at}/logowanie", jak="sso")
    assert "aktywne" in alone.text
    assert "aktywne" in (await administrator.get("/pracownicy")).text
    assert "Wyślij link do ustawienia hasła" not in alone.text
    # The right password, given before, is worth nothing now.
    late = await colleague.ask("GET", "/pracownik/logowanie/aplikacja")
    assert late.headers["location"].endswith("za-pozno=tak")
    assert (
        "nie wchodzi się hasłem"
        in (await give_password(colleague, "kolega@brzeg.example", PASSWORD)).text
    )

    await administrator.post(f"{at}/logowanie", jak="")
    assert (
        await towns.fetchval("SELECT sign_in FROM t_brzeg.account WHERE id = $1", account) is None
    )
    assert (await administrator.post(f"{at}/logowanie", jak="golab")).status_code == 404
    kept = await towns.fetch(
        "SELECT detail->>'way' AS way FROM t_brzeg.audit_event"
        " WHERE act = 'staffing.sign-in-way' AND object_id = $1 ORDER BY created_at",
        account,
    )
    assert [row["way"] for row in kept] == ["here", "sso", "default"]


async def test_who_comes_by_the_city_alone_gets_no_link_for_a_password_after_a_lost_factor(
    app, administrator, office, member, towns
):
    account = await member("zgubil")
    await towns.execute("UPDATE t_brzeg.account SET sign_in = 'sso' WHERE id = $1", account)
    await member("drugi", role="administrator")
    second = Browser(app, HOSTS["brzeg"])
    await sign_in(second, office, "drugi@brzeg.example", context=FACTORS)
    at = f"/pracownicy/{account}/telefon"
    await administrator.post(at, powod="Sprawdzony dowód osobisty")
    await second.post(f"{at}/decyzja", decyzja="potwierdz")
    told = await towns.fetch("SELECT kind FROM t_brzeg.message WHERE account_id = $1", account)
    assert [row["kind"] for row in told] == ["staff-factor-taken-sso"]
    kept = "SELECT password_hash FROM t_brzeg.account WHERE id = $1"
    assert await towns.fetchval(kept, account) is None
    links = "SELECT count(*) FROM t_brzeg.invitation WHERE account_id = $1"
    assert await towns.fetchval(links, account) == 0


@pytest.fixture
async def device(app, office, member):
    """The authenticator of somebody who may come in by either door."""
    await member("klucz")
    browser, made = Browser(app, HOSTS["brzeg"]), Authenticator(f"http://{HOSTS['brzeg']}")
    await sign_in(browser, office, "klucz@brzeg.example", context=FACTORS)
    assert (await with_a_key(browser, made)).status_code == 303
    return made


async def by_key(app, device):
    """A browser that has shown the passkey at the door, and the answer."""
    browser = Browser(app, HOSTS["brzeg"])
    await browser.get(DOOR)
    return browser, await shown(browser, f"{DOOR}/pytanie", f"{DOOR}/klucz", device)


async def let_in_only_by_the_city(towns):
    await towns.execute("UPDATE t_brzeg.account SET sign_in = 'sso'")


async def test_a_passkey_lets_nobody_past_the_citys_provider(app, device, towns):
    assert (await by_key(app, device))[1].status_code == 303
    await let_in_only_by_the_city(towns)
    browser, refused = await by_key(app, device)
    assert refused.status_code == 422
    assert "nie wchodzi się hasłem ani kluczem" in refused.text
    assert (await browser.ask("GET", "/organ")).status_code == 303


async def test_a_passkey_completes_no_login_that_a_password_may_not_begin(app, device, towns):
    browser = Browser(app, HOSTS["brzeg"])
    assert "Użyj klucza" in (await give_password(browser, "klucz@brzeg.example", PASSWORD)).text
    await let_in_only_by_the_city(towns)
    refused = await second(browser, device)
    assert refused.status_code == 422
    assert "To konto loguje się kontem urzędu" in refused.text
    assert (await browser.ask("GET", "/organ")).status_code == 303


async def test_a_passkey_is_the_factor_after_the_citys_provider(app, office, device, towns):
    await let_in_only_by_the_city(towns)
    browser = Browser(app, HOSTS["brzeg"])
    asked_for = await sign_in(browser, office, "klucz@brzeg.example")
    assert "Użyj klucza" in asked_for.text
    assert (await second(browser, device)).status_code == 303
    assert (await browser.ask("GET", "/organ")).status_code == 200
    assert await last_sign_in(towns) == "true"


async def test_a_code_completes_no_login_that_the_provider_may_not_begin(
    browser, office, member, towns
):
    await member("zmiana")
    offered = await sign_in(browser, office, "zmiana@brzeg.example")
    await towns.execute("UPDATE t_brzeg.account SET sign_in = 'here'")
    refused = await enrol(browser, offered, "zmiana@brzeg.example")
    assert refused.status_code == 403
    assert (await browser.ask("GET", "/organ")).status_code == 303
    assert (await reasons(towns))[-1] == "account-not-by-sso"


async def test_a_code_completes_no_login_of_a_provider_that_was_stopped(
    settings, browser, office, member
):
    await member("przerwa")
    offered = await sign_in(browser, office, "przerwa@brzeg.example")
    await set_up(settings, "brzeg", "state=suspended")
    later = create_app(settings)
    again = Browser(later, HOSTS["brzeg"])
    again.cookies = browser.cookies
    refused = await enrol(again, offered, "przerwa@brzeg.example")
    await later.close()
    await set_up(settings, "brzeg", "state=int")
    assert refused.status_code == 503


async def test_nobody_says_how_they_sign_in_themselves(administrator, towns):
    mine = await towns.fetchval(
        "SELECT id FROM t_brzeg.account WHERE login = 'szefowa@brzeg.example'"
    )
    refused = await administrator.post(f"/pracownicy/{mine}/logowanie", jak="both")
    assert refused.status_code == 403


async def test_factors_shown_long_ago_do_not_open_what_asks_for_one(browser, office, member, towns):
    account = await member("dawno")
    other = await member("inna")

    def this_morning(root):
        root.find(".//{*}AuthnStatement").set("AuthnInstant", "2026-01-01T06:00:00Z")

    await sign_in(browser, office, "dawno@brzeg.example", context=FACTORS, change=this_morning)
    assert (await browser.ask("GET", "/organ")).status_code == 200
    refused = await browser.post(f"/pracownicy/{other}/logowanie", jak="here")
    assert refused.status_code == 403
    assert "Potwierdź, że to Ty" in refused.text
    assert (
        await towns.fetchval("SELECT sign_in FROM t_brzeg.account WHERE id = $1", account) is None
    )


async def test_where_nobody_has_a_password_an_invitation_asks_for_none(
    settings, office, member, towns
):
    await member("prosi", role="administrator")
    await member("bez-hasla", password=False)
    await set_up(settings, "brzeg", "sign-in=sso")
    app = create_app(settings)
    browser = Browser(app, HOSTS["brzeg"])
    await sign_in(browser, office, "prosi@brzeg.example", context=FACTORS)
    fields = {"imie": "Jan", "nazwisko": "Nowy", "email": "nowy@brzeg.example", "placowka": ""}
    await browser.post("/pracownicy/zaproszenie", rola="koordynator", **fields)
    told = await towns.fetchrow("SELECT kind, values FROM t_brzeg.message")
    assert told["kind"] == "staff-welcomed"
    values = RINGS[HOSTS["brzeg"]].open("message.values", told["values"])
    assert json.loads(values)["address"].endswith("/pracownik/logowanie")
    assert await towns.fetchval("SELECT count(*) FROM t_brzeg.invitation") == 0
    assert (
        await sign_in(browser, office, "nowy@brzeg.example", context=FACTORS)
    ).status_code == 200

    # A link that was sent before the municipality changed its custom.
    link = await invite.administrator(
        settings, "brzeg", email="zapas@brzeg.example", given="A", family="B", clock=Clock()
    )
    assert "Ustaw hasło" in (await browser.get(link.partition(":8000")[2])).text
    await towns.execute("UPDATE t_brzeg.account SET sign_in = NULL")
    refused = await browser.get(link.partition(":8000")[2])
    assert "To konto loguje się kontem urzędu" in refused.text
    token = link.partition("bilet=")[2]
    sent = await browser.post("/zaproszenie", bilet=token, nowe_haslo="a", powtorz="a")
    assert "To konto loguje się kontem urzędu" in sent.text
    await app.close()
    await set_up(settings, "brzeg", "sign-in=both")


async def test_leaving_ends_the_login_at_the_provider_where_it_can_be_ended(
    settings, offices, member, towns, tmp_path
):
    await member("wychodzi")
    calls = []

    def nothing(handler, body):
        calls.append(body)
        say(500)(handler, body)

    office = offices["opole"]
    await member("wychodzi", slug="opole")
    with serving(nothing) as address:
        await set_up(settings, "opole", f"logout-url={address}")
        app = create_app(settings)
        browser = Browser(app, HOSTS["opole"])
        await sign_in(browser, office, "wychodzi@opole.example", context=FACTORS)
        assert (await browser.post("/wyloguj", follow=False)).status_code == 303
        assert (await browser.ask("GET", "/organ")).status_code == 303
        await app.close()
    (asked_to_end,) = calls
    assert b"LogoutRequest" in asked_to_end
    assert b"http://opole.localhost:8000/pracownik/sso<" in asked_to_end
    # What answered was not the provider: noted, and nobody is kept in.
    noted = await towns.fetchval(
        "SELECT reason FROM t_opole.audit_event WHERE act = 'identity.sso-logout-refused'"
    )
    assert noted == "node-http-status"
    await set_up(settings, "opole", "logout-url=")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["set", "brzeg", "profile=login.gov.pl"], "nothing for staff"),
        (["set", "brzeg", "required-loa=low"], "nothing for staff"),
        (["set", "brzeg", "sign-in=fax"], "sign-in"),
        (["set", "brzeg", "person-attribute="], "person_attribute is empty"),
        (["set", "brzeg", "issuer=http://opole.localhost:8000/pracownik/sso"], "Another"),
        (["set", "brzeg", "acs-url=http://opole.localhost:8000/pracownik/sso/acs"], "Another"),
        (["show", "skawa"], "not registered yet for staff"),
    ],
)
async def test_a_wrong_command_says_what_is_wrong(settings, offices, staff_town, arguments, words):
    with pytest.raises(provision.Unfit, match=words):
        await eid_commands.run(settings, ["--for", "staff", *arguments])


async def test_a_registration_of_staff_is_shown_apart_from_families(settings, offices, capsys):
    assert await eid_commands.run(settings, ["--for", "staff", "show", "brzeg"]) == 0
    shown = capsys.readouterr().out
    assert re.search(rf"trusted_contexts +\['{re.escape(FACTORS)}'\]", shown)
    assert "required_loa" not in shown
    assert "PRIVATE" not in shown
    with pytest.raises(provision.Unfit, match="not registered yet for families"):
        await eid_commands.run(settings, ["--for", "families", "show", "brzeg"])
    assert await eid_commands.run(settings, ["--for", "guests", "show", "brzeg"]) == 2
    with pytest.raises(provision.Unfit, match="no setting trusted-contexts"):
        await eid_commands.run(settings, ["set", "opole", "trusted-contexts=a"])
