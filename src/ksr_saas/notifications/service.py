"""Messages: written in the transaction of the deed, sent once by a worker."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.jobs import later
from ksr_saas.notifications.models import Message, MessageStatus

Recipient = tuple[str, UUID, str, str, dict[str, Any]]
ACTOR = "notifications.send"
REST = timedelta(minutes=10)  # after "not now" from the mail server; greylisting asks for as much
UNSENT = (MessageStatus.FAILED, MessageStatus.UNCERTAIN)
AT_ONCE = 5000  # rows of one INSERT, below PostgreSQL's limit of parameters


class Unsent(msgspec.Struct, frozen=True):
    """Messages that wait for a person's decision, counted."""

    failed: int
    uncertain: int


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
        later(session, ACTOR)
    return added


async def drop_unsent(session: AsyncSession, account_id: UUID, *, about: UUID) -> None:
    """Forget what has not surely left to somebody who may hear nothing more `about` this case."""
    await session.execute(
        delete(Message).where(
            Message.account_id == account_id,
            Message.key.contains(str(about)),
            Message.status.in_((MessageStatus.QUEUED, *UNSENT)),
        )
    )


def _takeable(now: datetime) -> ColumnElement[bool]:
    """Queued, and not refused for the moment a short while ago."""
    rested = or_(Message.changed_at.is_(None), Message.changed_at <= now - REST)
    return and_(Message.status == MessageStatus.QUEUED, rested)


async def is_waiting(session: AsyncSession, *, now: datetime) -> bool:
    """Whether there is a message to send, or one whose sender died."""
    wanted = or_(_takeable(now), Message.status == MessageStatus.SENDING)
    return await session.scalar(select(Message.id).where(wanted).limit(1)) is not None


async def alone(session: AsyncSession) -> bool:
    """Become this municipality's only sender until the transaction ends; False when there is one.

    So whatever is found in `sending` was left by a sender who died.
    """
    lock = func.pg_try_advisory_xact_lock(
        func.hashtext("notifications.send"), func.hashtext(func.current_schema())
    )
    return bool(await session.scalar(select(lock)))


async def take(session: AsyncSession, *, now: datetime) -> Message | None:
    """Take the next message for sending and mark it so; the caller commits."""
    message: Message | None = await session.scalar(
        select(Message)
        .where(_takeable(now))
        # What was refused before must not stand in the way of the others.
        .order_by(Message.tries, Message.created_at, Message.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if message is not None:
        message.status, message.changed_at = MessageStatus.SENDING, now
        message.tries += 1
    return message


async def settle(
    session: AsyncSession, message_id: UUID, status: MessageStatus, *, now: datetime
) -> None:
    """Write down what became of a message that was being sent, even if it was thought in doubt."""
    await session.execute(
        update(Message)
        .where(
            Message.id == message_id,
            Message.status.in_((MessageStatus.SENDING, MessageStatus.UNCERTAIN)),
        )
        .values(status=status, changed_at=now)
    )


async def flag_uncertain(session: AsyncSession, *, now: datetime) -> int:
    """Mark what was being sent when a sender died; only for the one who is `alone`.

    It may have left or not: a person looks. Returns how many there are, at most one per death.
    """
    return await _move(session, MessageStatus.SENDING, MessageStatus.UNCERTAIN, now=now)


async def give_up(session: AsyncSession, *, now: datetime) -> int:
    """Mark everything queued as failed, for a person to see; returns how many."""
    return await _move(session, MessageStatus.QUEUED, MessageStatus.FAILED, now=now)


async def unsent(session: AsyncSession) -> Unsent:
    """Count what needs a person's decision."""
    rows = await session.execute(
        select(Message.status, func.count())
        .where(Message.status.in_(UNSENT))
        .group_by(Message.status)
    )
    found = dict(rows.tuples().all())
    return Unsent(found.get(MessageStatus.FAILED, 0), found.get(MessageStatus.UNCERTAIN, 0))


async def send_again(
    session: AsyncSession, status: MessageStatus, actor: Actor, *, now: datetime
) -> None:
    """Queue all failed or all uncertain messages again; an uncertain one may arrive twice."""
    assert status in UNSENT
    count = await _move(session, status, MessageStatus.QUEUED, now=now)
    if count:
        later(session, ACTOR)
    _record(session, "notifications.send-again", actor, status, count)


async def take_as_sent(session: AsyncSession, actor: Actor, *, now: datetime) -> None:
    """Believe that all uncertain messages have left."""
    count = await _move(session, MessageStatus.UNCERTAIN, MessageStatus.SENT, now=now)
    _record(session, "notifications.take-as-sent", actor, MessageStatus.UNCERTAIN, count)


def _record(
    session: AsyncSession, act: str, actor: Actor, found: MessageStatus, count: int
) -> None:
    record(
        session,
        act,
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="message",
        found=found.value,
        count=count,
    )


async def _move(
    session: AsyncSession, start: MessageStatus, goal: MessageStatus, *, now: datetime
) -> int:
    fresh = goal is MessageStatus.QUEUED
    result = await session.execute(
        update(Message)
        .where(Message.status == start)
        .values(status=goal, changed_at=None if fresh else now, tries=0 if fresh else Message.tries)
        .returning(Message.id)
    )
    return len(result.all())
