"""Numbers of houses, and the ranges in which resolutions give them. Pure."""

import re
from enum import StrEnum
from typing import NamedTuple

import msgspec

NUMBER = r"(\d{1,4})\s?([a-z]{0,2})"
# One number or two joined by a dash, then the flat: "12", "12a/3", "12-14", "12 m. 3".
HOUSE = re.compile(rf"{NUMBER}(?:\s?[-–]\s?{NUMBER})?(?:\s?(?:/|m\.?|lok\.?)\s?\d{{1,4}}[a-z]?)?")
BOUND = re.compile(NUMBER)
LINE = re.compile(rf"(.*?[^\W\d_].*?)[\s,]+({HOUSE.pattern})", re.IGNORECASE)
LAST = "~"  # after every letter
ENDLESS = 10_000  # greater than every number


class Parity(StrEnum):
    """The side of a street."""

    ALL = "all"
    ODD = "odd"
    EVEN = "even"


class House(NamedTuple):
    """A number with its letter, small or empty; houses sort as they stand: 12, 12a, 12b, 13."""

    number: int
    letter: str = ""

    def __str__(self) -> str:
        return f"{self.number}{self.letter}"

    @property
    def parity(self) -> Parity:
        """The side it stands on."""
        return Parity.ODD if self.number % 2 else Parity.EVEN


class Span(msgspec.Struct, frozen=True):
    """Numbers from `first` to `last`, both included; None is open.

    A last number without a letter brings its letters along (1-12 holds 12a), one with a letter ends
    there (12a-12d holds neither 12 nor 12e).
    """

    parity: Parity = Parity.ALL
    first: House | None = None
    last: House | None = None

    @property
    def low(self) -> House:
        """The least house it can hold."""
        return self.first or House(0)

    @property
    def high(self) -> House:
        """The greatest house it can hold."""
        last = self.last or House(ENDLESS)
        return last if last.letter else House(last.number, LAST)

    @property
    def is_whole(self) -> bool:
        """Whether every number is in it."""
        return self.parity is Parity.ALL and self.first is None and self.last is None

    @property
    def is_backwards(self) -> bool:
        """Whether it ends before it begins."""
        return self.high < self.low

    def on_side(self, house: House) -> bool:
        """Whether the house stands on its side of the street."""
        return self.parity in (Parity.ALL, house.parity)

    def holds(self, house: House) -> bool:
        """Whether the house is in it."""
        return self.on_side(house) and self.low <= house <= self.high

    def shared(self, other: "Span") -> House | None:
        """The first house in both; None when there is none."""
        low = max(self.low, other.low)
        for house in (low, House(low.number + 1), House(low.number + 2)):
            if self.holds(house) and other.holds(house):
                return house
        return None


def houses_of(text: str) -> tuple[House, ...]:
    """The houses of a typed number: one, the two ends of "12-14", none if it cannot be read."""
    found = HOUSE.fullmatch(" ".join(text.lower().split()).removeprefix("nr ").strip(" ."))
    if found is None:
        return ()
    first, first_letter, second, second_letter = found.groups()
    one = House(int(first), first_letter)
    if second is None:
        return (one,)
    other = House(int(second), second_letter)
    return (one, other) if one < other else (other, one) if other < one else (one,)


def bound_of(text: str) -> House | None:
    """The end of a range as typed: "12" or "12a". Raises ValueError for anything else."""
    typed = text.strip().lower()
    if not typed:
        return None
    found = BOUND.fullmatch(typed)
    if found is None:
        raise ValueError(text)
    return House(int(found[1]), found[2])


def parted(line: str) -> tuple[str, str]:
    """Street and number of an address in one line; the number is empty when there is none."""
    found = LINE.fullmatch(line.strip())
    return (found[1].rstrip(" ,"), found[2]) if found else (line.strip(), "")
