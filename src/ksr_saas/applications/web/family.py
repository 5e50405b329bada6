"""The family's application: task list, the child, the case."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications import queries
from ksr_saas.applications.copying import fill_from, patterns
from ksr_saas.applications.documents import RECEIPT
from ksr_saas.applications.errors import ChangedMeanwhile, TooManyChildren
from ksr_saas.applications.forms import Address, ChildForm
from ksr_saas.applications.looked_up import look_up
from ksr_saas.applications.models import Application
from ksr_saas.applications.news import addressees
from ksr_saas.applications.service import Applications, ensure_open, rulebook_of
from ksr_saas.applications.states import Status
from ksr_saas.applications.views import card, view
from ksr_saas.applications.web.case import case
from ksr_saas.applications.web.known import way_on
from ksr_saas.campaigns.queries import all_campaigns, by_code
from ksr_saas.campaigns.views import campaign_view
from ksr_saas.documents.service import issue_again, newest
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.identity.throttle import Throttle
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.forms import Problems, stamp, text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go, page
from ksr_saas.people.models import Child

MINE = {"right": Right.OWN_APPLICATIONS}


def provide_applications(db_session: NamedDependency[AsyncSession]) -> Applications:
    """The service on the request's transaction."""
    return Applications(session=db_session)


def child_form(child: Child) -> ChildForm:
    """The form as it was last saved."""
    born = child.birth_date
    return ChildForm(
        given_name=child.given_name,
        second_name=child.second_name,
        family_name=child.family_name,
        pesel=child.pesel or "",
        without_pesel=bool(child.document),
        document=child.document,
        birth_day=str(born.day) if born else "",
        birth_month=str(born.month) if born else "",
        birth_year=str(born.year) if born else "",
        address=Address(child.street, child.postal_code, child.town),
    )


def ensure_unchanged(form: Mapping[str, Any], now_stored: str) -> None:
    """Raise ChangedMeanwhile unless the form was filled from what is stored now."""
    if text(form, "wersja") not in ("", now_stored):
        raise ChangedMeanwhile


class MyApplications(Controller):
    """Dashboard and the parts of one application."""

    path = "/"
    opt = MINE
    dependencies = {"applications": Provide(provide_applications, sync_to_thread=False)}

    @get("/", name="family:home")
    async def home(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        mine = await queries.all_own(db_session, actor)
        campaigns = await all_campaigns(db_session)
        return page(
            request,
            "family/home.html",
            cards=[card(one) for one in mine],
            campaigns=[campaign_view(one, now=clock.now()) for one in campaigns],
        )

    @get("/start/{code:str}", name="family:before-you-start")
    async def before(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        campaign = await by_code(db_session, code)
        ensure_open(campaign, now=clock.now())
        return page(
            request,
            "family/before.html",
            campaign=campaign_view(campaign, now=clock.now()),
            most=rulebook_of(campaign).max_preferences,
            patterns=await patterns(db_session, actor, campaign),
        )

    @post("/wnioski", name="family:application:begin")
    async def begin(
        self,
        request: HTMXRequest,
        applications: NamedDependency[Applications],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        form = await request.form()
        campaign = await by_code(db_session, text(form, "nabor"))
        begun = (await applications.begin(campaign, actor, now=clock.now())).id
        if chosen := text(form, "wzor", 60):
            home = visit_of(request.scope).city.name
            await fill_from(db_session, actor, campaign, begun, chosen, home=home)
        return go(f"/rodzina/wnioski/{begun}")

    @get("/wnioski/{application_id:uuid}", name="family:application")
    async def show(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await queries.own(db_session, actor, application_id)
        shown = view(application, now=clock.now())
        if application.status in (Status.DRAFT, Status.RETURNED):
            return page(request, "family/tasks.html", application=shown)
        return await case(request, db_session, application, clock)

    @get("/wnioski/{application_id:uuid}/dziecko", name="family:child")
    async def child(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.editable(application_id, actor, now=clock.now())
        return self._child(request, application, child_form(application.child), Problems())

    @post("/wnioski/{application_id:uuid}/dziecko", name="family:child:save", status_code=200)
    async def save_child(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.to_edit(application_id, actor, now=clock.now())
        typed = await request.form()
        ensure_unchanged(typed, stamp(child_form(application.child)))
        form = ChildForm.read(typed)
        if problems := form.problems(rulebook_of(application.campaign).birth_years):
            return self._child(request, application, form, problems)
        if form.another_child(child_form(application.child)):
            throttle: Throttle = request.app.state.throttle
            if not await throttle.may_name(visit_of(request.scope).role, str(actor.account_id)):
                raise TooManyChildren
        applications.save_child(application, form)
        await look_up(db_session, application, home=visit_of(request.scope).city.name)
        applications.saved(application, now=clock.now())
        await db_session.flush()  # the child is looked for among the others as it is now
        return go(await way_on(db_session, application, actor))

    def _child(
        self, request: HTMXRequest, application: Application, form: ChildForm, problems: Problems
    ) -> Response[Any]:
        years = rulebook_of(application.campaign).birth_years
        return page(
            request,
            "family/child.html",
            status=422 if problems else 200,
            application_id=application.id,
            version=stamp(child_form(application.child)),
            form=form,
            problems=problems,
            errors=problems.by_field(),
            years=(min(years), max(years)) if years else None,
        )

    @get("/wnioski/{application_id:uuid}/potwierdzenie", name="family:confirmation")
    async def confirmation(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await queries.own(db_session, actor, application_id)
        if application.submitted_at is None:
            raise NotFound
        document = await newest(db_session, RECEIPT, application_id)
        told = await addressees(db_session, Application.id == application_id)
        return page(
            request,
            "family/confirmation.html",
            "receipt",
            application=view(application, now=clock.now()),
            email=next((one.email for one in told if one.account_id == actor.account_id), ""),
            receipt=document.status.value if document else "none",
        )

    @post("/wnioski/{application_id:uuid}/potwierdzenie", name="family:receipt:again")
    async def receipt_again(
        self,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
    ) -> Redirect:
        application = await queries.own(db_session, actor, application_id, lock=True)
        if application.submitted_at is None:
            raise NotFound
        version = (application.snapshot or {}).get("version", 1)
        await issue_again(db_session, RECEIPT, application_id, version)
        return go(f"/rodzina/wnioski/{application_id}/potwierdzenie")

    @get("/wnioski/{application_id:uuid}/potwierdzenie.pdf", name="family:receipt")
    async def receipt(
        self,
        application_id: FromPath[UUID],
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        files: NamedDependency[Files],
    ) -> Response[bytes]:
        await queries.own(db_session, actor, application_id)
        document = await newest(db_session, RECEIPT, application_id)
        if document is None or document.store_name is None:
            raise NotFound
        return Response(
            files.get(document.store_name),
            media_type="application/pdf",
            headers={"Content-Disposition": 'attachment; filename="potwierdzenie.pdf"'},
        )
