"""The vendor's desk: see municipalities, change their state.

It works on the catalogue. Of a municipality's schema its database role can count the jobs by state,
and read nothing.
"""

from datetime import timedelta

import msgspec
from sqlalchemy import (
    DateTime,
    Select,
    String,
    column,
    func,
    literal,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.console.sessions import Vendor
from ksr_saas.kernel import jobs
from ksr_saas.kernel.errors import NotFound
from ksr_saas.tenancy.models import ControlEvent, Host, Municipality
from ksr_saas.tenancy.states import MunicipalityState

LATE = timedelta(minutes=5)
COUNTABLE = text(
    "SELECT m.schema FROM municipality m JOIN pg_namespace n ON n.nspname = m.schema"
    " JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'job'"
    " WHERE has_schema_privilege(n.oid, 'USAGE')"
    " AND has_column_privilege(c.oid, 'status', 'SELECT')"
)


class JobCounts(msgspec.Struct, frozen=True):
    """Background work of one municipality: given up, and waiting for longer than LATE."""

    failed: int
    late: int


class MunicipalityRow(msgspec.Struct, frozen=True):
    """One municipality in the list."""

    slug: str
    name: str
    state: MunicipalityState
    revision: str
    hosts: tuple[str, ...]
    jobs: JobCounts | None


async def municipalities(session: AsyncSession) -> list[MunicipalityRow]:
    """All municipalities, by short name."""
    hosts = func.array_agg(Host.name)
    rows = (
        (
            await session.execute(
                select(Municipality, hosts)
                .outerjoin(Host, Host.municipality_id == Municipality.id)
                .group_by(Municipality.id)
                .order_by(Municipality.slug)
            )
        )
        .tuples()
        .all()
    )
    counts = await job_counts(session)
    return [
        MunicipalityRow(
            one.slug,
            one.name,
            one.state,
            one.revision,
            tuple(sorted(h for h in names if h)),
            counts.get(one.schema),
        )
        for one, names in rows
    ]


async def job_counts(session: AsyncSession) -> dict[str, JobCounts]:
    """Count every municipality's jobs that need attention, by schema.

    One that is being made or moved is missing.
    """
    schemas = (await session.scalars(COUNTABLE)).all()
    counted = [_counted(schema) for schema in schemas]
    if not counted:
        return {}
    rows = await session.execute(union_all(*counted))
    return {schema: JobCounts(failed, waiting) for schema, failed, waiting in rows.tuples()}


def _counted(schema: str) -> Select[str, int, int]:
    state, asked_at = column("status", String), column("created_at", DateTime(timezone=True))
    late = (state == jobs.JobStatus.PENDING.value, asked_at < func.now() - LATE)
    return select(
        literal(schema),
        func.count().filter(state == jobs.JobStatus.FAILED.value),
        func.count().filter(*late),
    ).select_from(table("job", state, asked_at, schema=schema))


async def change_state(
    session: AsyncSession, vendor: Vendor, slug: str, state: MunicipalityState
) -> None:
    """Put a municipality into another state; seen by its pages within seconds."""
    one = await session.scalar(
        select(Municipality).where(Municipality.slug == slug).with_for_update()
    )
    if one is None:
        raise NotFound
    before, one.state = one.state, state
    session.add(
        ControlEvent(
            actor=vendor.login,
            act="change-state",
            municipality=slug,
            detail={"from": before.value, "to": state.value},
        )
    )
