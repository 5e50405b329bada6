"""A whole set of catchments from a file: tried first, then taken with one press."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from typing import Any

from litestar import Controller, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.plugins.htmx import HTMXRequest
from litestar.response import Response
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.catchments import queries
from ksr_saas.catchments.drafts import COLUMNS, Verdict, typed_rows, verdicts
from ksr_saas.catchments.linter import lint
from ksr_saas.catchments.replacing import Change
from ksr_saas.catchments.rules import year_name
from ksr_saas.catchments.service import Deeds
from ksr_saas.catchments.views import finding_view, line
from ksr_saas.catchments.web.typed import year_of, years
from ksr_saas.identity.authorisation import Actor, Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, as_typed, text
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.sheets import LARGEST, Row, UnreadableSheet, rows_of, rows_of_text, text_of
from ksr_saas.kernel.spreadsheet import csv_file
from ksr_saas.kernel.web import form_page, go, page

HOME = "/organ/obwody"
MOST_SHOWN = 200
UNREADABLE = N_(
    "Nie umiemy odczytać tego pliku. Zapisz go jako CSV albo XLSX, najwyżej 20 000 wierszy i 5 MB."
)
NO_COLUMNS = N_("W pierwszym wierszu muszą być nazwy kolumn, co najmniej: szkola i ulica.")
NO_ROWS = N_("W pliku nie ma żadnego wiersza.")


class Refused(ValueError):
    """The file holds no set; the text is a Polish source text."""


async def judged(session: AsyncSession, rows: Sequence[Row], year: int) -> list[Verdict]:
    """What becomes of every row. Raises Refused when there is nothing to judge."""
    lines = typed_rows(rows)
    if lines is None:
        raise Refused(NO_COLUMNS)
    if not lines:
        raise Refused(NO_ROWS)
    schools = queries.by_word(await queries.schools(session))
    return verdicts(lines, schools, year=year)


def rows_typed(text: str) -> list[Row]:
    """The rows that a page gave back. Raises Refused."""
    try:
        return rows_of_text(text, ";")
    except UnreadableSheet:
        raise Refused(UNREADABLE) from None


class SetFromFile(Controller):
    """The set of a school year."""

    path = "/obwody/plik"
    opt = {"right": Right.SET_CATCHMENTS}

    @get("/", name="office:catchments:file")
    async def ask(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        current = await queries.current_year(db_session, clock.today())
        return self._ask(request, current, current, Problems())

    def _ask(
        self, request: HTMXRequest, current: int, year: int, problems: Problems
    ) -> Response[Any]:
        return form_page(
            request,
            "office/catchment_file.html",
            problems,
            years=years(current),
            year=year_name(year),
            largest=LARGEST,
            columns=[words[0] for words in COLUMNS.values()],
        )

    @post("/", name="office:catchments:file:try", status_code=200)
    async def dry_run(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """Says of every row what would become of it. Nothing is stored."""
        form = await request.form()
        current = await queries.current_year(db_session, clock.today())
        year, sent = year_of(form, current), form.get("plik")
        content = await sent.read() if isinstance(sent, UploadFile) else b""
        try:
            rows = await asyncio.to_thread(rows_of, content)
            found = await judged(db_session, rows, year)
        except (UnreadableSheet, Refused) as refusal:
            words = str(refusal) if isinstance(refusal, Refused) else UNREADABLE
            problems = Problems()
            problems.add("plik", words)
            return self._ask(request, current, year, problems)
        deeds = Deeds(db_session, actor, now=clock.now())
        return await self._report(request, db_session, deeds, rows, found, year)

    async def _report(
        self,
        request: HTMXRequest,
        session: AsyncSession,
        deeds: Deeds,
        rows: Sequence[Row],
        found: Sequence[Verdict],
        year: int,
    ) -> Response[Any]:
        made, shown = await deeds.compared(found, year)
        schools = await queries.schools(session)
        names = {one.id: one.name for one in schools}
        wrong = [one for one in found if one.problem]
        faults = lint(made.after, schools={one.id for one in schools}, year=year)
        return page(
            request,
            "office/catchment_report.html",
            year=year_name(year),
            rows=len(found),
            wrong=len(wrong),
            wrong_rows=wrong[:MOST_SHOWN],
            by_kind=Counter(one.problem for one in wrong).most_common(),
            counts=_counts(made),
            changes=_changes(made, names),
            findings=[finding_view(one, names) for one in faults[:MOST_SHOWN]],
            errors=sum(one.is_error for one in faults),
            warnings=sum(not one.is_error for one in faults),
            content=text_of(rows),
            seen=shown,
        )

    @post("/wczytanie", name="office:catchments:file:take")
    async def take(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        actor: NamedDependency[Actor],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """Put the set of the file in the place of the present one; all of it or nothing."""
        form = await request.form()
        current = await queries.current_year(db_session, clock.today())
        year = year_of(form, current)
        try:
            found = await judged(db_session, rows_typed(as_typed(form, "tresc")), year)
        except Refused as refusal:
            problems = Problems()
            problems.add("plik", str(refusal))
            return self._ask(request, current, year, problems)
        deeds = Deeds(db_session, actor, now=clock.now())
        await deeds.replace(found, year, shown=text(form, "widziane", 40))
        return go(f"{HOME}?rok={year_name(year)}")

    @post("/bledy", name="office:catchments:file:errors", status_code=200)
    async def errors(
        self,
        request: HTMXRequest,
        db_session: NamedDependency[AsyncSession],
        clock: NamedDependency[Clock],
    ) -> Response[Any]:
        """The rows that cannot be taken, each with what is wrong, to be put right."""
        form = await request.form()
        current = await queries.current_year(db_session, clock.today())
        year = year_of(form, current)
        try:
            rows = rows_typed(as_typed(form, "tresc"))
            found = await judged(db_session, rows, year)
        except Refused as refusal:
            problems = Problems()
            problems.add("plik", str(refusal))
            return self._ask(request, current, year, problems)
        cells = {row.number: row.cells for row in rows}
        width = len(rows[0].cells)
        wrong = [one for one in found if one.problem]
        return Response(
            csv_file(
                [*rows[0].cells, _("wiersz"), _("do poprawy")],
                (
                    [
                        *(*cells[one.typed.number], *[""] * width)[:width],
                        str(one.typed.number),
                        _(one.problem),
                    ]
                    for one in wrong
                ),
            ),
            media_type="text/csv",
            headers={"Content-Disposition": f'attachment; filename="obwody-do-poprawy-{year}.csv"'},
        )


def _counts(made: Change) -> dict[str, int]:
    return {
        "kept": len(made.kept),
        "added": len(made.added),
        "changed": len(made.changed),
        "removed": len(made.removed),
    }


def _changes(made: Change, names: dict[Any, str]) -> list[tuple[str, Any, Any]]:
    """What changes, at most MOST_SHOWN lines: the kind of change, what was, what will be."""
    found: list[tuple[str, Any, Any]] = [
        ("changed", line(old, names), line(new, names)) for old, new in made.changed
    ]
    found += [("removed", line(one, names), None) for one in made.removed]
    found += [("added", None, line(one, names)) for one in made.added]
    return found[:MOST_SHOWN]
