"""Deeds on catchments, each on the record with its reason."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import WRITTEN, digest_of, record, record_reading
from ksr_saas.catchments import queries
from ksr_saas.catchments.drafts import Verdict
from ksr_saas.catchments.errors import (
    SetChanged,
    SetNotInOrder,
    ShortCatchmentReason,
    WrongYears,
)
from ksr_saas.catchments.models import CatchmentDoubt, CatchmentSegment
from ksr_saas.catchments.replacing import Change, change
from ksr_saas.catchments.rules import Address, Segment, address_key
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.errors import IllegalMove, NotFound
from ksr_saas.kernel.forms import stamp

SHORTEST_REASON = 10


def ensure_reason(reason: str) -> None:
    """Raise ShortCatchmentReason for less than ten characters."""
    if len(reason) < SHORTEST_REASON:
        raise ShortCatchmentReason


def seen(segments: Sequence[Segment]) -> str:
    """A token for what somebody was shown; another set has another one."""
    return stamp(sorted(msgspec.json.encode(one, order="deterministic") for one in segments))


async def ask(
    session: AsyncSession, address: Address, year: int, *, home: str, actor: Actor | None = None
) -> UUID:
    """Leave an address to a person; the id of what waits. Asking again changes nothing.

    `actor` is None where anybody may ask.
    """
    key = address_key(address, home)
    statement = (
        insert(CatchmentDoubt)
        .values(
            id=uuid4(),
            year=year,
            address_key=key,
            street=address.street,
            number=address.number,
            postal_code=address.postal_code,
            town=address.town,
            reason="",
        )
        .on_conflict_do_nothing(index_elements=["year", "address_key"])
        .returning(CatchmentDoubt.id)
    )
    made = await session.scalar(statement)
    if made is not None:
        record(
            session,
            "catchments.ask",
            actor_id=actor.account_id if actor else None,
            role=actor.role.value if actor else "visitor",
            kind="catchment_doubt",
            object_id=made,
        )
        return made
    there = await session.scalar(
        select(CatchmentDoubt.id).where(
            CatchmentDoubt.year == year, CatchmentDoubt.address_key == key
        )
    )
    if there is None:
        raise NotFound
    return there


class Deeds:
    """What the office may do to the catchments at one moment."""

    def __init__(self, session: AsyncSession, actor: Actor, *, now: datetime) -> None:
        self.session = session
        self.actor = actor
        self.now = now

    def _record(self, object_id: UUID | None, act: str, kind: str, **detail: Any) -> None:
        record(
            self.session,
            act,
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            kind=kind,
            object_id=object_id,
            reason=WRITTEN,
            **detail,
        )

    async def add(self, found: Verdict, reason: str) -> UUID:
        """Add a segment. Raises ShortCatchmentReason."""
        ensure_reason(reason)
        made = _row(found, reason)
        self.session.add(made)
        self._record(made.id, "catchments.add", "catchment_segment")
        return made.id

    async def change(self, segment_id: UUID, found: Verdict, reason: str, *, shown: str) -> None:
        """Put right what a segment says. Raises ShortCatchmentReason, SetChanged, NotFound."""
        ensure_reason(reason)
        there = await queries.segment(self.session, segment_id, lock=True)
        if seen([there.segment]) != shown:
            raise SetChanged
        _take(there, found, reason)
        self._record(segment_id, "catchments.change", "catchment_segment")

    async def end(self, segment_id: UUID, last_year: int, reason: str) -> None:
        """Let a segment hold for the last time in the school year that starts in `last_year`.

        Raises ShortCatchmentReason, WrongYears, NotFound.
        """
        ensure_reason(reason)
        there = await queries.segment(self.session, segment_id, lock=True)
        if last_year < there.valid_from:
            raise WrongYears
        there.valid_to, there.reason = last_year, reason
        self._record(segment_id, "catchments.end", "catchment_segment", year=last_year)

    async def compared(self, found: Sequence[Verdict], year: int) -> tuple[Change, str]:
        """What taking the lines for the set of a school year would change, and what was there."""
        there = [one.segment for one in await queries.ahead(self.session, year)]
        wanted = [one.segment for one in found if one.segment is not None]
        return change(there, wanted, year), seen(there)

    async def replace(self, found: Sequence[Verdict], year: int, *, shown: str) -> Change:
        """Take the lines for the set of a school year; all of them or none.

        Two at once wait for each other. Raises SetNotInOrder, SetChanged.
        """
        if not found or any(one.segment is None for one in found):
            raise SetNotInOrder
        lock = func.hashtext(func.current_schema() + ":catchments")
        await self.session.execute(select(func.pg_advisory_xact_lock(lock)))
        made, there = await self.compared(found, year)
        if there != shown:
            raise SetChanged
        rows = {one.id: one for one in await queries.ahead(self.session, year)}
        lines = {one.segment.identity: one for one in found if one.segment is not None}
        void = [one.id for one in made.gone if one.valid_from >= year]
        for one in made.gone:
            if one.valid_from < year and one.id is not None:
                rows[one.id].valid_to = year - 1
        await self.session.flush()
        await self.session.execute(delete(CatchmentSegment).where(CatchmentSegment.id.in_(void)))
        for old, new in made.kept:
            if old.id is not None:
                rows[old.id].source = new.source
        self.session.add_all(
            _row(msgspec.structs.replace(lines[one.identity], segment=one), "") for one in made.new
        )
        self._record(
            None,
            "catchments.replace",
            "catchment_segment",
            year=year,
            added=len(made.added),
            changed=len(made.changed),
            removed=len(made.removed),
        )
        return made

    async def note_list(self, shown: Sequence[UUID], year: int) -> None:
        """Put on record that this person was shown addresses."""
        await record_reading(
            self.session,
            "catchments.list",
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            acting_for=None,
            kind="catchment_doubt",
            object_id=UUID(int=year),
            count=len(shown),
            addresses=digest_of(shown),
        )

    async def decide(self, doubt_id: UUID, school: UUID | None, reason: str) -> None:
        """Say which school an address has, None for no school here; until it is said otherwise.

        Raises ShortCatchmentReason, NotFound; IllegalMove for a school without a catchment.
        """
        ensure_reason(reason)
        there = await queries.doubt(self.session, doubt_id, lock=True)
        if school not in {None, *(one.id for one in await queries.schools(self.session))}:
            raise IllegalMove
        there.institution_id, there.reason = school, reason
        there.decided_at, there.decided_by = self.now, self.actor.account_id
        self._record(doubt_id, "catchments.decide", "catchment_doubt", outside=int(school is None))


def _row(found: Verdict, reason: str) -> CatchmentSegment:
    made = CatchmentSegment(id=uuid4())
    _take(made, found, reason)
    return made


def _take(row: CatchmentSegment, found: Verdict, reason: str) -> None:
    if found.segment is None:
        raise SetNotInOrder
    row.take(found.segment)
    row.simc, row.ulic, row.reason = found.typed.simc, found.typed.ulic, reason
