"""Taking a lost second factor away: one person asks, another one confirms within a day.

The password goes with it. What was known or could be read by somebody else before leads nowhere:
the account begins anew, by a new link.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity import second_factor, sessions
from ksr_saas.identity.authorisation import Actor
from ksr_saas.identity.mailboxes import share_mailbox
from ksr_saas.identity.models import Account, FactorReset
from ksr_saas.identity.staff import void_links
from ksr_saas.kernel.errors import IllegalMove
from ksr_saas.staffing.errors import OwnAccount, SecondPersonNeeded, ShortStaffReason
from ksr_saas.staffing.queries import open_reset

CONFIRM_WITHIN = timedelta(days=1)
SHORTEST_REASON = 10


def one_person(one: Account, other: Account) -> bool:
    """Whether two accounts are known to be one person's, by their addresses.

    Nothing else can be compared: an eID hash belongs to one account alone, and staff have none.
    """
    return one.id == other.id or share_mailbox(
        (one.login or "", one.email), (other.login or "", other.email)
    )


async def ask(
    session: AsyncSession, actor: Actor, account: Account, reason: str, *, now: datetime
) -> None:
    """Ask a second person. The account's row must be locked by the caller.

    Raises OwnAccount, ShortStaffReason, or IllegalMove when it is asked already.
    """
    if one_person(await session.get_one(Account, actor.account_id), account):
        raise OwnAccount
    if len(reason) < SHORTEST_REASON:
        raise ShortStaffReason
    if await open_reset(session, account.id, now=now) is not None:
        raise IllegalMove
    session.add(
        FactorReset(
            account_id=account.id,
            reason=reason,
            asked_by=actor.account_id,
            expires_at=now + CONFIRM_WITHIN,
        )
    )


async def confirm(session: AsyncSession, actor: Actor, account: Account, *, now: datetime) -> None:
    """Take factor and password away as the second of two; sessions end and links are void.

    A new link is for the caller to send. Raises SecondPersonNeeded to the one who asked, by another
    account too, OwnAccount to the owner, IllegalMove when nothing is asked.
    """
    asked = await open_reset(session, account.id, now=now)
    if asked is None:
        raise IllegalMove
    second = await session.get_one(Account, actor.account_id)
    if one_person(second, account):
        raise OwnAccount
    if one_person(second, await session.get_one(Account, asked.asked_by)):
        raise SecondPersonNeeded
    await close(session, account.id, confirmed_by=actor.account_id, now=now)
    await second_factor.forget(session, account)
    account.password_hash = None
    await void_links(session, account.id, now=now)
    await sessions.end_others(session, account.id, keep=None)


async def close(
    session: AsyncSession, account_id: UUID, *, confirmed_by: UUID | None, now: datetime
) -> None:
    """Close the request, also without taking the factor away (`confirmed_by` None)."""
    await session.execute(
        update(FactorReset)
        .where(FactorReset.account_id == account_id, FactorReset.closed_at.is_(None))
        .values(confirmed_by=confirmed_by, closed_at=now)
    )
