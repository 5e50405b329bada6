"""The office sends documents for families, and newer versions of them."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.i18n import LANGUAGES
from ksr_saas.kernel.web import go, page
from ksr_saas.notices import handouts
from ksr_saas.notices.errors import BadDocument
from ksr_saas.notices.handouts import Typed
from ksr_saas.notices.models import CityFile

ADDRESS = "/organ/pliki"
CHANGED = 409


class HandingOut(Controller):
    """All documents, and one of them with its versions."""

    path = "/pliki"
    opt = {"right": Right.SPEAK}

    @get("/", name="office:files")
    async def everything(
        self, request: HTMXRequest, db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        rows = (await db_session.execute(handouts.VERSIONS.statement)).tuples().all()
        return page(request, "office/files.html", files=handouts.together(rows))

    @get("/nowy", name="office:file:new")
    async def new(self, request: HTMXRequest) -> Response[Any]:
        return _form(request, str(uuid4()), Typed.read({}), None, Problems())

    @get("/{file_id:uuid}", name="office:file")
    async def show(
        self,
        request: HTMXRequest,
        file_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        kept = await handouts.newest(db_session, file_id)
        return _form(request, str(file_id), _typed(kept), kept, Problems())

    @post("/{file_id:uuid}", name="office:file:save", status_code=200)
    async def save(
        self,
        request: HTMXRequest,
        file_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        files: NamedDependency[Files],
    ) -> Response[Any]:
        """Give out a new version, or take the document down; both only as it was shown.

        Without a file the next version has the content of the one before: only words changed.
        """
        form, kept = await request.form(), await _kept(db_session, file_id)
        typed, down = Typed.read(form), text(form, "co", 10) == "zdejmij"
        if typed.since and kept is None:
            raise NotFound
        problems = Problems() if down else typed.problems()
        content = (kept.store_name, kept.size) if kept else None
        sent = form.get("plik")
        if isinstance(sent, UploadFile) and sent.filename and not down:
            try:
                made = handouts.document(await sent.read())
                content = (await asyncio.to_thread(files.put, made), len(made))
            except BadDocument as refusal:
                problems.add("plik", refusal.message)
        elif content is None:
            problems.add("plik", BadDocument.message)
        if problems or content is None:
            return _form(request, str(file_id), typed, kept, problems)
        if kept and down:
            typed = Typed(_typed(kept).title, typed.note, typed.since)
        if await handouts.save(db_session, file_id, typed, content, actor, taken_down=down):
            return go(ADDRESS)
        theirs = await handouts.newest(db_session, file_id)
        return _form(request, str(file_id), typed, theirs, problems, theirs=theirs)


async def _kept(session: AsyncSession, file_id: UUID) -> CityFile | None:
    try:
        return await handouts.newest(session, file_id)
    except NotFound:
        return None


def _typed(kept: CityFile) -> Typed:
    return Typed({one: kept.title.get(one, "") for one in LANGUAGES}, "", kept.number)


def _form(
    request: HTMXRequest,
    file_id: str,
    typed: Typed,
    kept: CityFile | None,
    problems: Problems,
    *,
    theirs: CityFile | None = None,
) -> Response[Any]:
    """The form; `theirs` is what somebody sent meanwhile, after which ours may still be sent."""
    return page(
        request,
        "office/file.html",
        status=CHANGED if theirs else 422 if problems else 200,
        id=file_id,
        typed=typed,
        since=theirs.number if theirs else typed.since,
        stored=kept,
        theirs=theirs,
        problems=problems,
        errors=problems.by_field(),
    )
