"""The product's own stand-in of the login.gov.pl node, for demonstrations and tests.

Whoever can reach it can sign in as anybody. It therefore starts in named environments only, and a
node is trusted by its pinned certificate: this one's belongs in no production settings.
"""

import base64
import hashlib
import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Final, get_args

import msgspec
from lxml import etree

from ksr_saas.identity.eid import message, signature, soap
from ksr_saas.identity.eid.artifact import TYPE, source_id
from ksr_saas.identity.eid.keys import make_ec_key_pair
from ksr_saas.identity.eid.message import Element, only, text_of
from ksr_saas.identity.eid.names import LOA, SAML, SAMLP, SUCCESS, eidas, saml, samlp
from ksr_saas.identity.eid.person import Loa
from ksr_saas.identity.eid.profile import OTHER, Profile
from ksr_saas.identity.eid.provider import EidRefused, LoginForm
from ksr_saas.identity.eid.stand_in_answer import (
    LIFETIME,
    Answer,
    LoginRequest,
    Persona,
    Scenario,
    add,
    add_status,
    stamp,
)
from ksr_saas.identity.eid.stand_in_encryption import seal

__all__ = ["Artifacts", "LoginRequest", "Persona", "Scenario", "ServiceProvider", "StandIn"]
logger = logging.getLogger(__name__)

ENVIRONMENTS: Final = frozenset({"development", "dev", "local", "demo", "test"})
_MAX_BYTES: Final = 64 * 1024
_HERE: Final = "here"


class ServiceProvider(msgspec.Struct, frozen=True, kw_only=True):
    """What a municipality has registered: where answers may go, and its pinned certificates.

    Without an encryption certificate it is answered in the clear.
    """

    provider_name: str
    acs_urls: tuple[str, ...]
    certificates: tuple[str, ...]
    encryption_certificate: str = ""
    profile: Profile = OTHER


class Kept(msgspec.Struct, frozen=True):
    """An answer waiting to be fetched: who, how, and for whose request."""

    request: LoginRequest
    persona: Persona
    scenario: Scenario


class Artifacts:
    """Answers waiting to be fetched once: files, because several processes may serve the web."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, handle: bytes, kept: Kept, now: datetime) -> None:
        """Keep an answer, and forget those nobody has fetched in time."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for old in self._folder.glob("*.json"):
            with suppress(FileNotFoundError):
                if old.stat().st_mtime < (now - 2 * LIFETIME).timestamp():
                    old.unlink()
        file = self._file(handle)
        draft = file.with_suffix(".draft")
        draft.write_bytes(msgspec.json.encode(kept))
        draft.replace(file)

    def take(self, handle: bytes, issuer: str) -> Kept | None:
        """The answer of this handle, once and only to whom it is for."""
        mine = self._file(handle).with_suffix(".taken")
        try:
            kept = msgspec.json.decode(self._file(handle).read_bytes(), type=Kept)
            if kept.request.issuer != issuer:
                return None
            self._file(handle).rename(mine)
            mine.unlink()
        except FileNotFoundError:
            return None
        return kept

    def _file(self, handle: bytes) -> Path:
        return self._folder / f"{hashlib.sha256(handle).hexdigest()}.json"


class StandInForbidden(RuntimeError):
    """The stand-in was asked to start where real people sign in."""


class StandIn:
    """The node as our side sees it: it reads signed requests and signs answers.

    The kind of its key decides the signature: P-256 as the node, or RSA as other providers.
    """

    def __init__(
        self,
        *,
        environment: str,
        entity_id: str,
        sso_url: str,
        key_pem: str,
        certificate_pem: str,
        artifacts: Artifacts,
        artifact_url: str = "",
        logout_url: str = "",
    ) -> None:
        if environment not in ENVIRONMENTS:
            raise StandInForbidden(f"no eID stand-in in environment {environment!r}")
        _warn(environment)
        self._entity_id = entity_id
        self._sso_url = sso_url
        self._artifact_url = artifact_url
        self._logout_url = logout_url
        self._key_pem = key_pem
        self._certificate_pem = certificate_pem
        self._artifacts = artifacts

    def issuer_of(self, form: Mapping[str, str]) -> str:
        """Read who claims to ask, to look up their registration. Nothing is verified yet."""
        return text_of(only(_request_root(form), saml("Issuer"), "issuer"))

    def caller_of(self, envelope: bytes, tag: str) -> str:
        """Read who claims to call over SOAP. Nothing is verified yet."""
        root = soap.unwrap(envelope, tag, _MAX_BYTES)
        return text_of(only(root, saml("Issuer"), "issuer"))

    def read(
        self, form: Mapping[str, str], registered: Mapping[str, ServiceProvider], now: datetime
    ) -> LoginRequest:
        """Verify a posted AuthnRequest against the registrations, by issuer, or refuse it."""
        root = _request_root(form)
        issuer, provider = _verified(root, registered, now)
        self._check_request(root, provider)
        relay_state = form.get("RelayState", "")
        if len(relay_state.encode()) > message.MAX_RELAY_STATE:
            raise EidRefused("relay-state")
        return LoginRequest(
            request_id=root.get("ID"),
            issuer=issuer,
            provider_name=provider.provider_name,
            acs_url=root.get("AssertionConsumerServiceURL"),
            relay_state=relay_state,
            loa=_requested_loa(root),
            binding=provider.profile.binding,
        )

    def _check_request(self, root: Element, provider: ServiceProvider) -> None:
        """Hold the request against the registration, as strictly as the node does."""
        expected = {
            "Destination": self._sso_url,
            "ForceAuthn": "true",
            "ProtocolBinding": provider.profile.binding_uri,
            "ProviderName": provider.provider_name,
        }
        if any(root.get(name) != value for name, value in expected.items()):
            raise EidRefused("request-form")
        if root.get("AssertionConsumerServiceURL") not in provider.acs_urls:
            raise EidRefused("recipient")
        if provider.profile.eidas_extensions:
            extensions = only(root, samlp("Extensions"), "request-form")
            only(extensions, eidas("SPType"), "request-form")
            asked = only(extensions, eidas("RequestedAttributes"), "request-form")
            if not len(asked):
                raise EidRefused("request-form")

    def answer(
        self,
        request: LoginRequest,
        persona: Persona,
        scenario: Scenario,
        now: datetime,
        provider: ServiceProvider | None = None,
    ) -> LoginForm:
        """Answer a verified request as this person; the browser posts the form to the ACS."""
        if request.binding == "artifact":
            handle = secrets.token_bytes(20)
            self._artifacts.put(handle, Kept(request, persona, scenario), now)
            raw = TYPE + b"\x00\x00" + source_id(self._entity_id) + handle
            name, value = "SAMLart", base64.b64encode(raw).decode("ascii")
        else:
            signed = self._response(Kept(request, persona, scenario), provider, now)
            name, value = "SAMLResponse", message.encode(signed)
        return LoginForm(
            action=request.acs_url, fields={name: value, "RelayState": request.relay_state}
        )

    def resolve(
        self, envelope: bytes, registered: Mapping[str, ServiceProvider], now: datetime
    ) -> bytes:
        """Answer an ArtifactResolve: once, and only to whom the artifact was made for.

        An artifact that is not theirs, used or unknown gets a success without content (SAML).
        """
        root = soap.unwrap(envelope, samlp("ArtifactResolve"), _MAX_BYTES)
        issuer, provider = _verified(root, registered, now)
        if root.get("Destination") != self._artifact_url:
            raise EidRefused("recipient")
        raw = message.octets(text_of(only(root, samlp("Artifact"), "artifact-form")))
        kept = self._artifacts.take(raw[24:], issuer)
        scenario = kept.scenario if kept else Scenario.OK
        answer = etree.Element(
            samlp("ArtifactResponse"),
            stamp(message.written(now)) | {"InResponseTo": root.get("ID")},
            nsmap={"samlp": SAMLP, "saml": SAML},
        )
        add(answer, saml("Issuer"), self._entity_id)
        add_status(answer, scenario)
        if kept is None or scenario is Scenario.EMPTY:
            return soap.wrap(self._sign(answer, scenario))
        answer.append(etree.Comment(_HERE))
        whole = etree.tostring(answer).replace(
            f"<!--{_HERE}-->".encode(), self._response(kept, provider, now)
        )
        return soap.wrap(self._sign(message.parse(whole), scenario))

    def log_out(
        self, envelope: bytes, registered: Mapping[str, ServiceProvider], now: datetime
    ) -> bytes:
        """Confirm a signed LogoutRequest: there is no session here that could be left."""
        root = soap.unwrap(envelope, samlp("LogoutRequest"), _MAX_BYTES)
        _verified(root, registered, now)
        if root.get("Destination") != self._logout_url:
            raise EidRefused("recipient")
        only(root, saml("NameID"), "request-form")
        answer = etree.Element(
            samlp("LogoutResponse"),
            stamp(message.written(now)) | {"InResponseTo": root.get("ID")},
            nsmap={"samlp": SAMLP, "saml": SAML},
        )
        add(answer, saml("Issuer"), self._entity_id)
        add(add(answer, samlp("Status")), samlp("StatusCode"), Value=SUCCESS)
        return soap.wrap(self._sign(answer, Scenario.OK))

    def _response(self, kept: Kept, provider: ServiceProvider | None, now: datetime) -> bytes:
        """Write the Response: encrypted for whom it is for, then signed as a whole."""
        scenario = kept.scenario
        root = Answer(self._entity_id, kept.request, kept.persona, scenario, now).response()
        certificate = provider.encryption_certificate if provider else ""
        if certificate and scenario is not Scenario.NOT_ENCRYPTED:
            seal(
                only(root, saml("Assertion"), "assertion-count"),
                certificate,
                from_party=self._entity_id,
                to_party=kept.request.issuer,
                short_key=scenario is Scenario.SHORT_KEY,
            )
        if scenario is Scenario.UNSIGNED:
            return bytes(etree.tostring(root))
        if scenario is Scenario.FOREIGN_KEY:
            stranger = make_ec_key_pair("stranger", now=now)
            return signature.sign(root, stranger.key_pem, stranger.certificate_pem)
        return self._sign(root, scenario)

    def _sign(self, root: Element, scenario: Scenario) -> bytes:
        if scenario is Scenario.UNSIGNED_ARTIFACT and root.tag == samlp("ArtifactResponse"):
            return bytes(etree.tostring(root))
        return signature.sign(root, self._key_pem, self._certificate_pem)


def _request_root(form: Mapping[str, str]) -> Element:
    """Parse the posted request within the same limits an answer has."""
    root = message.parse(message.decode(form.get("SAMLRequest"), _MAX_BYTES))
    if root.tag != samlp("AuthnRequest"):
        raise EidRefused("not-a-request")
    return root


def _verified(
    root: Element, registered: Mapping[str, ServiceProvider], now: datetime
) -> tuple[str, ServiceProvider]:
    """Find whose message this is and check that it is: signature, form and age."""
    issuer = text_of(only(root, saml("Issuer"), "issuer"))
    provider = registered.get(issuer)
    if provider is None:
        raise EidRefused("issuer")
    signature.check_shapes(root, provider.profile.signature_algorithm)
    signature.verify(root, provider.certificates, now)
    if root.get("Version") != "2.0" or not message.is_message_id(root.get("ID", "")):
        raise EidRefused("request-form")
    if abs(now - message.moment(root, "IssueInstant")) > LIFETIME:
        raise EidRefused("expired")
    return issuer, provider


def _requested_loa(root: Element) -> Loa:
    """Read the level asked for; the node knows `minimum` and one class only."""
    context = only(root, samlp("RequestedAuthnContext"), "loa-unknown")
    wanted = text_of(only(context, saml("AuthnContextClassRef"), "loa-unknown"))
    for level in get_args(Loa):
        if context.get("Comparison") == "minimum" and wanted == LOA + level:
            return level  # type: ignore[no-any-return]
    raise EidRefused("loa-unknown")


@cache
def _warn(environment: str) -> None:
    """Say once per process, loudly, that logins here prove nothing."""
    logger.warning(
        "THE eID STAND-IN IS ON (environment %s): anybody can sign in as anybody", environment
    )
