"""SOAP 1.1 envelopes around one signed message (saml-bindings-2.0-os 3.2)."""

from ksr_saas.identity.eid import message
from ksr_saas.identity.eid.message import Element, only
from ksr_saas.identity.eid.names import SOAP, soap
from ksr_saas.identity.eid.provider import EidRefused

CONTENT_TYPE = "text/xml; charset=utf-8"


def wrap(signed: bytes) -> bytes:
    """Put a serialised message into an envelope, as text: moving elements breaks signatures."""
    name = f'soap:Envelope xmlns:soap="{SOAP}"'.encode()
    return b"<" + name + b"><soap:Body>" + signed + b"</soap:Body></soap:Envelope>"


def unwrap(raw: bytes, tag: str, limit: int) -> Element:
    """Take the one message out of an envelope, as the root of a document of its own."""
    if len(raw) > limit:
        raise EidRefused("too-large")
    root = message.parse(raw)
    if root.tag != soap("Envelope"):
        raise EidRefused("soap")
    for header in root.findall(soap("Header")):
        if len(header):
            raise EidRefused("soap")
    body = only(root, soap("Body"), "soap")
    if len(body) != 1 or body[0].tag != tag:
        raise EidRefused("soap")
    return message.parse(message.cut(body[0]))
