"""The application (wniosek) with its wishes, claims and proofs."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ksr_saas.applications.states import Status
from ksr_saas.campaigns.models import Campaign
from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.kernel.sealed import Blind, Sealed, SealedAmount, SealedCode, SealedJson
from ksr_saas.offer.models import Unit
from ksr_saas.people.models import Child, Guardian


class Outcome(StrEnum):
    """What the commission found about a claim; not proven means no points, never a rejection."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Application(TenantModel):
    """One child's application in one recruitment.

    From the first submission on: `number` is its number in the recruitment, `child_key` names the
    child by a keyed hash (one application in force per child), `first_institution_id` is the
    addressee who verifies it (art. 149). `snapshot` is what was signed and `digest` its SHA-256.
    `returned_for` and `return_until` say what the institution wants corrected, and by when.
    `arrived_on` is the day on which it came on paper; None for one that a family handed in here.
    `changes_id` makes it a draft of a change: handed in, it takes the place of that application,
    which stays in force until then. `certificate` is as `certificates.Kept` has it, and
    `certificate_outcome` what the commission found when it compared the document.
    """

    __tablename__ = "application"
    __table_args__ = (
        UniqueConstraint("campaign_id", "number"),
        UniqueConstraint("changes_id"),
        Index(
            "uq_application_child_in_force",
            "campaign_id",
            "child_key",
            unique=True,
            postgresql_where=text("child_key IS NOT NULL AND status <> 'withdrawn'"),
        ),
        Index("ix_application_queue", "first_institution_id", "status"),
    )

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"), index=True)
    status: Mapped[Status] = mapped_column(words(Status), default=Status.DRAFT)
    number: Mapped[int | None]
    child_key: Mapped[str | None] = mapped_column(Blind("application.child_key"))
    first_institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    submitted_at: Mapped[datetime | None]
    saved_at: Mapped[datetime | None]
    arrived_on: Mapped[date | None]
    returned_for: Mapped[str] = mapped_column(Sealed("application.returned_for"), default="")
    return_until: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    decision_reason: Mapped[str] = mapped_column(Sealed("application.decision_reason"), default="")
    snapshot: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("application.snapshot"))
    digest: Mapped[str | None]
    criteria_answered: Mapped[list[str]] = mapped_column(JSONB, default=list)
    certificate: Mapped[dict[str, Any] | None] = mapped_column(
        SealedJson("application.certificate")
    )
    certificate_outcome: Mapped[Outcome] = mapped_column(words(Outcome), default=Outcome.PENDING)
    changes_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE")
    )

    campaign: Mapped[Campaign] = relationship(lazy="raise")
    child: Mapped[Child] = relationship(lazy="raise")
    guardians: Mapped[list[Guardian]] = relationship(
        order_by=Guardian.position, cascade="all, delete-orphan", lazy="raise"
    )
    wishes: Mapped[list["Wish"]] = relationship(
        order_by="Wish.rank", cascade="all, delete-orphan", lazy="raise"
    )
    claims: Mapped[list["Claim"]] = relationship(
        order_by="Claim.id", cascade="all, delete-orphan", lazy="raise"
    )
    attachments: Mapped[list["Attachment"]] = relationship(
        order_by="Attachment.created_at", cascade="all, delete-orphan", lazy="raise"
    )


class ApplicationVersion(TenantModel):
    """What was signed each time an application was handed in, number 1 first.

    Nothing of it changes but the second signature, where the rules want both parents': it is added
    by the other one's login, or by staff before whom they signed. `alone_because` says why there is
    none; empty where there has to be one, or where one signature is enough.

    `snapshot` is as `service.snapshot` makes it and `digest` its SHA-256. `signed_by` is the
    account that handed it in, of staff where it came on paper.
    """

    __tablename__ = "application_version"
    __table_args__ = (UniqueConstraint("application_id", "number"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    number: Mapped[int]
    submitted_at: Mapped[datetime]
    signed_by: Mapped[UUID]
    snapshot: Mapped[dict[str, Any]] = mapped_column(SealedJson("application_version.snapshot"))
    digest: Mapped[str]
    second_signed_by: Mapped[UUID | None]
    second_signed_at: Mapped[datetime | None]
    alone_because: Mapped[str] = mapped_column(
        Sealed("application_version.alone_because"), default="", server_default=""
    )


class Wish(TenantModel):
    """A place the family would accept (preferencja); `rank` 1 is the one they want most."""

    __tablename__ = "wish"
    __table_args__ = (
        UniqueConstraint("application_id", "rank", deferrable=True, initially="DEFERRED"),
        UniqueConstraint("application_id", "unit_id", deferrable=True, initially="DEFERRED"),
        CheckConstraint("rank >= 1", name="rank_from_one"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    unit_id: Mapped[UUID] = mapped_column(ForeignKey("unit.id"), index=True)
    rank: Mapped[int]

    unit: Mapped[Unit] = relationship(lazy="raise")


def claim_key(application_id: UUID, criterion: str) -> str:
    """What makes a claim the same as another one of its application."""
    return f"{application_id}:{criterion}"


def _claim_key(context: Any) -> str:
    row = context.get_current_parameters()
    return claim_key(row["application_id"], row["criterion"])


class Claim(TenantModel):
    """The family says it meets a criterion, at one institution or (None) everywhere.

    Some criteria tell of health, so `criterion` is sealed; `key` makes it unique in the application
    without telling which applications say the same. `amount` is the income per person in PLN a
    month, or a count, where the criterion asks for one. `found` says what the child's address told
    (`looked_up.finding`); it is None for what the family said itself.
    """

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("key", "institution_id", postgresql_nulls_not_distinct=True),
    )

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    criterion: Mapped[str] = mapped_column(SealedCode("claim.criterion"))
    key: Mapped[str] = mapped_column(Blind("claim.key"), default=_claim_key)
    institution_id: Mapped[UUID | None] = mapped_column(ForeignKey("institution.id"))
    amount: Mapped[Decimal | None] = mapped_column(SealedAmount("claim.amount"))
    found: Mapped[dict[str, Any] | None] = mapped_column(SealedJson("claim.found"))
    outcome: Mapped[Outcome] = mapped_column(words(Outcome), default=Outcome.PENDING)
    reason: Mapped[str] = mapped_column(Sealed("claim.reason"), default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]


class Attachment(TenantModel):
    """A file that proves a claim. `store_name` finds its content; `media_type` was read from it."""

    __tablename__ = "attachment"

    application_id: Mapped[UUID] = mapped_column(
        ForeignKey("application.id", ondelete="CASCADE"), index=True
    )
    criterion: Mapped[str] = mapped_column(SealedCode("attachment.criterion"))
    label: Mapped[str] = mapped_column(Sealed("attachment.label"))
    media_type: Mapped[str]
    size: Mapped[int]
    store_name: Mapped[str]
