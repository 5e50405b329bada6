"""The office writes news, answers and parts of pages: typed, looked at, saved, taken down."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.web import go, page
from ksr_saas.notices import articles
from ksr_saas.notices.articles import Listed, Typed
from ksr_saas.notices.models import ArticleKind

KINDS = {
    "aktualnosci": ArticleKind.NEWS,
    "pytania": ArticleKind.QUESTION,
    "strona-glowna": ArticleKind.START,
    "dane-osobowe": ArticleKind.PRIVACY,
    "dostepnosc": ArticleKind.ACCESSIBILITY,
}
CHANGED = 409


def kind_of(section: str) -> ArticleKind:
    """The kind that a part of an address names. Raises NotFound."""
    if section not in KINDS:
        raise NotFound
    return KINDS[section]


class Speaking(Controller):
    """Lists of what the city says, and one of it."""

    path = "/mowi/{section:str}"
    opt = {"right": Right.SPEAK}

    @get("/", name="office:articles")
    async def everything(
        self,
        request: HTMXRequest,
        section: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        found = await articles.listed(db_session, kind_of(section))
        return page(
            request, "office/articles.html", section=section, rows=found, today=clock.today()
        )

    @get("/nowe", name="office:article:new")
    async def new(
        self, request: HTMXRequest, section: FromPath[str], clock: NamedDependency[Clock]
    ) -> Response[Any]:
        kind_of(section)
        typed = Typed.read({"od": clock.today().isoformat()})
        return _form(request, section, str(uuid4()), typed, None, Problems())

    @get("/{article_id:uuid}", name="office:article")
    async def show(
        self,
        request: HTMXRequest,
        section: FromPath[str],
        article_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        kept = await articles.newest(db_session, article_id)
        if kept.article.kind is not kind_of(section):
            raise NotFound
        return _form(request, section, str(article_id), Typed.of(kept.article), kept, Problems())

    @post("/{article_id:uuid}", name="office:article:save", status_code=200)
    async def save(
        self,
        request: HTMXRequest,
        section: FromPath[str],
        article_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        """Show a preview, save, or take down, by the button that was pressed.

        A new article has an id of the form it was typed into, so that sent twice it is one.
        """
        kind, form = kind_of(section), await request.form()
        typed, what = Typed.read(form), text(form, "co", 10)
        kept = await _kept(db_session, article_id, kind)
        if typed.since and kept is None:
            raise NotFound
        problems = typed.problems(kind)
        if what not in ("podglad", "zapisz", "zdejmij"):
            raise NotFound
        if problems or what == "podglad":
            return _form(
                request, section, str(article_id), typed, kept, problems, preview=not problems
            )
        down = what == "zdejmij"
        if await articles.save(db_session, article_id, kind, typed, actor, taken_down=down):
            return go(f"/organ/mowi/{section}?zapisano=tak")
        return _form(
            request,
            section,
            str(article_id),
            typed,
            await _kept(db_session, article_id, kind),
            problems,
            theirs=True,
        )


async def _kept(session: AsyncSession, article_id: UUID, kind: ArticleKind) -> Listed | None:
    try:
        found = await articles.newest(session, article_id)
    except NotFound:
        return None
    if found.article.kind is not kind:
        raise NotFound
    return found


def _form(
    request: HTMXRequest,
    section: str,
    article_id: str,
    typed: Typed,
    kept: Listed | None,
    problems: Problems,
    *,
    preview: bool = False,
    theirs: bool = False,
) -> Response[Any]:
    """The form; with `theirs` somebody saved meanwhile, and ours may be saved over it."""
    since = kept.article.number if theirs and kept else typed.since
    more: Mapping[str, Any] = {"theirs": kept if theirs else None, "preview": preview}
    return page(
        request,
        "office/article.html",
        status=CHANGED if theirs else 422 if problems else 200,
        section=section,
        id=article_id,
        typed=typed,
        since=since,
        stored=kept,
        problems=problems,
        errors=problems.by_field(),
        **more,
    )
