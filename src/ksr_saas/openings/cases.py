"""A case at the city's office: found by its number, opened with a reason, read for half an hour."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from ksr_saas.applications.models import Application, Attachment
from ksr_saas.applications.queries import WHOLE
from ksr_saas.applications.rules import number_parts
from ksr_saas.audit.service import record
from ksr_saas.campaigns.models import Campaign
from ksr_saas.identity.authorisation import Actor
from ksr_saas.identity.errors import FreshFactorNeeded
from ksr_saas.kernel.errors import NotFound
from ksr_saas.openings.errors import NoSuchCase
from ksr_saas.openings.models import Opening
from ksr_saas.openings.rules import Scope
from ksr_saas.openings.service import ensure_said, lasting, latest, note_reading, open_
from ksr_saas.openings.views import sensitive_codes


async def open_case(
    session: AsyncSession,
    actor: Actor,
    number: str,
    reason: str,
    own_words: str,
    *,
    now: datetime,
) -> Opening:
    """Let this person read the case of this number. Raises ReasonUnclear or NoSuchCase.

    The reason comes first: nobody learns without one that a number exists.
    """
    ensure_said(Scope.CASE, reason, own_words)
    parts = number_parts(number)
    if parts is None:
        raise NoSuchCase
    code, serial = parts
    application = await session.scalar(
        select(Application)
        .join(Application.campaign)
        .where(
            Campaign.code == code,
            Application.number == serial,
            Application.submitted_at.is_not(None),
        )
    )
    if application is None:
        raise NoSuchCase
    return open_(session, actor, application, Scope.CASE, reason, own_words, now=now)


def note_miss(session: AsyncSession, actor: Actor) -> None:
    """Put on record that a number was not found.

    Not which: what people type by mistake is a PESEL or a name.
    """
    record(
        session,
        "openings.not-found",
        actor_id=actor.account_id,
        role=actor.role.value,
        acting_for=actor.institution_id,
    )


async def opened_case(
    session: AsyncSession, actor: Actor, application_id: UUID, *, now: datetime
) -> tuple[Application, Opening | None]:
    """A case this person has opened, with what they said; its reading is put on record.

    When the half hour or the session is over there is no opening, and the case is not read and not
    recorded. Raises NotFound for a case that was never opened by them.
    """
    opening = await lasting(session, actor, application_id, Scope.CASE, now=now)
    if opening is None and await latest(session, actor, application_id, Scope.CASE) is None:
        raise NotFound
    whole = WHOLE if opening else ()
    application = (
        (
            await session.scalars(
                select(Application)
                .join(Application.campaign)
                .options(contains_eager(Application.campaign), *whole)
                .where(Application.id == application_id)
            )
        )
        .unique()
        .one()
    )
    if opening:
        await note_reading(session, "openings.read-case", actor, application, opening)
    return application, opening


async def uncover(
    session: AsyncSession,
    actor: Actor,
    application_id: UUID,
    reason: str,
    own_words: str,
    *,
    now: datetime,
) -> None:
    """Let this person see the sensitive papers of a case for as long as the case is open to them.

    Nothing is uncovered, and nothing raised, when its half hour is over. Raises NotFound for a case
    never opened by them, FreshFactorNeeded and ReasonUnclear.
    """
    opened = await lasting(session, actor, application_id, Scope.CASE, now=now)
    if opened is None:
        if await latest(session, actor, application_id, Scope.CASE) is None:
            raise NotFound
        return
    if not actor.is_fresh(now):
        raise FreshFactorNeeded
    application = await session.get_one(Application, application_id)
    papers = open_(session, actor, application, Scope.OFFICE_PAPERS, reason, own_words, now=now)
    papers.ends_at = min(papers.ends_at, opened.ends_at)


async def uncovered_file(
    session: AsyncSession, actor: Actor, application_id: UUID, file_id: UUID, *, now: datetime
) -> Attachment | None:
    """A sensitive paper of a case whose papers this person has uncovered, put on record.

    None where they have to say why first. Raises NotFound for a case never opened by them, and for
    a file that is no sensitive one of this case.
    """
    if await latest(session, actor, application_id, Scope.CASE) is None:
        raise NotFound
    row = (
        await session.execute(
            select(Attachment, Application)
            .join(Application, Application.id == Attachment.application_id)
            .join(Application.campaign)
            .options(contains_eager(Application.campaign))
            .where(Attachment.id == file_id, Attachment.application_id == application_id)
        )
    ).one_or_none()
    if row is None or row[0].criterion not in sensitive_codes(row[1]):
        raise NotFound
    file, application = row
    opened = await lasting(session, actor, application_id, Scope.CASE, now=now)
    papers = await lasting(session, actor, application_id, Scope.OFFICE_PAPERS, now=now)
    if opened is None or papers is None:
        return None
    await note_reading(
        session, "openings.read-paper", actor, application, papers, file=str(file.id)
    )
    return file
