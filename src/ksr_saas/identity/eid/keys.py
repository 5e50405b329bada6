"""Key pairs. A certificate made here is self-signed; an authority may replace it."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

VALID_FOR: Final = timedelta(days=730)


class KeyPair(msgspec.Struct, frozen=True):
    """A private key and a certificate for it, both PEM; the key is not encrypted."""

    key_pem: str
    certificate_pem: str

    def __repr__(self) -> str:
        """Leave the private key out."""
        return "KeyPair()"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show rich printers no more than `repr` does."""
        return []


def make_key_pair(
    common_name: str,
    *,
    now: datetime,
    bits: int = 3072,
    valid_for: timedelta = VALID_FOR,
) -> KeyPair:
    """Make a fresh RSA key and a certificate for it, valid from a day before `now`."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return _certified(key, common_name, now, valid_for)


def make_ec_key_pair(
    common_name: str, *, now: datetime, valid_for: timedelta = VALID_FOR
) -> KeyPair:
    """Make a fresh P-256 key, as the node wants it, with such a certificate."""
    return _certified(ec.generate_private_key(ec.SECP256R1()), common_name, now, valid_for)


def _certified(
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey,
    common_name: str,
    now: datetime,
    valid_for: timedelta,
) -> KeyPair:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + valid_for)
        .sign(key, hashes.SHA256())
    )
    key_pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return KeyPair(
        key_pem=key_pem.decode("ascii"),
        certificate_pem=certificate.public_bytes(serialization.Encoding.PEM).decode("ascii"),
    )
