"""The record of acts: read a page at a time, or taken away as a file, which is on record itself."""

from typing import Any
from urllib.parse import urlencode

from litestar import Controller, Request, get
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.heads import HeadLog
from ksr_saas.audit.service import record
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.i18n import _, brief
from ksr_saas.kernel.spreadsheet import csv_file
from ksr_saas.kernel.visit import visit_of
from ksr_saas.kernel.web import page
from ksr_saas.openings.register import Wanted, entries, seal_state
from ksr_saas.openings.wording import ACT_WORDS, ROLE_WORDS

PAGE_SIZE = 50
MOST_IN_A_FILE = 20_000


def address(at: str, wanted: Wanted, **changes: str) -> str:
    """An address that asks for the same, with changes."""
    asked = {
        "czyn": wanted.act,
        "numer": wanted.number,
        "dzien": wanted.day,
        "rola": wanted.role,
    } | changes
    given = urlencode({name: value for name, value in asked.items() if value})
    return f"{at}?{given}" if given else at


def options(words: dict[str, str]) -> list[tuple[str, str]]:
    """What can be chosen, by its words in the reader's language."""
    return sorted(((code, _(one)) for code, one in words.items()), key=lambda one: one[1])


def log_of(request: Request[Any, Any, Any]) -> HeadLog:
    """The heads of this municipality that are kept outside the database."""
    return HeadLog(request.app.state.settings.home, visit_of(request.scope).city.slug)


class Register(Controller):
    """Reading the record of acts."""

    path = "/rejestr"
    opt = {"right": Right.READ_AUDIT}

    @get("/", name="office:record")
    async def read(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        wanted = Wanted.of(request.query_params)
        found = await entries(db_session, wanted, most=PAGE_SIZE + 1)
        shown = found[:PAGE_SIZE]
        return page(
            request,
            "office/record.html",
            wanted=wanted,
            entries=shown,
            older=address("/organ/rejestr", wanted, przed=str(shown[-1].position))
            if len(found) > PAGE_SIZE
            else "",
            newest=address("/organ/rejestr", wanted) if wanted.before else "",
            file=address("/organ/rejestr/plik", wanted),
            most=MOST_IN_A_FILE,
            acts=options(ACT_WORDS),
            roles=options(ROLE_WORDS),
            seal=await seal_state(db_session, log_of(request)),
            now=clock.now(),
        )

    @get("/plik", name="office:record:file")
    async def file(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[bytes]:
        """The newest acts that were asked for, as a CSV file."""
        wanted = Wanted.of(request.query_params)
        found = await entries(db_session, wanted, most=MOST_IN_A_FILE)
        record(
            db_session,
            "openings.export-record",
            actor_id=actor.account_id,
            role=actor.role.value,
            acting_for=actor.institution_id,
            kind="record",
            rows=len(found),
            **wanted.codes(),
        )
        head = [_("Kiedy"), _("Zdarzenie"), _("Numer wniosku"), _("Rola")]
        head += [_("Placówka"), _("Powód"), _("Sieć")]
        return Response(
            csv_file(
                head,
                (
                    (
                        brief(one.at, seconds=True),
                        one.act,
                        one.number,
                        one.role,
                        one.place,
                        one.reason,
                        one.network,
                    )
                    for one in found
                ),
            ),
            media_type="text/csv",
            headers={
                "Content-Disposition": f'attachment; filename="rejestr-zdarzen-{clock.today()}.csv"'
            },
        )
