"""What every way of meeting a criterion has in common."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, TypeAlias
from uuid import UUID

import msgspec

from ksr_saas.criteria.facts import Answer, Asked, Child, Source

NONE = Decimal(0)
Given: TypeAlias = Mapping[tuple[str, UUID | None], Answer]


class Asks(StrEnum):
    """What a family is asked for: nothing where the system knows, else one of these."""

    NOTHING = "nothing"
    YES = "yes"
    PLACES = "places"
    AMOUNT = "amount"
    CERTIFICATE = "certificate"


class Verdict(StrEnum):
    """Whether a criterion is met by what was looked up; OPEN is left to a person."""

    MET = "met"
    UNMET = "unmet"
    OPEN = "open"


class Way(msgspec.Struct, frozen=True):
    """A way a criterion can be met; the fields of its kinds are what a municipality sets.

    `placed`: the place asked for matters. `proved`: a document or a statement has to show it.
    `source` tells it without being asked, None where the family answers.
    """

    asks: ClassVar[Asks] = Asks.YES
    placed: ClassVar[bool] = False
    proved: ClassVar[bool] = True
    source: ClassVar[Source | None] = None

    def answer(self, given: Given, code: str, asked: Asked) -> Answer | None:
        """The family's answer that speaks of this wish."""
        return given.get((code, None))

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """What is earned of `points` for one wish; never negative. `answer` is the family's."""
        return points if answer is not None else NONE

    def told(self, child: Child, asked: Asked) -> Verdict:
        """What the source says of one wish; OPEN where it says nothing."""
        return Verdict.OPEN

    def most(self, points: Decimal) -> Decimal:
        """The most that can be earned at one place."""
        return points

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """What cannot be right in the fields, as "field: reason"."""
        return ()
