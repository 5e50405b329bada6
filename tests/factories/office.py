"""A city's own provider for its staff, which answers by POST and can be made to answer wrongly."""

import base64
from pathlib import Path

from lxml import etree

from ksr_saas.identity.eid import signature
from ksr_saas.identity.eid.keys import make_key_pair
from ksr_saas.identity.eid.names import MAIL, ds, saml
from ksr_saas.identity.eid.stand_in import Artifacts, LoginRequest, Scenario, StandIn
from ksr_saas.kernel.clock import Clock
from tests.factories.eid import CLASS_REF, PERSONA, find

PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"
FACTORS = "https://refeds.org/profile/mfa"


def unchanged(_):
    """The answer as it should be."""


def named(value, attribute=MAIL, context=PASSWORD):
    """A change that makes an answer about a parent one about a member of staff."""

    def change(root):
        statement = find(root, "//saml:AttributeStatement")
        for old in list(statement):
            statement.remove(old)
        for name, values in (("groups", ["a", "b"]), (attribute, [value])):
            added = etree.SubElement(statement, saml("Attribute"), Name=name)
            for one in values:
                etree.SubElement(added, saml("AttributeValue")).text = one
        find(root, CLASS_REF).text = context

    return change


class Office:
    """The provider; it answers whatever request it is handed."""

    def __init__(self, entity="https://konta.example/idp", now=None):
        self.entity = entity
        self.sso = "https://konta.example/sso"
        self.now = now or Clock().now
        self.pair = make_key_pair("office", now=self.now(), bits=2048)

    def registered_by(self, folder: Path):
        """What `ksr municipality eid --for staff set` is told of it."""
        file = folder / "office.pem"
        file.write_text(self.pair.certificate_pem)
        return (f"entity-id={self.entity}", f"sso-url={self.sso}", f"certificates={file}")

    def answer(self, fields, value, *, change=unchanged, **about):
        """The form a browser would bring back after `fields` were posted here."""
        asked = etree.fromstring(base64.b64decode(fields["SAMLRequest"]))
        request = LoginRequest(
            request_id=asked.get("ID"),
            issuer=asked.findtext(saml("Issuer")),
            provider_name="",
            acs_url=asked.get("AssertionConsumerServiceURL"),
            relay_state=fields["RelayState"],
            loa="substantial",
        )
        node = StandIn(
            environment="test",
            entity_id=self.entity,
            sso_url=self.sso,
            key_pem=self.pair.key_pem,
            certificate_pem=self.pair.certificate_pem,
            artifacts=Artifacts(Path("/nowhere")),
        )
        made = node.answer(request, PERSONA, Scenario.OK, self.now())
        root = etree.fromstring(base64.b64decode(made.fields["SAMLResponse"]))
        for old in root.findall(f".//{ds('Signature')}"):
            old.getparent().remove(old)
        named(value, **about)(root)
        change(root)
        signed = signature.sign(root, self.pair.key_pem, self.pair.certificate_pem)
        encoded = base64.b64encode(signed).decode()
        return {"SAMLResponse": encoded, "RelayState": fields["RelayState"]}
