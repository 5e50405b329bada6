"""Sessions that cannot forget whose data they hold.

Opening a transaction pins the PostgreSQL role and search path to one schema, for that transaction
only. The login role itself may read nothing, so a transaction without a pin fails.
"""

import re
import time
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import msgspec
from advanced_alchemy.base import BasicAttributes
from sqlalchemy import Connection, DateTime, Enum, MetaData, event, func, select
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column

from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.keys import KeyRing, Keystore, NoKey
from ksr_saas.kernel.sealed import RING

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(column_0_N_label)s",
}
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
STATEMENTS = 400  # prepared statements a connection keeps; more than there are in the product
MOMENT = {datetime: DateTime(timezone=True)}


async def set_by_database(clock: Clock, session: AsyncSession) -> None:
    """Set a clock that is due by the database's."""
    if clock.is_due:
        asked = time.monotonic()
        moment = await session.scalar(select(func.clock_timestamp()))
        if moment is not None:
            clock.hear(moment, asked)


class Unpinned(RuntimeError):
    """A session was used without saying whose data it is for: a fault of ours."""


class TenantModel(BasicAttributes, DeclarativeBase):
    """A row of one municipality. Tables carry no schema: the session decides whose they are."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = MOMENT

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, sort_order=-1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=99)


class ControlModel(BasicAttributes, DeclarativeBase):
    """A row of the catalogue of municipalities."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = MOMENT

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid4, sort_order=-1)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), sort_order=99)


def words(of: type[Any], length: int = 16) -> Enum:
    """Column type for a StrEnum: text with a check, because a native enum differs per schema."""
    return Enum(
        of,
        native_enum=False,
        create_constraint=True,
        length=length,
        name=of.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )


class Pin(msgspec.Struct, frozen=True):
    """Whose data a transaction is for: its role, its schema and the revision of that schema.

    `patience` is the longest one statement may take, in seconds. Raises Unpinned for what cannot
    be a role or a schema.
    """

    role: str
    path: str
    revision: str = ""
    patience: int = 5

    @property
    def sql(self) -> str:
        """What has to follow BEGIN; it holds until the end of the transaction."""
        if not NAME.fullmatch(self.role) or not NAME.fullmatch(self.path):
            raise Unpinned("the transaction names no municipality")
        return (
            f"SET LOCAL ROLE {self.role};SET LOCAL search_path={self.path};"
            f"SET LOCAL statement_timeout={self.patience * 1000}"
        )


class Origin(msgspec.Struct, frozen=True):
    """What the record of acts says of a request; all empty for background work.

    `network` is where it came from, /24 or /48. `only_shows` is true for one that should change
    nothing (GET).
    """

    network: str = ""
    request_id: str = ""
    only_shows: bool = False


NOWHERE = Origin()


class PinnedSession(Session):
    """Synchronous half of a pinned session; the hook below listens to it alone."""


class PinnedConnection(asyncpg.Connection):  # type: ignore[misc]
    """Sends the pin together with BEGIN, which saves every request a way to the database.

    `pin` is for the next transaction alone; one that begins without it can read nothing.
    """

    pin = ""

    def transaction(self, **_: Any) -> "PinnedTransaction":
        """The next transaction; SQLAlchemy starts it before the first statement."""
        pin, self.pin = self.pin, ""
        return PinnedTransaction(self, pin)


class PinnedTransaction:
    """What SQLAlchemy asks of a transaction of the driver's."""

    def __init__(self, connection: PinnedConnection, pin: str) -> None:
        self._connection = connection
        self._pin = pin

    async def start(self) -> None:
        """Begin as whom the pin says."""
        try:
            await self._connection.execute(f"BEGIN;{self._pin}")
        except Exception:
            # BEGIN may have worked, and nobody rolls back what has not started.
            with suppress(Exception):
                await self.rollback()
            raise

    async def commit(self) -> None:
        """Keep what was done."""
        await self._connection.execute("COMMIT")

    async def rollback(self) -> None:
        """Undo what was done."""
        await self._connection.execute("ROLLBACK")


@event.listens_for(PinnedSession, "after_begin")
def _pin(session: Session, _: SessionTransaction, connection: Connection) -> None:
    pin: Pin = session.info["pin"]
    connection.info["revision"] = pin.revision
    connection.info["schema"] = pin.path
    if not connection.in_nested_transaction():
        driver: Any = connection.connection.driver_connection
        driver.pin = pin.sql


def _locked(schema: str) -> KeyRing:
    raise NoKey(f"this engine was made without keys, so sealed values of {schema} stay shut")


def make_engine(
    url: str, *, keys: Keystore | None = None, pool_size: int = 20, longest_idle: int = 60
) -> AsyncEngine:
    """An engine for one login role, which can read nothing until a session pins it.

    Sealed columns use the keys of the schema the session is pinned to; without `keys` they refuse.
    A transaction that rests for `longest_idle` seconds is ended by the server, and so is one whose
    program was killed or whose machine is gone: its locks must not outlive it. Statements end with
    the schema's revision, so that a plan prepared against one revision is never reused against
    another (municipalities may be migrated at different moments).
    `pool_size` is the most connections there can be; they are made when they are needed.
    """
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=pool_size,
        # A connection beyond the pool is closed as soon as it comes back, and making the next one
        # costs more than a whole page.
        max_overflow=0,
        pool_recycle=600,
        hide_parameters=True,  # an error must not quote what somebody typed
        connect_args={
            "connection_class": PinnedConnection,
            "prepared_statement_cache_size": STATEMENTS,
            "server_settings": {
                "lock_timeout": "4000",
                "idle_in_transaction_session_timeout": str(longest_idle * 1000),
                # Without these, a server at work on a statement does not see that nobody waits,
                # and a machine that vanished is missed after two hours.
                "client_connection_check_interval": "2000",
                "tcp_keepalives_idle": "10",
                "tcp_keepalives_interval": "5",
                "tcp_keepalives_count": "3",
                "jit": "off",
            },
        },
    )

    @event.listens_for(engine.sync_engine, "checkin")
    def _forget_pin(driver: Any, _: Any) -> None:
        # A session that asked nothing leaves its pin behind, and nobody may find it.
        if driver is not None:
            driver.driver_connection.pin = ""

    @event.listens_for(engine.sync_engine, "before_execute")
    def _take_keys(connection: Connection, *_: Any) -> None:
        RING.set(partial(keys.ring if keys else _locked, connection.info.get("schema", "")))

    @event.listens_for(engine.sync_engine, "before_cursor_execute", retval=True)
    def _mark_revision(
        connection: Connection, _: Any, statement: str, parameters: Any, *__: Any
    ) -> tuple[str, Any]:
        revision = connection.info.get("revision")
        return (f"{statement} /* {revision} */" if revision else statement), parameters

    @event.listens_for(engine.sync_engine, "checkout")
    def _alive(connection: Any, *_: Any) -> None:
        if connection.driver_connection.is_closed():
            raise InvalidatePoolError  # the pool makes another one: nobody has to notice

    return engine


def pinned_session(
    engine: AsyncEngine,
    role: str,
    *,
    path: str | None = None,
    revision: str = "",
    patience: int = 5,
) -> AsyncSession:
    """A session that can see the schema `path` (by default the role's own) and nothing else."""
    return session_at(engine, Pin(role, path or role, revision, patience))


def session_at(engine: AsyncEngine, pin: Pin, origin: Origin = NOWHERE) -> AsyncSession:
    """A session whose every transaction is pinned."""
    return AsyncSession(
        engine,
        sync_session_class=PinnedSession,
        expire_on_commit=False,
        info={"pin": pin, "origin": origin},
    )
