"""What is still missing before a municipality may sign people in."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from ksr_saas.identity.eid.catalogue import EidState, Node, Purpose, Stage
from ksr_saas.identity.eid.profile import Profile, StaffTerms
from ksr_saas.identity.eid.signature import MIN_RSA_BITS, begins, ends

SOON: Final = timedelta(days=30)
STAND_IN_PREFIX: Final = "stand-in."


class HeldKey(msgspec.Struct, frozen=True):
    """A key of a municipality without its private half."""

    purpose: Purpose
    stage: Stage
    certificate_pem: str


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A registration as it stands in the catalogue."""

    state: EidState
    issuer: str
    provider_name: str
    acs_url: str
    profile: Profile
    node: Node
    staff: StaffTerms | None = None
    keys: tuple[HeldKey, ...]


def problems(draft: Draft, *, now: datetime, production: bool) -> list[str]:
    """Why nobody could sign in, in words for an operator; empty when all is in place."""
    return [
        *_wording(draft),
        *_addresses(draft, production=production),
        *_pinned(draft.node.certificates, now),
        *_own_keys(draft, now),
    ]


def warnings(draft: Draft, *, now: datetime) -> list[str]:
    """Certificates that end within a month."""
    held = [(f"our {key.purpose} certificate", key.certificate_pem) for key in draft.keys]
    pinned = [("a certificate of the node", pem) for pem in draft.node.certificates]
    return [
        f"{name} ends on {ends(pem):%Y-%m-%d}"
        for name, pem in [*held, *pinned]
        if now < ends(pem) < now + SOON
    ]


def _wording(draft: Draft) -> Iterator[str]:
    for name in ("issuer", "provider_name", "acs_url"):
        if not getattr(draft, name).strip():
            yield f"{name} is empty"
    if not draft.node.entity_id:
        yield "entity_id of the node is empty"
    if draft.staff and not draft.staff.person_attribute.strip():
        yield "person_attribute is empty"


def _addresses(draft: Draft, *, production: bool) -> Iterator[str]:
    node = draft.node
    needed = {"sso_url": node.sso_url, "acs_url": draft.acs_url}
    if draft.profile.binding == "artifact":
        needed["artifact_url"] = node.artifact_url
    wanted = needed | ({"logout_url": node.logout_url} if node.logout_url else {})
    for name, url in wanted.items():
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            yield f"{name} is no address"
        elif production and parts.scheme != "https":
            yield f"{name} must be https in production"
    if production and node.entity_id.startswith(STAND_IN_PREFIX):
        yield "the node is the product's own stand-in, with which anybody can be anybody"


def _pinned(certificates: Sequence[str], now: datetime) -> Iterator[str]:
    if not any(begins(pem) <= now < ends(pem) for pem in certificates):
        yield "no pinned certificate of the node is in force"


def _own_keys(draft: Draft, now: datetime) -> Iterator[str]:
    for purpose in Purpose:
        current = [k for k in draft.keys if (k.purpose, k.stage) == (purpose, Stage.CURRENT)]
        if len(current) != 1:
            if purpose is Purpose.SIGNING or draft.profile.must_encrypt:
                yield f"there is no current {purpose} key"
            continue
        if not begins(current[0].certificate_pem) <= now < ends(current[0].certificate_pem):
            yield f"our {purpose} certificate is not in force"
        if not fits(current[0].certificate_pem, draft.profile):
            yield f"our {purpose} key is of the wrong kind for this profile"


def fits(certificate_pem: str, profile: Profile) -> bool:
    """Whether a certificate's key is of the kind the profile signs and agrees with."""
    public = x509.load_pem_x509_certificate(certificate_pem.encode()).public_key()
    if profile.signature == "ecdsa-sha256":
        return isinstance(public, ec.EllipticCurvePublicKey) and isinstance(
            public.curve, ec.SECP256R1
        )
    return isinstance(public, rsa.RSAPublicKey) and public.key_size >= MIN_RSA_BITS


def belongs(key_pem: str, certificate_pem: str) -> bool:
    """Whether a certificate is for this private key."""
    ours = load_pem_private_key(key_pem.encode(), password=None).public_key()
    return ours == x509.load_pem_x509_certificate(certificate_pem.encode()).public_key()
