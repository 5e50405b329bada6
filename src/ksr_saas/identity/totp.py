"""Codes of an authenticator application (TOTP, RFC 6238), and their secret, sealed at rest."""

import base64
import secrets
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

import pyotp
import segno
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ksr_saas.settings import Settings

STEP = 30  # seconds of one code
NONCE = 12


class Vault:
    """Seals the secrets of one municipality; a sealed secret opens only for its own account."""

    def __init__(self, settings: Settings, schema: str) -> None:
        self._cipher = AESGCM(bytes.fromhex(settings.derive(f"totp:{schema}")))

    def seal(self, account_id: UUID, secret: str) -> str:
        """AES-256-GCM under a fresh nonce, base 64."""
        nonce = secrets.token_bytes(NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, secret.encode(), account_id.bytes)
        return base64.b64encode(sealed).decode()

    def open(self, account_id: UUID, sealed: str) -> str:
        """The secret; raises InvalidTag for another account's or an altered one."""
        raw = base64.b64decode(sealed)
        return self._cipher.decrypt(raw[:NONCE], raw[NONCE:], account_id.bytes).decode()


def new_secret() -> str:
    """A fresh secret, base 32, 160 bits."""
    return pyotp.random_base32()


def in_groups(secret: str) -> str:
    """The secret as people type it: four characters at a time."""
    return " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))


def picture(secret: str, *, login: str, issuer: str) -> str:
    """QR code for the application to scan, as an SVG in a data: address."""
    label = f"{quote(issuer)}:{quote(login)}"
    address = f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}"
    made = segno.make(address, error="m", micro=False)
    return made.svg_data_uri(scale=5, border=4, dark="#000", light="#fff")


def code_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step in which `code` is right, one step of skew allowed; None when it is wrong."""
    current = int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for step in (current - 1, current, current + 1):
        if secrets.compare_digest(totp.at(step * STEP).encode(), code.encode()):
            return step
    return None


def next_code(secret: str, last_step: int, now: datetime) -> str:
    """The first code that would still be taken after the one of `last_step`."""
    step = max(int(now.timestamp()) // STEP, last_step + 1)
    return pyotp.TOTP(secret).at(step * STEP)
