"""People with passwords: the first step of their login, invitations they follow, new passwords."""

import secrets
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity import passwords, second_factor, sessions
from ksr_saas.identity.ceremony import Site
from ksr_saas.identity.eid.person import StaffPerson
from ksr_saas.identity.eid.profile import StaffTerms
from ksr_saas.identity.errors import (
    AccountExpired,
    AccountUnused,
    EidFailed,
    InvitationOver,
    SsoOnly,
    WrongKey,
    WrongLogin,
)
from ksr_saas.identity.models import Account, AccountKind, Grant, Invitation, Purpose
from ksr_saas.identity.passkeys import STAFF, Answer
from ksr_saas.identity.rules import is_unused
from ksr_saas.identity.sessions import hashed
from ksr_saas.identity.ways import Way, way_of

INVITED_FOR = timedelta(hours=48)


async def with_password(
    session: AsyncSession, kind: AccountKind, login: str, password: str
) -> Account:
    """The open account of this kind with this login and password. Raises WrongLogin.

    It takes as long whether the login is known or not, and whatever the account's kind.
    """
    usable = (Account.login == login, Account.kind == kind, Account.active)
    stored = await session.scalar(select(Account.password_hash).where(*usable))
    await session.rollback()
    if not await passwords.fits(stored, password):
        raise WrongLogin
    account: Account | None = await session.scalar(
        select(Account).where(*usable, Account.password_hash == stored)
    )
    if account is None:
        raise WrongLogin
    return account


async def by_password(
    session: AsyncSession, login: str, password: str, *, terms: StaffTerms | None, today: date
) -> Account:
    """The member of staff with this login and password.

    `terms` are those of the city's provider, if there is one. Raises WrongLogin, the same and as
    slowly whether the login is known or not, or to somebody who knows the password AccountExpired,
    AccountUnused or SsoOnly. What the session has done so far is given up: nobody may wait for a
    password with a connection in hand, or a morning's logins would stop every page.
    """
    account = await with_password(session, AccountKind.STAFF, login, password)
    if await grant_of(session, account.id) is None:
        raise WrongLogin
    check_dates(account, today)
    check_here(account, terms)
    return account


async def by_key(
    session: AsyncSession,
    site: Site,
    answer: Answer,
    *,
    terms: StaffTerms | None,
    now: datetime,
    today: date,
) -> Account:
    """The member of staff whose passkey was shown: it is both factors by itself.

    `terms` as in `by_password`. Raises WrongKey, also for a closed or locked account, or
    AccountExpired, AccountUnused or SsoOnly. The account's row is locked.
    """
    found = await STAFF.shown(session, site, Purpose.SIGN_IN, None, answer, now=now)
    account = await session.scalar(
        select(Account)
        .where(Account.id == found, Account.kind == AccountKind.STAFF, Account.active)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    locked = account is not None and account.locked_until and account.locked_until > now
    if account is None or locked or await grant_of(session, account.id) is None:
        raise WrongKey
    check_dates(account, today)
    check_here(account, terms)
    return account


def check_dates(account: Account, today: date) -> None:
    """Raise AccountExpired or AccountUnused for an account that may not sign in any more."""
    if account.valid_until is not None and account.valid_until < today:
        raise AccountExpired
    if is_unused(account.last_in_on, today):
        raise AccountUnused


def check_here(account: Account, terms: StaffTerms | None) -> None:
    """Raise SsoOnly for an account that signs in at the city's provider alone."""
    if way_of(account.sign_in, terms.sign_in if terms else None) is Way.SSO:
        raise SsoOnly


async def by_provider(
    session: AsyncSession, person: StaffPerson, terms: StaffTerms, *, today: date
) -> Account:
    """The member of staff whose login the city's provider names. Nobody is ever made.

    Raises EidFailed with the reason: unknown, or an account that may not sign in so.
    """
    asked = Account.kind == AccountKind.STAFF, Account.login == person.value.lower()
    found: Account | None = await session.scalar(select(Account).where(*asked))
    if found is None:
        raise EidFailed("person-unknown")
    await check_sso(session, found, terms, today=today)
    return found


async def check_sso(
    session: AsyncSession, account: Account, terms: StaffTerms, *, today: date
) -> None:
    """Raise EidFailed with the reason when this account may not sign in at the city's provider."""
    if not account.active:
        raise EidFailed("account-closed")
    if account.valid_until is not None and account.valid_until < today:
        raise EidFailed("account-expired")
    if is_unused(account.last_in_on, today):
        raise EidFailed("account-unused")
    if way_of(account.sign_in, terms.sign_in) is Way.HERE:
        raise EidFailed("account-not-by-sso")
    if await grant_of(session, account.id) is None:
        raise EidFailed("account-no-grant")


async def grant_of(session: AsyncSession, account_id: UUID) -> Grant | None:
    """The role in which an account begins: the last one chosen, or else the first one given."""
    found: Grant | None = await session.scalar(
        select(Grant)
        .where(Grant.account_id == account_id)
        .order_by(Grant.used_at.desc().nulls_last(), Grant.created_at, Grant.id)
        .limit(1)
    )
    return found


def invitation(
    account_id: UUID, *, invited_by: UUID | None, now: datetime
) -> tuple[Invitation, str]:
    """A link for setting a password, and its token, which is kept nowhere else."""
    token = secrets.token_urlsafe(32)
    made = Invitation(
        id=uuid4(),
        token_hash=hashed(token),
        account_id=account_id,
        invited_by=invited_by,
        expires_at=now + INVITED_FOR,
    )
    return made, token


async def invited(
    session: AsyncSession, token: str, *, now: datetime, lock: bool = False
) -> tuple[Invitation, Account]:
    """The open invitation behind a link. Raises InvitationOver."""
    asked = (
        select(Invitation, Account)
        .join(Account, Account.id == Invitation.account_id)
        .where(
            Invitation.token_hash == hashed(token),
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
            Account.active,
        )
    )
    row = (await session.execute(asked.with_for_update() if lock else asked)).one_or_none()
    if row is None:
        raise InvitationOver
    return row[0], row[1]


async def check_password(account: Account, password: str) -> None:
    """Raise WrongLogin unless this is the account's present password."""
    if not await passwords.fits(account.password_hash, password):
        raise WrongLogin


async def void_links(session: AsyncSession, account_id: UUID, *, now: datetime) -> None:
    """No link sent to this account so far sets a password any more."""
    await session.execute(
        update(Invitation)
        .where(Invitation.account_id == account_id, Invitation.used_at.is_(None))
        .values(used_at=now)
    )


async def wait_for_logins(session: AsyncSession) -> None:
    """Wait for whoever gives accounts their logins now, so that none is made twice."""
    lock = func.hashtext(func.current_schema() + ":staffing")
    await session.execute(select(func.pg_advisory_xact_lock(lock)))


async def set_password(
    session: AsyncSession, account: Account, password: str, *, keep: UUID | None, now: datetime
) -> None:
    """Give the account a new password.

    Its sessions end, except the one with the id `keep`, and so do logins begun with the old
    password and links for setting another.
    """
    account.password_hash = await passwords.hash_of(password)
    await sessions.end_others(session, account.id, keep=keep)
    await second_factor.drop_pending(session, account.id)
    await void_links(session, account.id, now=now)
    record(session, "identity.password", actor_id=account.id, kind="account", object_id=account.id)
