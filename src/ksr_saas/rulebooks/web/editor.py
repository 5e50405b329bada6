"""The rules of one recruitment: the whole, and each part by itself."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.models import Campaign
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, stamp
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.web import go, page
from ksr_saas.rulebooks import findings, next_year, parts, queries, wording
from ksr_saas.rulebooks.differences import title_of
from ksr_saas.rulebooks.errors import ChangedSince, RulesClosed, VersionWaits
from ksr_saas.rulebooks.form.shapes import Fields, Typed, first
from ksr_saas.rulebooks.models import RulebookVersion
from ksr_saas.rulebooks.parts import ALONE, LISTS, NEW, Part, SameCode
from ksr_saas.rulebooks.service import Rules
from ksr_saas.rulebooks.setup import Setup
from ksr_saas.rulebooks.states import State
from ksr_saas.rulebooks.views import cells, clashes, unplaced, whole
from ksr_saas.rulebooks.web.taken import Taken, seen, taken, told, typed_in

STEPS = {"wyzej": -1, "nizej": 1}


class Editor(Controller):
    """One recruitment in the hands of the office."""

    path = "/nabory/{code:str}"
    opt = {"right": Right.READ_RULES}

    @get("/", name="office:recruitment")
    async def show(
        self, request: HTMXRequest, code: FromPath[str], db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        found = await taken(db_session, code)
        said = findings.findings(found.after)
        return page(
            request,
            "office/recruitment.html",
            head=found.head,
            whole=whole(found.after, said),
            counts={
                severity: sum(one.severity == severity for one in said)
                for severity in ("error", "warning", "note")
            },
            parts=Part,
            part_words={part: _(words) for part, words in wording.PARTS.items()},
            new_words={part: _(words) for part, words in wording.NEW.items()},
            about={part: _(words) for part, words in wording.ABOUT.items()},
        )

    @get(
        "/reguly/{part:str}/{key:str}",
        name="office:recruitment:part",
        opt={"right": Right.SET_RULES},
    )
    async def part(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        part: FromPath[str],
        key: FromPath[str],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        found, which = await taken(db_session, code), _part(part)
        form, value = _form(found.after, which), parts.value(found.after, which, key)
        if value is None and (key != NEW or which in ALONE):
            raise NotFound
        typed = _blank(found.after, request) if value is None else form.written("", value)
        return _page(request, found, which, key, typed, seen=_stamp(value))

    @post(
        "/reguly/{part:str}/{key:str}",
        name="office:recruitment:change",
        opt={"right": Right.SET_RULES},
    )
    async def change(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        part: FromPath[str],
        key: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """Save a part into the draft, or move or take out a member of a list."""
        typed, which = typed_in(await request.form()), _part(part)
        deeds = Rules(db_session, actor, now=clock.now())
        campaign, draft = await deeds.taken(code)
        found = seen(campaign, draft)
        value = parts.value(found.after, which, key)
        rearranges = which in LISTS and bool({"usun", *STEPS} & typed.keys())
        if value is None and (which in ALONE or rearranges or _never(key, typed)):
            raise NotFound
        if "pokaz" in typed:
            return _page(request, found, which, key, typed, seen=first(typed, "widziane"))
        _need_writable(campaign, draft)
        same = first(typed, "widziane") == _stamp(value)
        if rearranges:
            if not same:
                raise ChangedSince
            changed = _rearranged(found.after, which, key, typed)
        else:
            read = await _read(request, db_session, found, which, key, typed, same=same)
            if isinstance(read, Response):
                return read
            changed = read
        if changed != found.after:
            await deeds.save(campaign, draft, changed, part=which.value)
        return go(f"/organ/nabory/{code}#{which.value}")


def _part(told: str) -> Part:
    if told not in set(Part):
        raise NotFound
    return Part(told)


def _never(key: str, typed: Typed) -> bool:
    """Whether the form was filled from nothing: what somebody took out meanwhile was there once."""
    return key != NEW and "widziane" not in typed


def _stamp(value: Any) -> str:
    return stamp(value) if value is not None else NEW


def _form(setup: Setup, part: Part) -> Fields:
    return parts.form(part, setup)


def _need_writable(campaign: Campaign, draft: RulebookVersion | None) -> None:
    if campaign.published_at is not None:
        raise RulesClosed
    if draft is not None and draft.state is not State.DRAFT:
        raise VersionWaits


def _rearranged(setup: Setup, part: Part, key: str, typed: Typed) -> Setup:
    if "usun" in typed:
        return parts.without(setup, part, key)
    step = next(step for name, step in STEPS.items() if name in typed)
    return parts.moved(setup, part, key, step)


def _blank(setup: Setup, request: HTMXRequest) -> Typed:
    """What a new criterion begins with."""
    tier = request.query_params.get("etap", "")
    usual = next((one for one in setup.rulebook.tiers if one == tier), setup.rulebook.tiers[-1])
    basis = next(iter(setup.rulebook.legal_basis), "")
    return {
        "tier": (usual.value,),
        "kind": ("declared",),
        "statement": ("tak",),
        "proofs-0-forms": ("statement",),
        "basis": (basis,),
    }


async def _read(
    request: HTMXRequest,
    session: AsyncSession,
    found: Taken,
    part: Part,
    key: str,
    typed: Typed,
    *,
    same: bool,
) -> Setup | Response[Any]:
    """The recruitment with what was typed, or the page that says why not."""
    if not same:
        return await _clash(request, session, found, part, key, typed)
    form, problems = _form(found.after, part), Problems()
    value = form.read("", typed, problems)
    if value is not None and part is Part.BASICS and next_year.starts_in(value.school_year) is None:
        problems.add("school_year", N_("Wpisz rok szkolny tak: 2028/2029."))
    if value is not None and not problems:
        try:
            return parts.put(found.after, part, key, value)
        except SameCode:
            problems.add("code", N_("Ten kod ma już inna pozycja. Wpisz inny."))
    return _page(request, found, part, key, typed, seen=first(typed, "widziane"), problems=problems)


async def _clash(
    request: HTMXRequest,
    session: AsyncSession,
    found: Taken,
    part: Part,
    key: str,
    typed: Typed,
) -> Response[Any]:
    """Somebody saved the same part meanwhile: both are shown, and nothing typed is lost."""
    value, form = parts.value(found.after, part, key), _form(found.after, part)
    theirs = form.written("", value) if value is not None else {}
    editor = found.draft.edited_by if found.draft else None
    names = await queries.names(session, [editor])
    return _page(
        request,
        found,
        part,
        key,
        typed,
        seen=_stamp(value),
        status=409,
        clash={
            "gone": value is None,
            "who": names.get(editor, "") if editor else "",
            "when": found.draft.edited_at if found.draft else None,
            "fields": clashes(form, typed, theirs) if value is not None else [],
        },
    )


def _page(
    request: HTMXRequest,
    found: Taken,
    part: Part,
    key: str,
    typed: Typed,
    *,
    seen: str,
    problems: Problems | None = None,
    status: int = 0,
    clash: dict[str, Any] | None = None,
) -> Response[Any]:
    setup, form = found.after, _form(found.after, part)
    value = parts.value(setup, part, key)
    if value is None:
        title = _(wording.NEW.get(part, wording.PARTS[part]))
    else:
        title = _(wording.ONE.get(part, wording.PARTS[part]))
        if part in LISTS and (named := title_of(part, value)):
            title = f"{title}: {named}"
    said = findings.of(findings.findings(setup), part, None if part in ALONE else key)
    problems = problems or Problems()
    locked = found.campaign.opened_at is not None and part is Part.DATES
    return page(
        request,
        "office/recruitment_part.html",
        "fields",
        status=status or (422 if problems else 200),
        head=found.head,
        part=part,
        key=key,
        title=title,
        about=_(wording.ABOUT.get(part, "")),
        sections=cells(form, typed, said, setup),
        above=unplaced(form, typed, said, setup),
        seen=seen,
        listed=part in LISTS and value is not None,
        with_kind=part is Part.CRITERIA,
        locked=locked,
        waits=found.draft is not None and found.draft.state is State.WAITING,
        clash=clash,
        **told(problems),
    )
