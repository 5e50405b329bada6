"""Pages of the login.gov.pl stand-in: choose a person, choose how it ends. Never in production."""

from typing import Any

from litestar import Controller, get, post
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.eid.names import samlp
from ksr_saas.identity.eid.registration import EidBook
from ksr_saas.identity.eid.soap import CONTENT_TYPE
from ksr_saas.identity.eid.stand_in import Persona, Scenario
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.forms import text
from ksr_saas.kernel.web import page

OPEN = {"right": Right.ANYONE, "host_free": True, "cross_site": True, "exclude_from_csrf": True}


class StandInPages(Controller):
    """The stand-in's two pages."""

    path = "/"
    opt = OPEN

    @get("/", name="stand-in:start")
    async def start(self, request: HTMXRequest) -> Response[Any]:
        return page(request, "public/stand_in.html", saml="", relay="", slug="", people=[])

    @post("/sso", name="stand-in:choose", status_code=200)
    async def choose(self, request: HTMXRequest) -> Response[Any]:
        form = {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
        book: EidBook = request.app.state.eid
        node = book.stand_in()
        slug = self._asked_by(request, node.issuer_of(form))
        people: list[Persona] = request.app.state.people(slug)
        chosen = text(form, "osoba", 20)
        if not chosen:
            return page(
                request,
                "public/stand_in.html",
                saml=form.get("SAMLRequest", ""),
                relay=form.get("RelayState", ""),
                slug=slug,
                people=people,
                scenarios=list(Scenario),
            )
        persona = next((one for one in people if one.pesel == chosen), None)
        if persona is None:
            raise NotFound
        clock: Clock = request.app.state.clock
        asked = node.read(form, {book.issuer(slug): book.as_registered(slug)}, clock.now())
        scenario = Scenario(text(form, "scenariusz", 20) or Scenario.OK)
        answer = node.answer(asked, persona, scenario, clock.now(), book.as_registered(slug))
        return page(request, "public/to_eid.html", form=answer)

    @post("/artifact", name="stand-in:artifact", status_code=200)
    async def artifact(self, request: HTMXRequest) -> Response[bytes]:
        """An answer fetched by the municipality that it is for."""
        return await self._called(request, "ArtifactResolve")

    @post("/logout", name="stand-in:logout", status_code=200)
    async def logout(self, request: HTMXRequest) -> Response[bytes]:
        """A login ended by the municipality."""
        return await self._called(request, "LogoutRequest")

    async def _called(self, request: HTMXRequest, tag: str) -> Response[bytes]:
        """Answer a SOAP call; a forged one gets HTTP 403 and no reason."""
        book: EidBook = request.app.state.eid
        node, clock = book.stand_in(), request.app.state.clock
        envelope = await request.body()
        slug = self._asked_by(request, node.caller_of(envelope, samlp(tag)))
        answer = node.resolve if tag == "ArtifactResolve" else node.log_out
        found = answer(envelope, {book.issuer(slug): book.as_registered(slug)}, clock.now())
        return Response(found, media_type=CONTENT_TYPE)

    def _asked_by(self, request: HTMXRequest, issuer: str) -> str:
        book: EidBook = request.app.state.eid
        for slug in request.app.state.slugs():
            if book.issuer(slug) == issuer:
                return str(slug)
        raise NotFound
