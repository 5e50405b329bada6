"""What the product asks of an eID provider, and what it may learn when a login is refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

import msgspec

from ksr_saas.identity.eid.person import EidPerson, Loa
from ksr_saas.kernel.errors import N_, KsrError


class EidRefused(KsrError):
    """The eID login did not succeed; nobody is signed in and nothing has changed.

    `reason` is a fixed code for the audit log and carries no personal data. The words for the user
    are the same whatever the reason, so that they teach a forger nothing.
    """

    status = 403
    code = "eid-refused"
    title = N_("Nie udało się zalogować")
    message = N_("Logowanie przez login.gov.pl nie zostało dokończone. Nic się nie zmieniło.")
    next_step = N_("Zacznij logowanie jeszcze raz. Jeżeli to nie pomoże, zgłoś się do urzędu.")

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EidSettings(msgspec.Struct, frozen=True, kw_only=True):
    """One municipality as a service provider, and the node it trusts.

    `idp_certificates` are PEM and pinned: two of them while the node changes its key. A certificate
    inside a message is never trusted. `issuer` and `provider_name` are the registered ones.
    """

    issuer: str
    provider_name: str
    idp_entity_id: str
    idp_sso_url: str
    idp_certificates: tuple[str, ...]
    sp_key_pem: str
    sp_certificate_pem: str
    required_loa: Loa = "substantial"
    max_message_bytes: int = 256 * 1024

    def __repr__(self) -> str:
        """Leave the private key out."""
        return f"EidSettings(issuer={self.issuer!r}, idp_entity_id={self.idp_entity_id!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show rich printers no more than `repr` does."""
        return [("issuer", self.issuer), ("idp_entity_id", self.idp_entity_id)]


class LoginForm(msgspec.Struct, frozen=True):
    """A form the browser posts to `action` by itself; `fields` are its hidden inputs."""

    action: str
    fields: dict[str, str]

    def __repr__(self) -> str:
        """Name the fields without their values: an answer of the node holds a PESEL."""
        return f"LoginForm(action={self.action!r}, fields={sorted(self.fields)!r})"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Show rich printers no more than `repr` does."""
        return [("action", self.action), ("fields", sorted(self.fields))]


class EidProvider(Protocol):
    """A way to sign in with an eID. Both calls are blocking and belong in a thread."""

    def begin(
        self, *, request_id: str, acs_url: str, return_state: str, now: datetime
    ) -> LoginForm:
        """Ask the node to identify a person and to answer at `acs_url`.

        `return_state` comes back untouched and unprotected (80 bytes at most); the caller compares
        it with what this browser was given.
        """
        ...

    def finish(
        self, form: Mapping[str, str], *, request_id: str, acs_url: str, now: datetime
    ) -> EidPerson:
        """Read the node's answer to `request_id`, or raise `EidRefused`.

        The caller spends `request_id` and remembers the assertion id: a provider has no memory and
        accepts the same answer twice.
        """
        ...


def new_request_id() -> str:
    """Make the id of one login: the node's own `ID-<uuid>` form, from a cryptographic source."""
    return f"ID-{uuid4()}"
