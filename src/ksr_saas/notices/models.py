"""What a city keeps of its own look."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.kernel.database import TenantModel


class Crest(TenantModel):
    """A crest or logo as it is served: a PNG of ours, made from what somebody sent."""

    __tablename__ = "crest"

    store_name: Mapped[str]
    sent_by: Mapped[UUID]


class Look(TenantModel):
    """How the city's pages look, each time it was saved; the highest number holds.

    Where there is none, what the municipality's files say holds. Colours are `#rrggbb`. Without a
    crest the one of the files stays. `office` is the name of the office, in Polish.
    """

    __tablename__ = "look"

    number: Mapped[int] = mapped_column(unique=True)
    brand: Mapped[str]
    brand_ink: Mapped[str]
    brand_soft: Mapped[str]
    crest_id: Mapped[UUID | None] = mapped_column(ForeignKey("crest.id"))
    help_phone: Mapped[str]
    help_email: Mapped[str]
    office: Mapped[str]
    saved_by: Mapped[UUID]
