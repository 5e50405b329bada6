"""Who gets which place. Pure: values in, values out; no clock, no database, no randomness."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from heapq import heappop, heappush
from typing import NamedTuple, TypeAlias

Child: TypeAlias = str
Unit: TypeAlias = str
Standing: TypeAlias = tuple[int, ...]  # compared left to right, higher wins


class Tie(NamedTuple):
    """Equals at the last places of a unit, for the commission to order.

    `places` are left for `children` (by id), who are more than that, have the same standing there
    and want it more than what they would get without it. Nobody else with that standing can come to
    compete, however this and other ties are decided.
    """

    unit: Unit
    standing: Standing
    places: int
    children: tuple[Child, ...]


class Allocation(NamedTuple):
    """`placed` maps a child to its unit, in the order of ids; a missing child got no place.

    Where `ties` is not empty, `placed` is what each child gets at least, however the commissions
    decide; it may be shown as a trial and must not be published.
    """

    placed: dict[Child, Unit]
    ties: tuple[Tie, ...]


def allocate(
    wishes: Mapping[Child, Sequence[Unit]],
    standing: Mapping[Child, Mapping[Unit, Standing]],
    places: Mapping[Unit, int],
) -> Allocation:
    """Stable allocation that favours the families and never parts equals.

    `wishes` lists each child's units from most wanted. Deferred acceptance (Gale and Shapley 1962)
    in the form for priorities with ties (Irving, Manlove and Scott 2000, super-stability): equals
    who do not all fit are turned away together, and who stands no higher is turned away after them.
    Without ties at the end the result is stable under every order that commissions could give, so
    none is asked for, and it is the best such result for every child. An order given all the same
    could only move children up, by parting equals who were turned away together at a unit that
    others filled in the end. Neither ids nor the order of input decide anything.
    """
    held: dict[Unit, list[tuple[Standing, Child]]] = {unit: [] for unit in places}
    bar: dict[Unit, Standing] = {}  # the highest standing turned away
    at_bar: dict[Unit, list[Child]] = defaultdict(list)
    coming = {child: iter(units) for child, units in wishes.items()}
    asking = list(wishes)
    while asking:
        child = asking.pop()
        unit = next(coming[child], None)
        if unit is None:
            continue
        value, here = standing[child][unit], held[unit]
        if unit in bar and value <= bar[unit]:
            if value == bar[unit]:
                at_bar[unit].append(child)
            asking.append(child)
            continue
        heappush(here, (value, child))
        if len(here) > places[unit]:
            bar[unit], at_bar[unit] = here[0][0], []
            while here and here[0][0] == bar[unit]:
                at_bar[unit].append(heappop(here)[1])
            asking += at_bar[unit]
    placed = sorted((child, unit) for unit, here in held.items() for _, child in here)
    ties = tuple(
        Tie(unit, bar[unit], places[unit] - len(held[unit]), tuple(sorted(at_bar[unit])))
        for unit in sorted(bar)
        if len(held[unit]) < places[unit]
    )
    return Allocation(dict(placed), ties)
