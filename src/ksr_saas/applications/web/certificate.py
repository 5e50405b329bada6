"""Grades and results of the examination, typed from the certificate."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.applications import certificates
from ksr_saas.applications.models import Application
from ksr_saas.applications.service import Applications, rulebook_of
from ksr_saas.applications.web.family import MINE, ensure_unchanged, provide_applications
from ksr_saas.calculator.forms import Answers
from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import Problems, stamp
from ksr_saas.kernel.web import go, page


class MyCertificate(Controller):
    """One page for all of it, because it is one document."""

    path = "/wnioski/{application_id:uuid}/swiadectwo"
    opt = MINE
    dependencies = {"applications": Provide(provide_applications, sync_to_thread=False)}

    @get("/", name="family:certificate")
    async def show(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.editable(application_id, actor, now=clock.now())
        _ensure_asked(application)
        sheet = certificates.asked(application, rulebook_of(application.campaign))
        given = certificates.typed(certificates.certificate_of(application), sheet)
        return _page(request, application, given, Problems())

    @post("/", name="family:certificate:save", status_code=200)
    async def save(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        applications: NamedDependency[Applications],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await applications.to_edit(application_id, actor, now=clock.now())
        _ensure_asked(application)
        form = await request.form()
        ensure_unchanged(form, stamp(application.certificate))
        given, found, problems = certificates.read(
            application, rulebook_of(application.campaign), form
        )
        if problems:
            return _page(request, application, given, problems)
        applications.save_certificate(application, found)
        applications.saved(application, now=clock.now())
        return go(f"/rodzina/wnioski/{application_id}")


def _ensure_asked(application: Application) -> None:
    if not certificates.matters(rulebook_of(application.campaign)):
        raise NotFound


def _page(
    request: HTMXRequest, application: Application, given: Answers, problems: Problems
) -> Response[Any]:
    stage = timetable.stage(application.campaign.stages, StageCode.CERTIFICATES)
    return page(
        request,
        "family/certificate.html",
        status=422 if problems else 200,
        application_id=application.id,
        version=stamp(application.certificate),
        asked=certificates.asked(application, rulebook_of(application.campaign)),
        given=given,
        place=None,
        secondary=True,
        until=stage.ends_at if stage else None,
        problems=problems,
        errors=problems.by_field(),
    )
