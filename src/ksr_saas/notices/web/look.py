"""The office dresses its pages: typed, checked for contrast, looked at, saved."""

import asyncio
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.visit import City, visit_of
from ksr_saas.kernel.web import go, page, worn
from ksr_saas.notices import pictures, queries, service
from ksr_saas.notices.errors import BadPicture
from ksr_saas.notices.forms import LookTyped
from ksr_saas.notices.models import Look
from ksr_saas.notices.queries import LookVersion, crest_address
from ksr_saas.notices.views import look_lines, pairs

ADDRESS = "/organ/wyglad"
CHANGED = 409


class LookPages(Controller):
    """Colours, crest, name and contacts of the office."""

    path = "/wyglad"
    opt = {"right": Right.SPEAK}

    @get("/", name="office:look")
    async def show(
        self, request: HTMXRequest, db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        """The form as saved last, or with `?wersja=` as it was once."""
        versions = await queries.looks(db_session)
        asked = text(request.query_params, "wersja", 6)
        found = next((one.look for one in versions if str(one.look.number) == asked), None)
        if asked and found is None:
            raise NotFound
        latest = versions[0].look if versions else None
        typed = _filled(visit_of(request.scope).city, found or latest, latest)
        return _form(request, typed, versions, older=found if found is not latest else None)

    @post("/", name="office:look:save")
    async def save(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        files: NamedDependency[Files],
    ) -> Response[Any]:
        """Check the contrast, show a preview or save, by the button that was pressed."""
        form = await request.form()
        typed, what, problems = LookTyped.read(form), text(form, "co", 10), Problems()
        if "hx-request" in request.headers:
            return _contrast(request, typed)
        if typed.crest_id and not await _is_ours(db_session, typed.crest):
            raise NotFound
        sent = form.get("herb")
        if isinstance(sent, UploadFile) and sent.filename:
            try:
                made = await asyncio.to_thread(pictures.crest, await sent.read())
                name = await asyncio.to_thread(files.put, made)
                kept = service.keep_crest(db_session, name, actor)
                typed = msgspec.structs.replace(typed, crest_id=str(kept))
            except BadPicture as refused:
                problems.add("herb", refused.message)
        elif text(form, "bez_herbu") == "tak":
            typed = msgspec.structs.replace(typed, crest_id="")
        problems += typed.problems()
        if what in ("podglad", "zapisz") and not problems and (chosen := typed.colours):
            if what == "podglad":
                return _preview(request, typed)
            kept_form = service.LookForm(
                chosen, typed.crest, typed.phone, typed.email, typed.office
            )
            if await service.save_look(db_session, kept_form, typed.since, actor):
                return go(f"{ADDRESS}?zapisano=tak")
            versions = await queries.looks(db_session)
            return _form(request, typed, versions, theirs=versions[0])
        return _form(request, typed, await queries.looks(db_session), problems=problems)


async def _is_ours(session: AsyncSession, crest_id: UUID | None) -> bool:
    return crest_id is not None and await queries.is_crest(session, crest_id)


def _filled(city: City, look: Look | None, latest: Look | None) -> LookTyped:
    """A form filled from a saved look, else from what the files say."""
    since = latest.number if latest else 0
    if look is None:
        return LookTyped(
            city.brand, city.brand_ink, city.brand_soft, "", city.phone, city.email, "", since
        )
    return LookTyped(
        look.brand,
        look.brand_ink,
        look.brand_soft,
        str(look.crest_id or ""),
        look.help_phone,
        look.help_email,
        look.office,
        since,
    )


def _contrast(request: HTMXRequest, typed: LookTyped) -> Response[Any]:
    """The samples alone, while somebody types."""
    chosen = typed.colours
    return page(
        request,
        "office/look.html",
        "contrast",
        pairs=pairs(chosen) if chosen else [],
        errors=typed.problems().by_field(),
    )


def _form(
    request: HTMXRequest,
    typed: LookTyped,
    versions: list[LookVersion],
    *,
    problems: Problems | None = None,
    theirs: LookVersion | None = None,
    older: Look | None = None,
) -> Response[Any]:
    """The form; `theirs` is what somebody saved meanwhile, after which ours may still be saved."""
    problems, chosen = problems or Problems(), typed.colours
    if theirs is not None:
        typed = msgspec.structs.replace(typed, since=theirs.look.number)
    return page(
        request,
        "office/look.html",
        status=CHANGED if theirs else 422 if problems else 200,
        typed=typed,
        crest_shown=crest_address(typed.crest) if typed.crest else None,
        pairs=pairs(chosen) if chosen else [],
        versions=look_lines(versions),
        theirs=theirs,
        older=older,
        saved=text(request.query_params, "zapisano") == "tak",
        problems=problems,
        errors=problems.by_field(),
    )


def _preview(request: HTMXRequest, typed: LookTyped) -> Response[Any]:
    """A page as it would be, with everything typed in it; nothing is saved but the picture."""
    city = visit_of(request.scope).city
    changes: dict[str, Any] = {"phone": typed.phone, "email": typed.email, "office": typed.office}
    changes |= {"brand": typed.brand, "brand_ink": typed.brand_ink, "brand_soft": typed.brand_soft}
    if typed.crest:
        changes["crest"] = crest_address(typed.crest)
    return page(
        request,
        "office/look_preview.html",
        typed=typed,
        **worn(msgspec.structs.replace(city, **changes)),
    )
