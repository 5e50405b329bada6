"""HTTP-Artifact: the browser brings a reference, the answer is fetched with it from the node."""

import hashlib
from datetime import datetime
from typing import Final

from lxml import etree

from ksr_saas.identity.eid import message, node_call
from ksr_saas.identity.eid.back_channel import BackChannel
from ksr_saas.identity.eid.names import ds, saml, samlp
from ksr_saas.identity.eid.provider import EidRefused, EidSettings

TYPE: Final = b"\x00\x04"
_LENGTH: Final = 44  # type, endpoint index, source id, handle; saml-bindings-2.0-os 3.6.4
_FRAME: Final = frozenset({saml("Issuer"), ds("Signature"), samlp("Status")})


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
    url = settings.artifact_url
    asked = node_call.question(
        "ArtifactResolve", settings.artifact_destination or url, settings, now
    )
    etree.SubElement(asked, samlp("Artifact")).text = artifact
    root = node_call.ask(asked, url, "ArtifactResponse", settings, back_channel, now)
    content = [child for child in root if child.tag not in _FRAME]
    if not content:
        raise EidRefused("artifact-empty")
    if len(content) != 1 or content[0].tag != samlp("Response"):
        raise EidRefused("not-a-response")
    return message.cut(content[0])
