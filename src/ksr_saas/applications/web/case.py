"""The case page: where an application stands after it was handed in."""

from typing import Any
from uuid import UUID

from litestar import Request
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.changing import change_of, may_change
from ksr_saas.applications.history import deeds
from ksr_saas.applications.models import Application
from ksr_saas.applications.signing import newest, standing, wants_both
from ksr_saas.applications.views import view
from ksr_saas.campaigns.views import campaign_view
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import page
from ksr_saas.settings import Settings


def case_address(request: Request[Any, Any, Any], application_id: UUID) -> str:
    """The family's case page, for an e-mail."""
    settings: Settings = request.app.state.settings
    host = f"{visit_of(request.scope).city.slug}.{settings.base_host}"
    return settings.address(host, f"/rodzina/wnioski/{application_id}")


async def case(
    request: HTMXRequest,
    session: AsyncSession,
    application: Application,
    clock: Clock,
    *,
    unsigned: bool = False,
) -> Response[Any]:
    """Timeline, claims and, once published, the result; `unsigned` where a tick was missing.

    The result belongs to a slice above this one, so it is asked for through the application state.
    """
    result = await request.app.state.result_of(
        session, application.id, application.campaign, now=clock.now()
    )
    version = await newest(session, application) if wants_both(application) else None
    actor = visit_of(request.scope).actor
    return page(
        request,
        "family/case.html",
        "case",
        status=422 if unsigned else 200,
        unsigned=unsigned,
        signed=standing(application, version).value,
        mine=version is not None and actor is not None and version.signed_by == actor.account_id,
        application=view(application, now=clock.now()),
        campaign=campaign_view(application.campaign, now=clock.now()),
        result=result,
        deeds=await deeds(session, application.id),
        may_change=may_change(application, now=clock.now()),
        change=await change_of(session, application.id),
    )
