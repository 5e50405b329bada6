"""Changing what was handed in: a draft beside it, which takes its place when it is handed in.

Whoever begins and does not finish loses nothing: until then the application stays as it was.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications import certificates, queries
from ksr_saas.applications.models import Application, Attachment, Claim, Outcome, Wish
from ksr_saas.applications.states import LIFE, Event
from ksr_saas.campaigns import timetable
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.errors import IllegalMove, NotFound
from ksr_saas.people.models import Child, Guardian

OF_CHILD = (
    "given_name",
    "second_name",
    "family_name",
    "pesel",
    "document",
    "birth_date",
    "street",
    "postal_code",
    "town",
)
OF_GUARDIAN = (
    "account_id",
    "typed_by",
    "given_name",
    "family_name",
    "email",
    "phone",
    "street",
    "postal_code",
    "town",
)


def may_change(application: Application, *, now: datetime) -> bool:
    """Whether a family may change what it handed in: while anything is taken."""
    campaign = application.campaign
    return (
        LIFE.can(application.status, Event.CHANGE)
        and campaign.published_at is None
        and (
            timetable.taking(campaign.stages, now) is not None
            or certificates.is_open(campaign, now)
        )
    )


async def change_of(session: AsyncSession, application_id: UUID) -> UUID | None:
    """The draft that would change an application, if one was begun."""
    found: UUID | None = await session.scalar(
        select(Application.id).where(Application.changes_id == application_id)
    )
    return found


async def begin(
    session: AsyncSession, application_id: UUID, actor: Actor, *, now: datetime
) -> Application:
    """A draft with everything the application holds; the one begun before, if there is one.

    Raises NotFound, and IllegalMove when it is too late.
    """
    application = await queries.own(session, actor, application_id, lock=True)
    if begun := await change_of(session, application_id):
        return await queries.own(session, actor, begun)
    if not may_change(application, now=now):
        raise IllegalMove(f"the application is {application.status}")
    child = Child(id=uuid4(), account_id=application.child.account_id)
    take(OF_CHILD, application.child, child)
    session.add(child)
    await session.flush()
    made = Application(
        id=uuid4(),
        campaign_id=application.campaign_id,
        account_id=application.account_id,
        child_id=child.id,
        changes_id=application.id,
        saved_at=now,
        criteria_answered=list(application.criteria_answered),
        certificate=application.certificate,
    )
    made.guardians = [_guardian(one) for one in application.guardians]
    made.wishes = [Wish(unit_id=one.unit_id, rank=one.rank) for one in application.wishes]
    made.claims = [_claim(one) for one in application.claims]
    made.attachments = [_attachment(one) for one in application.attachments]
    session.add(made)
    await session.flush()
    return made


async def drop(session: AsyncSession, application_id: UUID, actor: Actor) -> UUID:
    """Throw a draft of a change away; returns the application it would have changed."""
    draft = await queries.own(session, actor, application_id, lock=True)
    if draft.changes_id is None:
        raise NotFound
    changed = draft.changes_id
    await session.execute(delete(Child).where(Child.id == draft.child_id))  # all goes with it
    session.expunge(draft)
    return changed


async def take_over(session: AsyncSession, draft: Application, application: Application) -> None:
    """Put what a draft holds into the application it changes, and throw the draft away.

    Both are locked by the caller. Claims that say the same keep what the commission decided, and
    a parent who has joined since stays as they are: what a draft from before says is not theirs.
    """
    if not any(LIFE.can(application.status, one) for one in (Event.CHANGE, Event.SUBMIT)):
        raise IllegalMove(f"the application is {application.status}")
    take(OF_CHILD, draft.child, application.child)
    _replace_guardians(application, draft.guardians)
    _replace_wishes(application, draft.wishes)
    proved_anew = _replace_attachments(application, draft.attachments)
    _replace_claims(application, draft.claims, proved_anew)
    application.criteria_answered = list(draft.criteria_answered)
    if application.certificate != draft.certificate:
        application.certificate = draft.certificate
        application.certificate_outcome = Outcome.PENDING
    application.arrived_on = None
    await session.execute(delete(Child).where(Child.id == draft.child_id))
    session.expunge(draft)


def take(names: Sequence[str], source: object, target: object) -> None:
    """Copy these attributes."""
    for name in names:
        setattr(target, name, getattr(source, name))


def _guardian(one: Guardian) -> Guardian:
    made = Guardian(position=one.position)
    take(OF_GUARDIAN, one, made)
    return made


def _claim(one: Claim) -> Claim:
    return Claim(
        criterion=one.criterion,
        institution_id=one.institution_id,
        amount=one.amount,
        found=one.found,
    )


def _attachment(one: Attachment) -> Attachment:
    return Attachment(
        criterion=one.criterion,
        label=one.label,
        media_type=one.media_type,
        size=one.size,
        store_name=one.store_name,
        created_at=one.created_at,
    )


def _replace_guardians(application: Application, wanted: Sequence[Guardian]) -> None:
    have = {one.position: one for one in application.guardians}
    for one in wanted:
        kept = have.pop(one.position, None)
        if kept is None:
            application.guardians.append(_guardian(one))
        elif kept.account_id in (None, one.account_id):
            take(OF_GUARDIAN, one, kept)
    for gone in have.values():
        if gone.account_id is None:
            application.guardians.remove(gone)


def _replace_wishes(application: Application, wanted: Sequence[Wish]) -> None:
    have = {one.unit_id: one for one in application.wishes}
    for one in wanted:
        if kept := have.pop(one.unit_id, None):
            kept.rank = one.rank
        else:
            application.wishes.append(Wish(unit_id=one.unit_id, unit=one.unit, rank=one.rank))
    for gone in have.values():
        application.wishes.remove(gone)
    application.wishes.sort(key=lambda one: one.rank)


def _replace_claims(
    application: Application, wanted: Sequence[Claim], proved_anew: Collection[str]
) -> None:
    have = {(one.criterion, one.institution_id): one for one in application.claims}
    for one in wanted:
        kept = have.pop((one.criterion, one.institution_id), None)
        if kept is None:
            application.claims.append(_claim(one))
        elif (kept.amount, kept.found) != (one.amount, one.found) or one.criterion in proved_anew:
            kept.amount, kept.found = one.amount, one.found
            kept.outcome, kept.reason = Outcome.PENDING, ""
    for gone in have.values():
        application.claims.remove(gone)


def _replace_attachments(application: Application, wanted: Sequence[Attachment]) -> set[str]:
    """The criteria whose files are others now."""
    theirs = {_key(one) for one in wanted}
    ours = {_key(one) for one in application.attachments}
    for gone in [one for one in application.attachments if _key(one) not in theirs]:
        application.attachments.remove(gone)
    for one in wanted:
        if _key(one) not in ours:
            application.attachments.append(_attachment(one))
    return {criterion for criterion, _ in theirs ^ ours}


def _key(one: Attachment) -> tuple[str, str]:
    return one.criterion, one.store_name
