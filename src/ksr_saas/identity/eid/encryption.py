"""Decrypting an assertion: key agreement or key transport, then the content.

All of it by `cryptography`; ours is the reading of the XML and the order of octets in the key
derivation. A refusal never says which step failed.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.concatkdf import ConcatKDFHash
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from lxml import etree

from ksr_saas.identity.eid import message
from ksr_saas.identity.eid.message import Element, octets, only, text_of
from ksr_saas.identity.eid.names import (
    AES128_CBC,
    AES128_GCM,
    AES256_CBC,
    AES256_GCM,
    CONCAT_KDF,
    ECDH_ES,
    ENCRYPTED_ELEMENT,
    KW_AES256,
    MGF1_SHA1,
    MGF1_SHA256,
    P256,
    RSA_OAEP,
    RSA_OAEP_MGF1P,
    SHA1,
    SHA256,
    ds,
    dsig11,
    saml,
    samlp,
    xenc,
    xenc11,
)
from ksr_saas.identity.eid.profile import Profile
from ksr_saas.identity.eid.provider import EidRefused

Unwrap = Callable[[Element, Any], bytes]

_GCM: Final = {AES128_GCM: 16, AES256_GCM: 32}
_CBC: Final = {AES128_CBC: 16, AES256_CBC: 32}
_BLOCK: Final = 16
_NONCE: Final = 12
_MAX_PARTY: Final = 1024  # octets of one field of the derivation's context
_DIGESTS: Final[dict[str, type[hashes.SHA1 | hashes.SHA256]]] = {
    SHA1: hashes.SHA1,
    SHA256: hashes.SHA256,
}
_MGFS: Final[dict[str, type[hashes.SHA1 | hashes.SHA256]]] = {
    MGF1_SHA1: hashes.SHA1,
    MGF1_SHA256: hashes.SHA256,
}


def check_places(root: Element) -> None:
    """Refuse encryption anywhere but in an EncryptedAssertion of the answer itself."""
    for node in root.iter(xenc("*"), xenc11("*"), saml("EncryptedAssertion")):
        holder = node
        while holder is not None and holder.tag != saml("EncryptedAssertion"):
            holder = holder.getparent()
        above = None if holder is None else holder.getparent()
        if above is None or above.tag != samlp("Response"):
            raise EidRefused("encryption-shape")
    for other in ("EncryptedID", "EncryptedAttribute", "NewEncryptedID"):
        if root.find(f".//{saml(other)}") is not None:
            raise EidRefused("encryption-shape")


def decrypt(sealed: Element, keys: Sequence[str], profile: Profile) -> Element:
    """Decrypt an EncryptedAssertion with whichever of our keys fits; return its one child.

    The child is parsed within the limits of any message, in the namespaces of its place.
    """
    data = only(sealed, xenc("EncryptedData"), "encryption-shape")
    if data.get("Type") != ENCRYPTED_ELEMENT or len(sealed) != 1:
        raise EidRefused("encryption-shape")
    info = only(data, ds("KeyInfo"), "encryption-shape")
    wrapped = only(info, xenc("EncryptedKey"), "encryption-shape")
    sizes = _GCM | (_CBC if profile.cbc else {})
    algorithm = _algorithm(data)
    if algorithm not in sizes:
        raise EidRefused("algorithm")
    content_key = _content_key(wrapped, keys, profile)
    allowed = set(_GCM.values()) if profile.size_from_key else {sizes[algorithm]}
    if len(content_key) not in allowed:
        raise EidRefused("decryption")
    open_content = _open_cbc if algorithm in _CBC else _open_gcm
    return _in_place(sealed, open_content(content_key, _value(data)))


def _algorithm(node: Element) -> str:
    method = only(node, xenc("EncryptionMethod"), "encryption-shape")
    return str(method.get("Algorithm"))


def _octets(node: Element) -> bytes:
    try:
        return octets(text_of(node))
    except ValueError:
        raise EidRefused("encryption-shape") from None


def _value(node: Element) -> bytes:
    data = only(node, xenc("CipherData"), "encryption-shape")
    return _octets(only(data, xenc("CipherValue"), "encryption-shape"))


def _content_key(wrapped: Element, keys: Sequence[str], profile: Profile) -> bytes:
    """Unwrap the content key with the first of our keys that can: two of them during a change."""
    unwrap: Unwrap = _by_agreement if profile.encryption == "ecdh-es" else _by_transport
    for pem in keys:
        key = load_pem_private_key(pem.encode(), password=None)
        try:
            return unwrap(wrapped, key)
        except (InvalidUnwrap, ValueError):
            continue
    raise EidRefused("decryption")


def _by_agreement(wrapped: Element, key: Any) -> bytes:
    """ECDH-ES on P-256 with a one-time key of theirs (XML Encryption 1.1, 5.6.4)."""
    if _algorithm(wrapped) != KW_AES256:
        raise EidRefused("algorithm")
    info = only(wrapped, ds("KeyInfo"), "encryption-shape")
    agreement = only(info, xenc("AgreementMethod"), "encryption-shape")
    if agreement.get("Algorithm") != ECDH_ES:
        raise EidRefused("algorithm")
    originator = only(agreement, xenc("OriginatorKeyInfo"), "encryption-shape")
    value = only(
        only(originator, ds("KeyValue"), "encryption-shape"),
        dsig11("ECKeyValue"),
        "encryption-shape",
    )
    if only(value, dsig11("NamedCurve"), "encryption-shape").get("URI") != P256:
        raise EidRefused("algorithm")
    point = _octets(only(value, dsig11("PublicKey"), "encryption-shape"))
    context = _derivation_context(only(agreement, xenc11("KeyDerivationMethod"), "algorithm"))
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise InvalidUnwrap("our key is of another kind")
    # The library refuses a point that is not on the curve.
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    secret = key.exchange(ec.ECDH(), theirs)
    wrapping = ConcatKDFHash(hashes.SHA256(), length=32, otherinfo=context).derive(secret)
    return aes_key_unwrap(wrapping, _value(wrapped))


def _derivation_context(method: Element) -> bytes:
    """Read OtherInfo of the derivation as the node means it: every octet of each field.

    XML Encryption 1.1 (5.4.1) takes the first octet for a count of padding bits and libxmlsec1
    leaves it out; the node writes there the first octet of a length and derives from all of them.
    """
    params = only(method, xenc11("ConcatKDFParams"), "algorithm")
    digest = only(params, ds("DigestMethod"), "algorithm")
    known = {"AlgorithmID", "PartyUInfo", "PartyVInfo"}
    if (
        method.get("Algorithm") != CONCAT_KDF
        or digest.get("Algorithm") != SHA256
        or set(params.attrib) - known
    ):
        raise EidRefused("algorithm")
    fields = [params.get(name, "") for name in ("AlgorithmID", "PartyUInfo", "PartyVInfo")]
    if any(len(field) > 2 * _MAX_PARTY for field in fields):
        raise EidRefused("encryption-shape")
    try:
        return b"".join(bytes.fromhex(field) for field in fields)
    except ValueError:
        raise EidRefused("encryption-shape") from None


def _by_transport(wrapped: Element, key: Any) -> bytes:
    """RSA-OAEP, in the writing of XML Encryption 1.0 or 1.1; never PKCS#1 v1.5."""
    method = only(wrapped, xenc("EncryptionMethod"), "encryption-shape")
    algorithm = method.get("Algorithm")
    if algorithm not in {RSA_OAEP_MGF1P, RSA_OAEP}:
        raise EidRefused("algorithm")
    digest, mgf = method.find(ds("DigestMethod")), method.find(xenc11("MGF"))
    try:
        label_hash = _DIGESTS[SHA1 if digest is None else digest.get("Algorithm")]
        mask_hash = _MGFS[MGF1_SHA1 if mgf is None else mgf.get("Algorithm")]
    except KeyError:
        raise EidRefused("algorithm") from None
    if mgf is not None and algorithm == RSA_OAEP_MGF1P:
        raise EidRefused("algorithm")
    if not isinstance(key, rsa.RSAPrivateKey):
        raise InvalidUnwrap("our key is of another kind")
    oaep = padding.OAEP(padding.MGF1(mask_hash()), label_hash(), None)
    return key.decrypt(_value(wrapped), oaep)


def _open_gcm(key: bytes, value: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(value[:_NONCE], value[_NONCE:], None)
    except (InvalidTag, ValueError):
        raise EidRefused("decryption") from None


def _open_cbc(key: bytes, value: bytes) -> bytes:
    """Open AES-CBC. The caller has verified a signature over it, so it is no padding oracle."""
    if len(value) < 2 * _BLOCK or len(value) % _BLOCK:
        raise EidRefused("decryption")
    decryptor = Cipher(algorithms.AES(key), modes.CBC(value[:_BLOCK])).decryptor()
    plain = decryptor.update(value[_BLOCK:]) + decryptor.finalize()
    if not 1 <= plain[-1] <= _BLOCK:
        raise EidRefused("decryption")
    return plain[: -plain[-1]]


def _in_place(sealed: Element, plain: bytes) -> Element:
    """Parse what was sealed where it belongs: prefixes may be declared around it."""
    shell = etree.tostring(etree.Element(sealed.tag, nsmap=sealed.nsmap))
    name = shell[1:].split(b" ", 1)[0].removesuffix(b"/>")
    whole = message.parse(shell.removesuffix(b"/>") + b">" + _bare(plain) + b"</" + name + b">")
    if len(whole) != 1 or whole[0].tag != saml("Assertion") or (whole.text or "").strip():
        raise EidRefused("assertion-count")
    check_places(whole[0])
    return whole[0]


def in_the_open(root: Element, assertion: Element) -> bytes:
    """Write an answer with the decrypted assertion in place of the sealed one, as text."""
    copy = message.parse(message.cut(root))
    sealed = only(copy, saml("EncryptedAssertion"), "assertion-count")
    # A comment, which no message may hold, cannot be mistaken and declares no namespace.
    copy.replace(sealed, etree.Comment("here"))
    before, after = etree.tostring(copy).split(b"<!--here-->")
    return bytes(before + message.cut(assertion) + after)


def _bare(plain: bytes) -> bytes:
    """Leave out an XML declaration, which may stand only at the very beginning."""
    return plain.split(b"?>", 1)[1] if plain.startswith(b"<?xml ") and b"?>" in plain else plain
