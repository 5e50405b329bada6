"""The ways a criterion can be met. One class per way; its fields are what a municipality sets."""

from decimal import ROUND_HALF_UP, Decimal
from typing import TypeAlias

import msgspec

GROSZ = Decimal("0.01")


class Declared(msgspec.Struct, frozen=True, tag="declared"):
    """Met by the child or the family as a whole: one answer for every institution."""

    def earned(self, points: Decimal, amount: Decimal | None) -> Decimal:
        """All the points."""
        return points


class DeclaredAt(msgspec.Struct, frozen=True, tag="declared-at"):
    """Met at some institutions and not at others: a sibling attends it, it lies near home."""

    def earned(self, points: Decimal, amount: Decimal | None) -> Decimal:
        """All the points, at the institutions named in the answer."""
        return points


class IncomeShare(msgspec.Struct, frozen=True, tag="income-share"):
    """All points for an income per person up to `limit`, PLN a month; above it a fraction.

    The fraction is limit / income (Warsaw's formula), rounded half up to 0.01 of a point. An
    income the family kept private earns nothing.
    """

    limit: Decimal

    def earned(self, points: Decimal, amount: Decimal | None) -> Decimal:
        """Points for the income `amount` per person."""
        if amount is None or amount < 0:
            return Decimal(0)
        if amount <= self.limit:
            return points
        return (points * self.limit / amount).quantize(GROSZ, ROUND_HALF_UP)


Kind: TypeAlias = Declared | DeclaredAt | IncomeShare
