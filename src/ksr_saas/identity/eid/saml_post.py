"""SAML 2.0 web browser SSO with both messages by HTTP-POST, signed RSA-SHA256.

Absent on purpose, until the full login.gov.pl profile: HTTP-Artifact, encrypted assertions, ECDSA
and the eIDAS request extensions.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from lxml import etree

from ksr_saas.identity.eid import assertion as claims
from ksr_saas.identity.eid import message, signature, toolkit
from ksr_saas.identity.eid.message import Element, only
from ksr_saas.identity.eid.names import (
    AUTHN_FAILED,
    HTTP_POST,
    LOA,
    NAMEID_UNSPECIFIED,
    REQUEST_DENIED,
    SAML,
    SAMLP,
    SUCCESS,
    saml,
    samlp,
)
from ksr_saas.identity.eid.person import EidPerson
from ksr_saas.identity.eid.provider import EidRefused, EidSettings, LoginForm

_CANCELLED: Final = frozenset({AUTHN_FAILED, REQUEST_DENIED})


class SamlPost:
    """An `EidProvider` for one municipality; it keeps nothing between calls."""

    def __init__(self, settings: EidSettings) -> None:
        self._settings = settings

    def begin(
        self, *, request_id: str, acs_url: str, return_state: str, now: datetime
    ) -> LoginForm:
        """Write a signed AuthnRequest that demands a fresh login of the required level."""
        if not message.is_message_id(request_id):
            raise ValueError("request_id is not an XML name")
        if len(return_state.encode()) > message.MAX_RELAY_STATE:
            raise ValueError("return_state is longer than 80 bytes")
        root = _authn_request(self._settings, request_id, acs_url, now)
        signed = signature.sign(root, self._settings.sp_key_pem, self._settings.sp_certificate_pem)
        return LoginForm(
            action=self._settings.idp_sso_url,
            fields={"SAMLRequest": message.encode(signed), "RelayState": return_state},
        )

    def finish(
        self, form: Mapping[str, str], *, request_id: str, acs_url: str, now: datetime
    ) -> EidPerson:
        """Check the answer, cheap and harmless checks first, and read the person.

        The signature is checked before anything is believed, the status included: a refusal after
        "bad-signature" is the node's own statement. Our claims are checked twice: first for a
        precise reason, then on the tree the toolkit has verified, which alone is believed.
        """
        settings = self._settings
        raw = message.decode(form.get("SAMLResponse"), settings.max_message_bytes)
        root = message.parse(raw)
        _check_envelope(root, request_id, acs_url)
        signature.check_shapes(root)
        signature.verify(root, settings.idp_certificates)
        _check_status(root)
        self._read(root, request_id, acs_url, now)
        verified = toolkit.validate(raw, settings, request_id=request_id, acs_url=acs_url, now=now)
        return self._read(verified, request_id, acs_url, now)

    def _read(self, root: Element, request_id: str, acs_url: str, now: datetime) -> EidPerson:
        """Check every claim of a signed answer exactly; return the person it names."""
        assertion = _the_assertion(root)
        for issued in (root, assertion):
            claims.check_issuer(issued, self._settings.idp_entity_id)
            claims.check_issued(issued, now)
        audience_end = claims.check_conditions(assertion, self._settings.issuer, now)
        confirmed_end = claims.check_confirmation(assertion, request_id, acs_url, now)
        return claims.read_person(
            assertion,
            required_loa=self._settings.required_loa,
            not_on_or_after=max(audience_end, confirmed_end),
            now=now,
        )


def _check_envelope(root: Element, request_id: str, acs_url: str) -> None:
    """Refuse what is not an answer to this request, at this address."""
    if root.tag != samlp("Response") or root.get("Version") != "2.0":
        raise EidRefused("not-a-response")
    if not request_id or root.get("InResponseTo") != request_id:
        raise EidRefused("unsolicited")
    # The node sends no Destination; one that is there has to be ours.
    if root.get("Destination") not in (None, acs_url):
        raise EidRefused("recipient")


def _check_status(root: Element) -> None:
    """Refuse everything but Success. A failed login of the node still carries an assertion."""
    status = only(root, samlp("Status"), "status")
    code = only(status, samlp("StatusCode"), "status").get("Value")
    if code in _CANCELLED:
        raise EidRefused("cancelled")
    if code != SUCCESS:
        raise EidRefused("status")


def _the_assertion(root: Element) -> Element:
    """Take the only assertion of the document, a child of the message itself."""
    found = list(root.iter(saml("Assertion")))
    if len(found) != 1 or found[0].getparent() is not root or not found[0].get("ID"):
        raise EidRefused("assertion-count")
    return found[0]


def _authn_request(settings: EidSettings, request_id: str, acs_url: str, now: datetime) -> Element:
    """Build the request element, in the order of the protocol schema."""
    root = etree.Element(
        samlp("AuthnRequest"),
        {
            "ID": request_id,
            "Version": "2.0",
            "IssueInstant": message.written(now),
            "Destination": settings.idp_sso_url,
            "ForceAuthn": "true",
            "ProtocolBinding": HTTP_POST,
            "AssertionConsumerServiceURL": acs_url,
            "ProviderName": settings.provider_name,
        },
        nsmap={"samlp": SAMLP, "saml": SAML},
    )
    etree.SubElement(root, saml("Issuer")).text = settings.issuer
    policy = {"Format": NAMEID_UNSPECIFIED, "AllowCreate": "true"}
    etree.SubElement(root, samlp("NameIDPolicy"), policy)
    context = etree.SubElement(root, samlp("RequestedAuthnContext"), {"Comparison": "minimum"})
    etree.SubElement(context, saml("AuthnContextClassRef")).text = LOA + settings.required_loa
    return root
