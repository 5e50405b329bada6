"""Where things are: names brought to one form, and how far apart two points lie. Pure."""

import math
import unicodedata

import msgspec

BARRED = {0x142: "l"}  # the letter that is not made of another and a mark
EARTH = 6371.0088  # mean radius in km
ROUNDED = 3  # decimals of a degree that are kept of where somebody is: about a hundred metres


class Point(msgspec.Struct, frozen=True):
    """WGS84."""

    lat: float
    lon: float

    @property
    def roughly(self) -> "Point":
        """The same, no nearer than the next houses."""
        return Point(round(self.lat, ROUNDED), round(self.lon, ROUNDED))


def folded(words: str) -> str:
    """Words without case and marks, for comparing what people type with what is written."""
    flat = unicodedata.normalize("NFKD", words.casefold().translate(BARRED))
    return "".join(c for c in flat if not unicodedata.combining(c))


def metres(one: Point, other: Point) -> int:
    """In a straight line, by the haversine formula."""
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    half = math.sin((other_lat - lat) / 2) ** 2
    turn = math.sin(math.radians(other.lon - one.lon) / 2) ** 2
    part = half + math.cos(lat) * math.cos(other_lat) * turn
    return round(2 * EARTH * 1000 * math.asin(math.sqrt(min(part, 1.0))))
