"""The question put to the node: who is this, at least so surely, and with these attributes.

A city's provider is asked who it is and nothing more: what it says of its factors is judged.
"""

from datetime import datetime
from typing import Final

from lxml import etree

from ksr_saas.identity.eid import message
from ksr_saas.identity.eid.message import Element
from ksr_saas.identity.eid.names import (
    DATE_OF_BIRTH,
    EIDAS,
    FAMILY_NAME,
    GIVEN_NAME,
    LOA,
    NAME_FORMAT_URI,
    NAMEID_UNSPECIFIED,
    PERSON_IDENTIFIER,
    SAML,
    SAMLP,
    eidas,
    saml,
    samlp,
)
from ksr_saas.identity.eid.provider import EidSettings

ASKED: Final = (FAMILY_NAME, GIVEN_NAME, DATE_OF_BIRTH, PERSON_IDENTIFIER)
"""The eIDAS minimum set, which is also all we may know of a parent (Education Act art. 150)."""


def authn_request(settings: EidSettings, request_id: str, acs_url: str, now: datetime) -> Element:
    """Build the request element, in the order of the protocol schema."""
    root = etree.Element(
        samlp("AuthnRequest"),
        {
            "ID": request_id,
            "Version": "2.0",
            "IssueInstant": message.written(now),
            "Destination": settings.sso_destination or settings.idp_sso_url,
            "ForceAuthn": str(settings.staff is None or settings.staff.force_authn).lower(),
            "ProtocolBinding": settings.profile.binding_uri,
            "AssertionConsumerServiceURL": acs_url,
            "ProviderName": settings.provider_name,
        },
        nsmap={"saml2p": SAMLP, "saml2": SAML},
    )
    etree.SubElement(root, saml("Issuer")).text = settings.issuer
    if settings.profile.eidas_extensions:
        _add_extensions(root, settings.sp_type)
    policy = {"Format": NAMEID_UNSPECIFIED, "AllowCreate": "true"}
    etree.SubElement(root, samlp("NameIDPolicy"), policy)
    if settings.staff is None:
        context = etree.SubElement(root, samlp("RequestedAuthnContext"), {"Comparison": "minimum"})
        etree.SubElement(context, saml("AuthnContextClassRef")).text = LOA + settings.required_loa
    return root


def _add_extensions(root: Element, sp_type: str) -> None:
    """Say that a public body asks, and for which attributes (eIDAS SAML message format)."""
    extensions = etree.SubElement(root, samlp("Extensions"), nsmap={"eidas": EIDAS})
    etree.SubElement(extensions, eidas("SPType")).text = sp_type
    asked = etree.SubElement(extensions, eidas("RequestedAttributes"))
    for name in ASKED:
        etree.SubElement(
            asked,
            eidas("RequestedAttribute"),
            {
                "FriendlyName": name.rpartition("/")[2].removeprefix("Current"),
                "Name": name,
                "NameFormat": NAME_FORMAT_URI,
                "isRequired": "true",
            },
        )
