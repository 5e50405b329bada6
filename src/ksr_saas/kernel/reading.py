"""Rows for the pages that everybody may see: nothing to change, no objects, no time to lose.

A session costs several times what its one query costs the database. On the days when a city looks
at its lists that is what decides how many can look; elsewhere a session is the way.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import cached_property
from typing import Any, Protocol

from sqlalchemy import Dialect, Float, Numeric, Select
from sqlalchemy.dialects.postgresql.asyncpg import dialect
from sqlalchemy.ext.asyncio import AsyncEngine

from ksr_saas.kernel.database import Pin

DIALECT: Dialect = dialect()  # type: ignore[no-untyped-call]
Converter = Callable[[Any], Any]


class Question:
    """A statement written once, whose values are `bindparam`s; asked many times."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self.statement = statement

    @cached_property
    def sql(self) -> str:
        """The statement as the driver wants it."""
        return str(self._compiled)

    @cached_property
    def _compiled(self) -> Any:
        return self.statement.compile(dialect=DIALECT)

    @cached_property
    def _to_driver(self) -> list[tuple[str, Converter | None]]:
        binds = self._compiled.binds
        return [
            (name, binds[name].type.dialect_impl(DIALECT).bind_processor(DIALECT))
            for name in self._compiled.positiontup
        ]

    @cached_property
    def _from_driver(self) -> list[tuple[int, Converter]]:
        found = [
            (place, column.type.dialect_impl(DIALECT).result_processor(DIALECT, None))
            for place, column in enumerate(self.statement.selected_columns)
            if not isinstance(column.type, (Float, Numeric))  # numbers come as what they are
        ]
        return [(place, converter) for place, converter in found if converter]

    def arguments(self, values: dict[str, Any]) -> list[Any]:
        """What the driver is given, in the statement's order."""
        given = self._compiled.construct_params(values)
        return [
            converter(given[name]) if converter else given[name]
            for name, converter in self._to_driver
        ]

    def row(self, record: Sequence[Any]) -> tuple[Any, ...]:
        """A row with the same values that a session would give."""
        made = list(record)
        for place, converter in self._from_driver:
            made[place] = converter(made[place])
        return tuple(made)


class Ask(Protocol):
    """Asks one question and gives its rows, each with the columns in the statement's order."""

    async def __call__(self, question: Question, **values: Any) -> Sequence[Sequence[Any]]: ...


@asynccontextmanager
async def pinned_reading(engine: AsyncEngine, pin: Pin) -> AsyncIterator[Ask]:
    """One transaction that sees what `pin` allows and changes nothing."""
    begin = f"BEGIN READ ONLY;{pin.sql}"
    async with engine.connect() as connection:
        driver: Any = (await connection.get_raw_connection()).driver_connection

        async def ask(question: Question, **values: Any) -> list[tuple[Any, ...]]:
            arguments = question.arguments(values)
            records = await driver.fetch(f"{question.sql} /* {pin.revision} */", *arguments)
            return [question.row(record) for record in records]

        try:
            await driver.execute(begin)
            yield ask
        finally:
            try:
                await driver.execute("ROLLBACK")
            except BaseException:
                await connection.invalidate()
                raise
