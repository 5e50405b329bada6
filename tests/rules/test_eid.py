"""Signing in with SAML by HTTP-POST: the round trip, and messages that must not sign anybody in.

Every forged message here differs in one thing from one that is accepted. Messages "signed again"
carry a good signature of the node, so that only the changed claim can be what refuses them.
"""

import base64
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import product
from pathlib import Path

import msgspec
import pytest
import xmlsec
from lxml import etree

from ksr_saas.identity.eid import signature
from ksr_saas.identity.eid.assertion import _is_pesel
from ksr_saas.identity.eid.keys import KeyPair, make_key_pair
from ksr_saas.identity.eid.message import Element, peek
from ksr_saas.identity.eid.names import (
    AUTHN_FAILED,
    DS,
    EXC_C14N,
    LOA,
    SAMLP,
    ds,
)
from ksr_saas.identity.eid.person import EidPerson, Loa
from ksr_saas.identity.eid.provider import (
    EidProvider,
    EidRefused,
    EidSettings,
    LoginForm,
    new_message_id,
)
from ksr_saas.identity.eid.stand_in import (
    Artifacts,
    LoginRequest,
    Scenario,
    ServiceProvider,
    StandIn,
    StandInForbidden,
    _warn,
)
from ksr_saas.identity.eid.web_sso import WebSso
from tests.factories.eid import (
    ASSERTION_WRAPPINGS,
    CLASS_REF,
    FAMILY,
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
    nest,
    put,
    sign_with,
    twice,
    write,
)

ACS = "https://lipno.ksr.example/eid/odpowiedz"
ISSUER = "https://lipno.ksr.example"
NODE = "int.login.gov.pl"
SSO = "https://node.example/login/SingleSignOnService"
NOWHERE = Path("/nowhere")  # answers by POST leave nothing to be fetched
REQUEST_ID = "ID-6f7f7a4e-0000-4000-8000-000000000001"


def keys(name: str) -> KeyPair:
    return make_key_pair(name, now=NOW, bits=2048)


NODE_KEYS, CITY_KEYS, STRANGER_KEYS = keys("node"), keys("city"), keys("stranger")


def settings(**changes: object) -> EidSettings:
    plain = EidSettings(
        issuer=ISSUER,
        provider_name="Lipno",
        idp_entity_id=NODE,
        idp_sso_url=SSO,
        idp_certificates=(NODE_KEYS.certificate_pem,),
        sp_key_pem=CITY_KEYS.key_pem,
        sp_certificate_pem=CITY_KEYS.certificate_pem,
    )
    return msgspec.structs.replace(plain, **changes)


def stand_in(environment: str = "test") -> StandIn:
    return StandIn(
        environment=environment,
        entity_id=NODE,
        sso_url=SSO,
        key_pem=NODE_KEYS.key_pem,
        certificate_pem=NODE_KEYS.certificate_pem,
        artifacts=Artifacts(NOWHERE),
    )


REGISTERED = {
    ISSUER: ServiceProvider(
        provider_name="Lipno", acs_urls=(ACS,), certificates=(CITY_KEYS.certificate_pem,)
    )
}
REQUEST = LoginRequest(
    request_id=REQUEST_ID,
    issuer=ISSUER,
    provider_name="Lipno",
    acs_url=ACS,
    relay_state="state",
    loa="substantial",
)


def begin(**changes: object) -> LoginForm:
    return WebSso(settings(**changes)).begin(
        request_id=REQUEST_ID, acs_url=ACS, return_state="state", now=NOW
    )


def finish(raw: bytes | str, now: datetime = NOW, **changes: object) -> EidPerson:
    encoded = base64.b64encode(raw).decode() if isinstance(raw, bytes) else raw
    return WebSso(settings(**changes)).finish(
        {"SAMLResponse": encoded}, request_id=REQUEST_ID, acs_url=ACS, now=now
    )


def refusal(raw: bytes | str, now: datetime = NOW, **changes: object) -> str:
    with pytest.raises(EidRefused) as caught:
        finish(raw, now, **changes)
    assert PERSONA.pesel not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.reason


def answered(scenario: Scenario = Scenario.OK, request: LoginRequest = REQUEST) -> bytes:
    form = stand_in().answer(request, PERSONA, scenario, NOW)
    return base64.b64decode(form.fields["SAMLResponse"])


def unsigned(raw: bytes) -> Element:
    root = etree.fromstring(raw)
    for old in root.findall(f".//{ds('Signature')}"):
        old.getparent().remove(old)
    return root


def signed_again(change: Change, pair: KeyPair = NODE_KEYS, raw: bytes | None = None) -> bytes:
    root = unsigned(raw or answered())
    change(root)
    return signature.sign(root, pair.key_pem, pair.certificate_pem)


# The round trip.


def test_a_person_signs_in_through_the_stand_in() -> None:
    provider: EidProvider[EidPerson] = WebSso(settings())
    request_id = new_message_id()
    asked = provider.begin(request_id=request_id, acs_url=ACS, return_state="state-1", now=NOW)
    assert asked.action == SSO
    node = stand_in()
    assert node.issuer_of(asked.fields) == ISSUER
    request = node.read(asked.fields, REGISTERED, NOW)
    assert (request.request_id, request.loa, request.acs_url) == (request_id, "substantial", ACS)
    answer = node.answer(request, PERSONA, Scenario.OK, NOW)
    assert (answer.action, answer.fields["RelayState"]) == (ACS, "state-1")
    assert peek(answer.fields["SAMLResponse"]) == request_id

    person = provider.finish(answer.fields, request_id=request_id, acs_url=ACS, now=NOW)

    assert (person.scheme, person.value, person.loa) == ("pesel", PERSONA.pesel, "substantial")
    assert (person.given_name, person.family_name) == ("Żaneta Łucja", "Gżegżółka-Testowa")
    assert person.birth_date == PERSONA.birth_date
    assert person.assertion_id.startswith("ID-")
    assert person.session_index.startswith("ID-")
    assert person.not_on_or_after == NOW + timedelta(minutes=5)


def test_the_request_demands_a_fresh_login_of_at_least_the_wanted_level() -> None:
    raw = base64.b64decode(begin(required_loa="high").fields["SAMLRequest"])
    root = etree.fromstring(raw)
    assert root.get("ForceAuthn") == "true"
    assert root.get("ProviderName") == "Lipno"
    assert root.get("IssueInstant") == "2027-03-01T09:00:00Z"
    context = find(root, "//samlp:RequestedAuthnContext")
    assert context.get("Comparison") == "minimum"
    assert find(root, CLASS_REF).text == "http://eidas.europa.eu/LoA/high"
    assert b"rsa-sha256" in raw
    assert b"sha1" not in raw


def test_odd_signs_in_a_setting_cannot_break_out_of_the_request() -> None:
    form = begin(provider_name='Lipno" & <b>', issuer="a&<b>")
    root = etree.fromstring(base64.b64decode(form.fields["SAMLRequest"]))
    assert root.get("ProviderName") == 'Lipno" & <b>'
    assert find(root, "/samlp:AuthnRequest/saml:Issuer").text == "a&<b>"


@pytest.mark.parametrize(
    ("request_id", "state"), [("1-digit-first", ""), ("", ""), ("ID", "ą" * 41)]
)
def test_a_request_that_could_not_come_back_is_a_mistake_of_ours(
    request_id: str, state: str
) -> None:
    with pytest.raises(ValueError, match=r"request_id|return_state"):
        WebSso(settings()).begin(request_id=request_id, acs_url=ACS, return_state=state, now=NOW)


def test_an_answer_whose_assertion_is_signed_too_is_accepted() -> None:
    assert finish(doubly_signed()).value == PERSONA.pesel


def test_a_higher_level_than_asked_for_is_accepted() -> None:
    assert finish(signed_again(write(CLASS_REF, LOA + "high"))).loa == "high"


def test_while_the_node_changes_its_key_both_certificates_are_good() -> None:
    both = (STRANGER_KEYS.certificate_pem, NODE_KEYS.certificate_pem)
    assert finish(answered(), idp_certificates=both).value == PERSONA.pesel


def test_a_person_of_another_member_state_has_no_pesel() -> None:
    foreign = signed_again(write(f"{IDENTIFIER}/saml:AttributeValue", "DE/PL/ab-12+c="))
    assert (finish(foreign).scheme, finish(foreign).value) == ("eidas", "DE/PL/ab-12+c=")


@pytest.mark.parametrize(
    "change", [drop(IDENTIFIER), write(f"{IDENTIFIER}/saml:AttributeValue", "")]
)
def test_a_person_without_an_identifier_is_nobody_in_particular(change: Change) -> None:
    person = finish(signed_again(change))
    assert (person.scheme, person.value) == ("none", "")
    assert person.name_id.startswith("user-")


def test_a_replay_is_the_callers_to_see_by_the_assertion_id() -> None:
    raw = answered()
    assert finish(raw).assertion_id == finish(raw).assertion_id


@pytest.mark.parametrize(
    ("seconds", "accepted"), [(-59, True), (-61, False), (299, True), (301, False)]
)
def test_clocks_may_differ_by_a_minute_before_the_window_and_not_after_it(
    seconds: int,
    accepted: bool,  # noqa: FBT001
) -> None:
    moment = NOW + timedelta(seconds=seconds)
    if accepted:
        assert finish(answered(), moment).scheme == "pesel"
    else:
        assert refusal(answered(), moment) in {"expired", "not-yet-valid", "subject-confirmation"}


# What the node itself may answer.


@pytest.mark.parametrize(("scenario", "reason"), REFUSED)
def test_the_stand_in_can_refuse_a_person(scenario: Scenario, reason: str) -> None:
    assert refusal(answered(scenario)) == reason


def test_a_cancelled_login_signs_nobody_in_although_the_assertion_is_there() -> None:
    raw = answered(Scenario.CANCELLED)
    assert PERSONA.pesel.encode() in raw
    assert refusal(raw) == "cancelled"
    assert refusal(signed_again(drop("//saml:Assertion"), raw=raw)) == "cancelled"


STATUS_CODE = "//samlp:StatusCode"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (put(STATUS_CODE, "Value", ""), "status"),
        (put(STATUS_CODE, "Value", AUTHN_FAILED.replace("AuthnFailed", "Responder")), "status"),
        (put(STATUS_CODE, "Value", "Success"), "status"),
        (drop(STATUS_CODE), "status"),
        (twice(STATUS_CODE), "status"),
        (put("/samlp:Response", "Destination", ACS + "2"), "recipient"),
        (put("/samlp:Response", "Destination", ""), "recipient"),
        (put("/samlp:Response", "InResponseTo", "ID-of-somebody-else"), "unsolicited"),
        (put("/samlp:Response", "InResponseTo", None), "unsolicited"),
        (put("/samlp:Response", "IssueInstant", at(days=-1)), "expired"),
        (put("/samlp:Response", "IssueInstant", at(minutes=2)), "not-yet-valid"),
        (put("/samlp:Response", "Version", "1.1"), "not-a-response"),
        (write("/samlp:Response/saml:Issuer", "login.gov.pl.example"), "issuer"),
        (write("//saml:Assertion/saml:Issuer", "login.gov.pl.example"), "issuer"),
        (write("//saml:Assertion/saml:Issuer", f" {NODE}"), "issuer"),
        (put("//saml:Assertion", "IssueInstant", at(days=-1)), "expired"),
        (put("//saml:Assertion", "IssueInstant", "2027-03-01T09:00:00"), "time-form"),
        (put("//saml:Assertion", "IssueInstant", "2027-02-30T09:00:00Z"), "time-form"),
        (twice("//saml:Assertion"), "assertion-count"),
        (drop("//saml:Assertion"), "assertion-count"),
    ],
)
def test_a_message_that_is_not_for_this_login_is_refused(change: Change, reason: str) -> None:
    assert refusal(signed_again(change)) == reason


@pytest.mark.parametrize(("change", "reason"), astray(ISSUER, ACS))
def test_an_assertion_for_another_place_or_time_is_refused(change: Change, reason: str) -> None:
    assert refusal(signed_again(change)) == reason


def test_an_answer_to_another_municipality_is_refused_here() -> None:
    sanok = msgspec.structs.replace(REQUEST, issuer="https://sanok.ksr.example")
    assert refusal(answered(request=sanok)) == "audience"


def test_an_answer_to_a_request_of_another_browser_is_refused() -> None:
    other = msgspec.structs.replace(REQUEST, request_id=new_message_id())
    assert refusal(answered(request=other)) == "unsolicited"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (write(CLASS_REF, LOA + "low"), "loa-too-low"),
        (write(CLASS_REF, LOA + "High"), "loa-unknown"),
        (write(CLASS_REF, LOA + "substantial "), "loa-unknown"),
        (write(CLASS_REF, "urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified"), "loa-unknown"),
        (drop(CLASS_REF), "loa-unknown"),
        (twice(CLASS_REF), "loa-unknown"),
        (drop("//saml:AuthnStatement"), "authn-statement"),
        (twice("//saml:AuthnStatement"), "authn-statement"),
        (put("//saml:AuthnStatement", "AuthnInstant", at(minutes=5)), "not-yet-valid"),
        (twice(IDENTIFIER), "attributes"),
        (twice(f"{IDENTIFIER}/saml:AttributeValue"), "attributes"),
        (twice("//saml:AttributeStatement"), "attributes"),
        (write(f"{IDENTIFIER}/saml:AttributeValue", "85830112342"), "identifier-form"),
        (write(f"{IDENTIFIER}/saml:AttributeValue", "85830112341\n"), "identifier-form"),
        (write(f"{IDENTIFIER}/saml:AttributeValue", "DE/FR/1"), "identifier-form"),
        (nest(f"{IDENTIFIER}/saml:AttributeValue"), "nested-value"),
        (nest(f"{FAMILY}/saml:AttributeValue"), "nested-value"),
        (drop(FAMILY), "name-form"),
        (write(f"{FAMILY}/saml:AttributeValue", "a\nb"), "name-form"),
        (write(f"{FAMILY}/saml:AttributeValue", "x" * 201), "name-form"),
        (write("//saml:Attribute[3]/saml:AttributeValue", "1885-02-30Z"), "birth-date-form"),
        (write("//saml:Attribute[3]/saml:AttributeValue", "1.03.1885"), "birth-date-form"),
    ],
)
def test_a_person_not_clearly_identified_is_refused(change: Change, reason: str) -> None:
    assert refusal(signed_again(change)) == reason


# What a forger can do without the node's key.


def test_an_unsigned_answer_is_refused() -> None:
    assert refusal(etree.tostring(unsigned(answered()))) == "unsigned"


def test_a_signature_over_the_assertion_alone_is_not_enough() -> None:
    assert refusal(assertion_signed()) == "unsigned"


def test_a_foreign_key_is_refused_although_its_certificate_is_in_the_message() -> None:
    raw = signed_again(lambda _: None, STRANGER_KEYS)
    assert b"X509Certificate" in raw
    assert refusal(raw) == "bad-signature"
    assert refusal(signed_again(lambda _: None, CITY_KEYS)) == "bad-signature"


def test_without_a_pinned_certificate_nothing_is_believed() -> None:
    assert refusal(answered(), idp_certificates=()) == "bad-signature"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (PERSONA.pesel, "85830112358"),
        ("Testowa", "Innna"),
        ("LoA/substantial", "LoA/high"),
        ("status:Success", "status:success"),
        ("<saml:Audience>", "<saml:Audience> "),
    ],
)
def test_an_answer_changed_on_the_way_is_refused(old: str, new: str) -> None:
    raw = answered()
    assert old.encode() in raw
    assert refusal(raw.replace(old.encode(), new.encode())) == "bad-signature"


def assertion_signed() -> bytes:
    """Sign the assertion and not the message, spliced as text to leave its bytes alone."""
    root = unsigned(answered())
    inner = find(root, "//saml:Assertion")
    alone = etree.fromstring(etree.tostring(inner))
    inner.addprevious(etree.Element("here"))
    inner.getparent().remove(inner)
    signed = signature.sign(alone, NODE_KEYS.key_pem, NODE_KEYS.certificate_pem)
    return re.sub(rb"<here\s*/>", lambda _: signed, etree.tostring(root))


def doubly_signed() -> bytes:
    root = etree.fromstring(assertion_signed())
    return signature.sign(root, NODE_KEYS.key_pem, NODE_KEYS.certificate_pem)


@pytest.mark.parametrize(
    ("wrap", "source"),
    [
        *product(MESSAGE_WRAPPINGS, [answered, doubly_signed]),
        *product(ASSERTION_WRAPPINGS, [answered, assertion_signed, doubly_signed]),
    ],
)
def test_a_signed_answer_wrapped_into_a_forged_one_is_refused(
    wrap: Callable[[Element], Element], source: Callable[[], bytes]
) -> None:
    forged = wrap(etree.fromstring(source()))
    assert b"85830112358" in etree.tostring(forged)
    assert refusal(etree.tostring(forged)) in {
        "bad-signature",
        "duplicate-id",
        "forbidden-element",
        "signature-shape",
        "unsigned",
    }


def signed_with(method: object, digest: object) -> bytes:
    """Sign with the node's own key and algorithms of our choice."""
    return sign_with(unsigned(answered()), NODE_KEYS, method, digest)


def test_a_signature_with_weak_algorithms_is_refused() -> None:
    strong = signed_with(xmlsec.Transform.RSA_SHA256, xmlsec.Transform.SHA256)
    assert finish(strong).value == PERSONA.pesel
    assert refusal(signed_with(xmlsec.Transform.RSA_SHA1, xmlsec.Transform.SHA256)) == "algorithm"
    assert refusal(signed_with(xmlsec.Transform.RSA_SHA256, xmlsec.Transform.SHA1)) == "algorithm"
    assert refusal(signed_with(xmlsec.Transform.RSA_SHA1, xmlsec.Transform.SHA1)) == "algorithm"


SHEET = (
    b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">'
    b'<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"/>'
    b"</ds:Transform>"
)


XPATH = (
    b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116">'
    b"<ds:XPath>1</ds:XPath></ds:Transform>"
)
BARE_SHEET = b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/>'
CIPHER_REFERENCE = (
    b'<saml:EncryptedAssertion><xenc:EncryptedData xmlns:xenc="http://www.w3.org/2001/04/xmlenc#">'
    b'<xenc:CipherData><xenc:CipherReference URI="file:///dev/zero"/></xenc:CipherData>'
    b"</xenc:EncryptedData></saml:EncryptedAssertion>"
)


@pytest.mark.parametrize(
    ("after", "inserted", "reason"),
    [
        (b"<ds:Transforms>", SHEET, "forbidden-element"),
        (b"<ds:Transforms>", XPATH, "forbidden-element"),
        (b"<ds:Transforms>", BARE_SHEET, "algorithm"),
        (b'Reference URI="', b"file:///etc/passwd", "signature-shape"),
        (b"<ds:KeyInfo>", b'<ds:RetrievalMethod URI="#x"/>', "forbidden-element"),
        (b"</ds:KeyInfo>", b"<ds:Object/>", "forbidden-element"),
        (b"<saml:Subject>", f'<ds:Signature xmlns:ds="{DS}"/>'.encode(), "signature-shape"),
        (b"</ds:Reference>", b"<ds:Reference/>", "signature-shape"),
        (b"</ds:KeyInfo>", f'<e:Other xmlns:e="{EXC_C14N}"/>'.encode(), "forbidden-element"),
        (b"</samlp:Status>", CIPHER_REFERENCE, "forbidden-element"),
        (b"</samlp:Status>", b"<saml:EncryptedAssertion/>", "bad-signature"),
        (b"<ds:SignatureMethod ", b'Id="a" xml:id="a" ', "duplicate-id"),
        (b"<samlp:Status", b' xmlns:x="urn:x" x:y="1"', "bad-signature"),
    ],
)
def test_a_signature_cannot_make_us_work_for_the_forger(
    after: bytes, inserted: bytes, reason: str
) -> None:
    raw = answered()
    assert after in raw
    assert refusal(raw.replace(after, after + inserted, 1)) == reason


def test_an_empty_reference_is_refused() -> None:
    raw = re.sub(rb'Reference URI="#[^"]*"', b'Reference URI=""', answered())
    assert refusal(raw) == "signature-shape"


# What is refused before it is understood.


@pytest.mark.parametrize(
    "inserted", [b"<!-- x -->", b"<?pi x?>"], ids=["comment", "processing-instruction"]
)
def test_a_comment_inside_a_value_is_refused_although_the_signature_holds(inserted: bytes) -> None:
    pesel = PERSONA.pesel.encode()
    assert refusal(answered().replace(pesel, pesel[:5] + inserted + pesel[5:])) == "comment-or-pi"
    assert refusal(inserted + answered()) == "comment-or-pi"
    assert refusal(answered() + inserted) == "comment-or-pi"


def entity(declaration: str) -> bytes:
    return f"<!DOCTYPE r [{declaration}]>".encode() + answered().replace(b"Testowa", b"&x;")


def only_reasons(value: object) -> str:
    """Name a test by its reason alone: the messages hold random ids, and workers compare names."""
    return value if isinstance(value, str) and value.isascii() and value else "message"


def within_response(content: str) -> bytes:
    return f'<samlp:Response xmlns:samlp="{SAMLP}">{content}</samlp:Response>'.encode()


BOMB = '<!ENTITY a "aaaaaaaaaa"><!ENTITY x "' + "&a;" * 1000 + '">'


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (entity('<!ENTITY x SYSTEM "file:///etc/passwd">'), "dtd"),
        (entity(BOMB), "dtd"),
        (b'<!DOCTYPE r SYSTEM "http://127.0.0.1:9/x.dtd">' + answered(), "dtd"),
        (answered().decode().encode("utf-16"), "not-xml"),
        (b'<?xml version="1.0" encoding="iso-8859-2"?>' + answered(), "not-xml"),
        (b'<?xml version="1.0" encoding="utf-7"?>' + answered(), "not-xml"),
        (answered()[:-5], "not-xml"),
        (b"\x00" * 50, "not-xml"),
        (b"<a/>", "forbidden-element"),
        (f'<samlp:LogoutResponse xmlns:samlp="{SAMLP}"/>'.encode(), "not-a-response"),
        (b" " * (256 * 1024 + 1), "too-large"),
        (b" " * (3 * 256 * 1024), "too-large"),
        ("A" * 5, "not-base64"),
        ("PGEvPg==!", "not-base64"),
        ("żółw", "not-base64"),
        ("", "no-message"),
        (within_response("<samlp:Status/>" * 501), "too-complex"),
        (within_response("<samlp:a>" * 20 + "</samlp:a>" * 20), "too-complex"),
        (b"<a>" * 60_000, "not-xml"),
    ],
    ids=only_reasons,
)
def test_what_is_not_a_plain_small_message_is_refused(raw: bytes | str, reason: str) -> None:
    assert refusal(raw) == reason


def test_what_does_not_come_by_post_is_refused() -> None:
    form = {"SAMLResponse": base64.b64encode(answered()).decode()}
    with pytest.raises(EidRefused) as caught:
        WebSso(settings()).finish(form, request_id=REQUEST_ID, acs_url=ACS, now=NOW, by_get=True)
    assert caught.value.reason == "binding"


def test_a_form_without_an_answer_is_refused() -> None:
    with pytest.raises(EidRefused) as caught:
        WebSso(settings()).finish({"SAMLart": "AAQ"}, request_id=REQUEST_ID, acs_url=ACS, now=NOW)
    assert caught.value.reason == "no-message"


def test_base64_may_come_in_lines() -> None:
    assert finish(base64.encodebytes(answered()).decode()).scheme == "pesel"


def test_peeking_refuses_what_finishing_would() -> None:
    for raw in (b"<a/>", entity(BOMB), signed_again(put("/samlp:Response", "InResponseTo", "<>"))):
        with pytest.raises(EidRefused):
            peek(base64.b64encode(raw).decode())


# Secrets stay out of sight.


def test_nothing_about_the_person_or_the_key_reaches_a_log_or_a_repr(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    person = finish(answered())
    refusal(answered(Scenario.LOA_LOW))
    refusal(answered().replace(b"Testowa", b"Innna"))
    answer = stand_in().answer(REQUEST, PERSONA, Scenario.OK, NOW)
    shown = [
        repr(x) + repr(x.__rich_repr__()) for x in (person, answer, PERSONA, settings(), NODE_KEYS)
    ]
    seen = " ".join([*shown, caplog.text, *capfd.readouterr(), f"{person}"])
    for secret in (PERSONA.pesel, "Żaneta", PERSONA.family_name, "PRIVATE KEY", "<saml"):
        assert secret not in seen


# The stand-in.


@pytest.mark.parametrize("environment", ["production", "Production", "prod", "staging", ""])
def test_the_stand_in_does_not_exist_where_real_people_sign_in(environment: str) -> None:
    with pytest.raises(StandInForbidden):
        stand_in(environment)


def test_the_stand_in_warns_once_and_loudly(caplog: pytest.LogCaptureFixture) -> None:
    _warn.cache_clear()
    stand_in("demo")
    stand_in("demo")
    warnings = [record for record in caplog.records if record.levelno == logging.WARNING]
    assert len(warnings) == 1
    assert "STAND-IN" in warnings[0].getMessage()


def changed_request(change: Change, pair: KeyPair = CITY_KEYS) -> dict[str, str]:
    root = unsigned(base64.b64decode(begin().fields["SAMLRequest"]))
    change(root)
    signed = signature.sign(root, pair.key_pem, pair.certificate_pem)
    return {"SAMLRequest": base64.b64encode(signed).decode()}


def weakly_signed_request() -> dict[str, str]:
    root = unsigned(base64.b64decode(begin().fields["SAMLRequest"]))
    raw = sign_with(root, CITY_KEYS, xmlsec.Transform.RSA_SHA1, xmlsec.Transform.SHA1)
    return {"SAMLRequest": base64.b64encode(raw).decode()}


ASKED = "/samlp:AuthnRequest"


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (changed_request(lambda _: None, STRANGER_KEYS), "bad-signature"),
        (changed_request(write(f"{ASKED}/saml:Issuer", "https://sanok.ksr.example")), "issuer"),
        (
            changed_request(put(ASKED, "AssertionConsumerServiceURL", "https://e.example/")),
            "recipient",
        ),
        (changed_request(put(ASKED, "ProviderName", "Sanok")), "request-form"),
        (changed_request(put(ASKED, "ForceAuthn", None)), "request-form"),
        (changed_request(put(ASKED, "Destination", SSO + "2")), "request-form"),
        (changed_request(put(ASKED, "IssueInstant", at(hours=-1))), "expired"),
        (changed_request(write(CLASS_REF, LOA + "any")), "loa-unknown"),
        ({"SAMLRequest": base64.b64encode(answered()).decode()}, "not-a-request"),
        ({}, "no-message"),
        (changed_request(put(ASKED, "ID", "x" * 129)), "request-form"),
        (changed_request(lambda _: None) | {"RelayState": "x" * 81}, "relay-state"),
        (weakly_signed_request(), "algorithm"),
    ],
)
def test_the_stand_in_answers_registered_municipalities_only(
    form: dict[str, str], reason: str
) -> None:
    assert stand_in().read(changed_request(lambda _: None), REGISTERED, NOW).issuer == ISSUER
    with pytest.raises(EidRefused) as caught:
        stand_in().read(form, REGISTERED, NOW)
    assert caught.value.reason == reason


# Small rules.


@pytest.mark.parametrize("level", ["low", "substantial", "high"])
def test_the_stand_in_gives_the_level_that_was_asked_for(level: Loa) -> None:
    request = stand_in().read(begin(required_loa=level).fields, REGISTERED, NOW)
    assert finish(answered(request=request), required_loa=level).loa == level


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("85830112341", True),
        ("44051401359", True),
        ("44051401358", False),
        ("00000000000", False),
        ("85830112341 ", False),
        ("٨٥٨٣٠١١٢٣٤١", False),
        ("8583011234", False),
        ("", False),
    ],
)
def test_a_pesel_has_a_day_that_exists_and_a_check_digit(value: str, expected: bool) -> None:  # noqa: FBT001
    assert _is_pesel(value) is expected
