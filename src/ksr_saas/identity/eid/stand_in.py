"""The product's own stand-in of the login.gov.pl node, for demonstrations and tests.

Whoever can reach it can sign in as anybody. It therefore starts in named environments only, and a
node is trusted by its pinned certificate: this one's belongs in no production settings.
"""

import logging
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Final, get_args
from uuid import uuid4

import msgspec
from lxml import etree

from ksr_saas.identity.eid import message, signature
from ksr_saas.identity.eid.message import Element, only, text_of
from ksr_saas.identity.eid.names import (
    AUTHN_FAILED,
    BEARER,
    DATE_OF_BIRTH,
    FAMILY_NAME,
    GIVEN_NAME,
    HTTP_POST,
    LOA,
    NAME_FORMAT_URI,
    NAMEID_UNSPECIFIED,
    PERSON_IDENTIFIER,
    SAML,
    SAMLP,
    SUCCESS,
    saml,
    samlp,
)
from ksr_saas.identity.eid.person import Loa
from ksr_saas.identity.eid.provider import EidRefused, LoginForm

logger = logging.getLogger(__name__)

ENVIRONMENTS: Final = frozenset({"development", "dev", "local", "demo", "test"})
LIFETIME: Final = timedelta(minutes=5)  # of an assertion, and of a request
_MAX_BYTES: Final = 64 * 1024


class Scenario(StrEnum):
    """How the login ends. A replay is the same answer posted twice and needs no scenario."""

    OK = "ok"
    CANCELLED = "cancelled"
    LOA_LOW = "loa-low"
    NO_PESEL = "no-pesel"
    EXPIRED = "expired"


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


class ServiceProvider(msgspec.Struct, frozen=True, kw_only=True):
    """What a municipality has registered: where answers may go, and its pinned certificates."""

    provider_name: str
    acs_urls: tuple[str, ...]
    certificates: tuple[str, ...]


class LoginRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A verified AuthnRequest."""

    request_id: str
    issuer: str
    provider_name: str
    acs_url: str
    relay_state: str
    loa: Loa


class StandInForbidden(RuntimeError):
    """The stand-in was asked to start where real people sign in."""


class StandIn:
    """The node as our side sees it: it reads signed requests and signs answers."""

    def __init__(
        self,
        *,
        environment: str,
        entity_id: str,
        sso_url: str,
        key_pem: str,
        certificate_pem: str,
    ) -> None:
        if environment not in ENVIRONMENTS:
            raise StandInForbidden(f"no eID stand-in in environment {environment!r}")
        _warn(environment)
        self._entity_id = entity_id
        self._sso_url = sso_url
        self._key_pem = key_pem
        self._certificate_pem = certificate_pem

    def issuer_of(self, form: Mapping[str, str]) -> str:
        """Read who claims to ask, to look up their registration. Nothing is verified yet."""
        return text_of(only(_request_root(form), saml("Issuer"), "issuer"))

    def read(
        self, form: Mapping[str, str], registered: Mapping[str, ServiceProvider], now: datetime
    ) -> LoginRequest:
        """Verify a posted AuthnRequest against the registrations, by issuer, or refuse it."""
        root = _request_root(form)
        issuer = text_of(only(root, saml("Issuer"), "issuer"))
        provider = registered.get(issuer)
        if provider is None:
            raise EidRefused("issuer")
        signature.check_shapes(root)
        signature.verify(root, provider.certificates)
        self._check_request(root, provider, now)
        relay_state = form.get("RelayState", "")
        if len(relay_state.encode()) > message.MAX_RELAY_STATE:
            raise EidRefused("relay-state")
        return LoginRequest(
            request_id=root.get("ID"),
            issuer=issuer,
            provider_name=provider.provider_name,
            acs_url=root.get("AssertionConsumerServiceURL"),
            relay_state=relay_state,
            loa=_requested_loa(root),
        )

    def _check_request(self, root: Element, provider: ServiceProvider, now: datetime) -> None:
        """Hold the request against the registration, as strictly as the node does."""
        expected = {
            "Version": "2.0",
            "Destination": self._sso_url,
            "ForceAuthn": "true",
            "ProtocolBinding": HTTP_POST,
            "ProviderName": provider.provider_name,
        }
        if any(root.get(name) != value for name, value in expected.items()):
            raise EidRefused("request-form")
        if root.get("AssertionConsumerServiceURL") not in provider.acs_urls:
            raise EidRefused("recipient")
        if not message.is_message_id(root.get("ID", "")):
            raise EidRefused("request-form")
        if abs(now - message.moment(root, "IssueInstant")) > LIFETIME:
            raise EidRefused("expired")

    def answer(
        self, request: LoginRequest, persona: Persona, scenario: Scenario, now: datetime
    ) -> LoginForm:
        """Answer a verified request as this person; the browser posts the form to the ACS."""
        issued = now - 2 * LIFETIME if scenario is Scenario.EXPIRED else now
        root = _Answer(self._entity_id, request, persona, scenario, issued).response()
        signed = signature.sign(root, self._key_pem, self._certificate_pem)
        return LoginForm(
            action=request.acs_url,
            fields={"SAMLResponse": message.encode(signed), "RelayState": request.relay_state},
        )


class _Answer:
    """One Response under construction, in the order of the protocol schema."""

    def __init__(
        self,
        entity_id: str,
        request: LoginRequest,
        persona: Persona,
        scenario: Scenario,
        issued: datetime,
    ) -> None:
        self._entity_id = entity_id
        self._request = request
        self._persona = persona
        self._scenario = scenario
        self._issued = message.written(issued)
        self._expires = message.written(issued + LIFETIME)

    def response(self) -> Element:
        """Build the message. Like the node, it leaves out Destination and signs only the whole."""
        attributes = self._stamp() | {"InResponseTo": self._request.request_id}
        root = etree.Element(samlp("Response"), attributes, nsmap={"samlp": SAMLP, "saml": SAML})
        _add(root, saml("Issuer"), self._entity_id)
        cancelled = self._scenario is Scenario.CANCELLED
        status = _add(root, samlp("Status"))
        _add(status, samlp("StatusCode"), Value=AUTHN_FAILED if cancelled else SUCCESS)
        # The real node sends the assertion along with AuthnFailed too (seen in 2024).
        self._add_assertion(root)
        return root

    def _stamp(self) -> dict[str, str]:
        return {"ID": f"ID-{uuid4()}", "Version": "2.0", "IssueInstant": self._issued}

    def _add_assertion(self, root: Element) -> None:
        assertion = _add(root, saml("Assertion"), **self._stamp())
        _add(assertion, saml("Issuer"), self._entity_id)
        subject = _add(assertion, saml("Subject"))
        _add(subject, saml("NameID"), f"user-{uuid4()}", Format=NAMEID_UNSPECIFIED)
        confirmation = _add(subject, saml("SubjectConfirmation"), Method=BEARER)
        _add(
            confirmation,
            saml("SubjectConfirmationData"),
            InResponseTo=self._request.request_id,
            NotOnOrAfter=self._expires,
            Recipient=self._request.acs_url,
        )
        window = {"NotBefore": self._issued, "NotOnOrAfter": self._expires}
        conditions = _add(assertion, saml("Conditions"), **window)
        restriction = _add(conditions, saml("AudienceRestriction"))
        _add(restriction, saml("Audience"), self._request.issuer)
        self._add_statements(assertion)

    def _add_statements(self, assertion: Element) -> None:
        session = {"AuthnInstant": self._issued, "SessionIndex": f"ID-{uuid4()}"}
        statement = _add(assertion, saml("AuthnStatement"), **session)
        context = _add(statement, saml("AuthnContext"))
        low = self._scenario is Scenario.LOA_LOW
        _add(context, saml("AuthnContextClassRef"), LOA + ("low" if low else self._request.loa))
        attributes = _add(assertion, saml("AttributeStatement"))
        for name, value in self._claims().items():
            friendly = name.rpartition("/")[2]
            attribute = _add(
                attributes,
                saml("Attribute"),
                Name=name,
                NameFormat=NAME_FORMAT_URI,
                FriendlyName=friendly,
            )
            _add(attribute, saml("AttributeValue"), value)

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
        return claims


def _add(parent: Element, tag: str, text: str | None = None, **attributes: str) -> Element:
    child = etree.SubElement(parent, tag, attributes)
    child.text = text
    return child


def _request_root(form: Mapping[str, str]) -> Element:
    """Parse the posted request within the same limits an answer has."""
    root = message.parse(message.decode(form.get("SAMLRequest"), _MAX_BYTES))
    if root.tag != samlp("AuthnRequest"):
        raise EidRefused("not-a-request")
    return root


def _requested_loa(root: Element) -> Loa:
    """Read the level asked for; the node knows `minimum` and one class only."""
    context = only(root, samlp("RequestedAuthnContext"), "loa-unknown")
    wanted = text_of(only(context, saml("AuthnContextClassRef"), "loa-unknown"))
    for level in get_args(Loa):
        if context.get("Comparison") == "minimum" and wanted == LOA + level:
            return level  # type: ignore[no-any-return]
    raise EidRefused("loa-unknown")


@cache
def _warn(environment: str) -> None:
    """Say once per process, loudly, that logins here prove nothing."""
    logger.warning(
        "THE eID STAND-IN IS ON (environment %s): anybody can sign in as anybody", environment
    )
