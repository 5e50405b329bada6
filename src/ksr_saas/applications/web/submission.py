"""Check, sign, hand in; and take back."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications import changing, queries
from ksr_saas.applications.models import Application
from ksr_saas.applications.service import Applications, missing, rulebook_of
from ksr_saas.applications.signing import SHORTEST_REASON, co_sign, wants_both
from ksr_saas.applications.states import Status
from ksr_saas.applications.views import guardian_lines, view
from ksr_saas.applications.web.case import case, case_address
from ksr_saas.applications.web.family import MINE, child_form, provide_applications
from ksr_saas.applications.web.known import way_on
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go, page

STATEMENTS = {
    "prawda": N_("Zaznacz, że wszystko we wniosku jest prawdą."),
    "wspolna": N_("Zaznacz, że decyzja o placówkach jest wspólna albo należy do Ciebie."),
    "rodo": N_("Zaznacz, że znasz informację o przetwarzaniu danych."),
}
BOTH, ALONE = "oboje", "sam"


class Signing(msgspec.Struct, frozen=True):
    """What is ticked and typed to sign; `who` and `why` where both parents should."""

    ticked: frozenset[str] = frozenset()
    who: str = ""
    why: str = ""

    @classmethod
    def read(cls, form: Mapping[str, Any]) -> "Signing":
        return cls(
            frozenset(one for one in STATEMENTS if text(form, one) == "tak"),
            text(form, "podpisy", 10),
            text(form, "dlaczego", 300),
        )

    def problems(self, *, both: bool) -> Problems:
        """What is not ticked, in the order of the page."""
        found = Problems()
        if both and self.who not in (BOTH, ALONE):
            found.add("podpisy", N_("Zaznacz, kto podpisuje wniosek."))
        if both and self.who == ALONE and len(self.why) < SHORTEST_REASON:
            found.add(
                "dlaczego", N_("Napisz, dlaczego podpisuje jeden rodzic, co najmniej 10 znaków.")
            )
        for one, words in STATEMENTS.items():
            if one not in self.ticked:
                found.add(one, words)
        return found


class MySubmission(Controller):
    """The last two steps of an application."""

    path = "/wnioski/{application_id:uuid}"
    opt = MINE
    dependencies = {"applications": Provide(provide_applications, sync_to_thread=False)}

    @get("/zlozenie", name="family:check")
    async def check(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.editable(application_id, actor, now=clock.now())
        if missing(application, rulebook_of(application.campaign), now=clock.now()):
            return go(f"/rodzina/wnioski/{application_id}")
        home = visit_of(request.scope).city.name
        if await applications.wrong_order(application, now=clock.now(), home=home):
            return go(f"/rodzina/wnioski/{application_id}/placowki")
        return self._page(request, application, actor, clock, Signing(), Problems())

    def _page(
        self,
        request: HTMXRequest,
        application: Application,
        actor: Actor,
        clock: Clock,
        signing: "Signing",
        problems: Problems,
    ) -> Response[Any]:
        return page(
            request,
            "family/check.html",
            status=422 if problems else 200,
            application=view(application, now=clock.now()),
            form=child_form(application.child),
            guardians=guardian_lines(application, actor),
            ticked=signing.ticked,
            signing=signing,
            both=wants_both(application),
            problems=problems,
            errors=problems.by_field(),
        )

    @post("/zlozenie", name="family:submit", status_code=200)
    async def submit(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        signing = Signing.read(form)
        application = await queries.own(db_session, actor, application_id)
        done = f"/rodzina/wnioski/{application_id}/potwierdzenie"
        if draft := text(form, "zmiana", 36):
            # The form of a change names both, so that sent twice it is handed in once.
            begun = await changing.change_of(db_session, application_id)
            if begun is None or str(begun) != draft:
                return go(done)
            application = await queries.own(db_session, actor, begun)
        elif application.status is Status.SUBMITTED:
            return go(done)
        both = wants_both(application)
        problems = signing.problems(both=both)
        if problems:
            application = await applications.editable(application.id, actor, now=clock.now())
            return self._page(request, application, actor, clock, signing, problems)
        if application.status is Status.DRAFT:
            known = await way_on(db_session, application, actor, only_certain=True)
            if known != f"/rodzina/wnioski/{application.id}":
                return go(known)
        handed_in = await applications.submit(
            application.id,
            actor,
            now=clock.now(),
            address=case_address(request, application_id),
            home=visit_of(request.scope).city.name,
            alone_because=signing.why if both and signing.who == ALONE else "",
        )
        return go(f"/rodzina/wnioski/{handed_in.id}/potwierdzenie")

    @post("/podpis", name="family:co-sign", status_code=200)
    async def co_sign(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        if text(form, "prawda") != "tak":
            application = await queries.own(db_session, actor, application_id)
            return await case(request, db_session, application, clock, unsigned=True)
        await co_sign(db_session, application_id, actor, now=clock.now())
        return go(f"/rodzina/wnioski/{application_id}")

    @post("/zmiana", name="family:change")
    async def change(
        self,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        draft = await changing.begin(db_session, application_id, actor, now=clock.now())
        return go(f"/rodzina/wnioski/{draft.id}")

    @post("/porzucenie", name="family:change:drop")
    async def drop(
        self,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        changed = await changing.drop(db_session, application_id, actor)
        return go(f"/rodzina/wnioski/{changed}")

    @get("/wycofanie", name="family:withdrawal")
    async def ask_withdrawal(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await queries.own(db_session, actor, application_id)
        return page(request, "family/withdraw.html", application=view(application, now=clock.now()))

    @post("/wycofanie", name="family:withdraw")
    async def withdraw(
        self,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        actor: NamedDependency[Actor],
    ) -> Response[Any]:
        await applications.withdraw(application_id, actor)
        return go(f"/rodzina/wnioski/{application_id}")
