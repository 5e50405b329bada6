"""Openings: who may see something for half an hour, and what they said it was for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.kernel.sealed import Sealed
from ksr_saas.openings.rules import Reason, Scope


class Opening(TenantModel):
    """One person opened one case, or its sensitive papers, until `ends_at`.

    `own_words` is empty unless `reason` is OTHER. The record of acts names the opening; the words
    are only here, so that they go when the application goes.
    """

    __tablename__ = "opening"
    __table_args__ = (Index("ix_opening_of_case", "application_id", "account_id"),)

    application_id: Mapped[UUID] = mapped_column(ForeignKey("application.id", ondelete="CASCADE"))
    account_id: Mapped[UUID] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    scope: Mapped[Scope] = mapped_column(words(Scope))
    reason: Mapped[Reason] = mapped_column(words(Reason))
    own_words: Mapped[str] = mapped_column(Sealed("opening.own_words"), default="")
    ends_at: Mapped[datetime]
