"""Segments of catchments, and the addresses that a person had to settle."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ksr_saas.catchments.houses import House, Parity, Span
from ksr_saas.catchments.rules import Address, Segment
from ksr_saas.catchments.streets import bare
from ksr_saas.kernel.database import TenantModel, words
from ksr_saas.kernel.sealed import Blind, Sealed
from ksr_saas.people.collation import sort_key


class CatchmentSegment(TenantModel):
    """A line of a resolution (Education Act art. 39 (5)); see `rules.Segment`.

    `street` is as written, `street_name` its `Street.name`. Numbers without an end are None, their
    letters empty. `sort_key` gives the Polish alphabetical order of streets.
    `simc` and `ulic` are codes of TERYT, empty when not known. `reason` says why
    it was last changed, empty for what was read from a file and left alone.
    """

    __tablename__ = "catchment_segment"
    __table_args__ = (
        CheckConstraint("street <> '' OR locality <> ''", name="somewhere"),
        CheckConstraint("valid_to >= valid_from", name="valid_forwards"),
        Index("ix_catchment_segment_street_name_valid_from", "street_name", "valid_from"),
    )

    institution_id: Mapped[UUID] = mapped_column(
        ForeignKey("institution.id", ondelete="CASCADE"), index=True
    )
    street: Mapped[str] = mapped_column(default="")
    street_name: Mapped[str] = mapped_column(default="")
    locality: Mapped[str] = mapped_column(default="")
    simc: Mapped[str] = mapped_column(default="")
    ulic: Mapped[str] = mapped_column(default="")
    parity: Mapped[Parity] = mapped_column(words(Parity), default=Parity.ALL)
    from_number: Mapped[int | None]
    from_letter: Mapped[str] = mapped_column(default="")
    to_number: Mapped[int | None]
    to_letter: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[int]
    valid_to: Mapped[int | None]
    source: Mapped[str] = mapped_column(default="")
    sort_key: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")

    @property
    def segment(self) -> Segment:
        """The line as the rules know it."""
        first, last = self.from_number, self.to_number
        return Segment(
            id=self.id,
            institution=self.institution_id,
            street=self.street,
            locality=self.locality,
            span=Span(
                self.parity,
                None if first is None else House(first, self.from_letter),
                None if last is None else House(last, self.to_letter),
            ),
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            source=self.source,
        )

    def take(self, segment: Segment) -> None:
        """Become this line."""
        first, last = segment.span.first, segment.span.last
        self.institution_id = segment.institution
        self.street, self.street_name = segment.street, segment.as_street.name
        self.locality, self.parity = segment.locality, segment.span.parity
        self.from_number, self.from_letter = first or (None, "")
        self.to_number, self.to_letter = last or (None, "")
        self.valid_from, self.valid_to = segment.valid_from, segment.valid_to
        self.source = segment.source
        self.sort_key = sort_key(
            f"{segment.locality} {bare(segment.street)} {segment.street}".strip()
        )


class CatchmentDoubt(TenantModel):
    """An address that the segments of a school year gave no school, or several.

    `address_key` finds it again however it is typed. It waits until `decided_at`; decided without
    an institution, it has no school here. The decision holds for its school year, which starts in
    `year`, and wherever the segments leave the address open.
    """

    __tablename__ = "catchment_doubt"
    __table_args__ = (UniqueConstraint("year", "address_key"),)

    year: Mapped[int]
    address_key: Mapped[str] = mapped_column(Blind("catchment_doubt.address_key"))
    street: Mapped[str] = mapped_column(Sealed("catchment_doubt.street"))
    number: Mapped[str] = mapped_column(Sealed("catchment_doubt.number"), default="")
    postal_code: Mapped[str] = mapped_column(Sealed("catchment_doubt.postal_code"), default="")
    town: Mapped[str] = mapped_column(Sealed("catchment_doubt.town"), default="")
    institution_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("institution.id", ondelete="CASCADE"), index=True
    )
    reason: Mapped[str] = mapped_column(Sealed("catchment_doubt.reason"), default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    @property
    def address(self) -> Address:
        """The address as it was typed."""
        return Address(self.street, self.number, self.postal_code, self.town)
