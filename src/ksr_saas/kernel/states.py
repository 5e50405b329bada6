"""A life cycle as a table: (state, event) -> state, and nothing else."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from ksr_saas.kernel.errors import IllegalMove

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


class LifeCycle(Generic[S, E]):
    """The moves that can happen; everything else is refused."""

    def __init__(self, moves: Mapping[tuple[S, E], S]) -> None:
        self.moves = moves

    def after(self, state: S, event: E) -> S:
        """State reached when `event` happens in `state`; IllegalMove if it cannot."""
        try:
            return self.moves[state, event]
        except KeyError:
            raise IllegalMove(f"{event} cannot happen to something {state}") from None

    def can(self, state: S, event: E) -> bool:
        """Whether `event` may happen in `state`."""
        return (state, event) in self.moves

    def mermaid(self) -> str:
        """Diagram source for docs/states/, kept honest by a test."""
        rows = sorted(f"  {s} --> {t}: {e}" for (s, e), t in self.moves.items())
        return "\n".join(["stateDiagram-v2", *rows, ""])
