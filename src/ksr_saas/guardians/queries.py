"""Who may see a child's case."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import Result, null, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.guardians.models import GuardianLink
from ksr_saas.identity.models import Account
from ksr_saas.identity.service import UNREACHABLE
from ksr_saas.people.models import Child, CoGuardian


class Person(msgspec.Struct, frozen=True):
    """Somebody with access; `joined_at` is None for whoever began the case."""

    account_id: UUID
    name: str
    joined_at: datetime | None


async def people_of(session: AsyncSession, child_id: UUID) -> list[Person]:
    """Everybody with access: who began the case first, then the second guardian if there is one.

    Empty for a case on paper that nobody has taken over.
    """
    name = (Account.given_name + " " + Account.family_name).label("name")
    began = (
        select(Account.id, name, null().label("joined_at"))
        .join(Child, Child.account_id == Account.id)
        .where(Child.id == child_id, ~UNREACHABLE)
    )
    joined = (
        select(Account.id, name, CoGuardian.joined_at)
        .join(CoGuardian, CoGuardian.account_id == Account.id)
        .where(CoGuardian.child_id == child_id, CoGuardian.removed_at.is_(None))
    )
    rows: Result[UUID, str, datetime | None] = await session.execute(union_all(began, joined))
    found = [Person(*row) for row in rows.tuples()]
    return sorted(found, key=lambda one: one.joined_at is not None)


class OpenLink(msgspec.Struct, frozen=True):
    """A link that can still be used; `waiting` is who asks to be let in, empty for nobody yet."""

    expires_at: datetime
    waiting: str


async def open_link(session: AsyncSession, child_id: UUID, *, now: datetime) -> OpenLink | None:
    """The link that can still be used, if there is one."""
    row = (
        await session.execute(
            select(GuardianLink.expires_at, Account.given_name + " " + Account.family_name)
            .outerjoin(Account, Account.id == GuardianLink.asked_by)
            .where(
                GuardianLink.child_id == child_id,
                GuardianLink.used_at.is_(None),
                GuardianLink.revoked_at.is_(None),
                GuardianLink.expires_at > now,
            )
        )
    ).one_or_none()
    return OpenLink(row[0], row[1] or "") if row else None
