"""HTTP-Artifact: the browser brings a reference, the answer is fetched with it from the node."""

import hashlib
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
    ds,
    saml,
    samlp,
)
from ksr_saas.identity.eid.provider import EidRefused, EidSettings, new_message_id

TYPE: Final = b"\x00\x04"
_LENGTH: Final = 44  # type, endpoint index, source id, handle; saml-bindings-2.0-os 3.6.4
_FRAME: Final = frozenset({saml("Issuer"), ds("Signature"), samlp("Status")})
_CANCELLED: Final = frozenset({AUTHN_FAILED, REQUEST_DENIED})


def source_id(entity_id: str) -> bytes:
    """How an artifact names the node that made it: SHA-1 of its entity id, as SAML prescribes."""
    return hashlib.sha1(entity_id.encode(), usedforsecurity=False).digest()


def check_artifact(artifact: str | None, idp_entity_id: str) -> str:
    """Refuse what is no artifact of this node; return it without the spaces of a form."""
    plain = "".join((artifact or "").split())
    if not plain:
        raise EidRefused("no-message")
    try:
        raw = message.octets(plain) if len(plain) <= 2 * _LENGTH else b""
    except ValueError:
        raise EidRefused("artifact-form") from None
    if len(raw) != _LENGTH or raw[:2] != TYPE:
        raise EidRefused("artifact-form")
    if raw[4:24] != source_id(idp_entity_id):
        raise EidRefused("artifact-source")
    return plain


def resolve(
    artifact: str, settings: EidSettings, back_channel: BackChannel, now: datetime
) -> bytes:
    """Fetch the answer an artifact stands for, as a document of its own.

    The ArtifactResponse must be signed by the node, answer our very request, and hold one Response.
    An artifact that is unknown, used, or somebody else's gives none ("artifact-empty").
    """
    request_id = new_message_id()
    request = _artifact_resolve(artifact, settings, request_id, now)
    signed = signature.sign(request, settings.sp_key_pem, settings.sp_certificate_pem)
    raw = back_channel(settings.artifact_url, soap.wrap(signed))
    root = soap.unwrap(raw, samlp("ArtifactResponse"), MAX_BYTES)
    signature.check_shapes(root, settings.profile.signature_algorithm)
    signature.verify(root, settings.idp_certificates, now)
    check_answer(root, request_id, settings, now)
    content = [child for child in root if child.tag not in _FRAME]
    if not content:
        raise EidRefused("artifact-empty")
    if len(content) != 1 or content[0].tag != samlp("Response"):
        raise EidRefused("not-a-response")
    return message.cut(content[0])


def check_answer(root: Element, request_id: str, settings: EidSettings, now: datetime) -> None:
    """Refuse a signed answer to another request of ours, of another node, or not a success."""
    if root.get("Version") != "2.0" or root.get("InResponseTo") != request_id:
        raise EidRefused("unsolicited")
    check_issuer(root, settings.idp_entity_id)
    check_issued(root, now)
    check_status(root)


def check_status(root: Element) -> None:
    """Refuse everything but Success. A failed login of the node still carries an assertion."""
    status = only(root, samlp("Status"), "status")
    code = only(status, samlp("StatusCode"), "status").get("Value")
    if code in _CANCELLED:
        raise EidRefused("cancelled")
    if code != SUCCESS:
        raise EidRefused("status")


def _artifact_resolve(
    artifact: str, settings: EidSettings, request_id: str, now: datetime
) -> Element:
    root = etree.Element(
        samlp("ArtifactResolve"),
        {
            "ID": request_id,
            "Version": "2.0",
            "IssueInstant": message.written(now),
            "Destination": settings.artifact_destination or settings.artifact_url,
        },
        nsmap={"saml2p": SAMLP, "saml2": SAML},
    )
    etree.SubElement(root, saml("Issuer")).text = settings.issuer
    etree.SubElement(root, samlp("Artifact")).text = artifact
    return root
