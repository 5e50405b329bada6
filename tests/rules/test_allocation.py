"""Who gets which place: worked examples, known answers, and properties."""

import json
import random
import time
from collections import Counter
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings, strategies as st

from ksr_saas.allocation import rules
from ksr_saas.allocation.certificate import BadResult, certify
from ksr_saas.allocation.engine import Allocation, Tie, allocate
from ksr_saas.allocation.rules import Order, Snapshot, Verdict
from ksr_saas.criteria.facts import Asked, Child
from ksr_saas.criteria.ties import HigherWish, Older
from ksr_saas.criteria.ties import parted as part

PROPERTY = settings(deadline=None)
KNOWN = sorted((Path(__file__).parents[1] / "known").glob("*.json"))


def one_unit(standing, places):
    """Everybody asks for the same unit."""
    wishes = {child: ["Misie"] for child in standing}
    return allocate(wishes, {c: {"Misie": s} for c, s in standing.items()}, {"Misie": places})


def test_one_statutory_criterion_beats_any_number_of_local_points():
    # domain.md 4.2: cap 2; the answer stands even where a statutory criterion is worth 50 points.
    standing = {"A": (50, 0, 0), "B": (0, 300, 0), "C": (0, 10, 0), "D": (50, 5, 0)}
    assert one_unit(standing, 2) == Allocation({"A": "Misie", "D": "Misie"}, ())


def test_a_better_standing_takes_the_last_place():
    got = allocate(
        wishes={"Ala": ["Misie", "Zajączki"], "Ola": ["Misie"]},
        standing={"Ala": {"Misie": (60, 2), "Zajączki": (60, 2)}, "Ola": {"Misie": (75, 1)}},
        places={"Misie": 1, "Zajączki": 1},
    )
    assert got == Allocation({"Ala": "Zajączki", "Ola": "Misie"}, ())


def test_equals_who_all_fit_are_no_tie():
    assert one_unit({"Ala": (60,), "Ola": (60,)}, 2).ties == ()


def test_equals_at_the_last_place_are_parted_by_the_commission_and_not_by_us():
    got = one_unit({"Ola": (60,), "Ala": (60,), "Ela": (80,), "Iga": (10,)}, 2)
    assert got == Allocation({"Ela": "Misie"}, (Tie("Misie", (60,), 1, ("Ala", "Ola")),))


def test_the_recorded_order_parts_equals():
    standing = {"Ola": (50, 5, 2), "Ala": (50, 5, 1), "Ela": (50, 5, 0)}
    assert one_unit(standing, 1) == Allocation({"Ola": "Misie"}, ())


def test_equals_turned_away_for_somebody_higher_are_no_tie():
    assert one_unit({"Ala": (1,), "Ola": (1,), "Ela": (2,)}, 1) == Allocation({"Ela": "Misie"}, ())


def test_a_unit_without_places_makes_no_tie():
    assert one_unit({"Ala": (1,), "Ola": (1,)}, 0) == Allocation({}, ())


def test_an_unknown_unit_is_a_fault_and_is_not_skipped():
    with pytest.raises(KeyError):
        allocate({"Ala": ["Nikt"]}, {"Ala": {"Nikt": (1,)}}, {"Misie": 1})


@pytest.mark.parametrize("file", KNOWN, ids=lambda file: file.stem)
def test_known_answers(file):
    case = json.loads(file.read_text(encoding="utf-8"))
    schools = case["schools"]
    standing = {
        child: {
            unit: (len(schools[unit]["priority"]) - schools[unit]["priority"].index(child),)
            for unit in units
        }
        for child, units in case["candidates"].items()
    }
    places = {unit: school["capacity"] for unit, school in schools.items()}
    got = allocate(case["candidates"], standing, places)
    expected = case["expected"]["student_optimal"]
    assert got == Allocation({c: u for c, u in sorted(expected.items()) if u}, ())
    certify(case["candidates"], standing, places, got)
    other = case["expected"]["school_optimal"]
    if other != expected:
        with pytest.raises(BadResult, match="ring"):
            certify(case["candidates"], standing, places, Allocation(other, ()))


def test_there_are_known_answers():
    assert len(KNOWN) >= 6


@st.composite
def markets(draw, levels=3, most_children=9):
    """Small markets with many equals; wishes of a child are distinct, and may be none."""
    units = [f"u{n}" for n in range(draw(st.integers(1, 5)))]
    children = [f"c{n}" for n in range(draw(st.integers(0, most_children)))]
    points = st.tuples(st.integers(0, levels), st.integers(0, levels))
    wishes = {
        child: draw(st.lists(st.sampled_from(units), unique=True, max_size=len(units)))
        for child in children
    }
    standing = {child: {unit: draw(points) for unit in wishes[child]} for child in children}
    places = {unit: draw(st.integers(0, 3)) for unit in units}
    return wishes, standing, places


def strict(market, seed=0):
    """The same market after every commission has ordered its equals."""
    wishes, standing, places = market
    chance = random.Random(seed)
    heights = {unit: chance.sample(sorted(wishes), len(wishes)) for unit in places}
    return (
        wishes,
        {
            child: {unit: (*value, heights[unit].index(child)) for unit, value in here.items()}
            for child, here in standing.items()
        },
        places,
    )


def place_of(wishes, placed, child):
    """How far down its list a child was placed; its length where it was not."""
    return wishes[child].index(placed[child]) if child in placed else len(wishes[child])


@PROPERTY
@given(markets())
def test_every_result_passes_the_certificate(market):
    certify(*market, allocate(*market))


@PROPERTY
@given(markets(), st.integers(0, 99))
def test_places_are_never_exceeded_and_nobody_has_two(market, seed):
    wishes, _, places = market
    for result in (allocate(*market), allocate(*strict(market, seed))):
        assert all(n <= places[unit] for unit, n in Counter(result.placed.values()).items())
        assert set(result.placed) <= set(wishes)
        assert list(result.placed) == sorted(result.placed)


def nobody_has_a_better_claim(wishes, standing, places, placed):
    """Whether every unit that a child would rather have is full of children who stand higher."""
    inside = {unit: [c for c, u in placed.items() if u == unit] for unit in places}
    return all(
        len(inside[unit]) == places[unit]
        and all(standing[other][unit] > standing[child][unit] for other in inside[unit])
        for child, units in wishes.items()
        for unit in units[: place_of(wishes, placed, child)]
    )


@PROPERTY
@given(markets(), st.integers(0, 99))
def test_nobody_has_a_justified_complaint(market, seed):
    wishes, standing, places = strict(market, seed)
    result = allocate(wishes, standing, places)
    assert result.ties == ()
    assert nobody_has_a_better_claim(wishes, standing, places, result.placed)


@PROPERTY
@given(markets(), st.integers(0, 99))
def test_a_child_gets_the_first_wish_at_which_the_cut_off_is_met(market, seed):
    wishes, standing, places = strict(market, seed)
    placed = allocate(wishes, standing, places).placed
    count = Counter(placed.values())
    for child, units in wishes.items():
        met = [
            unit
            for unit in units
            if count[unit] < places[unit]
            or standing[child][unit]
            >= min((standing[c][unit] for c in placed if placed[c] == unit), default=(9, 9, 99))
        ]
        assert placed.get(child) == (met[0] if met else None)


@PROPERTY
@given(markets(), st.randoms(use_true_random=False))
def test_neither_names_nor_the_order_of_input_decide_anything(market, chance):
    wishes, standing, places = market
    children, units = sorted(wishes), sorted(places)
    new = dict(zip(children, chance.sample(children, len(children)), strict=True))
    unit_new = dict(zip(units, chance.sample(units, len(units)), strict=True))
    mixed = chance.sample(children, len(children))
    got = allocate(
        {new[c]: [unit_new[u] for u in wishes[c]] for c in mixed},
        {new[c]: {unit_new[u]: v for u, v in standing[c].items()} for c in mixed},
        {unit_new[u]: places[u] for u in reversed(units)},
    )
    expected = allocate(*market)
    assert got.placed == {new[c]: unit_new[u] for c, u in expected.placed.items()}
    assert set(got.ties) == {
        Tie(unit_new[t.unit], t.standing, t.places, tuple(sorted(new[c] for c in t.children)))
        for t in expected.ties
    }


def test_equals_stay_turned_away_where_others_fill_the_unit_in_the_end():
    # One order of c2, c4 and c5 at u1 would move c5 and c3 up; nobody parts them without need.
    wishes = {
        "c2": ["u1", "u2"],
        "c3": ["u2", "u1"],
        "c4": ["u1", "u2"],
        "c5": ["u1", "u2"],
        "c6": ["u1", "u2"],
    }
    standing = {child: {"u1": (0,), "u2": (0,)} for child in wishes}
    standing["c3"]["u1"] = standing["c6"]["u1"] = (1,)
    standing["c2"]["u2"] = standing["c5"]["u2"] = (1,)
    result = allocate(wishes, standing, {"u1": 2, "u2": 2})
    assert result == Allocation({"c2": "u2", "c3": "u1", "c5": "u2", "c6": "u1"}, ())


@PROPERTY
@given(markets(), st.integers(0, 99))
def test_a_trial_with_ties_promises_what_every_order_keeps(market, seed):
    wishes, standing, places = market
    trial = allocate(*market)
    final = allocate(*strict(market, seed))
    for child in wishes:
        assert place_of(wishes, final.placed, child) <= place_of(wishes, trial.placed, child)
    if not trial.ties:
        assert final.placed.keys() == trial.placed.keys()
        assert nobody_has_a_better_claim(*strict(market, seed), trial.placed)
    for tie in trial.ties:
        won = [child for child, unit in final.placed.items() if unit == tie.unit]
        equal = {child for child in won if standing[child][tie.unit] == tie.standing}
        assert equal - {c for c in wishes if trial.placed.get(c) == tie.unit} <= set(tie.children)


@PROPERTY
@given(markets(), st.integers(0, 99), st.data())
def test_a_wish_added_at_the_end_never_hurts_the_earlier_ones(market, seed, data):
    wishes, standing, places = strict(market, seed)
    shorter = {child: units[:-1] for child, units in wishes.items()}
    if not wishes:
        return
    child = data.draw(st.sampled_from(sorted(wishes)))
    before = allocate(wishes | {child: shorter[child]}, standing, places).placed
    after = allocate(wishes, standing, places).placed
    if child in before:
        assert after[child] == before[child]


@PROPERTY
@given(markets(), st.integers(0, 99), st.data())
def test_a_family_gains_nothing_by_another_order_of_its_wishes(market, seed, data):
    wishes, standing, places = strict(market, seed)
    if not wishes:
        return
    child = data.draw(st.sampled_from(sorted(wishes)))
    told = data.draw(st.permutations(wishes[child]))
    honest = allocate(wishes, standing, places).placed
    tactical = allocate(wishes | {child: told}, standing, places).placed
    assert place_of(wishes, honest, child) <= place_of(wishes, tactical, child)


@PROPERTY
@given(markets(), st.data())
def test_the_certificate_refuses_every_other_result(market, data):
    result = allocate(*market)
    if not result.placed:
        return
    child = data.draw(st.sampled_from(sorted(result.placed)))
    lost = {c: u for c, u in result.placed.items() if c != child}
    moved = data.draw(st.sampled_from([None, *market[0][child]]))
    changed = lost if moved is None else lost | {child: moved}
    if changed == result.placed:
        return
    with pytest.raises(BadResult):
        certify(*market, Allocation(changed, result.ties))


def test_rings_of_equals_are_no_missed_improvement():
    # Once refused: letting the first of two equals in would have parted them.
    wishes = {"a": ["w"], "b": ["v", "u"], "c": ["w", "u", "v"], "d": ["v", "u"], "e": ["w"]}
    standing = {
        "a": {"w": (1,)},
        "b": {"v": (0,), "u": (2,)},
        "c": {"w": (1,), "u": (0,), "v": (2,)},
        "d": {"v": (0,), "u": (0,)},
        "e": {"w": (2,)},
    }
    places = {"u": 1, "v": 1, "w": 1}
    result = allocate(wishes, standing, places)
    assert result == Allocation({"b": "u", "c": "v", "e": "w"}, ())
    certify(wishes, standing, places, result)


def snapshot_of(points, places, *orders, wishes=None):
    """A snapshot in which everybody asks for the unit "m"."""
    return Snapshot(
        wishes or {child: ["m"] for child in points},
        {child: {"m": value} for child, value in points.items()},
        {"m": places},
        orders,
    )


EQUALS = {"a": (5000, 500), "b": (5000, 500), "c": (5000, 0)}


def test_without_an_order_the_tie_is_open_and_with_one_it_is_closed():
    snapshot = snapshot_of(EQUALS, 1)
    assert rules.contested(snapshot, rules.decide(snapshot)) == [
        {
            "unit": "m",
            "points": [5000, 500],
            "keys": [],
            "places": 1,
            "applications": ["a", "b"],
            "again": False,
        }
    ]
    final = rules.decide(snapshot_of(EQUALS, 1, Order("m", (5000, 500), ("b", "a"))))
    assert final.result == Allocation({"b": "m"}, ())


def test_an_order_counts_only_for_its_exact_points():
    order = Order("m", (5000, 400), ("b", "a"))
    assert rules.decide(snapshot_of(EQUALS, 1, order)).result.ties


def test_an_order_that_leaves_out_an_equal_is_set_aside():
    points = EQUALS | {"late": (5000, 500)}
    snapshot = snapshot_of(points, 1, Order("m", (5000, 500), ("b", "a")))
    (tie,) = rules.contested(snapshot, rules.decide(snapshot))
    assert (tie["applications"], tie["again"]) == (["a", "b", "late"], True)


def test_an_order_stays_when_the_equal_left_out_has_a_better_wish():
    snapshot = Snapshot(
        {"a": ["m"], "b": ["m"], "late": ["n", "m"]},
        {
            "a": {"m": (5, 5)},
            "b": {"m": (5, 5)},
            "late": {"n": (5, 5), "m": (5, 5)},
        },
        {"m": 1, "n": 1},
        (Order("m", (5, 5), ("b", "a")),),
    )
    assert rules.decide(snapshot).result == Allocation({"b": "m", "late": "n"}, ())


def parted(keys, places, *orders):
    """Children with equal points at the unit "m", whom a rule gives these keys."""
    return Snapshot(
        {child: ["m"] for child in keys},
        {child: {"m": (50, 5)} for child in keys},
        {"m": places},
        orders,
        {child: {"m": (key,)} for child, key in keys.items()},
    )


def test_a_rule_parts_equals_before_the_commission_is_asked():
    snapshot = parted({"old": -10, "middle": -20, "young": -30}, 2)
    decision = rules.decide(snapshot)
    assert decision.result == Allocation({"old": "m", "middle": "m"}, ())
    found = {one.child: (one.verdict, one.position) for one in rules.outcomes(snapshot, decision)}
    assert found["young"] == (Verdict.BELOW_BY_RULE, 3)
    (closed,) = rules.closings(snapshot, decision)
    assert closed.points == (50, 5)


def test_whom_the_rules_leave_equal_the_commission_orders():
    twins = {"old": -10, "a": -20, "b": -20, "young": -30}
    snapshot = parted(twins, 2)
    (tie,) = rules.contested(snapshot, rules.decide(snapshot))
    assert (tie["applications"], tie["keys"], tie["places"]) == (["a", "b"], [-20], 1)
    # An order of children with other keys parts nobody here.
    other = Order("m", (50, 5), ("b", "a"), (-30,))
    assert rules.decide(parted(twins, 2, other)).result.ties
    settled = parted(twins, 2, Order("m", (50, 5), ("b", "a"), (-20,)))
    decision = rules.decide(settled)
    assert decision.result == Allocation({"b": "m", "old": "m"}, ())
    found = {one.child: one.verdict for one in rules.outcomes(settled, decision)}
    assert (found["a"], found["young"]) == (Verdict.BELOW_BY_ORDER, Verdict.BELOW_BY_RULE)


def test_a_rule_that_does_not_know_a_child_puts_nobody_first():
    tie = (Older("uchwała"), HigherWish("uchwała"))
    asked = Asked(UUID(int=1), rank=2)
    assert part(tie, Child(born=date(2023, 3, 14)), asked) == (-date(2023, 3, 14).toordinal(), -2)
    with pytest.raises(ValueError, match="does not know a child"):
        part(tie, Child(), asked)


def test_every_wish_is_explained():
    snapshot = Snapshot(
        {"a": ["m", "n"], "b": ["m", "n"], "c": ["m"], "d": ["m", "n"]},
        {
            "a": {"m": (50, 5), "n": (50, 5)},
            "b": {"m": (50, 5), "n": (50, 5)},
            "c": {"m": (50, 0)},
            "d": {"m": (0, 300), "n": (0, 300)},
        },
        {"m": 1, "n": 1},
        (Order("m", (50, 5), ("b", "a")),),
    )
    decision = rules.decide(snapshot)
    found = {(one.child, one.unit): one for one in rules.outcomes(snapshot, decision)}
    assert {key: one.verdict for key, one in found.items()} == {
        ("a", "m"): Verdict.BELOW_BY_ORDER,
        ("a", "n"): Verdict.PLACED,
        ("b", "m"): Verdict.PLACED,
        ("b", "n"): Verdict.BETTER_WISH_WON,
        ("c", "m"): Verdict.BELOW_CUTOFF,
        ("d", "m"): Verdict.BELOW_CUTOFF,
        ("d", "n"): Verdict.BELOW_CUTOFF,
    }
    assert [found[c, "m"].position for c in "bacd"] == [1, 2, 3, 4]
    assert [found[c, "n"].position for c in "abd"] == [1, 1, 3]
    closings = {one.unit: one for one in rules.closings(snapshot, decision)}
    assert closings["m"] == ("m", 1, 4, 1, (50, 5))
    assert rules.summary(snapshot, decision) == {
        "applications": 4,
        "placed": 2,
        "unplaced": 2,
        "free": 0,
        "by_rank": {"1": 1, "2": 1},
    }


def test_equal_inputs_have_equal_digests():
    one = Snapshot({"a": ["m"], "b": ["m"]}, {"a": {"m": (1, 2)}, "b": {"m": (1, 2)}}, {"m": 1})
    same = Snapshot({"b": ["m"], "a": ["m"]}, {"b": {"m": (1, 2)}, "a": {"m": (1, 2)}}, {"m": 1})
    other = Snapshot({"a": ["m"], "b": ["m"]}, {"a": {"m": (1, 3)}, "b": {"m": (1, 2)}}, {"m": 1})
    assert one.digest() == same.digest() != other.digest()
    assert rules.decide(one).digest() == rules.decide(same).digest()


def city(children, *, seed=1):
    """A city the size of Wrocław: three wishes, few levels of points, 5 % too few places."""
    chance = random.Random(seed)
    units = [f"u{n:03}" for n in range(130)]
    wishes = {f"c{n:05}": chance.sample(units, 3) for n in range(children)}
    standing = {
        child: {unit: (chance.choice((0, 0, 50, 100)), chance.randrange(0, 60, 5)) for unit in mine}
        for child, mine in wishes.items()
    }
    return wishes, standing, dict.fromkeys(units, int(children * 0.95 / len(units)))


def test_a_large_city_takes_well_under_a_second():
    market = strict(city(5746))
    started = time.perf_counter()
    result = allocate(*market)
    taken = time.perf_counter() - started
    certify(*market, result)
    assert len(result.placed) > 5000
    assert taken < 0.3
