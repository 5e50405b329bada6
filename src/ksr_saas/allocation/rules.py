"""From what families asked for to what became of every wish. Pure: values in, values out."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec

from ksr_saas.allocation.certificate import certify
from ksr_saas.allocation.engine import Allocation, Standing, allocate

Points = tuple[int, ...]  # what the rulebook compares, in its order; in hundredths


class Verdict(StrEnum):
    """What became of one wish. In a contested run, BELOW_BY_ORDER waits for the order.

    BELOW_BY_RULE had the points of the last child placed, and a rule parted them.
    """

    PLACED = "placed"
    BETTER_WISH_WON = "better-wish-won"
    BELOW_CUTOFF = "below-cutoff"
    BELOW_BY_RULE = "below-by-rule"
    BELOW_BY_ORDER = "below-by-order"


class Order(msgspec.Struct, frozen=True):
    """The commission's order of children with these points at one unit, best first.

    `keys` are what the rules that part equals made of them; empty where there are no such rules.
    """

    unit: str
    points: Points
    children: tuple[str, ...]
    keys: Points = ()


class Snapshot(msgspec.Struct, frozen=True):
    """Everything a run depends on, by id.

    `wishes` lists each child's units from most wanted, `standing` its points at each of them.
    `parting` are the keys by which rules part children with equal points, higher first; it is empty
    where the rules leave all equals to the commission.
    """

    wishes: dict[str, list[str]]
    standing: dict[str, dict[str, Points]]
    places: dict[str, int]
    orders: tuple[Order, ...] = ()
    parting: dict[str, dict[str, Points]] = {}

    def keys(self, child: str, unit: str) -> Points:
        """What parts a child from its equals at a unit."""
        return self.parting[child][unit] if self.parting else ()

    def equals(self, child: str, unit: str) -> tuple[Points, Points]:
        """Points and keys: children who have the same are equals that only people can part."""
        return self.standing[child][unit], self.keys(child, unit)

    def digest(self) -> str:
        """SHA-256 of the canonical form: equal inputs, equal digests."""
        return hashlib.sha256(msgspec.json.encode(self, order="deterministic")).hexdigest()


class Decision(NamedTuple):
    """A result with the standings that led to it: points, the keys of rules, the recorded order.

    The recorded order is 0 where none was needed, and higher for children the commission put first.
    `set_aside` are the orders that no longer name every child they would part.
    """

    result: Allocation
    standing: dict[str, dict[str, Standing]]
    set_aside: tuple[Order, ...]

    def digest(self) -> str:
        """SHA-256 of who got what."""
        return hashlib.sha256(
            msgspec.json.encode(self.result.placed, order="deterministic")
        ).hexdigest()


class Outcome(NamedTuple):
    """One wish; `position` counts from 1 among all who asked, equals share theirs."""

    child: str
    unit: str
    rank: int
    points: Points
    position: int
    verdict: Verdict


class Closing(NamedTuple):
    """How one unit closed; `points` of the last child placed, None where nobody was."""

    unit: str
    places: int
    applicants: int
    placed: int
    points: Points | None


def decide(snapshot: Snapshot) -> Decision:
    """Allocate and check the result. Raises BadResult, which is a fault of ours.

    An order that would put a child it does not name below the named ones is set aside (points were
    corrected since): nobody but the commission parts equals, so the tie is open again.
    """
    orders = snapshot.orders
    set_aside: tuple[Order, ...] = ()
    while True:
        standing = _with_orders(snapshot, orders)
        result = allocate(snapshot.wishes, standing, snapshot.places)
        outgrown = tuple(order for order in orders if _parts_others(order, snapshot, result))
        if not outgrown:
            break
        set_aside += outgrown
        orders = tuple(order for order in orders if order not in outgrown)
    certify(snapshot.wishes, standing, snapshot.places, result)
    return Decision(result, standing, set_aside)


def _with_orders(snapshot: Snapshot, orders: tuple[Order, ...]) -> dict[str, dict[str, Standing]]:
    """Add each child's height in the order of its equals; a later order replaces an earlier."""
    heights = {
        (order.unit, order.points, order.keys): {
            child: len(order.children) - place for place, child in enumerate(order.children)
        }
        for order in orders
    }
    nobody: dict[str, int] = {}
    return {
        child: {
            unit: (
                *points,
                *(keys := snapshot.keys(child, unit)),
                heights.get((unit, points, keys), nobody).get(child, 0),
            )
            for unit, points in units.items()
        }
        for child, units in snapshot.standing.items()
    }


def _parts_others(order: Order, snapshot: Snapshot, result: Allocation) -> bool:
    """Whether a named child has a place that an equal who is not named would rather have."""
    if not any(result.placed.get(child) == order.unit for child in order.children):
        return False
    return any(
        order.unit in snapshot.standing[child]
        and snapshot.equals(child, order.unit) == (order.points, order.keys)
        and child not in order.children
        and _wants(units, order.unit, result.placed.get(child))
        for child, units in snapshot.wishes.items()
    )


def _wants(units: list[str], unit: str, has: str | None) -> bool:
    return has is None or units.index(unit) < units.index(has)


def summary(snapshot: Snapshot, decision: Decision) -> dict[str, Any]:
    """Count for the coordinator: no child, no chance, no clock."""
    placed = decision.result.placed
    ranks = Counter(snapshot.wishes[child].index(unit) + 1 for child, unit in placed.items())
    return {
        "applications": len(snapshot.wishes),
        "placed": len(placed),
        "unplaced": len(snapshot.wishes) - len(placed),
        "free": sum(snapshot.places.values()) - len(placed),
        "by_rank": {str(rank): ranks[rank] for rank in sorted(ranks)},
    }


def contested(snapshot: Snapshot, decision: Decision) -> list[dict[str, Any]]:
    """List the open ties; `again` marks one whose order was set aside."""
    before = {(order.unit, (order.points, order.keys)) for order in decision.set_aside}
    found = []
    for tie in decision.result.ties:
        points, keys = snapshot.equals(tie.children[0], tie.unit)
        found.append(
            {
                "unit": tie.unit,
                "points": list(points),
                "keys": list(keys),
                "places": tie.places,
                "applications": list(tie.children),
                "again": (tie.unit, (points, keys)) in before,
            }
        )
    return found


def outcomes(snapshot: Snapshot, decision: Decision) -> Iterator[Outcome]:
    """Tell what became of every wish."""
    deciding = _last(snapshot, decision.result) | {
        tie.unit: snapshot.equals(tie.children[0], tie.unit) for tie in decision.result.ties
    }
    positions = _positions(decision.standing)
    for child, units in snapshot.wishes.items():
        won = decision.result.placed.get(child)
        satisfied = False
        for rank, unit in enumerate(units, start=1):
            points, keys = snapshot.equals(child, unit)
            last = deciding.get(unit)
            if unit == won:
                verdict, satisfied = Verdict.PLACED, True
            elif satisfied:
                verdict = Verdict.BETTER_WISH_WON
            elif last == (points, keys):
                verdict = Verdict.BELOW_BY_ORDER
            elif last is not None and last[0] == points:
                verdict = Verdict.BELOW_BY_RULE
            else:
                verdict = Verdict.BELOW_CUTOFF
            yield Outcome(child, unit, rank, points, positions[unit][child], verdict)


def _positions(standing: Mapping[str, Mapping[str, Standing]]) -> dict[str, dict[str, int]]:
    """Rank all who asked for a unit, by unit and child."""
    asked: dict[str, list[tuple[Standing, str]]] = defaultdict(list)
    for child, units in standing.items():
        for unit, value in units.items():
            asked[unit].append((value, child))
    found: dict[str, dict[str, int]] = {}
    for unit, bids in asked.items():
        bids.sort(reverse=True)
        first: dict[Standing, int] = {}
        found[unit] = {
            child: first.setdefault(value, count) for count, (value, child) in enumerate(bids, 1)
        }
    return found


def _last(snapshot: Snapshot, result: Allocation) -> dict[str, tuple[Points, Points]]:
    """Find points and keys of the last child placed, by unit."""
    last: dict[str, tuple[Points, Points]] = {}
    for child, unit in result.placed.items():
        found = snapshot.equals(child, unit)
        last[unit] = min(found, last.get(unit, found))
    return last


def closings(snapshot: Snapshot, decision: Decision) -> Iterator[Closing]:
    """Tell how every unit closed, units without applicants too."""
    last = _last(snapshot, decision.result)
    placed = Counter(decision.result.placed.values())
    asked = Counter(unit for units in snapshot.wishes.values() for unit in units)
    for unit in sorted(snapshot.places):
        points = last[unit][0] if unit in last else None
        yield Closing(unit, snapshot.places[unit], asked[unit], placed[unit], points)
