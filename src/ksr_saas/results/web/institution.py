"""The two statutory lists of an institution, for its notice board."""

from typing import Any

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record_reading
from ksr_saas.campaigns.queries import all_campaigns, chosen
from ksr_saas.campaigns.views import campaign_view
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.web import page
from ksr_saas.results.queries import printed

WHICH = {"zakwalifikowani": False, "przyjeci": True}


class Lists(Controller):
    """Choosing and printing a list."""

    path = "/listy"
    opt = {"right": Right.PRINT_LISTS}

    @get("/", name="institution:lists")
    async def choose(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        campaigns = await all_campaigns(db_session)
        return page(
            request,
            "institution/lists.html",
            campaigns=[campaign_view(one, now=clock.now()) for one in campaigns],
        )

    @get("/{which:str}", name="institution:list")
    async def one(
        self,
        request: HTMXRequest,
        which: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        campaign, _ = await chosen(db_session, text(request.query_params, "nabor", 60))
        if which not in WHICH or campaign is None or actor.institution_id is None:
            raise NotFound
        found = await printed(db_session, campaign, actor.institution_id, admitted=WHICH[which])
        if found is None:
            raise NotFound
        await record_reading(
            db_session,
            "results.read-list",
            actor_id=actor.account_id,
            role=actor.role.value,
            acting_for=actor.institution_id,
            kind="institution",
            object_id=actor.institution_id,
            campaign=str(campaign.id),
            list="admitted" if WHICH[which] else "qualified",
        )
        return page(request, "institution/list.html", found=found, year=campaign.school_year)
