"""What a family is told about who looked at its case."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from ksr_saas.applications.models import Application
from ksr_saas.applications.queries import of_family
from ksr_saas.applications.service import rulebook_of
from ksr_saas.audit.models import AuditEvent
from ksr_saas.audit.service import AGAIN
from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.i18n import _, in_language
from ksr_saas.offer.models import Institution
from ksr_saas.openings.models import Opening
from ksr_saas.openings.wording import ACT_WORDS, reason_words, role_words

MOST = 500  # acts that are told, the newest
# Acts of which there may be many in one sitting, by what they are told as; the others are told
# one by one.
FOLDED = {
    "appeals.read": "appeals.read",
    "guardians.read-access": "guardians.read-access",
    "openings.case": "openings.case",
    "openings.read-case": "openings.case",
    "openings.read-paper": "openings.read-paper",
    "verification.certificate": "verification.certificate",
    "verification.claim": "verification.claim",
    "verification.open": "verification.open",
    "verification.read-file": "verification.read-file",
}


class Look(msgspec.Struct, frozen=True):
    """One line of "kto otwierał moje dane".

    `who` is the reader, an institution or an office, never a person of the staff, whose `role` is
    told instead; it is empty for the family. `paper` is the criterion a file belongs to, empty for
    anything else and for a file that is no more. `own_words` explain a reason out of the list.
    """

    at: datetime
    who: str
    role: str
    act: str
    paper: str
    reason: str
    own_words: str


async def own_case(session: AsyncSession, actor: Actor, application_id: UUID) -> Application:
    """The parent's own application with its child and files alone; NotFound for anybody else's."""
    found = await session.scalar(
        of_family(actor)
        .where(Application.id == application_id)
        .options(joinedload(Application.child), selectinload(Application.attachments))
    )
    if found is None:
        raise NotFound
    return found


async def looks(session: AsyncSession, reader: Actor, application: Application) -> list[Look]:
    """Who did what with a child's case, the newest first; one line for ten minutes of the same."""
    rows = await session.execute(
        select(AuditEvent, Institution.name)
        .outerjoin(Institution, Institution.id == AuditEvent.acting_for)
        .where(AuditEvent.subject_id == application.child_id)
        .order_by(AuditEvent.position.desc())
        .limit(MOST)
    )
    own_words = {
        str(one.id): one.own_words
        for one in await session.scalars(
            select(Opening).where(Opening.application_id == application.id)
        )
    }
    names = {c.code: in_language(c.name) for c in rulebook_of(application.campaign).criteria}
    papers = {str(one.id): names.get(one.criterion, "") for one in application.attachments}
    return [
        Look(
            event.created_at,
            *_who(event, place or "", reader),
            _(ACT_WORDS[event.act]),
            papers.get(event.detail.get("file", ""), ""),
            reason_words(event.reason),
            own_words.get(event.detail.get("opening", ""), ""),
        )
        for event, place in _once(rows.tuples().all())
    ]


def _who(event: AuditEvent, place: str, reader: Actor) -> tuple[str, str]:
    """Who acted and in which role, as the family is told."""
    role = role_words(event.role)
    if event.actor_id == reader.account_id:
        return _("Ty"), ""
    if event.actor_id is None or event.role == Role.PARENT:
        return role, ""
    return place or _("Urząd miasta"), role


def _once(
    told: Sequence[tuple[AuditEvent, str | None]],
) -> Iterator[tuple[AuditEvent, str | None]]:
    """Leave out what the same person did again in the same ten minutes; newest first, as given.

    Each reading is recorded so already, but not a case read right after it was opened.
    """
    last: dict[tuple[object, ...], datetime] = {}
    kept = []
    for event, place in reversed(told):
        act = FOLDED.get(event.act, event.position)
        same = (event.actor_id, act, event.reason, event.detail.get("file"))
        before = last.get(same)
        if before is None or event.created_at - before >= AGAIN:
            last[same] = event.created_at
            kept.append((event, place))
    return reversed(kept)
