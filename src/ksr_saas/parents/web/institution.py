"""A desk opens accounts for parents who have no eID, and looks after them."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import form_page, go
from ksr_saas.parents import queries
from ksr_saas.parents.errors import ClosingUnexplained, DocumentNotSeen
from ksr_saas.parents.forms import ParentForm
from ksr_saas.parents.service import ParentAccounts
from ksr_saas.settings import Settings
from ksr_saas.staffing.queries import open_invitation, open_reset

HOME = "/placowka/konta-rodzicow"
LANGUAGES = [("pl", "polski"), ("uk", "українська"), ("en", "English")]


def provide_parents(
    request: HTMXRequest,
    db_session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    clock: NamedDependency[Clock],
) -> ParentAccounts:
    """What the actor may do now. Raises NotFound where there are no such accounts."""
    city = visit_of(request.scope).city
    if not city.local_accounts:
        raise NotFound
    settings: Settings = request.app.state.settings
    host = f"{city.slug}.{settings.base_host}"
    return ParentAccounts(
        db_session, actor, now=clock.now(), address=lambda path: settings.address(host, path)
    )


class ParentsDesk(Controller):
    """Finding an account by its login, opening one, and one account."""

    path = "/konta-rodzicow"
    opt = {"right": Right.OPEN_CASES}
    dependencies = {"parents": Provide(provide_parents, sync_to_thread=False)}

    @get("/", name="institution:parents")
    async def ask(
        self, request: HTMXRequest, parents: NamedDependency[ParentAccounts]
    ) -> Response[Any]:
        return form_page(request, "institution/parents.html", Problems(), login="")

    @post("/", name="institution:parents:find", status_code=200, opt={"when_read_only": True})
    async def find(
        self, request: HTMXRequest, parents: NamedDependency[ParentAccounts]
    ) -> Response[Any]:
        """A form, although it changes nothing: an e-mail must not stand in an address."""
        login = text(await request.form(), "email", 120)
        found = await queries.by_login(parents.session, parents.at, login.lower())
        if found is None:
            problems = Problems()
            problems.add("email", N_("Ta placówka nie założyła konta z tym adresem."))
            return form_page(request, "institution/parents.html", problems, login=login)
        return go(f"{HOME}/{found}")

    @get("/nowe", name="institution:parents:new")
    async def ask_new(
        self, request: HTMXRequest, parents: NamedDependency[ParentAccounts]
    ) -> Response[Any]:
        if not parents.actor.is_fresh(parents.now):
            return go(f"/konto/potwierdzenie?dokad={HOME}/nowe")
        return self._form(request, ParentForm(), Problems())

    def _form(self, request: HTMXRequest, form: ParentForm, problems: Problems) -> Response[Any]:
        return form_page(
            request, "institution/parent_new.html", problems, form=form, languages=LANGUAGES
        )

    @post("/nowe", name="institution:parents:open", status_code=200)
    async def open(
        self,
        request: HTMXRequest,
        parents: NamedDependency[ParentAccounts],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = ParentForm.read(await request.form())
        problems, made = form.problems(today=clock.today()), None
        if not problems:
            made, problems = await parents.open(form)
        if made is None:
            return self._form(request, form, problems)
        return go(f"{HOME}/{made}")

    @get("/{account_id:uuid}", name="institution:parents:one")
    async def one(
        self,
        request: HTMXRequest,
        account_id: FromPath[UUID],
        parents: NamedDependency[ParentAccounts],
    ) -> Response[Any]:
        return await self._one(request, account_id, parents, Problems())

    async def _one(
        self,
        request: HTMXRequest,
        account_id: UUID,
        parents: ParentAccounts,
        problems: Problems,
        typed: str = "",
    ) -> Response[Any]:
        session, now = parents.session, parents.now
        return form_page(
            request,
            "institution/parent.html",
            problems,
            parent=await queries.parent(session, parents.at, account_id),
            reset=await open_reset(session, account_id, now=now),
            invited_until=await open_invitation(session, account_id, now=now),
            me=parents.actor.account_id,
            today=now.date(),
            typed=typed,
        )

    @post("/{account_id:uuid}/link", name="institution:parents:link")
    async def send_link(
        self, account_id: FromPath[UUID], parents: NamedDependency[ParentAccounts]
    ) -> Redirect:
        await parents.send_link(account_id)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/link/koniec", name="institution:parents:link:void")
    async def void_link(
        self, account_id: FromPath[UUID], parents: NamedDependency[ParentAccounts]
    ) -> Redirect:
        await parents.void_link(account_id)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/telefon", name="institution:parents:reset", status_code=200)
    async def ask_reset(
        self,
        request: HTMXRequest,
        account_id: FromPath[UUID],
        parents: NamedDependency[ParentAccounts],
    ) -> Response[Any]:
        seen = text(await request.form(), "powod", 500)
        try:
            await parents.ask_reset(account_id, seen)
        except DocumentNotSeen as refusal:
            problems = Problems()
            problems.add("powod", refusal.message)
            return await self._one(request, account_id, parents, problems, typed=seen)
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/telefon/decyzja", name="institution:parents:reset:decide")
    async def decide_reset(
        self,
        request: HTMXRequest,
        account_id: FromPath[UUID],
        parents: NamedDependency[ParentAccounts],
    ) -> Redirect:
        match text(await request.form(), "decyzja", 16):
            case "potwierdz":
                await parents.confirm_reset(account_id)
            case "odrzuc":
                await parents.refuse_reset(account_id)
            case _:
                raise NotFound
        return go(f"{HOME}/{account_id}")

    @post("/{account_id:uuid}/zamkniecie", name="institution:parents:close", status_code=200)
    async def close(
        self,
        request: HTMXRequest,
        account_id: FromPath[UUID],
        parents: NamedDependency[ParentAccounts],
    ) -> Response[Any]:
        why = text(await request.form(), "dlaczego", 500)
        try:
            await parents.close(account_id, why)
        except ClosingUnexplained as refusal:
            problems = Problems()
            problems.add("dlaczego", refusal.message)
            return await self._one(request, account_id, parents, problems, typed=why)
        return go(f"{HOME}/{account_id}")
