"""A parent types the code from the letter."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency, Provide
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response

from ksr_saas.identity.authorisation import Right
from ksr_saas.identity.web.tries import one_try
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.web import form_page, go
from ksr_saas.papers.errors import WrongTakeOverCode
from ksr_saas.papers.service import Papers
from ksr_saas.papers.web.institution import code_key, provide_papers


class TakingOver(Controller):
    """Taking over a case that began on paper."""

    path = "/kod"
    opt = {"right": Right.OWN_APPLICATIONS}
    dependencies = {"papers": Provide(provide_papers, sync_to_thread=False)}

    @get("/", name="family:code")
    async def ask(self, request: HTMXRequest) -> Response[Any]:
        return form_page(request, "family/code.html", Problems(), typed="")

    @post("/", name="family:code:send", status_code=200)
    async def take(self, request: HTMXRequest, papers: NamedDependency[Papers]) -> Response[Any]:
        """Throttled like a login: five tries in a quarter of an hour."""
        typed = text(await request.form(), "kod", 40)
        try:
            async with one_try(request, f"take-over:{papers.actor.account_id}", WrongTakeOverCode):
                case = await papers.take_over(typed, code_key(request))
        except WrongTakeOverCode as refusal:
            papers.wrong_code()
            problems = Problems()
            problems.add("kod", refusal.message)
            return form_page(request, "family/code.html", problems, typed=typed)
        return go(f"/rodzina/wnioski/{case}")
