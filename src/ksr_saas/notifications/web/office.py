"""The coordinator's decision about messages that did not leave, or perhaps did."""

from litestar import Controller, post
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.web import go
from ksr_saas.notifications import service
from ksr_saas.notifications.models import MessageStatus


class UnsentMessages(Controller):
    """The forms stand on the coordinator's first page, where the counts are."""

    path = "/wiadomosci"
    opt = {"right": Right.SUPERVISE}

    @post("/ponownie", name="office:messages:again")
    async def again(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        asked = text(await request.form(), "stan", 16)
        if asked not in set(service.UNSENT):
            raise NotFound
        await service.send_again(db_session, MessageStatus(asked), actor, now=clock.now())
        return go("/organ")

    @post("/wyslane", name="office:messages:sent")
    async def sent(
        self,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        await service.take_as_sent(db_session, actor, now=clock.now())
        return go("/organ")
