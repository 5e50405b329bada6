"""Is the record still what was sealed? Names the rows that are not."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.heads import Head
from ksr_saas.audit.models import AuditEvent, AuditSeal, AuditWaiting
from ksr_saas.audit.seal import MOST, START, Content, content, leaf, rows_digest, seal_digest

AT_ONCE = 100  # seals read together
LATEST = timedelta(hours=1)  # from an act to its commit, with room to spare
MOST_PAIRS = 200  # changed events of one seal that are tried as swapped pairs


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong.

    `what` is `changed`, `removed`, `swapped`, `added` or `backdated` (it says that it happened
    before the seal before, which did not find it) for events, `seal-changed` or `seal-removed` for
    seals. `event_id` is empty for seals; `other` is the second of a swapped
    pair.
    """

    what: str
    seal: int
    event_id: str = ""
    other: str = ""

    def __str__(self) -> str:
        rest = f" with {self.other}" if self.other else ""
        where = f" (seal {self.seal})" if self.event_id and self.seal else ""
        return f"{self.what}: {self.event_id or f'seal {self.seal}'}{rest}{where}"


class Report(msgspec.Struct, frozen=True):
    """What a verification saw: how much, the newest seal, and what is wrong."""

    events: int
    waiting: int
    seals: int
    head: str
    findings: tuple[Finding, ...]


def swapped(a: Content, b: Content, leaf_a: bytes, leaf_b: bytes) -> bool:
    """Whether two events say again what was sealed once their contents change places back.

    Either all but the id was exchanged, or all but id, position and time.
    """
    fixed = (
        {"id": (a.id, b.id)},
        {
            "id": (a.id, b.id),
            "position": (a.position, b.position),
            "created_at": (a.created_at, b.created_at),
        },
    )
    for kept in fixed:
        first = msgspec.structs.replace(b, **{name: pair[0] for name, pair in kept.items()})
        second = msgspec.structs.replace(a, **{name: pair[1] for name, pair in kept.items()})
        if (leaf(first), leaf(second)) == (leaf_a, leaf_b):
            return True
    return False


def wrong_events(
    number: int, ids: Sequence[UUID], leaves: Sequence[bytes], said: Mapping[UUID, Content]
) -> Iterator[Finding]:
    """The events of one seal that are not what was sealed."""
    changed: dict[UUID, bytes] = {}
    for event_id, sealed in zip(ids, leaves, strict=False):
        found = said.get(event_id)
        if found is None:
            yield Finding("removed", number, str(event_id))
        elif leaf(found) != sealed:
            changed[event_id] = sealed
    paired: set[UUID] = set()
    for a, b in combinations(list(changed)[:MOST_PAIRS], 2):
        if paired.isdisjoint((a, b)) and swapped(said[a], said[b], changed[a], changed[b]):
            paired |= {a, b}
            yield Finding("swapped", number, str(a), str(b))
    yield from (Finding("changed", number, str(one)) for one in changed if one not in paired)


def backdated(
    seal: AuditSeal, before: AuditSeal | None, happened: Mapping[UUID, datetime]
) -> Iterator[Finding]:
    """Events that were written later than they say.

    A seal takes all that waits, unless it is full, so what comes into the next one was committed
    after it. Nothing is said of a seal before which the clock went back.
    """
    if before is None or before.count >= MOST or seal.sealed_at < before.sealed_at:
        return
    for event_id in seal.event_ids:
        at = happened.get(event_id)
        if at is not None and at < before.sealed_at - LATEST:
            yield Finding("backdated", seal.number, str(event_id))


def intact(seal: AuditSeal) -> bool:
    """Whether a seal agrees with itself."""
    return (
        len(seal.event_ids) == len(seal.leaves) == seal.count
        and rows_digest(seal.event_ids, seal.leaves) == seal.rows_sha256
        and seal.sha256 == seal_digest(seal)
    )


def wrong_links(seals: Iterable[tuple[int, str, str]], heads: Sequence[Head]) -> Iterator[Finding]:
    """Breaks of the chain of (number, previous, sha256), and heads it no longer has."""
    number, previous = 0, START
    have = {}
    for seal_number, its_previous, sha256 in seals:
        yield from (Finding("seal-removed", gone) for gone in range(number + 1, seal_number))
        if seal_number == number + 1 and its_previous != previous:
            yield Finding("seal-changed", seal_number)
        number, previous = seal_number, sha256
        have[number] = sha256
    for kept in {one.number: one for one in heads}.values():
        if kept.number > number:
            yield from (Finding("seal-removed", n) for n in range(number + 1, kept.number + 1))
            number = kept.number
    for kept in heads:
        if kept.number in have and have[kept.number] != kept.sha256:
            yield Finding("seal-changed", kept.number)


async def verify(session: AsyncSession, heads: Sequence[Head] = ()) -> Report:
    """Check everything; `heads` were kept outside the database, oldest first.

    The session must not have begun: all is read in one snapshot.
    """
    await session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    links = (
        (
            await session.execute(
                select(AuditSeal.number, AuditSeal.previous, AuditSeal.sha256).order_by(
                    AuditSeal.number
                )
            )
        )
        .tuples()
        .all()
    )
    findings = list(wrong_links(links, heads))
    sealed: set[UUID] = set()
    before: AuditSeal | None = None
    for start in range(0, len(links), AT_ONCE):
        numbers = [number for number, _, _ in links[start : start + AT_ONCE]]
        for seal in await session.scalars(
            select(AuditSeal).where(AuditSeal.number.in_(numbers)).order_by(AuditSeal.number)
        ):
            if not intact(seal):
                findings.append(Finding("seal-changed", seal.number))
            rows = list(
                await session.scalars(select(AuditEvent).where(AuditEvent.id.in_(seal.event_ids)))
            )
            said = {event.id: content(event) for event in rows}
            findings += wrong_events(seal.number, seal.event_ids, seal.leaves, said)
            findings += backdated(seal, before, {event.id: event.created_at for event in rows})
            before = seal
            sealed.update(seal.event_ids)
            session.expunge_all()
    waiting = set(await session.scalars(select(AuditWaiting.id)))
    events = set(await session.scalars(select(AuditEvent.id)))
    findings += (Finding("added", 0, str(one)) for one in sorted(events - sealed - waiting))
    findings += (Finding("removed", 0, str(one)) for one in sorted(waiting - events))
    last = f"{links[-1][0]}:{links[-1][2]}" if links else ""
    unique = tuple(dict.fromkeys(findings))
    return Report(len(events), len(waiting), len(links), last, unique)
