"""Files of one municipality: content-addressed, encrypted at rest, written before the row."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


class NoRoom(OSError):
    """The disk is full: nothing was stored."""


class Files:
    """The file store of one municipality.

    A name is the keyed hash (HMAC-SHA256) of the content, so equal files are kept once and a name
    tells an outsider nothing. The key never leaves the process.
    """

    def __init__(self, root: Path, key: str) -> None:
        self.root = root
        self._name_key = hashlib.sha256(f"name:{key}".encode()).digest()
        self._cipher = AESGCM(hashlib.sha256(f"content:{key}".encode()).digest())

    def _place(self, name: str) -> Path:
        return self.root / name[:2] / name

    def put(self, content: bytes) -> str:
        """Store `content` durably and return its name. Raises NoRoom."""
        name = hmac.new(self._name_key, content, hashlib.sha256).hexdigest()
        place = self._place(name)
        if place.exists():
            return name
        nonce = secrets.token_bytes(NONCE)
        sealed = nonce + self._cipher.encrypt(nonce, content, name.encode())
        draft = place.with_suffix(f".{secrets.token_hex(4)}")
        try:
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with draft.open("wb") as out:
                out.write(sealed)
                out.flush()
                os.fsync(out.fileno())
            draft.replace(place)
        except OSError as problem:
            draft.unlink(missing_ok=True)
            raise NoRoom(*problem.args) from problem
        return name

    def get(self, name: str) -> bytes:
        """The content stored under `name`; raises FileNotFoundError, or InvalidTag if altered."""
        sealed = self._place(name).read_bytes()
        return self._cipher.decrypt(sealed[:NONCE], sealed[NONCE:], name.encode())
