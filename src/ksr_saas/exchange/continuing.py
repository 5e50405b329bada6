"""How many children stay in each unit, from a file: counts only, never names."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import WRITTEN, record
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.service import ensure_reason
from ksr_saas.exchange import columns, queries
from ksr_saas.exchange.errors import Faulty, PersonalData
from ksr_saas.exchange.headings import CONTINUING
from ksr_saas.exchange.offer_plan import BELOW_QUALIFIED, Values
from ksr_saas.exchange.offer_rows import MORE_CONTINUE, NO_KEY, SAME_UNIT, TORN, Issue, Wrong, whole
from ksr_saas.exchange.table import Table
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import stamp
from ksr_saas.offer.models import Offer, Unit
from ksr_saas.people import pesel

REQUIRED = (("code", "rspo"), ("continuing",))
NO_INSTITUTION = N_("W tej rekrutacji nie ma placówki „%(typed)s”.")
NO_UNIT = N_("Ta placówka nie ma w tej rekrutacji oddziału „%(typed)s”.")
WHICH_UNIT = N_("Ta placówka ma kilka oddziałów. Wpisz kod oddziału.")


class Count(msgspec.Struct, frozen=True):
    """One unit before and after; `label` says which, `places` are the free ones."""

    row: int
    id: UUID
    institution_id: UUID
    label: str
    before: int
    after: int
    places: int


class Counts(msgspec.Struct, frozen=True):
    """What a file says: units that would have another number, and how many stay as they are."""

    changes: tuple[Count, ...]
    same: int
    issues: tuple[Issue, ...]
    called: Mapping[str, str]
    unread: tuple[str, ...]

    @property
    def seen(self) -> str:
        """A token of what would happen."""
        return stamp([(one.id, one.before, one.after, one.places) for one in self.changes])


async def looked_at(session: AsyncSession, campaign: Campaign, table: Table) -> Counts:
    """What taking the table would do. Raises Unreadable. Nothing is written."""
    ensure_no_children(table)
    return await asyncio.to_thread(
        counted,
        table,
        institutions=await queries.institutions(session),
        units=await queries.units(session, campaign.id),
        qualified=await queries.qualified(session, campaign.id),
    )


def ensure_no_children(table: Table) -> None:
    """Raise PersonalData for names of people, and for a PESEL number in any cell."""
    columns.ensure_nobody(table)
    for row in table.rows:
        for name, cell in zip(table.heading, row.cells, strict=True):
            if _is_pesel(cell):
                raise PersonalData(names=name)


def _is_pesel(cell: str) -> bool:
    try:
        pesel.birth_date(cell)
    except ValueError:
        return False
    return True


def counted(
    table: Table,
    *,
    institutions: list[Values],
    units: list[Values],
    qualified: Mapping[UUID, int],
) -> Counts:
    """The numbers of `table` against what is there. Pure. Raises Unreadable."""
    known = columns.found(table, CONTINUING, REQUIRED)
    book = _Book(institutions, units, qualified)
    changes, issues, same = [], [], 0
    for row in table.rows:
        typed = {field: row.cells[number] for field, number in known.at.items()}
        try:
            if row.torn:
                raise Wrong(TORN)
            found = book.count(row.number, typed)
        except Wrong as problem:
            field = next((one for one in BLAMED.get(problem.words, ()) if one in known), "")
            issues.append(Issue(row.number, field, problem.words, problem.values))
            continue
        if found.before == found.after:
            same += 1
        else:
            changes.append(found)
    return Counts(tuple(changes), same, tuple(issues), known.called, known.unread)


BLAMED = {
    NO_KEY: ("code", "rspo"),
    NO_INSTITUTION: ("rspo", "code"),
    NO_UNIT: ("unit_code",),
    WHICH_UNIT: ("unit_code",),
    SAME_UNIT: ("unit_code",),
    MORE_CONTINUE: ("continuing",),
    BELOW_QUALIFIED: ("continuing",),
}


class _Book:
    """The units of a recruitment, found by what a file calls them."""

    def __init__(
        self, institutions: list[Values], units: list[Values], qualified: Mapping[UUID, int]
    ) -> None:
        taking_part = {one["institution_id"] for one in units}
        here = [one for one in institutions if one["id"] in taking_part]
        self.by_rspo = {one["rspo"]: one for one in here if one["rspo"]}
        self.by_code = {one["code"].lower(): one for one in here}
        self.qualified = qualified
        self.units: dict[UUID, dict[str, Values]] = {}
        for one in units:
            self.units.setdefault(one["institution_id"], {})[one["code"].lower()] = one
        self.rows: dict[UUID, int] = {}

    def count(self, row: int, typed: Mapping[str, str]) -> Count:
        """What one row says. Raises Wrong."""
        institution = self._institution(typed)
        unit = self._unit(institution, typed.get("unit_code", ""))
        if unit["id"] in self.rows:
            raise Wrong(SAME_UNIT, other=self.rows[unit["id"]])
        self.rows[unit["id"]] = row
        after, capacity = whole(typed["continuing"]), unit["capacity"]
        qualified = self.qualified.get(unit["id"], 0)
        if after > capacity:
            raise Wrong(MORE_CONTINUE, continuing=after, capacity=capacity)
        if capacity - after < qualified:
            raise Wrong(BELOW_QUALIFIED, qualified=qualified, places=capacity - after)
        name = unit["name"] or unit["code"]
        label = f"{institution['name']}: {name}" if name else institution["name"]
        return Count(
            row, unit["id"], institution["id"], label, unit["continuing"], after, capacity - after
        )

    def _institution(self, typed: Mapping[str, str]) -> Values:
        rspo, code = typed.get("rspo", ""), typed.get("code", "")
        if not rspo and not code:
            raise Wrong(NO_KEY)
        found = self.by_rspo.get(rspo.lstrip("0")) or self.by_code.get(code.lower())
        if found is None:
            raise Wrong(NO_INSTITUTION, typed=rspo or code)
        return found

    def _unit(self, institution: Values, code: str) -> Values:
        units = self.units[institution["id"]]
        if not code and "" not in units and len(units) > 1:
            raise Wrong(WHICH_UNIT)
        found = units.get(code.lower()) if code or "" in units else next(iter(units.values()))
        if found is None:
            raise Wrong(NO_UNIT, typed=code)
        return found


async def take(
    session: AsyncSession, campaign: Campaign, made: Counts, reason: str, actor: Actor | None
) -> int:
    """Write the numbers, each on the record with the free places it leaves; how many were changed.

    `campaign` is locked and `made` is of this moment. Raises Faulty, or ShortReason where the
    recruitment is open and no reason is given; then nothing has changed.
    """
    if made.issues:
        raise Faulty
    if campaign.opened_at is not None:
        ensure_reason(reason)
    if not made.changes:
        return 0
    rows: list[dict[str, Any]] = [{"id": one.id, "continuing": one.after} for one in made.changes]
    await session.execute(update(Unit), rows)
    await session.execute(
        update(Offer)
        .where(
            Offer.campaign_id == campaign.id,
            Offer.institution_id.in_({one.institution_id for one in made.changes}),
        )
        .values(version=Offer.version + 1)
    )
    for one in made.changes:
        record(
            session,
            "exchange.continuing",
            actor_id=actor.account_id if actor else None,
            role=actor.role.value if actor else "system",
            kind="unit",
            object_id=one.id,
            reason=WRITTEN if reason else "",
            before=one.before,
            after=one.after,
            places=one.places,
        )
    return len(made.changes)
