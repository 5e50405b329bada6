"""Ending the login at the node: a signed LogoutRequest by SOAP, and its signed answer."""

from datetime import datetime

from lxml import etree

from ksr_saas.identity.eid import message, signature, soap
from ksr_saas.identity.eid.artifact import check_answer
from ksr_saas.identity.eid.back_channel import MAX_BYTES, BackChannel
from ksr_saas.identity.eid.message import Element
from ksr_saas.identity.eid.names import NAMEID_UNSPECIFIED, SAML, SAMLP, saml, samlp
from ksr_saas.identity.eid.provider import EidSettings, new_message_id


def log_out(
    name_id: str,
    session_index: str,
    settings: EidSettings,
    back_channel: BackChannel,
    now: datetime,
) -> None:
    """Ask the node to forget this login; EidRefused unless it confirms in a signed answer."""
    request_id = new_message_id()
    request = _logout_request(name_id, session_index, settings, request_id, now)
    signed = signature.sign(request, settings.sp_key_pem, settings.sp_certificate_pem)
    raw = back_channel(settings.logout_url, soap.wrap(signed))
    root = soap.unwrap(raw, samlp("LogoutResponse"), MAX_BYTES)
    signature.check_shapes(root, settings.profile.signature_algorithm)
    signature.verify(root, settings.idp_certificates, now)
    check_answer(root, request_id, settings, now)


def _logout_request(
    name_id: str, session_index: str, settings: EidSettings, request_id: str, now: datetime
) -> Element:
    root = etree.Element(
        samlp("LogoutRequest"),
        {
            "ID": request_id,
            "Version": "2.0",
            "IssueInstant": message.written(now),
            "Destination": settings.logout_destination or settings.logout_url,
        },
        nsmap={"saml2p": SAMLP, "saml2": SAML},
    )
    etree.SubElement(root, saml("Issuer")).text = settings.issuer
    etree.SubElement(root, saml("NameID"), {"Format": NAMEID_UNSPECIFIED}).text = name_id
    etree.SubElement(root, samlp("SessionIndex")).text = session_index
    return root
