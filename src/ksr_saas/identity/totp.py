"""Codes of an authenticator application (TOTP, RFC 6238), and their secret, sealed at rest."""

import secrets
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

import pyotp
import segno

from ksr_saas.kernel.keys import NotOurs

STEP = 30  # seconds of one code


def bound(account_id: UUID, secret: str) -> str:
    """A secret as it is kept, in a sealed column: with the account that it belongs to."""
    return f"{account_id.hex}{secret}"


def secret_of(account_id: UUID, kept: str) -> str:
    """The secret of `bound`. Raises NotOurs for one moved here from another account."""
    owner, secret = kept[:32], kept[32:]
    if owner != account_id.hex or not secret:
        raise NotOurs("the secret of an authenticator belongs to another account")
    return secret


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
