"""Enveloped XML signatures: their allowed shape, checking and making.

The cryptography is libxmlsec1's; this module decides what it may be asked to do.
"""

from collections.abc import Sequence

from onelogin.saml2.utils import OneLogin_Saml2_Utils

from ksr_saas.identity.eid.message import Element, only
from ksr_saas.identity.eid.names import (
    ENVELOPED,
    EXC_C14N,
    RSA_SHA256,
    SHA256,
    ds,
    saml,
)
from ksr_saas.identity.eid.provider import EidRefused


def check_shapes(root: Element) -> None:
    """Refuse every signature but plain ones over their own parent, and an unsigned root.

    A signature may sit in the message and in its assertion, once in each. Algorithms are an
    allow-list, because the library also verifies SHA-1 and runs any transform it is told to.
    """
    signed = [signature.getparent() for signature in root.iter(ds("Signature"))]
    if root not in signed:
        raise EidRefused("unsigned")
    for parent in signed:
        if parent is not root and parent.tag != saml("Assertion"):
            raise EidRefused("signature-shape")
        _check_shape(only(parent, ds("Signature"), "signature-shape"), parent.get("ID"))


def _check_shape(signature: Element, signed_id: str | None) -> None:
    """Check one signature: exclusive c14n, RSA-SHA256, one reference, to its own parent."""
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
        or method.get("Algorithm") != RSA_SHA256
        or digest.get("Algorithm") != SHA256
        or [transform.get("Algorithm") for transform in transforms] != [ENVELOPED, EXC_C14N]
    ):
        raise EidRefused("algorithm")


def verify(root: Element, certificates: Sequence[str]) -> None:
    """Check the signature of the message itself with pinned certificates (PEM), or refuse.

    Call `check_shapes` first. The certificate inside the message plays no part.
    """
    name = root.tag.rpartition("}")[2]
    good = OneLogin_Saml2_Utils.validate_sign(
        root, xpath=f"/samlp:{name}/ds:Signature", multicerts=list(certificates)
    )
    if not certificates or not good:
        raise EidRefused("bad-signature")


def sign(root: Element, key_pem: str, certificate_pem: str) -> bytes:
    """Sign the message with RSA-SHA256, right after its Issuer, and serialise it."""
    signed = OneLogin_Saml2_Utils.add_sign(root, key_pem, certificate_pem)
    return bytes(signed)
