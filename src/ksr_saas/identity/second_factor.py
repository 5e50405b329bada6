"""The second step of a staff login: a code, of an authenticator or printed, or a passkey."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity import totp
from ksr_saas.identity.ceremony import Site
from ksr_saas.identity.errors import LastFactor, WrongCode, WrongKey
from ksr_saas.identity.models import Account, BackupCode, PendingLogin, Purpose
from ksr_saas.identity.passkeys import STAFF, Answer
from ksr_saas.identity.rules import may_lose_key
from ksr_saas.identity.sessions import hashed
from ksr_saas.kernel.errors import KsrError, NotFound
from ksr_saas.settings import Settings

PENDING = timedelta(minutes=10)
TRIES = 5
LOCK = timedelta(minutes=15)
CODES = 10
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that looks like something else
CODE_LENGTH = 10


class Secrets(msgspec.Struct, frozen=True):
    """What is needed to compare the backup codes of one municipality's accounts."""

    backup_key: bytes

    @classmethod
    def of(cls, settings: Settings, schema: str) -> "Secrets":
        """The secrets of the municipality with this schema."""
        return cls(settings.derive(f"backup-codes:{schema}").encode())

    def backup_hash(self, account: Account, code: str) -> str:
        """Keyed hash of a backup code: without the key a copy of the table opens nothing."""
        words = f"{account.id}:{code}"
        return hmac.new(self.backup_key, words.encode(), hashlib.sha256).hexdigest()

    def __repr__(self) -> str:
        """Leave the keys out."""
        return "Secrets()"


def tidy(code: str) -> str:
    """A code as it is compared: people type spaces, hyphens and capitals."""
    return "".join(c for c in code.lower() if c.isalnum())


async def is_enrolled(session: AsyncSession, account: Account) -> bool:
    """Whether the account has something to show beside its password.

    Then a password alone must not lead to a new factor.
    """
    return account.totp is not None or bool(await STAFF.of(session, account.id))


async def begin(
    session: AsyncSession,
    account: Account,
    *,
    return_to: str,
    now: datetime,
    sso: bool = False,
    eid_session: bytes | None = None,
) -> str:
    """Keep a complete first step until the second; the token is for this browser's cookie.

    Who has no second factor yet is offered a fresh secret. With `sso` the city's provider has
    vouched for the person, and names the login `eid_session`.
    """
    await session.execute(delete(PendingLogin).where(PendingLogin.expires_at <= now))
    token = secrets.token_urlsafe(32)
    offered = None
    if not await is_enrolled(session, account):
        offered = totp.bound(account.id, totp.new_secret())
    session.add(
        PendingLogin(
            token_hash=hashed(token),
            account_id=account.id,
            return_to=return_to,
            offered=offered,
            expires_at=now + PENDING,
            sso=sso,
            eid_session=eid_session,
        )
    )
    return token


async def pending(
    session: AsyncSession, token: str, *, now: datetime
) -> tuple[PendingLogin, Account] | None:
    """The login that waits in the browser holding `token`, its account locked; None without one."""
    row = (
        await session.execute(
            select(PendingLogin, Account)
            .join(Account, Account.id == PendingLogin.account_id)
            .where(
                PendingLogin.token_hash == hashed(token),
                PendingLogin.expires_at > now,
                Account.active,
            )
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


async def finish(session: AsyncSession, waiting: PendingLogin) -> None:
    """The login is complete: its first step cannot be used again."""
    await session.delete(waiting)


def _ensure_open(account: Account, wrong: type[KsrError], now: datetime) -> None:
    if account.locked_until is not None and account.locked_until > now:
        raise wrong


def _count_wrong(session: AsyncSession, account: Account, now: datetime) -> None:
    account.failures += 1
    if account.failures >= TRIES:
        account.failures, account.locked_until = 0, now + LOCK
        record(session, "identity.locked", kind="account", object_id=account.id)


async def check(
    session: AsyncSession, account: Account, known: Secrets, typed: str, *, now: datetime
) -> None:
    """Take the typed code, once. The account's row must be locked by the caller.

    Raises WrongCode; the try has been counted then, so the caller must commit.
    """
    _ensure_open(account, WrongCode, now)
    code = tidy(typed)
    right = _authenticated(account, code, now=now)
    if not right and not await _backup(session, account, known, code, now=now):
        _count_wrong(session, account, now)
        raise WrongCode
    account.failures, account.locked_until = 0, None


def _authenticated(account: Account, code: str, *, now: datetime) -> bool:
    if account.totp is None:
        return False
    step = totp.code_step(totp.secret_of(account.id, account.totp), code, now)
    if step is None or step <= account.totp_last_step:
        return False
    account.totp_last_step = step
    return True


async def check_key(
    session: AsyncSession,
    account: Account,
    site: Site,
    purpose: Purpose,
    answer: Answer,
    *,
    now: datetime,
) -> None:
    """Take a passkey of this account. The account's row must be locked by the caller.

    Raises WrongKey; the try has been counted then, with the wrong codes, so the caller must commit.
    """
    _ensure_open(account, WrongKey, now)
    try:
        await STAFF.shown(session, site, purpose, account.id, answer, now=now)
    except WrongKey:
        _count_wrong(session, account, now)
        raise
    account.failures, account.locked_until = 0, None


async def _backup(
    session: AsyncSession, account: Account, known: Secrets, code: str, *, now: datetime
) -> bool:
    found = await session.scalar(
        select(BackupCode)
        .where(
            BackupCode.account_id == account.id,
            BackupCode.code_hash == known.backup_hash(account, code),
            BackupCode.used_at.is_(None),
        )
        .with_for_update()
    )
    if found is None:
        return False
    found.used_at = now
    record(session, "identity.backup-code", kind="account", object_id=account.id)
    return True


async def enrol(
    session: AsyncSession,
    account: Account,
    waiting: PendingLogin,
    known: Secrets,
    typed: str,
    *,
    now: datetime,
) -> list[str]:
    """Keep the offered secret once its first code is right; returns the backup codes.

    Raises WrongCode, and then nothing has changed.
    """
    if waiting.offered is None or await is_enrolled(session, account):
        raise WrongCode
    secret = totp.secret_of(account.id, waiting.offered)
    step = totp.code_step(secret, tidy(typed), now)
    if step is None:
        raise WrongCode
    account.totp, account.totp_last_step = waiting.offered, step
    account.failures, account.locked_until = 0, None
    record(session, "identity.enrolled", kind="account", object_id=account.id)
    return await fresh_backup_codes(session, account, known)


async def enrol_key(
    session: AsyncSession,
    account: Account,
    known: Secrets,
    site: Site,
    answer: Answer,
    *,
    name: str,
    now: datetime,
) -> list[str]:
    """Keep a passkey as the account's first factor; returns the backup codes.

    Raises WrongKey, and then only the challenge is spent.
    """
    if await is_enrolled(session, account):
        raise WrongKey
    await add_key(session, account, site, answer, name=name, now=now)
    account.failures, account.locked_until = 0, None
    return await fresh_backup_codes(session, account, known)


async def add_key(
    session: AsyncSession,
    account: Account,
    site: Site,
    answer: Answer,
    *,
    name: str,
    now: datetime,
) -> None:
    """Keep a passkey of this account. Raises WrongKey."""
    await STAFF.add(session, site, account.id, answer, name=name, now=now)
    record(session, "identity.passkey-added", kind="account", object_id=account.id)


async def remove_key(session: AsyncSession, account: Account, key_id: UUID) -> None:
    """Take a passkey away. The account's row must be locked by the caller.

    Raises NotFound for somebody else's and LastFactor for the last thing there is to show.
    """
    found = await STAFF.of(session, account.id)
    if key_id not in {one.id for one in found}:
        raise NotFound
    if not may_lose_key(len(found), authenticator=account.totp is not None):
        raise LastFactor
    await STAFF.remove(session, account.id, key_id)
    record(session, "identity.passkey-removed", kind="account", object_id=account.id)


async def fresh_backup_codes(session: AsyncSession, account: Account, known: Secrets) -> list[str]:
    """Ten new codes, shown once and kept hashed; the old ones are void."""
    await session.execute(delete(BackupCode).where(BackupCode.account_id == account.id))
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH)) for _ in range(CODES)]
    session.add_all(
        BackupCode(account_id=account.id, code_hash=known.backup_hash(account, code))
        for code in codes
    )
    return [f"{code[:5]}-{code[5:]}" for code in codes]


async def forget(session: AsyncSession, account: Account) -> None:
    """Take authenticator, passkeys and codes away; the next login enrols a new factor."""
    account.totp, account.failures, account.locked_until = None, 0, None
    await STAFF.forget(session, account.id)
    await session.execute(delete(BackupCode).where(BackupCode.account_id == account.id))
    await drop_pending(session, account.id)


async def drop_pending(session: AsyncSession, account_id: UUID) -> None:
    """End the logins of this account that wait for their second step."""
    await session.execute(delete(PendingLogin).where(PendingLogin.account_id == account_id))
