"""A recruitment's rules as a file: taken home, and brought back after a look at what it changes."""

from typing import Any

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import Problem, Problems, text
from ksr_saas.kernel.web import go, page
from ksr_saas.rulebooks import file, findings
from ksr_saas.rulebooks.differences import differences
from ksr_saas.rulebooks.errors import NothingChanges
from ksr_saas.rulebooks.file import BadFile
from ksr_saas.rulebooks.service import Rules, edition_of, need_edition
from ksr_saas.rulebooks.setup import Setup
from ksr_saas.rulebooks.views import diffs, in_words
from ksr_saas.rulebooks.web.taken import Taken, seen, taken, told


class Files(Controller):
    """One file, there and back."""

    path = "/nabory/{code:str}"
    opt = {"right": Right.READ_RULES}

    @get("/plik", name="office:recruitment:file")
    async def write(
        self, code: FromPath[str], db_session: NamedDependency[AsyncSession]
    ) -> Response[bytes]:
        """What the page shows: the draft where there is one."""
        found = await taken(db_session, code)
        return Response(
            file.written(found.after).encode(),
            media_type="application/json",
            headers={
                "Cache-Control": "no-store",
                "Content-Disposition": f'attachment; filename="{found.campaign.code}.json"',
            },
        )

    @get("/wczytaj", name="office:recruitment:import", opt={"right": Right.SET_RULES})
    async def ask(
        self, request: HTMXRequest, code: FromPath[str], db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        return _page(request, await taken(db_session, code), Problems())

    @post("/wczytaj", name="office:recruitment:load", opt={"right": Right.SET_RULES})
    async def load(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """First what the file would change, then, with one press, the draft."""
        form, problems = await request.form(), Problems()
        sent, content = form.get("plik"), form.get("tresc")
        deeds = Rules(db_session, actor, now=clock.now())
        campaign, draft = await deeds.taken(code)
        found = seen(campaign, draft)
        raw = content.encode() if isinstance(content, str) and "zapisz" in form else b""
        if isinstance(sent, UploadFile):
            raw = await sent.read(file.LARGEST + 1)
        try:
            read = file.read(raw, campaign.level)
        except BadFile as bad:
            for one in bad.wrong:
                problems.append(Problem("plik", in_words(one)))
            return _page(request, found, problems)
        if "zapisz" not in form:
            return _page(request, found, problems, read=read)
        need_edition(draft, text(form, "widziane"))
        if read == found.after:
            raise NothingChanges
        await deeds.load(campaign, draft, read)
        return go(f"/organ/nabory/{code}/zmiany")


def _page(
    request: HTMXRequest, found: Taken, problems: Problems, *, read: Setup | None = None
) -> Response[Any]:
    same = read is not None and read == found.after
    return page(
        request,
        "office/recruitment_import.html",
        status=422 if problems else 200,
        head=found.head,
        largest=file.LARGEST,
        content=file.written(read) if read else "",
        same=same,
        diffs=diffs(differences(found.after, read)) if read else [],
        findings=findings.findings(read) if read else (),
        seen=edition_of(found.draft),
        **told(problems),
    )
