"""Messages: written in the transaction of the deed, sent once by a worker."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.kernel.jobs import later
from ksr_saas.notifications.models import Message, MessageStatus

Recipient = tuple[str, UUID, str, str, dict[str, Any]]
STALE = timedelta(minutes=2)
AT_ONCE = 5000  # rows of one INSERT, below PostgreSQL's limit of parameters


async def queue_all(session: AsyncSession, kind: str, recipients: Iterable[Recipient]) -> int:
    """Queue one message per recipient (key, account, address, language, values).

    A key that exists already is passed over, and so is an empty address: those families read the
    same news on their case page. Returns how many were queued.
    """
    rows = [
        {
            "id": uuid4(),
            "key": f"{kind}:{key}",
            "kind": kind,
            "account_id": account_id,
            "recipient": address,
            "language": language,
            "values": values,
            "status": MessageStatus.QUEUED,
            "tries": 0,
        }
        for key, account_id, address, language, values in recipients
        if address
    ]
    added = 0
    for start in range(0, len(rows), AT_ONCE // 2):
        result = await session.execute(
            insert(Message)
            .values(rows[start : start + AT_ONCE // 2])
            .on_conflict_do_nothing(index_elements=["key"])
            .returning(Message.id)
        )
        added += len(result.all())
    if added:
        later(session, "notifications.send")
    return added


async def take(session: AsyncSession, *, now: datetime, most: int) -> list[Message]:
    """Take up to `most` queued messages for sending and mark them so; the caller commits.

    Two workers never take the same message.
    """
    found = (
        await session.scalars(
            select(Message)
            .where(Message.status == MessageStatus.QUEUED)
            .order_by(Message.created_at, Message.id)
            .limit(most)
            .with_for_update(skip_locked=True)
        )
    ).all()
    for message in found:
        message.status, message.changed_at = MessageStatus.SENDING, now
        message.tries += 1
    return list(found)


async def settle(
    session: AsyncSession, message_ids: Iterable[UUID], status: MessageStatus, *, now: datetime
) -> None:
    """Write down what became of messages that were being sent."""
    await session.execute(
        update(Message)
        .where(Message.id.in_(list(message_ids)), Message.status == MessageStatus.SENDING)
        .values(status=status, changed_at=now)
    )


async def flag_uncertain(session: AsyncSession, *, now: datetime) -> int:
    """Mark messages that were being sent when a worker died: they may have left, a person looks."""
    result = await session.execute(
        update(Message)
        .where(Message.status == MessageStatus.SENDING, Message.changed_at < now - STALE)
        .values(status=MessageStatus.UNCERTAIN, changed_at=now)
        .returning(Message.id)
    )
    return len(result.all())
