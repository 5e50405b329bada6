"""The link before anybody has signed in: it says what it is, and nothing of whose."""

from typing import Any

from litestar import Controller, Request, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.guardians.errors import LinkOver
from ksr_saas.guardians.models import GuardianLink
from ksr_saas.identity.authorisation import Right, Role
from ksr_saas.identity.sessions import hashed
from ksr_saas.identity.web.cookies import kept_cookie
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.settings import Settings

KEPT = 1800  # seconds, as long as somebody may need to sign in


def link_name(settings: Settings) -> str:
    """The cookie in which this browser keeps the link while its owner signs in.

    So the token stands in no address that is stored, and in no form.
    """
    return "__Host-ksr-dolacz" if settings.secure else "ksr-dolacz"


def link_cookie(request: Request[Any, Any, Any], token: str | None) -> Cookie:
    """That cookie, or the one that deletes it."""
    settings: Settings = request.app.state.settings
    return kept_cookie(settings, link_name(settings), token, KEPT)


class Joining(Controller):
    """Where a link leads first."""

    path = "/dolacz"
    opt = {"right": Right.ANYONE}

    @get("/", name="public:joining")
    async def arrive(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        token = text(request.query_params, "bilet", 100)
        link = await db_session.scalar(
            select(GuardianLink).where(GuardianLink.token_hash == hashed(token))
        )
        actor = visit_of(request.scope).actor
        response: Response[Any]
        if link is not None and actor is not None and actor.role is Role.PARENT:
            response = go("/rodzina/dolacz")
        elif link is not None and link.is_open(clock.now()):
            response = page(request, "public/joining.html")
        else:
            raise LinkOver
        response.cookies.append(link_cookie(request, token))
        return response
