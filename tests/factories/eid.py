"""Messages of an eID node, and ways to spoil them by one thing at a time."""

from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, date, datetime, timedelta

import xmlsec
from lxml import etree

from ksr_saas.identity.eid import message
from ksr_saas.identity.eid.keys import KeyPair
from ksr_saas.identity.eid.message import Element
from ksr_saas.identity.eid.names import (
    DS,
    FAMILY_NAME,
    PERSON_IDENTIFIER,
    SAML,
    SAMLP,
    XENC,
    XENC11,
    ds,
    saml,
    samlp,
)
from ksr_saas.identity.eid.stand_in import Persona, Scenario

NSMAP = {"samlp": SAMLP, "saml": SAML, "ds": DS, "xenc": XENC, "xenc11": XENC11}
# Born in 1885: nobody living can own the number.
PERSONA = Persona(
    label="Test",
    given_name="Żaneta Łucja",
    family_name="Gżegżółka-Testowa",
    pesel="85830112341",
    birth_date=date(1885, 3, 1),
)

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
Change = Callable[[Element], None]

CONDITIONS = "//saml:Conditions"
CONFIRMED = "//saml:SubjectConfirmationData"
AUDIENCE = "//saml:Audience"
CLASS_REF = "//saml:AuthnContextClassRef"
IDENTIFIER = f"//saml:Attribute[@Name='{PERSON_IDENTIFIER}']"
FAMILY = f"//saml:Attribute[@Name='{FAMILY_NAME}']"


def find(root: Element, path: str) -> Element:
    (found,) = root.xpath(path, namespaces=NSMAP)
    return found


def nest(path: str) -> Change:
    def change(root: Element) -> None:
        etree.SubElement(find(root, path), saml("NameID")).tail = "1"

    return change


def put(path: str, attribute: str, value: str | None) -> Change:
    def change(root: Element) -> None:
        node = find(root, path)
        if value is None:
            del node.attrib[attribute]
        else:
            node.set(attribute, value)

    return change


def write(path: str, text: str) -> Change:
    def change(root: Element) -> None:
        find(root, path).text = text

    return change


def drop(path: str) -> Change:
    def change(root: Element) -> None:
        node = find(root, path)
        node.getparent().remove(node)

    return change


def twice(path: str) -> Change:
    def change(root: Element) -> None:
        node = find(root, path)
        copy = deepcopy(node)
        if copy.get("ID"):
            copy.set("ID", "ID-copy")
        node.addnext(copy)

    return change


def evil(root: Element) -> Element:
    """Copy a message or assertion for somebody else, with ids of its own."""
    copy = deepcopy(root)
    for node in copy.iter():
        if node.get("ID"):
            node.set("ID", node.get("ID") + "-evil")
    for value in copy.iter(saml("AttributeValue")):
        if value.text == PERSONA.pesel:
            value.text = "85830112358"
    for old in copy.findall(f".//{ds('Signature')}"):
        old.getparent().remove(old)
    return copy


def inside_signature(good: Element) -> Element:
    """XSW1: a foreign message around the signature, the signed message as an Object in it."""
    outer, seal = evil(good), good.find(ds("Signature"))
    good.remove(seal)
    etree.SubElement(seal, ds("Object")).append(good)
    outer.insert(1, seal)
    return outer


def beside_signature(good: Element) -> Element:
    """XSW2: a foreign message holding the signature and, in front of it, the signed message."""
    outer, seal = evil(good), good.find(ds("Signature"))
    good.remove(seal)
    outer.insert(1, good)
    outer.insert(2, seal)
    return outer


def in_extensions(good: Element) -> Element:
    """XSW7: the signed message tucked away where the schema allows anything."""
    outer = evil(good)
    hidden = etree.Element(samlp("Extensions"))
    hidden.append(good)
    outer.insert(1, hidden)
    return outer


def under_the_same_id(good: Element) -> Element:
    """A foreign message that shares the signed one's id and carries its signature."""
    outer = in_extensions(good)
    seal = good.find(ds("Signature"))
    outer.set("ID", good.get("ID"))
    outer.insert(1, seal)
    return outer


def foreign_assertion_first(good: Element) -> Element:
    """XSW3: a foreign assertion before the signed one."""
    inner = find(good, "//saml:Assertion")
    inner.addprevious(evil(inner))
    return good


def foreign_assertion_around(good: Element) -> Element:
    """XSW4: the signed assertion inside a foreign one."""
    inner = find(good, "//saml:Assertion")
    outer = evil(inner)
    inner.getparent().replace(inner, outer)
    outer.append(inner)
    return good


def foreign_assertion_with_its_signature(good: Element) -> Element:
    """XSW5/6: the signature moved into a foreign assertion, the signed one at the end."""
    inner = find(good, "//saml:Assertion")
    outer = evil(inner)
    seal = inner.find(ds("Signature"))
    if seal is not None:
        outer.insert(1, seal)
    good.append(outer)
    return good


def assertion_in_object(good: Element) -> Element:
    """XSW8: the signed assertion as an Object of the signature in a foreign one."""
    inner = find(good, "//saml:Assertion")
    outer = evil(inner)
    seal = inner.find(ds("Signature"))
    if seal is None:
        seal = good.find(ds("Signature"))
    inner.getparent().replace(inner, outer)
    outer.insert(1, seal)
    etree.SubElement(seal, ds("Object")).append(inner)
    return good


def sign_with(root: Element, pair: KeyPair, method: object, digest: object) -> bytes:
    """Sign as libxmlsec1 can and we would not."""
    node = xmlsec.template.create(root, xmlsec.Transform.EXCL_C14N, method, ns="ds")
    root.find(saml("Issuer")).addnext(node)
    reference = xmlsec.template.add_reference(node, digest, uri=f"#{root.get('ID')}")
    xmlsec.template.add_transform(reference, xmlsec.Transform.ENVELOPED)
    xmlsec.template.add_transform(reference, xmlsec.Transform.EXCL_C14N)
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(pair.key_pem, xmlsec.KeyFormat.PEM)
    context.register_id(root, "ID")
    context.sign(node)
    return etree.tostring(root)


MESSAGE_WRAPPINGS = [inside_signature, beside_signature, in_extensions, under_the_same_id]
ASSERTION_WRAPPINGS = [
    foreign_assertion_first,
    foreign_assertion_around,
    foreign_assertion_with_its_signature,
    assertion_in_object,
]


def at(**delta: float) -> str:
    return message.written(NOW + timedelta(**delta))


def astray(issuer: str, acs_url: str) -> list[tuple[Change, str]]:
    """Changes that make an assertion one for another place or time, and why it is refused."""
    return [
        (write(AUDIENCE, "https://sanok.ksr.example"), "audience"),
        (write(AUDIENCE, issuer + "/"), "audience"),
        (twice(AUDIENCE), "audience"),
        (drop(AUDIENCE), "audience"),
        (drop("//saml:AudienceRestriction"), "audience"),
        (twice("//saml:AudienceRestriction"), "audience"),
        (drop(CONDITIONS), "conditions"),
        (put(CONDITIONS, "NotOnOrAfter", at(seconds=-61)), "expired"),
        (put(CONDITIONS, "NotOnOrAfter", at(seconds=-250)), "expired"),
        (put(CONDITIONS, "NotBefore", at(seconds=200)), "not-yet-valid"),
        (put(CONDITIONS, "NotOnOrAfter", None), "time-form"),
        (put(CONFIRMED, "NotOnOrAfter", at(hours=-1)), "expired"),
        (put(CONFIRMED, "NotOnOrAfter", None), "time-form"),
        (put(CONFIRMED, "Recipient", "https://sanok.ksr.example/eid/odpowiedz"), "recipient"),
        (put(CONFIRMED, "Recipient", f"https://evil.example/?{acs_url}"), "recipient"),
        (put(CONFIRMED, "Recipient", acs_url + "/x"), "recipient"),
        (put(CONFIRMED, "Recipient", None), "recipient"),
        (put(CONFIRMED, "InResponseTo", "ID-of-somebody-else"), "unsolicited"),
        (put(CONFIRMED, "InResponseTo", None), "unsolicited"),
        (
            put(
                "//saml:SubjectConfirmation",
                "Method",
                "urn:oasis:names:tc:SAML:2.0:cm:sender-vouches",
            ),
            "subject-confirmation",
        ),
        (twice("//saml:SubjectConfirmation"), "subject-confirmation"),
    ]


REFUSED = [
    (Scenario.CANCELLED, "cancelled"),
    (Scenario.LOA_LOW, "loa-too-low"),
    (Scenario.EXPIRED, "expired"),
    (Scenario.WRONG_AUDIENCE, "audience"),
    (Scenario.WRONG_RECIPIENT, "recipient"),
    (Scenario.OTHER_REQUEST, "unsolicited"),
    (Scenario.UNSIGNED, "unsigned"),
]
"""How the stand-in can end a login by either binding, and why that is refused."""
