"""Enveloped XML signatures: their allowed shape, checking and making.

The cryptography is libxmlsec1's; this module decides what it may be asked to do.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Final

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree
from xmlsec import constants

from ksr_saas.identity.eid.message import Element, only
from ksr_saas.identity.eid.names import (
    ECDSA_SHA256,
    ENVELOPED,
    EXC_C14N,
    RSA_SHA256,
    SHA256,
    ds,
    saml,
    samlp,
)
from ksr_saas.identity.eid.provider import EidRefused

MIN_RSA_BITS: Final = 2048
_NESTED: Final = frozenset({saml("Assertion"), samlp("Response")})
_TRANSFORMS: Final = {
    ECDSA_SHA256: constants.TransformEcdsaSha256,
    RSA_SHA256: constants.TransformRsaSha256,
}


def check_shapes(root: Element, algorithm: str, *, required: bool = True) -> None:
    """Refuse every signature but plain ones over their own parent, and an unsigned root.

    A signature may sit in the message and in the answer and assertion inside it, once in each.
    `algorithm` is the only one allowed, because the library also verifies SHA-1 and HMAC and runs
    any transform it is told to.
    """
    signed = [signature.getparent() for signature in root.iter(ds("Signature"))]
    if required and root not in signed:
        raise EidRefused("unsigned")
    for parent in signed:
        if parent is not root and parent.tag not in _NESTED:
            raise EidRefused("signature-shape")
        _check_shape(only(parent, ds("Signature"), "signature-shape"), parent.get("ID"), algorithm)


def _check_shape(signature: Element, signed_id: str | None, algorithm: str) -> None:
    """Check one signature: exclusive c14n, the algorithm, one reference, to its own parent."""
    info = only(signature, ds("SignedInfo"), "signature-shape")
    canonicalization = only(info, ds("CanonicalizationMethod"), "signature-shape")
    method = only(info, ds("SignatureMethod"), "signature-shape")
    reference = only(info, ds("Reference"), "signature-shape")
    digest = only(reference, ds("DigestMethod"), "signature-shape")
    transforms = only(reference, ds("Transforms"), "signature-shape")
    if not signed_id or reference.get("URI") != f"#{signed_id}":
        raise EidRefused("signature-shape")
    if (
        canonicalization.get("Algorithm") != EXC_C14N
        or method.get("Algorithm") != algorithm
        or digest.get("Algorithm") != SHA256
        or [transform.get("Algorithm") for transform in transforms] != [ENVELOPED, EXC_C14N]
    ):
        raise EidRefused("algorithm")


def is_signed(node: Element) -> bool:
    """Whether this very element carries a signature."""
    return node.find(ds("Signature")) is not None


def verify(root: Element, certificates: Sequence[str], now: datetime) -> None:
    """Check the signature of the message itself with pinned certificates (PEM), or refuse.

    Call `check_shapes` first. The certificate inside the message plays no part; a pinned one counts
    within its own dates.
    """
    signature = only(root, ds("Signature"), "unsigned")
    if not any(_verifies(root, signature, pem) for pem in in_force(certificates, now)):
        raise EidRefused("bad-signature")


def in_force(certificates: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Those of the certificates that are valid at this moment, in their order."""
    return tuple(pem for pem in certificates if begins(pem) <= now < ends(pem))


@lru_cache(maxsize=1000)
def ends(certificate_pem: str) -> datetime:
    """When a certificate ends, UTC."""
    return x509.load_pem_x509_certificate(certificate_pem.encode()).not_valid_after_utc


@lru_cache(maxsize=1000)
def begins(certificate_pem: str) -> datetime:
    """When a certificate begins, UTC."""
    return x509.load_pem_x509_certificate(certificate_pem.encode()).not_valid_before_utc


def _verifies(root: Element, signature: Element, certificate_pem: str) -> bool:
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(certificate_pem, constants.KeyDataFormatCertPem)
    context.register_id(root, "ID")
    context.set_enabled_key_data([constants.KeyDataX509])
    try:
        context.verify(signature)
    except xmlsec.Error:
        # One mistake of the library is like another: a key of another kind fails here too.
        return False
    return True


@lru_cache(maxsize=1000)
def algorithm_of(key_pem: str) -> str:
    """The signature algorithm for a private key: P-256 or RSA of at least 2048 bits.

    Raises ValueError for any other key.
    """
    key = load_pem_private_key(key_pem.encode(), password=None)
    if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1):
        return ECDSA_SHA256
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= MIN_RSA_BITS:
        return RSA_SHA256
    raise ValueError("the key is neither P-256 nor RSA of 2048 bits")


def sign(root: Element, key_pem: str, certificate_pem: str) -> bytes:
    """Sign the message right after its Issuer, as its key wants it, and serialise it."""
    transform = _TRANSFORMS[algorithm_of(key_pem)]
    node = xmlsec.template.create(root, constants.TransformExclC14N, transform, ns="ds")
    only(root, saml("Issuer"), "issuer").addnext(node)
    reference = xmlsec.template.add_reference(
        node, constants.TransformSha256, uri=f"#{root.get('ID')}"
    )
    xmlsec.template.add_transform(reference, constants.TransformEnveloped)
    xmlsec.template.add_transform(reference, constants.TransformExclC14N)
    xmlsec.template.add_x509_data(xmlsec.template.ensure_key_info(node))
    context = xmlsec.SignatureContext()
    context.key = xmlsec.Key.from_memory(key_pem, constants.KeyDataFormatPem)
    context.key.load_cert_from_memory(certificate_pem, constants.KeyDataFormatCertPem)
    context.register_id(root, "ID")
    context.sign(node)
    return bytes(etree.tostring(root))
