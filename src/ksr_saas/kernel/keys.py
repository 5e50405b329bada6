"""The keys of municipalities: outside the database, wrapped, several at once while one is replaced.

A value is kept as `v1.<kid>.<base64 of nonce and ciphertext>` (AES-256-GCM). The schema and
"table.column" are authenticated with it, so a value opens only where it was written.
"""

import hashlib
import hmac
import os
import secrets
import time
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
SEALED = "v1."
BLIND = "b1."
FRESH = 1.0  # seconds: how long another process may go on writing with the key before


class NoKey(RuntimeError):
    """A value cannot be sealed or opened, because its key is not here: a fault of operation."""


class NotOurs(RuntimeError):
    """A stored value was changed, moved to another place, or never sealed."""


class Stored(msgspec.Struct, frozen=True):
    """Content of a key file. `keys` are (kid, hexadecimal key) from oldest to newest.

    `index` is the key of the blind index; it is another key and outlives all of them.
    """

    keys: tuple[tuple[str, str], ...]
    index: str

    def __repr__(self) -> str:
        # Tracebacks and logs show values, and these are the keys themselves.
        return f"Stored({', '.join(kid for kid, _ in self.keys)})"


def fresh_key() -> tuple[str, str]:
    """A kid and a key nobody has used before."""
    return secrets.token_hex(4), secrets.token_hex(32)


class KeyRing:
    """The open keys of one municipality: the newest seals, every one opens."""

    def __init__(
        self, schema: str, stored: Stored, *, reread: "Callable[[], KeyRing] | None" = None
    ) -> None:
        self.schema = schema
        self._reread = reread
        self._ciphers = {kid: AESGCM(bytes.fromhex(key)) for kid, key in stored.keys}
        self._index = bytes.fromhex(stored.index)
        self._places: dict[str, bytes] = {}
        self.newest = stored.keys[-1][0]
        self._prefix = f"{SEALED}{self.newest}."
        self._sealing = self._ciphers[self.newest]

    @property
    def kids(self) -> tuple[str, ...]:
        """The names of the keys, oldest first."""
        return tuple(self._ciphers)

    def cipher(self, kid: str) -> AESGCM | None:
        """The key of this name; None when it is not here."""
        return self._ciphers.get(kid)

    def _bound(self, place: str) -> bytes:
        found = self._places.get(place)
        if found is None:
            found = self._places[place] = f"{self.schema}/{place}".encode()
        return found

    def seal(self, place: str, text: str) -> str:
        """`text` as it is stored in `place` ("table.column"); never the same twice."""
        nonce = os.urandom(NONCE)
        sealed = self._sealing.encrypt(nonce, text.encode(), self._bound(place))
        return self._prefix + b64encode(nonce + sealed).decode()

    def open(self, place: str, value: str) -> str:
        """What `seal` was given. Raises NoKey for an unknown key and NotOurs for anything else."""
        version, _, rest = value.partition(".")
        kid, _, body = rest.partition(".")
        if f"{version}." != SEALED or not body:
            raise NotOurs(f"a value of {self.schema}.{place} is not sealed")
        cipher = self.cipher(kid)
        if cipher is None and self._reread is not None:
            # Another process has begun to use a new key a moment ago.
            cipher = self._reread().cipher(kid)
        if cipher is None:
            raise NoKey(f"{self.schema}.{place} was sealed with key {kid}, which is not here")
        try:
            raw = b64decode(body, validate=True)
            return cipher.decrypt(raw[:NONCE], raw[NONCE:], self._bound(place)).decode()
        except (InvalidTag, NotBase64, ValueError) as problem:
            raise NotOurs(f"a value of {self.schema}.{place} was changed or moved") from problem

    def blind(self, place: str, text: str) -> str:
        """A keyed hash (HMAC-SHA256) by which equal values of `place` find each other."""
        digest = hmac.new(self._index, f"{place}:{text}".encode(), hashlib.sha256)
        return BLIND + digest.hexdigest()


class Keystore:
    """The folder of key files, each wrapped with a key made from the program's secret.

    Files are looked at again after FRESH seconds, so a running process learns of a new key.
    """

    def __init__(self, folder: Path, secret: str) -> None:
        self.folder = folder
        self._wrap = AESGCM(hashlib.sha256(f"wrap:{secret}".encode()).digest())
        self._kept: dict[str, tuple[float, int, KeyRing]] = {}

    def file(self, schema: str) -> Path:
        """Where the keys of `schema` lie."""
        return self.folder / schema

    def ring(self, schema: str) -> KeyRing:
        """The keys of one municipality. Raises NoKey."""
        now = time.monotonic()
        kept = self._kept.get(schema)
        if kept and now - kept[0] < FRESH:
            return kept[2]
        try:
            stamp = self.file(schema).stat().st_mtime_ns
        except OSError as problem:
            self._kept.pop(schema, None)
            raise NoKey(f"The keys of {schema} are missing: {self.file(schema)}") from problem
        if not kept or kept[1] != stamp:
            ring = KeyRing(schema, self.read(schema), reread=lambda: self._again(schema))
            kept = (now, stamp, ring)
        self._kept[schema] = (now, stamp, kept[2])
        return kept[2]

    def forget(self, schema: str) -> None:
        """Look at the file again next time."""
        self._kept.pop(schema, None)

    def _again(self, schema: str) -> KeyRing:
        self.forget(schema)
        return self.ring(schema)

    def read(self, schema: str) -> Stored:
        """The content of a key file. Raises NoKey when it is missing or of another secret."""
        try:
            raw = self.file(schema).read_bytes()
            plain = self._wrap.decrypt(raw[:NONCE], raw[NONCE:], schema.encode())
        except OSError as problem:
            raise NoKey(f"The keys of {schema} are missing: {self.file(schema)}") from problem
        except (InvalidTag, ValueError) as problem:
            raise NoKey(f"The keys of {schema} were wrapped with another secret.") from problem
        return msgspec.json.decode(plain, type=Stored)

    def make(self, schema: str) -> None:
        """Give a municipality its first keys; one that has some keeps them."""
        if not self.file(schema).exists():
            self.write(schema, Stored((fresh_key(),), secrets.token_hex(32)))

    def write(self, schema: str, stored: Stored) -> None:
        """Replace a key file durably: a crash leaves the one before or this one."""
        nonce = os.urandom(NONCE)
        sealed = self._wrap.encrypt(nonce, msgspec.json.encode(stored), schema.encode())
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self.folder / f".{schema}.{secrets.token_hex(4)}"
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "wb") as out:
            out.write(nonce + sealed)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(self.file(schema))
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        self.forget(schema)
