"""When a municipality may sign people in, and where it may not although it asks to."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from ksr_saas.identity.eid.catalogue import EidState, Node, Purpose, Stage
from ksr_saas.identity.eid.keys import make_ec_key_pair, make_key_pair
from ksr_saas.identity.eid.metadata import BadMetadata, read_node
from ksr_saas.identity.eid.profile import LOGIN_GOV_PL
from ksr_saas.identity.eid.readiness import Draft, HeldKey, belongs, problems, warnings
from ksr_saas.identity.eid.vault import CannotOpen, Vault
from ksr_saas.settings import Settings

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
EC, OTHER_EC = (make_ec_key_pair("x", now=NOW) for _ in range(2))
RSA = make_key_pair("x", now=NOW, bits=2048)
SHORT = make_ec_key_pair("x", now=NOW, valid_for=timedelta(days=20))
OVER = make_ec_key_pair("x", now=NOW - timedelta(days=900))
NODE = Node(
    entity_id="login.gov.pl",
    sso_url="https://login.gov.pl/sso",
    artifact_url="https://login.gov.pl/artifact",
    certificates=(EC.certificate_pem,),
)


def held(pem=EC.certificate_pem, stage=Stage.CURRENT):
    return tuple(HeldKey(purpose, stage, pem) for purpose in Purpose)


GOOD = Draft(
    state=EidState.DRAFT,
    issuer="KSR_LIPNO",
    provider_name="Lipno",
    acs_url="https://lipno.ksr.example/eid/acs",
    profile=LOGIN_GOV_PL,
    node=NODE,
    keys=held(),
)


def changed_node(**changes):
    return {"node": msgspec.structs.replace(NODE, **changes)}


def test_a_complete_registration_has_no_problem():
    assert problems(GOOD, now=NOW, production=True) == []
    assert warnings(GOOD, now=NOW) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"issuer": " "}, "issuer is empty"),
        ({"provider_name": ""}, "provider_name is empty"),
        ({"acs_url": "http://lipno.ksr.example/eid/acs"}, "acs_url must be https"),
        (changed_node(entity_id=""), "entity_id"),
        (changed_node(sso_url="login.gov.pl"), "sso_url is no address"),
        (changed_node(artifact_url=""), "artifact_url is no address"),
        (changed_node(logout_url="ftp://x"), "logout_url is no address"),
        (changed_node(certificates=()), "no pinned certificate"),
        (changed_node(certificates=(OVER.certificate_pem,)), "no pinned certificate"),
        (changed_node(entity_id="stand-in.login.gov.pl"), "stand-in"),
        ({"keys": ()}, "no current signing key"),
        ({"keys": held(stage=Stage.NEXT)}, "no current encryption key"),
        ({"keys": held(RSA.certificate_pem)}, "wrong kind"),
        ({"keys": held(OVER.certificate_pem)}, "not in force"),
    ],
)
def test_what_is_missing_is_named(changes, words):
    draft = msgspec.structs.replace(GOOD, **changes)
    assert words in "; ".join(problems(draft, now=NOW, production=True))


def test_a_certificate_that_ends_soon_is_announced():
    draft = msgspec.structs.replace(GOOD, keys=held(SHORT.certificate_pem))
    assert problems(draft, now=NOW, production=True) == []
    assert [line[:27] for line in warnings(draft, now=NOW)] == [
        "our signing certificate end",
        "our encryption certificate ",
    ]


def test_a_certificate_belongs_to_its_own_key():
    assert belongs(EC.key_pem, EC.certificate_pem)
    assert not belongs(EC.key_pem, OTHER_EC.certificate_pem)


@pytest.mark.parametrize(
    "raw",
    [
        b"<a/>",
        b"text",
        b"<!DOCTYPE a><a/>",
        b" " * (1024 * 1024 + 1),
        b'<m:E xmlns:m="urn:oasis:names:tc:SAML:2.0:metadata"><m:IDPSSODescriptor/>'
        b"<m:IDPSSODescriptor/></m:E>",
    ],
    ids=["other", "text", "dtd", "large", "two"],
)
def test_metadata_that_names_no_one_node_is_refused(raw):
    with pytest.raises(BadMetadata):
        read_node(raw)


def vault(purpose="eid-key", secret="s" * 40):
    settings = Settings(
        environment="test", home=Path(), database_url="-", redis_url="-", secret=secret
    )
    return Vault(settings, purpose)


def test_what_is_sealed_opens_in_its_place_with_its_secret_only():
    sealed = vault().seal("a key", "row 1")
    assert b"a key" not in sealed
    assert sealed != vault().seal("a key", "row 1")
    assert vault().open(sealed, "row 1") == "a key"
    damaged = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for other, place, what in (
        (vault(), "row 2", sealed),
        (vault("other"), "row 1", sealed),
        (vault(secret="t" * 40), "row 1", sealed),
        (vault(), "row 1", damaged),
        (vault(), "row 1", b""),
        (vault(), "row 1", b"\x02" + sealed[1:]),
    ):
        with pytest.raises(CannotOpen):
            other.open(what, place)
