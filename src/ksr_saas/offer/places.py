"""Where things are: names brought to one form, and how far apart two points lie. Pure."""

import math
import re
import unicodedata
from collections.abc import Sequence

import msgspec

BARRED = {0x142: "l"}  # the letter that is not made of another and a mark
EARTH = 6371.0088  # mean radius in km
WORD = re.compile(r"[a-z0-9]+")
KINDS = {"ul", "ulica", "ulicy", "al", "aleja", "aleje", "alei", "pl", "plac", "os", "osiedle"}
ADDRESS = re.compile(
    r"(?P<street>.*?[^\W\d_].*?)(?:\s+(?P<number>\d{1,4})\s*[^\W\d_]?(?:\s*/.*|\s+m\..*)?)?"
)
ROUNDED = 3  # decimals of a degree that are kept of where somebody is: about a hundred metres


class Point(msgspec.Struct, frozen=True):
    """WGS84."""

    lat: float
    lon: float

    @property
    def roughly(self) -> "Point":
        """The same, no nearer than the next houses."""
        return Point(round(self.lat, ROUNDED), round(self.lon, ROUNDED))


class StreetPart(msgspec.Struct, frozen=True):
    """A street, or its houses from one number to another, with the point that stands for them.

    Without numbers it stands for the whole street. `district` is empty where it is not known.
    """

    street: str
    first: int | None
    last: int | None
    lat: float
    lon: float
    district: str = ""

    @property
    def at(self) -> Point:
        """Its point."""
        return Point(self.lat, self.lon)

    def off(self, number: int) -> int:
        """How many numbers away a house is; within the part none."""
        if self.first is None or self.last is None:
            return 0
        return max(self.first - number, number - self.last, 0)


def street_key(text: str) -> str:
    """A street however it is written: "ul. Jana Pawła II" and "PAWŁA II Jana" are one."""
    words = WORD.findall(folded(text))
    name = words[1:] if len(words) > 1 and words[0] in KINDS else words
    return " ".join(sorted(name))


def address(text: str) -> tuple[str, int | None]:
    """The street's key and the house number of "ul. Długa 12a/3, 50-001 Wrocław".

    The key is empty where no street is named, the number None where there is none.
    """
    found = ADDRESS.fullmatch(" ".join(text.partition(",")[0].split()))
    if found is None:
        return "", None
    return street_key(found["street"]), int(found["number"]) if found["number"] else None


def located(parts: Sequence[StreetPart], number: int | None) -> Point | None:
    """Where a house of a street stands: in its part, else in the nearest; the middle of several."""
    if not parts:
        return None
    near = nearest(parts, number)
    return Point(sum(one.lat for one in near) / len(near), sum(one.lon for one in near) / len(near))


def nearest(parts: Sequence[StreetPart], number: int | None) -> list[StreetPart]:
    """The parts that a house is in, or else the nearest to it; all where no number is known."""
    if number is None or not parts:
        return list(parts)
    fewest = min(one.off(number) for one in parts)
    return [one for one in parts if one.off(number) == fewest]


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
