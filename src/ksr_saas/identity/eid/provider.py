"""What the product asks of an eID provider, and what it may learn when a login is refused."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, Protocol, TypeVar
from uuid import uuid4

import msgspec

from ksr_saas.identity.eid.person import Loa, Vouched
from ksr_saas.identity.eid.profile import OTHER, Profile, StaffTerms
from ksr_saas.kernel.errors import N_, KsrError

SpType = Literal["public", "private"]
P_co = TypeVar("P_co", bound=Vouched, covariant=True)


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
    An address we call and the `Destination` we write differ at some installations of the node; an
    empty destination means the address. `decryption_keys` are PEM, newest first: two of them while
    our own key changes, with their `encryption_certificates`. `acs_url` is the registered answer
    address. `next_signing_certificates` are announced in the metadata and sign nothing yet.
    `staff` is there when the registration is for staff and not for families.
    """

    issuer: str
    provider_name: str
    idp_entity_id: str
    idp_sso_url: str
    idp_certificates: tuple[str, ...]
    sp_key_pem: str
    sp_certificate_pem: str
    profile: Profile = OTHER
    acs_url: str = ""
    sso_destination: str = ""
    artifact_url: str = ""
    artifact_destination: str = ""
    logout_url: str = ""
    logout_destination: str = ""
    decryption_keys: tuple[str, ...] = ()
    encryption_certificates: tuple[str, ...] = ()
    next_signing_certificates: tuple[str, ...] = ()
    sp_type: SpType = "public"
    required_loa: Loa = "substantial"
    staff: StaffTerms | None = None
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


class EidProvider(Protocol[P_co]):
    """A way to sign in with an eID or at a city's own provider.

    `finish` and `end` block for seconds and belong in a thread.
    """

    def begin(
        self, *, request_id: str, acs_url: str, return_state: str, now: datetime
    ) -> LoginForm:
        """Ask the node to identify a person and to answer at `acs_url`.

        `return_state` comes back untouched and unprotected (80 bytes at most); the caller compares
        it with what this browser was given.
        """
        ...

    def claimed(self, form: Mapping[str, str], *, by_get: bool = False) -> str:
        """Which request a form claims to answer; nothing of it is verified yet.

        `by_get` says that the form stood in the address. EidRefused when it came by a way this
        municipality is not answered by.
        """
        ...

    def finish(
        self,
        form: Mapping[str, str],
        *,
        request_id: str,
        acs_url: str,
        now: datetime,
        by_get: bool = False,
    ) -> P_co:
        """Read the node's answer to `request_id`, or raise `EidRefused`.

        An artifact is fetched over the network.

        The caller spends `request_id` and remembers the assertion id: a provider has no memory and
        accepts the same answer twice.
        """
        ...

    def end(self, name_id: str, session_index: str, *, now: datetime) -> None:
        """Tell the node that the person has left; EidRefused when it does not confirm it.

        Does nothing where the node offers no logout.
        """
        ...


def new_message_id() -> str:
    """Make the id of a message: the node's own `ID-<uuid>` form, from a cryptographic source."""
    return f"ID-{uuid4()}"
