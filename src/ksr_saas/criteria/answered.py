"""Kinds of criteria that a family answers."""

from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar

from ksr_saas.criteria.facts import Answer, Asked, Child
from ksr_saas.criteria.way import NONE, Asks, Given, Way

GROSZ = Decimal("0.01")


class Declared(Way, frozen=True, tag="declared"):
    """Met by the child or the family as a whole: one answer for every institution."""


class AnsweredAt(Way, frozen=True):
    """Met at the institutions that the answer names."""

    asks: ClassVar[Asks] = Asks.PLACES
    placed: ClassVar[bool] = True

    def answer(self, given: Given, code: str, asked: Asked) -> Answer | None:
        """The answer for the institution asked for."""
        return given.get((code, asked.institution))


class DeclaredAt(AnsweredAt, frozen=True, tag="declared-at"):
    """Met at some institutions and not at others: it lies near home, a relative is there."""


class SiblingApplies(AnsweredAt, frozen=True, tag="sibling-applies"):
    """Met where a sibling applies in the same recruitment; never for one who attends already."""


class SiblingAttends(AnsweredAt, frozen=True, tag="sibling-attends"):
    """Met where a sibling is and stays; with `whole_complex` anywhere in the same complex."""

    whole_complex: bool = False

    def answer(self, given: Given, code: str, asked: Asked) -> Answer | None:
        """The answer for the institution, or for its complex where that is enough."""
        found = given.get((code, asked.institution))
        if found is None and self.whole_complex and asked.complex is not None:
            return given.get((code, asked.complex))
        return found


class Count(Way, frozen=True, tag="count"):
    """The points once for each of what is counted, up to `largest`: parents, hours."""

    asks: ClassVar[Asks] = Asks.AMOUNT

    largest: int

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """Points for whole ones only; a part of one earns nothing."""
        if answer is None or answer.amount is None or answer.amount < 0:
            return NONE
        return points * min(int(answer.amount), self.largest)

    def most(self, points: Decimal) -> Decimal:
        """The points of the largest count."""
        return points * self.largest

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """A count of nothing is no criterion."""
        return () if self.largest > 0 else ("largest: must be at least 1",)


class IncomeShare(Way, frozen=True, tag="income-share"):
    """All points for an income per person up to `limit`, PLN a month; above it a fraction.

    The fraction is limit / income (Warsaw's formula), rounded half up to 0.01 of a point. An
    income the family kept private earns nothing.
    """

    asks: ClassVar[Asks] = Asks.AMOUNT

    limit: Decimal

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """Points for the income per person that was stated."""
        if answer is None or answer.amount is None or answer.amount < 0:
            return NONE
        if answer.amount <= self.limit:
            return points
        return (points * self.limit / answer.amount).quantize(GROSZ, ROUND_HALF_UP)

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """Nothing can be divided by an income limit of nothing."""
        return () if self.limit > 0 else ("limit: must be more than 0",)
