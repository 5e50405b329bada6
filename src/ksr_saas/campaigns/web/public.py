"""When what happens: the calendar of a recruitment, for everybody."""

from typing import Any

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.campaigns.calendar import calendar, ics
from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import page

FILES = {f"{lang}.ics": lang for lang in i18n.LANGUAGES}


class Dates(Controller):
    """The stages of a recruitment, without login."""

    path = "/terminy/{code:str}"
    opt = {"right": Right.ANYONE}

    @get("/", name="public:calendar")
    async def show(
        self, request: HTMXRequest, code: FromPath[str], clock: NamedDependency[Clock]
    ) -> Response[Any]:
        async with visit_of(request.scope).reading() as ask:
            found = await calendar(ask, code, now=clock.now())
        return page(request, "public/calendar.html", calendar=found)

    @get("/{file:str}", name="public:calendar:file", opt={"no_session": True})
    async def file(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        file: FromPath[str],
        clock: NamedDependency[Clock],
    ) -> Response[bytes]:
        """For calendars, which have no cookie: the language is part of the address."""
        if file not in FILES:
            raise NotFound
        with i18n.speaking(FILES[file]):
            async with visit_of(request.scope).reading() as ask:
                made = ics(await calendar(ask, code, now=clock.now()))
        return Response(
            made,
            media_type="text/calendar",
            headers={
                "Cache-Control": "private, max-age=300",
                "Content-Disposition": f'attachment; filename="terminy-{code}.ics"',
            },
        )
