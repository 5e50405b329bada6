"""Sessions that cannot forget whose data they hold.

Opening a transaction pins the PostgreSQL role and search path to one schema, for that transaction
only. The login role itself may read nothing, so a transaction without a pin fails.
"""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from advanced_alchemy.base import BasicAttributes
from sqlalchemy import Connection, DateTime, Enum, MetaData, event, func, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column

NAMES = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "ix": "ix_%(column_0_N_label)s",
}
MOMENT = {datetime: DateTime(timezone=True)}


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


class PinnedSession(Session):
    """Synchronous half of a pinned session; the hook below listens to it alone."""


PIN = text(
    "SELECT set_config('role', :role, true), set_config('search_path', :path, true), "
    "set_config('statement_timeout', :patience, true)"
)


@event.listens_for(PinnedSession, "after_begin")
def _pin(session: Session, _: SessionTransaction, connection: Connection) -> None:
    role = session.info.get("role")
    if not role:
        raise Unpinned("the session names no municipality")
    connection.info["revision"] = session.info.get("revision", "")
    connection.execute(
        PIN,
        {"role": role, "path": session.info["path"], "patience": session.info["patience"]},
    )


def make_engine(url: str, *, pool_size: int = 10, longest_idle: int = 60) -> AsyncEngine:
    """An engine for one login role, which can read nothing until a session pins it.

    A transaction that rests for `longest_idle` seconds is ended by the server, and so is one whose
    program was killed or whose machine is gone: its locks must not outlive it. Statements end with
    the schema's revision, so that a plan prepared against one revision is never reused against
    another (municipalities may be migrated at different moments).
    """
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_recycle=600,
        hide_parameters=True,  # an error must not quote what somebody typed
        connect_args={
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
            }
        },
    )

    @event.listens_for(engine.sync_engine, "before_cursor_execute", retval=True)
    def _mark_revision(
        connection: Connection, _: Any, statement: str, parameters: Any, *__: Any
    ) -> tuple[str, Any]:
        revision = connection.info.get("revision")
        return (f"{statement} /* {revision} */" if revision else statement), parameters

    return engine


def pinned_session(
    engine: AsyncEngine,
    role: str,
    *,
    path: str | None = None,
    revision: str = "",
    patience: int = 5,
) -> AsyncSession:
    """A session that can see the schema `path` (by default the role's own) and nothing else.

    `patience` is the longest one statement may take, in seconds.
    """
    return AsyncSession(
        engine,
        sync_session_class=PinnedSession,
        expire_on_commit=False,
        info={
            "role": role,
            "path": path or role,
            "revision": revision,
            "patience": str(patience * 1000),
        },
    )
