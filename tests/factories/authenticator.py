"""An authenticator in software: makes keys and real ES256 signatures, and lies when it is told to."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def coded(raw):
    return urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Authenticator:
    """Holds one key. `origin` is where the browser says the person is; `count` grows with each use.

    What a test changes with keywords is what a hostile browser or authenticator would change.
    """

    def __init__(self, origin, *, count=0):
        self.origin, self.count = origin, count
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.user = None

    def _client_data(self, kind, challenge, origin):
        said = {"type": kind, "challenge": challenge, "origin": origin or self.origin}
        return json.dumps(said | {"crossOrigin": False}).encode()

    def _data(self, site, flags, count, rest=b""):
        hashed = hashlib.sha256(site.encode()).digest()
        return hashed + bytes([flags]) + count.to_bytes(4, "big") + rest

    def _public(self):
        numbers = self.key.public_key().public_numbers()
        x, y = (one.to_bytes(32, "big") for one in (numbers.x, numbers.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def create(self, options, *, origin=None, site=None, flags=PRESENT | VERIFIED):
        """The answer to creation options, as the browser's JSON."""
        self.user = options["user"]["id"]
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + self._public()
        data = self._data(site or options["rp"]["id"], flags | ATTESTED, self.count, attested)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client_data("webauthn.create", options["challenge"], origin)
        return self._answer({"clientDataJSON": client, "attestationObject": attestation})

    def get(
        self, options, *, origin=None, site=None, flags=PRESENT | VERIFIED, count=None, key=None,
        user=None, kind="webauthn.get",
    ):  # fmt: skip
        """The answer to request options, as the browser's JSON."""
        if count is None:
            self.count += 1
        data = self._data(site or options["rpId"], flags, self.count if count is None else count)
        client = self._client_data(kind, options["challenge"], origin)
        signed = data + hashlib.sha256(client).digest()
        signature = (key or self.key).sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": client,
                "authenticatorData": data,
                "signature": signature,
                "userHandle": decoded(user or self.user),
            }
        )

    def _answer(self, response):
        return json.dumps(
            {
                "id": coded(self.id),
                "rawId": coded(self.id),
                "type": "public-key",
                "clientExtensionResults": {},
                "response": {name: coded(value) for name, value in response.items()},
            }
        )
