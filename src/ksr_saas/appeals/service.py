"""The steps of an appeal, each by whom the act names and in its term."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.appeals import queries
from ksr_saas.appeals.errors import NothingToAppeal, TermOver
from ksr_saas.appeals.messages import DECIDED, EXPLAINED
from ksr_saas.appeals.models import LIFE, Appeal, AppealEvent, AppealState
from ksr_saas.appeals.queries import Refusal, one_at, refusals
from ksr_saas.applications.models import Application
from ksr_saas.applications.news import News, tell
from ksr_saas.applications.queries import own
from ksr_saas.audit.service import WRITTEN, record
from ksr_saas.campaigns.models import Campaign
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel import i18n
from ksr_saas.kernel.errors import IllegalMove, NotFound
from ksr_saas.results.models import Placement, PlacementState

Address = Callable[[UUID], str]


class Appeals:
    """What a family and an institution may do, at one moment."""

    def __init__(self, session: AsyncSession, actor: Actor, *, now: datetime) -> None:
        self.session, self.actor, self.now = session, actor, now

    async def _mine(
        self, application_id: UUID, institution_id: UUID
    ) -> tuple[Application, Refusal]:
        """The family's case, locked, and its refusal. Raises NotFound or NothingToAppeal."""
        application = await own(self.session, self.actor, application_id, lock=True)
        found = await refusals(self.session, application_id, application.campaign, now=self.now)
        if not found:
            raise NothingToAppeal
        refusal = next((one for one in found if one.institution_id == institution_id), None)
        if refusal is None:
            raise NotFound
        return application, refusal

    async def request(self, application_id: UUID, institution_id: UUID) -> None:
        """Ask the commission for its reasons; a second call changes nothing. Raises TermOver."""
        application, refusal = await self._mine(application_id, institution_id)
        if refusal.appeal is not None:
            return
        if not refusal.may_request:
            raise TermOver(last=i18n.day(refusal.clocks.request))
        self.session.add(
            Appeal(
                id=uuid4(),
                application_id=application_id,
                institution_id=institution_id,
                requested_at=self.now,
                requested_by=self.actor.account_id,
            )
        )
        self._record(application, "appeals.request", institution_id)

    async def receive(self, application_id: UUID, institution_id: UUID) -> None:
        """Take the reasons, from which day the term of the appeal runs; a second call is none."""
        application, refusal = await self._mine(application_id, institution_id)
        appeal = _begun(refusal)
        if appeal.state is not AppealState.EXPLAINED:
            return
        appeal.state = LIFE.after(appeal.state, AppealEvent.RECEIVE)
        appeal.received_at, appeal.received_by = self.now, self.actor.account_id
        self._record(application, "appeals.receive", institution_id)

    async def lodge(self, application_id: UUID, institution_id: UUID, grounds: str) -> None:
        """Appeal to the director; a second call changes nothing. Raises TermOver or IllegalMove."""
        application, refusal = await self._mine(application_id, institution_id)
        appeal = _begun(refusal)
        if appeal.state is AppealState.LODGED:
            return
        event = LIFE.after(appeal.state, AppealEvent.LODGE)
        if not refusal.may_lodge:
            raise TermOver(last=i18n.day(refusal.clocks.lodge) if refusal.clocks.lodge else "")
        appeal.state, appeal.grounds = event, grounds
        appeal.lodged_at, appeal.lodged_by = self.now, self.actor.account_id
        self._record(application, "appeals.lodge", institution_id, WRITTEN)

    async def explain(self, appeal_id: UUID, reasons: str, address: Address) -> None:
        """Give the commission's reasons. Raises NotFound or IllegalMove."""
        appeal, application, campaign, _ = await one_at(
            self.session, self.actor.institution_id, appeal_id, lock=True
        )
        appeal.state = LIFE.after(appeal.state, AppealEvent.EXPLAIN)
        appeal.reasons = reasons
        appeal.explained_at, appeal.explained_by = self.now, self.actor.account_id
        self._record(application, "appeals.explain", appeal.institution_id, WRITTEN)
        await self._tell(EXPLAINED, appeal, campaign, address)

    async def decide(
        self, appeal_id: UUID, decision: str, address: Address, *, uphold: bool
    ) -> None:
        """The director's decision; one that is upheld admits the child. Raises IllegalMove."""
        appeal, application, campaign, _ = await one_at(
            self.session, self.actor.institution_id, appeal_id, lock=True
        )
        event = AppealEvent.UPHOLD if uphold else AppealEvent.DISMISS
        appeal.state, appeal.decision = LIFE.after(appeal.state, event), decision
        appeal.decided_at, appeal.decided_by = self.now, self.actor.account_id
        if uphold:
            await self._admit(appeal, campaign)
        self._record(
            application,
            "appeals.uphold" if uphold else "appeals.dismiss",
            appeal.institution_id,
            WRITTEN,
        )
        await self._tell(DECIDED, appeal, campaign, address)

    async def _admit(self, appeal: Appeal, campaign: Campaign) -> None:
        """Give the child its place at the unit it wanted most here; another place is given up."""
        found = await refusals(self.session, appeal.application_id, campaign, now=self.now)
        refusal = next((one for one in found if one.institution_id == appeal.institution_id), None)
        if refusal is None:
            raise IllegalMove("there is no refusal")
        placement = await queries.place_for(self.session, appeal.application_id)
        if placement is None:
            placement = Placement(
                id=uuid4(),
                application_id=appeal.application_id,
                campaign_id=campaign.id,
                unit_id=refusal.unit_id,
                changed_at=self.now,
            )
            self.session.add(placement)
        placement.unit_id, placement.state = refusal.unit_id, PlacementState.ADMITTED
        placement.changed_at = self.now

    async def _tell(self, news: News, appeal: Appeal, campaign: Campaign, address: Address) -> None:
        await tell(
            self.session,
            news,
            Application.id == appeal.application_id,
            code=campaign.code,
            occasion=str(appeal.id),
            address=address,
        )

    def _record(
        self, application: Application, act: str, institution_id: UUID, reason: str = ""
    ) -> None:
        record(
            self.session,
            act,
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            acting_for=self.actor.institution_id,
            kind="application",
            object_id=application.id,
            subject_id=application.child_id,
            reason=reason,
            institution=str(institution_id),
        )


def _begun(refusal: Refusal) -> Appeal:
    if refusal.appeal is None:
        raise NotFound
    return refusal.appeal
