"""The answers of the stand-in: people, ways a login ends, and the Response that says so."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from uuid import uuid4

import msgspec
from lxml import etree

from ksr_saas.identity.eid import message
from ksr_saas.identity.eid.message import Element
from ksr_saas.identity.eid.names import (
    AUTHN_FAILED,
    BEARER,
    DATE_OF_BIRTH,
    FAMILY_NAME,
    GIVEN_NAME,
    LOA,
    NAME_FORMAT_URI,
    NAMEID_UNSPECIFIED,
    NATURAL_PERSON_TYPES,
    PERSON_IDENTIFIER,
    SAML,
    SAMLP,
    SUCCESS,
    XSI,
    saml,
    samlp,
    xsi,
)
from ksr_saas.identity.eid.person import Loa
from ksr_saas.identity.eid.profile import Binding

LIFETIME: Final = timedelta(minutes=5)  # of an assertion, a request and an artifact
AUTHORITY: Final = "stand-in.pz.gov.pl"


class Scenario(StrEnum):
    """How the login ends. The later ones are what a broken or forged node might send."""

    OK = "ok"
    FOREIGNER = "foreigner"
    CANCELLED = "cancelled"
    LOA_LOW = "loa-low"
    NO_PESEL = "no-pesel"
    EXPIRED = "expired"
    REPLAY = "replay"
    WRONG_AUDIENCE = "wrong-audience"
    WRONG_RECIPIENT = "wrong-recipient"
    OTHER_REQUEST = "other-request"
    NOT_ENCRYPTED = "not-encrypted"
    SHORT_KEY = "short-key"
    FOREIGN_KEY = "foreign-key"
    UNSIGNED = "unsigned"
    UNSIGNED_ARTIFACT = "unsigned-artifact"
    EMPTY = "empty"


class Persona(msgspec.Struct, frozen=True, kw_only=True):
    """An invented person to sign in as; `label` is what the chooser shows."""

    label: str
    given_name: str
    family_name: str
    pesel: str
    birth_date: date

    def __repr__(self) -> str:
        """Show the label only: somebody will put a real person in a demonstration."""
        return f"Persona(label={self.label!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show rich printers no more than `repr` does."""
        return [("label", self.label)]


class LoginRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A verified AuthnRequest."""

    request_id: str
    issuer: str
    provider_name: str
    acs_url: str
    relay_state: str
    loa: Loa
    binding: Binding = "post"


class Answer:
    """One Response under construction, in the order of the protocol schema."""

    def __init__(
        self,
        entity_id: str,
        request: LoginRequest,
        persona: Persona,
        scenario: Scenario,
        now: datetime,
    ) -> None:
        self._entity_id = entity_id
        self._request = request
        self._persona = persona
        self._scenario = scenario
        issued = now - 2 * LIFETIME if scenario is Scenario.EXPIRED else now
        self._issued = message.written(issued)
        self._expires = message.written(issued + LIFETIME)

    def response(self) -> Element:
        """Build the message. Like the node, it leaves out Destination and signs only the whole."""
        attributes = stamp(self._issued) | {"InResponseTo": self._answered()}
        root = etree.Element(samlp("Response"), attributes, nsmap={"samlp": SAMLP, "saml": SAML})
        add(root, saml("Issuer"), self._entity_id)
        add_status(root, self._scenario)
        # The real node sends the assertion along with AuthnFailed too (seen in 2024).
        self._add_assertion(root)
        return root

    def _answered(self) -> str:
        other = self._scenario is Scenario.OTHER_REQUEST
        return "ID-of-another-login" if other else self._request.request_id

    def _add_assertion(self, root: Element) -> None:
        names = {"naturalperson": NATURAL_PERSON_TYPES, "xsi": XSI}
        assertion = etree.SubElement(root, saml("Assertion"), stamp(self._issued), nsmap=names)
        if self._scenario is Scenario.REPLAY:
            assertion.set("ID", f"ID-{self._digest()}")
        add(assertion, saml("Issuer"), self._entity_id)
        subject = add(assertion, saml("Subject"))
        add(subject, saml("NameID"), f"user-{uuid4()}", Format=NAMEID_UNSPECIFIED)
        confirmation = add(subject, saml("SubjectConfirmation"), Method=BEARER)
        astray = "/x" if self._scenario is Scenario.WRONG_RECIPIENT else ""
        add(
            confirmation,
            saml("SubjectConfirmationData"),
            InResponseTo=self._answered(),
            NotOnOrAfter=self._expires,
            Recipient=self._request.acs_url + astray,
        )
        window = {"NotBefore": self._issued, "NotOnOrAfter": self._expires}
        conditions = add(assertion, saml("Conditions"), **window)
        restriction = add(conditions, saml("AudienceRestriction"))
        other = self._scenario is Scenario.WRONG_AUDIENCE
        add(restriction, saml("Audience"), "another.example" if other else self._request.issuer)
        self._add_statements(assertion)

    def _add_statements(self, assertion: Element) -> None:
        session = {"AuthnInstant": self._issued, "SessionIndex": f"ID-{uuid4()}"}
        statement = add(assertion, saml("AuthnStatement"), **session)
        context = add(statement, saml("AuthnContext"))
        low = self._scenario is Scenario.LOA_LOW
        add(context, saml("AuthnContextClassRef"), LOA + ("low" if low else self._request.loa))
        add(context, saml("AuthenticatingAuthority"), AUTHORITY)
        attributes = add(assertion, saml("AttributeStatement"))
        for name, value in self._claims().items():
            friendly = name.rpartition("/")[2]
            attribute = add(
                attributes,
                saml("Attribute"),
                Name=name,
                NameFormat=NAME_FORMAT_URI,
                FriendlyName=friendly.removeprefix("Current"),
            )
            written = add(attribute, saml("AttributeValue"), value)
            written.set(xsi("type"), f"naturalperson:{friendly}Type")

    def _claims(self) -> dict[str, str]:
        """List the node's attributes by Name; it writes a date of birth with a Z."""
        person = self._persona
        claims = {
            GIVEN_NAME: person.given_name,
            FAMILY_NAME: person.family_name,
            DATE_OF_BIRTH: f"{person.birth_date.isoformat()}Z",
            PERSON_IDENTIFIER: person.pesel,
        }
        if self._scenario is Scenario.NO_PESEL:
            del claims[PERSON_IDENTIFIER]
        if self._scenario is Scenario.FOREIGNER:
            claims[PERSON_IDENTIFIER] = f"DE/PL/{self._digest()[:16]}"
        return claims

    def _digest(self) -> str:
        """The same letters for the same persona, by which nobody is recognised."""
        return sha256(f"{self._entity_id} {self._persona.pesel}".encode()).hexdigest()


def stamp(issued: str) -> dict[str, str]:
    """What every message and assertion begins with."""
    return {"ID": f"ID-{uuid4()}", "Version": "2.0", "IssueInstant": issued}


def add_status(root: Element, scenario: Scenario) -> None:
    """Write the outcome as the node does: a failed login at the top level."""
    code = AUTHN_FAILED if scenario is Scenario.CANCELLED else SUCCESS
    add(add(root, samlp("Status")), samlp("StatusCode"), Value=code)


def add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    """Add a child with this text and these attributes."""
    child = etree.SubElement(parent, tag, attributes)
    child.text = text
    return child
