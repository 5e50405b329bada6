"""The door of staff at their city's own provider, where there is one."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Redirect, Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity import staff
from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.eid.metadata import sp_metadata
from ksr_saas.identity.eid.profile import Clientele, StaffTerms
from ksr_saas.identity.eid.provider import EidRefused, EidSettings
from ksr_saas.identity.eid.registration import EidBook
from ksr_saas.identity.errors import EidFailed, SsoFailed
from ksr_saas.identity.service import accept_answer, redeem
from ksr_saas.identity.web.cookies import flow_cookie, flow_of, local_path
from ksr_saas.identity.web.saml import checked_answer, leave_for, note_refusal, sealed_session
from ksr_saas.identity.web.second_step import DOOR, Entry, entered, let_in, open_second_step
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import go

ACS = "/pracownik/sso/acs"
STAFF = Clientele.STAFF


async def registration(request: HTMXRequest) -> tuple[EidSettings, StaffTerms]:
    """How the city's provider is registered. Raises SsoUnavailable where it is not."""
    book: EidBook = request.app.state.eid
    found = await book.staff_settings(visit_of(request.scope).city.slug)
    return found, found.staff or StaffTerms()


class CityAccount(Controller):
    """Sign in with the account that the city's office has given to its staff.

    The answer comes to an address of its own, for an issuer of its own: what families' node says is
    nothing here, and the other way round.
    """

    path = "/"
    opt = {"right": Right.ANYONE, "when_read_only": True}

    @post(f"{DOOR}/urzad", name="public:staff-sso", status_code=200)
    async def begin(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        book: EidBook = request.app.state.eid
        found, _ = await registration(request)
        return await leave_for(
            request,
            db_session,
            clock,
            found,
            await book.staff_provider(visit_of(request.scope).city.slug),
            return_to=local_path(text(await request.form(), "dokad"), ""),
        )

    @post(
        ACS,
        name="public:staff-sso:answer",
        opt={"cross_site": True, "exclude_from_csrf": True, "no_session": True},
    )
    async def answer(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        """The provider's answer, posted across sites without any cookie of ours: a ticket."""
        form = {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
        return await self._answered(request, db_session, clock, form, by_get=False)

    @get(ACS, name="public:staff-sso:answer-by-get", opt={"no_session": True})
    async def answer_by_get(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        """An artifact in the address, from a provider that is registered to send it so."""
        form = dict(request.query_params.items())
        return await self._answered(request, db_session, clock, form, by_get=True)

    async def _answered(
        self,
        request: HTMXRequest,
        db_session: AsyncSession,
        clock: Clock,
        form: dict[str, str],
        *,
        by_get: bool,
    ) -> Redirect:
        """Check the answer, find the account, give a ticket; nobody is told why not."""
        book: EidBook = request.app.state.eid
        found, terms = await registration(request)
        provider = await book.staff_provider(visit_of(request.scope).city.slug)
        try:
            person, opened = await checked_answer(
                request, db_session, clock, found, provider, form, by_get=by_get
            )
            account = await staff.by_provider(db_session, person, terms, today=clock.today())
            ticket = await accept_answer(
                db_session,
                opened,
                person,
                account,
                eid_session=sealed_session(request.app.state.settings, person, account),
                now=clock.now(),
            )
        except (EidRefused, EidFailed) as refusal:
            await note_refusal(request, STAFF, refusal)
            raise SsoFailed from None
        opened.factors_at = person.factors_at
        return go(f"{DOOR}/wejscie?bilet={ticket}")

    @get(f"{DOOR}/wejscie", name="public:staff-sso:enter")
    async def enter(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Redirect:
        """The ticket becomes a session, or the first of two steps where our factor is wanted."""
        _, terms = await registration(request)
        ticket = text(request.query_params, "bilet", 100)
        try:
            account, opened = await redeem(
                db_session, STAFF, ticket, flow_of(request, STAFF), now=clock.now()
            )
            await staff.check_sso(db_session, account, terms, today=clock.today())
        except EidFailed as refusal:
            await note_refusal(request, STAFF, refusal)
            raise SsoFailed from None
        entry = Entry(
            account,
            opened.return_to,
            sso=True,
            eid_session=opened.eid_session,
            confirmed_at=opened.factors_at,
        )
        if opened.factors_at is None:
            response = await open_second_step(request, db_session, entry, clock)
        else:
            response = entered(*await let_in(request, db_session, entry, clock))
        response.cookies.append(flow_cookie(request, STAFF, None))
        return response

    @get("/pracownik/sso/metadata", name="public:staff-sso:metadata", opt={"no_session": True})
    async def metadata(self, request: HTMXRequest) -> Response[bytes]:
        """What the city's provider has to know of us."""
        found, _ = await registration(request)
        return Response(sp_metadata(found), media_type="application/samlmetadata+xml")
