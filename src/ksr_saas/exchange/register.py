"""The public register of schools (RSPO): differences to what is known, each to be taken or left.

Headings as in the register's own export of 2021 to 2026 ("Numer RSPO", "Kod terytorialny gmina",
…), which wraps numbers as ="0123" and has no coordinates.
"""

import asyncio
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.exchange import columns, queries, vocabulary
from ksr_saas.exchange.errors import NothingChosen
from ksr_saas.exchange.headings import REGISTER
from ksr_saas.exchange.offer_plan import NEW_INSTITUTION, Difference, Values
from ksr_saas.exchange.offer_rows import TORN, Issue
from ksr_saas.exchange.table import Table
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.errors import N_
from ksr_saas.offer import numbers
from ksr_saas.offer.kinds import Organ
from ksr_saas.offer.models import Institution
from ksr_saas.offer.numbers import BadNumber
from ksr_saas.people.collation import sort_key

REQUIRED = (("rspo",), ("name",))
CHECKED = {
    "rspo": numbers.rspo,
    "regon": numbers.regon,
    "nip": numbers.nip,
    "teryt": numbers.teryt,
}
PLAIN = ("name", "postal_code", "town", "phone", "email", "website", "simc", "ulic")
POINT = re.compile(r"\d{1,2}\.\d{1,8}")
NO_POINT = N_("Wpisz szerokość i długość geograficzną, na przykład 52.2297 i 21.0122.")
IN_POLAND = {"lat": (48, 56), "lon": (13, 25)}


class Entry(msgspec.Struct, frozen=True):
    """An institution as the register has it; `closed` is when it ceased, '' while it is there."""

    row: int
    rspo: str
    values: Values
    closed: str


class Proposal(msgspec.Struct, frozen=True):
    """One institution that the register tells differently of."""

    id: UUID
    label: str
    closed: str
    differences: tuple[Difference, ...]


class Comparison(msgspec.Struct, frozen=True):
    """What the register says: differences, institutions not known yet, how many are alike.

    `others` are rows of kinds that take part in no recruitment or of other municipalities.
    """

    proposals: tuple[Proposal, ...]
    new: tuple[Entry, ...]
    same: int
    others: int
    issues: tuple[Issue, ...]
    called: Mapping[str, str]


class Point(msgspec.Struct, frozen=True):
    """Where a new institution stands, WGS84."""

    lat: float
    lon: float


class Chosen(msgspec.Struct, frozen=True):
    """The differences that were ticked, as "institution:field", and new ones by RSPO number."""

    differences: Collection[str]
    new: Mapping[str, Point]


def read(table: Table) -> tuple[list[Entry], list[Issue], Mapping[str, str]]:
    """The entries of an export. Raises Unreadable. A number that cannot be right is left out."""
    known = columns.found(table, REGISTER, REQUIRED)
    entries, issues = [], []
    for row in table.rows:
        if row.torn:
            issues.append(Issue(row.number, "", TORN))
            continue
        typed = {field: row.cells[number] for field, number in known.at.items()}
        values = {field: typed[field] for field in PLAIN if field in typed}
        for field, checked in CHECKED.items():
            if typed.get(field):
                try:
                    values[field] = checked(typed[field])
                except BadNumber as problem:
                    issues.append(Issue(row.number, field, str(problem)))
        if "rspo" not in values:
            continue
        values |= _address(typed)
        values |= _kinds(typed)
        entries.append(Entry(row.number, values["rspo"], values, typed.get("closed", "")))
    return entries, issues, known.called


def _address(typed: Mapping[str, str]) -> Values:
    """Street with number, as it is written on a letter; a village has no streets."""
    if "street" not in typed or "house" not in typed:
        return {}
    number = "/".join(one for one in (typed["house"], typed.get("flat", "")) if one)
    return {"street": f"{typed['street'] or typed.get('town', '')} {number}".strip()}


def _kinds(typed: Mapping[str, str]) -> Values:
    found: Values = {}
    kind = vocabulary.meaning(vocabulary.INSTITUTIONS, typed.get("kind", ""))
    if kind is not None:
        found["kind"] = kind
    if columns.plain(typed.get("public", "")).startswith("niepubliczna"):
        found["organ"] = Organ.NON_PUBLIC
    return found


def compared(table: Table, institutions: Sequence[Values]) -> Comparison:
    """The register against what is known: by RSPO number, then by REGON. Pure. Raises Unreadable.

    The kind is never proposed: a preschool group in a school stands in the register as the school.
    """
    entries, issues, called = read(table)
    by_rspo = {one["rspo"]: one for one in institutions if one["rspo"]}
    by_regon = {one["regon"]: one for one in institutions if one["regon"] and not one["rspo"]}
    towns = {columns.plain(one["town"]) for one in institutions}
    gminas = {one["teryt"] for one in institutions if one["teryt"]}
    proposals, new, same, others = [], [], 0, 0
    for entry in entries:
        known = by_rspo.get(entry.rspo) or by_regon.get(entry.values.get("regon", ""))
        if known is not None:
            differences = tuple(_differences(known, entry.values))
            if differences or entry.closed:
                told = Proposal(known["id"], known["name"], entry.closed, differences)
                proposals.append(told)
            else:
                same += 1
        elif _is_ours(entry, towns, gminas):
            new.append(entry)
        else:
            others += 1
    return Comparison(tuple(proposals), tuple(new), same, others, tuple(issues), called)


def _differences(known: Values, values: Values) -> Iterator[Difference]:
    for field, value in values.items():
        if field not in ("kind", "organ") and value and known[field] != value:
            yield Difference(field, known[field], value)


def _is_ours(entry: Entry, towns: Collection[str], gminas: Collection[str]) -> bool:
    """Whether an unknown one may take part here: of a known kind, working, in this municipality."""
    values = entry.values
    here = columns.plain(values.get("town", "")) in towns or values.get("teryt") in gminas
    return "kind" in values and not entry.closed and (here or not towns)


def point(lat: str, lon: str) -> Point | None:
    """A point in Poland as typed, with a comma or a full stop; None for anything else."""
    typed = {"lat": lat.replace(",", ".").strip(), "lon": lon.replace(",", ".").strip()}
    for name, (least, most) in IN_POLAND.items():
        if not POINT.fullmatch(typed[name]) or not least <= float(typed[name]) <= most:
            return None
    return Point(float(typed["lat"]), float(typed["lon"]))


async def looked_at(session: AsyncSession, table: Table) -> Comparison:
    """What the register says differently. Raises Unreadable. Nothing is written."""
    institutions = await queries.institutions(session)
    return await asyncio.to_thread(compared, table, institutions)


async def take(session: AsyncSession, made: Comparison, chosen: Chosen, actor: Actor | None) -> int:
    """Write what was ticked, each institution on the record; how many institutions were written.

    Raises NothingChosen.
    """
    changed = {
        one.id: ticked
        for one in made.proposals
        if (
            ticked := {
                d.field: d.after
                for d in one.differences
                if f"{one.id}:{d.field}" in chosen.differences
            }
        )
    }
    new = [_row(one, chosen.new[one.rspo]) for one in made.new if one.rspo in chosen.new]
    if not changed and not new:
        raise NothingChosen
    for key, values in changed.items():
        if "name" in values:
            values["sort_key"] = sort_key(values["name"])
        await session.execute(update(Institution).where(Institution.id == key).values(**values))
    if new:
        await session.execute(insert(Institution), new)
    for key, fields in [
        *((key, ", ".join(sorted(values))) for key, values in changed.items()),
        *((one["id"], "new") for one in new),
    ]:
        record(
            session,
            "exchange.register",
            actor_id=actor.account_id if actor else None,
            role=actor.role.value if actor else "system",
            kind="institution",
            object_id=key,
            fields=fields,
        )
    return len(changed) + len(new)


def _row(entry: Entry, at: Point) -> dict[str, Any]:
    values = {"street": "", "postal_code": "", "town": ""} | entry.values
    return (
        NEW_INSTITUTION
        | values
        | {
            "id": uuid4(),
            "code": entry.rspo,
            "sort_key": sort_key(values["name"]),
            "lat": at.lat,
            "lon": at.lon,
        }
    )
