"""The family asks why there was no place, reads the reasons and appeals."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.appeals.queries import refusals
from ksr_saas.appeals.rules import LONGEST, SHORTEST
from ksr_saas.appeals.service import Appeals
from ksr_saas.applications.queries import own
from ksr_saas.applications.views import view
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, paragraph
from ksr_saas.kernel.web import go, page


def provide_appeals(
    db_session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    clock: NamedDependency[Clock],
) -> Appeals:
    """What the signed-in person may do now."""
    return Appeals(db_session, actor, now=clock.now())


APPEALS = {"appeals": Provide(provide_appeals, sync_to_thread=False)}


class MyAppeals(Controller):
    """Every institution that refused the child, with what can be done there."""

    path = "/wnioski/{application_id:uuid}/odwolanie"
    opt = {"right": Right.OWN_APPLICATIONS}
    dependencies = APPEALS

    @get("/", name="family:appeals")
    async def show(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        appeals: NamedDependency[Appeals],
    ) -> Response[Any]:
        return await _page(request, application_id, appeals, None, "", Problems())

    @post("/{institution_id:uuid}/uzasadnienie", name="family:appeal:request")
    async def request_reasons(
        self,
        application_id: FromPath[UUID],
        institution_id: FromPath[UUID],
        appeals: NamedDependency[Appeals],
    ) -> Redirect:
        await appeals.request(application_id, institution_id)
        return go(f"/rodzina/wnioski/{application_id}/odwolanie")

    @post("/{institution_id:uuid}/odbior", name="family:appeal:receive")
    async def receive(
        self,
        application_id: FromPath[UUID],
        institution_id: FromPath[UUID],
        appeals: NamedDependency[Appeals],
    ) -> Redirect:
        await appeals.receive(application_id, institution_id)
        return go(f"/rodzina/wnioski/{application_id}/odwolanie")

    @post("/{institution_id:uuid}", name="family:appeal:lodge", status_code=200)
    async def lodge(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        institution_id: FromPath[UUID],
        appeals: NamedDependency[Appeals],
    ) -> Response[Any]:
        grounds = paragraph(await request.form(), "tresc", LONGEST)
        problems = Problems()
        if len(grounds) < SHORTEST:
            problems.add("tresc", N_("Napisz, z czym się nie zgadzasz, co najmniej 20 znaków."))
            return await _page(request, application_id, appeals, institution_id, grounds, problems)
        await appeals.lodge(application_id, institution_id, grounds)
        return go(f"/rodzina/wnioski/{application_id}/odwolanie")


async def _page(
    request: HTMXRequest,
    application_id: UUID,
    appeals: Appeals,
    at: UUID | None,
    typed: str,
    problems: Problems,
) -> Response[Any]:
    """The page; `typed` is what was written to the institution `at`."""
    application = await own(appeals.session, appeals.actor, application_id)
    found = await refusals(appeals.session, application_id, application.campaign, now=appeals.now)
    return page(
        request,
        "family/appeals.html",
        status=422 if problems else 200,
        application=view(application, now=appeals.now),
        listed=application.campaign.admitted_at,
        refusals=found,
        at=at,
        typed=typed,
        problems=problems,
        errors=problems.by_field(),
    )
