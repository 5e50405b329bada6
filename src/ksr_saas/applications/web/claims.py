"""Criteria as plain questions, one to a page, with their proofs."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications import queries
from ksr_saas.applications.errors import BadFile
from ksr_saas.applications.forms import amount_of, amount_wanted
from ksr_saas.applications.kept_files import Cleaned
from ksr_saas.applications.models import Application
from ksr_saas.applications.service import Applications, rulebook_of, unanswered
from ksr_saas.applications.uploads import LARGEST_TOGETHER, MOST_FILES, cleaned
from ksr_saas.applications.views import criterion_view, file_views, told_views, wish_views
from ksr_saas.applications.web.family import MINE, ensure_unchanged, provide_applications
from ksr_saas.criteria.kinds import Count
from ksr_saas.criteria.rulebook import Criterion
from ksr_saas.criteria.way import Asks
from ksr_saas.criteria.worked_out import asked_for
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_, NotFound, TooLarge
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.forms import Problems, stamp, text
from ksr_saas.kernel.web import go, page


def criterion_of(application: Application, code: str) -> Criterion:
    """A criterion that families answer, of this application's rulebook. Raises NotFound."""
    rulebook = rulebook_of(application.campaign)
    found = next((one for one in asked_for(rulebook) if one.code == code), None)
    if found is None:
        raise NotFound
    return found


def shown_amount(criterion: Criterion, amount: Decimal) -> str:
    """An amount as people type it."""
    if isinstance(criterion.kind, Count):
        return f"{amount:.0f}"
    return f"{amount:.2f}".replace(".", ",")


def version_of(application: Application, code: str) -> str:
    """The stored answer to one criterion, for noticing that somebody changed it."""
    mine = [c for c in application.claims if c.criterion == code]
    answer = sorted((str(c.institution_id), str(c.amount)) for c in mine)
    return stamp(code in application.criteria_answered, answer)


class MyClaims(Controller):
    """The answers to the criteria."""

    path = "/wnioski/{application_id:uuid}"
    opt = MINE
    dependencies = {"applications": Provide(provide_applications, sync_to_thread=False)}

    @get("/kryteria", name="family:criteria")
    async def everything(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.editable(application_id, actor, now=clock.now())
        rulebook = rulebook_of(application.campaign)
        return page(
            request,
            "family/criteria.html",
            application_id=application_id,
            criteria=[criterion_view(one, application) for one in asked_for(rulebook)],
            compared=rulebook.compared,
            told=told_views(application, rulebook),
            wishes=wish_views(application, rulebook),
        )

    @get("/kryteria/{code:str}", name="family:criterion")
    async def show(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        code: FromPath[str],
        applications: NamedDependency[Applications],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.editable(application_id, actor, now=clock.now())
        criterion = criterion_of(application, code)
        mine = [c for c in application.claims if c.criterion == code]
        amounts = [c.amount for c in mine if c.amount is not None]
        amount = shown_amount(criterion, amounts[0]) if amounts else ""
        answered = code in application.criteria_answered
        return self._page(
            request,
            application,
            criterion,
            yes=("tak" if mine else "nie") if answered else "",
            at={c.institution_id for c in mine if c.institution_id},
            amount=amount,
            problems=Problems(),
        )

    @post(
        "/kryteria/{code:str}",
        name="family:criterion:answer",
        status_code=200,
        request_max_body_size=LARGEST_TOGETHER,
    )
    async def answer(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        code: FromPath[str],
        applications: NamedDependency[Applications],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
        files: NamedDependency[Files],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        now = clock.now()
        criterion_of(await applications.editable(application_id, actor, now=now), code)
        await db_session.commit()  # nobody may wait for a slow phone or a hard picture
        form = await request.form()
        kept, refused = await _read(form.getall("plik", []))
        application = await applications.to_edit(application_id, actor, now=now)
        criterion = criterion_of(application, code)
        asked = criterion_view(criterion, application)
        yes = text(form, "odpowiedz")
        wished = {str(wish.unit.institution_id): wish for wish in application.wishes}
        at = {
            wished[one].unit.institution_id
            for one in form.getall("placowka", [])
            if isinstance(one, str) and one in wished
        }
        ensure_unchanged(form, version_of(application, code))
        typed = text(form, "kwota", 20)
        amount = amount_of(criterion.kind, typed)
        problems = Problems()
        if yes not in ("tak", "nie"):
            problems.add("odpowiedz", N_("Zaznacz „Tak” albo „Nie”."))
        elif yes == "tak" and asked.per_place and not at:
            problems.add("placowka", N_("Zaznacz co najmniej jedną placówkę albo odpowiedz „Nie”."))
        elif yes == "tak" and criterion.kind.asks is Asks.AMOUNT and amount is None:
            problems.add("kwota", amount_wanted(criterion.kind))
        if refused:
            problems.add("plik", refused)
        try:
            for name, file in kept if not problems else ():
                applications.attach(application, code, file, label(name), files)
        except BadFile as refusal:
            problems.add("plik", refusal.advice)
        if problems:
            return self._page(
                request, application, criterion, yes=yes, at=at, amount=typed, problems=problems
            )
        applications.answer(application, criterion, yes=yes == "tak", at=sorted(at), amount=amount)
        applications.saved(application, now=now)
        if text(form, "dalej") == "plik":
            return go(f"/rodzina/wnioski/{application_id}/kryteria/{code}")
        left = unanswered(application, rulebook_of(application.campaign))
        following = f"kryteria/{left[0]}" if left else "kryteria"
        return go(f"/rodzina/wnioski/{application_id}/{following}")

    def _page(
        self,
        request: HTMXRequest,
        application: Application,
        criterion: Criterion,
        *,
        yes: str,
        at: set[UUID],
        amount: str,
        problems: Problems,
    ) -> Response[Any]:
        rulebook = rulebook_of(application.campaign)
        codes = [one.code for one in asked_for(rulebook)]
        return page(
            request,
            "family/criterion.html",
            status=422 if problems else 200,
            application_id=application.id,
            version=version_of(application, criterion.code),
            criterion=criterion_view(criterion, application),
            place=codes.index(criterion.code) + 1,
            count=len(codes),
            yes=yes,
            at=at,
            amount=amount,
            wishes=wish_views(application, rulebook),
            files=[f for f in file_views(application) if f.criterion == criterion.code],
            problems=problems,
            errors=problems.by_field(),
        )

    @post("/zalaczniki/{file_id:uuid}/usun", name="family:file:remove")
    async def remove_file(
        self,
        application_id: FromPath[UUID],
        file_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.to_edit(application_id, actor, now=clock.now())
        file = next((f for f in application.attachments if f.id == file_id), None)
        if file is None:
            raise NotFound
        application.attachments.remove(file)
        applications.saved(application, now=clock.now())
        return go(f"/rodzina/wnioski/{application_id}/kryteria/{file.criterion}")

    @get("/zalaczniki/{file_id:uuid}", name="family:file")
    async def file(
        self,
        application_id: FromPath[UUID],
        file_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        files: NamedDependency[Files],
    ) -> Response[bytes]:
        application = await queries.own(db_session, actor, application_id)
        file = next((f for f in application.attachments if f.id == file_id), None)
        if file is None:
            raise NotFound
        return download(files.get(file.store_name), file.media_type)


async def _read(fields: Sequence[object]) -> tuple[list[tuple[str, Cleaned]], str]:
    """What to keep of the files sent, each under the name of the first it was made from.

    And what is wrong with them, in which case nothing is kept.
    """
    sent = [one for one in fields if isinstance(one, UploadFile) and one.filename]
    try:
        if len(sent) > MOST_FILES:
            raise BadFile("too-many")
        made = await cleaned([await one.read() for one in sent])
    except BadFile as refusal:
        return [], refusal.advice
    except TooLarge as refusal:
        return [], refusal.message
    return [(sent[first].filename, file) for first, file in made], ""


def label(name: str) -> str:
    """The family's own name for a file, shown back to it; never used as a path."""
    return text({"name": name.replace("\\", "/").rpartition("/")[2]}, "name", 80)


def download(content: bytes, media_type: str) -> Response[bytes]:
    """A proof as a download: the browser never runs it inside our pages."""
    extension = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}[media_type]
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="zalacznik.{extension}"',
            "Content-Security-Policy": "sandbox; default-src 'none'",
        },
    )
