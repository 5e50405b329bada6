"""Deeds of the office on the rules of a recruitment, each on the record."""

from datetime import datetime
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import WRITTEN, record
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import prepared_or_opened
from ksr_saas.criteria import stored
from ksr_saas.identity.authorisation import Actor
from ksr_saas.identity.errors import FreshFactorNeeded
from ksr_saas.kernel.errors import IllegalMove
from ksr_saas.rulebooks import queries, rules
from ksr_saas.rulebooks import setup as whole
from ksr_saas.rulebooks.errors import (
    AnotherPerson,
    ChangedSince,
    CodeTaken,
    NotReady,
    RulesClosed,
    VersionWaits,
)
from ksr_saas.rulebooks.models import RulebookVersion
from ksr_saas.rulebooks.setup import Setup
from ksr_saas.rulebooks.states import VERSION, Event, State


def in_force(campaign: Campaign) -> Setup:
    """What holds for a recruitment now."""
    return Setup(
        school_year=campaign.school_year,
        name=campaign.name,
        rulebook=stored.read(campaign.rulebook),
        stages=whole.without_history(campaign.stages),
    )


def written(campaign: Campaign, version: RulebookVersion) -> Setup:
    """What a version says; the timetable of an opened recruitment is moved on its own page."""
    found = whole.read(version.content)
    if campaign.opened_at is None:
        return found
    return msgspec.structs.replace(found, stages=in_force(campaign).stages)


class Rules:
    """The rules of one recruitment in the hands of one person, at `now`.

    `actor` is None on the command line, which only writes drafts.
    """

    def __init__(self, session: AsyncSession, actor: Actor | None, *, now: datetime) -> None:
        self.session, self.actor, self.now = session, actor, now

    @property
    def _who(self) -> UUID | None:
        return self.actor.account_id if self.actor else None

    async def taken(self, code: str) -> tuple[Campaign, RulebookVersion | None]:
        """The recruitment and its draft, locked until the end of the request. Raises NotFound."""
        campaign = await prepared_or_opened(self.session, code, lock=True)
        return campaign, await queries.pending(self.session, campaign.id, lock=True)

    async def make(
        self, code: str, setup: Setup, *, based_on: Campaign | None = None
    ) -> RulebookVersion:
        """A new recruitment that only the office sees, these rules in force. Raises CodeTaken."""
        if await self.session.scalar(select(Campaign.id).where(Campaign.code == code)):
            raise CodeTaken
        campaign = Campaign(id=uuid4(), code=code, level=setup.rulebook.level)
        _apply(campaign, setup)
        self.session.add(campaign)
        await self.session.flush()
        made = await self._add(campaign, setup, State.IN_FORCE)
        made.based_on = based_on.id if based_on else None
        made.decided_by, made.decided_at = self._who, self.now
        self._record(campaign, "rulebooks.make", number=made.number)
        return made

    async def save(
        self, campaign: Campaign, draft: RulebookVersion | None, changed: Setup, *, part: str
    ) -> RulebookVersion:
        """Keep `changed` as the draft, the first change makes one.

        Raises VersionWaits while the second person decides, RulesClosed after the results.
        """
        draft = await self._keep(campaign, draft, changed)
        self._record(campaign, "rulebooks.edit", number=draft.number, part=part)
        return draft

    async def load(
        self, campaign: Campaign, draft: RulebookVersion | None, changed: Setup
    ) -> RulebookVersion:
        """Keep what a file says as the whole draft. Raises what `save` raises."""
        draft = await self._keep(campaign, draft, changed)
        self._record(campaign, "rulebooks.import", number=draft.number)
        return draft

    async def _keep(
        self, campaign: Campaign, draft: RulebookVersion | None, changed: Setup
    ) -> RulebookVersion:
        if campaign.published_at is not None:
            raise RulesClosed
        if draft is None:
            await self._keep_in_force(campaign)
            draft = await self._add(campaign, changed, State.DRAFT)
        elif draft.state is not State.DRAFT:
            raise VersionWaits
        else:
            draft.content, draft.edition = changed.kept(), draft.edition + 1
        draft.edited_by, draft.edited_at = self._who, self.now
        return draft

    async def put_in_force(self, campaign: Campaign, draft: RulebookVersion | None) -> None:
        """Before opening one person decides. Raises IllegalMove for what is open."""
        if draft is None or campaign.opened_at is not None:
            raise IllegalMove
        await self._take_effect(campaign, draft, Event.PUT_IN_FORCE)
        self._record(campaign, "rulebooks.put-in-force", number=draft.number)

    def ask(
        self, campaign: Campaign, draft: RulebookVersion | None, reason: str, basis: str
    ) -> None:
        """After opening a second person is asked. Raises IllegalMove for what is not open."""
        if draft is None or campaign.opened_at is None:
            raise IllegalMove
        if campaign.published_at is not None:
            raise RulesClosed
        draft.state = VERSION.after(draft.state, Event.ASK)
        draft.reason, draft.basis = reason, basis
        draft.asked_by, draft.asked_at = self._who, self.now
        self._record(campaign, "rulebooks.ask", reason=WRITTEN, number=draft.number)

    async def confirm(self, campaign: Campaign, draft: RulebookVersion | None) -> None:
        """The second person agrees, and it holds at once. Raises AnotherPerson for the first."""
        found = self._second(draft)
        if campaign.published_at is not None:
            raise RulesClosed
        if rules.forbidden(in_force(campaign), written(campaign, found)):
            raise NotReady
        await self._take_effect(campaign, found, Event.CONFIRM)
        self._record(campaign, "rulebooks.confirm", number=found.number)

    def refuse(self, campaign: Campaign, draft: RulebookVersion | None, reason: str) -> None:
        """The second person says no, and why. Raises AnotherPerson for the first."""
        found = self._second(draft)
        found.state = VERSION.after(found.state, Event.REFUSE)
        found.refusal = reason
        found.decided_by, found.decided_at = self._who, self.now
        self._record(campaign, "rulebooks.refuse", reason=WRITTEN, number=found.number)

    def take_back(self, campaign: Campaign, draft: RulebookVersion | None) -> None:
        """What waits is a draft again."""
        if draft is None:
            raise IllegalMove
        draft.state = VERSION.after(draft.state, Event.TAKE_BACK)
        draft.asked_by = draft.asked_at = None
        self._record(campaign, "rulebooks.take-back", number=draft.number)

    def drop(self, campaign: Campaign, draft: RulebookVersion | None) -> None:
        """Give a draft up; what is in force stays."""
        if draft is None:
            raise IllegalMove
        draft.state = VERSION.after(draft.state, Event.DROP)
        draft.decided_by, draft.decided_at = self._who, self.now
        self._record(campaign, "rulebooks.drop", number=draft.number)

    def open(self, campaign: Campaign, *, ready: bool) -> None:
        """Show a recruitment to everybody. Raises FreshFactorNeeded, IllegalMove or NotReady."""
        if self.actor is None or not self.actor.is_fresh(self.now):
            raise FreshFactorNeeded
        if campaign.opened_at is not None:
            raise IllegalMove
        if not ready:
            raise NotReady
        campaign.opened_at = self.now
        self._record(campaign, "rulebooks.open")

    def _second(self, draft: RulebookVersion | None) -> RulebookVersion:
        if draft is None or draft.state is not State.WAITING:
            raise IllegalMove
        if self._who is None or not rules.may_confirm(
            self._who, edited_by=draft.edited_by, asked_by=draft.asked_by
        ):
            raise AnotherPerson
        return draft

    async def _take_effect(self, campaign: Campaign, draft: RulebookVersion, event: Event) -> None:
        reached, changed = VERSION.after(draft.state, event), written(campaign, draft)
        before = await self._in_force_version(campaign.id)
        if before is not None:
            before.state = VERSION.after(before.state, Event.REPLACE)
            await self.session.flush()  # two in force would break the index, even for a moment
        draft.state = reached
        draft.decided_by, draft.decided_at = self._who, self.now
        draft.content = changed.kept()
        _apply(campaign, changed)

    async def _keep_in_force(self, campaign: Campaign) -> None:
        """What came from files is a version too, before it can be replaced by another."""
        held = in_force(campaign)
        known = await self._in_force_version(campaign.id)
        if known is not None and written(campaign, known) == held:
            return
        if known is not None:
            known.state = VERSION.after(known.state, Event.REPLACE)
            await self.session.flush()
        await self._add(campaign, held, State.IN_FORCE)

    async def _in_force_version(self, campaign_id: UUID) -> RulebookVersion | None:
        found: RulebookVersion | None = await self.session.scalar(
            select(RulebookVersion).where(
                RulebookVersion.campaign_id == campaign_id,
                RulebookVersion.state == State.IN_FORCE,
            )
        )
        return found

    async def _number(self, campaign_id: UUID) -> int:
        """The highest number given so far, 0 for none."""
        statement = select(func.max(RulebookVersion.number)).where(
            RulebookVersion.campaign_id == campaign_id
        )
        return await self.session.scalar(statement) or 0

    async def _add(self, campaign: Campaign, setup: Setup, state: State) -> RulebookVersion:
        made = RulebookVersion(
            id=uuid4(),
            campaign_id=campaign.id,
            number=await self._number(campaign.id) + 1,
            state=state,
            content=setup.kept(),
            edition=1,
        )
        if state is State.DRAFT:
            made.edited_by, made.edited_at = self._who, self.now
        self.session.add(made)
        await self.session.flush()
        return made

    def _record(
        self,
        campaign: Campaign,
        act: str,
        *,
        reason: str = "",
        number: int | None = None,
        part: str | None = None,
    ) -> None:
        record(
            self.session,
            act,
            actor_id=self._who,
            role=self.actor.role.value if self.actor else "system",
            kind="campaign",
            object_id=campaign.id,
            reason=reason,
            number=number,
            part=part,
        )


def need_edition(draft: RulebookVersion | None, seen: str) -> None:
    """Raise ChangedSince unless the draft is the one that was read: "3.7" is number and edition."""
    if seen != edition_of(draft):
        raise ChangedSince


def edition_of(draft: RulebookVersion | None) -> str:
    """What a page was made from; empty where there is no draft."""
    return f"{draft.number}.{draft.edition}" if draft else ""


def _apply(campaign: Campaign, setup: Setup) -> None:
    campaign.rulebook = msgspec.to_builtins(setup.rulebook)
    campaign.name = setup.name
    campaign.school_year = setup.school_year
    if campaign.opened_at is None:
        campaign.timetable = msgspec.to_builtins(setup.stages)
