"""What only the demonstration has: one click that does the work of every institution."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application, Claim, Outcome
from ksr_saas.applications.states import Status
from ksr_saas.audit.service import record
from ksr_saas.campaigns.queries import by_code
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.web import go
from ksr_saas.portals import Portal, SlicePlugin


async def play_institutions(
    session: AsyncSession, campaign_id: UUID, actor: Actor, *, now: datetime
) -> None:
    """Accept every open claim and verify every waiting or returned application; no mails leave."""
    waiting = select(Application.id).where(
        Application.campaign_id == campaign_id,
        Application.status.in_((Status.SUBMITTED, Status.RETURNED)),
    )
    decided = {"decided_at": now, "decided_by": actor.account_id}
    await session.execute(
        update(Claim)
        .where(Claim.outcome == Outcome.PENDING, Claim.application_id.in_(waiting))
        .values(outcome=Outcome.ACCEPTED, **decided)
    )
    await session.execute(
        update(Application)
        .where(Application.id.in_(waiting))
        .values(status=Status.VERIFIED, **decided)
    )
    record(
        session,
        "demo.play-institutions",
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="campaign",
        object_id=campaign_id,
    )


class DemoOffice(Controller):
    """A stranger must not have to verify four hundred applications to see a result."""

    path = "/pokaz"
    opt = {"right": Right.SUPERVISE}

    @post("/placowki", name="office:demo:institutions")
    async def institutions(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        campaign = await by_code(db_session, text(await request.form(), "nabor"), lock=True)
        if campaign.published_at is None:
            await play_institutions(db_session, campaign.id, actor, now=clock.now())
        return go("/organ")


class DemoPlugin(SlicePlugin):
    """The demonstration's own pages."""

    pages = {Portal.OFFICE: [DemoOffice]}
