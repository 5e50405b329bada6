"""The guardians of an application, as one of them enters themselves."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.applications import contacts
from ksr_saas.applications.forms import Address, GuardianForm
from ksr_saas.applications.models import Application
from ksr_saas.applications.service import Applications
from ksr_saas.applications.web.family import MINE, ensure_unchanged, provide_applications
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import Problems, stamp, text
from ksr_saas.kernel.web import form_page, go
from ksr_saas.people.models import Guardian

PREFIXES = {1: "a_", 2: "b_"}


class Seat(msgspec.Struct, frozen=True):
    """One of the two places; `form` is None for a person of whom this reader sees the name alone.

    `own` says that it is the reader's.
    """

    position: int
    own: bool
    name: str
    form: GuardianForm | None


def guardian_form(guardian: Guardian | None, prefix: str) -> GuardianForm:
    """One guardian as last saved; empty fields when there is none."""
    if guardian is None:
        return GuardianForm.read({}, prefix)
    return GuardianForm(
        prefix=prefix,
        given_name=guardian.given_name,
        family_name=guardian.family_name,
        email=guardian.email,
        phone=guardian.phone,
        address=Address(guardian.street, guardian.postal_code, guardian.town),
    )


def newcomer(application: Application, actor: Actor, prefix: str) -> GuardianForm:
    """Somebody who has entered nothing yet: called as they signed in, at home with the child."""
    names, child = actor.name.split(" ", 1), application.child
    return GuardianForm(
        prefix=prefix,
        given_name=names[0],
        family_name=names[-1],
        email="",
        phone="",
        address=Address(child.street, child.postal_code, child.town),
    )


def seats(application: Application, actor: Actor) -> list[Seat]:
    """Both places as last saved, as far as this parent may know."""
    own = contacts.seat(application.guardians, actor)
    found = []
    for position, prefix in PREFIXES.items():
        guardian = contacts.at(application.guardians, position)
        form = None
        if position == own:
            mine = guardian is not None and guardian.account_id == actor.account_id
            form = guardian_form(guardian, prefix) if mine else newcomer(application, actor, prefix)
        elif own == 1 and contacts.may_enter(application.guardians, position, actor):
            form = guardian_form(guardian, prefix)
        name = f"{guardian.given_name} {guardian.family_name}" if guardian else ""
        found.append(Seat(position, position == own, name, form))
    return found


class MyGuardians(Controller):
    """Who the child's guardians are."""

    path = "/wnioski/{application_id:uuid}/rodzice"
    opt = MINE
    dependencies = {"applications": Provide(provide_applications, sync_to_thread=False)}

    @get("/", name="family:guardians")
    async def guardians(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.editable(application_id, actor, now=clock.now())
        stored = seats(application, actor)
        second = any(one.position == 2 for one in application.guardians)
        return self._page(request, application, stored, stored, second, Problems())

    @post("/", name="family:guardians:save", status_code=200)
    async def save_guardians(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.to_edit(application_id, actor, now=clock.now())
        stored = seats(application, actor)
        typed = await request.form()
        ensure_unchanged(typed, stamp(stored))
        second = text(typed, "drugi") == "tak"
        filled = [
            msgspec.structs.replace(one, form=GuardianForm.read(typed, one.form.prefix))
            if one.form
            else one
            for one in stored
        ]
        own = next((one.form for one in filled if one.own), None)
        other = next((one.form for one in filled if one.form and not one.own), None)
        if own is None:
            raise NotFound
        problems = Problems()
        own.check(problems)
        if other is not None and second:
            other.check(problems)
        if problems:
            return self._page(request, application, stored, filled, second, problems)
        await applications.save_guardians(application, actor, own, other if second else None)
        applications.saved(application, now=clock.now())
        return go(f"/rodzina/wnioski/{application_id}")

    def _page(
        self,
        request: HTMXRequest,
        application: Application,
        stored: list[Seat],
        shown: list[Seat],
        second: bool,
        problems: Problems,
    ) -> Response[Any]:
        return form_page(
            request,
            "family/guardians.html",
            problems,
            application_id=application.id,
            version=stamp(stored),
            seats=[one for one in shown if one.form or one.name],
            may_save=any(one.own for one in shown),
            second=second,
        )
