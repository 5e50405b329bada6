"""Sessions: a random token in a cookie, its hash in the municipality's own schema.

An unknown token is nobody; a token is made at login and never taken from the browser, so it cannot
be planted. Because the table lies in the municipality's schema, a cookie of one city is unknown in
another.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.identity.models import Account, Grant, LoginSession
from ksr_saas.identity.rights import STAFF
from ksr_saas.kernel.clock import WARSAW

IDLE = dict.fromkeys(STAFF, timedelta(minutes=20)) | {Role.PARENT: timedelta(minutes=30)}
ABSOLUTE = dict.fromkeys(STAFF, timedelta(hours=10)) | {Role.PARENT: timedelta(hours=12)}
TOUCH = timedelta(minutes=1)


def hashed(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def begin(
    session: AsyncSession,
    account: Account,
    role: Role,
    institution_id: UUID | None,
    *,
    now: datetime,
    replaces: str | None,
    eid_session: bytes | None = None,
    agent: str = "",
    confirmed_at: datetime | None = None,
) -> str:
    """Sign in: end the session of the token `replaces`, if any, and return a new token.

    `eid_session` is how the eID node or the city's provider names the login, sealed.
    `confirmed_at` is when a factor was shown, unless that was now.
    """
    if replaces:
        await end(session, replaces)
    token = secrets.token_urlsafe(32)
    account.last_in_on = now.astimezone(WARSAW).date()
    session.add(
        LoginSession(
            token_hash=hashed(token),
            account_id=account.id,
            role=role,
            institution_id=institution_id,
            last_seen_at=now,
            expires_at=now + ABSOLUTE[role],
            eid_session=eid_session,
            agent=agent,
            confirmed_at=confirmed_at or now,
        )
    )
    return token


async def end(session: AsyncSession, token: str) -> tuple[UUID, Role, bytes] | None:
    """Sign out the browser that holds `token`.

    Returns the account, its role and its sealed session at the eID node or the city's provider;
    None when there is none.
    """
    ended = (
        await session.execute(
            delete(LoginSession)
            .where(LoginSession.token_hash == hashed(token))
            .returning(LoginSession.account_id, LoginSession.role, LoginSession.eid_session)
        )
    ).one_or_none()
    if ended is None or ended[2] is None:
        return None
    return ended[0], ended[1], ended[2]


async def actor_of(session: AsyncSession, token: str, *, now: datetime) -> Actor | None:
    """Who holds `token`; None when it is unknown or over, or the account lost what it stood for."""
    today = now.astimezone(WARSAW).date()
    still_granted = exists().where(
        Grant.account_id == LoginSession.account_id,
        Grant.role == LoginSession.role,
        Grant.institution_id.is_not_distinct_from(LoginSession.institution_id),
    )
    grants = (
        select(func.count()).where(Grant.account_id == LoginSession.account_id).scalar_subquery()
    )
    row = (
        await session.execute(
            select(LoginSession, Account, grants)
            .join(Account, Account.id == LoginSession.account_id)
            .where(
                LoginSession.token_hash == hashed(token),
                Account.active,
                or_(Account.valid_until.is_(None), Account.valid_until >= today),
                or_(LoginSession.role == Role.PARENT, still_granted),
            )
        )
    ).one_or_none()
    if row is None:
        return None
    kept, account, count = row
    if now >= ends_at(kept):
        return None
    seen = kept.last_seen_at
    if now - seen > TOUCH:
        seen = now
        await touch(session, kept.id, now=now)
    return Actor(
        account.id,
        kept.role,
        account.name,
        kept.institution_id,
        session_id=kept.id,
        ends_at=min(kept.expires_at, seen + IDLE[kept.role]),
        confirmed_at=kept.confirmed_at,
        several=count > 1,
    )


def ends_at(kept: LoginSession) -> datetime:
    """When a session is over if nothing more is done in it."""
    return min(kept.expires_at, kept.last_seen_at + IDLE[kept.role])


async def touch(session: AsyncSession, session_id: UUID, *, now: datetime) -> None:
    """The person is still there."""
    await session.execute(
        update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now)
    )


async def stay(session: AsyncSession, actor: Actor, *, now: datetime) -> datetime:
    """Begin the idle time anew; returns when the session ends if nothing more is done."""
    kept = await session.get_one(LoginSession, actor.session_id)
    kept.last_seen_at = now
    return ends_at(kept)


async def of_account(
    session: AsyncSession, account_id: UUID, *, now: datetime
) -> list[LoginSession]:
    """The sessions of an account that are not over, newest first."""
    found = await session.scalars(
        select(LoginSession)
        .where(LoginSession.account_id == account_id, LoginSession.expires_at > now)
        .order_by(LoginSession.last_seen_at.desc(), LoginSession.id)
    )
    return [one for one in found if ends_at(one) > now]


async def end_one(session: AsyncSession, account_id: UUID, session_id: UUID) -> bool:
    """Sign out one browser of this account; False when there is none or it is another's."""
    ended = await session.scalar(
        delete(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.account_id == account_id)
        .returning(LoginSession.id)
    )
    return ended is not None


async def end_others(session: AsyncSession, account_id: UUID, *, keep: UUID | None) -> None:
    """Sign out every browser of this account, except the session `keep`."""
    gone = delete(LoginSession).where(LoginSession.account_id == account_id)
    await session.execute(gone.where(LoginSession.id != keep) if keep else gone)


async def end_role(session: AsyncSession, grant: Grant) -> None:
    """Sign out every browser that works in this role of its account."""
    await session.execute(
        delete(LoginSession).where(
            LoginSession.account_id == grant.account_id,
            LoginSession.role == grant.role,
            LoginSession.institution_id.is_not_distinct_from(grant.institution_id),
        )
    )


async def confirm(session: AsyncSession, actor: Actor, *, now: datetime) -> str:
    """Note a factor shown again; returns the session's new token, the old one is void."""
    token = secrets.token_urlsafe(32)
    await session.execute(
        update(LoginSession)
        .where(LoginSession.id == actor.session_id)
        .values(token_hash=hashed(token), confirmed_at=now, last_seen_at=now)
    )
    return token


async def take_role(session: AsyncSession, actor: Actor, grant: Grant, *, now: datetime) -> str:
    """Go on in the role of `grant`; returns the session's new token, the old one is void.

    The session ends no later than it would have, and keeps when a factor was last shown.
    """
    token = secrets.token_urlsafe(32)
    await session.execute(
        update(LoginSession)
        .where(LoginSession.id == actor.session_id)
        .values(
            token_hash=hashed(token),
            role=grant.role,
            institution_id=grant.institution_id,
            last_seen_at=now,
        )
    )
    return token
