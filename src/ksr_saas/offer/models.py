"""Institutions and what they offer in a recruitment."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, UniqueConstraint, case
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.offer.kinds import InstitutionKind, Organ, Pool, Scored, UnitKind
from ksr_saas.offer.states import OfferState

__all__ = ["FULL_NAME", "Institution", "InstitutionKind", "Offer", "StreetPoint", "Unit"]


class Institution(TenantModel):
    """An institution that takes children in.

    Numbers of registers are digits, empty when not known yet: `rspo`, `regon` (9 or 14), `nip`,
    `teryt` (7, of the municipality), `simc`, `ulic`; `iban` has 28 characters. `complex_id` is the
    complex (zespół) it belongs to. `access` are the codes of what the building has for people with
    disabilities, `about` its own words by language. `image` and `image_small` are files of the
    store with the same picture, `image_alt` says by language what it shows. `lat` and `lon` are
    WGS84. `made_up` marks an institution invented for the demonstration. `sort_key` gives the
    Polish alphabetical order under plain byte comparison. From `retired_at` on it begins no offer,
    for the reason told.
    """

    __tablename__ = "institution"
    __table_args__ = (
        Index("uq_institution_rspo", "rspo", unique=True, postgresql_where="rspo <> ''"),
    )

    code: Mapped[str] = mapped_column(unique=True)
    rspo: Mapped[str] = mapped_column(default="")
    regon: Mapped[str] = mapped_column(default="")
    nip: Mapped[str] = mapped_column(default="")
    kind: Mapped[InstitutionKind] = mapped_column(words(InstitutionKind))
    organ: Mapped[Organ] = mapped_column(words(Organ), default=Organ.MUNICIPAL)
    complex_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("institution.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str]
    short_name: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str]
    street: Mapped[str]
    postal_code: Mapped[str]
    town: Mapped[str]
    district: Mapped[str] = mapped_column(default="")
    teryt: Mapped[str] = mapped_column(default="")
    simc: Mapped[str] = mapped_column(default="")
    ulic: Mapped[str] = mapped_column(default="")
    lat: Mapped[float]
    lon: Mapped[float]
    phone: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    website: Mapped[str] = mapped_column(default="")
    hours: Mapped[str] = mapped_column(default="")
    iban: Mapped[str] = mapped_column(default="")
    access: Mapped[list[str]] = mapped_column(JSONB, default=list)
    about: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    image: Mapped[str] = mapped_column(default="")
    image_small: Mapped[str] = mapped_column(default="")
    image_alt: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    made_up: Mapped[bool] = mapped_column(default=False)
    retired_at: Mapped[datetime | None]
    retired_reason: Mapped[str] = mapped_column(default="", server_default="")


class StreetPoint(TenantModel):
    """A street of the town, or a part of it by house numbers, with one point that stands for it.

    `street` is as written and `street_key` as compared; see `places.StreetPart`. `district` is
    empty where it is not known.
    """

    __tablename__ = "street_point"
    __table_args__ = (
        CheckConstraint("(first IS NULL) = (last IS NULL) AND first <= last", name="range"),
    )

    street: Mapped[str]
    street_key: Mapped[str] = mapped_column(index=True)
    first: Mapped[int | None]
    last: Mapped[int | None]
    lat: Mapped[float]
    lon: Mapped[float]
    district: Mapped[str] = mapped_column(default="", server_default="")


class Offer(TenantModel):
    """Where the offer of one institution stands in one recruitment.

    `comment` is what the city wrote when it sent the offer back. `version` grows with every change
    of the offer or its units, so that two who edit at once find out.
    """

    __tablename__ = "offer"
    __table_args__ = (UniqueConstraint("campaign_id", "institution_id"),)

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    institution_id: Mapped[UUID] = mapped_column(
        ForeignKey("institution.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[OfferState] = mapped_column(words(OfferState), default=OfferState.OPEN)
    comment: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    institution: Mapped[Institution] = relationship(lazy="raise")


class Unit(TenantModel):
    """Places that families can ask for: a preschool, a group, a class, or a part of a class.

    `code` is unique at the institution in the recruitment and empty where the institution offers
    its places as one (art. 131: recruitment is to the preschool). Parts of one class share `group`:
    language groups, and the pool of children with a certificate. `capacity` counts all seats,
    `continuing` those of children who stay; `places` are the free ones. Empty `birth_years` are
    those of the rulebook. `subjects` are the scored ones in order, `thresholds` the lowest points
    that got in, by school year.
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("campaign_id", "institution_id", "code"),
        CheckConstraint("continuing BETWEEN 0 AND capacity", name="continuing_within_capacity"),
    )

    campaign_id: Mapped[UUID] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    institution_id: Mapped[UUID] = mapped_column(
        ForeignKey("institution.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[str] = mapped_column(default="")
    name: Mapped[str] = mapped_column(default="")
    kind: Mapped[UnitKind] = mapped_column(words(UnitKind), default=UnitKind.GENERAL)
    group: Mapped[str] = mapped_column(default="")
    pool: Mapped[Pool] = mapped_column(words(Pool), default=Pool.GENERAL)
    capacity: Mapped[int]
    continuing: Mapped[int] = mapped_column(default=0)
    birth_years: Mapped[list[int]] = mapped_column(JSONB, default=list)
    first_languages: Mapped[list[str]] = mapped_column(JSONB, default=list)
    second_languages: Mapped[list[str]] = mapped_column(JSONB, default=list)
    subjects: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    extended: Mapped[list[str]] = mapped_column(JSONB, default=list)
    occupations: Mapped[list[str]] = mapped_column(JSONB, default=list)
    prerequisites: Mapped[list[str]] = mapped_column(JSONB, default=list)
    about: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)
    thresholds: Mapped[dict[str, str]] = mapped_column(JSONB, default=dict)

    institution: Mapped[Institution] = relationship(lazy="raise")

    @hybrid_property
    def places(self) -> int:
        """Free places, the ones that are given out."""
        return self.capacity - self.continuing

    @property
    def full_name(self) -> str:
        """The institution, and the unit where it has a name of its own."""
        return f"{self.institution.name}, {self.name}" if self.name else self.institution.name

    @property
    def scored(self) -> tuple[Scored, ...]:
        """The scored subjects in order."""
        return msgspec.convert(self.subjects, tuple[Scored, ...])


FULL_NAME: ColumnElement[str] = case(
    (Unit.name == "", Institution.name), else_=Institution.name + ", " + Unit.name
)
"""`Unit.full_name` in a statement that joins both tables."""
