"""The child and the people who speak for it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel
from ksr_saas.kernel.sealed import Sealed


class Child(TenantModel):
    """A child as its guardian described it; every text is empty until it has been typed.

    Identified by a PESEL, or by the name and number of another document (Education Act
    art. 150 (1) 1). The address is where the child lives.
    """

    __tablename__ = "child"

    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    given_name: Mapped[str] = mapped_column(default="")
    second_name: Mapped[str] = mapped_column(default="")
    family_name: Mapped[str] = mapped_column(default="")
    pesel: Mapped[str | None] = mapped_column(Sealed("child.pesel"))
    document: Mapped[str] = mapped_column(Sealed("child.document"), default="")
    birth_date: Mapped[date | None]
    street: Mapped[str] = mapped_column(Sealed("child.street"), default="")
    postal_code: Mapped[str] = mapped_column(Sealed("child.postal_code"), default="")
    town: Mapped[str] = mapped_column(Sealed("child.town"), default="")


class CoGuardian(TenantModel):
    """A second guardian's login that may see and edit what is entered about a child.

    One at a time for each child, besides the account that entered it. `removed_reason` is the
    institution's, and empty while the access lasts.
    """

    __tablename__ = "co_guardian"
    __table_args__ = (
        Index(
            "uq_co_guardian_child_id",
            "child_id",
            unique=True,
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    child_id: Mapped[UUID] = mapped_column(ForeignKey("child.id", ondelete="CASCADE"), index=True)
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    joined_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]
    removed_by: Mapped[UUID | None]
    removed_reason: Mapped[str] = mapped_column(
        Sealed("co_guardian.removed_reason"), default="", server_default=""
    )


class Guardian(TenantModel):
    """A parent, guardian or foster carer named in an application; `position` is 1 or 2.

    `account_id` is this very person's login, who alone of the family sees and changes the e-mail,
    phone and address here. While there is none, that is `typed_by`, the parent who entered them;
    what an institution typed from paper has neither.
    """

    __tablename__ = "guardian"
    __table_args__ = (
        UniqueConstraint("application_id", "position"),
        CheckConstraint("position in (1, 2)", name="one_or_two"),
    )

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    position: Mapped[int]
    account_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    typed_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    given_name: Mapped[str]
    family_name: Mapped[str]
    email: Mapped[str] = mapped_column(Sealed("guardian.email"), default="")
    phone: Mapped[str] = mapped_column(Sealed("guardian.phone"), default="")
    street: Mapped[str] = mapped_column(Sealed("guardian.street"), default="")
    postal_code: Mapped[str] = mapped_column(Sealed("guardian.postal_code"), default="")
    town: Mapped[str] = mapped_column(Sealed("guardian.town"), default="")
