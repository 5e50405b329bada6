"""What parts children with equal points: named rules in order, the commission's decision last.

The act names none. Courts annulled results of an order by chance or a preference for the younger
that no resolution named (WSA Gdańsk III SA/Gd 455/20; NSA III OSK 4792/21), hence `basis`.
"""

from collections.abc import Sequence
from typing import TypeAlias

import msgspec

from ksr_saas.criteria.facts import Asked, Child

COMMISSION = "art. 157 ust. 2"  # of the Education Act


class Older(msgspec.Struct, frozen=True, tag="older"):
    """The older child first."""

    basis: str

    def key(self, child: Child, asked: Asked) -> int | None:
        """Lower stands higher; None is unknown and parts nobody."""
        return child.born.toordinal() if child.born else None


class Younger(msgspec.Struct, frozen=True, tag="younger"):
    """The younger child first."""

    basis: str

    def key(self, child: Child, asked: Asked) -> int | None:
        """Lower stands higher; None is unknown and parts nobody."""
        return -child.born.toordinal() if child.born else None


class HigherWish(msgspec.Struct, frozen=True, tag="preference-rank"):
    """The child that wants the place more, by its own list."""

    basis: str

    def key(self, child: Child, asked: Asked) -> int | None:
        """The place on the list."""
        return asked.rank


class Nearer(msgspec.Struct, frozen=True, tag="nearer"):
    """The child that lives nearer."""

    basis: str

    def key(self, child: Child, asked: Asked) -> int | None:
        """Metres; None is unknown and parts nobody."""
        return asked.metres


class Lottery(msgspec.Struct, frozen=True, tag="lottery"):
    """One number for each child, drawn in public before the run.

    A resolution has to say so.
    """

    basis: str

    def key(self, child: Child, asked: Asked) -> int | None:
        """Unknown until the numbers are drawn."""
        return None


class Commission(msgspec.Struct, frozen=True, tag="commission"):
    """The run stops, and the commission records its order with a reason."""

    basis: str = COMMISSION

    def key(self, child: Child, asked: Asked) -> int | None:
        """Recorded by people, never worked out."""
        return None


Tie: TypeAlias = Older | Younger | HigherWish | Nearer | Lottery | Commission


def parted(ties: Sequence[Tie], child: Child, asked: Asked) -> tuple[int, ...]:
    """The keys of rules that need no people, turned so that higher stands higher.

    Raises ValueError where a rule does not know a child: nobody may be put first or last for that.
    """
    found = key(tuple(ties), child, asked)
    if None in found:
        raise ValueError("a rule that parts equals does not know a child")
    return tuple(-one for one in found if one is not None)


def key(ties: tuple[Tie, ...], child: Child, asked: Asked) -> tuple[int | None, ...]:
    """What the chain itself knows of a child at a place; children with equal keys stay equal."""
    return tuple(one.key(child, asked) for one in ties)
