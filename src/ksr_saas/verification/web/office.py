"""The city's view of the recruitment: progress by institution, and the timetable."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.errors import ShortReason
from ksr_saas.campaigns.queries import by_code, chosen
from ksr_saas.campaigns.service import end_stage
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.campaigns.views import campaign_view, choices
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.web import go, page
from ksr_saas.notifications.service import unsent
from ksr_saas.offer.standing import standing
from ksr_saas.verification.progress import progress


class Overview(Controller):
    """The coordinator's first page."""

    path = "/"
    opt = {"right": Right.SUPERVISE}

    @get("/", name="office:overview", opt={"right": Right.SEE_PROGRESS})
    async def overview(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        return await self._overview(request, db_session, clock)

    async def _overview(
        self,
        request: HTMXRequest,
        db_session: AsyncSession,
        clock: Clock,
        *,
        code: str = "",
        refused: str = "",
        typed: str = "",
    ) -> Response[Any]:
        """The page; `refused` is the stage whose reason was too short, `typed` what was there."""
        code = text(request.query_params, "nabor", 60) or code
        campaign, every = await chosen(db_session, code)
        messages = await unsent(db_session)
        if campaign is None:
            return page(
                request, "office/overview.html", campaign=None, rows=[], totals={}, unsent=messages
            )
        rows = await progress(db_session, campaign.id)
        return page(
            request,
            "office/overview.html",
            "rows",
            status=ShortReason.status if refused else 200,
            refused=refused,
            typed=typed,
            campaign=campaign_view(campaign, now=clock.now()),
            which=choices(every, campaign),
            rows=rows,
            unsent=messages,
            offers=await standing(db_session, campaign.id),
            totals={
                "places": sum(r.places for r in rows),
                "first_choices": sum(r.first_choices for r in rows),
                "waiting": sum(r.waiting for r in rows),
                "returned": sum(r.returned for r in rows),
                "verified": sum(r.verified for r in rows),
                "behind": sum(1 for r in rows if r.waiting),
            },
        )

    @post("/etapy", name="office:stage:end")
    async def end(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        asked = text(form, "etap", 16)
        if asked not in set(StageCode):
            raise NotFound
        campaign = await by_code(db_session, text(form, "nabor"), lock=True)
        reason = text(form, "powod")
        try:
            end_stage(db_session, campaign, StageCode(asked), reason, actor, now=clock.now())
        except ShortReason:
            return await self._overview(
                request, db_session, clock, code=campaign.code, refused=asked, typed=reason
            )
        return go(f"/organ?nabor={campaign.code}")
