"""Metadata both ways: ours for a node to read, a node's for us (saml-metadata-2.0-os)."""

import base64
from collections.abc import Iterator
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from ksr_saas.identity.eid import message
from ksr_saas.identity.eid.catalogue import Node
from ksr_saas.identity.eid.message import Element
from ksr_saas.identity.eid.names import (
    DS,
    HTTP_POST,
    MD,
    NAMEID_UNSPECIFIED,
    SAMLP,
    SOAP_BINDING,
    ds,
    md,
)
from ksr_saas.identity.eid.provider import EidSettings

MAX_BYTES: Final = 1024 * 1024


class BadMetadata(ValueError):
    """The metadata cannot be used; the text says why."""


def sp_metadata(settings: EidSettings) -> bytes:
    """Write what a node has to know of a municipality: keys, answer address, binding.

    The current certificates come first; during a change of keys the others stand beside them.
    """
    root = etree.Element(
        md("EntityDescriptor"), {"entityID": settings.issuer}, nsmap={"md": MD, "ds": DS}
    )
    descriptor = etree.SubElement(
        root,
        md("SPSSODescriptor"),
        {
            "AuthnRequestsSigned": "true",
            "WantAssertionsSigned": str(settings.profile.signed == "assertion").lower(),
            "protocolSupportEnumeration": SAMLP,
        },
    )
    signing = (settings.sp_certificate_pem, *settings.next_signing_certificates)
    keys = [("signing", pem) for pem in signing]
    keys += [("encryption", pem) for pem in settings.encryption_certificates]
    for use, pem in keys:
        holder = etree.SubElement(descriptor, md("KeyDescriptor"), {"use": use})
        data = etree.SubElement(etree.SubElement(holder, ds("KeyInfo")), ds("X509Data"))
        etree.SubElement(data, ds("X509Certificate")).text = _base64(pem)
    etree.SubElement(descriptor, md("NameIDFormat")).text = NAMEID_UNSPECIFIED
    etree.SubElement(
        descriptor,
        md("AssertionConsumerService"),
        {
            "Binding": settings.profile.binding_uri,
            "Location": settings.acs_url,
            "index": "0",
            "isDefault": "true",
        },
    )
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _base64(certificate_pem: str) -> str:
    certificate = x509.load_pem_x509_certificate(certificate_pem.encode())
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode("ascii")


def read_node(raw: bytes) -> Node:
    """Read a node's metadata: its name, its addresses and all its signing certificates.

    Raises BadMetadata. Nothing is believed because of it: an operator has to compare the
    certificates with the node's by another way.
    """
    root = _parsed(raw)
    found = list(root.iter(md("IDPSSODescriptor")))
    if len(found) != 1:
        raise BadMetadata("There must be one identity provider in the metadata.")
    descriptor = found[0]
    return Node(
        entity_id=descriptor.getparent().get("entityID") or "",
        sso_url=_location(descriptor, "SingleSignOnService", HTTP_POST),
        artifact_url=_location(descriptor, "ArtifactResolutionService", SOAP_BINDING),
        logout_url=_location(descriptor, "SingleLogoutService", SOAP_BINDING),
        certificates=tuple(dict.fromkeys(_certificates(descriptor))),
    )


def _parsed(raw: bytes) -> Element:
    if len(raw) > MAX_BYTES or b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise BadMetadata("The metadata is too large or has a document type.")
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError:
        raise BadMetadata("The metadata is not XML.") from None


def _location(descriptor: Element, name: str, binding: str) -> str:
    """The first address with this binding, by index where there is one; empty without any."""
    found = [one for one in descriptor.findall(md(name)) if one.get("Binding") == binding]
    found.sort(key=lambda one: int(one.get("index", "0")))
    return str(found[0].get("Location", "")) if found else ""


def _certificates(descriptor: Element) -> Iterator[str]:
    for key in descriptor.findall(md("KeyDescriptor")):
        if key.get("use") == "encryption":
            continue
        for holder in key.iter(ds("X509Certificate")):
            try:
                certificate = x509.load_der_x509_certificate(message.octets(holder.text or ""))
            except ValueError:
                raise BadMetadata("A certificate in the metadata cannot be read.") from None
            yield certificate.public_bytes(Encoding.PEM).decode("ascii")
