"""What a city's own provider says of its staff, and what it must not be believed."""

import base64
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from lxml import etree

from ksr_saas.identity.eid.keys import make_key_pair
from ksr_saas.identity.eid.names import MAIL, PERSON_IDENTIFIER, saml
from ksr_saas.identity.eid.profile import StaffTerms
from ksr_saas.identity.eid.provider import EidRefused, EidSettings
from ksr_saas.identity.eid.staff_assertion import read_member
from ksr_saas.identity.eid.web_sso import WebSso
from ksr_saas.identity.ways import Way, way_of
from tests.factories.eid import CLASS_REF, NOW, astray, drop, find, put, twice, write
from tests.factories.office import FACTORS, PASSWORD, Office, unchanged

ISSUER = "https://lipno.ksr.example/pracownik/sso"
ACS = "https://lipno.ksr.example/pracownik/sso/acs"
REQUEST_ID = "ID-6f7f7a4e-0000-4000-8000-000000000001"
OFFICE = Office(now=lambda: NOW)
OURS = make_key_pair("city", now=NOW, bits=2048)
MAIL_ATTRIBUTE = f"//saml:Attribute[@Name='{MAIL}']"
TERMS = StaffTerms(trusted_contexts=(FACTORS,))


def settings(**terms):
    return EidSettings(
        issuer=ISSUER,
        provider_name="Lipno",
        idp_entity_id=OFFICE.entity,
        idp_sso_url=OFFICE.sso,
        idp_certificates=(OFFICE.pair.certificate_pem,),
        sp_key_pem=OURS.key_pem,
        sp_certificate_pem=OURS.certificate_pem,
        acs_url=ACS,
        staff=msgspec.structs.replace(TERMS, **terms),
    )


def begun(**terms):
    provider = WebSso(settings(**terms), read=read_member)
    return provider.begin(
        request_id=REQUEST_ID, acs_url=ACS, return_state=REQUEST_ID, now=NOW
    ).fields


def person(value="anna@lipno.example", change=unchanged, *, context=PASSWORD, **terms):
    form = OFFICE.answer(begun(), value, change=change, context=context)
    provider = WebSso(settings(**terms), read=read_member)
    return provider.finish(form, request_id=REQUEST_ID, acs_url=ACS, now=NOW)


def refusal(*given, **named):
    with pytest.raises(EidRefused) as caught:
        person(*given, **named)
    return caught.value.reason


def request(**terms):
    return etree.fromstring(base64.b64decode(begun(**terms)["SAMLRequest"]))


def test_the_named_attribute_says_who_it_is_whatever_else_is_sent():
    found = person("Anna.Nowak@lipno.example")
    assert found.value == "Anna.Nowak@lipno.example"
    assert found.factors_at is None
    assert "lipno.example" not in repr(found)


def another_word(root):
    """The name of a way to sign in, in the place for the description of one."""
    find(root, CLASS_REF).tag = saml("AuthnContextDeclRef")


def test_several_factors_are_believed_by_name_only():
    assert person(context=FACTORS).factors_at == NOW
    assert person(context=FACTORS, trusted_contexts=()).factors_at is None
    assert person(context=FACTORS + "/").factors_at is None
    assert person(change=another_word, context=FACTORS).factors_at is None


def test_factors_shown_long_ago_are_dated_when_they_were_shown():
    earlier = put("//saml:AuthnStatement", "AuthnInstant", "2027-03-01T06:00:00Z")
    found = person(change=earlier, context=FACTORS)
    assert found.factors_at == datetime(2027, 3, 1, 6, tzinfo=UTC)
    a_little_ahead = put("//saml:AuthnStatement", "AuthnInstant", "2027-03-01T09:00:30Z")
    assert person(change=a_little_ahead, context=FACTORS).factors_at == NOW
    ahead = put("//saml:AuthnStatement", "AuthnInstant", "2027-03-01T09:05:00Z")
    assert refusal(change=ahead) == "not-yet-valid"


def two_values(root):
    etree.SubElement(find(root, MAIL_ATTRIBUTE), saml("AttributeValue")).text = "b@lipno.example"


@pytest.mark.parametrize(
    ("value", "change"),
    [
        ("", unchanged),
        ("anna@lipno.example ", unchanged),
        ("anna\u212aowalska@lipno.example", unchanged),
        ("żaneta@lipno.example", unchanged),
        ("anna\t@lipno.example", unchanged),
        ("a" * 321, unchanged),
        ("anna@lipno.example", drop(MAIL_ATTRIBUTE)),
        ("anna@lipno.example", two_values),
        ("anna@lipno.example", put(MAIL_ATTRIBUTE, "Name", MAIL.upper())),
    ],
)
def test_a_person_not_named_once_and_plainly_is_refused(value, change):
    assert refusal(value, change) == "person-attribute"


def test_the_attribute_twice_is_refused():
    assert refusal(change=twice(MAIL_ATTRIBUTE)) in {"person-attribute", "invalid"}


def test_another_attribute_may_be_agreed():
    assert refusal(person_attribute="urn:oid:0.9.2342.19200300.100.1.1") == "person-attribute"
    renamed = put(MAIL_ATTRIBUTE, "Name", "uid")
    assert person("anna", renamed, person_attribute="uid").value == "anna"


@pytest.mark.parametrize(("change", "reason"), astray(ISSUER, ACS))
def test_an_answer_for_another_place_or_time_is_refused(change, reason):
    assert refusal(change=change) == reason


def test_another_citys_provider_is_not_believed():
    other = Office("https://konta.sanok.example/idp", now=lambda: NOW)
    for impostor in (other, Office(OFFICE.entity, now=lambda: NOW)):
        form = impostor.answer(begun(), "anna@lipno.example")
        provider = WebSso(settings(), read=read_member)
        with pytest.raises(EidRefused, match="bad-signature"):
            provider.finish(form, request_id=REQUEST_ID, acs_url=ACS, now=NOW)


def test_an_issuer_that_only_resembles_the_provider_is_refused():
    assert refusal(change=write("/samlp:Response/saml:Issuer", OFFICE.entity + "/")) == "issuer"


def test_staff_are_asked_who_they_are_and_nothing_else():
    asked = request()
    assert asked.get("ForceAuthn") == "true"
    assert asked.get("AssertionConsumerServiceURL") == ACS
    tags = {etree.QName(node).localname for node in asked}
    assert tags == {"Signature", "Issuer", "NameIDPolicy"}
    assert PERSON_IDENTIFIER not in etree.tostring(asked).decode()
    assert request(force_authn=False).get("ForceAuthn") == "false"


@pytest.mark.parametrize(
    ("own", "custom", "way"),
    [
        (None, None, Way.HERE),
        (None, Way.SSO, Way.SSO),
        (None, Way.BOTH, Way.BOTH),
        (Way.HERE, Way.SSO, Way.HERE),
        (Way.SSO, None, Way.SSO),
        (Way.BOTH, Way.HERE, Way.BOTH),
    ],
)
def test_an_account_follows_the_municipality_unless_it_says_otherwise(own, custom, way):
    assert way_of(own, custom) is way


def test_an_answer_is_read_until_its_end_and_a_minute():
    form = OFFICE.answer(begun(), "anna@lipno.example")
    provider = WebSso(settings(), read=read_member)
    late = NOW + timedelta(minutes=6, seconds=1)
    with pytest.raises(EidRefused, match="expired"):
        provider.finish(form, request_id=REQUEST_ID, acs_url=ACS, now=late)
