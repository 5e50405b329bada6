"""What the city says and gives out, as everybody reads it."""

from typing import Any
from uuid import UUID

from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import page
from ksr_saas.notices.articles import NEWS, PLACED, shown
from ksr_saas.notices.handouts import VERSIONS, stored, together
from ksr_saas.notices.models import ArticleKind

LONGEST_NUMBER = 6  # digits of a version


class Said(Controller):
    """News, questions with their answers, and documents."""

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
            rows = await ask(PLACED, kind=ArticleKind.QUESTION)
        found = shown(rows, i18n.language.get())
        return page(request, "public/questions.html", kept=True, questions=found)

    @get("/deklaracja-dostepnosci", name="public:accessibility")
    async def accessibility(self, request: HTMXRequest) -> Response[Any]:
        async with visit_of(request.scope).reading() as ask:
            rows = await ask(PLACED, kind=ArticleKind.ACCESSIBILITY)
        return page(request, "public/accessibility.html", own=shown(rows, i18n.language.get()))

    @get("/prywatnosc", name="public:privacy")
    async def privacy(self, request: HTMXRequest) -> Response[Any]:
        async with visit_of(request.scope).reading() as ask:
            rows = await ask(PLACED, kind=ArticleKind.PRIVACY)
        return page(request, "public/privacy.html", own=shown(rows, i18n.language.get()))

    @get("/pliki", name="public:files")
    async def files(self, request: HTMXRequest) -> Response[Any]:
        async with visit_of(request.scope).reading() as ask:
            rows = await ask(VERSIONS)
        found = [one for one in together(rows) if not one.newest.taken_down]
        return page(request, "public/files.html", kept=True, files=found)

    @get("/pliki/{file_id:uuid}", name="public:file")
    async def file(
        self, request: HTMXRequest, file_id: FromPath[UUID], files: NamedDependency[Files]
    ) -> Response[bytes]:
        """Always the newest version, so that the address may be printed."""
        return await _given(request, file_id, None, files)

    @get("/pliki/{file_id:uuid}/{number:str}", name="public:file:version")
    async def version(
        self,
        request: HTMXRequest,
        file_id: FromPath[UUID],
        number: FromPath[str],
        files: NamedDependency[Files],
    ) -> Response[bytes]:
        if not (number.isascii() and number.isdecimal()) or len(number) > LONGEST_NUMBER:
            raise NotFound
        return await _given(request, file_id, int(number), files)


async def _given(
    request: HTMXRequest, file_id: UUID, number: int | None, files: Files
) -> Response[bytes]:
    async with visit_of(request.scope).reading() as ask:
        name = await stored(ask, file_id, number)
    return Response(
        files.get(name),
        media_type="application/pdf",
        headers={
            "Content-Disposition": 'attachment; filename="dokument.pdf"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
