"""Encrypting as the node does, with libxmlsec1: another library than the one that decrypts.

libxmlsec1 takes the one-time key by name and writes no key value; the node writes the value and no
name. The names are replaced after the encryption, which does not cover them.
"""

import base64
from typing import Final

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from xmlsec import constants

from ksr_saas.identity.eid.message import Element
from ksr_saas.identity.eid.names import (
    AES128_GCM,
    AES256_GCM,
    CONCAT_KDF,
    DS,
    DSIG11,
    ECDH_ES,
    ENCRYPTED_ELEMENT,
    KW_AES256,
    P256,
    RSA_OAEP_MGF1P,
    SHA256,
    XENC,
    XENC11,
    ds,
    dsig11,
    saml,
    xenc,
    xenc11,
)

_NAMES: Final = {"xenc": XENC, "xenc11": XENC11, "ds": DS, "dsig11": DSIG11}
# libxmlsec1 drops the first octet of every field, as XML Encryption 1.1 says; the node does not.
_DROPPED: Final = "00"


def seal(
    assertion: Element, certificate_pem: str, *, from_party: str, to_party: str, short_key: bool
) -> None:
    """Replace an assertion by an EncryptedAssertion for the owner of this certificate.

    `short_key` uses a content key of 16 octets under the name of AES-256, as the node once did.
    """
    theirs = x509.load_pem_x509_certificate(certificate_pem.encode()).public_key()
    holder = etree.Element(saml("EncryptedAssertion"), nsmap=assertion.nsmap | _NAMES)
    assertion.addprevious(holder)
    holder.append(assertion)
    data = etree.Element(xenc("EncryptedData"), {"Type": ENCRYPTED_ELEMENT}, nsmap=_NAMES)
    _method(data, AES128_GCM if short_key else AES256_GCM)
    wrapped = etree.SubElement(etree.SubElement(data, ds("KeyInfo")), xenc("EncryptedKey"))
    keys = xmlsec.KeysManager()
    if isinstance(theirs, ec.EllipticCurvePublicKey):
        own = ec.generate_private_key(ec.SECP256R1())
        _agree(wrapped, _other_info(from_party, to_party))
        keys.add_key(_named(_private(own), "originator"))
    else:
        own = None
        _method(wrapped, RSA_OAEP_MGF1P)
        etree.SubElement(etree.SubElement(wrapped, ds("KeyInfo")), ds("KeyName")).text = "recipient"
    keys.add_key(_named(_public(theirs), "recipient"))
    for node in (wrapped, data):
        etree.SubElement(etree.SubElement(node, xenc("CipherData")), xenc("CipherValue"))
    context = xmlsec.EncryptionContext(keys)
    bits = 128 if short_key else 256
    context.key = xmlsec.Key.generate(constants.KeyDataAes, bits, constants.KeyDataTypeSession)
    context.encrypt_xml(data, assertion)
    sealed = holder[0]
    sealed.find(xenc("EncryptionMethod")).set("Algorithm", AES256_GCM)
    if own is not None:
        _show_key(sealed, own.public_key())


def _method(parent: Element, algorithm: str) -> None:
    etree.SubElement(parent, xenc("EncryptionMethod"), {"Algorithm": algorithm})


def _other_info(from_party: str, to_party: str) -> dict[str, str]:
    """Write the derivation's context: a length of four octets before each text, hexadecimal."""

    def field(text: str) -> str:
        raw = text.encode()
        return (len(raw).to_bytes(4, "big") + raw).hex().upper()

    return {
        "AlgorithmID": field(KW_AES256),
        "PartyUInfo": field(from_party),
        "PartyVInfo": field(to_party),
    }


def _agree(wrapped: Element, other_info: dict[str, str]) -> None:
    _method(wrapped, KW_AES256)
    info = etree.SubElement(wrapped, ds("KeyInfo"))
    agreement = etree.SubElement(info, xenc("AgreementMethod"), {"Algorithm": ECDH_ES})
    derivation = {"Algorithm": CONCAT_KDF}
    method = etree.SubElement(agreement, xenc11("KeyDerivationMethod"), derivation)
    shifted = {name: _DROPPED + value for name, value in other_info.items()}
    params = etree.SubElement(method, xenc11("ConcatKDFParams"), shifted)
    etree.SubElement(params, ds("DigestMethod"), {"Algorithm": SHA256})
    for role in ("originator", "recipient"):
        holder = etree.SubElement(agreement, xenc(f"{role.capitalize()}KeyInfo"))
        etree.SubElement(holder, ds("KeyName")).text = role


def _show_key(sealed: Element, public: ec.EllipticCurvePublicKey) -> None:
    """Write the one-time public key instead of the names, and the context without the shift."""
    agreement = sealed.find(f".//{xenc('AgreementMethod')}")
    params = agreement.find(f".//{xenc11('ConcatKDFParams')}")
    for name, value in params.attrib.items():
        params.set(name, value.removeprefix(_DROPPED))
    agreement.remove(agreement.find(xenc("RecipientKeyInfo")))
    originator = agreement.find(xenc("OriginatorKeyInfo"))
    originator.remove(originator[0])
    value = etree.SubElement(etree.SubElement(originator, ds("KeyValue")), dsig11("ECKeyValue"))
    etree.SubElement(value, dsig11("NamedCurve"), {"URI": P256})
    point = public.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    etree.SubElement(value, dsig11("PublicKey")).text = base64.b64encode(point).decode("ascii")


def _private(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _public(key: object) -> bytes:
    pem: bytes = key.public_bytes(  # type: ignore[attr-defined]
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return pem


def _named(pem: bytes, name: str) -> xmlsec.Key:
    key = xmlsec.Key.from_memory(pem, constants.KeyDataFormatPem)
    key.name = name
    return key
