"""Kinds of criteria that nobody has to answer: addresses, dates and the list itself tell."""

from decimal import Decimal
from enum import StrEnum
from typing import ClassVar

from ksr_saas.criteria.facts import Answer, Asked, Child
from ksr_saas.criteria.way import NONE, Asks, Way


class Distance(Way, frozen=True, tag="distance"):
    """Met where home and institution are at most `metres` apart; an unknown distance earns none."""

    asks: ClassVar[Asks] = Asks.NOTHING
    placed: ClassVar[bool] = True

    metres: int

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """All or nothing."""
        return points if asked.metres is not None and asked.metres <= self.metres else NONE

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """A distance of nothing is met by nobody."""
        return () if self.metres > 0 else ("metres: must be more than 0",)


class Catchment(Way, frozen=True, tag="catchment"):
    """Met at the school whose catchment (obwód) the child lives in: Education Act art. 133 (1)."""

    asks: ClassVar[Asks] = Asks.NOTHING
    placed: ClassVar[bool] = True

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """All or nothing; a child whose catchment is not known yet earns nothing."""
        return points if child.catchment == asked.institution else NONE


class Whose(StrEnum):
    """The institution's own district, or any other district of the city."""

    SAME = "same"
    OTHER = "other"


class District(Way, frozen=True, tag="district"):
    """Met by a child who lives in the district of the institution, or in another of the city."""

    asks: ClassVar[Asks] = Asks.NOTHING
    placed: ClassVar[bool] = True

    whose: Whose = Whose.SAME

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """All or nothing; a child of no known district lives outside the city."""
        same = child.district == asked.district
        return points if child.district and same is (self.whose is Whose.SAME) else NONE


class PreferenceRank(Way, frozen=True, tag="preference-rank"):
    """Points by the place on the list, `by_rank` from the first preference; none beyond its end."""

    asks: ClassVar[Asks] = Asks.NOTHING
    placed: ClassVar[bool] = True
    proved: ClassVar[bool] = False

    by_rank: tuple[Decimal, ...]

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """Points of the wish's own place."""
        return self.by_rank[asked.rank - 1] if 1 <= asked.rank <= len(self.by_rank) else NONE

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """Falls from place to place, starting at the points of the criterion."""
        falling = sorted(self.by_rank, reverse=True)
        if not self.by_rank or list(self.by_rank) != falling or falling[-1] < 0:
            return ("by_rank: must fall from the first preference on, and never below 0",)
        return () if falling[0] == points else ("by_rank: must start at the criterion's points",)


class Age(Way, frozen=True, tag="age"):
    """Met by children born in one of these calendar years."""

    asks: ClassVar[Asks] = Asks.NOTHING
    proved: ClassVar[bool] = False

    born: tuple[int, ...]

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """All or nothing; an unknown date of birth earns nothing."""
        return points if child.born is not None and child.born.year in self.born else NONE

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """No years are nobody's."""
        return () if self.born else ("born: names no year",)
