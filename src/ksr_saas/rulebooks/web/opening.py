"""Whether everything is there, and the one press that shows a recruitment to everybody."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.visit import City, visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.rulebooks import findings, queries
from ksr_saas.rulebooks.readiness import Item, items, ready
from ksr_saas.rulebooks.service import Rules
from ksr_saas.rulebooks.web.taken import Taken, seen, taken


class Opening(Controller):
    """The list of what is missing."""

    path = "/nabory/{code:str}/gotowosc"
    opt = {"right": Right.READ_RULES}

    @get("/", name="office:recruitment:readiness")
    async def show(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        found, city = await taken(db_session, code), visit_of(request.scope).city
        listed = await _items(db_session, found, city, clock)
        return page(
            request,
            "office/recruitment_readiness.html",
            head=found.head,
            items=[(one, one.words if one.said else _(one.words) % one.values) for one in listed],
            ready=ready(listed),
            fresh=actor.is_fresh(clock.now()),
        )

    @post("/", name="office:recruitment:open", opt={"right": Right.SET_RULES})
    async def open(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        deeds = Rules(db_session, actor, now=clock.now())
        found, city = seen(*await deeds.taken(code)), visit_of(request.scope).city
        listed = await _items(db_session, found, city, clock)
        deeds.open(found.campaign, ready=ready(listed))
        return go(f"/organ/nabory/{code}")


async def _items(session: AsyncSession, found: Taken, city: City, clock: Clock) -> tuple[Item, ...]:
    """What holds is judged: a draft that is not in force blocks by itself."""
    facts = await queries.facts(session, found.campaign, city, draft=found.draft is not None)
    said = findings.findings(found.before)
    return items(found.before, said, facts, now=clock.now())
