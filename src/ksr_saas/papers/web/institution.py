"""An operator types an application that came on paper, and prints the letter with the code."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application
from ksr_saas.applications.queries import at_institution, units_to_choose
from ksr_saas.applications.rules import number_text
from ksr_saas.applications.service import rulebook_of
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import by_code
from ksr_saas.campaigns.views import campaign_view
from ksr_saas.criteria.kinds import Count, IncomeShare
from ksr_saas.criteria.way import Asks
from ksr_saas.criteria.worked_out import asked_for
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import Problems
from ksr_saas.kernel.i18n import in_language
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import form_page, go, page
from ksr_saas.offer.models import Unit
from ksr_saas.papers import documents
from ksr_saas.papers.forms import Claimed, PaperForm
from ksr_saas.papers.rules import LASTS
from ksr_saas.papers.service import Papers, ensure_typing, open_code, waits_for_parent
from ksr_saas.settings import Settings

MOST_UNITS = 2000


def code_key(request: Request[Any, Any, Any]) -> str:
    """The key to the codes of the municipality asked for."""
    settings: Settings = request.app.state.settings
    return settings.derive(f"take-over:{visit_of(request.scope).role}")


def code_address(request: Request[Any, Any, Any]) -> str:
    """The page on which a code is typed."""
    settings: Settings = request.app.state.settings
    host = f"{visit_of(request.scope).city.slug}.{settings.base_host}"
    return settings.address(host, "/rodzina/kod")


def provide_papers(
    db_session: NamedDependency[AsyncSession],
    actor: NamedDependency[Actor],
    clock: NamedDependency[Clock],
) -> Papers:
    """What the operator may do now."""
    return Papers(db_session, actor, now=clock.now())


class CriterionLine(msgspec.Struct, frozen=True):
    """A criterion as the form asks for it."""

    code: str
    name: str
    per_place: bool
    asks_income: bool
    asks_count: bool
    claim: Claimed


DESK = {"right": Right.OPEN_CASES}
PAPERS = {"papers": Provide(provide_papers, sync_to_thread=False)}


class Typing(Controller):
    """The form."""

    path = "/papier/{code:str}"
    opt = DESK
    dependencies = PAPERS

    @get("/", name="institution:paper")
    async def ask(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        papers: NamedDependency[Papers],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        campaign = await by_code(papers.session, code)
        ensure_typing(campaign, now=clock.now())
        offered, first = await self._units(campaign, papers)
        form = PaperForm.empty(rulebook_of(campaign), clock.today())
        return self._page(request, campaign, offered, first, form, Problems(), clock)

    async def _units(self, campaign: Campaign, papers: Papers) -> tuple[dict[str, Unit], Unit]:
        """What can be chosen, by id, and the own institution's. Raises NotFound without one."""
        found = await units_to_choose(papers.session, campaign.id, most=MOST_UNITS)
        mine = papers.actor.institution_id
        first = next((one for one in found if one.institution_id == mine), None)
        if first is None:
            raise NotFound
        return {str(one.id): one for one in found if one is not first}, first

    def _page(
        self,
        request: HTMXRequest,
        campaign: Campaign,
        offered: dict[str, Unit],
        first: Unit,
        form: PaperForm,
        problems: Problems,
        clock: Clock,
    ) -> Response[Any]:
        rulebook = rulebook_of(campaign)
        return form_page(
            request,
            "institution/paper.html",
            problems,
            campaign=campaign_view(campaign, now=clock.now()),
            form=form,
            own=first.full_name,
            options=[("", "—"), *((key, one.full_name) for key, one in offered.items())],
            criteria=[
                CriterionLine(
                    one.code,
                    in_language(one.name),
                    one.kind.asks is Asks.PLACES,
                    isinstance(one.kind, IncomeShare),
                    isinstance(one.kind, Count),
                    form.claims[one.code],
                )
                for one in asked_for(rulebook)
            ],
            years=(min(rulebook.birth_years), max(rulebook.birth_years)),
            today=clock.today().isoformat(),
        )

    @post("/", name="institution:paper:send", status_code=200)
    async def take(
        self,
        request: HTMXRequest,
        code: FromPath[str],
        papers: NamedDependency[Papers],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        campaign = await by_code(papers.session, code)
        offered, first = await self._units(campaign, papers)
        rulebook = rulebook_of(campaign)
        form = PaperForm.read(await request.form(), rulebook)
        problems = form.problems(
            campaign, rulebook, first=first.id, offered=set(offered), today=clock.today()
        )
        made = None
        if not problems:
            made, problems = await papers.hand_in(
                campaign,
                form,
                offered,
                first,
                address=code_address(request),
                home=visit_of(request.scope).city.name,
            )
        if made is None:
            return self._page(request, campaign, offered, first, form, problems, clock)
        return go(f"/placowka/wnioski/{made.id}/kod")


class Letters(Controller):
    """The code of one case: given out, printed, void."""

    path = "/wnioski/{application_id:uuid}/kod"
    opt = DESK
    dependencies = PAPERS

    async def _case(
        self, papers: Papers, application_id: UUID, *, lock: bool = False
    ) -> Application:
        at = papers.actor.institution_id
        if at is None:
            raise NotFound
        found = await at_institution(papers.session, at, application_id, lock=lock)
        if found.arrived_on is None:
            raise NotFound
        return found

    @get("/", name="institution:code")
    async def show(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        papers: NamedDependency[Papers],
    ) -> Response[Any]:
        application = await self._case(papers, application_id)
        return page(
            request,
            "institution/code.html",
            application_id=application.id,
            number=number_text(application.campaign.code, application.number),
            arrived_on=application.arrived_on,
            waiting=await waits_for_parent(papers.session, application),
            code=await open_code(papers.session, application.id, now=papers.now),
        )

    @post("/", name="institution:code:print", status_code=200)
    async def print_letter(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        papers: NamedDependency[Papers],
    ) -> Response[bytes]:
        """The letter with a new code; an older letter is void."""
        application = await self._case(papers, application_id, lock=True)
        code = await papers.new_code(application, code_key(request))
        to = application.guardians[0]
        made = await documents.printed(
            documents.letter(
                city=visit_of(request.scope).city.name,
                to=(
                    f"{to.given_name} {to.family_name}",
                    to.street,
                    f"{to.postal_code} {to.town}",
                ),
                number=number_text(application.campaign.code, application.number),
                code=code,
                address=code_address(request),
                now=papers.now,
                until=papers.now + LASTS,
            )
        )
        return Response(
            made,
            media_type="application/pdf",
            headers={"Content-Disposition": 'attachment; filename="kod.pdf"'},
        )

    @post("/koniec", name="institution:code:void")
    async def void(
        self, application_id: FromPath[UUID], papers: NamedDependency[Papers]
    ) -> Redirect:
        application = await self._case(papers, application_id, lock=True)
        await papers.void_code(application)
        return go(f"/placowka/wnioski/{application_id}/kod")
