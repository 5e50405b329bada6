"""Pages on which a coordinator looks after the accounts of staff."""

from collections import Counter
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import GRANTS, ROLE_NAMES, Actor, Right
from ksr_saas.identity.errors import FreshFactorNeeded
from ksr_saas.identity.rules import next_expiry
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import Problems, paragraph, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.settings import Settings
from ksr_saas.staffing import queries, service
from ksr_saas.staffing.errors import ShortStaffReason, UnreadableList
from ksr_saas.staffing.rules import LARGEST, ROLES, Line, Verdict, decoded, lines_of

HOME = "/organ/pracownicy"
FIELDS = ("imie", "nazwisko", "email", "rola", "placowka")


def addresses(request: HTMXRequest) -> service.Address:
    """Makes absolute addresses on the municipality's own host, never on the one asked for."""
    settings: Settings = request.app.state.settings
    host = f"{visit_of(request.scope).city.slug}.{settings.base_host}"
    return lambda path: settings.address(host, path)


def need_fresh(actor: Actor, clock: Clock) -> None:
    """Raise FreshFactorNeeded unless the actor showed a factor lately."""
    if not actor.is_fresh(clock.now()):
        raise FreshFactorNeeded


class Staff(Controller):
    """The list, one member, and what can be done with an account."""

    path = "/pracownicy"
    opt = {"right": Right.MANAGE_STAFF}

    @get("/", name="office:staff")
    async def members(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        wanted = text(request.query_params, "szukaj", 80)
        asked = text(request.query_params, "strona", 4)
        number = max(int(asked), 1) if asked.isdecimal() else 1
        rows, count = await queries.members(db_session, wanted=wanted, page=number)
        return page(
            request,
            "office/staff.html",
            "rows",
            rows=rows,
            count=count,
            query=wanted,
            number=number,
            more=count > number * queries.PAGE,
            today=clock.today(),
            resets=await queries.waiting_resets(db_session, now=clock.now()),
        )

    @get("/{account_id:uuid}", name="office:staff:one")
    async def one(
        self,
        request: HTMXRequest,
        account_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        return await self._one(request, account_id, db_session, actor, clock, Problems())

    async def _one(
        self,
        request: HTMXRequest,
        account_id: UUID,
        session: AsyncSession,
        actor: Actor,
        clock: Clock,
        problems: Problems,
        typed: str = "",
    ) -> Response[Any]:
        return page(
            request,
            "office/staff_one.html",
            status=422 if problems else 200,
            member=await queries.member(session, account_id),
            reset=await queries.open_reset(session, account_id, now=clock.now()),
            invited_until=await queries.open_invitation(session, account_id, now=clock.now()),
            own=account_id == actor.account_id,
            me=actor.account_id,
            today=clock.today(),
            renewed_until=next_expiry(clock.today()),
            typed=typed,
            problems=problems,
            errors=problems.by_field(),
        )

    @post("/{account_id:uuid}/zaproszenie", name="office:staff:invite-again")
    async def invite_again(
        self,
        request: HTMXRequest,
        account_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        need_fresh(actor, clock)
        await service.invite_again(
            db_session, account_id, actor, now=clock.now(), address=addresses(request)
        )
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/przedluzenie", name="office:staff:renew")
    async def renew(
        self,
        account_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        await service.renew(db_session, account_id, actor, today=clock.today())
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/zamkniecie", name="office:staff:close")
    async def close(
        self,
        account_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        await service.close(db_session, account_id, actor, now=clock.now())
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/otwarcie", name="office:staff:reopen")
    async def reopen(
        self,
        account_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        need_fresh(actor, clock)
        await service.reopen(db_session, account_id, actor)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/telefon", name="office:staff:reset", status_code=200)
    async def ask_reset(
        self,
        request: HTMXRequest,
        account_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        need_fresh(actor, clock)
        reason = paragraph(await request.form(), "powod", 500)
        try:
            await service.ask_reset(db_session, account_id, actor, reason, now=clock.now())
        except ShortStaffReason as refusal:
            problems = Problems()
            problems.add("powod", refusal.message)
            return await self._one(
                request, account_id, db_session, actor, clock, problems, typed=reason
            )
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/telefon/decyzja", name="office:staff:reset:decide")
    async def decide_reset(
        self,
        request: HTMXRequest,
        account_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        match text(await request.form(), "decyzja", 16):
            case "potwierdz":
                need_fresh(actor, clock)
                await service.confirm_reset(
                    db_session, account_id, actor, now=clock.now(), address=addresses(request)
                )
            case "odrzuc":
                await service.refuse_reset(db_session, account_id, actor, now=clock.now())
            case _:
                raise NotFound
        return go(f"{HOME}/{account_id}")


class Inviting(Controller):
    """Inviting one person by a form, or many by a file."""

    path = "/pracownicy"
    opt = {"right": Right.MANAGE_STAFF}

    @get("/zaproszenie", name="office:staff:invite")
    async def ask(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        if not actor.is_fresh(clock.now()):
            return go(f"/konto/potwierdzenie?dokad={HOME}/zaproszenie")
        return await self._ask(request, db_session, actor, dict.fromkeys(FIELDS, ""), Problems())

    async def _ask(
        self,
        request: HTMXRequest,
        session: AsyncSession,
        actor: Actor,
        typed: dict[str, str],
        problems: Problems,
    ) -> Response[Any]:
        names = {role: word for word, role in ROLES.items()}
        return page(
            request,
            "office/staff_invite.html",
            status=422 if problems else 200,
            typed=typed,
            roles=[(names[one], ROLE_NAMES[one]) for one in GRANTS.get(actor.role, ())],
            places=await queries.place_options(session),
            problems=problems,
            errors=problems.by_field(),
        )

    @post("/zaproszenie", name="office:staff:invite:send", status_code=200)
    async def invite(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        need_fresh(actor, clock)
        form = await request.form()
        typed = {field: text(form, field, 120) for field in FIELDS}
        line = Line(1, *(typed[field] for field in FIELDS))
        (found,) = await service.invite(
            db_session,
            [line],
            actor,
            now=clock.now(),
            today=clock.today(),
            address=addresses(request),
        )
        if found.problem:
            problems = Problems()
            problems.add(found.field, found.problem)
            return await self._ask(request, db_session, actor, typed, problems)
        return go(f"{HOME}?szukaj={found.line.email.lower()}")

    @get("/plik", name="office:staff:list")
    async def ask_list(
        self,
        request: HTMXRequest,
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        if not actor.is_fresh(clock.now()):
            return go(f"/konto/potwierdzenie?dokad={HOME}/plik")
        return self._ask_list(request, Problems())

    def _ask_list(self, request: HTMXRequest, problems: Problems) -> Response[Any]:
        return page(
            request,
            "office/staff_list.html",
            status=422 if problems else 200,
            largest=LARGEST,
            problems=problems,
            errors=problems.by_field(),
        )

    @post("/plik", name="office:staff:list:try", status_code=200)
    async def dry_run(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        """Says of every line what would become of it. Nothing is stored."""
        sent = (await request.form()).get("plik")
        try:
            content = decoded(await sent.read() if isinstance(sent, UploadFile) else b"")
            lines = list(lines_of(content))
        except UnreadableList as refusal:
            problems = Problems()
            problems.add("plik", refusal.message)
            return self._ask_list(request, problems)
        found = await service.verdicts(db_session, lines, actor)
        return self._report(request, found, content=content)

    def _report(self, request: HTMXRequest, found: list[Verdict], *, content: str) -> Response[Any]:
        return page(
            request,
            "office/staff_report.html",
            rows=sorted(found, key=lambda one: not one.problem),
            good=sum(not one.problem for one in found),
            wrong=sum(bool(one.problem) for one in found),
            problems_by_kind=Counter(one.problem for one in found if one.problem).most_common(),
            content=content,
        )

    @post("/plik/zaproszenia", name="office:staff:list:send", status_code=200)
    async def send(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        need_fresh(actor, clock)
        content = (await request.form()).get("tresc", "")
        found = await service.invite(
            db_session,
            list(lines_of(content if isinstance(content, str) else "")),
            actor,
            now=clock.now(),
            today=clock.today(),
            address=addresses(request),
        )
        return self._report(request, found, content="")
