"""What the doors leave behind: rows that can no longer matter are removed."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.models import (
    EidRequest,
    LoginSession,
    PasskeyChallenge,
    PendingLogin,
    UsedAssertion,
)
from ksr_saas.identity.service import TICKET_WINDOW
from ksr_saas.identity.sessions import IDLE
from ksr_saas.kernel.database import TenantModel

BATCH = 1000
SLACK = timedelta(minutes=5)  # the clock that judges a login need not be this machine's


def _over(then: datetime) -> list[tuple[type[TenantModel], ColumnElement[bool]]]:
    """What was over at the moment `then`, by table.

    An assertion is remembered for longer than it is valid (REMEMBER); only that time counts. A
    ticket lives a little longer than the request it was given for.
    """
    idle = (
        and_(LoginSession.role == role, LoginSession.last_seen_at <= then - time)
        for role, time in IDLE.items()
    )
    return [
        (UsedAssertion, UsedAssertion.expires_at <= then),
        (EidRequest, EidRequest.expires_at <= then - TICKET_WINDOW),
        (PendingLogin, PendingLogin.expires_at <= then),
        (PasskeyChallenge, PasskeyChallenge.expires_at <= then),
        (LoginSession, or_(LoginSession.expires_at <= then, *idle)),
    ]


async def remove_some(session: AsyncSession, *, now: datetime) -> bool:
    """Remove at most BATCH rows of each table; returns whether there may be more.

    A row that somebody is at work on is left for the next time.
    """
    more = False
    for table, over in _over(now - SLACK):
        some = select(table.id).where(over).limit(BATCH).with_for_update(skip_locked=True)
        gone = await session.scalars(delete(table).where(table.id.in_(some)).returning(table.id))
        more |= len(gone.all()) == BATCH
    return more
