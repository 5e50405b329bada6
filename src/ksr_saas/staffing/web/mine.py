"""For staff with several roles: in which of them this browser works."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import HOMES, Actor, Right
from ksr_saas.identity.web.cookies import session_cookie
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.web import go, page
from ksr_saas.staffing import queries
from ksr_saas.staffing.service import act_as


class MyRoles(Controller):
    """Choosing one of one's own roles."""

    path = "/konto/rola"
    opt = {"right": Right.OWN_SECRETS, "when_read_only": True}

    @get("/", name="account:role")
    async def choose(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        grants = await queries.grants(db_session, [actor.account_id])
        return page(
            request,
            "account/role.html",
            grants=grants[actor.account_id],
            present=(actor.role, actor.institution_id),
        )

    @post("/", name="account:role:take")
    async def take(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        try:
            wanted = UUID(text(await request.form(), "rola", 36))
        except ValueError:
            raise NotFound from None
        role, token = await act_as(db_session, actor, wanted, now=clock.now())
        response = go(HOMES[role])
        response.cookies.append(session_cookie(request, token))
        return response
