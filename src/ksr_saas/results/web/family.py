"""The place a family won: taking it, or giving it back."""

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
from ksr_saas.campaigns.models import Campaign
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.web import go, page
from ksr_saas.results.models import PlacementState
from ksr_saas.results.queries import WON, confirming, whose
from ksr_saas.results.will import confirm, placement_of, resign


class MyPlace(Controller):
    """The place a family won."""

    path = "/wnioski/{application_id:uuid}"
    opt = {"right": Right.OWN_APPLICATIONS}

    @get("/wola", name="family:will")
    async def ask_will(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        placement = await placement_of(db_session, application_id, actor)
        campaign = await db_session.get_one(Campaign, placement.campaign_id)
        stage = confirming(campaign, now=clock.now())
        child, place = await whose(db_session, placement)
        return page(
            request,
            "family/will.html",
            application_id=application_id,
            child=child,
            place=place,
            possible=placement.state is PlacementState.QUALIFIED
            and stage is not None
            and stage.starts_at <= clock.now(),
            until=stage.ends_at if stage else None,
        )

    @post("/wola", name="family:confirm-will")
    async def confirm(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        address = partial(case_address, request)
        await confirm(db_session, application_id, actor, now=clock.now(), address=address)
        return go(f"/rodzina/wnioski/{application_id}")

    @get("/rezygnacja", name="family:resignation")
    async def ask(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        placement = await placement_of(db_session, application_id, actor)
        child, place = await whose(db_session, placement)
        return page(
            request,
            "family/resign.html",
            application_id=application_id,
            child=child,
            place=place,
            possible=placement.state in WON,
        )

    @post("/rezygnacja", name="family:resign")
    async def resign(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        address = partial(case_address, request)
        await resign(db_session, application_id, actor, now=clock.now(), address=address)
        return go(f"/rodzina/wnioski/{application_id}")
