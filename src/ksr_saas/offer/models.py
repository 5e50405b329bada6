"""Institutions and what they offer in a recruitment."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ksr_saas.kernel.database import TenantModel, words


class InstitutionKind(StrEnum):
    """Preschool, preschool unit in a primary school, school-and-preschool complex."""

    PRESCHOOL = "preschool"
    SCHOOL_UNIT = "school-unit"
    COMPLEX = "complex"


class Institution(TenantModel):
    """A public institution that takes children in.

    `lat` and `lon` are WGS84. `made_up` marks an institution invented for the demonstration.
    `sort_key` gives the Polish alphabetical order under plain byte comparison.
    """

    __tablename__ = "institution"

    code: Mapped[str] = mapped_column(unique=True)
    rspo: Mapped[str] = mapped_column(default="")
    kind: Mapped[InstitutionKind] = mapped_column(words(InstitutionKind))
    name: Mapped[str]
    sort_key: Mapped[str]
    street: Mapped[str]
    postal_code: Mapped[str]
    town: Mapped[str]
    district: Mapped[str] = mapped_column(default="")
    lat: Mapped[float]
    lon: Mapped[float]
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(default="")
    made_up: Mapped[bool] = mapped_column(default=False)


class Unit(TenantModel):
    """The places one institution offers in one recruitment (art. 131: to the preschool itself)."""

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("campaign_id", "institution_id"),
        CheckConstraint("places >= 0", name="places_not_negative"),
    )

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    institution_id: Mapped[UUID] = mapped_column(
        ForeignKey("institution.id", ondelete="CASCADE"), index=True
    )
    places: Mapped[int]

    institution: Mapped[Institution] = relationship(lazy="raise")
