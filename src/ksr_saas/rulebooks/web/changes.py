"""What a draft changes, who decides, and the versions there were."""

import re
from collections.abc import Callable
from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.criteria.lint.finding import Severity
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, paragraph, text
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.web import BadRequest, go, page
from ksr_saas.rulebooks import findings, queries, rules
from ksr_saas.rulebooks import setup as whole
from ksr_saas.rulebooks.differences import differences
from ksr_saas.rulebooks.errors import NothingChanges, NotReady
from ksr_saas.rulebooks.service import Rules, edition_of, in_force, need_edition
from ksr_saas.rulebooks.states import State
from ksr_saas.rulebooks.views import diffs, version_view
from ksr_saas.rulebooks.web.taken import Taken, seen, taken, told

DEEDS = ("wprowadz", "popros", "potwierdz", "odmow", "cofnij", "odrzuc")
NUMBER = re.compile(r"[1-9][0-9]{0,5}")
EMPTY = {"powod": "", "podstawa": "", "odmowa": ""}


class Changes(Controller):
    """From a draft to what holds."""

    path = "/nabory/{code:str}"
    opt = {"right": Right.READ_RULES}

    @get("/zmiany", name="office:recruitment:changes")
    async def show(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        found = await taken(db_session, code)
        return await _page(request, db_session, found, actor, EMPTY, Problems())

    @post("/zmiany", name="office:recruitment:decide", opt={"right": Right.SET_RULES})
    async def decide(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form, problems = await request.form(), Problems()
        typed = {name: paragraph(form, name, 1000) for name in EMPTY}
        deeds = Rules(db_session, actor, now=clock.now())
        campaign, draft = await deeds.taken(code)
        found = seen(campaign, draft)
        deed = next((one for one in DEEDS if one in form), None)
        if deed is None:
            raise BadRequest
        need_edition(draft, text(form, "widziane"))
        if deed in ("wprowadz", "popros") and not found.changes:
            raise NothingChanges
        if deed == "popros":
            _judge(found, typed, problems)
        if deed == "odmow" and not rules.enough(typed["odmowa"]):
            problems.add("odmowa", N_("Napisz, dlaczego nie: co najmniej 10 znaków."))
        if problems:
            return await _page(request, db_session, found, actor, typed, problems)
        if deed == "wprowadz":
            await deeds.put_in_force(campaign, draft)
        elif deed == "potwierdz":
            await deeds.confirm(campaign, draft)
        elif deed == "popros":
            deeds.ask(campaign, draft, typed["powod"], typed["podstawa"])
        elif deed == "odmow":
            deeds.refuse(campaign, draft, typed["odmowa"])
        else:
            simple: dict[str, Callable[..., None]] = {
                "cofnij": deeds.take_back,
                "odrzuc": deeds.drop,
            }
            simple[deed](campaign, draft)
        return go(f"/organ/nabory/{code}{'' if deed == 'wprowadz' else '/zmiany'}")

    @get("/wersje", name="office:recruitment:versions")
    async def versions(
        self, request: HTMXRequest, code: FromPath[str], db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        found = await taken(db_session, code)
        rows = await queries.versions(db_session, found.campaign.id)
        names = await queries.names(
            db_session,
            {who for one in rows for who in (one.edited_by, one.asked_by, one.decided_by)},
        )
        return page(
            request,
            "office/recruitment_versions.html",
            head=found.head,
            versions=[version_view(one, names) for one in rows],
        )

    @get("/wersje/{number:str}", name="office:recruitment:version")
    async def version(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        number: FromPath[str],
        db_session: NamedDependency[AsyncSession],
    ) -> Response[Any]:
        """One version, compared with the one before it or with the recruitment it came from."""
        found = await taken(db_session, code)
        if not NUMBER.fullmatch(number):
            raise NotFound
        this = await queries.version(db_session, found.campaign.id, int(number))
        older, source = None, await queries.source(db_session, this)
        if this.number > 1:
            before = await queries.version(db_session, found.campaign.id, this.number - 1)
            older = whole.read(before.content)
        elif source is not None:
            older = in_force(source)
        names = await queries.names(db_session, {this.edited_by, this.asked_by, this.decided_by})
        now = whole.read(this.content)
        return page(
            request,
            "office/recruitment_version.html",
            head=found.head,
            version=version_view(this, names),
            compared=this.number - 1,
            source=source.code if source is not None and this.number == 1 else "",
            diffs=diffs(differences(older, now)) if older is not None else None,
        )


def _judge(found: Taken, typed: dict[str, str], problems: Problems) -> None:
    """What a change of an opened recruitment needs. Raises NotReady for what it must not do."""
    if not rules.enough(typed["powod"]):
        problems.add("powod", N_("Napisz, dlaczego zasady się zmieniają: co najmniej 10 znaków."))
    if not typed["podstawa"]:
        problems.add("podstawa", N_("Wpisz uchwałę albo zarządzenie z numerem i datą."))
    if rules.forbidden(found.before, found.after) or _errors(found):
        raise NotReady


def _errors(found: Taken) -> list[findings.Said]:
    return [one for one in findings.findings(found.after) if one.severity is Severity.ERROR]


async def _page(
    request: HTMXRequest,
    session: AsyncSession,
    found: Taken,
    actor: Actor,
    typed: dict[str, str],
    problems: Problems,
) -> Response[Any]:
    draft = found.draft
    names = await queries.names(session, {draft.edited_by, draft.asked_by} if draft else set())
    opened = found.campaign.opened_at is not None
    return page(
        request,
        "office/recruitment_changes.html",
        status=422 if problems else 200,
        head=found.head,
        diffs=diffs(found.changes),
        version=version_view(draft, names) if draft else None,
        waits=draft is not None and draft.state is State.WAITING,
        second=draft is not None
        and rules.may_confirm(actor.account_id, edited_by=draft.edited_by, asked_by=draft.asked_by),
        forbidden=[
            _(words) % values for words, values in rules.forbidden(found.before, found.after)
        ]
        if opened
        else [],
        findings=_errors(found) if draft else [],
        seen=edition_of(draft),
        typed=typed,
        **told(problems),
    )
