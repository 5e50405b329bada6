"""The form of an institution, for its own people and for the city."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar.datastructures import UploadFile
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.kernel.files import Files
from ksr_saas.kernel.forms import Problems, stamp, text
from ksr_saas.kernel.i18n import LANGUAGES
from ksr_saas.kernel.web import page
from ksr_saas.offer.kinds import Access, InstitutionKind, Organ
from ksr_saas.offer.models import Institution
from ksr_saas.premises import pictures, queries
from ksr_saas.premises.errors import BadPhoto
from ksr_saas.premises.forms import Typed

CHANGED = 409


class Sent(msgspec.Struct, frozen=True):
    """A form that came in: `photo` is None where the picture stays, () where it goes."""

    typed: Typed
    photo: tuple[str, ...] | None
    problems: Problems


def version_of(stored: Institution) -> str:
    """A token for what the form was filled from."""
    return stamp(msgspec.to_builtins(Typed.of(stored, city=True)), stored.image)


async def sent(form: Any, stored: Institution | None, files: Files, *, city: bool) -> Sent:
    """What was typed and chosen; a new picture is in the store already."""
    photo: tuple[str, ...] | None = None
    problems = Problems()
    chosen = form.get("zdjecie")
    if isinstance(chosen, UploadFile) and chosen.filename:
        try:
            made = await asyncio.to_thread(pictures.photo, await chosen.read())
            photo = tuple([await asyncio.to_thread(files.put, one) for one in made])
        except BadPhoto as refusal:
            problems.add("zdjecie", refusal.message)
    elif text(form, "bez_zdjecia") == "tak":
        photo = ()
    typed = Typed.read(form, city=city, stored=stored)
    has_photo = bool(photo) if photo is not None else bool(stored and stored.image)
    problems += typed.problems(city=city, has_photo=has_photo)
    return Sent(typed, photo, problems)


async def answer(
    request: HTMXRequest,
    session: AsyncSession,
    template: str,
    stored: Institution | None,
    typed: Typed,
    problems: Problems,
    *,
    theirs: Typed | None = None,
    reason: str = "",
) -> Response[Any]:
    """The page; `theirs` is what somebody saved meanwhile, after which ours may still be saved."""
    return page(
        request,
        template,
        status=CHANGED if theirs else 422 if problems else 200,
        institution=stored,
        typed=typed,
        version=version_of(stored) if stored else "",
        changed=theirs is not None,
        theirs=differences(theirs, typed) if theirs else (),
        languages=LANGUAGES,
        access=list(Access),
        kinds=list(InstitutionKind),
        organs=list(Organ),
        complexes=await queries.complexes(session, without=stored.id if stored else None),
        saved=text(request.query_params, "zapisano") == "tak",
        problems=problems,
        errors=problems.by_field(),
        reason=reason,
    )


def differences(theirs: Typed, mine: Typed) -> tuple[tuple[str, str], ...]:
    """The fields in which two forms differ, by column, with what the other one says."""
    found = [
        (column, said) for column, said in theirs.lines.items() if mine.lines.get(column) != said
    ]
    found += [
        (f"about-{lang}", said)
        for lang, said in theirs.about.items()
        if mine.about.get(lang, "") != said
    ]
    return tuple(found)


def saved_over(
    form: Mapping[str, Any], stored: Institution, mine: Typed, *, city: bool
) -> Typed | None:
    """What somebody has saved since this form was shown; None for nothing, or the same as mine."""
    theirs = Typed.of(stored, city=city)
    if text(form, "wersja", 40) == version_of(stored) or theirs == mine:
        return None
    return theirs
