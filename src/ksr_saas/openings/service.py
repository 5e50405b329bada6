"""Opening with a reason, and what has been opened."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application
from ksr_saas.audit.service import record, record_reading
from ksr_saas.identity.authorisation import Actor
from ksr_saas.identity.models import LoginSession
from ksr_saas.openings.errors import ReasonUnclear
from ksr_saas.openings.models import Opening
from ksr_saas.openings.rules import LASTS, REASONS, Reason, Scope, said_enough


async def latest(
    session: AsyncSession, actor: Actor, application_id: UUID, scope: Scope
) -> Opening | None:
    """What this person opened of a case last, be it over or not; None when they never did."""
    found: Opening | None = await session.scalar(_latest(actor, application_id, scope))
    return found


def _latest(actor: Actor, application_id: UUID, scope: Scope) -> Select[Opening]:
    return (
        select(Opening)
        .where(
            Opening.application_id == application_id,
            Opening.account_id == actor.account_id,
            Opening.scope == scope,
        )
        .order_by(Opening.ends_at.desc())
        .limit(1)
    )


async def lasting(
    session: AsyncSession, actor: Actor, application_id: UUID, scope: Scope, *, now: datetime
) -> Opening | None:
    """The opening this person may still use; None when they have to say why first.

    It ends with the session, too: one made before this session began is over.
    """
    asked = _latest(actor, application_id, scope).where(Opening.ends_at > now)
    if actor.session_id is not None:
        begun = select(LoginSession.created_at).where(LoginSession.id == actor.session_id)
        asked = asked.where(Opening.created_at >= begun.scalar_subquery())
    found: Opening | None = await session.scalar(asked)
    return found


def ensure_said(scope: Scope, reason: str, own_words: str) -> None:
    """Raise ReasonUnclear unless a reason of the list was given, and another one explained."""
    if reason not in set(REASONS[scope]) or not said_enough(Reason(reason), own_words):
        raise ReasonUnclear


def open_(
    session: AsyncSession,
    actor: Actor,
    application: Application,
    scope: Scope,
    reason: str,
    own_words: str,
    *,
    now: datetime,
) -> Opening:
    """Open for half an hour and put on record why. Raises ReasonUnclear.

    Whether the case may be opened at all is for the caller to know, who found it.
    """
    ensure_said(scope, reason, own_words)
    made = Opening(
        id=uuid4(),
        application_id=application.id,
        account_id=actor.account_id,
        scope=scope,
        reason=Reason(reason),
        own_words=own_words if reason == Reason.OTHER else "",
        ends_at=now + LASTS,
    )
    session.add(made)
    record(
        session,
        "openings.case" if scope is Scope.CASE else "openings.papers",
        actor_id=actor.account_id,
        role=actor.role.value,
        acting_for=actor.institution_id,
        kind="application",
        object_id=application.id,
        subject_id=application.child_id,
        reason=reason,
        opening=str(made.id),
    )
    return made


async def note_reading(
    session: AsyncSession,
    act: str,
    actor: Actor,
    application: Application,
    opening: Opening,
    **detail: str,
) -> None:
    """Put on record that this person was shown something of a case they had opened, and why."""
    await record_reading(
        session,
        act,
        actor_id=actor.account_id,
        role=actor.role.value,
        acting_for=actor.institution_id,
        kind="application",
        object_id=application.id,
        subject_id=application.child_id,
        reason=opening.reason.value,
        opening=str(opening.id),
        **detail,
    )
