"""Accounts, what they may be, and the sessions in which they are signed in."""

from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, false
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.identity.authorisation import Role
from ksr_saas.identity.eid.profile import Clientele
from ksr_saas.identity.ways import Way
from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.kernel.sealed import Sealed


class AccountKind(StrEnum):
    """Staff come with a password or from their city's own provider, parents through eID.

    Where the municipality lets institutions open accounts, parents come with a password too; those
    have a `login` and no `person_key`.
    """

    PARENT = "parent"
    STAFF = "staff"


class Purpose(StrEnum):
    """What a passkey is asked for; an answer to one is none to another."""

    REGISTER = "register"
    SIGN_IN = "sign-in"
    SECOND_STEP = "second-step"
    CONFIRM = "confirm"


class Account(TenantModel):
    """A person of this municipality.

    Who has a password has `totp`, the secret of their authenticator bound to the account
    (`totp.bound`; None until enrolled), and the last step whose code was taken; `failures` counts
    wrong codes since the last complete login. Staff have `valid_until`, the last day on which they
    may sign in, and `sign_in`, how they come in, None as the municipality's registration says.
    `last_in_on` is the day of the last login, None before the first one and after somebody
    unlocked the account.

    `person_key` is a keyed hash of the eID identifier and finds a parent's account again; the
    identifier itself is kept nowhere (the application may not ask a parent's PESEL, Education Act
    art. 150).
    """

    __tablename__ = "account"

    kind: Mapped[AccountKind] = mapped_column(words(AccountKind))
    login: Mapped[str | None] = mapped_column(unique=True)
    given_name: Mapped[str]
    family_name: Mapped[str]
    email: Mapped[str] = mapped_column(Sealed("account.email"), default="")
    password_hash: Mapped[str | None]
    person_key: Mapped[str | None] = mapped_column(unique=True)
    birth_date: Mapped[date | None]
    language: Mapped[str] = mapped_column(default="pl")
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    totp: Mapped[str | None] = mapped_column("totp_sealed", Sealed("account.totp_sealed"))
    totp_last_step: Mapped[int] = mapped_column(default=0, server_default="0")
    valid_until: Mapped[date | None]
    last_in_on: Mapped[date | None]
    sign_in: Mapped[Way | None] = mapped_column(words(Way))

    @property
    def name(self) -> str:
        return f"{self.given_name} {self.family_name}"


class Grant(TenantModel):
    """A role that an account has, in one institution or in the whole municipality.

    `used_at` is when the person last chose it: the next login begins in it.
    """

    __tablename__ = "role_grant"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[Role] = mapped_column(words(Role))
    institution_id: Mapped[UUID | None]
    used_at: Mapped[datetime | None]


class LoginSession(TenantModel):
    """A signed-in browser. Only the hash of its token is kept.

    `eid_session` is how the node, or for staff the city's provider, names this login, sealed: it is
    needed to log out there.
    `agent` is the browser's family for the person's own list; `confirmed_at` is when the second
    factor (or the eID) was last shown.
    """

    __tablename__ = "login_session"

    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[Role] = mapped_column(words(Role))
    institution_id: Mapped[UUID | None]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    eid_session: Mapped[bytes | None]
    agent: Mapped[str] = mapped_column(default="", server_default="")
    confirmed_at: Mapped[datetime | None]


class PendingLogin(TenantModel):
    """A right password that still waits for the second factor, in one browser.

    `offered` is the authenticator secret offered to a person who has none yet, bound to the account
    as there. With `sso`
    the city's provider has vouched for the person instead, and names the login `eid_session`.
    """

    __tablename__ = "pending_login"

    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    return_to: Mapped[str]
    offered: Mapped[str | None] = mapped_column(
        "offered_sealed", Sealed("pending_login.offered_sealed")
    )
    expires_at: Mapped[datetime]
    sso: Mapped[bool] = mapped_column(default=False, server_default=false())
    eid_session: Mapped[bytes | None]


class BackupCode(TenantModel):
    """A printed code that stands in for the authenticator once. `code_hash` is keyed."""

    __tablename__ = "backup_code"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    code_hash: Mapped[str]
    used_at: Mapped[datetime | None]


class PasskeyColumns:
    """A passkey (WebAuthn credential) of one account: the public half, nothing secret.

    `host` is the one host at which it works; `sign_count` is what its authenticator said last, zero
    for those that do not count.
    """

    if TYPE_CHECKING:
        id: Mapped[UUID]
        account_id: Mapped[UUID]
        created_at: Mapped[datetime]

    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int] = mapped_column(BigInteger)
    host: Mapped[str]
    name: Mapped[str]
    last_used_at: Mapped[datetime | None]


class ChallengeColumns:
    """What a browser was asked to sign: answered once, by the same browser, within five minutes.

    `account_id` is None where the key itself says who comes.
    """

    if TYPE_CHECKING:
        id: Mapped[UUID]
        account_id: Mapped[UUID | None]

    browser_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[Purpose] = mapped_column(words(Purpose))
    challenge: Mapped[bytes]
    expires_at: Mapped[datetime]


class Passkey(PasskeyColumns, TenantModel):
    """A passkey of a member of staff."""

    __tablename__ = "passkey"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )


class PasskeyChallenge(ChallengeColumns, TenantModel):
    """A challenge at the doors of a municipality."""

    __tablename__ = "passkey_challenge"

    account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )


class Invitation(TenantModel):
    """A mailed link with which a member of staff, or a parent without an eID, sets a password."""

    __tablename__ = "invitation"

    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    invited_by: Mapped[UUID | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class FactorReset(TenantModel):
    """A lost second factor: one person asks, another one confirms."""

    __tablename__ = "factor_reset"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(Sealed("factor_reset.reason"))
    asked_by: Mapped[UUID]
    expires_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]


class EidRequest(TenantModel):
    """A login sent to a node or provider: answered once, within ten minutes, by the same browser.

    `browser_hash` is the hash of a cookie set when the login began. `ticket_hash` is set once the
    answer has been accepted; the browser exchanges the ticket for a session, which takes over
    `eid_session`. An answer to a request of one clientele is none to one of the other. For staff
    `factors_at` is when the provider saw several factors that we trust.
    """

    __tablename__ = "eid_request"

    request_id: Mapped[str] = mapped_column(unique=True)
    clientele: Mapped[Clientele] = mapped_column(
        words(Clientele), default=Clientele.FAMILIES, server_default=Clientele.FAMILIES.value
    )
    browser_hash: Mapped[str]
    return_to: Mapped[str]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ticket_hash: Mapped[str | None] = mapped_column(unique=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    eid_session: Mapped[bytes | None]
    factors_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class UsedAssertion(TenantModel):
    """An assertion that has been accepted once, remembered for longer than it is valid."""

    __tablename__ = "used_assertion"
    __table_args__ = (Index("ix_used_assertion_expires_at", "expires_at"),)

    assertion_id: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
