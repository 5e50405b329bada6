"""The desk of an institution: queue and case."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application, Outcome
from ksr_saas.applications.signing import Signed, newest, standing, wants_both
from ksr_saas.applications.states import Status
from ksr_saas.applications.uploads import TAKEN
from ksr_saas.applications.versions import last_change
from ksr_saas.applications.web.case import case_address
from ksr_saas.applications.web.claims import download
from ksr_saas.campaigns.queries import all_campaigns
from ksr_saas.campaigns.views import campaign_view
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.forms import paragraph, text
from ksr_saas.kernel.web import go, page
from ksr_saas.offer.models import Institution
from ksr_saas.openings.errors import ReasonUnclear
from ksr_saas.openings.models import Opening
from ksr_saas.openings.rules import Scope
from ksr_saas.openings.views import open_to, sensitive_codes, staff_view
from ksr_saas.openings.wording import REASON_WORDS, reasons
from ksr_saas.verification.errors import ReasonMissing
from ksr_saas.verification.service import Desk
from ksr_saas.verification.views import queue_row

PAGE_SIZE = 50
OUTCOMES = {"uznaj": Outcome.ACCEPTED, "odrzuc": Outcome.REJECTED, "cofnij": Outcome.PENDING}


def provide_desk(db_session: NamedDependency[AsyncSession], actor: NamedDependency[Actor]) -> Desk:
    """The desk of the signed-in person's institution."""
    return Desk(db_session, actor)


class MyDesk(Controller):
    """Queue and cases of one institution."""

    path = "/"
    opt = {"right": Right.READ_CASES}
    dependencies = {"desk": Provide(provide_desk, sync_to_thread=False)}

    @get("/", name="institution:queue")
    async def queue(
        self,
        request: HTMXRequest,
        desk: NamedDependency[Desk],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        return await self._queue(request, desk, db_session, clock, request.query_params, "")

    @post("/", name="institution:queue:search", status_code=200, opt={"when_read_only": True})
    async def search(
        self,
        request: HTMXRequest,
        desk: NamedDependency[Desk],
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """A form, although it changes nothing: a child's name must not stand in an address."""
        form = await request.form()
        return await self._queue(request, desk, db_session, clock, form, text(form, "szukaj", 60))

    async def _queue(
        self,
        request: HTMXRequest,
        desk: Desk,
        db_session: AsyncSession,
        clock: Clock,
        asked: Mapping[str, Any],
        words: str,
    ) -> Response[Any]:
        wanted, number = text(asked, "stan", 16), text(asked, "strona", 6)
        status = Status(wanted) if wanted in set(Status) else None
        shown = max(1, int(number)) if number.isascii() and number.isdigit() else 1
        rows = await desk.queue(status, words, most=PAGE_SIZE + 1, start=(shown - 1) * PAGE_SIZE)
        await desk.note_list([row[0].id for row in rows[:PAGE_SIZE]], searched=bool(words))
        institution = await db_session.get_one(Institution, desk.institution_id)
        return page(
            request,
            "institution/queue.html",
            "rows",
            institution=institution.name,
            counts=await desk.counts(),
            campaigns=[
                campaign_view(one, now=clock.now()) for one in await all_campaigns(db_session)
            ],
            rows=[queue_row(*row) for row in rows[:PAGE_SIZE]],
            chosen=status,
            statuses=list(Status)[1:],
            query=words,
            number=shown,
            more=len(rows) > PAGE_SIZE,
        )

    @get("/wnioski/{application_id:uuid}", name="institution:case")
    async def case(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await desk.application(application_id)
        return await self._case(request, desk, application, clock)

    async def _case(
        self,
        request: HTMXRequest,
        desk: Desk,
        application: Application,
        clock: Clock,
        *,
        refused: str = "",
        typed: str = "",
        opening: Opening | None = None,
    ) -> Response[Any]:
        """The case; `refused` names the form whose reason was missing, `typed` what was there.

        `opening` is given by who has just made it.
        """
        await desk.note_reading(application, "verification.open")
        child = application.child
        opening = opening or await desk.opening(application.id, now=clock.now())
        opened = open_to(application, desk.institution_id) if opening else ()
        return page(
            request,
            "institution/case.html",
            "decisions",
            status=ReasonMissing.status if refused else 200,
            refused=refused,
            typed=typed,
            application=staff_view(application, now=clock.now(), opened=opened),
            opening=opening,
            reason=REASON_WORDS[opening.reason] if opening else "",
            reasons=reasons(Scope.PAPERS),
            address=f"{child.street}, {child.postal_code} {child.town}",
            guardians=application.guardians,
            first_rank_only=application.wishes[0].unit.full_name,
            **await self._signatures(desk, application),
            change=await last_change(desk.session, application, opened=opened),
            following=await desk.next_waiting(application.number or 0),
            published=application.campaign.published_at is not None,
            uncorrected=application.status is Status.RETURNED
            and application.return_until is not None
            and clock.now() >= application.return_until,
        )

    @staticmethod
    async def _signatures(desk: Desk, application: Application) -> dict[str, Any]:
        """How the newest version is signed, where the rules want both parents."""
        if not wants_both(application):
            return {"signed": Signed.ENOUGH.value, "alone_because": ""}
        version = await newest(desk.session, application)
        return {
            "signed": standing(application, version).value,
            "alone_because": version.alone_because if version else "",
        }

    async def _done(
        self,
        request: HTMXRequest,
        desk: Desk,
        application: Application,
        clock: Clock,
        *,
        opening: Opening | None = None,
    ) -> Response[Any]:
        """The case after a decision: in place with htmx, else by way of its own address."""
        if "hx-request" not in request.headers:
            return go(f"/placowka/wnioski/{application.id}")
        return await self._case(request, desk, application, clock, opening=opening)

    async def _again(
        self,
        request: HTMXRequest,
        desk: Desk,
        application_id: UUID,
        clock: Clock,
        refused: str,
        typed: str,
    ) -> Response[Any]:
        application = await desk.application(application_id)
        return await self._case(request, desk, application, clock, refused=refused, typed=typed)

    @post(
        "/wnioski/{application_id:uuid}/otwarcie",
        name="institution:open-papers",
        status_code=200,
    )
    async def open_papers(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """Uncover the sensitive claims and files of a case for half an hour."""
        form = await request.form()
        own_words = text(form, "slowa", 500)
        try:
            application, opening = await desk.open_papers(
                application_id, text(form, "powod", 16), own_words, now=clock.now()
            )
        except ReasonUnclear:
            return await self._again(request, desk, application_id, clock, "otwarcie", own_words)
        return await self._done(request, desk, application, clock, opening=opening)

    @post(
        "/wnioski/{application_id:uuid}/kryteria/{claim_id:uuid}",
        name="institution:claim",
        status_code=200,
        opt={"right": Right.VERIFY},
    )
    async def claim(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        claim_id: FromPath[UUID],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        form = await request.form()
        outcome = OUTCOMES.get(text(form, "decyzja", 16))
        if outcome is None:
            raise NotFound
        reason = text(form, "powod", 500)
        try:
            application = await desk.decide_claim(
                application_id, claim_id, outcome, reason, now=clock.now()
            )
        except ReasonMissing:
            return await self._again(request, desk, application_id, clock, str(claim_id), reason)
        return await self._done(request, desk, application, clock)

    @post(
        "/wnioski/{application_id:uuid}/swiadectwo",
        name="institution:certificate",
        status_code=200,
        opt={"right": Right.VERIFY},
    )
    async def certificate(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        outcome = OUTCOMES.get(text(await request.form(), "decyzja", 16))
        if outcome is None:
            raise NotFound
        application = await desk.decide_certificate(application_id, outcome, now=clock.now())
        return await self._done(request, desk, application, clock)

    @post(
        "/wnioski/{application_id:uuid}/podpis",
        name="institution:second-signature",
        status_code=200,
        opt={"right": Right.VERIFY},
    )
    async def second_signature(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await desk.second_signature(application_id, now=clock.now())
        return await self._done(request, desk, application, clock)

    @post(
        "/wnioski/{application_id:uuid}/zatwierdzenie",
        name="institution:verify",
        opt={"right": Right.DECIDE},
    )
    async def verify(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        application = await desk.verify(
            application_id, now=clock.now(), address=case_address(request, application_id)
        )
        following = await desk.next_waiting(application.number or 0)
        return go(f"/placowka/wnioski/{following}" if following else "/placowka")

    @post(
        "/wnioski/{application_id:uuid}/zwrot",
        name="institution:return",
        opt={"right": Right.RETURN},
    )
    async def send_back(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        reason = paragraph(await request.form(), "powod")
        address = case_address(request, application_id)
        try:
            await desk.send_back(application_id, reason, now=clock.now(), address=address)
        except ReasonMissing:
            return await self._again(request, desk, application_id, clock, "zwrot", reason)
        return go(f"/placowka/wnioski/{application_id}")

    @post(
        "/wnioski/{application_id:uuid}/bez-poprawki",
        name="institution:take-back",
        opt={"right": Right.RETURN},
    )
    async def take_back(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        await desk.take_back(application_id, now=clock.now())
        return go(f"/placowka/wnioski/{application_id}")

    @post(
        "/wnioski/{application_id:uuid}/odrzucenie",
        name="institution:reject",
        opt={"right": Right.DECIDE},
    )
    async def reject(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        reason = paragraph(await request.form(), "powod")
        try:
            await desk.reject(application_id, reason, now=clock.now())
        except ReasonMissing:
            return await self._again(request, desk, application_id, clock, "odrzucenie", reason)
        return go(f"/placowka/wnioski/{application_id}")

    @get("/wnioski/{application_id:uuid}/zalaczniki/{file_id:uuid}", name="institution:file")
    async def file(
        self,
        request: HTMXRequest,
        application_id: FromPath[UUID],
        file_id: FromPath[UUID],
        desk: NamedDependency[Desk],
        clock: NamedDependency[Clock],
        files: NamedDependency[Files],
    ) -> Response[bytes] | Redirect:
        """A picture is shown beside the claim; anything else, or `?pobierz=tak`, is a download.

        A sensitive one that has not been opened leads back to the case, where the reason is asked.
        """
        application = await desk.application(application_id)
        file = next((f for f in application.attachments if f.id == file_id), None)
        if file is None:
            raise NotFound
        reason, detail = "", {"file": str(file.id)}
        if file.criterion in sensitive_codes(application):
            opening = await desk.opening(application_id, now=clock.now())
            if opening is None or file.criterion not in open_to(application, desk.institution_id):
                return go(f"/placowka/wnioski/{application_id}#otwarcie")
            reason, detail["opening"] = opening.reason.value, str(opening.id)
        await desk.note_reading(application, "verification.read-file", reason, **detail)
        content = files.get(file.store_name)
        if file.media_type == "application/pdf" or request.query_params.get("pobierz") == "tak":
            return download(content, file.media_type)
        assert file.media_type in TAKEN
        return Response(content, media_type=file.media_type)
