"""Up to four institutions or units side by side. Pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

from ksr_saas.offer.catalogue import Catalogue, OfferedInstitution, OfferedUnit

MOST = 4


class Column(msgspec.Struct, frozen=True):
    """An institution with one of its units, or with all of them."""

    institution: OfferedInstitution
    units: tuple[OfferedUnit, ...]

    @property
    def unit(self) -> OfferedUnit | None:
        """The one unit that is compared, where it is more than the institution itself."""
        return self.units[0] if len(self.units) == 1 and not self.institution.whole else None

    @property
    def places(self) -> int:
        """Free places."""
        return sum(one.places for one in self.units)

    def values(self, field: str) -> tuple[str, ...]:
        """What the units have in a field that is a list, each once."""
        return tuple(dict.fromkeys(value for one in self.units for value in getattr(one, field)))

    @property
    def thresholds(self) -> tuple[Decimal, ...]:
        """The lowest and the highest of the latest thresholds; one where they are equal."""
        known = sorted(one.threshold for one in self.units if one.threshold is not None)
        return tuple(dict.fromkeys((known[0], known[-1]))) if known else ()


def columns(catalogue: Catalogue, ids: Sequence[str]) -> list[Column]:
    """In the order asked for; what is not in the offer is left out."""
    return list(_columns(catalogue, ids))


def _columns(catalogue: Catalogue, ids: Sequence[str]) -> Iterator[Column]:
    for one in ids:
        try:
            key = UUID(one)
        except ValueError:
            continue
        if key in catalogue.units:
            institution, unit = catalogue.units[key]
            yield Column(institution, (unit,))
        elif key in catalogue.by_id:
            yield Column(catalogue.by_id[key], catalogue.by_id[key].units)
