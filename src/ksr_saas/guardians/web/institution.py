"""The institution takes access to a case away."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.applications.history import deeds
from ksr_saas.applications.models import Application
from ksr_saas.applications.queries import at_institution
from ksr_saas.applications.rules import number_text
from ksr_saas.guardians import queries
from ksr_saas.guardians.errors import AccessReasonMissing
from ksr_saas.guardians.service import Sharing
from ksr_saas.guardians.web.family import provide_sharing
from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.web import form_page, go


async def case_of(sharing: Sharing, application_id: UUID, *, lock: bool = False) -> Application:
    """A case of the actor's institution. Raises NotFound for any other."""
    at = sharing.actor.institution_id
    if at is None:
        raise NotFound
    return await at_institution(sharing.session, at, application_id, lock=lock)


class CaseAccess(Controller):
    """Who sees one case, as its institution looks after it."""

    path = "/wnioski/{application_id:uuid}/dostep"
    opt = {"right": Right.OPEN_CASES}
    dependencies = {"sharing": Provide(provide_sharing, sync_to_thread=False)}

    @get("/", name="institution:access")
    async def show(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        sharing: NamedDependency[Sharing],
    ) -> Response[Any]:
        application = await case_of(sharing, application_id)
        return await self._page(request, application, sharing, Problems(), "", "")

    async def _page(
        self,
        request: HTMXRequest,
        application: Application,
        sharing: Sharing,
        problems: Problems,
        chosen: str,
        reason: str,
    ) -> Response[Any]:
        await sharing.note_look(application)
        people = await queries.people_of(sharing.session, application.child_id)
        return form_page(
            request,
            "institution/access.html",
            problems,
            application_id=application.id,
            number=number_text(application.campaign.code, application.number),
            people=people,
            options=[(str(one.account_id), one.name) for one in people],
            deeds=await deeds(sharing.session, application.id),
            chosen=chosen,
            reason=reason,
        )

    @post("/", name="institution:access:remove", status_code=200)
    async def remove(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        sharing: NamedDependency[Sharing],
    ) -> Response[Any]:
        application = await case_of(sharing, application_id, lock=True)
        form = await request.form()
        chosen, reason = text(form, "osoba", 40), text(form, "powod", 500)
        try:
            await sharing.remove(application, UUID(chosen), reason)
        except ValueError as problem:
            raise NotFound from problem
        except AccessReasonMissing as refusal:
            problems = Problems()
            problems.add("powod", refusal.message)
            return await self._page(request, application, sharing, problems, chosen, reason)
        return go(f"/placowka/wnioski/{application_id}/dostep")
