"""Children who have a place here, and what their families say of it on paper."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.web.case import case_address
from ksr_saas.audit.service import record_reading
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import chosen
from ksr_saas.campaigns.views import campaign_view, choices
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import WARSAW, Clock
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.web import form_page, go, page
from ksr_saas.results.models import PlacementEvent
from ksr_saas.results.queries import WON, children_with_places, is_opt_in
from ksr_saas.results.rules import paper_problem
from ksr_saas.results.will import placement_at, put_down_paper

HOME = "/placowka/miejsca"
SAID = {"przyjmuje": PlacementEvent.CONFIRM, "rezygnuje": PlacementEvent.RESIGN}


class Places(Controller):
    """The institution's children with a place."""

    path = "/miejsca"
    opt = {"right": Right.PRINT_LISTS}

    @get("/", name="institution:places")
    async def show(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        campaign, every = await chosen(db_session, text(request.query_params, "nabor", 60))
        if campaign is None:
            return page(request, "institution/places.html", campaign=None, rows=[], opt_in=False)
        rows = await children_with_places(db_session, campaign, actor.institution_id)
        if rows and actor.institution_id is not None:
            await record_reading(
                db_session,
                "results.read-list",
                actor_id=actor.account_id,
                role=actor.role.value,
                acting_for=actor.institution_id,
                kind="institution",
                object_id=actor.institution_id,
                campaign=str(campaign.id),
                list="places",
            )
        return page(
            request,
            "institution/places.html",
            campaign=campaign_view(campaign, now=clock.now()),
            which=choices(every, campaign),
            rows=rows,
            opt_in=is_opt_in(campaign),
        )

    @get("/{application_id:uuid}", name="institution:paper-will", opt={"right": Right.OPEN_CASES})
    async def ask(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        placement = await placement_at(db_session, application_id, actor)
        campaign = await db_session.get_one(Campaign, placement.campaign_id)
        typed = {"wola": "", "dzien": clock.today().isoformat()}
        return await self._page(request, db_session, campaign, application_id, actor, typed)

    @post(
        "/{application_id:uuid}",
        name="institution:put-down-will",
        status_code=200,
        opt={"right": Right.OPEN_CASES},
    )
    async def put_down(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any] | Redirect:
        placement = await placement_at(db_session, application_id, actor, lock=True)
        campaign = await db_session.get_one(Campaign, placement.campaign_id)
        form = await request.form()
        typed = {"wola": text(form, "wola", 12), "dzien": text(form, "dzien", 10)}
        event, problems = SAID.get(typed["wola"]), Problems()
        if event is None or (event is PlacementEvent.CONFIRM and not is_opt_in(campaign)):
            problems.add("wola", N_("Wybierz, co jest w oświadczeniu."))
        try:
            day = date.fromisoformat(typed["dzien"])
        except ValueError:
            day = None
        published = campaign.published_at or clock.now()
        words = paper_problem(
            day,
            wanted=event is PlacementEvent.CONFIRM,
            published=published.astimezone(WARSAW).date(),
            stages=campaign.stages,
            today=clock.today(),
        )
        if words:
            problems.add("dzien", words)
        if problems or event is None or day is None:
            return await self._page(
                request, db_session, campaign, application_id, actor, typed, problems
            )
        await put_down_paper(
            db_session,
            placement,
            campaign,
            event,
            actor,
            day=day,
            now=clock.now(),
            address=partial(case_address, request),
        )
        return go(HOME)

    async def _page(
        self,
        request: HTMXRequest,
        session: AsyncSession,
        campaign: Campaign,
        application_id: UUID,
        actor: Actor,
        typed: dict[str, str],
        problems: Problems | None = None,
    ) -> Response[Any]:
        rows = await children_with_places(
            session, campaign, actor.institution_id, application_id=application_id
        )
        if not rows:
            raise NotFound
        return form_page(
            request,
            "institution/will.html",
            problems or Problems(),
            one=rows[0],
            typed=typed,
            opt_in=is_opt_in(campaign),
            possible=rows[0].state in WON and campaign.admitted_at is None,
        )
