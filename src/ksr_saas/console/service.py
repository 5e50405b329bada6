"""The vendor's desk: sign in with two factors, see municipalities, change their state.

It works on the catalogue. Of a municipality's schema its database role can count the jobs by state,
and read nothing.
"""

import secrets
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import (
    DateTime,
    Select,
    String,
    column,
    delete,
    func,
    literal,
    select,
    table,
    text,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity import passwords
from ksr_saas.identity.errors import WrongLogin
from ksr_saas.identity.sessions import hashed
from ksr_saas.identity.totp import code_step
from ksr_saas.kernel import jobs
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.i18n import _
from ksr_saas.tenancy.models import (
    ControlEvent,
    Host,
    Municipality,
    VendorAccount,
    VendorSession,
)
from ksr_saas.tenancy.states import MunicipalityState

TRIES = 5
LOCK = timedelta(minutes=15)
LASTS = timedelta(hours=4)
LATE = timedelta(minutes=5)
COUNTABLE = text(
    "SELECT m.schema FROM municipality m JOIN pg_namespace n ON n.nspname = m.schema"
    " JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'job'"
    " WHERE has_schema_privilege(n.oid, 'USAGE')"
    " AND has_column_privilege(c.oid, 'status', 'SELECT')"
)


class Vendor(msgspec.Struct, frozen=True):
    """The signed-in person of the vendor."""

    login: str
    name: str

    def shown(self) -> dict[str, str | bool]:
        """What the page header says."""
        return {
            "name": self.name,
            "portal": "console",
            "home": "/",
            "role_label": _("Serwis dostawcy"),
            "several": False,
        }


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


async def sign_in(
    session: AsyncSession, login: str, password: str, code: str, *, now: datetime
) -> str:
    """A session token for the right login, password and unused code. Raises WrongLogin."""
    account = await session.scalar(
        select(VendorAccount).where(VendorAccount.login == login.lower()).with_for_update()
    )
    usable = account is not None and not (account.locked_until and account.locked_until > now)
    known = await passwords.fits(account.password_hash if account and usable else None, password)
    step = code_step(account.totp_secret, code, now) if account and known else None
    if account is None or step is None or step <= account.totp_last_step:
        if account is not None and usable:
            account.failures += 1
            if account.failures >= TRIES:
                account.failures, account.locked_until = 0, now + LOCK
        raise WrongLogin
    account.failures, account.locked_until, account.totp_last_step = 0, None, step
    token = secrets.token_urlsafe(32)
    session.add(
        VendorSession(token_hash=hashed(token), account_id=account.id, expires_at=now + LASTS)
    )
    session.add(ControlEvent(actor=account.login, act="sign-in", municipality=""))
    return token


async def vendor_of(session: AsyncSession, token: str, *, now: datetime) -> Vendor | None:
    """Who holds `token`; None when it is unknown or over."""
    row = (
        await session.execute(
            select(VendorAccount.login, VendorAccount.name)
            .join(VendorSession, VendorSession.account_id == VendorAccount.id)
            .where(VendorSession.token_hash == hashed(token), VendorSession.expires_at > now)
        )
    ).one_or_none()
    return Vendor(*row) if row else None


async def sign_out(session: AsyncSession, token: str) -> None:
    """End the session of `token`."""
    await session.execute(delete(VendorSession).where(VendorSession.token_hash == hashed(token)))


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
