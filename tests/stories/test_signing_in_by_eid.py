"""Signing in and out through the node, over HTTP: what the audit keeps, and what stays unsaid."""

import logging
import re
from pathlib import Path

import asyncpg
import msgspec
import pytest
from lxml import etree
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from ksr_saas.app import create_app
from ksr_saas.identity.eid.catalogue import EidKey
from ksr_saas.identity.eid.keys import make_ec_key_pair
from ksr_saas.identity.eid.names import ds, md
from ksr_saas.identity.eid.profile import LOGIN_GOV_PL
from ksr_saas.identity.eid.stand_in import ServiceProvider
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from tenants import eid, eid_commands, provision
from tenants.demo.accounts import NEWCOMER
from tests.factories.eid import PERSONA
from tests.factories.node import ENTITY, served_node
from tests.stories.browser import Browser, hidden, sign_in_parent

BRAND = {
    "name_in": "w Lipnie",
    "phone": "",
    "email": "",
    "crest": "brand/pila.svg",
    "brand": "#123456",
    "brand_ink": "#ffffff",
    "brand_soft": "#eeeeee",
}


@pytest.fixture(scope="module")
async def city(settings):
    """A municipality of its own, so that nobody else's registration changes."""
    schema = await provision.create(settings, "jarocin", "Jarocin", ["jarocin.localhost"], BRAND)
    connection = await asyncpg.connect(settings.database_url)
    yield connection
    await connection.execute("DELETE FROM control.municipality WHERE slug = 'jarocin'")
    await connection.execute(f"DROP SCHEMA {schema} CASCADE")
    await connection.close()


@pytest.fixture
async def app(settings, city):
    made = create_app(settings, people=lambda _: [NEWCOMER], slugs=lambda: ["jarocin"])
    yield made
    await made.close()


@pytest.fixture
def parent(app):
    return Browser(app, "jarocin.localhost:8000")


async def reasons(city):
    """Why logins were refused, newest last."""
    rows = await city.fetch(
        "SELECT reason FROM t_jarocin.audit_event"
        " WHERE act LIKE 'identity.eid%refused' ORDER BY created_at"
    )
    return [row["reason"] for row in rows]


async def test_the_stand_in_signs_a_parent_in_and_the_audit_keeps_how(parent, city):
    entered = await sign_in_parent(parent, NEWCOMER.pesel)
    assert entered.status_code == 303
    assert "Moje wnioski" in (await parent.get(entered.headers["location"])).text
    kept = await city.fetchval(
        "SELECT detail::text FROM t_jarocin.audit_event WHERE act = 'identity.eid-accepted'"
    )
    assert '"loa": "substantial"' in kept
    assert "stand-in.pz.gov.pl" in kept
    assert NEWCOMER.pesel not in kept


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("cancelled", "cancelled"),
        ("loa-low", "loa-too-low"),
        ("no-pesel", "no-identifier"),
        ("expired", "expired"),
        ("wrong-audience", "audience"),
        ("not-encrypted", "not-encrypted"),
        ("unsigned-artifact", "unsigned"),
    ],
)
async def test_a_refused_login_says_why_in_the_audit_only(parent, city, caplog, scenario, reason):
    caplog.set_level(logging.DEBUG)
    refused = await sign_in_parent(parent, NEWCOMER.pesel, scenario)
    assert refused.status_code == 403
    assert (await reasons(city))[-1] == reason
    assert reason not in refused.text
    assert NEWCOMER.pesel not in refused.text + caplog.text
    assert "<saml" not in caplog.text


async def test_an_assertion_is_accepted_once(parent, city):
    assert (await sign_in_parent(parent, NEWCOMER.pesel, "replay")).status_code == 303
    assert (await sign_in_parent(parent, NEWCOMER.pesel, "replay")).status_code == 403
    assert (await reasons(city))[-1] == "replayed"
    left = await city.fetchval(
        "SELECT max(expires_at) - now() > interval '14 minutes' FROM t_jarocin.used_assertion"
    )
    assert left


async def test_an_eidas_person_and_a_polish_one_are_two_accounts(parent, city):
    before = await city.fetchval("SELECT count(*) FROM t_jarocin.account")
    assert (await sign_in_parent(parent, NEWCOMER.pesel, "foreigner")).status_code == 303
    assert (await sign_in_parent(parent, NEWCOMER.pesel, "foreigner")).status_code == 303
    assert await city.fetchval("SELECT count(*) FROM t_jarocin.account") == before + 1


async def test_an_answer_does_not_sign_in_another_browser(app, parent, city):
    entered = await sign_in_parent(parent, NEWCOMER.pesel)
    other = Browser(app, parent.host)
    assert (await other.ask("GET", entered.headers["location"])).status_code == 403
    assert (await reasons(city))[-1] == "ticket"
    assert (await parent.ask("GET", entered.headers["location"])).status_code == 303
    assert (await parent.ask("GET", entered.headers["location"])).status_code == 403


@pytest.mark.parametrize(
    ("method", "form", "reason"),
    [
        ("POST", {"SAMLResponse": "PGEvPg=="}, "binding"),
        ("POST", {}, "no-message"),
        ("POST", {"SAMLart": "AAQ"}, "artifact-form"),
        ("GET", {"SAMLart": "AAQ"}, "binding"),
    ],
)
async def test_an_answer_by_another_way_is_refused(parent, city, method, form, reason):
    options = {"data": form} if method == "POST" else {"params": form}
    assert (await parent.ask(method, "/eid/acs", **options)).status_code == 403
    assert (await reasons(city))[-1] == reason


async def test_an_artifact_without_an_open_login_does_not_reach_the_node(parent, city):
    await parent.get("/logowanie")
    asked = await parent.post("/logowanie/eid")
    form = {"osoba": NEWCOMER.pesel, "scenariusz": "ok"} | hidden(asked)
    answer = hidden(await parent.ask("POST", "/sso", host="login.localhost:8000", data=form))
    late = await parent.ask("POST", "/eid/acs", data=answer | {"RelayState": "ID-made-up"})
    assert late.status_code == 403
    assert (await reasons(city))[-1] == "unsolicited"
    assert (await parent.ask("POST", "/eid/acs", data=answer)).status_code == 303


async def test_the_page_that_leaves_for_the_node_may_post_there_only(parent):
    await parent.get("/logowanie")
    asked = await parent.post("/logowanie/eid")
    policy = asked.headers.get_list("content-security-policy")
    assert len(policy) == 1
    assert "form-action 'self' http://login.localhost:8000;" in policy[0]


async def test_over_tls_the_cookie_of_a_login_belongs_to_the_host_alone(settings, city):
    secure = msgspec.structs.replace(settings, scheme="https")
    app = create_app(secure, people=lambda _: [NEWCOMER], slugs=lambda: ["jarocin"])
    parent = Browser(app, "jarocin.localhost")
    await parent.get("/logowanie")
    token = parent.cookies[parent.host]["__Host-ksr-csrf"]
    asked = await parent.ask("POST", "/logowanie/eid", data={"_csrf_token": token})
    (line,) = [c for c in asked.headers.get_list("set-cookie") if "ksr-eid" in c]
    assert line.startswith("__Host-ksr-eid=")
    parts = {part.strip().lower() for part in line.split(";")[1:]}
    assert {"secure", "httponly", "path=/", "samesite=lax", "max-age=600"} <= parts
    assert not any(part.startswith("domain") for part in parts)
    await app.close()


async def said(capsys, settings, *arguments):
    """What `ksr municipality eid` prints."""
    assert await eid_commands.run(settings, list(arguments)) == 0
    return capsys.readouterr().out


def pem(text, kind="CERTIFICATE"):
    return re.findall(rf"-----BEGIN {kind}-----.*?-----END {kind}-----\n", text, re.S)


def known_by(node, printed):
    """Register what a municipality has printed, as the node's office would."""
    signing, encryption = pem(printed)
    node.registered["KSR_JAROCIN"] = ServiceProvider(
        provider_name="Jarocin",
        acs_urls=("http://jarocin.localhost:8000/eid/acs",),
        certificates=(signing,),
        encryption_certificate=encryption,
        profile=LOGIN_GOV_PL,
    )


async def sign_in_at(node, parent):
    await parent.get("/logowanie")
    asked = await parent.post("/logowanie/eid")
    assert f'action="{node.base}/sso"' in asked.text
    answer = node.answer_to(hidden(asked), PERSONA)
    return await parent.ask("POST", "/eid/acs", data=answer.fields)


async def test_a_municipality_is_registered_signs_in_changes_keys_and_stops(
    settings, city, capsys, tmp_path: Path
):
    pair = make_ec_key_pair("node", now=Clock().now())
    with served_node(tmp_path / "artifacts", pair) as node:
        (tmp_path / "idp.xml").write_bytes(node.metadata())

        with pytest.raises(provision.Unfit, match="not registered"):
            await eid_commands.run(
                settings, ["import-metadata", "jarocin", str(tmp_path / "idp.xml")]
            )
        await said(
            capsys, settings, "set", "jarocin", "issuer=KSR_JAROCIN", "provider-name=Jarocin"
        )
        with pytest.raises(provision.Unfit, match="there is no current signing key"):
            await eid_commands.run(settings, ["set", "jarocin", "state=int"])
        await said(capsys, settings, "import-metadata", "jarocin", str(tmp_path / "idp.xml"))
        first = await said(capsys, settings, "rotate-key", "jarocin", "begin")
        assert len(pem(first, "CERTIFICATE REQUEST")) == 2
        assert "PRIVATE" not in first
        known_by(node, first)
        await said(capsys, settings, "rotate-key", "jarocin", "switch")
        assert "as it should" in await said(capsys, settings, "test", "jarocin")
        await said(capsys, settings, "set", "jarocin", "state=int")
        shown = await said(capsys, settings, "show", "jarocin")
        assert "missing" not in shown
        assert "PRIVATE" not in shown

        app = create_app(settings)
        parent = Browser(app, "jarocin.localhost:8000")
        entered = await sign_in_at(node, parent)
        assert entered.status_code == 303
        assert "Moje wnioski" in (await parent.get(entered.headers["location"])).text
        before = len(await reasons(city))
        assert (await parent.post("/wyloguj", follow=False)).status_code == 303
        assert node.calls[-2:] == ["/artifact", "/logout"]
        assert len(await reasons(city)) == before
        await app.close()

        second = await said(capsys, settings, "rotate-key", "jarocin", "begin")
        app = create_app(settings)
        parent = Browser(app, "jarocin.localhost:8000")
        metadata = etree.fromstring((await parent.ask("GET", "/eid/metadata")).content)
        uses = [key.get("use") for key in metadata.iter(md("KeyDescriptor"))]
        assert uses == ["signing", "signing", "encryption", "encryption"]
        # The node encrypts for the new key while we still sign with the old one.
        new = pem(second)
        old = node.registered["KSR_JAROCIN"]
        known_by(node, pem(first)[0] + new[1])
        assert (await sign_in_at(node, parent)).status_code == 303
        await said(capsys, settings, "rotate-key", "jarocin", "switch")
        await app.close()

        # Now we sign with the new key and it still encrypts for the old one.
        app = create_app(settings)
        parent = Browser(app, "jarocin.localhost:8000")
        known_by(node, new[0] + old.encryption_certificate)
        assert (await sign_in_at(node, parent)).status_code == 303
        assert "destroyed: 2" in await said(capsys, settings, "rotate-key", "jarocin", "finish")
        await app.close()

        app = create_app(settings)
        parent = Browser(app, "jarocin.localhost:8000")
        assert (await sign_in_at(node, parent)).status_code == 403
        assert (await reasons(city))[-1] == "decryption"
        await app.close()

    await said(capsys, settings, "set", "jarocin", "state=suspended")
    app = create_app(settings)
    parent = Browser(app, "jarocin.localhost:8000")
    await parent.get("/logowanie")
    assert (await parent.post("/logowanie/eid")).status_code == 503
    await app.close()
    await city.execute("DELETE FROM control.eid_registration")


async def test_keys_are_sealed_and_only_the_web_may_read_them(settings, city, capsys):
    await said(capsys, settings, "set", "jarocin", "issuer=KSR_JAROCIN")
    await said(capsys, settings, "rotate-key", "jarocin", "begin")
    rows = await city.fetch("SELECT id, sealed_key FROM control.eid_key")
    assert len(rows) == 2
    assert all(b"PRIVATE" not in row["sealed_key"] for row in rows)
    web, worker = (
        make_engine(settings.login_url(f"ksr_{r}"), pool_size=1) for r in ("web", "worker")
    )
    async with pinned_session(web, "ksr_eid", path="control") as session:
        key = await session.get_one(EidKey, rows[0]["id"])
        assert key.sealed_key == rows[0]["sealed_key"]
    for engine, role in ((worker, "ksr_eid"), (worker, "ksr_directory"), (web, "ksr_directory")):
        with pytest.raises(Exception, match="permission denied"):
            async with pinned_session(engine, role, path="control") as session:
                await session.get_one(EidKey, rows[0]["id"])
    # A sealed key moved to another row does not open.
    await city.execute(
        "UPDATE control.eid_key SET sealed_key = $1 WHERE id = $2",
        rows[0]["sealed_key"],
        rows[1]["id"],
    )
    async with eid.registrar(settings, "jarocin") as registrar:
        first, second = await registrar.keys(await registrar.row())
        by_id = {first.id: first, second.id: second}
        assert registrar.private(by_id[rows[0]["id"]]).startswith("-----BEGIN PRIVATE KEY")
        with pytest.raises(RuntimeError):
            registrar.private(by_id[rows[1]["id"]])
    await web.dispose()
    await worker.dispose()
    await city.execute("DELETE FROM control.eid_registration")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["set", "jarocin", "colour=red"], "no setting colour"),
        (["set", "jarocin", "required-loa=any"], "required-loa"),
        (["set", "jarocin", "profile=x"], "profile must be one of"),
        (["set", "jarocin", "binding=pigeon"], "binding"),
        (["set", "jarocin", "certificates=/nowhere"], "no certificate"),
        (["set", "nowhere", "state=int"], "no municipality"),
        (["show", "jarocin"], "not registered"),
        (["rotate-key", "jarocin", "switch"], "not registered"),
    ],
)
async def test_a_wrong_command_says_what_is_wrong(settings, city, arguments, words):
    with pytest.raises(provision.Unfit, match=words):
        await eid_commands.run(settings, arguments)


async def test_the_metadata_is_valid(parent):
    answer = await parent.ask("GET", "/eid/metadata")
    assert answer.headers["content-type"].startswith("application/samlmetadata+xml")
    root = etree.fromstring(answer.content)
    checked = OneLogin_Saml2_XML.validate_xml(root, "saml-schema-metadata-2.0.xsd")
    assert not isinstance(checked, str)
    (service,) = root.iter(md("AssertionConsumerService"))
    assert service.get("Binding").endswith("HTTP-Artifact")
    assert service.get("Location") == "http://jarocin.localhost:8000/eid/acs"
    assert [key.get("use") for key in root.iter(md("KeyDescriptor"))] == ["signing", "encryption"]
    assert len(list(root.iter(ds("X509Certificate")))) == 2
    assert ENTITY not in answer.text
