"""Who opened my data: the family reads what is on record about its case."""

from typing import Any
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.rules import number_text
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.web import page
from ksr_saas.openings.queries import looks, own_case


class WhoLooked(Controller):
    """The readings and acts of one case, without the names of staff."""

    path = "/wnioski/{application_id:uuid}/kto-otwieral"
    opt = {"right": Right.OWN_APPLICATIONS}

    @get("/", name="family:looks")
    async def looks(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        application = await own_case(db_session, actor, application_id)
        child = application.child
        return page(
            request,
            "family/looks.html",
            application_id=application.id,
            child=f"{child.given_name} {child.family_name}".strip(),
            number=number_text(application.campaign.code, application.number),
            looks=await looks(db_session, actor, application),
        )
