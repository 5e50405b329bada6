"""The two ways of speaking SAML the product knows: the node's, and everybody else's."""

from enum import StrEnum
from typing import Final, Literal

import msgspec

from ksr_saas.identity.eid.names import ECDSA_SHA256, HTTP_ARTIFACT, HTTP_POST, MAIL, RSA_SHA256
from ksr_saas.identity.ways import Way

Binding = Literal["artifact", "post"]


class Clientele(StrEnum):
    """Whom a registration signs in; a municipality has at most one for each."""

    FAMILIES = "families"
    STAFF = "staff"


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """What a provider may send, and how it is asked. Everything else is refused.

    `signed` says which part of an answer must carry a signature of its own; an ArtifactResponse and
    a request always do. `cbc` allows AES-CBC, which protects no integrity: only inside a message
    whose signature has been verified, and only where the provider can do nothing better.
    `size_from_key` takes the content cipher from the length of the unwrapped key, because the node
    has been seen to send 16 octets and to declare 256 bits.
    """

    signature: Literal["ecdsa-sha256", "rsa-sha256"]
    binding: Binding
    artifact_by_get: bool = False
    signed: Literal["response", "assertion"] = "response"
    encryption: Literal["ecdh-es", "rsa-oaep"]
    must_encrypt: bool
    cbc: bool = False
    size_from_key: bool = False
    eidas_extensions: bool = False

    @property
    def signature_algorithm(self) -> str:
        """URI of the only signature algorithm, theirs and ours."""
        return ECDSA_SHA256 if self.signature == "ecdsa-sha256" else RSA_SHA256

    @property
    def binding_uri(self) -> str:
        """URI of the binding answers come by."""
        return HTTP_ARTIFACT if self.binding == "artifact" else HTTP_POST


LOGIN_GOV_PL: Final = Profile(
    signature="ecdsa-sha256",
    binding="artifact",
    encryption="ecdh-es",
    must_encrypt=True,
    size_from_key=True,
    eidas_extensions=True,
)
OTHER: Final = Profile(
    signature="rsa-sha256", binding="post", encryption="rsa-oaep", must_encrypt=False
)


class StaffTerms(msgspec.Struct, frozen=True, kw_only=True):
    """What is agreed with a city's provider for its staff.

    `person_attribute` is the Name of the attribute that says who it is; it is compared with the
    login of an account. A login by one of `trusted_contexts` (AuthnContextClassRef, to the letter)
    had several factors; after any other our own second factor follows. `sign_in` is how accounts
    sign in that say nothing of their own. `force_authn` asks for the password again although the
    person is signed in at the provider.
    """

    person_attribute: str = MAIL
    trusted_contexts: tuple[str, ...] = ()
    sign_in: Way = Way.BOTH
    force_authn: bool = True
