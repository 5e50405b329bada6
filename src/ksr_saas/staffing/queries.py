"""Reads of the accounts of staff."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import ROLE_NAMES, Role
from ksr_saas.identity.models import Account, AccountKind, FactorReset, Grant, Invitation
from ksr_saas.kernel.errors import NotFound
from ksr_saas.offer.models import Institution

PAGE = 50
AT_ONCE = 10_000  # parameters of one query


class MemberRow(msgspec.Struct, frozen=True):
    """A member of staff in the list."""

    id: UUID
    name: str
    login: str
    role_name: str
    institution: str
    valid_until: date | None
    active: bool
    enrolled: bool
    has_password: bool


class ResetView(msgspec.Struct, frozen=True):
    """An open request to take a lost factor away."""

    id: UUID
    asked_by: UUID
    asked_by_name: str
    asked_at: datetime
    reason: str


def _members() -> Select[Account, Role, str]:
    return (
        select(Account, Grant.role, Institution.name)
        .join(Grant, Grant.account_id == Account.id)
        .outerjoin(Institution, Institution.id == Grant.institution_id)
        .where(Account.kind == AccountKind.STAFF)
    )


def _row(account: Account, role: Role, institution: str | None) -> MemberRow:
    return MemberRow(
        account.id,
        account.name,
        account.login or "",
        ROLE_NAMES[role],
        institution or "",
        account.valid_until,
        account.active,
        account.totp_sealed is not None,
        account.password_hash is not None,
    )


async def members(session: AsyncSession, *, wanted: str, page: int) -> tuple[list[MemberRow], int]:
    """One page of staff whose name, login or institution contains `wanted`, and how many match."""
    asked = _members()
    if wanted:
        asked = asked.where(_contains(wanted))
    count = await session.scalar(select(func.count()).select_from(asked.subquery())) or 0
    rows = await session.execute(
        asked.order_by(Account.family_name, Account.given_name, Account.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    return [_row(*row) for row in rows], count


def _contains(wanted: str) -> ColumnElement[bool]:
    full = Account.given_name + " " + Account.family_name
    return or_(
        *(
            column.icontains(wanted, autoescape=True)
            for column in (full, Account.login, Institution.name)
        )
    )


async def member(session: AsyncSession, account_id: UUID) -> MemberRow:
    """One member of staff. Raises NotFound."""
    row = (await session.execute(_members().where(Account.id == account_id).limit(1))).one_or_none()
    if row is None:
        raise NotFound
    return _row(*row)


async def open_reset(session: AsyncSession, account_id: UUID, *, now: datetime) -> ResetView | None:
    """The request to take this account's factor away that waits for a second coordinator."""
    row = (
        await session.execute(
            select(FactorReset, Account)
            .join(Account, Account.id == FactorReset.asked_by)
            .where(
                FactorReset.account_id == account_id,
                FactorReset.closed_at.is_(None),
                FactorReset.expires_at > now,
            )
            .order_by(FactorReset.created_at.desc())
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        return None
    one, by = row
    return ResetView(one.id, one.asked_by, by.name, one.created_at, one.reason)


async def waiting_resets(session: AsyncSession, *, now: datetime) -> list[tuple[UUID, str]]:
    """Whose lost factors wait for a second coordinator: account and name."""
    rows = await session.execute(
        select(Account)
        .join(FactorReset, FactorReset.account_id == Account.id)
        .where(FactorReset.closed_at.is_(None), FactorReset.expires_at > now)
        .order_by(FactorReset.created_at)
    )
    return [(one.id, one.name) for one in rows.scalars()]


async def open_invitation(
    session: AsyncSession, account_id: UUID, *, now: datetime
) -> datetime | None:
    """Until when the newest unused invitation of this account works."""
    found: datetime | None = await session.scalar(
        select(func.max(Invitation.expires_at)).where(
            Invitation.account_id == account_id,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
    )
    return found


async def places(session: AsyncSession) -> dict[str, UUID]:
    """Institutions by code and by RSPO number, in small letters."""
    rows = await session.execute(select(Institution.code, Institution.rspo, Institution.id))
    return {name.lower(): at for code, rspo, at in rows.tuples() for name in (code, rspo) if name}


async def place_options(session: AsyncSession) -> list[tuple[str, str]]:
    """Codes and names of institutions, in the Polish order of names."""
    rows = await session.execute(
        select(Institution.code, Institution.name).order_by(Institution.sort_key)
    )
    return [(code, name) for code, name in rows.tuples()]


async def taken(session: AsyncSession, logins: Collection[str]) -> set[str]:
    """Which of these logins are in use."""
    wanted, found = list(logins), set[str]()
    for start in range(0, len(wanted), AT_ONCE):
        rows = await session.scalars(
            select(Account.login).where(Account.login.in_(wanted[start : start + AT_ONCE]))
        )
        found |= {one for one in rows if one}
    return found
