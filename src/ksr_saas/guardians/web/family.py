"""Who has access to a child's case: the list, the link for the other guardian, and joining."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.forms import EMAIL
from ksr_saas.applications.history import deeds
from ksr_saas.applications.models import Application
from ksr_saas.applications.queries import own
from ksr_saas.guardians import queries
from ksr_saas.guardians.service import Sharing
from ksr_saas.guardians.web.public import link_name
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import form_page, go, page
from ksr_saas.settings import Settings


def provide_sharing(
    db_session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    clock: NamedDependency[Clock],
) -> Sharing:
    """What the signed-in person may do now."""
    return Sharing(db_session, actor, now=clock.now())


MINE = {"right": Right.OWN_APPLICATIONS}
SHARING = {"sharing": Provide(provide_sharing, sync_to_thread=False)}


async def _case(sharing: Sharing, application_id: UUID, *, lock: bool = False) -> Application:
    """The parent's own case; a draft of its change has the same access and no page of its own."""
    found = await own(sharing.session, sharing.actor, application_id, lock=lock)
    if found.changes_id is not None:
        raise NotFound
    return found


class Access(Controller):
    """Who sees one case."""

    path = "/wnioski/{application_id:uuid}/dostep"
    opt = MINE
    dependencies = SHARING

    @get("/", name="family:access")
    async def show(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        sharing: NamedDependency[Sharing],
    ) -> Response[Any]:
        application = await _case(sharing, application_id)
        return await self._page(request, application, sharing, Problems())

    async def _page(
        self,
        request: HTMXRequest,
        application: Application,
        sharing: Sharing,
        problems: Problems,
        *,
        email: str = "",
        address: str = "",
    ) -> Response[Any]:
        """`address` is the link that was just made, shown this once."""
        session = sharing.session
        return form_page(
            request,
            "family/access.html",
            problems,
            application_id=application.id,
            child=application.child.given_name,
            me=sharing.actor.account_id,
            people=await queries.people_of(session, application.child_id),
            link=await queries.open_link(session, application.child_id, now=sharing.now),
            deeds=await deeds(session, application.id),
            email=email,
            address=address,
        )

    @post("/link", name="family:access:invite", status_code=200)
    async def invite(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        sharing: NamedDependency[Sharing],
    ) -> Response[Any]:
        application = await _case(sharing, application_id, lock=True)
        email = text(await request.form(), "email")
        problems = Problems()
        if email and not EMAIL.fullmatch(email):
            problems.add("email", N_("Wpisz adres e-mail, na przykład jan@poczta.pl."))
            return await self._page(request, application, sharing, problems, email=email)
        settings: Settings = request.app.state.settings
        host = f"{visit_of(request.scope).city.slug}.{settings.base_host}"
        address = await sharing.make_link(application, host=settings.address(host, ""), email=email)
        await sharing.session.flush()
        return await self._page(
            request, application, sharing, problems, email=email, address=address
        )

    @post("/link/koniec", name="family:access:revoke")
    async def revoke(
        self, application_id: FromPath[UUID], sharing: NamedDependency[Sharing]
    ) -> Redirect:
        application = await _case(sharing, application_id, lock=True)
        await sharing.revoke(application)
        return go(f"/rodzina/wnioski/{application_id}/dostep")

    @post("/zgoda", name="family:access:admit")
    async def admit(
        self, application_id: FromPath[UUID], sharing: NamedDependency[Sharing]
    ) -> Redirect:
        application = await _case(sharing, application_id, lock=True)
        await sharing.admit(application)
        return go(f"/rodzina/wnioski/{application_id}/dostep")


class Join(Controller):
    """The second guardian, signed in, with a link in the browser's cookie."""

    path = "/dolacz"
    opt = MINE
    dependencies = SHARING

    @get("/", name="family:join")
    async def ask(self, request: HTMXRequest, sharing: NamedDependency[Sharing]) -> Response[Any]:
        token = self._token(request)
        if mine := await sharing.case_behind(token):
            return go(f"/rodzina/wnioski/{mine}")
        invited = await sharing.invited(token)
        return page(request, "family/join.html", invited=invited)

    @post("/", name="family:join:send")
    async def join(self, request: HTMXRequest, sharing: NamedDependency[Sharing]) -> Redirect:
        token = self._token(request)
        if mine := await sharing.case_behind(token):
            return go(f"/rodzina/wnioski/{mine}")
        await sharing.ask(token)
        return go("/rodzina/dolacz")

    def _token(self, request: HTMXRequest) -> str:
        return request.cookies.get(link_name(request.app.state.settings), "")
