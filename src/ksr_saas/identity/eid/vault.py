"""Sealing small secrets for the database: AES-256-GCM under a key derived from the settings."""

import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ksr_saas.settings import Settings

_VERSION: Final = b"\x01"
_NONCE: Final = 12


class CannotOpen(RuntimeError):
    """What was sealed belongs elsewhere, was sealed under another secret, or is damaged."""


class Vault:
    """Seals for one purpose; `place` binds what is sealed to its row, so that rows cannot swap."""

    def __init__(self, settings: Settings, purpose: str) -> None:
        self._cipher = AESGCM(bytes.fromhex(settings.derive(f"vault:{purpose}")))

    def seal(self, plain: str, place: str) -> bytes:
        """Encrypt; the version and a fresh nonce come first."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plain.encode(), place.encode())

    def open(self, sealed: bytes, place: str) -> str:
        """Decrypt, or raise CannotOpen."""
        nonce, hidden = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        try:
            if sealed[:1] != _VERSION:
                raise CannotOpen(place)
            return self._cipher.decrypt(nonce, hidden, place.encode()).decode()
        except (InvalidTag, ValueError):
            raise CannotOpen(place) from None
