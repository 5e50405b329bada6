"""The made-up city is a plausible one: demand, ties, work for everybody."""

from collections import Counter
from uuid import UUID

import pytest

from ksr_saas.allocation.rules import Snapshot, decide, summary
from ksr_saas.allocation.snapshot import hundredths
from ksr_saas.criteria.rulebook import Answer, standing
from ksr_saas.people import pesel
from tenants import read
from tenants.commands import FOLDER
from tenants.demo.generate import city

WAITING = {"submitted", "returned"}


@pytest.fixture(scope="module")
def made():
    return city()


def taking_part(made, *, outcomes):
    """What the engine is given when claims with these outcomes count."""
    rulebook = read.read(FOLDER / "wroclaw").rulebook
    wishes, standings = {}, {}
    for one in made.families:
        answers = [
            Answer(c.criterion, None if c.place is None else UUID(int=c.place), c.amount)
            for c in one.claims
            if c.outcome in outcomes
        ]
        child = f"{one.number:05}"
        wishes[child] = [f"{wish:03}" for wish in one.wishes]
        earned = {wish: standing(rulebook, answers, UUID(int=wish)) for wish in one.wishes}
        standings[child] = {
            f"{wish:03}": (hundredths(points.statutory), hundredths(points.local))
            for wish, points in earned.items()
        }
    return Snapshot(
        wishes, standings, {f"{n:03}": place.places for n, place in enumerate(made.places)}
    )


def test_it_has_the_size_of_wroclaw_in_2022(made):
    assert len(made.families) == 5746
    assert sum(place.places for place in made.places) == 6067
    assert len(made.places) == 130


def test_most_get_their_first_choice_and_some_get_none(made):
    snapshot = taking_part(made, outcomes={"accepted", "pending"})
    decision = decide(snapshot)
    told = summary(snapshot, decision)
    assert 0.88 <= told["by_rank"]["1"] / told["applications"] <= 0.92
    assert 0.02 <= told["unplaced"] / told["applications"] <= 0.04
    assert 3 <= len(decision.result.ties) <= 8


def test_the_first_trial_has_ties_too(made):
    verified = made.__class__(
        made.places, tuple(one for one in made.families if one.status == "verified")
    )
    assert 3 <= len(decide(taking_part(verified, outcomes={"accepted"})).result.ties) <= 8


def test_every_institution_has_work_waiting(made):
    waiting = Counter(one.wishes[0] for one in made.families if one.status in WAITING)
    assert set(waiting) == set(range(len(made.places)))
    assert min(waiting.values()) >= 2
    assert sum(waiting.values()) < len(made.families) / 8


def test_numbers_and_wishes_are_valid(made):
    assert len({one.pesel for one in made.families}) == len(made.families)
    for one in made.families:
        assert pesel.birth_date(one.pesel) == one.born
        assert pesel.birth_date(one.parent_pesel) == one.parent_born
        assert 1 <= len(set(one.wishes)) == len(one.wishes) <= 3


def test_the_same_seed_makes_the_same_city(made):
    assert city() == made
