"""Files that came in."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.kernel.sealed import Sealed


class FileKind(StrEnum):
    """What a file is about: an offer, the register of schools, children who continue."""

    OFFER = "offer"
    REGISTER = "register"
    CONTINUING = "continuing"


class ImportedFile(TenantModel):
    """A table that the office sent; until `taken_at` it was looked at only.

    The content is a file of the store. `campaign_id` is None for the register, which knows no
    recruitments. `reason` is what the office wrote when the recruitment was open already.
    """

    __tablename__ = "imported_file"

    kind: Mapped[FileKind] = mapped_column(words(FileKind))
    campaign_id: Mapped[UUID | None] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    sent_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    name: Mapped[str]
    store_name: Mapped[str]
    taken_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Sealed("imported_file.reason"), default="")
