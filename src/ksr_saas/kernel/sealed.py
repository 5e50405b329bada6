"""Column types whose values the database never sees in clear.

The keys are those of the schema the session is pinned to; without them nothing is written and
nothing is read. NULL and the empty string stay as they are: there is nothing to hide.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Any

import msgspec
from sqlalchemy import Column, Dialect, Text
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeDecorator

from ksr_saas.kernel.keys import BLIND, KeyRing, NoKey

CENT = Decimal("0.01")
WIDTH = 48


def _none() -> KeyRing:
    raise NoKey("no municipality's keys are open here")


RING: ContextVar[Callable[[], KeyRing]] = ContextVar("ksr.ring", default=_none)
"""The keys of the statement that is being run, opened when first needed."""


@contextmanager
def unlocked(ring: KeyRing) -> Iterator[None]:
    """Use `ring` for values that reach the database by another way than a session."""
    token = RING.set(lambda: ring)
    try:
        yield
    finally:
        RING.reset(token)


class Incomparable(RuntimeError):
    """A sealed column was compared or sorted in SQL, where equal values look different."""


class Hidden(TypeDecorator[Any]):
    """What sealed and blind columns have in common. `place` is "table.column"."""

    impl = Text
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place


class Sealed(Hidden):
    """A text that is encrypted in the database."""

    cache_ok = True

    class comparator_factory(TypeDecorator.Comparator[Any]):  # noqa: N801 - SQLAlchemy's name
        def operate(self, op: Any, *other: Any, **kwargs: Any) -> Any:
            if op not in (operators.is_, operators.is_not):
                raise Incomparable(str(self.expr))
            return super().operate(op, *other, **kwargs)

    def dump(self, value: Any) -> str:
        """The value as text."""
        return str(value)

    def load(self, text: str) -> Any:
        """The value a text stands for."""
        return text

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or value == "":
            return value
        return RING.get()().seal(self.place, self.dump(value))

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        if value is None or value == "":
            return value
        return self.load(RING.get()().open(self.place, value))


class SealedCode(Sealed):
    """A code, encrypted; every one is as long as any other, up to WIDTH letters."""

    cache_ok = True

    def dump(self, value: Any) -> str:
        return str(value).ljust(WIDTH)

    def load(self, text: str) -> Any:
        return text.rstrip()


class SealedAmount(Sealed):
    """Money with two decimals, encrypted."""

    cache_ok = True

    def dump(self, value: Any) -> str:
        return str(Decimal(value).quantize(CENT))

    def load(self, text: str) -> Any:
        return Decimal(text)


class SealedJson(Sealed):
    """Plain data, encrypted as JSON."""

    cache_ok = True

    def dump(self, value: Any) -> str:
        return msgspec.json.encode(value).decode()

    def load(self, text: str) -> Any:
        return msgspec.json.decode(text)


class Blind(Hidden):
    """A value that can be looked up and made unique but not read: only its keyed hash is kept.

    What is read is the hash; writing a hash keeps it.
    """

    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None or value.startswith(BLIND):
            return value
        return RING.get()().blind(self.place, value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return value


def stored(column: Column[Any], value: Any, dialect: Any = None) -> Any:
    """`value` as it is kept in `column`, for rows written by COPY inside `unlocked`."""
    kind = column.type
    return kind.process_bind_param(value, dialect) if isinstance(kind, Hidden) else value
