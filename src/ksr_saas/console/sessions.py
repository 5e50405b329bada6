"""Sessions of the vendor's people: a random token in the console's own cookie, its hash kept."""

import secrets
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.console import rules
from ksr_saas.console.models import VendorAccount, VendorSession
from ksr_saas.identity.sessions import TOUCH, hashed
from ksr_saas.kernel.i18n import _


class Vendor(msgspec.Struct, frozen=True):
    """The signed-in person of the vendor; `is_fresh` says that they signed in a short while ago."""

    account_id: UUID
    login: str
    name: str
    session_id: UUID
    ends_at: datetime
    is_fresh: bool

    def shown(self) -> dict[str, Any]:
        """What the page header says."""
        return {
            "name": self.name,
            "portal": "console",
            "home": "/",
            "role_label": _("Serwis dostawcy"),
            "several": False,
            "ends_at": self.ends_at,
        }


async def begin(
    session: AsyncSession, account_id: UUID, *, replaces: str | None, agent: str, now: datetime
) -> str:
    """Sign in: end the session of the token `replaces`, if any, and return a new token."""
    if replaces:
        await end(session, replaces)
    await session.execute(delete(VendorSession).where(VendorSession.expires_at <= now))
    token = secrets.token_urlsafe(32)
    session.add(
        VendorSession(
            token_hash=hashed(token),
            account_id=account_id,
            expires_at=now + rules.ABSOLUTE,
            last_seen_at=now,
            agent=agent,
        )
    )
    return token


async def vendor_of(session: AsyncSession, token: str, *, now: datetime) -> Vendor | None:
    """Who holds `token`; None when it is unknown or over."""
    row = (
        await session.execute(
            select(VendorAccount, VendorSession)
            .join(VendorSession, VendorSession.account_id == VendorAccount.id)
            .where(VendorSession.token_hash == hashed(token))
        )
    ).one_or_none()
    if row is None:
        return None
    account, kept = row
    if now >= rules.ends_at(kept.last_seen_at, kept.expires_at):
        return None
    seen = kept.last_seen_at
    if now - seen > TOUCH:
        seen = await touch(session, kept.id, now=now)
    return Vendor(
        account.id,
        account.login,
        account.name,
        kept.id,
        ends_at=rules.ends_at(seen, kept.expires_at),
        is_fresh=rules.is_fresh(kept.expires_at, now),
    )


async def touch(session: AsyncSession, session_id: UUID, *, now: datetime) -> datetime:
    """The person is still there; returns `now`."""
    await session.execute(
        update(VendorSession).where(VendorSession.id == session_id).values(last_seen_at=now)
    )
    return now


async def stay(session: AsyncSession, vendor: Vendor, *, now: datetime) -> datetime:
    """Begin the idle time anew; returns when the session ends if nothing more is done."""
    kept = await session.get_one(VendorSession, vendor.session_id)
    kept.last_seen_at = now
    return rules.ends_at(now, kept.expires_at)


async def of_account(
    session: AsyncSession, account_id: UUID, *, now: datetime
) -> list[VendorSession]:
    """The sessions of an account that are not over, newest first."""
    found = await session.scalars(
        select(VendorSession)
        .where(VendorSession.account_id == account_id)
        .order_by(VendorSession.last_seen_at.desc(), VendorSession.id)
    )
    return [one for one in found if rules.ends_at(one.last_seen_at, one.expires_at) > now]


async def end(session: AsyncSession, token: str) -> None:
    """Sign out the browser that holds `token`."""
    await session.execute(delete(VendorSession).where(VendorSession.token_hash == hashed(token)))


async def end_one(session: AsyncSession, account_id: UUID, session_id: UUID) -> bool:
    """Sign out one browser of this account; False when the session is not this account's."""
    gone = await session.execute(
        delete(VendorSession)
        .where(VendorSession.id == session_id, VendorSession.account_id == account_id)
        .returning(VendorSession.id)
    )
    return gone.one_or_none() is not None


async def end_others(session: AsyncSession, account_id: UUID, *, keep: UUID) -> None:
    """Sign out every browser of this account, except the session `keep`."""
    await session.execute(
        delete(VendorSession).where(
            VendorSession.account_id == account_id, VendorSession.id != keep
        )
    )
