"""Resigning from a place."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.web import go, page
from ksr_saas.results.models import PlacementState
from ksr_saas.results.service import placement_of, resign


class MyPlace(Controller):
    """The place a family won."""

    path = "/wnioski/{application_id:uuid}/rezygnacja"
    opt = {"right": Right.OWN_APPLICATIONS}

    @get("/", name="family:resignation")
    async def ask(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        placement = await placement_of(db_session, application_id, actor)
        return page(
            request,
            "family/resign.html",
            application_id=application_id,
            possible=placement.state is PlacementState.QUALIFIED,
        )

    @post("/", name="family:resign")
    async def resign(
        self,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        await resign(db_session, application_id, actor, now=clock.now())
        return go(f"/rodzina/wnioski/{application_id}")
