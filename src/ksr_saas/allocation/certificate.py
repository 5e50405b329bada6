"""Checks a result without computing it: what must hold of every allocation. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from ksr_saas.allocation.engine import Allocation, Child, Standing, Tie, Unit

Wishes = Mapping[Child, Sequence[Unit]]
Standings = Mapping[Child, Mapping[Unit, Standing]]


class BadResult(Exception):
    """The result breaks a promise; the text names the promise and ids. It must not be shown."""


def certify(
    wishes: Wishes, standing: Standings, places: Mapping[Unit, int], result: Allocation
) -> None:
    """Raise BadResult unless the result is feasible, fair and the families' best.

    Fair: nobody would rather have a unit with a free place, or one that holds a child of lower or
    equal standing; only the children of an open tie wait at free places. Best: no ring of units in
    which each one's next child could move up. Together they hold for one result only.
    """
    placed, ties = result.placed, {tie.unit: tie for tie in result.ties}
    taken = Counter(placed.values())
    _feasible(wishes, places, placed, taken)
    last: dict[Unit, Standing] = {}
    for child, unit in placed.items():
        value = standing[child][unit]
        last[unit] = min(value, last.get(unit, value))
    waiting: dict[Unit, list[tuple[Standing, Child]]] = {}
    for child, unit in _wanted(wishes, placed):
        value = standing[child][unit]
        if unit in ties:
            if value > ties[unit].standing:
                raise BadResult(f"envy: {child} stands above the tie at {unit}")
        elif taken[unit] < places[unit]:
            raise BadResult(f"waste: unit {unit} has a place that {child} wants")
        elif unit in last and value > last[unit]:
            raise BadResult(f"envy: {child} stands above the last child of {unit}")
        elif unit in last and value == last[unit]:
            raise BadResult(f"equals: {child} was parted from the last child of {unit}")
        waiting.setdefault(unit, []).append((value, child))
    for tie in result.ties:
        _real(tie, waiting.get(tie.unit, []), last, places[tie.unit] - taken[tie.unit])
    if not ties:
        _no_ring(waiting, placed)


def _feasible(
    wishes: Wishes,
    places: Mapping[Unit, int],
    placed: Mapping[Child, Unit],
    taken: Mapping[Unit, int],
) -> None:
    for unit, count in taken.items():
        if count > places.get(unit, 0):
            raise BadResult(f"capacity: unit {unit} holds {count}")
    for child, unit in placed.items():
        if unit not in wishes.get(child, ()):
            raise BadResult(f"eligibility: child {child} did not ask for {unit}")


def _wanted(wishes: Wishes, placed: Mapping[Child, Unit]) -> Iterator[tuple[Child, Unit]]:
    """Every child with every unit it would rather have than its own."""
    for child, units in wishes.items():
        for unit in units:
            if placed.get(child) == unit:
                break
            yield child, unit


def _real(
    tie: Tie,
    waiting: Sequence[tuple[Standing, Child]],
    last: Mapping[Unit, Standing],
    free: int,
) -> None:
    """Raise BadResult unless the tie names all its equals, more than the places left."""
    equals = tuple(sorted(child for value, child in waiting if value == tie.standing))
    if tie.children != equals or tie.places != free or not 0 < free < len(equals):
        raise BadResult(f"tie: {tie.unit} names other children or places than wait there")
    if tie.unit in last and last[tie.unit] <= tie.standing:
        raise BadResult(f"tie: {tie.unit} holds a child that does not stand above it")


def _no_ring(
    waiting: Mapping[Unit, Sequence[tuple[Standing, Child]]], placed: Mapping[Child, Unit]
) -> None:
    """Follow "unit -> unit that holds its first waiting child"; a ring is an improvement missed.

    A unit leads nowhere when that child holds no place, for it frees nothing, and when equals are
    first, for letting one of them in would part them.
    """
    leads: dict[Unit, Unit] = {}
    for unit, bids in waiting.items():
        first = max(value for value, _ in bids)
        best = [child for value, child in bids if value == first]
        if len(best) == 1 and best[0] in placed:
            leads[unit] = placed[best[0]]
    done: set[Unit] = set()
    for start in sorted(leads):
        path: list[Unit] = []
        unit = start
        while unit in leads and unit not in done:
            if unit in path:
                raise BadResult(f"ring: {' -> '.join(path[path.index(unit) :])}")
            path.append(unit)
            unit = leads[unit]
        done.update(path)
