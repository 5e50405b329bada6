"""Kinds of criteria that nobody has to answer: addresses, dates and the list itself tell."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from ksr_saas.criteria.facts import Answer, Asked, Child, Source
from ksr_saas.criteria.way import NONE, Asks, Given, Verdict, Way

ROUGHLY = 500  # metres that a house can lie from the point of its street


class LookedUp(Way, frozen=True):
    """Met by what a source tells, or by what the commission found where it told nothing."""

    asks: ClassVar[Asks] = Asks.NOTHING

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """All or nothing; what is not known earns nothing until the commission finds it."""
        found = answer is not None or self.told(child, asked) is Verdict.MET
        return points if found else NONE


class LookedUpAt(LookedUp, frozen=True):
    """The same for each institution by itself."""

    placed: ClassVar[bool] = True

    def answer(self, given: Given, code: str, asked: Asked) -> Answer | None:
        """What the commission found of the institution asked for."""
        return given.get((code, asked.institution))


def _verdict(met: bool) -> Verdict:
    return Verdict.MET if met else Verdict.UNMET


class Distance(LookedUpAt, frozen=True, tag="distance"):
    """Met where home and institution are at most `metres` apart in a straight line."""

    source: ClassVar[Source] = Source.DISTANCE

    metres: int

    def told(self, child: Child, asked: Asked) -> Verdict:
        """A rough distance tells nothing within ROUGHLY of the border."""
        if asked.metres is None:
            return Verdict.OPEN
        if asked.rough and abs(asked.metres - self.metres) <= ROUGHLY:
            return Verdict.OPEN
        return _verdict(asked.metres <= self.metres)

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """A distance of nothing is met by nobody."""
        return () if self.metres > 0 else ("metres: must be more than 0",)


class Catchment(LookedUpAt, frozen=True, tag="catchment"):
    """Met at the school whose catchment (obwód) the child lives in: Education Act art. 133 (1)."""

    source: ClassVar[Source] = Source.CATCHMENT

    def told(self, child: Child, asked: Asked) -> Verdict:
        """Of an address that no school has, or two, nothing."""
        if Source.CATCHMENT in child.unknown:
            return Verdict.OPEN
        return _verdict(child.catchment == asked.institution)


class Whose(StrEnum):
    """The institution's own district, or any other district of the city."""

    SAME = "same"
    OTHER = "other"


class District(LookedUpAt, frozen=True, tag="district"):
    """Met by a child who lives in the district of the institution, or in another of the city."""

    source: ClassVar[Source] = Source.DISTRICT

    whose: Whose = Whose.SAME

    def told(self, child: Child, asked: Asked) -> Verdict:
        """A child of no district lives outside the city, unless its district is unknown."""
        if Source.DISTRICT in child.unknown:
            return Verdict.OPEN
        same = child.district == asked.district
        return _verdict(bool(child.district) and same is (self.whose is Whose.SAME))


class PreferenceRank(Way, frozen=True, tag="preference-rank"):
    """Points by the place on the list, `by_rank` from the first preference; none beyond its end."""

    asks: ClassVar[Asks] = Asks.NOTHING
    placed: ClassVar[bool] = True
    proved: ClassVar[bool] = False
    source: ClassVar[Source] = Source.ORDER

    by_rank: tuple[Decimal, ...]

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """Points of the wish's own place."""
        return self.by_rank[asked.rank - 1] if 1 <= asked.rank <= len(self.by_rank) else NONE

    def told(self, child: Child, asked: Asked) -> Verdict:
        """The list itself is always known."""
        return _verdict(self.earned(NONE, None, child, asked) > 0)

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """Falls from place to place, starting at the points of the criterion."""
        falling = sorted(self.by_rank, reverse=True)
        if not self.by_rank or list(self.by_rank) != falling or falling[-1] < 0:
            return ("by_rank: must fall from the first preference on, and never below 0",)
        return () if falling[0] == points else ("by_rank: must start at the criterion's points",)


class Age(LookedUp, frozen=True, tag="age"):
    """Met by children born in one of these calendar years."""

    proved: ClassVar[bool] = False
    source: ClassVar[Source] = Source.BIRTH

    born: tuple[int, ...]

    def told(self, child: Child, asked: Asked) -> Verdict:
        """Nothing before the date of birth is known."""
        return Verdict.OPEN if child.born is None else _verdict(child.born.year in self.born)

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """No years are nobody's."""
        return () if self.born else ("born: names no year",)
