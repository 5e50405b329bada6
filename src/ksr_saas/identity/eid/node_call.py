"""One signed question to the node over SOAP, and its signed answer."""

from datetime import datetime
from typing import Final

from lxml import etree

from ksr_saas.identity.eid import message, signature, soap
from ksr_saas.identity.eid.assertion import check_issued, check_issuer
from ksr_saas.identity.eid.back_channel import MAX_BYTES, BackChannel
from ksr_saas.identity.eid.message import Element, only
from ksr_saas.identity.eid.names import (
    AUTHN_FAILED,
    REQUEST_DENIED,
    SAML,
    SAMLP,
    SUCCESS,
    saml,
    samlp,
)
from ksr_saas.identity.eid.provider import EidRefused, EidSettings, new_message_id

_CANCELLED: Final = frozenset({AUTHN_FAILED, REQUEST_DENIED})


def question(tag: str, destination: str, settings: EidSettings, now: datetime) -> Element:
    """Begin a message of ours: who asks, whom, when."""
    root = etree.Element(
        samlp(tag),
        {
            "ID": new_message_id(),
            "Version": "2.0",
            "IssueInstant": message.written(now),
            "Destination": destination,
        },
        nsmap={"saml2p": SAMLP, "saml2": SAML},
    )
    etree.SubElement(root, saml("Issuer")).text = settings.issuer
    return root


def ask(
    asked: Element,
    url: str,
    answer_tag: str,
    settings: EidSettings,
    back_channel: BackChannel,
    now: datetime,
) -> Element:
    """Sign a question and send it; return the answer.

    The answer must be signed by the node, answer this very question, be fresh and be a success.
    """
    request_id = asked.get("ID")
    signed = signature.sign(asked, settings.sp_key_pem, settings.sp_certificate_pem)
    root = soap.unwrap(back_channel(url, soap.wrap(signed)), samlp(answer_tag), MAX_BYTES)
    signature.check_shapes(root, settings.profile.signature_algorithm)
    signature.verify(root, settings.idp_certificates, now)
    if root.get("Version") != "2.0" or root.get("InResponseTo") != request_id:
        raise EidRefused("unsolicited")
    check_issuer(root, settings.idp_entity_id)
    check_issued(root, now)
    check_status(root)
    return root


def check_status(root: Element) -> None:
    """Refuse everything but Success. A failed login of the node still carries an assertion."""
    status = only(root, samlp("Status"), "status")
    code = only(status, samlp("StatusCode"), "status").get("Value")
    if code in _CANCELLED:
        raise EidRefused("cancelled")
    if code != SUCCESS:
        raise EidRefused("status")
