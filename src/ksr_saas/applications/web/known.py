"""A child that has an application already: nobody meets a wall, and nobody is told whose it is."""

from typing import Any
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications import queries
from ksr_saas.applications.models import Application
from ksr_saas.audit.service import record
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.web import go, page


async def way_on(
    session: AsyncSession, application: Application, actor: Actor, *, only_certain: bool = False
) -> str:
    """Where a saved child leads: to the task list, or to what is known of it already.

    What is told is on record, because it says something about a child to whoever typed its data.
    """
    base = f"/rodzina/wnioski/{application.id}"
    found = await queries.known_already(session, application)
    if found is None or (only_certain and not found.certain):
        return base
    record(
        session,
        "applications.known",
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="application",
        object_id=found.application_id,
        subject_id=found.child_id,
        certain=found.certain,
    )
    return f"{base}/juz-jest"


class KnownChild(Controller):
    """What to do about it."""

    path = "/wnioski/{application_id:uuid}/juz-jest"
    opt = {"right": Right.OWN_APPLICATIONS}

    @get("/", name="family:known")
    async def show(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        application = await queries.own(db_session, actor, application_id)
        found = await queries.known_already(db_session, application)
        if found is None:
            return go(f"/rodzina/wnioski/{application_id}")
        mine = await db_session.scalar(
            select(Application.id).where(
                Application.id == found.application_id, queries.seen_by(actor)
            )
        )
        return page(
            request,
            "family/known.html",
            application_id=application_id,
            mine=mine,
            certain=found.certain,
        )
