"""Rows of an offer in a file: an institution and one unit in each. Pure.

A column that the file does not have says nothing, so what is known stays; an empty cell is an
empty value.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from ksr_saas.campaigns.levels import Level
from ksr_saas.exchange import classes, columns, subjects, vocabulary
from ksr_saas.exchange.columns import Columns
from ksr_saas.exchange.headings import OFFER
from ksr_saas.exchange.table import Row, Table
from ksr_saas.exchange.vocabulary import K, meaning
from ksr_saas.kernel.errors import N_
from ksr_saas.offer import numbers
from ksr_saas.offer.kinds import LEVELS, UNIT_KINDS, InstitutionKind, Pool, UnitKind
from ksr_saas.offer.numbers import BadNumber

SUBJECTS = ("subject_1", "subject_2", "subject_3", "subject_4")
REQUIRED = (("code", "rspo"), ("capacity",))
THRESHOLD = re.compile(r"(?:prog|prog punktowy|threshold)(\d{4})")
ADDRESS = re.compile(r"(?P<street>.+), *(?P<postal_code>\d\d-\d{3}) +(?P<town>.+)")
POSTAL = re.compile(r"\d\d-\d{3}")
EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
LARGEST_UNIT = 2000
MOST_POINTS = 1000  # the certificate gives 200, the class's own tests add to it
POLAND = {"lat": (Decimal(48), Decimal(56)), "lon": (Decimal(13), Decimal(25))}
NEEDED = ("name", "kind", "street", "postal_code", "town", "lat", "lon")

NOT_WHOLE = N_("„%(typed)s” to nie jest liczba całkowita.")
NO_PLACES = N_("Oddział ma mieć od 1 do %(most)s miejsc, a jest: %(typed)s.")
MORE_CONTINUE = N_("Dzieci kontynuujących (%(continuing)s) jest więcej niż miejsc (%(capacity)s).")
UNKNOWN_WORD = N_("Nie ma „%(typed)s”. Może tu być: %(known)s.")
NOT_AT_LEVEL = N_("„%(typed)s” nie bierze udziału w tej rekrutacji. Może tu być: %(known)s.")
NOT_POSTAL = N_("Kod pocztowy ma być taki jak 00-001.")
NOT_ADDRESS = N_("Adres ma być taki jak: ul. Polna 1, 00-001 Warszawa.")
NOT_EMAIL = N_("To nie jest adres e-mail.")
NOT_POINT = N_("„%(typed)s” nie jest współrzędną w Polsce, na przykład 52.2297 albo 21.0122.")
NOT_YEAR = N_("„%(typed)s” nie jest rokiem urodzenia.")
NOT_POINTS = N_("„%(typed)s” nie jest liczbą punktów.")
NOT_SUBJECT = N_("Nie rozumiemy przedmiotu: „%(typed)s”.")
NO_KEY = N_("Wpisz kod placówki albo numer RSPO.")
TORN = N_("Ten wiersz ma inną liczbę pól niż nagłówek. Plik może być ucięty.")
DISAGREES = N_("W wierszu %(other)s ta placówka ma inną wartość: „%(value)s”.")
SAME_UNIT = N_("Ten oddział placówki jest już w wierszu %(other)s.")
UNDECIDED = N_(
    "Nie wiadomo, które wiersze są częściami tego oddziału integracyjnego. Dopisz kolumnę "
    "„wspólny oddział” z tą samą nazwą w każdym z nich."
)


class Issue(msgspec.Struct, frozen=True):
    """What is wrong in one row; `words` is a Polish source text, `field` a name of OFFER or ''."""

    row: int
    field: str
    words: str
    values: dict[str, Any] = {}


class Line(msgspec.Struct, frozen=True):
    """A row as read: values of the institution and of the unit, of the columns that are there.

    `place` is the institution's RSPO number or code, `code` the unit's own, '' where there is one.
    """

    row: int
    place: str
    code: str
    institution: dict[str, Any]
    unit: dict[str, Any]


class Read(msgspec.Struct, frozen=True):
    """A whole file: what was understood, what was not, and columns nobody reads."""

    lines: tuple[Line, ...]
    issues: tuple[Issue, ...]
    called: Mapping[str, str]
    unread: tuple[str, ...]


class Wrong(ValueError):
    """A cell cannot be right."""

    def __init__(self, words: str, **values: object) -> None:
        super().__init__(words)
        self.words, self.values = words, values


def read(table: Table, level: Level) -> Read:
    """The offer in `table` for a recruitment of `level`. Raises Unreadable for the whole of it."""
    columns.ensure_nobody(table)
    thresholds = _thresholds(table)
    known = columns.found(
        table, OFFER | {key: (name,) for key, name in thresholds.items()}, REQUIRED
    )
    issues: list[Issue] = []
    lines = []
    for row in table.rows:
        reader = _RowReader(row, known, level, thresholds)
        line = reader.line()
        issues += reader.issues
        if line is not None:
            lines.append(line)
    lines = _with_classes(lines, known, level, issues)
    issues += _contradictions(lines)
    return Read(
        tuple(lines), tuple(sorted(issues, key=lambda one: one.row)), known.called, known.unread
    )


def _thresholds(table: Table) -> dict[str, str]:
    """Columns of lowest points by their field "threshold_2025"."""
    found = {}
    for name in table.heading:
        if match := THRESHOLD.fullmatch(columns.plain(name)):
            found[f"threshold_{match[1]}"] = name
    return found


class _RowReader:
    """Reads one row; what is wrong is kept and the rest read on."""

    def __init__(
        self, row: Row, known: Columns, level: Level, thresholds: Mapping[str, str]
    ) -> None:
        self.row, self.known, self.level, self.thresholds = row, known, level, thresholds
        self.issues: list[Issue] = []

    def typed(self, field: str) -> str:
        """The cell; empty where there is no such column."""
        return self.row.cells[self.known.at[field]] if field in self.known else ""

    def wrong(self, field: str, words: str, **values: object) -> None:
        """Note what is wrong."""
        self.issues.append(Issue(self.row.number, field, words, values))

    def put(
        self, into: dict[str, Any], field: str, reading: Callable[[str], Any], to: str = ""
    ) -> None:
        """Read a cell into its attribute, where the column is there."""
        if field not in self.known:
            return
        try:
            into[to or field] = reading(self.typed(field))
        except Wrong as problem:
            self.wrong(field, problem.words, **problem.values)
        except BadNumber as problem:
            self.wrong(field, str(problem))

    def line(self) -> Line | None:
        """The row as read; None where it cannot be said whose it is."""
        if self.row.torn:
            self.wrong("", TORN)
            return None
        institution = self._institution()
        place = institution.get("rspo") or institution.get("code")
        if not place:
            if not self.issues:
                self.wrong("code" if "code" in self.known else "rspo", NO_KEY)
            return None
        unit = self._unit()
        return Line(self.row.number, place, unit.pop("code", ""), institution, unit)

    def _institution(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for field in (
            "code",
            "name",
            "short_name",
            "street",
            "town",
            "district",
            "phone",
            "website",
            "hours",
        ):
            self.put(found, field, str)
        for field, checked in CHECKED.items():
            self.put(found, field, _or_empty(checked))
        for field in ("lat", "lon"):
            self.put(found, field, _coordinate(field))
        self.put(found, "postal_code", _postal)
        self.put(found, "email", _email)
        self.put(found, "kind", self._institution_kind)
        self.put(found, "organ", lambda typed: _word(vocabulary.ORGANS, typed))
        if "address" in self.known:
            self._address(found)
        return {key: value for key, value in found.items() if value != "" or key not in NEEDED}

    def _address(self, found: dict[str, Any]) -> None:
        match = ADDRESS.fullmatch(self.typed("address"))
        if match is None:
            self.wrong("address", NOT_ADDRESS)
        else:
            found |= match.groupdict()

    def _institution_kind(self, typed: str) -> InstitutionKind | str:
        if not typed:
            return ""
        return _at_level(vocabulary.INSTITUTIONS, typed, LEVELS[self.level])

    def _unit(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        self.put(found, "unit_code", str, "code")
        self.put(found, "unit_name", str, "name")
        self.put(found, "group", str)
        self.put(found, "capacity", _places)
        self.put(found, "continuing", whole)
        self.put(found, "unit_kind", self._unit_kind, "kind")
        if "unit_kind" in self.known and "pool" not in self.known:
            part = columns.plain(self.typed("unit_kind"))
            certificate = part == columns.plain(vocabulary.CERTIFICATE_PART)
            found["pool"] = Pool.CERTIFICATE if certificate else Pool.GENERAL
        self.put(found, "pool", lambda typed: _word(vocabulary.POOLS, typed, Pool.GENERAL))
        for field in ("first_languages", "second_languages", "extended", "occupations"):
            self.put(found, field, _several)
        self.put(found, "birth_years", _years)
        self.put(found, "prerequisites", _prerequisites)
        if "prerequisites" not in self.known and "kind" in found:
            found["prerequisites"] = [one.value for one in vocabulary.ASKED.get(found["kind"], ())]
        if any(field in self.known for field in SUBJECTS):
            found["subjects"] = list(self._subjects())
        if self.thresholds:
            found["thresholds"] = dict(self._lowest())
        if found.get("continuing", 0) > found.get("capacity", LARGEST_UNIT):
            self.wrong(
                "continuing",
                MORE_CONTINUE,
                continuing=found["continuing"],
                capacity=found["capacity"],
            )
        return found

    def _unit_kind(self, typed: str) -> UnitKind:
        if not typed:
            return UnitKind.GENERAL
        return _at_level(vocabulary.UNITS, typed, UNIT_KINDS[self.level])

    def _subjects(self) -> Iterator[dict[str, Any]]:
        for field in SUBJECTS:
            try:
                found = subjects.scored(self.typed(field))
            except subjects.Unclear:
                self.wrong(field, NOT_SUBJECT, typed=self.typed(field))
                continue
            if found is not None and found.among not in [(name,) for name in subjects.ALWAYS]:
                yield {
                    "among": list(found.among),
                    "best": found.best,
                    "otherwise": list(found.otherwise),
                }

    def _lowest(self) -> Iterator[tuple[str, str]]:
        for field in self.thresholds:
            typed = self.typed(field).replace(",", ".")
            year = int(field.removeprefix("threshold_"))
            if not typed:
                yield f"{year}/{year + 1}", ""
                continue
            try:
                points = Decimal(typed)
            except InvalidOperation:
                points = Decimal(-1)
            if 0 <= points <= MOST_POINTS:
                yield f"{year}/{year + 1}", str(points)
            else:
                self.wrong(field, NOT_POINTS, typed=typed)


CHECKED = {
    "rspo": numbers.rspo,
    "regon": numbers.regon,
    "nip": numbers.nip,
    "teryt": numbers.teryt,
    "iban": numbers.iban,
}


def _or_empty(reading: Callable[[str], str]) -> Callable[[str], str]:
    return lambda typed: reading(typed) if typed else ""


def _word(words: Mapping[Any, Sequence[str]], typed: str, empty: Any = None) -> Any:
    kind = empty if not typed and empty is not None else meaning(words, typed)
    if kind is None:
        raise Wrong(UNKNOWN_WORD, typed=typed, known=vocabulary.firsts(words))
    return kind


def _at_level(words: Mapping[K, Sequence[str]], typed: str, among: Sequence[K]) -> K:
    """One of the kinds of the recruitment's level. Raises Wrong."""
    kind = meaning(words, typed)
    if kind is None or kind not in among:
        told = {"typed": typed, "known": vocabulary.firsts(words, among)}
        raise Wrong(UNKNOWN_WORD if kind is None else NOT_AT_LEVEL, **told)
    return kind


def _coordinate(field: str) -> Callable[[str], float | str]:
    least, most = POLAND[field]

    def reading(typed: str) -> float | str:
        if not typed:
            return ""
        try:
            found = Decimal(typed.replace(",", "."))
        except InvalidOperation:
            found = Decimal(0)
        if not least <= found <= most:
            raise Wrong(NOT_POINT, typed=typed)
        return float(found)

    return reading


def _postal(typed: str) -> str:
    if typed and not POSTAL.fullmatch(typed):
        raise Wrong(NOT_POSTAL)
    return typed


def _email(typed: str) -> str:
    if typed and not EMAIL.fullmatch(typed):
        raise Wrong(NOT_EMAIL)
    return typed


def whole(typed: str) -> int:
    """A number of children, nothing typed being none. Raises Wrong."""
    bare = typed.replace(" ", "").replace("\N{NO-BREAK SPACE}", "") or "0"
    if not bare.removeprefix("-").isdecimal() or not bare.isascii() or len(bare) > 9:
        raise Wrong(NOT_WHOLE, typed=typed)
    found = int(bare)
    if found < 0:
        raise Wrong(NOT_WHOLE, typed=typed)
    return found


def _places(typed: str) -> int:
    found = whole(typed)
    if not 1 <= found <= LARGEST_UNIT:
        raise Wrong(NO_PLACES, typed=typed or "0", most=LARGEST_UNIT)
    return found


def _several(typed: str) -> list[str]:
    parts = re.split(r"[;|]" if ";" in typed or "|" in typed else ",", typed)
    return [one.strip() for one in parts if one.strip()]


def _years(typed: str) -> list[int]:
    found = []
    for one in _several(typed):
        if not re.fullmatch(r"20\d\d", one):
            raise Wrong(NOT_YEAR, typed=one)
        found.append(int(one))
    return sorted(found)


def _prerequisites(typed: str) -> list[str]:
    return [_word(vocabulary.PREREQUISITES, one).value for one in _several(typed)]


def _with_classes(
    lines: Sequence[Line], known: Columns, level: Level, issues: list[Issue]
) -> list[Line]:
    """The lines with what their published names say: the class they are part of, occupations."""
    if level is not Level.SECONDARY or "unit_name" not in known:
        return list(lines)
    asked = [_class_line(line) for line in lines]
    groups = classes.Groups({}, ())
    if "group" not in known:
        groups = classes.grouped(asked)
        issues += [Issue(row, "unit_name", UNDECIDED) for row in groups.undecided]
    found = []
    for line in lines:
        unit = dict(line.unit)
        if "group" not in known:
            unit["group"] = groups.labels.get(line.row, "")
        apart = classes.named(unit.get("name", ""))
        if apart is not None and "occupations" not in known:
            trades = [one for one in apart.trades if columns.plain(one) not in MULTI_TRADE]
            unit["occupations"] = trades
            if apart.trades and not trades and unit.get("kind") is UnitKind.GENERAL:
                unit["kind"] = UnitKind.MULTI_TRADE
        found.append(msgspec.structs.replace(line, unit=unit))
    return found


MULTI_TRADE = [columns.plain(one) for one in vocabulary.UNITS[UnitKind.MULTI_TRADE]]


def _class_line(line: Line) -> classes.Line:
    return classes.Line(
        row=line.row,
        school=line.place,
        name=line.unit.get("name", ""),
        kind=str(line.unit.get("kind", "")),
        counts=tuple(str(one) for one in line.unit.get("subjects", ())),
        second=tuple(line.unit.get("second_languages", ())),
        places=line.unit.get("capacity", 0),
    )


def _contradictions(lines: Sequence[Line]) -> Iterator[Issue]:
    """Rows of one institution that say different things of it, and units that stand twice."""
    first: dict[str, Line] = {}
    units: dict[tuple[str, str], int] = {}
    told: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        known = first.setdefault(line.place, line)
        for field, value in line.institution.items():
            before = known.institution.get(field)
            if before != value and field not in told[line.place]:
                told[line.place].add(field)
                yield Issue(line.row, field, DISAGREES, {"other": known.row, "value": before or ""})
        key = line.place, line.code
        if key in units:
            yield Issue(line.row, "unit_code", SAME_UNIT, {"other": units[key]})
        units.setdefault(key, line.row)
