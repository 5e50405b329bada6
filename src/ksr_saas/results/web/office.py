"""The allocation studio: try, settle ties, publish, close."""

from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.allocation import queries
from ksr_saas.allocation.errors import OrderIncomplete
from ksr_saas.allocation.models import AllocationRun
from ksr_saas.allocation.service import UNDER_WAY, Runs, tie_at
from ksr_saas.applications.news import addressees
from ksr_saas.applications.web.case import case_address
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import by_code, chosen
from ksr_saas.campaigns.views import campaign_view, choices
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import paragraph, text
from ksr_saas.kernel.web import go, page
from ksr_saas.results import service
from ksr_saas.results.queries import counted, is_opt_in
from ksr_saas.results.rules import Blocker


class Studio(Controller):
    """Allocation runs of the city's recruitment."""

    path = "/"
    opt = {"right": Right.ALLOCATE}

    @get("/przydzial", name="office:allocation")
    async def studio(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        campaign, every = await chosen(db_session, text(request.query_params, "nabor", 60))
        return page(
            request,
            "office/allocation.html",
            which=choices(every, campaign),
            campaign=campaign_view(campaign, now=clock.now()) if campaign else None,
            waiting=await service.waiting(db_session, campaign.id) if campaign else 0,
            runs=await queries.runs_of(db_session, campaign.id) if campaign else [],
        )

    @post("/przydzial", name="office:allocation:run")
    async def run(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Redirect:
        campaign = await by_code(db_session, text(await request.form(), "nabor"), lock=True)
        run = await Runs(session=db_session).ask(campaign, actor)
        return go(f"/organ/przydzial/{run.id}")

    @get("/przydzial/{run_id:uuid}", name="office:allocation:one")
    async def show(
        self,
        request: HTMXRequest,
        run_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        run, campaign, waits = await service.run_to_judge(db_session, run_id)
        return await self._show(request, db_session, run, campaign, clock, waits=waits)

    async def _show(
        self,
        request: HTMXRequest,
        session: AsyncSession,
        run: AllocationRun,
        campaign: Campaign,
        clock: Clock,
        *,
        waits: int,
        refused: str = "",
        typed: dict[str, str] | None = None,
    ) -> Response[Any]:
        under_way = run.status in UNDER_WAY
        blockers: tuple[Blocker, ...] = ()
        if not under_way:
            blockers = await service.blockers(session, campaign, run, now=clock.now(), waits=waits)
        return page(
            request,
            "office/run.html",
            "result",
            status=OrderIncomplete.status if refused else 200,
            run=run,
            under_way=under_way,
            campaign=campaign_view(campaign, now=clock.now()),
            published_here=campaign.published_run_id == run.id,
            waiting=waits,
            blockers=blockers,
            ties=await queries.ties(session, run, campaign),
            cutoffs=[] if under_way else await queries.cutoff_rows(session, run.id, campaign),
            refused=refused,
            typed=typed or {},
        )

    @post("/przydzial/{run_id:uuid}/kolejnosc/{unit_id:uuid}", name="office:allocation:order")
    async def order(
        self,
        request: HTMXRequest,
        run_id: FromPath[UUID],
        unit_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        run, campaign = await queries.run_and_campaign(db_session, run_id, lock=True)
        form = await request.form()
        tie = tie_at(run, unit_id)
        typed = {child: text(form, f"miejsce-{child}", 4) for child in tie["applications"]}
        right = {str(n) for n in range(1, len(typed) + 1)}
        order = sorted(typed, key=lambda child: int(typed[child]) if typed[child] in right else 0)
        reason = paragraph(form, "powod", 1000)
        try:
            if set(typed.values()) != right:
                raise OrderIncomplete(count=len(typed))
            await Runs(session=db_session).record_order(
                campaign, run, unit_id, order, reason, actor
            )
        except OrderIncomplete:
            return await self._show(
                request,
                db_session,
                run,
                campaign,
                clock,
                waits=await service.waiting(db_session, campaign.id),
                refused=str(unit_id),
                typed=typed | {"powod": reason},
            )
        if not run.contested:
            following = await Runs(session=db_session).ask(campaign, actor)
            return go(f"/organ/przydzial/{following.id}")
        return go(f"/organ/przydzial/{run_id}")


class Publication(Controller):
    """The last step, and what comes after it."""

    path = "/"
    opt = {"right": Right.PUBLISH}

    @get("/przydzial/{run_id:uuid}/publikacja", name="office:publication")
    async def ask(
        self,
        request: HTMXRequest,
        run_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        run, campaign, waits = await service.run_to_judge(db_session, run_id)
        told = await addressees(db_session, service.answered(campaign))
        return page(
            request,
            "office/publication.html",
            run=run,
            waiting=waits,
            families=len({one.application_id for one in told}),
            messages=sum(1 for one in told if one.email),
            campaign=campaign_view(campaign, now=clock.now()),
            blockers=await service.blockers(
                db_session, campaign, run, now=clock.now(), waits=waits
            ),
        )

    @post("/przydzial/{run_id:uuid}/publikacja", name="office:publish")
    async def publish(
        self,
        request: HTMXRequest,
        run_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        run, campaign = await queries.run_and_campaign(db_session, run_id, lock=True)
        address = partial(case_address, request)
        await service.publish(db_session, campaign, run, actor, now=clock.now(), address=address)
        return go(f"/organ/wyniki?nabor={campaign.code}")

    @get("/wyniki", name="office:results")
    async def results(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        campaign, every = await chosen(db_session, text(request.query_params, "nabor", 60))
        run = None
        if campaign and campaign.published_run_id:
            run = await db_session.get(AllocationRun, campaign.published_run_id)
        return page(
            request,
            "office/results.html",
            which=choices(every, campaign),
            campaign=campaign_view(campaign, now=clock.now()) if campaign else None,
            run=run,
            wills={
                state.value: count for state, count in (await counted(db_session, campaign)).items()
            }
            if campaign and run
            else {},
            opt_in=is_opt_in(campaign) if campaign else False,
        )

    @post("/wyniki/przyjeci", name="office:admissions:close")
    async def close(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        campaign = await by_code(db_session, text(await request.form(), "nabor"), lock=True)
        address = partial(case_address, request)
        await service.close_admissions(
            db_session, campaign, actor, now=clock.now(), address=address
        )
        return go(f"/organ/wyniki?nabor={campaign.code}")
