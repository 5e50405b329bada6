"""Who did what with an application, as its family and its institution read it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.models import AuditEvent
from ksr_saas.identity.authorisation import Role
from ksr_saas.identity.models import Account


class Act(StrEnum):
    """The acts of the audit record that people are told about."""

    SUBMIT = "applications.submit"
    CO_SIGN = "applications.co-sign"
    WITHDRAW = "applications.withdraw"
    CONFIRM = "results.confirm"
    RESIGN = "results.resign"
    ASK = "guardians.ask"
    JOIN = "guardians.join"
    REMOVE = "guardians.remove"
    REQUEST = "appeals.request"
    EXPLAIN = "appeals.explain"
    RECEIVE = "appeals.receive"
    LODGE = "appeals.lodge"
    UPHOLD = "appeals.uphold"
    DISMISS = "appeals.dismiss"
    PAPER = "papers.submit"
    TAKE_OVER = "papers.take-over"


class Deed(msgspec.Struct, frozen=True):
    """One act; `who` is empty for staff, who act for their institution."""

    act: Act
    who: str
    at: datetime


async def deeds(session: AsyncSession, application_id: UUID) -> list[Deed]:
    """The acts on an application, oldest first; empty for a draft."""
    rows = await session.execute(
        select(
            AuditEvent.act,
            AuditEvent.role,
            Account.given_name + " " + Account.family_name,
            AuditEvent.created_at,
        )
        .join(Account, Account.id == AuditEvent.actor_id)
        .where(
            AuditEvent.object_kind == "application",
            AuditEvent.object_id == application_id,
            AuditEvent.act.in_(list(Act)),
        )
        .order_by(AuditEvent.created_at)
    )
    return [
        Deed(Act(act), name if role == Role.PARENT.value else "", at)
        for act, role, name, at in rows.tuples()
    ]
