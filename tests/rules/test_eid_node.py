"""The profile of login.gov.pl: artifact, signed envelopes, encryption, logout, and its enemies.

Every hostile message differs in one thing from one that is accepted. What the node alone can write
is signed by the node again after the change, inside an ArtifactResponse that is good throughout.
"""

import base64
import logging
import os
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.keywrap import aes_key_wrap
from lxml import etree

from ksr_saas.identity.eid import artifact, message, signature, soap
from ksr_saas.identity.eid.keys import KeyPair, make_ec_key_pair, make_key_pair
from ksr_saas.identity.eid.message import Element
from ksr_saas.identity.eid.names import (
    AES128_CBC,
    AES128_GCM,
    AES256_CBC,
    AES256_GCM,
    AUTHN_FAILED,
    LOA,
    RSA_OAEP_MGF1P,
    SAML,
    SAMLP,
    ds,
    eidas,
    saml,
    samlp,
    xenc,
)
from ksr_saas.identity.eid.names import (
    soap as soap_name,
)
from ksr_saas.identity.eid.person import EidPerson
from ksr_saas.identity.eid.profile import LOGIN_GOV_PL, OTHER, Profile
from ksr_saas.identity.eid.provider import EidRefused, EidSettings, new_message_id
from ksr_saas.identity.eid.stand_in import (
    Artifacts,
    LoginRequest,
    Scenario,
    ServiceProvider,
    StandIn,
)
from ksr_saas.identity.eid.stand_in_answer import Answer, add, add_status, stamp
from ksr_saas.identity.eid.stand_in_encryption import _other_info, seal
from ksr_saas.identity.eid.web_sso import WebSso
from tests.factories.eid import (
    ASSERTION_WRAPPINGS,
    AUDIENCE,
    CLASS_REF,
    IDENTIFIER,
    MESSAGE_WRAPPINGS,
    NOW,
    PERSONA,
    REFUSED,
    Change,
    astray,
    at,
    drop,
    find,
    put,
    sign_with,
    twice,
    write,
)

ACS = "https://lipno.ksr.example/eid/acs"
ISSUER = "KSR_LIPNO"
NODE = "int.login.gov.pl"
SSO, ARTIFACT, LOGOUT = (f"https://node.example/{name}" for name in ("sso", "art", "slo"))
REQUEST_ID = "ID-6f7f7a4e-0000-4000-8000-000000000001"


def keys(name: str) -> KeyPair:
    return make_ec_key_pair(name, now=NOW)


NODE_KEYS, STRANGER = keys("node"), keys("stranger")
SIGNING, SEALED_FOR, OLD_SEALED_FOR = keys("signing"), keys("encryption"), keys("old")
OTHER_CITY, OTHER_SEALED_FOR = keys("sanok"), keys("sanok encryption")
RSA_NODE, RSA_CITY = (make_key_pair(name, now=NOW, bits=2048) for name in ("rsa node", "rsa city"))
LIPNO = ServiceProvider(
    provider_name="Lipno",
    acs_urls=(ACS,),
    certificates=(SIGNING.certificate_pem,),
    encryption_certificate=SEALED_FOR.certificate_pem,
    profile=LOGIN_GOV_PL,
)
SANOK = msgspec.structs.replace(
    LIPNO,
    provider_name="Sanok",
    acs_urls=("https://sanok.ksr.example/eid/acs",),
    certificates=(OTHER_CITY.certificate_pem,),
    encryption_certificate=OTHER_SEALED_FOR.certificate_pem,
)
REQUEST = LoginRequest(
    request_id=REQUEST_ID,
    issuer=ISSUER,
    provider_name="Lipno",
    acs_url=ACS,
    relay_state=REQUEST_ID,
    loa="substantial",
    binding="artifact",
)


def settings(**changes: object) -> EidSettings:
    plain = EidSettings(
        issuer=ISSUER,
        provider_name="Lipno",
        idp_entity_id=NODE,
        idp_sso_url=SSO,
        artifact_url=ARTIFACT,
        logout_url=LOGOUT,
        idp_certificates=(NODE_KEYS.certificate_pem,),
        sp_key_pem=SIGNING.key_pem,
        sp_certificate_pem=SIGNING.certificate_pem,
        decryption_keys=(SEALED_FOR.key_pem,),
        profile=LOGIN_GOV_PL,
    )
    return msgspec.structs.replace(plain, **changes)


class Node:
    """The stand-in, and a back channel to it that remembers what was said."""

    def __init__(self, folder: Path, pair: KeyPair = NODE_KEYS, **registered: ServiceProvider):
        self.registered = {ISSUER: LIPNO, "KSR_SANOK": SANOK} | registered
        self.said: list[bytes] = []
        self.stand_in = StandIn(
            environment="test",
            entity_id=NODE,
            sso_url=SSO,
            artifact_url=ARTIFACT,
            logout_url=LOGOUT,
            key_pem=pair.key_pem,
            certificate_pem=pair.certificate_pem,
            artifacts=Artifacts(folder),
        )

    def channel(self, url: str, envelope: bytes) -> bytes:
        answer = self.stand_in.resolve if url == ARTIFACT else self.stand_in.log_out
        self.said += [envelope, answer(envelope, self.registered, NOW)]
        return self.said[-1]

    def sign_in(self, scenario: Scenario = Scenario.OK, **changes: object) -> EidPerson:
        ours = settings(**changes)
        sso = WebSso(ours, self.channel)
        asked = sso.begin(request_id=REQUEST_ID, acs_url=ACS, return_state=REQUEST_ID, now=NOW)
        request = self.stand_in.read(asked.fields, self.registered, NOW)
        registered = self.registered[request.issuer]
        form = self.stand_in.answer(request, PERSONA, scenario, NOW, registered).fields
        return sso.finish(form, request_id=REQUEST_ID, acs_url=ACS, now=NOW)


@pytest.fixture
def node(tmp_path: Path) -> Node:
    return Node(tmp_path)


ART = base64.b64encode(artifact.TYPE + b"\0\0" + artifact.source_id(NODE) + bytes(20)).decode()


def resolving(response: bytes, outer: Change = lambda _: None, pair: KeyPair | None = NODE_KEYS):
    """A back channel that answers with this Response in an ArtifactResponse signed by the node."""

    def channel(_: str, envelope: bytes) -> bytes:
        asked = soap.unwrap(envelope, samlp("ArtifactResolve"), 10**6).get("ID")
        root = etree.Element(
            samlp("ArtifactResponse"),
            stamp(message.written(NOW)) | {"InResponseTo": asked},
            nsmap={"samlp": SAMLP, "saml": SAML},
        )
        add(root, saml("Issuer"), NODE)
        add_status(root, Scenario.OK)
        outer(root)
        root.append(etree.Comment("x"))
        whole = etree.fromstring(etree.tostring(root).replace(b"<!--x-->", response))
        if pair is None:
            return soap.wrap(etree.tostring(whole))
        return soap.wrap(signature.sign(whole, pair.key_pem, pair.certificate_pem))

    return channel


def accept(channel, art: str = ART, now: datetime = NOW, **changes: object) -> EidPerson:
    form = {"SAMLart": art, "RelayState": REQUEST_ID}
    sso = WebSso(settings(**changes), channel)
    return sso.finish(form, request_id=REQUEST_ID, acs_url=ACS, now=now)


def refusal(channel, **changes: object) -> str:
    with pytest.raises(EidRefused) as caught:
        accept(channel, **changes)
    assert PERSONA.pesel not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.reason


def nothing(_: Element) -> None:
    pass


def sealed_by_stand_in(root: Element) -> None:
    seal(
        find(root, "/samlp:Response/saml:Assertion"),
        SEALED_FOR.certificate_pem,
        from_party=NODE,
        to_party=ISSUER,
        short_key=False,
    )


def response(
    inner: Change = nothing,
    outer: Change = nothing,
    pair: KeyPair | None = NODE_KEYS,
    seal_it: Change = sealed_by_stand_in,
) -> bytes:
    """A Response: `inner` before it is encrypted, `outer` after, then signed."""
    root = Answer(NODE, REQUEST, PERSONA, Scenario.OK, NOW).response()
    inner(root)
    seal_it(root)
    outer(root)
    if pair is None:
        return etree.tostring(root)
    return signature.sign(root, pair.key_pem, pair.certificate_pem)


# The round trip.


def test_a_person_signs_in_by_artifact(node: Node) -> None:
    person = node.sign_in()
    assert (person.scheme, person.value, person.loa) == ("pesel", PERSONA.pesel, "substantial")
    assert (person.given_name, person.family_name) == (PERSONA.given_name, PERSONA.family_name)
    assert person.birth_date == PERSONA.birth_date
    assert person.authority == "stand-in.pz.gov.pl"
    assert PERSONA.pesel.encode() not in node.said[1]


def test_the_request_is_the_nodes(node: Node) -> None:
    sso = WebSso(settings(sso_destination="https://login.gov.pl/sso", required_loa="high"))
    form = sso.begin(request_id=REQUEST_ID, acs_url=ACS, return_state="s", now=NOW)
    assert form.action == SSO
    raw = base64.b64decode(form.fields["SAMLRequest"])
    root = etree.fromstring(raw)
    assert b"ecdsa-sha256" in raw
    assert root.get("Destination") == "https://login.gov.pl/sso"
    assert root.get("ProtocolBinding").endswith("HTTP-Artifact")
    assert (root.get("ForceAuthn"), root.get("ProviderName")) == ("true", "Lipno")
    assert root.find(f".//{eidas('SPType')}").text == "public"
    asked = [one.get("Name").rpartition("/")[2] for one in root.iter(eidas("RequestedAttribute"))]
    assert asked == ["CurrentFamilyName", "CurrentGivenName", "DateOfBirth", "PersonIdentifier"]
    context = find(root, "//samlp:RequestedAuthnContext")
    assert (context.get("Comparison"), find(root, CLASS_REF).text) == ("minimum", LOA + "high")


def test_the_node_is_asked_in_a_signed_envelope(node: Node) -> None:
    node.sign_in()
    envelope = etree.fromstring(node.said[0])
    assert envelope.tag == soap_name("Envelope")
    (resolve,) = envelope[0]
    assert resolve.find(ds("Signature")) is not None
    assert resolve.get("Destination") == ARTIFACT


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        *REFUSED,
        (Scenario.NOT_ENCRYPTED, "not-encrypted"),
        (Scenario.FOREIGN_KEY, "bad-signature"),
        (Scenario.UNSIGNED_ARTIFACT, "unsigned"),
        (Scenario.EMPTY, "artifact-empty"),
    ],
)
def test_the_stand_in_can_refuse_a_person(node: Node, scenario: Scenario, reason: str) -> None:
    with pytest.raises(EidRefused) as caught:
        node.sign_in(scenario)
    assert caught.value.reason == reason


def test_a_cancelled_login_carries_an_assertion_that_nobody_decrypts(node: Node) -> None:
    with pytest.raises(EidRefused):
        node.sign_in(Scenario.CANCELLED)
    assert node.said[1].count(AUTHN_FAILED.encode()) == 2
    assert b"EncryptedAssertion" in node.said[1]


def test_an_eidas_person_is_known_by_their_own_scheme(node: Node) -> None:
    person = node.sign_in(Scenario.FOREIGNER)
    assert person.scheme == "eidas"
    assert person.value.startswith("DE/PL/")


def test_a_person_without_an_identifier_is_nobody_in_particular(node: Node) -> None:
    person = node.sign_in(Scenario.NO_PESEL)
    assert (person.scheme, person.value) == ("none", "")


def test_a_replayed_assertion_is_the_callers_to_see(node: Node) -> None:
    first, second = node.sign_in(Scenario.REPLAY), node.sign_in(Scenario.REPLAY)
    assert first.assertion_id == second.assertion_id
    assert node.sign_in().assertion_id != node.sign_in().assertion_id


# The artifact.


def test_an_artifact_is_good_once(node: Node) -> None:
    form = node.stand_in.answer(REQUEST, PERSONA, Scenario.OK, NOW).fields
    sso = WebSso(settings(), node.channel)
    assert sso.finish(form, request_id=REQUEST_ID, acs_url=ACS, now=NOW).scheme == "pesel"
    with pytest.raises(EidRefused) as caught:
        sso.finish(form, request_id=REQUEST_ID, acs_url=ACS, now=NOW)
    assert caught.value.reason == "artifact-empty"


def test_an_artifact_of_another_municipality_is_empty_here(node: Node) -> None:
    form = node.stand_in.answer(REQUEST, PERSONA, Scenario.OK, NOW).fields
    sanok = settings(
        issuer="KSR_SANOK",
        sp_key_pem=OTHER_CITY.key_pem,
        sp_certificate_pem=OTHER_CITY.certificate_pem,
    )
    with pytest.raises(EidRefused) as caught:
        WebSso(sanok, node.channel).finish(form, request_id=REQUEST_ID, acs_url=ACS, now=NOW)
    assert caught.value.reason == "artifact-empty"
    assert accept(node.channel, form["SAMLart"]).scheme == "pesel"


def test_even_a_node_that_hands_it_out_cannot_sign_in_a_neighbours_person() -> None:
    for_sanok = response(inner=write(AUDIENCE, "KSR_SANOK"))
    assert refusal(resolving(for_sanok)) == "audience"


def art(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


GOOD_ART = base64.b64decode(ART)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (art(GOOD_ART[:4] + artifact.source_id("evil.example") + bytes(20)), "artifact-source"),
        (art(b"\0\1" + GOOD_ART[2:]), "artifact-form"),
        (art(GOOD_ART + b"x"), "artifact-form"),
        (art(GOOD_ART[:-1]), "artifact-form"),
        ("A" * 100_000, "artifact-form"),
        ("żółw", "artifact-form"),
        ("!!!", "artifact-form"),
        ("", "no-message"),
    ],
    ids=str,
)
def test_what_is_no_artifact_of_the_node_is_not_sent_to_it(value: str, reason: str) -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("the node was called")

    assert refusal(never, art=value) == reason


def test_answers_out_of_the_browsers_hands_are_refused(node: Node) -> None:
    posted = {"SAMLResponse": base64.b64encode(response()).decode(), "RelayState": REQUEST_ID}
    sso = WebSso(settings(), node.channel)
    for form in (posted, posted | {"SAMLart": ART}):
        with pytest.raises(EidRefused) as caught:
            sso.finish(form, request_id=REQUEST_ID, acs_url=ACS, now=NOW)
        assert caught.value.reason == "binding"
        with pytest.raises(EidRefused):
            sso.claimed(form)
    assert node.said == []


def test_an_artifact_in_the_address_needs_a_provider_that_sends_it_so() -> None:
    form = {"SAMLart": ART, "RelayState": REQUEST_ID}
    assert WebSso(settings()).claimed(form) == REQUEST_ID
    with pytest.raises(EidRefused) as caught:
        WebSso(settings()).claimed(form, by_get=True)
    assert caught.value.reason == "binding"
    by_get = msgspec.structs.replace(LOGIN_GOV_PL, artifact_by_get=True)
    assert WebSso(settings(profile=by_get)).claimed(form, by_get=True) == REQUEST_ID


def test_an_artifact_belongs_to_the_request_of_its_relay_state(node: Node) -> None:
    form = node.stand_in.answer(REQUEST, PERSONA, Scenario.OK, NOW).fields
    with pytest.raises(EidRefused) as caught:
        WebSso(settings(), node.channel).finish(
            form | {"RelayState": "ID-other"}, request_id=REQUEST_ID, acs_url=ACS, now=NOW
        )
    assert caught.value.reason == "relay-state"
    assert node.said == []


# The envelope: ArtifactResponse.


def failed(code: str) -> Change:
    return put("//samlp:StatusCode", "Value", code)


@pytest.mark.parametrize(
    ("outer", "reason"),
    [
        (put("/samlp:ArtifactResponse", "InResponseTo", "ID-other"), "unsolicited"),
        (put("/samlp:ArtifactResponse", "InResponseTo", None), "unsolicited"),
        (put("/samlp:ArtifactResponse", "IssueInstant", at(days=-1)), "expired"),
        (put("/samlp:ArtifactResponse", "IssueInstant", at(minutes=2)), "not-yet-valid"),
        (write("/samlp:ArtifactResponse/saml:Issuer", "evil.example"), "issuer"),
        (failed(AUTHN_FAILED), "cancelled"),
        (failed(AUTHN_FAILED.replace("AuthnFailed", "Responder")), "status"),
        (failed(""), "status"),
        (drop("//samlp:StatusCode"), "status"),
        (drop("//samlp:Status"), "status"),
    ],
)
def test_an_envelope_that_is_not_for_this_question_is_refused(outer: Change, reason: str) -> None:
    assert accept(resolving(response())).scheme == "pesel"
    assert refusal(resolving(response(), outer)) == reason


def test_an_envelope_must_be_signed_by_the_node() -> None:
    assert refusal(resolving(response(), pair=None)) == "unsigned"
    assert refusal(resolving(response(), pair=STRANGER)) == "bad-signature"
    assert refusal(resolving(response(), pair=SIGNING)) == "bad-signature"


def test_a_signed_envelope_does_not_vouch_for_an_unsigned_answer() -> None:
    assert refusal(resolving(response(pair=None))) == "unsigned"
    assert refusal(resolving(response(pair=STRANGER))) == "bad-signature"
    assert refusal(resolving(response(pair=SIGNING))) == "bad-signature"


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"", "artifact-empty"), (response() * 2, "duplicate-id")],
    ids=["none", "twice"],
)
def test_an_envelope_holds_one_answer(content: bytes, reason: str) -> None:
    assert refusal(resolving(content)) == reason


def test_an_envelope_with_two_answers_is_refused() -> None:
    assert refusal(resolving(response() + response())) == "not-a-response"


def test_an_assertion_straight_in_the_envelope_is_refused() -> None:
    root = Answer(NODE, REQUEST, PERSONA, Scenario.OK, NOW).response()
    assert refusal(resolving(message.cut(find(root, "//saml:Assertion")))) == "not-a-response"


def swapped(old: bytes, new: bytes) -> Callable[[str, bytes], bytes]:
    good = resolving(response())

    def channel(url: str, envelope: bytes) -> bytes:
        found = good(url, envelope)
        assert old in found
        return found.replace(old, new, 1)

    return channel


FAULT = b"<soap:Fault><faultcode>x</faultcode></soap:Fault>"


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (b"<soap:Body>", b"<soap:Body>" + FAULT, "forbidden-element"),
        (b"<soap:Body>", b"<soap:Header><soap:Body/></soap:Header><soap:Body>", "soap"),
        (b"<soap:Body>", b"<soap:Body/><soap:Body>", "soap"),
        (
            b"<soap:Body>",
            b"<soap:Body><samlp:Response xmlns:samlp='" + SAMLP.encode() + b"'/>",
            "soap",
        ),
        (b"soap:Envelope", b"soap:Body", "not-xml"),
        (b"<soap:Envelope", b"<!DOCTYPE x><soap:Envelope", "dtd"),
        (b"</soap:Envelope>", b"</soap:Envelope><!-- x -->", "comment-or-pi"),
        (b"status:Success", b"status:success", "bad-signature"),
    ],
)
def test_what_is_no_plain_envelope_is_refused(old: bytes, new: bytes, reason: str) -> None:
    assert refusal(swapped(old, new)) == reason


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"", "not-xml"), (b"OK", "not-xml"), (b" " * (1024 * 1024 + 1), "too-large")],
    ids=["empty", "text", "large"],
)
def test_what_is_no_soap_is_refused(raw: bytes, reason: str) -> None:
    assert refusal(lambda *_: raw) == reason


# The answer inside, signed by the node after one change.


@pytest.mark.parametrize(
    ("outer", "reason"),
    [
        (failed(AUTHN_FAILED), "cancelled"),
        (failed(""), "status"),
        (put("/samlp:Response", "InResponseTo", "ID-other"), "unsolicited"),
        (put("/samlp:Response", "InResponseTo", None), "unsolicited"),
        (put("/samlp:Response", "Destination", ACS + "2"), "recipient"),
        (put("/samlp:Response", "IssueInstant", at(days=-1)), "expired"),
        (write("/samlp:Response/saml:Issuer", "evil.example"), "issuer"),
        (twice("//saml:EncryptedAssertion"), "assertion-count"),
        (drop("//saml:EncryptedAssertion"), "not-encrypted"),
    ],
)
def test_an_answer_that_is_not_for_this_login_is_refused(outer: Change, reason: str) -> None:
    assert refusal(resolving(response(outer=outer))) == reason


@pytest.mark.parametrize(
    ("inner", "reason"),
    [
        *astray(ISSUER, ACS),
        (put("//saml:Assertion", "IssueInstant", at(days=-1)), "expired"),
        (put("//saml:Assertion", "Version", "1.1"), "version"),
        (write("//saml:Assertion/saml:Issuer", "evil.example"), "issuer"),
        (write(CLASS_REF, LOA + "low"), "loa-too-low"),
        (write(CLASS_REF, LOA + "substantial/x"), "loa-unknown"),
        (write(CLASS_REF, "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"), "loa-unknown"),
        (drop(CLASS_REF), "loa-unknown"),
        (twice(IDENTIFIER), "attributes"),
        (twice(f"{IDENTIFIER}/saml:AttributeValue"), "attributes"),
        (write(f"{IDENTIFIER}/saml:AttributeValue", "85830112342"), "identifier-form"),
    ],
)
def test_an_encrypted_assertion_is_read_as_strictly_as_a_plain_one(
    inner: Change, reason: str
) -> None:
    assert refusal(resolving(response(inner=inner))) == reason


# Signature wrapping, with and without the node's envelope.


@pytest.mark.parametrize("wrap", [*MESSAGE_WRAPPINGS, *ASSERTION_WRAPPINGS])
@pytest.mark.parametrize("hidden", [True, False], ids=["encrypted", "plain"])
def test_a_signed_answer_wrapped_into_a_forged_one_is_refused(
    wrap: Callable[[Element], Element], hidden: bool
) -> None:
    good = etree.fromstring(response(seal_it=sealed_by_stand_in if hidden else nothing))
    if hidden and wrap in ASSERTION_WRAPPINGS:
        plain = Answer(NODE, REQUEST, PERSONA, Scenario.OK, NOW).response()
        good.append(find(plain, "//saml:Assertion"))
    forged = etree.tostring(wrap(good))
    assert refusal(resolving(forged)) in {
        "assertion-count",
        "bad-signature",
        "duplicate-id",
        "forbidden-element",
        "signature-shape",
        "unsigned",
    }


def test_a_plain_assertion_beside_the_encrypted_one_is_refused() -> None:
    def beside(root: Element) -> None:
        plain = Answer(NODE, REQUEST, PERSONA, Scenario.OK, NOW).response()
        root.append(find(plain, "//saml:Assertion"))

    assert refusal(resolving(response(outer=beside))) == "assertion-count"


def test_an_encrypted_assertion_put_under_a_good_signature_is_refused() -> None:
    good, other = etree.fromstring(response()), etree.fromstring(response())
    sealed = find(good, "//saml:EncryptedAssertion")
    sealed.getparent().replace(sealed, find(other, "//saml:EncryptedAssertion"))
    assert refusal(resolving(etree.tostring(good))) == "bad-signature"


# Algorithms.


def signed_with(pair: KeyPair, method: object, digest: object = xmlsec.Transform.SHA256) -> bytes:
    return sign_with(etree.fromstring(response(pair=None)), pair, method, digest)


def test_other_algorithms_than_the_nodes_are_refused() -> None:
    transform = xmlsec.Transform
    good = signed_with(NODE_KEYS, transform.ECDSA_SHA256)
    assert accept(resolving(good)).scheme == "pesel"
    for method in (transform.ECDSA_SHA1, transform.ECDSA_SHA384):
        assert refusal(resolving(signed_with(NODE_KEYS, method))) == "algorithm"
    weak = signed_with(NODE_KEYS, transform.ECDSA_SHA256, transform.SHA1)
    assert refusal(resolving(weak)) == "algorithm"
    pinned = (NODE_KEYS.certificate_pem, RSA_NODE.certificate_pem)
    for method in (transform.RSA_SHA256, transform.RSA_SHA1):
        other = signed_with(RSA_NODE, method)
        assert refusal(resolving(other), idp_certificates=pinned) == "algorithm"


def test_a_secret_made_of_the_public_certificate_signs_nothing() -> None:
    root = etree.fromstring(response(pair=None))
    node = xmlsec.template.create(
        root, xmlsec.Transform.EXCL_C14N, xmlsec.Transform.HMAC_SHA256, ns="ds"
    )
    root.find(saml("Issuer")).addnext(node)
    reference = xmlsec.template.add_reference(
        node, xmlsec.Transform.SHA256, uri=f"#{root.get('ID')}"
    )
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_binary_data(
        xmlsec.KeyData.HMAC, NODE_KEYS.certificate_pem.encode()
    )
    context.register_id(root, "ID")
    context.sign(node)
    assert refusal(resolving(etree.tostring(root))) == "algorithm"


# Work a forger would have us do before anything is verified.

SHEET = (
    b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">'
    b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0">'
    b'<xsl:template name="t" match="/"><xsl:call-template name="t"/><xsl:call-template name="t"/>'
    b"</xsl:template></xsl:stylesheet></ds:Transform>"
)
DEV_ZERO = b'<xenc:CipherReference URI="file:///dev/zero"/>'


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<ds:Transforms>", b"<ds:Transforms>" + SHEET),
        (b"<xenc:CipherValue>", DEV_ZERO + b"<xenc:CipherValue>"),
        (b"<ds:KeyInfo>", b'<ds:KeyInfo><ds:RetrievalMethod URI="file:///etc/passwd"/>'),
        (b"</ds:SignatureValue>", b"</ds:SignatureValue><ds:Object><ds:Manifest/></ds:Object>"),
        (b"<ds:KeyInfo>", b"<ds:KeyInfo><ds:KeyValue/>"),
    ],
    ids=["xslt", "cipher-reference", "retrieval-method", "manifest", "key-value"],
)
@pytest.mark.parametrize("by_post", [False, True], ids=["artifact", "post"])
def test_what_would_burn_cpu_or_memory_is_refused_at_sight(
    old: bytes, new: bytes, by_post: bool
) -> None:
    raw = response()
    assert old in raw
    spoilt = raw.replace(old, new, 1)
    channel = resolving(response())
    begun = time.process_time()
    if by_post:
        post = msgspec.structs.replace(LOGIN_GOV_PL, binding="post")
        form = {"SAMLResponse": base64.b64encode(spoilt).decode()}
        with pytest.raises(EidRefused) as caught:
            WebSso(settings(profile=post)).finish(form, request_id=REQUEST_ID, acs_url=ACS, now=NOW)
        reason = caught.value.reason
    else:
        reason = refusal(lambda u, e: channel(u, e).replace(old, new, 1))
    assert reason == "forbidden-element"
    assert time.process_time() - begun < 0.25


# Encryption by hand, independent of libxmlsec1, for what no honest node would send.


def sealed_by_hand(
    *,
    plain: Callable[[bytes], bytes] = lambda raw: raw,
    certificate: str = SEALED_FOR.certificate_pem,
    content: str = AES256_GCM,
    size: int = 32,
    change: Change = nothing,
) -> Change:
    """Encrypt for a certificate as the node does, with this cipher and this size of key."""

    def encrypt(root: Element) -> None:
        sealed_by_stand_in(root)
        data = find(root, "//xenc:EncryptedData")
        original = Answer(NODE, REQUEST, PERSONA, Scenario.OK, NOW).response()
        text = plain(message.cut(find(original, "//saml:Assertion")))
        key, public = os.urandom(size), x509.load_pem_x509_certificate(certificate.encode())
        wrapped = find(root, "//xenc:EncryptedKey")
        if isinstance(public.public_key(), ec.EllipticCurvePublicKey):
            own = ec.generate_private_key(ec.SECP256R1())
            info = "".join(_other_info(NODE, ISSUER).values())
            derived = ConcatKDFHash(hashes.SHA256(), 32, bytes.fromhex(info))
            secret = own.exchange(ec.ECDH(), public.public_key())
            hidden = aes_key_wrap(derived.derive(secret), key)
            point = own.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
            write("//*[local-name()='PublicKey']", base64.b64encode(point).decode())(root)
        else:
            oaep = padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None)
            hidden = public.public_key().encrypt(key, oaep)
            wrapped.find(xenc("EncryptionMethod")).set("Algorithm", RSA_OAEP_MGF1P)
            wrapped.remove(wrapped.find(ds("KeyInfo")))
        wrapped.find(f".//{xenc('CipherValue')}").text = base64.b64encode(hidden).decode()
        nonce = os.urandom(16 if "cbc" in content else 12)
        if "cbc" in content:
            left = 16 - len(text) % 16
            padded = text + os.urandom(left - 1) + bytes([left])
            cipher = Cipher(algorithms.AES(key), modes.CBC(nonce)).encryptor()
            body = nonce + cipher.update(padded) + cipher.finalize()
        else:
            body = nonce + AESGCM(key).encrypt(nonce, text, None) if size in (16, 24, 32) else b""
        data.find(xenc("EncryptionMethod")).set("Algorithm", content)
        outer = data.find(f"{xenc('CipherData')}/{xenc('CipherValue')}")
        outer.text = base64.b64encode(body).decode()
        change(root)

    return encrypt


def by_hand(**options: object) -> Callable[[str, bytes], bytes]:
    return resolving(response(seal_it=sealed_by_hand(**options)))


@pytest.mark.parametrize(
    ("size", "content"), [(32, AES256_GCM), (16, AES256_GCM), (16, AES128_GCM)]
)
def test_the_content_cipher_is_taken_from_the_key_that_was_sent(size: int, content: str) -> None:
    assert accept(by_hand(size=size, content=content)).value == PERSONA.pesel


def test_the_stand_in_can_send_the_short_key(node: Node) -> None:
    assert node.sign_in(Scenario.SHORT_KEY).value == PERSONA.pesel


@pytest.mark.parametrize("size", [24, 40])
def test_a_key_of_any_other_size_is_refused(size: int) -> None:
    assert refusal(by_hand(size=size)) == "decryption"


def method_of(path: str, algorithm: str) -> Change:
    return put(f"{path}/xenc:EncryptionMethod", "Algorithm", algorithm)


AGREEMENT = "//xenc:AgreementMethod"
P521_POINT = base64.b64encode(
    ec.generate_private_key(ec.SECP521R1())
    .public_key()
    .public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
).decode()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (method_of("//xenc:EncryptedData", AES256_CBC), "algorithm"),
        (
            method_of("//xenc:EncryptedData", "http://www.w3.org/2001/04/xmlenc#tripledes-cbc"),
            "algorithm",
        ),
        (
            method_of("//xenc:EncryptedKey", "http://www.w3.org/2001/04/xmlenc#kw-aes128"),
            "algorithm",
        ),
        (method_of("//xenc:EncryptedKey", "http://www.w3.org/2001/04/xmlenc#rsa-1_5"), "algorithm"),
        (method_of("//xenc:EncryptedKey", RSA_OAEP_MGF1P), "algorithm"),
        (put(AGREEMENT, "Algorithm", "http://www.w3.org/2001/04/xmlenc#dh"), "algorithm"),
        (put("//xenc11:KeyDerivationMethod", "Algorithm", "urn:pbkdf2"), "algorithm"),
        (put("//xenc11:ConcatKDFParams/ds:DigestMethod", "Algorithm", "urn:sha1"), "algorithm"),
        (put("//xenc11:ConcatKDFParams", "SuppPubInfo", "00"), "algorithm"),
        (put("//xenc11:ConcatKDFParams", "PartyUInfo", "0000000141"), "decryption"),
        (put("//xenc11:ConcatKDFParams", "PartyUInfo", "0g"), "encryption-shape"),
        (put("//xenc11:ConcatKDFParams", "PartyUInfo", "00" * 5000), "encryption-shape"),
        (put("//*[local-name()='NamedCurve']", "URI", "urn:oid:1.3.132.0.35"), "algorithm"),
        (write("//*[local-name()='PublicKey']", P521_POINT), "decryption"),
        (write("//*[local-name()='PublicKey']", "BA" + "A" * 85 + "="), "decryption"),
        (write("//*[local-name()='PublicKey']", "?"), "encryption-shape"),
        (twice("//xenc:EncryptedKey"), "encryption-shape"),
        (drop("//xenc:EncryptedKey"), "encryption-shape"),
        (
            put("//xenc:EncryptedData", "Type", "http://www.w3.org/2001/04/xmlenc#Content"),
            "encryption-shape",
        ),
        (write("//xenc:EncryptedData/xenc:CipherData/xenc:CipherValue", "AAAA"), "decryption"),
        (write("//xenc:EncryptedKey/xenc:CipherData/xenc:CipherValue", "AAAA"), "decryption"),
        (write("//xenc:EncryptedData/xenc:CipherData/xenc:CipherValue", "A" * 400), "decryption"),
    ],
)
def test_encryption_that_is_not_the_nodes_is_refused(change: Change, reason: str) -> None:
    assert refusal(by_hand(change=change)) == reason


def test_what_is_encrypted_for_somebody_else_is_refused() -> None:
    assert refusal(by_hand(certificate=STRANGER.certificate_pem)) == "decryption"
    assert refusal(by_hand(), decryption_keys=()) == "decryption"
    assert refusal(by_hand(), decryption_keys=(RSA_CITY.key_pem,)) == "decryption"


COMMENT = b"<!-- x -->"


@pytest.mark.parametrize(
    ("plain", "reason"),
    [
        (lambda raw: raw.replace(b"85830112341", b"8583" + COMMENT + b"0112341"), "comment-or-pi"),
        (lambda raw: b"<!DOCTYPE x>" + raw, "dtd"),
        (lambda raw: raw + raw.replace(b'ID="ID-', b'ID="ID-2'), "assertion-count"),
        (lambda raw: b"text" + raw, "assertion-count"),
        (lambda _: b"", "assertion-count"),
        (lambda _: b"\xff\xfe", "not-xml"),
        (lambda raw: raw[:-3], "not-xml"),
        (lambda _: b"<samlp:Response xmlns:samlp='" + SAMLP.encode() + b"'/>", "assertion-count"),
        (
            lambda _: b"<saml:EncryptedAssertion xmlns:saml='" + SAML.encode() + b"'/>",
            "assertion-count",
        ),
        (
            lambda raw: raw.replace(b"<saml:Subject>", b"<saml:Subject><saml:EncryptedID/>"),
            "encryption-shape",
        ),
        (
            lambda raw: raw.replace(
                b"<saml:Subject>",
                b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><saml:Subject>',
            ),
            "signature-shape",
        ),
    ],
)
def test_what_was_hidden_is_checked_like_what_was_in_sight(
    plain: Callable[[bytes], bytes], reason: str
) -> None:
    assert refusal(by_hand(plain=plain)) == reason


def test_an_xml_declaration_and_prefixes_declared_outside_are_in_order() -> None:
    declared = by_hand(plain=lambda raw: b'<?xml version="1.0" encoding="UTF-8"?>' + raw)
    assert accept(declared).scheme == "pesel"
    bare = by_hand(plain=lambda raw: raw.replace(f' xmlns:saml="{SAML}"'.encode(), b"", 1))
    assert accept(bare).scheme == "pesel"


def test_an_identifier_encrypted_on_its_own_is_refused() -> None:
    def hide(root: Element) -> None:
        etree.SubElement(find(root, "//saml:Subject"), saml("EncryptedID"))

    assert refusal(resolving(response(inner=hide))) == "encryption-shape"


# Keys change.


def test_while_our_key_changes_either_decrypts() -> None:
    both = (SEALED_FOR.key_pem, OLD_SEALED_FOR.key_pem)
    for pair in (SEALED_FOR, OLD_SEALED_FOR):
        assert accept(by_hand(certificate=pair.certificate_pem), decryption_keys=both).value
    only_new = (SEALED_FOR.key_pem,)
    old = by_hand(certificate=OLD_SEALED_FOR.certificate_pem)
    assert refusal(old, decryption_keys=only_new) == "decryption"


def test_while_the_node_changes_its_key_either_certificate_is_good() -> None:
    both = (STRANGER.certificate_pem, NODE_KEYS.certificate_pem)
    assert accept(resolving(response()), idp_certificates=both).value == PERSONA.pesel


@pytest.mark.parametrize(("days", "good"), [(-30, False), (0, True), (3, False)])
def test_a_pinned_certificate_counts_within_its_dates(days: int, good: bool) -> None:
    made = NOW + timedelta(days=days)
    dated = make_ec_key_pair("dated", now=made, valid_for=timedelta(days=9))
    channel = resolving(response(pair=dated), pair=dated)
    pinned = {"idp_certificates": (dated.certificate_pem,)}
    if good:
        assert accept(channel, **pinned).scheme == "pesel"
    else:
        assert refusal(channel, **pinned) == "bad-signature"


# Logging out.


def test_a_login_is_ended_at_the_node_in_signed_soap(node: Node) -> None:
    person = node.sign_in()
    WebSso(settings(), node.channel).end(person.name_id, person.session_index, now=NOW)
    request = etree.fromstring(node.said[2])[0][0]
    assert request.find(ds("Signature")) is not None
    assert request.find(saml("NameID")).text == person.name_id
    assert request.find(samlp("SessionIndex")).text == person.session_index


def test_a_logout_that_the_node_does_not_confirm_is_refused(node: Node) -> None:
    stranger = Node(Path("/nowhere"), STRANGER)
    with pytest.raises(EidRefused) as caught:
        WebSso(settings(), stranger.channel).end("n", "s", now=NOW)
    assert caught.value.reason == "bad-signature"
    earlier: list[bytes] = []

    def repeated(url: str, envelope: bytes) -> bytes:
        earlier.append(node.channel(url, envelope))
        return earlier[0]

    sso = WebSso(settings(), repeated)
    sso.end("n", "s", now=NOW)
    with pytest.raises(EidRefused) as caught:
        sso.end("n", "s", now=NOW)
    assert caught.value.reason == "unsolicited"


def test_without_a_logout_address_nobody_is_called() -> None:
    def never(*_: object) -> bytes:
        raise AssertionError("the node was called")

    WebSso(settings(logout_url=""), never).end("n", "s", now=NOW)


# The stand-in guards its own side.


def asked_of_node(change: Change, pair: KeyPair | None = SIGNING, tag: str = "ArtifactResolve"):
    root = etree.Element(
        samlp(tag),
        stamp(message.written(NOW)) | {"Destination": ARTIFACT},
        nsmap={"samlp": SAMLP, "saml": SAML},
    )
    add(root, saml("Issuer"), ISSUER)
    add(root, samlp("Artifact"), ART)
    change(root)
    if pair is None:
        return soap.wrap(etree.tostring(root))
    return soap.wrap(signature.sign(root, pair.key_pem, pair.certificate_pem))


@pytest.mark.parametrize(
    ("envelope", "reason"),
    [
        (asked_of_node(nothing, None), "unsigned"),
        (asked_of_node(nothing, STRANGER), "bad-signature"),
        (asked_of_node(nothing, OTHER_CITY), "bad-signature"),
        (asked_of_node(put("/samlp:ArtifactResolve", "Destination", SSO)), "recipient"),
        (asked_of_node(put("/samlp:ArtifactResolve", "IssueInstant", at(hours=-1))), "expired"),
        (asked_of_node(write("//saml:Issuer", "KSR_ELSEWHERE")), "issuer"),
        (asked_of_node(nothing, tag="LogoutRequest"), "soap"),
    ],
)
def test_the_stand_in_answers_registered_municipalities_only(
    node: Node, envelope: bytes, reason: str
) -> None:
    assert b"Success" in node.stand_in.resolve(asked_of_node(nothing), node.registered, NOW)
    with pytest.raises(EidRefused) as caught:
        node.stand_in.resolve(envelope, node.registered, NOW)
    assert caught.value.reason == reason


@pytest.mark.parametrize("change", [drop("//samlp:Extensions"), drop("//*[local-name()='SPType']")])
def test_the_stand_in_wants_the_extensions(node: Node, change: Change) -> None:
    asked = WebSso(settings()).begin(request_id=REQUEST_ID, acs_url=ACS, return_state="s", now=NOW)
    root = etree.fromstring(base64.b64decode(asked.fields["SAMLRequest"]))
    drop("/*/ds:Signature")(root)
    change(root)
    raw = signature.sign(root, SIGNING.key_pem, SIGNING.certificate_pem)
    with pytest.raises(EidRefused) as caught:
        node.stand_in.read({"SAMLRequest": message.encode(raw)}, node.registered, NOW)
    assert caught.value.reason == "request-form"


def test_artifacts_nobody_fetched_are_forgotten(node: Node, tmp_path: Path) -> None:
    node.stand_in.answer(REQUEST, PERSONA, Scenario.OK, datetime.now(UTC))
    assert len(list(tmp_path.iterdir())) == 1
    later = datetime.now(UTC) + timedelta(minutes=11)
    node.stand_in.answer(REQUEST, PERSONA, Scenario.OK, later)
    assert len(list(tmp_path.iterdir())) == 1


# Another provider: RSA, by artifact or by POST, encrypted or not.

RSA = ServiceProvider(
    provider_name="Lipno",
    acs_urls=(ACS,),
    certificates=(RSA_CITY.certificate_pem,),
    encryption_certificate=RSA_CITY.certificate_pem,
)


def rsa(profile: Profile) -> dict[str, object]:
    return {
        "profile": profile,
        "idp_certificates": (RSA_NODE.certificate_pem,),
        "sp_key_pem": RSA_CITY.key_pem,
        "sp_certificate_pem": RSA_CITY.certificate_pem,
        "decryption_keys": (RSA_CITY.key_pem,),
    }


@pytest.mark.parametrize("binding", ["post", "artifact"])
def test_another_provider_speaks_rsa_either_way(tmp_path: Path, binding: str) -> None:
    profile = msgspec.structs.replace(OTHER, binding=binding, must_encrypt=True)
    registered = {ISSUER: msgspec.structs.replace(RSA, profile=profile)}
    node = Node(tmp_path, RSA_NODE, **registered)
    assert node.sign_in(**rsa(profile)).value == PERSONA.pesel
    with pytest.raises(EidRefused) as caught:
        node.sign_in(Scenario.NOT_ENCRYPTED, **rsa(profile))
    assert caught.value.reason == "not-encrypted"


def from_rsa_node(cbc: bool, content: str, size: int) -> str | EidPerson:
    profile = msgspec.structs.replace(OTHER, binding="artifact", cbc=cbc)
    hidden = sealed_by_hand(certificate=RSA_CITY.certificate_pem, content=content, size=size)
    channel = resolving(response(seal_it=hidden, pair=RSA_NODE), pair=RSA_NODE)
    try:
        return accept(channel, **rsa(profile))
    except EidRefused as refused:
        return refused.reason


def test_cbc_only_where_the_settings_say_so() -> None:
    for content, size in ((AES128_CBC, 16), (AES256_CBC, 32)):
        assert from_rsa_node(cbc=False, content=content, size=size) == "algorithm"
        person = from_rsa_node(cbc=True, content=content, size=size)
        assert isinstance(person, EidPerson)
    assert isinstance(from_rsa_node(cbc=False, content=AES256_GCM, size=32), EidPerson)


def test_only_the_node_may_declare_one_size_and_send_another() -> None:
    assert from_rsa_node(cbc=False, content=AES256_GCM, size=16) == "decryption"


def test_with_an_unsigned_answer_the_assertion_must_be_signed_inside_a_signed_envelope() -> None:
    profile = msgspec.structs.replace(OTHER, binding="artifact", signed="assertion")

    def signed_inside() -> bytes:
        root = etree.fromstring(response(pair=None, seal_it=nothing))
        inner = find(root, "//saml:Assertion")
        text = message.cut(inner)
        inner.getparent().replace(inner, etree.Comment("x"))
        signed = signature.sign(etree.fromstring(text), RSA_NODE.key_pem, RSA_NODE.certificate_pem)
        return etree.tostring(root).replace(b"<!--x-->", signed)

    ours = rsa(profile)
    assert accept(resolving(signed_inside(), pair=RSA_NODE), **ours).value == PERSONA.pesel
    assert refusal(resolving(signed_inside(), pair=None), **ours) == "unsigned"
    bare = response(pair=None, seal_it=nothing)
    assert refusal(resolving(bare, pair=RSA_NODE), **ours) == "unsigned"
    changed = signed_inside().replace(PERSONA.pesel.encode(), b"85830112358")
    assert refusal(resolving(changed, pair=RSA_NODE), **ours) == "bad-signature"
    form = {"SAMLResponse": base64.b64encode(signed_inside()).decode()}
    by_post = msgspec.structs.replace(profile, binding="post")
    with pytest.raises(EidRefused) as caught:
        WebSso(settings(**rsa(by_post))).finish(form, request_id=REQUEST_ID, acs_url=ACS, now=NOW)
    assert caught.value.reason == "unsigned"


# Secrets stay out of sight.


def test_nothing_about_the_person_or_a_key_reaches_a_log_or_a_repr(
    node: Node, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    person = node.sign_in()
    reasons = []
    for scenario in Scenario:
        try:
            node.sign_in(scenario)
        except EidRefused as refused:
            reasons.append(str(refused))
    assert len(reasons) == 11
    assert all(reason.replace("-", "").isalpha() for reason in reasons)
    shown = [repr(x) for x in (person, settings(), NODE_KEYS, PERSONA, new_message_id())]
    seen = " ".join([*shown, caplog.text, *capfd.readouterr(), f"{person}"])
    for secret in (PERSONA.pesel, "Żaneta", PERSONA.family_name, "PRIVATE KEY", "<saml"):
        assert secret not in seen
