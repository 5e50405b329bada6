"""The two ceremonies of WebAuthn (Level 2) with one site; `webauthn` does the cryptography."""

import json

import msgspec
from cryptography.exceptions import UnsupportedAlgorithm
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.cose import COSEAlgorithmIdentifier
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ksr_saas.identity.errors import WrongKey
from ksr_saas.settings import Settings

LARGEST = 16 * 1024  # characters of an answer; real ones have about a thousand
MINUTES = 5
ALGORITHMS = [
    COSEAlgorithmIdentifier.ECDSA_SHA_256,
    COSEAlgorithmIdentifier.EDDSA,
    COSEAlgorithmIdentifier.RSASSA_PKCS1_v1_5_SHA_256,
]
# What the library lets through for bytes that are no key, no signature and no certificate.
FOREIGN = (
    WebAuthnException,
    UnsupportedAlgorithm,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    RecursionError,
)


class Site(msgspec.Struct, frozen=True):
    """Where passkeys work: one exact host, which is their relying party id.

    Never the parent domain: a page of any city under it could then ask for the keys of every other
    city, and one city's keys would be told to another. So a key made at `lipno.example.pl` is
    unknown to the browser at `sanok.example.pl`, at the console and at the parent, and an answer
    given there carries another id and is refused here. The price is that a municipality which moves
    to another host asks its staff for new keys.

    `origin` is scheme, host and port as browsers say it; `name` is what the authenticator shows.
    """

    host: str
    origin: str
    name: str

    @classmethod
    def of(cls, settings: Settings, host: str, name: str) -> "Site":
        """The site at `host`, which the gate has found in the catalogue."""
        return cls(host.lower(), settings.address(host.lower(), ""), name)


class NewKey(msgspec.Struct, frozen=True):
    """What is kept of a new passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int


def creation_options(
    site: Site,
    *,
    user: bytes,
    known_as: str,
    challenge: bytes,
    known: list[bytes],
) -> str:
    """What the browser needs to make a passkey, as JSON; an authenticator in `known` makes none.

    `known_as` is how the person tells this account from another when asked for a key.

    The key is discoverable and the authenticator must know the person (PIN, finger, face), so that
    the key alone is two factors. No attestation is asked for: which make a key is does not matter.
    """
    options = generate_registration_options(
        rp_id=site.host,
        rp_name=site.name,
        user_id=user,
        user_name=known_as,
        challenge=challenge,
        timeout=MINUTES * 60_000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=_described(known),
        supported_pub_key_algs=ALGORITHMS,
    )
    return options_to_json(options)


def request_options(site: Site, *, challenge: bytes, known: list[bytes]) -> str:
    """What the browser needs to show a passkey, as JSON; with no `known` the person chooses one."""
    options = generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        timeout=MINUTES * 60_000,
        allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def _described(known: list[bytes]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=one) for one in known]


def made(site: Site, answer: str, *, challenge: bytes) -> NewKey:
    """The key of a browser's answer to `creation_options`. Raises WrongKey."""
    try:
        found = verify_registration_response(
            credential=answer[:LARGEST],
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
            supported_pub_key_algs=ALGORITHMS,
        )
    except FOREIGN as problem:
        raise WrongKey from problem
    return NewKey(found.credential_id, found.credential_public_key, found.sign_count)


def claimed(answer: str) -> tuple[bytes, bytes | None]:
    """The credential that an answer to `request_options` names, and whose it says it is.

    Nothing of it is checked yet. Raises WrongKey when it cannot be read.
    """
    try:
        found = json.loads(answer[:LARGEST])
        user = found["response"].get("userHandle")
        return base64url_to_bytes(found["id"]), base64url_to_bytes(user) if user else None
    except FOREIGN as problem:
        raise WrongKey from problem


def shown(site: Site, answer: str, *, challenge: bytes, public_key: bytes, sign_count: int) -> int:
    """Check a browser's answer to `request_options`; returns the authenticator's new count.

    Raises WrongKey: another challenge, origin or site, a person who was not verified, a wrong
    signature, or a count that did not grow (a copied authenticator).
    """
    try:
        found = verify_authentication_response(
            credential=answer[:LARGEST],
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except FOREIGN as problem:
        raise WrongKey from problem
    return found.new_sign_count
