"""Messages to families: one row per recipient and occasion, sent once."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.kernel.sealed import Sealed, SealedJson


class MessageStatus(StrEnum):
    """`sending` is written before the mail server is called: a message found in it after a crash
    may have left or not, so it becomes `uncertain` and a person decides.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"


class Message(TenantModel):
    """One e-mail. `key` names recipient and occasion, so the same message cannot exist twice.

    `values` holds numbers and addresses of pages for the text, never personal data. An address may
    carry the secret of a link that works once, so they are sealed.
    """

    __tablename__ = "message"

    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    account_id: Mapped[UUID]
    recipient: Mapped[str] = mapped_column(Sealed("message.recipient"))
    language: Mapped[str] = mapped_column(default="pl")
    values: Mapped[dict[str, Any]] = mapped_column(SealedJson("message.values"), default=dict)
    status: Mapped[MessageStatus] = mapped_column(
        words(MessageStatus), default=MessageStatus.QUEUED, index=True
    )
    tries: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime | None]
