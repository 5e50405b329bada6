"""The link of an invitation: choose a password, then set up the second step."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity import staff
from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.errors import InvitationOver
from ksr_saas.identity.models import Account, AccountKind
from ksr_saas.identity.rules import password_problem
from ksr_saas.identity.web.second_step import Entry, open_second_step, terms_of
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, as_typed, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import form_page


class InvitationPages(Controller):
    """The link of an invitation: choose a password, then enrol."""

    path = "/zaproszenie"
    opt = {"right": Right.ANYONE}

    @get("/", name="public:invitation")
    async def ask(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        token = text(request.query_params, "bilet", 100)
        _, account = await staff.invited(db_session, token, now=clock.now())
        await ensure_by_password(request, account)
        return self._page(request, token, account, Problems())

    def _page(
        self, request: HTMXRequest, token: str, account: Account, problems: Problems
    ) -> Response[Any]:
        return form_page(
            request,
            "public/invitation.html",
            problems,
            token=token,
            login=account.login,
            name=account.name,
        )

    @post("/", name="public:invitation:send", status_code=200)
    async def accept(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        token = text(form, "bilet", 100)
        _, account = await staff.invited(db_session, token, now=clock.now(), lock=True)
        await ensure_by_password(request, account)
        password = as_typed(form, "nowe_haslo")
        problems = new_password_problems(request, account, form)
        if problems:
            return self._page(request, token, account, problems)
        await staff.set_password(db_session, account, password, keep=None, now=clock.now())
        return await open_second_step(request, db_session, Entry(account, ""), clock)


async def ensure_by_password(request: Request[Any, Any, Any], account: Account) -> None:
    """Raise SsoOnly or InvitationOver for an account to which no password leads here."""
    if account.kind is AccountKind.STAFF:
        staff.check_here(account, await terms_of(request))
    elif not visit_of(request.scope).city.local_accounts:
        raise InvitationOver


def new_password_problems(request: Request[Any, Any, Any], account: Account, form: Any) -> Problems:
    """What is wrong with a new password typed twice."""
    password, again = as_typed(form, "nowe_haslo"), as_typed(form, "powtorz")
    problems = Problems()
    about = (account.login or "", account.name, visit_of(request.scope).city.name)
    if words := password_problem(password, about):
        problems.add("nowe_haslo", words)
    elif password != again:
        problems.add("powtorz", N_("Hasła się różnią. Wpisz to samo dwa razy."))
    return problems
