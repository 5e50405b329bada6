"""Pages on which directors, coordinators and administrators look after the accounts of staff."""

from collections import Counter
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import ROLE_NAMES, Actor, Right, Role
from ksr_saas.identity.eid.registration import EidBook
from ksr_saas.identity.rights import STAFF, WITH_PLACE, grantable
from ksr_saas.identity.rules import next_expiry
from ksr_saas.identity.ways import WAY_NAMES, Way, way_of
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import Problems, as_typed, paragraph, text
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import form_page, go, page
from ksr_saas.settings import Settings
from ksr_saas.staffing import queries
from ksr_saas.staffing.errors import ShortStaffReason, UnreadableList
from ksr_saas.staffing.rules import (
    COLUMNS,
    LARGEST,
    ROLES,
    WORDS,
    Line,
    Verdict,
    decoded,
    lines_of,
)
from ksr_saas.staffing.service import Deeds

HOME = "/pracownicy"


async def provide_deeds(
    request: HTMXRequest,
    db_session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    clock: NamedDependency[Clock],
) -> Deeds:
    """What the actor may do now. Links lead to the configured host, not the one asked for."""
    settings: Settings = request.app.state.settings
    book: EidBook = request.app.state.eid
    slug = visit_of(request.scope).city.slug
    host = f"{slug}.{settings.base_host}"
    terms = await book.staff_terms(slug)
    return Deeds(
        db_session,
        actor,
        now=clock.now(),
        today=clock.today(),
        address=lambda path: settings.address(host, path),
        custom=terms.sign_in if terms else None,
    )


def role_options(deeds: Deeds) -> list[tuple[str, str]]:
    """The roles the actor may give: the word of the CSV column, and the name."""
    return [(WORDS[one][0], _(ROLE_NAMES[one])) for one in grantable(deeds.actor.role)]


DEEDS = {"deeds": Provide(provide_deeds)}


class Staff(Controller):
    """The list, one member, and what can be done with an account."""

    path = "/pracownicy"
    opt = {"right": Right.MANAGE_STAFF}
    dependencies = DEEDS

    @get("/", name="office:staff")
    async def members(self, request: HTMXRequest, deeds: NamedDependency[Deeds]) -> Response[Any]:
        return await self._members(request, deeds, request.query_params, "")

    @post("/", name="office:staff:search", status_code=200, opt={"when_read_only": True})
    async def search(self, request: HTMXRequest, deeds: NamedDependency[Deeds]) -> Response[Any]:
        """A form, although it changes nothing: a name must not stand in an address."""
        form = await request.form()
        return await self._members(request, deeds, form, text(form, "szukaj", 80))

    async def _members(
        self, request: HTMXRequest, deeds: Deeds, asked: Mapping[str, Any], wanted: str
    ) -> Response[Any]:
        page_asked, role_asked = text(asked, "strona", 4), text(asked, "rola", 16)
        number = max(int(page_asked), 1) if page_asked.isdecimal() else 1
        role = Role(role_asked) if role_asked in STAFF else None
        rows, count = await queries.members(
            deeds.session, deeds.at, wanted=wanted, role=role, page=number, today=deeds.today
        )
        seen = STAFF if deeds.at is None else WITH_PLACE
        return page(
            request,
            "office/staff.html",
            "rows",
            rows=rows,
            count=count,
            query=wanted,
            role=role or "",
            roles=[("", _("wszystkie")), *((one.value, _(ROLE_NAMES[one])) for one in seen)],
            number=number,
            more=count > number * queries.PAGE,
            today=deeds.today,
            resets=await queries.waiting_resets(deeds.session, deeds.at, now=deeds.now),
        )

    @get("/{account_id:uuid}", name="office:staff:one")
    async def one(
        self, request: HTMXRequest, account_id: FromPath[UUID], deeds: NamedDependency[Deeds]
    ) -> Response[Any]:
        return await self._one(request, account_id, deeds, Problems())

    async def _one(
        self,
        request: HTMXRequest,
        account_id: UUID,
        deeds: Deeds,
        problems: Problems,
        typed: str = "",
    ) -> Response[Any]:
        session, now, may_grant = deeds.session, deeds.now, deeds.actor.may_grant
        member = await queries.member(session, deeds.at, account_id, today=deeds.today)
        custom = deeds.custom
        return form_page(
            request,
            "office/staff_one.html",
            problems,
            member=member,
            mine={one.id for one in member.grants if may_grant(one.role, one.institution_id)},
            roles=role_options(deeds),
            places=await queries.place_options(session, deeds.at),
            one_place=deeds.at is not None,
            custom=WAY_NAMES[custom] if custom else "",
            ways=[(way.value, _(name)) for way, name in WAY_NAMES.items()],
            by_sso_alone=way_of(member.sign_in, custom) is Way.SSO,
            reset=await queries.open_reset(session, account_id, now=now),
            invited_until=await queries.open_invitation(session, account_id, now=now),
            me=deeds.actor.account_id,
            today=deeds.today,
            renewed_until=next_expiry(deeds.today),
            typed=typed,
        )

    @post("/{account_id:uuid}/zaproszenie", name="office:staff:invite-again")
    async def invite_again(
        self, account_id: FromPath[UUID], deeds: NamedDependency[Deeds]
    ) -> Redirect:
        await deeds.invite_again(account_id)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/przedluzenie", name="office:staff:renew")
    async def renew(self, account_id: FromPath[UUID], deeds: NamedDependency[Deeds]) -> Redirect:
        await deeds.renew(account_id)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/odblokowanie", name="office:staff:unlock")
    async def unlock(self, account_id: FromPath[UUID], deeds: NamedDependency[Deeds]) -> Redirect:
        await deeds.unlock(account_id)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/zamkniecie", name="office:staff:close")
    async def close(self, account_id: FromPath[UUID], deeds: NamedDependency[Deeds]) -> Redirect:
        await deeds.close(account_id)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/otwarcie", name="office:staff:reopen")
    async def reopen(self, account_id: FromPath[UUID], deeds: NamedDependency[Deeds]) -> Redirect:
        await deeds.reopen(account_id)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/logowanie", name="office:staff:sign-in")
    async def set_way(
        self, request: HTMXRequest, account_id: FromPath[UUID], deeds: NamedDependency[Deeds]
    ) -> Redirect:
        """An empty choice is the municipality's; another word is none."""
        asked = text(await request.form(), "jak", 16)
        try:
            way = Way(asked) if asked else None
        except ValueError:
            raise NotFound from None
        await deeds.set_way(account_id, way)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/telefon", name="office:staff:reset", status_code=200)
    async def ask_reset(
        self, request: HTMXRequest, account_id: FromPath[UUID], deeds: NamedDependency[Deeds]
    ) -> Response[Any]:
        reason = paragraph(await request.form(), "powod", 500)
        try:
            await deeds.ask_reset(account_id, reason)
        except ShortStaffReason as refusal:
            problems = Problems()
            problems.add("powod", refusal.message)
            return await self._one(request, account_id, deeds, problems, typed=reason)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/telefon/decyzja", name="office:staff:reset:decide")
    async def decide_reset(
        self, request: HTMXRequest, account_id: FromPath[UUID], deeds: NamedDependency[Deeds]
    ) -> Redirect:
        match text(await request.form(), "decyzja", 16):
            case "potwierdz":
                await deeds.confirm_reset(account_id)
            case "odrzuc":
                await deeds.refuse_reset(account_id)
            case _:
                raise NotFound
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/role", name="office:staff:role:give")
    async def give_role(
        self, request: HTMXRequest, account_id: FromPath[UUID], deeds: NamedDependency[Deeds]
    ) -> Redirect:
        form = await request.form()
        role = ROLES.get(text(form, "rola", 16))
        if role is None:
            raise NotFound
        at = None
        if role in WITH_PLACE:
            place = text(form, "placowka", 60).lower()
            places = await queries.places(deeds.session)
            at = places.get(place)
        await deeds.give_role(account_id, role, at)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/role/{grant_id:uuid}/odebranie", name="office:staff:role:take")
    async def take_role(
        self, account_id: FromPath[UUID], grant_id: FromPath[UUID], deeds: NamedDependency[Deeds]
    ) -> Redirect:
        await deeds.take_role(account_id, grant_id)
        return go(f"{HOME}/{account_id}")


class Inviting(Controller):
    """Inviting one person by a form, or many by a file."""

    path = "/pracownicy"
    opt = {"right": Right.MANAGE_STAFF}
    dependencies = DEEDS

    @get("/zaproszenie", name="office:staff:invite")
    async def ask(self, request: HTMXRequest, deeds: NamedDependency[Deeds]) -> Response[Any]:
        if not deeds.actor.is_fresh(deeds.now):
            return go(f"/konto/potwierdzenie?dokad={HOME}/zaproszenie")
        return await self._ask(request, deeds, dict.fromkeys(COLUMNS, ""), Problems())

    async def _ask(
        self, request: HTMXRequest, deeds: Deeds, typed: dict[str, str], problems: Problems
    ) -> Response[Any]:
        return form_page(
            request,
            "office/staff_invite.html",
            problems,
            typed=typed,
            roles=role_options(deeds),
            places=await queries.place_options(deeds.session, deeds.at),
            one_place=deeds.at is not None,
        )

    @post("/zaproszenie", name="office:staff:invite:send", status_code=200)
    async def invite(self, request: HTMXRequest, deeds: NamedDependency[Deeds]) -> Response[Any]:
        form = await request.form()
        typed = {field: text(form, field, 120) for field in COLUMNS}
        (found,) = await deeds.invite([Line(1, *typed.values())])
        if found.problem:
            problems = Problems()
            problems.add(found.field, found.problem)
            return await self._ask(request, deeds, typed, problems)
        return go(f"{HOME}/{found.account_id}")

    @get("/plik", name="office:staff:list")
    async def ask_list(self, request: HTMXRequest, deeds: NamedDependency[Deeds]) -> Response[Any]:
        if not deeds.actor.is_fresh(deeds.now):
            return go(f"/konto/potwierdzenie?dokad={HOME}/plik")
        return self._ask_list(request, deeds, Problems())

    def _ask_list(self, request: HTMXRequest, deeds: Deeds, problems: Problems) -> Response[Any]:
        return form_page(
            request,
            "office/staff_list.html",
            problems,
            largest=LARGEST,
            roles=role_options(deeds),
            one_place=deeds.at is not None,
        )

    @post("/plik", name="office:staff:list:try", status_code=200)
    async def dry_run(self, request: HTMXRequest, deeds: NamedDependency[Deeds]) -> Response[Any]:
        """Says of every line what would become of it. Nothing is stored."""
        sent = (await request.form()).get("plik")
        try:
            content = decoded(await sent.read() if isinstance(sent, UploadFile) else b"")
            lines = list(lines_of(content))
        except UnreadableList as refusal:
            problems = Problems()
            problems.add("plik", refusal.message)
            return self._ask_list(request, deeds, problems)
        return self._report(request, await deeds.verdicts(lines), content=content)

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
    async def send(self, request: HTMXRequest, deeds: NamedDependency[Deeds]) -> Response[Any]:
        lines = list(lines_of(as_typed(await request.form(), "tresc")))
        return self._report(request, await deeds.invite(lines), content="")
