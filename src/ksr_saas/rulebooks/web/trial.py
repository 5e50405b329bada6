"""Rules tried out on a child that was made up: by the evaluation that decides later."""

from typing import Any

from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.calculator.forms import EMPTY, Answers, questions, understood
from ksr_saas.calculator.rules import points
from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.forms import Problems
from ksr_saas.kernel.web import page
from ksr_saas.rulebooks.web.taken import Taken, taken, told


class Trial(Controller):
    """One sample child; what is typed is answered and forgotten."""

    path = "/nabory/{code:str}/proba"
    opt = {"right": Right.READ_RULES}

    @get("/", name="office:recruitment:trial")
    async def ask(
        self, request: HTMXRequest, code: FromPath[str], db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        return _page(request, await taken(db_session, code), EMPTY, Problems())

    @post("/", name="office:recruitment:try", status_code=200, opt={"when_read_only": True})
    async def answer(
        self, request: HTMXRequest, code: FromPath[str], db_session: NamedDependency[AsyncSession]
    ) -> Response[Any]:
        found, form = await taken(db_session, code), await request.form()
        after = found.after.rulebook
        asked = questions(after, ())
        given = Answers.read(form, asked)
        child = understood(after, asked, given)
        if child.problems:
            return _page(request, found, given, child.problems)
        before = found.before.rulebook
        today = understood(before, asked, given)
        return _page(
            request,
            found,
            given,
            Problems(),
            after=points(after, child.child, child.asked, None),
            before=points(before, today.child, today.asked, None) if found.draft else None,
        )


def _page(
    request: HTMXRequest, found: Taken, given: Answers, problems: Problems, **results: Any
) -> Response[Any]:
    asked = questions(found.after.rulebook, ())
    return page(
        request,
        "office/recruitment_trial.html",
        status=422 if problems else 200,
        head=found.head,
        draft=found.draft is not None,
        asked=asked,
        given=given,
        place=None,
        secondary=bool(asked.exams),
        **told(problems),
        **({"after": None, "before": None} | results),
    )
