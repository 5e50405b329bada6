"""What is worked out for a family instead of being asked, wish by wish. Pure."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

import msgspec

from ksr_saas.criteria.facts import NOWHERE, Asked, Child, Source
from ksr_saas.criteria.rulebook import Criterion, Rulebook, Scope
from ksr_saas.criteria.way import NONE, Asks, Verdict


class WorkedOut(msgspec.Struct, frozen=True):
    """What a source says of one criterion at one wish, before exclusions and maxima.

    `at` and `rank` are empty where the wish does not matter. `metres` and `rough` are those of
    `Asked`, where a distance was measured.
    """

    code: str
    source: Source
    verdict: Verdict
    points: Decimal
    at: UUID | None = None
    rank: int = 0
    metres: int | None = None
    rough: bool = False


def sources(rulebook: Rulebook) -> frozenset[Source]:
    """What has to be looked up for these rules."""
    return frozenset(one.kind.source for one in rulebook.criteria if one.kind.source is not None)


def asked_for(rulebook: Rulebook) -> tuple[Criterion, ...]:
    """The criteria that families answer one by one; a certificate answers its own together."""
    return tuple(
        one
        for one in rulebook.criteria
        if one.kind.source is None and one.kind.asks is not Asks.CERTIFICATE
    )


def worked_out(rulebook: Rulebook, child: Child, wishes: Sequence[Asked]) -> list[WorkedOut]:
    """Everything that is not asked for, in the order of the rulebook and then of the list."""
    first = next((one.institution for one in wishes if one.rank == 1), None)
    found = []
    for criterion in rulebook.criteria:
        source, reach = criterion.kind.source, criterion.reach
        if source is None:
            continue
        if reach is Scope.CANDIDATE:
            found.append(_told(criterion, source, child, NOWHERE))
            continue
        found += [
            _told(criterion, source, child, asked)
            for asked in wishes
            if reach is Scope.PREFERENCE or asked.institution == first
        ]
    return found


def _told(criterion: Criterion, source: Source, child: Child, asked: Asked) -> WorkedOut:
    verdict = criterion.kind.told(child, asked)
    met = verdict is Verdict.MET
    measured = source is Source.DISTANCE
    return WorkedOut(
        criterion.code,
        source,
        verdict,
        criterion.kind.earned(criterion.points, None, child, asked) if met else NONE,
        asked.institution if asked is not NOWHERE else None,
        asked.rank,
        asked.metres if measured else None,
        measured and asked.rough,
    )
