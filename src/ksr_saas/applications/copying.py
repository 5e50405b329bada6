"""Beginning from an application there is already: of the same child, or of a sibling."""

from enum import StrEnum
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications import contacts, queries
from ksr_saas.applications.changing import OF_CHILD, OF_GUARDIAN, take
from ksr_saas.applications.looked_up import look_up
from ksr_saas.applications.models import Application, Claim, Wish
from ksr_saas.applications.rules import child_key, number_text, right_age
from ksr_saas.applications.service import rulebook_of
from ksr_saas.applications.states import Status
from ksr_saas.campaigns.models import Campaign
from ksr_saas.criteria.worked_out import asked_for
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.i18n import in_language
from ksr_saas.people.models import Child, Guardian

ADDRESS = ("street", "postal_code", "town")


class Like(StrEnum):
    """Whose application it is: the same child's, or that of its sister or brother."""

    SAME = "to-samo"
    SIBLING = "rodzenstwo"


class Pattern(msgspec.Struct, frozen=True):
    """An application that can be begun from; `number` is empty for a draft."""

    id: UUID
    like: Like
    child: str
    campaign: str
    number: str


async def patterns(session: AsyncSession, actor: Actor, campaign: Campaign) -> list[Pattern]:
    """What a parent can begin from in a recruitment, the newest first.

    A child that has an application there already is offered as a sibling only.
    """
    mine = [one for one in await queries.all_own(session, actor) if one.child.birth_date]
    here = {
        child_key(one.child.pesel, one.child.document)
        for one in mine
        if one.campaign_id == campaign.id and one.status is not Status.WITHDRAWN
    }
    found = []
    for one in mine:
        child, key = one.child, child_key(one.child.pesel, one.child.document)
        for like in Like:
            if like is Like.SAME and (key in here or not _of_age(child, campaign)):
                continue
            found.append(
                Pattern(
                    one.id,
                    like,
                    f"{child.given_name} {child.family_name}",
                    in_language(one.campaign.name),
                    number_text(one.campaign.code, one.number),
                )
            )
    return found


def _of_age(child: Child, campaign: Campaign) -> bool:
    born = child.birth_date
    return born is not None and right_age(born, rulebook_of(campaign).birth_years)


async def fill_from(
    session: AsyncSession,
    actor: Actor,
    campaign: Campaign,
    draft_id: UUID,
    chosen: str,
    *,
    home: str,
) -> None:
    """Fill an empty draft from what was chosen of `patterns`, as "id:like".

    `home` is the municipality's own town. Raises NotFound for what was not offered.
    """
    offered = await patterns(session, actor, campaign)
    pattern = next((one for one in offered if f"{one.id}:{one.like}" == chosen), None)
    if pattern is None:
        raise NotFound
    draft = await queries.own(session, actor, draft_id, lock=True)
    for parts in (draft.guardians, draft.wishes, draft.claims):
        parts.clear()
    await session.flush()  # what stood there goes before what comes
    fill(draft, await queries.own(session, actor, pattern.id), actor, pattern.like)
    await session.flush()
    session.expire_all()
    await look_up(session, await queries.own(session, actor, draft_id), home=home)


def fill(draft: Application, pattern: Application, actor: Actor, like: Like) -> None:
    """Put what stays the same into an empty draft.

    Of the same child: its data, the parents and the answers that this recruitment asks for too. Of
    a sibling: address and parents, and in the same recruitment the list of places. The other
    parent's contact is theirs alone, so of it only the name is taken.
    """
    if like is Like.SAME:
        take(OF_CHILD, pattern.child, draft.child)
        _answer(draft, pattern)
    else:
        take(ADDRESS, pattern.child, draft.child)
        draft.child.family_name = pattern.child.family_name
        if draft.campaign_id == pattern.campaign_id:
            draft.wishes = [Wish(unit_id=w.unit_id, rank=w.rank) for w in pattern.wishes]
    draft.guardians = [_guardian(one, actor) for one in pattern.guardians]


def _answer(draft: Application, pattern: Application) -> None:
    """Answers of the family as a whole to criteria with the same code and of the same kind."""
    before = {one.code: one for one in asked_for(rulebook_of(pattern.campaign))}
    for one in asked_for(rulebook_of(draft.campaign)):
        old = before.get(one.code)
        if old is None or type(old.kind) is not type(one.kind) or one.kind.placed:
            continue
        if one.code in pattern.criteria_answered:
            draft.criteria_answered = [*draft.criteria_answered, one.code]
            draft.claims += [
                Claim(criterion=claim.criterion, amount=claim.amount)
                for claim in pattern.claims
                if claim.criterion == one.code
            ]


def _guardian(one: Guardian, actor: Actor) -> Guardian:
    made = Guardian(position=one.position)
    if contacts.may_see(one, actor):
        take(OF_GUARDIAN, one, made)
    else:
        take(("given_name", "family_name"), one, made)
        made.typed_by = actor.account_id
    return made
