"""SAML 2.0 web browser SSO: the request by HTTP-POST, the answer by HTTP-POST or HTTP-Artifact."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar, overload

from ksr_saas.identity.eid import (
    artifact,
    encryption,
    logout,
    message,
    node_call,
    signature,
    toolkit,
)
from ksr_saas.identity.eid import assertion as claims
from ksr_saas.identity.eid.authn_request import authn_request
from ksr_saas.identity.eid.back_channel import BackChannel, post
from ksr_saas.identity.eid.message import Element
from ksr_saas.identity.eid.names import saml, samlp
from ksr_saas.identity.eid.person import EidPerson, Vouched
from ksr_saas.identity.eid.provider import EidRefused, EidSettings, LoginForm

P = TypeVar("P", bound=Vouched)
Reader: TypeAlias = Callable[[Element, EidSettings, datetime, datetime], P]
"""Reads the person of an assertion; it is given the assertion's end and the present moment."""


class WebSso(Generic[P]):
    """An `EidProvider` for one municipality; it keeps nothing between calls.

    `read` reads the person: a parent, if nothing is said.
    """

    @overload
    def __init__(
        self: "WebSso[EidPerson]", settings: EidSettings, back_channel: BackChannel = post
    ) -> None: ...
    @overload
    def __init__(
        self, settings: EidSettings, back_channel: BackChannel = post, *, read: Reader[P]
    ) -> None: ...
    def __init__(
        self,
        settings: EidSettings,
        back_channel: BackChannel = post,
        *,
        read: Any = claims.read_person,
    ) -> None:
        self._settings = settings
        self._back_channel = back_channel
        self._person: Reader[P] = read

    def begin(
        self, *, request_id: str, acs_url: str, return_state: str, now: datetime
    ) -> LoginForm:
        """Write a signed AuthnRequest that demands a fresh login of the required level."""
        if not message.is_message_id(request_id):
            raise ValueError("request_id is not an XML name")
        if len(return_state.encode()) > message.MAX_RELAY_STATE:
            raise ValueError("return_state is longer than 80 bytes")
        root = authn_request(self._settings, request_id, acs_url, now)
        signed = signature.sign(root, self._settings.sp_key_pem, self._settings.sp_certificate_pem)
        return LoginForm(
            action=self._settings.idp_sso_url,
            fields={"SAMLRequest": message.encode(signed), "RelayState": return_state},
        )

    def claimed(self, form: Mapping[str, str], *, by_get: bool = False) -> str:
        """Read which request a form claims to answer: from the answer itself, or its RelayState."""
        self._check_binding(form, by_get=by_get)
        if self._settings.profile.binding == "post":
            limit = self._settings.max_message_bytes
            return message.peek(form.get("SAMLResponse"), max_bytes=limit)
        artifact.check_artifact(form.get("SAMLart"), self._settings.idp_entity_id)
        return form.get("RelayState", "")

    def _check_binding(self, form: Mapping[str, str], *, by_get: bool) -> None:
        """Refuse an answer out of the browser's hands where answers come by artifact."""
        profile = self._settings.profile
        if profile.binding == "artifact":
            wrong = "SAMLResponse" in form or (by_get and not profile.artifact_by_get)
        else:
            wrong = by_get
        if wrong:
            raise EidRefused("binding")

    def finish(
        self,
        form: Mapping[str, str],
        *,
        request_id: str,
        acs_url: str,
        now: datetime,
        by_get: bool = False,
    ) -> P:
        """Check the answer, cheap and harmless checks first, and read the person."""
        settings = self._settings
        self._check_binding(form, by_get=by_get)
        if settings.profile.binding == "post":
            raw = message.decode(form.get("SAMLResponse"), settings.max_message_bytes)
            return self._accept(raw, request_id, acs_url, now, vouched=False)
        if form.get("RelayState") != request_id:
            raise EidRefused("relay-state")
        reference = artifact.check_artifact(form.get("SAMLart"), settings.idp_entity_id)
        raw = artifact.resolve(reference, settings, self._back_channel, now)
        return self._accept(raw, request_id, acs_url, now, vouched=True)

    def end(self, name_id: str, session_index: str, *, now: datetime) -> None:
        """Log out at the node by SOAP, where it offers that."""
        if self._settings.logout_url and name_id:
            logout.log_out(name_id, session_index, self._settings, self._back_channel, now)

    def _accept(
        self, raw: bytes, request_id: str, acs_url: str, now: datetime, *, vouched: bool
    ) -> P:
        """Check an answer, wherever it came from; `vouched` when a signed message brought it.

        The signature is checked before anything is believed or decrypted, the status included: a
        refusal after "bad-signature" is the node's own statement. Our claims are checked twice:
        first for a precise reason, then on the tree the toolkit has verified, which alone is
        believed.
        """
        settings = self._settings
        if len(raw) > settings.max_message_bytes:
            raise EidRefused("too-large")
        root = message.parse(raw)
        _check_envelope(root, request_id, acs_url)
        self._check_seals(root, now, vouched=vouched)
        node_call.check_status(root)
        plain = self._opened(root)
        readable = root if plain is None else plain
        self._check_assertion(readable, now)
        self._read(readable, request_id, acs_url, now)
        verified = toolkit.validate(
            raw, settings, plain=plain, request_id=request_id, acs_url=acs_url, now=now
        )
        return self._read(verified, request_id, acs_url, now)

    def _check_seals(self, root: Element, now: datetime, *, vouched: bool) -> None:
        """Check every signature that is there, and that those are there which must be.

        What the browser has posted must be signed as a whole, or its status would be anybody's.
        """
        profile = self._settings.profile
        required = profile.signed == "response" or not vouched
        signature.check_shapes(root, profile.signature_algorithm, required=required)
        if signature.is_signed(root):
            signature.verify(root, self._settings.idp_certificates, now)
        encryption.check_places(root)

    def _check_assertion(self, root: Element, now: datetime) -> None:
        """Check the signature of a readable assertion, which may be missing unless it must be."""
        assertion = _the_assertion(root)
        if not signature.is_signed(assertion):
            if self._settings.profile.signed == "assertion":
                raise EidRefused("unsigned")
            return
        alone = message.parse(message.cut(assertion))
        signature.check_shapes(alone, self._settings.profile.signature_algorithm)
        signature.verify(alone, self._settings.idp_certificates, now)

    def _opened(self, root: Element) -> Element | None:
        """Decrypt into a second document, the answer with a readable assertion; None if it has one.

        What was hidden goes through the same checks as what was in sight.
        """
        profile = self._settings.profile
        sealed = root.findall(saml("EncryptedAssertion"))
        if not sealed:
            if profile.must_encrypt:
                raise EidRefused("not-encrypted")
            return None
        if len(sealed) != 1 or root.find(saml("Assertion")) is not None:
            raise EidRefused("assertion-count")
        inner = encryption.decrypt(sealed[0], self._settings.decryption_keys, profile)
        plain = message.parse(encryption.in_the_open(root, inner))
        signature.check_shapes(plain, profile.signature_algorithm, required=False)
        return plain

    def _read(self, root: Element, request_id: str, acs_url: str, now: datetime) -> P:
        """Check every claim of a signed answer exactly; return the person it names."""
        assertion = _the_assertion(root)
        for issued in (root, assertion):
            claims.check_issuer(issued, self._settings.idp_entity_id)
            claims.check_issued(issued, now)
        audience_end = claims.check_conditions(assertion, self._settings.issuer, now)
        confirmed_end = claims.check_confirmation(assertion, request_id, acs_url, now)
        return self._person(assertion, self._settings, max(audience_end, confirmed_end), now)


def _check_envelope(root: Element, request_id: str, acs_url: str) -> None:
    """Refuse what is not an answer to this request, at this address."""
    if root.tag != samlp("Response") or root.get("Version") != "2.0":
        raise EidRefused("not-a-response")
    if not request_id or root.get("InResponseTo") != request_id:
        raise EidRefused("unsolicited")
    # The node sends no Destination; one that is there has to be ours.
    if root.get("Destination") not in (None, acs_url):
        raise EidRefused("recipient")


def _the_assertion(root: Element) -> Element:
    """Take the only assertion of the document, a child of the message itself."""
    found = list(root.iter(saml("Assertion")))
    if len(found) != 1 or found[0].getparent() is not root or not found[0].get("ID"):
        raise EidRefused("assertion-count")
    if found[0].get("Version") != "2.0":
        raise EidRefused("version")
    return found[0]
