"""The parent takes a copy of their data."""

import asyncio
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.copies.gathering import gather, packed
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.web import page

# One at a time: a family's files may be many, and a copy is nobody's hurry.
_one = asyncio.Semaphore(1)


class MyCopy(Controller):
    """What is in it, and the file."""

    path = "/moje-dane"
    opt = {"right": Right.OWN_APPLICATIONS}

    @get("/", name="family:copy")
    async def ask(self, request: HTMXRequest) -> Response[Any]:
        return page(request, "family/copy.html")

    @post("/", name="family:copy:take", status_code=200, opt={"when_read_only": True})
    async def take(
        self,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        files: NamedDependency[Files],
    ) -> Response[bytes]:
        found = await gather(db_session, actor, now=clock.now())
        record(
            db_session,
            "copies.take",
            actor_id=actor.account_id,
            role=actor.role.value,
            kind="account",
            object_id=actor.account_id,
        )
        async with _one:
            made = await asyncio.to_thread(packed, found, files)
        return Response(
            made,
            media_type="application/zip",
            headers={
                "Content-Disposition": 'attachment; filename="moje-dane.zip"',
                "Cache-Control": "no-store",
            },
        )
