"""The vendor's own people: in the control schema, never in a municipality's."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.identity.models import ChallengeColumns, PasskeyColumns
from ksr_saas.kernel.database import ControlModel


class VendorAccount(ControlModel):
    """A person of the vendor's support staff; `login` is their e-mail address.

    Password and authenticator are for the demonstration; elsewhere they are None.
    """

    __tablename__ = "vendor_account"

    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    password_hash: Mapped[str | None]
    totp_secret: Mapped[str | None]
    totp_last_step: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]


class VendorPasskey(PasskeyColumns, ControlModel):
    """A passkey of the vendor's staff."""

    __tablename__ = "vendor_passkey"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("vendor_account.id", ondelete="CASCADE"), index=True
    )


class VendorChallenge(ChallengeColumns, ControlModel):
    """A challenge at the console's door."""

    __tablename__ = "vendor_challenge"

    account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("vendor_account.id", ondelete="CASCADE"), index=True
    )


class VendorInvitation(ControlModel):
    """A printed link with which a person of the vendor's registers a passkey, once."""

    __tablename__ = "vendor_invitation"

    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("vendor_account.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class VendorSession(ControlModel):
    """A signed-in vendor; only the hash of the token is kept."""

    __tablename__ = "vendor_session"

    token_hash: Mapped[str] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("vendor_account.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    agent: Mapped[str] = mapped_column(default="", server_default="")
