"""Reads of the accounts that a desk has opened for parents."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.models import Account, AccountKind
from ksr_saas.kernel.errors import NotFound
from ksr_saas.parents.models import Vouching


class ParentRow(msgspec.Struct, frozen=True):
    """A parent's account as the desk that opened it may see it.

    The last two are None and empty until the desk closes it.
    """

    id: UUID
    name: str
    login: str
    active: bool
    has_password: bool
    enrolled: bool
    shown: str
    seen_at: datetime
    valid_until: date | None = None
    unused: bool = False
    closed_at: datetime | None = None
    closed_reason: str = ""


def opened_at(at: UUID | None) -> Select[Account]:
    """The accounts of parents that the institution `at` has opened."""
    return (
        select(Account)
        .join(Vouching, Vouching.account_id == Account.id)
        .where(Account.kind == AccountKind.PARENT, Vouching.institution_id == at)
    )


async def by_login(session: AsyncSession, at: UUID | None, login: str) -> UUID | None:
    """The account with this login among those that `at` has opened."""
    found: Account | None = await session.scalar(opened_at(at).where(Account.login == login))
    return found.id if found else None


async def parent(session: AsyncSession, at: UUID | None, account_id: UUID) -> ParentRow:
    """One account among those that `at` has opened. Raises NotFound."""
    asked = opened_at(at).where(Account.id == account_id).add_columns(Vouching)
    row = (await session.execute(asked)).one_or_none()
    if row is None:
        raise NotFound
    account, seen = row
    return ParentRow(
        account.id,
        account.name,
        account.login or "",
        account.active,
        account.password_hash is not None,
        account.totp is not None,
        seen.shown,
        seen.seen_at,
        closed_at=seen.closed_at,
        closed_reason=seen.closed_reason,
    )
