"""The door of staff: the password, or the way to the city's own provider."""

from typing import Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity import staff
from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.errors import (
    AccountExpired,
    AccountUnused,
    SsoOnly,
    WrongLogin,
)
from ksr_saas.identity.web.cookies import local_path
from ksr_saas.identity.web.second_step import DOOR, Entry, open_second_step, terms_of
from ksr_saas.identity.web.tries import one_try
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import Problems, as_typed, text
from ksr_saas.kernel.web import form_page


async def door_page(
    request: Request[Any, Any, Any],
    login: str,
    return_to: str,
    problems: Problems,
    *,
    too_late: bool = False,
) -> Response[Any]:
    """The page that asks for the password, for a passkey instead, or leads to the city's own."""
    return form_page(
        request,
        "public/staff_login.html",
        problems,
        login=login,
        return_to=local_path(return_to, ""),
        too_late=too_late,
        with_sso=await terms_of(request) is not None,
    )


class StaffDoor(Controller):
    """Sign in as a member of staff."""

    path = "/"
    opt = {"right": Right.ANYONE, "when_read_only": True}

    @get(DOOR, name="public:staff-login")
    async def ask_password(self, request: HTMXRequest) -> Response[Any]:
        late = text(request.query_params, "za-pozno") == "tak"
        return await door_page(
            request, "", text(request.query_params, "dokad"), Problems(), too_late=late
        )

    # Without a session the request holds no connection while a try has to wait.
    @post(DOOR, name="public:staff-login:send", status_code=200, opt={"no_session": True})
    async def take_password(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        login = text(form, "login", 120)
        try:
            async with one_try(request, login.lower(), WrongLogin):
                account = await staff.by_password(
                    db_session,
                    login.lower(),
                    as_typed(form, "haslo"),
                    terms=await terms_of(request),
                    today=clock.today(),
                )
        except (WrongLogin, AccountExpired, AccountUnused, SsoOnly) as refusal:
            problems = Problems()
            problems.add("login", refusal.message)
            return await door_page(request, login, text(form, "dokad"), problems)
        entry = Entry(account, local_path(text(form, "dokad"), ""))
        return await open_second_step(request, db_session, entry, clock)
