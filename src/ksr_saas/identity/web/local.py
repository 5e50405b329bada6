"""The door of parents without an eID: the account that an institution has opened for them."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity import staff
from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.errors import WrongLogin
from ksr_saas.identity.models import AccountKind
from ksr_saas.identity.web.cookies import local_path
from ksr_saas.identity.web.second_step import LOCAL_DOOR, Entry, ensure_local, open_second_step
from ksr_saas.identity.web.tries import one_try
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import Problems, as_typed, text
from ksr_saas.kernel.web import form_page


class LocalDoor(Controller):
    """Sign in as a parent with a password; tries of a login are counted at all doors together."""

    path = LOCAL_DOOR
    opt = {"right": Right.ANYONE, "when_read_only": True}

    @get("/", name="public:local-login")
    async def ask_password(self, request: HTMXRequest) -> Response[Any]:
        ensure_local(request)
        return self._page(request, "", text(request.query_params, "dokad"), Problems())

    def _page(
        self, request: HTMXRequest, login: str, return_to: str, problems: Problems
    ) -> Response[Any]:
        return form_page(
            request,
            "public/local_login.html",
            problems,
            login=login,
            return_to=local_path(return_to, ""),
            too_late=text(request.query_params, "za-pozno") == "tak",
        )

    # Without a session the request holds no connection while a try has to wait.
    @post("/", name="public:local-login:send", status_code=200, opt={"no_session": True})
    async def take_password(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        ensure_local(request)
        form = await request.form()
        login, password = text(form, "login", 120), as_typed(form, "haslo")
        to = text(form, "dokad")
        try:
            async with one_try(request, login.lower(), WrongLogin):
                account = await staff.with_password(
                    db_session, AccountKind.PARENT, login.lower(), password
                )
        except WrongLogin as refusal:
            problems = Problems()
            problems.add("login", refusal.message)
            return self._page(request, login, to, problems)
        return await open_second_step(
            request, db_session, Entry(account, local_path(to, "")), clock
        )
