"""The commission gives its reasons, the director decides on the appeal."""

from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.appeals.queries import at_institution, due, one_at, refusals
from ksr_saas.appeals.rules import LONGEST, SHORTEST
from ksr_saas.appeals.service import Appeals
from ksr_saas.appeals.web.family import APPEALS
from ksr_saas.applications.rules import number_text
from ksr_saas.applications.web.case import case_address
from ksr_saas.audit.service import record_reading
from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems, paragraph, text
from ksr_saas.kernel.web import go, page

OUTCOMES = {"uwzglednij": True, "oddal": False}


class AppealsHere(Controller):
    """The appeals at the own institution."""

    path = "/odwolania"
    opt = {"right": Right.READ_CASES}
    dependencies = APPEALS

    @get("/", name="institution:appeals")
    async def everything(
        self, request: HTMXRequest, appeals: NamedDependency[Appeals]
    ) -> Response[Any]:
        rows = await at_institution(appeals.session, appeals.actor.institution_id)
        return page(request, "institution/appeals.html", rows=rows, today=appeals.now)

    @get("/{appeal_id:uuid}", name="institution:appeal")
    async def show(
        self,
        request: HTMXRequest,
        appeal_id: FromPath[UUID],
        appeals: NamedDependency[Appeals],
    ) -> Response[Any]:
        return await _page(request, appeals, appeal_id, "", "", Problems())

    @post(
        "/{appeal_id:uuid}/uzasadnienie",
        name="institution:appeal:explain",
        status_code=200,
        opt={"right": Right.DECIDE},
    )
    async def explain(
        self,
        request: HTMXRequest,
        appeal_id: FromPath[UUID],
        appeals: NamedDependency[Appeals],
    ) -> Response[Any]:
        reasons = paragraph(await request.form(), "tresc", LONGEST)
        problems = Problems()
        if len(reasons) < SHORTEST:
            problems.add("tresc", N_("Napisz uzasadnienie, co najmniej 20 znaków."))
            return await _page(request, appeals, appeal_id, reasons, "", problems)
        await appeals.explain(
            appeal_id, reasons, lambda one: f"{case_address(request, one)}/odwolanie"
        )
        return go(f"/placowka/odwolania/{appeal_id}")

    @post(
        "/{appeal_id:uuid}/rozstrzygniecie",
        name="institution:appeal:decide",
        status_code=200,
        opt={"right": Right.DECIDE_APPEALS},
    )
    async def decide(
        self,
        request: HTMXRequest,
        appeal_id: FromPath[UUID],
        appeals: NamedDependency[Appeals],
    ) -> Response[Any]:
        form = await request.form()
        decision, chosen = paragraph(form, "tresc", LONGEST), text(form, "wynik", 12)
        problems = Problems()
        if chosen not in OUTCOMES:
            problems.add("wynik", N_("Zaznacz, co rozstrzygasz."))
        if len(decision) < SHORTEST:
            problems.add("tresc", N_("Napisz, dlaczego tak rozstrzygasz, co najmniej 20 znaków."))
        if problems:
            return await _page(request, appeals, appeal_id, decision, chosen, problems)
        await appeals.decide(
            appeal_id,
            decision,
            lambda one: f"{case_address(request, one)}/odwolanie",
            uphold=OUTCOMES[chosen],
        )
        return go(f"/placowka/odwolania/{appeal_id}")


async def _page(
    request: HTMXRequest,
    appeals: Appeals,
    appeal_id: UUID,
    typed: str,
    chosen: str,
    problems: Problems,
) -> Response[Any]:
    """One appeal with the numbers that its reasons have to name (art. 158 (7))."""
    actor = appeals.actor
    appeal, application, campaign, child = await one_at(
        appeals.session, actor.institution_id, appeal_id
    )
    found = await refusals(appeals.session, application.id, campaign, now=appeals.now)
    refusal = next((one for one in found if one.institution_id == appeal.institution_id), None)
    if refusal is None:
        raise NotFound
    await record_reading(
        appeals.session,
        "appeals.read",
        actor_id=actor.account_id,
        role=actor.role.value,
        acting_for=actor.institution_id,
        kind="application",
        object_id=application.id,
        subject_id=application.child_id,
    )
    return page(
        request,
        "institution/appeal.html",
        status=422 if problems else 200,
        appeal=appeal,
        refusal=refusal,
        child=f"{child.given_name} {child.family_name}",
        number=number_text(campaign.code, application.number),
        due=due(appeal, campaign),
        typed=typed,
        chosen=chosen,
        problems=problems,
        errors=problems.by_field(),
    )
