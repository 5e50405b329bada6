"""The vendor's people: invited from the command line, signed in with a passkey."""

import secrets
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.console import rules, sessions
from ksr_saas.console.errors import VendorInvitationOver
from ksr_saas.console.models import (
    VendorAccount,
    VendorChallenge,
    VendorInvitation,
    VendorPasskey,
)
from ksr_saas.identity import passwords
from ksr_saas.identity.ceremony import Site
from ksr_saas.identity.errors import LastFactor, WrongLogin
from ksr_saas.identity.models import Purpose
from ksr_saas.identity.passkeys import Answer, Keys
from ksr_saas.identity.rules import may_lose_key
from ksr_saas.identity.second_factor import LOCK, TRIES
from ksr_saas.identity.sessions import hashed
from ksr_saas.identity.totp import code_step
from ksr_saas.kernel.errors import NotFound
from ksr_saas.tenancy.models import ControlEvent

KEYS = Keys(VendorPasskey, VendorChallenge)


def note(session: AsyncSession, account: VendorAccount, act: str) -> None:
    """Add a deed that concerns no municipality to what the vendor did."""
    session.add(ControlEvent(actor=account.login, act=act, municipality=""))


async def invite(session: AsyncSession, login: str, name: str, *, now: datetime) -> str:
    """A token for registering a passkey, once; older ones of the account are void.

    An account that is there keeps its name and its keys.
    """
    account = await session.scalar(
        select(VendorAccount).where(VendorAccount.login == login).with_for_update()
    )
    if account is None:
        account = VendorAccount(id=uuid4(), login=login, name=name)
        session.add(account)
        await session.flush()  # the invitation refers to it
    await session.execute(delete(VendorInvitation).where(VendorInvitation.account_id == account.id))
    token = secrets.token_urlsafe(32)
    session.add(
        VendorInvitation(
            token_hash=hashed(token), account_id=account.id, expires_at=now + rules.INVITED_FOR
        )
    )
    note(session, account, "invited")
    return token


async def close(session: AsyncSession, login: str) -> bool:
    """Delete an account with its keys and sessions; False when there is none."""
    account = await session.scalar(select(VendorAccount).where(VendorAccount.login == login))
    if account is None:
        return False
    note(session, account, "closed")
    await session.execute(delete(VendorAccount).where(VendorAccount.id == account.id))
    return True


async def listed(session: AsyncSession) -> list[tuple[str, str, int]]:
    """Login, name and number of keys of every account, by login."""
    rows = await session.execute(
        select(VendorAccount.login, VendorAccount.name, func.count(VendorPasskey.id))
        .outerjoin(VendorPasskey, VendorPasskey.account_id == VendorAccount.id)
        .group_by(VendorAccount.id)
        .order_by(VendorAccount.login)
    )
    return [(login, name, keys) for login, name, keys in rows.tuples()]


async def invited(
    session: AsyncSession, token: str, *, now: datetime, lock: bool = False
) -> tuple[VendorInvitation, VendorAccount]:
    """The open invitation behind a link. Raises VendorInvitationOver."""
    asked = (
        select(VendorInvitation, VendorAccount)
        .join(VendorAccount, VendorAccount.id == VendorInvitation.account_id)
        .where(
            VendorInvitation.token_hash == hashed(token),
            VendorInvitation.used_at.is_(None),
            VendorInvitation.expires_at > now,
        )
    )
    row = (await session.execute(asked.with_for_update() if lock else asked)).one_or_none()
    if row is None:
        raise VendorInvitationOver
    return row[0], row[1]


async def enrol(
    session: AsyncSession, site: Site, token: str, answer: Answer, *, name: str, now: datetime
) -> VendorAccount:
    """Keep the key of an invited person, whose link is used up then.

    Raises VendorInvitationOver, or WrongKey: then the link is still good and the challenge spent.
    """
    link, account = await invited(session, token, now=now, lock=True)
    await KEYS.add(session, site, account.id, answer, name=name, now=now)
    link.used_at = now
    note(session, account, "passkey-added")
    return account


async def add_key(
    session: AsyncSession,
    site: Site,
    account_id: UUID,
    answer: Answer,
    *,
    name: str,
    now: datetime,
) -> None:
    """Keep another key of somebody who is signed in. Raises WrongKey."""
    account = await session.get_one(VendorAccount, account_id)
    await KEYS.add(session, site, account_id, answer, name=name, now=now)
    note(session, account, "passkey-added")


async def remove_key(session: AsyncSession, account_id: UUID, key_id: UUID) -> None:
    """Take a key away. Raises NotFound for somebody else's and LastFactor for the last one."""
    account = await session.get_one(VendorAccount, account_id, with_for_update=True)
    found = await KEYS.of(session, account_id)
    if key_id not in {one.id for one in found}:
        raise NotFound
    if not may_lose_key(len(found), authenticator=False):
        raise LastFactor
    await KEYS.remove(session, account_id, key_id)
    note(session, account, "passkey-removed")


async def by_key(
    session: AsyncSession, site: Site, answer: Answer, *, now: datetime
) -> VendorAccount:
    """The account whose passkey was shown. Raises WrongKey."""
    found = await KEYS.shown(session, site, Purpose.SIGN_IN, None, answer, now=now)
    account: VendorAccount = await session.get_one(VendorAccount, found)
    return account


async def by_password(
    session: AsyncSession, login: str, password: str, code: str, *, now: datetime
) -> VendorAccount:
    """The account with this password and unused code: the demonstration's way. Raises WrongLogin.

    A wrong try is counted, so the caller must commit.
    """
    account = await session.scalar(
        select(VendorAccount)
        .where(VendorAccount.login == login)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    usable = account is not None and not (account.locked_until and account.locked_until > now)
    known = await passwords.fits(account.password_hash if account and usable else None, password)
    secret = account.totp_secret if account and known else None
    step = code_step(secret, code, now) if secret else None
    if account is None or step is None or step <= account.totp_last_step:
        if account is not None and usable:
            account.failures += 1
            if account.failures >= TRIES:
                account.failures, account.locked_until = 0, now + LOCK
        raise WrongLogin
    account.failures, account.locked_until, account.totp_last_step = 0, None, step
    return account


async def sign_in(
    session: AsyncSession,
    account: VendorAccount,
    *,
    replaces: str | None,
    agent: str,
    now: datetime,
) -> str:
    """Begin a session in the place of the one the browser may have; returns its token."""
    note(session, account, "sign-in")
    return await sessions.begin(session, account.id, replaces=replaces, agent=agent, now=now)
