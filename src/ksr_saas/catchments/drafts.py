"""A segment as somebody typed it, in a form or in a file, and what is wrong with it. Pure."""

import re
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

import msgspec

from ksr_saas.catchments.houses import House, Parity, Span, bound_of
from ksr_saas.catchments.rules import Segment
from ksr_saas.catchments.streets import plain, street_of
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.sheets import Row

LONGEST = 120  # letters of a street, a place or a line of the resolution
# The columns of a file and the fields of a form, first the word that pages name.
COLUMNS: dict[str, tuple[str, ...]] = {
    "szkola": ("szkola", "kod", "rspo", "kod szkoly"),
    "ulica": ("ulica", "nazwa ulicy"),
    "strona": ("strona", "strona ulicy", "parzystosc"),
    "od": ("od", "od numeru"),
    "do": ("do", "do numeru"),
    "miejscowosc": ("miejscowosc",),
    "zrodlo": ("zrodlo", "podstawa", "wiersz uchwaly"),
    "simc": ("simc",),
    "ulic": ("ulic",),
}
NEEDED = ("szkola", "ulica")
SIDES = {
    word: side
    for side, words in {
        Parity.ALL: ("", "wszystkie", "obie"),
        Parity.ODD: ("nieparzyste", "nieparzysta", "np", "n"),
        Parity.EVEN: ("parzyste", "parzysta", "p"),
    }.items()
    for word in words
}
SIMC, ULIC = re.compile(r"\d{7}"), re.compile(r"\d{5}")

NO_SCHOOL = N_("Nie ma takiej szkoły z obwodem. Wpisz jej kod albo numer RSPO.")
NO_STREET = N_("Wpisz ulicę. Bez ulicy musi być miejscowość: wtedy obwód obejmuje ją całą.")
NO_SIDE = N_("Strona ulicy to: wszystkie, nieparzyste albo parzyste.")
NO_NUMBER = N_("Numer ma postać 12 albo 12a. Zostaw puste pole, jeżeli nie ma granicy.")
BACKWARDS = N_("Numer „od” musi być mniejszy niż numer „do”.")
EMPTY_SIDE = N_("Po tej stronie ulicy nie ma żadnego numeru z tego zakresu.")
NO_SIMC = N_("Kod SIMC ma 7 cyfr.")
NO_ULIC = N_("Kod ULIC ma 5 cyfr.")
TWICE = N_("Taki sam wiersz jest już wyżej w pliku.")


class Typed(msgspec.Struct, frozen=True):
    """A segment as typed, by the names of COLUMNS; `number` is its row in the file, 0 in a form."""

    number: int = 0
    szkola: str = ""
    ulica: str = ""
    strona: str = ""
    od: str = ""
    do: str = ""
    miejscowosc: str = ""
    zrodlo: str = ""
    simc: str = ""
    ulic: str = ""


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of it: a segment, or a `problem` (a Polish source text) of one `field`."""

    typed: Typed
    segment: Segment | None = None
    field: str = ""
    problem: str = ""


def typed_rows(rows: Sequence[Row]) -> list[Typed] | None:
    """The rows below the heading; None when a needed column is not there."""
    if not rows:
        return None
    heading = [plain(one) for one in rows[0].cells]
    at = {
        column: next((heading.index(word) for word in words if word in heading), None)
        for column, words in COLUMNS.items()
    }
    if any(at[column] is None for column in NEEDED):
        return None
    return [
        Typed(
            row.number,
            **{
                column: row.cells[place][:LONGEST]
                for column, place in at.items()
                if place is not None and place < len(row.cells)
            },
        )
        for row in rows[1:]
    ]


def _house(text: str) -> tuple[House | None, bool]:
    """The end of a range, and whether it can be read."""
    try:
        return bound_of(text), True
    except ValueError:
        return None, False


def verdict(
    typed: Typed, schools: Mapping[str, UUID], *, valid_from: int, valid_to: int | None = None
) -> Verdict:
    """Whether it is a segment. `schools` finds one by its code or RSPO number, in small letters."""
    school = schools.get(typed.szkola.lower())
    side = SIDES.get(plain(typed.strona))
    (first, first_fine), (last, last_fine) = _house(typed.od), _house(typed.do)
    span = Span(side or Parity.ALL, first, last)
    street = street_of(typed.ulica).name
    checks = (
        ("szkola", NO_SCHOOL, school is None),
        ("ulica", NO_STREET, not street and (bool(typed.ulica) or not plain(typed.miejscowosc))),
        ("strona", NO_SIDE, side is None),
        ("od", NO_NUMBER, not first_fine),
        ("do", NO_NUMBER, not last_fine),
        ("od", BACKWARDS, span.is_backwards),
        ("strona", EMPTY_SIDE, span.shared(span) is None),
        ("simc", NO_SIMC, bool(typed.simc) and not SIMC.fullmatch(typed.simc)),
        ("ulic", NO_ULIC, bool(typed.ulic) and not ULIC.fullmatch(typed.ulic)),
    )
    for field, words, wrong in checks:
        if wrong:
            return Verdict(typed, field=field, problem=words)
    assert school is not None  # the first of the checks
    return Verdict(
        typed,
        Segment(
            institution=school,
            street=typed.ulica,
            locality=typed.miejscowosc,
            span=span,
            source=typed.zrodlo,
            valid_from=valid_from,
            valid_to=valid_to,
        ),
    )


def verdicts(lines: Collection[Typed], schools: Mapping[str, UUID], *, year: int) -> list[Verdict]:
    """What becomes of every line of a set that starts in `year`, in the order of the lines."""
    seen = set()
    found = []
    for line in lines:
        one = verdict(line, schools, valid_from=year)
        if one.segment is not None and one.segment.identity in seen:
            one = Verdict(line, field="ulica", problem=TWICE)
        elif one.segment is not None:
            seen.add(one.segment.identity)
        found.append(one)
    return found
