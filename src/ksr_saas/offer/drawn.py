"""A plain drawing of where institutions are: points and the names of districts. Pure."""

import math
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from ksr_saas.offer.catalogue import OfferedInstitution
from ksr_saas.offer.places import Point

WIDTH, EDGE = 900, 40  # in units of the drawing
TALLEST = 1100
KM = 111.2  # in one degree of latitude
SCALES = (0.5, 1, 2, 5, 10)  # km


class Spot(msgspec.Struct, frozen=True):
    """A place on the drawing."""

    x: int
    y: int
    name: str
    institution: OfferedInstitution | None = None


class Drawing(msgspec.Struct, frozen=True):
    """`bar` units are `km` kilometres; north is up."""

    height: int
    spots: tuple[Spot, ...]
    districts: tuple[Spot, ...]
    km: float
    bar: int


def drawing(institutions: Sequence[OfferedInstitution]) -> Drawing | None:
    """All of them as large as they fit; None where there is nothing to draw."""
    if not institutions:
        return None
    points = [one.at for one in institutions]
    north, west = max(one.lat for one in points), min(one.lon for one in points)
    shrunk = math.cos(math.radians(sum(one.lat for one in points) / len(points)))
    broad = (max(one.lon for one in points) - west) * shrunk * KM
    tall = (north - min(one.lat for one in points)) * KM
    unit = min((WIDTH - 2 * EDGE) / max(broad, 0.5), (TALLEST - 2 * EDGE) / max(tall, 0.5))

    def spot(at: Point, name: str, one: OfferedInstitution | None = None) -> Spot:
        x = EDGE + (at.lon - west) * shrunk * KM * unit
        return Spot(round(x), round(EDGE + (north - at.lat) * KM * unit), name, one)

    by_district: dict[str, list[Point]] = defaultdict(list)
    for one in institutions:
        by_district[one.district].append(one.at)
    km = max((one for one in SCALES if one * unit <= WIDTH / 3), default=SCALES[0])
    return Drawing(
        height=round(tall * unit) + 2 * EDGE,
        spots=tuple(spot(one.at, one.name, one) for one in institutions),
        districts=tuple(
            spot(_middle(found), name) for name, found in sorted(by_district.items()) if name
        ),
        km=km,
        bar=round(km * unit),
    )


def _middle(points: Sequence[Point]) -> Point:
    return Point(
        sum(one.lat for one in points) / len(points), sum(one.lon for one in points) / len(points)
    )
