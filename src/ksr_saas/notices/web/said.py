"""What the city says, as everybody reads it."""

from typing import Any

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import page
from ksr_saas.notices.articles import NEWS, QUESTIONS, shown


class Said(Controller):
    """News, and questions with their answers."""

    path = "/"
    opt = {"right": Right.ANYONE}

    @get("/aktualnosci", name="public:news")
    async def news(self, request: HTMXRequest, clock: NamedDependency[Clock]) -> Response[Any]:
        async with visit_of(request.scope).reading() as ask:
            rows = await ask(NEWS, today=clock.today())
        found = shown(rows, i18n.language.get())
        return page(request, "public/news.html", kept=True, news=found)

    @get("/pytania", name="public:questions")
    async def questions(self, request: HTMXRequest) -> Response[Any]:
        async with visit_of(request.scope).reading() as ask:
            rows = await ask(QUESTIONS)
        found = shown(rows, i18n.language.get())
        return page(request, "public/questions.html", kept=True, questions=found)
