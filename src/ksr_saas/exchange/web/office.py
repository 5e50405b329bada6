"""Pages on which the office sends files, sees what they would do, and takes them."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from cryptography.exceptions import InvalidTag
from litestar import Controller, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.campaigns.errors import ShortReason
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import prepared_or_opened, with_prepared
from ksr_saas.exchange import (
    continuing,
    headings,
    offer_import,
    queries,
    register,
    table,
    wording,
)
from ksr_saas.exchange.errors import (
    ChangedMeanwhile,
    Faulty,
    NothingChosen,
    TakenAlready,
    Unreadable,
)
from ksr_saas.exchange.models import FileKind, ImportedFile
from ksr_saas.exchange.offer_rows import Issue
from ksr_saas.exchange.table import Table
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.forms import ByField, Problems, paragraph, text
from ksr_saas.kernel.i18n import _, in_language
from ksr_saas.kernel.web import form_page, go

HOME = "/organ/import"
MOST_SHOWN = 200  # rows of each list; the file has them all
LONGEST_REASON = 500


class Desk:
    """The files of the office, at one moment."""

    def __init__(self, session: AsyncSession, files: Files, actor: Actor, clock: Clock) -> None:
        self.session, self.files, self.actor, self.clock = session, files, actor, clock

    async def table_of(self, sent: ImportedFile) -> Table:
        """What stands in a file that came in. Raises NotFound where the store has lost it."""
        try:
            content = self.files.get(sent.store_name)
        except (FileNotFoundError, InvalidTag) as problem:
            raise NotFound from problem
        return await asyncio.to_thread(table.read, content, sent.name)

    async def look(self, sent: ImportedFile, campaign: Campaign | None) -> "Looked":
        """What taking a file would do now."""
        found = await self.table_of(sent)
        if sent.kind is FileKind.REGISTER:
            return Looked(found, await register.looked_at(self.session, found))
        assert campaign is not None
        if sent.kind is FileKind.CONTINUING:
            return Looked(found, await continuing.looked_at(self.session, campaign, found))
        read, made = await offer_import.looked_at(self.session, campaign, found)
        return Looked(found, made, read.called, read.unread)


class Looked:
    """A file with what it would do; `called` are its own names of columns."""

    def __init__(
        self,
        found: Table,
        made: Any,
        called: Mapping[str, str] | None = None,
        unread: tuple[str, ...] = (),
    ) -> None:
        self.table, self.made = found, made
        self.called = made.called if called is None else called
        self.unread = getattr(made, "unread", unread)

    @property
    def issues(self) -> tuple[Issue, ...]:
        """What is wrong, by row."""
        found: tuple[Issue, ...] = self.made.issues
        return found


def provide_desk(
    db_session: NamedDependency[AsyncSession],
    files: NamedDependency[Files],
    actor: NamedDependency[Actor],
    clock: NamedDependency[Clock],
) -> Desk:
    """The office's desk."""
    return Desk(db_session, files, actor, clock)


class Imports(Controller):
    """Sending a file, the dry run, and taking it."""

    path = "/import"
    opt = {"right": Right.IMPORT_OFFER}
    dependencies = {"desk": Provide(provide_desk, sync_to_thread=False)}

    @get("/", name="office:import")
    async def ask(self, request: HTMXRequest, desk: NamedDependency[Desk]) -> Response[Any]:
        return await self._ask(request, desk, Problems())

    async def _ask(
        self, request: HTMXRequest, desk: Desk, problems: Problems, kind: str = "", code: str = ""
    ) -> Response[Any]:
        """The page; `kind` and `code` are what was chosen in a form that was refused."""
        campaigns = await with_prepared(desk.session)
        return form_page(
            request,
            "office/import.html",
            problems,
            kind=kind,
            code=code,
            largest=table.LARGEST,
            columns=", ".join(names[0] for names in headings.OFFER.values()),
            campaigns=[(one.code, in_language(one.name)) for one in campaigns],
            latest=[
                (one, code, _(wording.KIND_WORDS[one.kind]))
                for one, code in await queries.latest(desk.session)
            ],
        )

    @post("/", name="office:import:send", status_code=200)
    async def send(self, request: HTMXRequest, desk: NamedDependency[Desk]) -> Response[Any]:
        """Keep a file to look at. Of one that cannot be read nothing is kept."""
        form = await request.form()
        asked, code = text(form, "rodzaj", 16), text(form, "nabor", 60)
        try:
            kind = FileKind(asked)
        except ValueError:
            raise NotFound from None
        campaign = None
        if kind is not FileKind.REGISTER:
            campaign = await prepared_or_opened(desk.session, code)
        upload = form.get("plik")
        content = await upload.read() if isinstance(upload, UploadFile) else b""
        name = text({"name": upload.filename}, "name", 80) if isinstance(upload, UploadFile) else ""
        sent = ImportedFile(
            id=uuid4(),
            kind=kind,
            campaign_id=campaign.id if campaign else None,
            sent_by=desk.actor.account_id,
            name=name,
            store_name="",
            reason="",
        )
        try:
            found = await asyncio.to_thread(table.read, content, name)
            await self._ensure_readable(desk, sent, campaign, found)
        except Unreadable as refusal:
            problems = Problems()
            problems.add(f"plik-{kind}", refusal.message, **refusal.values)
            return await self._ask(request, desk, problems, kind, code)
        sent.store_name = desk.files.put(content)
        desk.session.add(sent)
        return go(f"{HOME}/{sent.id}")

    async def _ensure_readable(
        self, desk: Desk, sent: ImportedFile, campaign: Campaign | None, found: Table
    ) -> None:
        """Raise Unreadable for what no dry run could be made of."""
        if sent.kind is FileKind.REGISTER:
            register.read(found)
        elif campaign is not None and sent.kind is FileKind.CONTINUING:
            await continuing.looked_at(desk.session, campaign, found)
        elif campaign is not None:
            await offer_import.looked_at(desk.session, campaign, found)

    @get("/{file_id:uuid}", name="office:import:one")
    async def one(
        self, request: HTMXRequest, file_id: FromPath[UUID], desk: NamedDependency[Desk]
    ) -> Response[Any]:
        sent, campaign = await queries.sent(desk.session, file_id)
        return await self._one(request, desk, sent, campaign, Problems(), FormMultiDict({}))

    async def _one(
        self,
        request: HTMXRequest,
        desk: Desk,
        sent: ImportedFile,
        campaign: Campaign | None,
        problems: Problems,
        typed: FormMultiDict,
    ) -> Response[Any]:
        """What a file would do, or that it is done; `typed` is a form that was refused."""
        looked = None if sent.taken_at else await desk.look(sent, campaign)
        issues = looked.issues if looked else ()
        return form_page(
            request,
            "office/import_one.html",
            problems,
            sent=sent,
            kind=_(wording.KIND_WORDS[sent.kind]),
            campaign=in_language(campaign.name) if campaign else "",
            opened=campaign is not None and campaign.opened_at is not None,
            made=looked.made if looked else None,
            rows=len(looked.table.rows) if looked else 0,
            unread=looked.unread if looked else (),
            issues=list(wording.told(issues[:MOST_SHOWN], looked.called)) if looked else [],
            faulty=len({one.row for one in issues}),
            most=MOST_SHOWN,
            shown=wording.shown,
            typed=ByField((key, one) for key, one in typed.multi_items() if isinstance(one, str)),
            chosen={*typed.getall("zmiana", []), *typed.getall("nowa", [])},
        )

    @get("/{file_id:uuid}/bledy", name="office:import:faults")
    async def faults(self, file_id: FromPath[UUID], desk: NamedDependency[Desk]) -> Response[bytes]:
        """The rows to correct, with reasons, for a spreadsheet."""
        sent, campaign = await queries.sent(desk.session, file_id)
        looked = await desk.look(sent, campaign)
        return Response(
            wording.faulty_file(looked.table, looked.issues, looked.called),
            media_type="text/csv",
            headers={"Content-Disposition": 'attachment; filename="do-poprawy.csv"'},
        )

    @post("/{file_id:uuid}", name="office:import:take", status_code=200)
    async def take(
        self, request: HTMXRequest, file_id: FromPath[UUID], desk: NamedDependency[Desk]
    ) -> Response[Any]:
        """Write it all, or nothing."""
        form = await request.form()
        sent, campaign = await queries.sent(desk.session, file_id, lock=True)
        if sent.taken_at is not None:
            raise TakenAlready
        if campaign is not None:
            campaign = await prepared_or_opened(desk.session, campaign.code, lock=True)
            await queries.hold_offers(desk.session, campaign.id)
        problems = Problems()
        reason = paragraph(form, "powod", LONGEST_REASON)
        try:
            await self._take(desk, sent, campaign, form, reason)
        except ShortReason as refusal:
            problems.add("powod", refusal.message)
        except NothingChosen as refusal:
            problems.add("zmiany", refusal.message)
        except NoPoint as refusal:
            problems.add(f"lat-{refusal.rspo}", register.NO_POINT)
        if problems:
            return await self._one(request, desk, sent, campaign, problems, form)
        sent.taken_at, sent.reason = desk.clock.now(), reason
        return go(f"{HOME}/{sent.id}")

    async def _take(
        self,
        desk: Desk,
        sent: ImportedFile,
        campaign: Campaign | None,
        form: FormMultiDict,
        reason: str,
    ) -> None:
        looked = await desk.look(sent, campaign)
        if sent.kind is FileKind.REGISTER:
            await register.take(desk.session, looked.made, _chosen(looked.made, form), desk.actor)
            return
        if looked.issues:
            raise Faulty
        if looked.made.seen != text(form, "widziane", 64):
            raise ChangedMeanwhile
        assert campaign is not None
        if sent.kind is FileKind.CONTINUING:
            await continuing.take(desk.session, campaign, looked.made, reason, desk.actor)
            return
        choices = offer_import.Choices(
            accept=text(form, "przyjmij") == "tak",
            remove=text(form, "usun") == "tak",
            reason=reason,
        )
        now = desk.clock.now()
        await offer_import.take(desk.session, campaign, looked.made, choices, desk.actor, now=now)


class NoPoint(ValueError):
    """A new institution was ticked without saying where it stands."""

    def __init__(self, rspo: str) -> None:
        super().__init__(rspo)
        self.rspo = rspo


def _chosen(made: register.Comparison, form: FormMultiDict) -> register.Chosen:
    """What was ticked. Raises NoPoint."""
    ticked = {one for one in form.getall("zmiana", []) if isinstance(one, str)}
    wanted = {one for one in form.getall("nowa", []) if isinstance(one, str)}
    new = {}
    for one in made.new:
        if one.rspo in wanted:
            at = register.point(
                text(form, f"lat-{one.rspo}", 20), text(form, f"lon-{one.rspo}", 20)
            )
            if at is None:
                raise NoPoint(one.rspo)
            new[one.rspo] = at
    return register.Chosen(ticked, new)
