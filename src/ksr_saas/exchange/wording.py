"""What a file is about, in the words of whoever sent it."""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from ksr_saas.exchange import vocabulary
from ksr_saas.exchange.headings import OFFER
from ksr_saas.exchange.models import FileKind
from ksr_saas.exchange.offer_plan import Difference
from ksr_saas.exchange.offer_rows import Issue
from ksr_saas.exchange.table import Row, Table
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import _
from ksr_saas.kernel.spreadsheet import csv_file
from ksr_saas.offer.kinds import InstitutionKind, Organ, Pool, Scored, UnitKind

ATTRIBUTES = {
    "rspo": N_("numer RSPO"),
    "regon": N_("REGON"),
    "nip": N_("NIP"),
    "kind": N_("rodzaj"),
    "organ": N_("organ prowadzący"),
    "name": N_("nazwa"),
    "short_name": N_("skrót nazwy"),
    "street": N_("ulica i numer"),
    "postal_code": N_("kod pocztowy"),
    "town": N_("miejscowość"),
    "district": N_("dzielnica"),
    "teryt": N_("TERYT gminy"),
    "simc": N_("TERYT miejscowości"),
    "ulic": N_("TERYT ulicy"),
    "lat": N_("szerokość geograficzna"),
    "lon": N_("długość geograficzna"),
    "phone": N_("telefon"),
    "email": N_("adres e-mail"),
    "website": N_("strona internetowa"),
    "hours": N_("godziny otwarcia"),
    "iban": N_("numer konta"),
    "group": N_("wspólny oddział"),
    "pool": N_("pula miejsc"),
    "capacity": N_("liczba miejsc"),
    "continuing": N_("dzieci kontynuujące"),
    "birth_years": N_("roczniki"),
    "first_languages": N_("pierwszy język"),
    "second_languages": N_("drugi język"),
    "subjects": N_("przedmioty punktowane"),
    "extended": N_("przedmioty rozszerzone"),
    "occupations": N_("zawody"),
    "prerequisites": N_("wymagania"),
    "thresholds": N_("progi punktowe"),
}
KIND_WORDS = {
    FileKind.OFFER: N_("Oferta"),
    FileKind.REGISTER: N_("Rejestr szkół (RSPO)"),
    FileKind.CONTINUING: N_("Dzieci kontynuujące"),
}
BEST = {
    1: N_("najwyższa ocena z: %(among)s"),
    2: N_("druga najwyższa ocena z: %(among)s"),
    3: N_("trzecia najwyższa ocena z: %(among)s"),
    4: N_("czwarta najwyższa ocena z: %(among)s"),
}
OTHERWISE = N_("%(first)s (jeśli brak: %(otherwise)s)")
REASONS = N_("Co poprawić")
WORDS: dict[type[StrEnum], Mapping[Any, tuple[str, ...]]] = {
    InstitutionKind: vocabulary.INSTITUTIONS,
    Organ: vocabulary.ORGANS,
    UnitKind: vocabulary.UNITS,
    Pool: vocabulary.POOLS,
}


class Told(msgspec.Struct, frozen=True):
    """Something wrong in a row, in the reader's language; `column` as the file calls it."""

    row: int
    column: str
    words: str


class Shown(msgspec.Struct, frozen=True):
    """A difference as text."""

    attribute: str
    before: str
    after: str


def told(issues: Iterable[Issue], called: Mapping[str, str]) -> Iterator[Told]:
    """The issues of a file for people."""
    for one in issues:
        values = dict(one.values)
        if "missing" in values:
            values["missing"] = ", ".join(OFFER[field][0] for field in values["missing"])
        if "value" in values:
            values["value"] = value(values["value"])
        yield Told(
            one.row, called.get(one.field, _address_column(one, called)), _(one.words) % values
        )


def _address_column(one: Issue, called: Mapping[str, str]) -> str:
    """A part of an address that stands in one column with the rest."""
    return called.get("address", "") if one.field in ("street", "postal_code", "town") else ""


def shown(differences: Iterable[Difference]) -> Iterator[Shown]:
    """Differences for people."""
    for one in differences:
        yield Shown(_(ATTRIBUTES[one.field]), value(one.before), value(one.after))


def value(kept: Any) -> str:
    """A value as a cell of the file would have it; empty for nothing."""
    match kept:
        case StrEnum():
            return WORDS[type(kept)][kept][0]
        case [{"among": _}, *_]:
            return "; ".join(_subject(msgspec.convert(one, Scored)) for one in kept)
        case list():
            return ", ".join(map(str, kept))
        case dict():
            return ", ".join(f"{key}: {one}" for key, one in kept.items())
    return str(kept)


def _subject(one: Scored) -> str:
    among = ", ".join(one.among)
    first = among if len(one.among) == 1 else _(BEST[one.best]) % {"among": among}
    if not one.otherwise:
        return first
    return _(OTHERWISE) % {"first": first, "otherwise": ", ".join(one.otherwise)}


def faulty_file(table: Table, issues: Iterable[Issue], called: Mapping[str, str]) -> bytes:
    """The rows in which something is wrong, with a column that says what; for a spreadsheet."""
    reasons: dict[int, list[str]] = {}
    for one in told(issues, called):
        where = f"{one.column}: " if one.column else ""
        reasons.setdefault(one.row, []).append(where + one.words)
    rows = [row for row in table.rows if row.number in reasons]
    return csv_file((*table.heading, _(REASONS)), [_with(row, reasons) for row in rows])


def _with(row: Row, reasons: Mapping[int, list[str]]) -> tuple[str, ...]:
    return (*row.cells, " ".join(reasons[row.number]))
