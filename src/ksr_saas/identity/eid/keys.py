"""Key pairs for demonstrations and tests. Production keys come from a qualified authority."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID


class KeyPair(msgspec.Struct, frozen=True):
    """An RSA key and its self-signed certificate, both PEM; the key is not encrypted."""

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
    valid_for: timedelta = timedelta(days=730),
) -> KeyPair:
    """Make a fresh key and a certificate for it, valid from a day before `now`."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
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
