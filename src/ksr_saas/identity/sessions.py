"""Sessions: a random token in a cookie, its hash in the municipality's own schema.

An unknown token is nobody; a token is made at login and never taken from the browser, so it cannot
be planted. Because the table lies in the municipality's schema, a cookie of one city is unknown in
another.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.identity.models import Account, LoginSession

IDLE = {
    Role.PARENT: timedelta(minutes=30),
    Role.OPERATOR: timedelta(minutes=20),
    Role.COORDINATOR: timedelta(minutes=20),
}
ABSOLUTE = {
    Role.PARENT: timedelta(hours=12),
    Role.OPERATOR: timedelta(hours=10),
    Role.COORDINATOR: timedelta(hours=10),
}
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
) -> str:
    """Sign in: end the session of the token `replaces`, if any, and return a new token.

    `eid_session` is how the eID node names the login, sealed.
    """
    if replaces:
        await end(session, replaces)
    token = secrets.token_urlsafe(32)
    session.add(
        LoginSession(
            token_hash=hashed(token),
            account_id=account.id,
            role=role,
            institution_id=institution_id,
            last_seen_at=now,
            expires_at=now + ABSOLUTE[role],
            eid_session=eid_session,
        )
    )
    return token


async def end(session: AsyncSession, token: str) -> tuple[UUID, bytes] | None:
    """Sign out the browser that holds `token`.

    Returns the account and its sealed session at the eID node; None when there is none.
    """
    ended = (
        await session.execute(
            delete(LoginSession)
            .where(LoginSession.token_hash == hashed(token))
            .returning(LoginSession.account_id, LoginSession.eid_session)
        )
    ).one_or_none()
    return None if ended is None or ended[1] is None else (ended[0], ended[1])


async def actor_of(session: AsyncSession, token: str, *, now: datetime) -> Actor | None:
    """Who holds `token`; None when it is unknown, idle too long, expired or the account closed."""
    row = (
        await session.execute(
            select(LoginSession, Account)
            .join(Account, Account.id == LoginSession.account_id)
            .where(LoginSession.token_hash == hashed(token), Account.active)
        )
    ).one_or_none()
    if row is None:
        return None
    kept, account = row
    if now >= kept.expires_at or now >= kept.last_seen_at + IDLE[kept.role]:
        return None
    if now - kept.last_seen_at > TOUCH:
        await session.execute(
            update(LoginSession).where(LoginSession.id == kept.id).values(last_seen_at=now)
        )
    return Actor(account.id, kept.role, account.name, kept.institution_id)
