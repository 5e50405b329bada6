"""The made-up city is a plausible one: demand, ties, work for everybody."""

from collections import Counter
from uuid import UUID

import pytest

from ksr_saas.allocation.rules import Snapshot, decide, summary
from ksr_saas.allocation.snapshot import hundredths
from ksr_saas.criteria.evaluation import standings
from ksr_saas.criteria.facts import Answer, Asked, Child
from ksr_saas.identity.rights import Role
from ksr_saas.people import pesel
from tenants import read
from tenants.commands import FOLDER
from tenants.demo import accounts
from tenants.demo.commands import introduction
from tenants.demo.generate import city
from tenants.demo.names import Sex, surname

WAITING = {"submitted", "returned"}


@pytest.fixture(scope="module")
def made():
    return city()


def taking_part(made, *, outcomes):
    """What the engine is given when claims with these outcomes count."""
    rulebook = read.read(FOLDER / "wroclaw").rulebook
    wishes, points = {}, {}
    for one in made.families:
        answers = [
            Answer(c.criterion, None if c.place is None else UUID(int=c.place), c.amount)
            for c in one.claims
            if c.outcome in outcomes
        ]
        child = f"{one.number:05}"
        wishes[child] = [f"{wish:03}" for wish in one.wishes]
        asked = [Asked(UUID(int=wish), rank) for rank, wish in enumerate(one.wishes, start=1)]
        earned = standings(rulebook, Child(answers=tuple(answers)), asked)
        points[child] = {
            f"{wish:03}": tuple(hundredths(part) for part in points)
            for wish, points in zip(one.wishes, earned, strict=True)
        }
    return Snapshot(
        wishes, points, {f"{n:03}": place.places for n, place in enumerate(made.places)}
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
    children = [one.pesel for one in made.families if one.pesel]
    adults = {g.pesel: one.account for one in made.families for g in one.guardians}
    assert len(set(children) | adults.keys()) == len(children) + len(adults)
    for one in made.families:
        assert 1 <= len(set(one.wishes)) == len(one.wishes) <= 3
        assert bool(one.pesel) != bool(one.document)
        if one.pesel:
            assert pesel.birth_date(one.pesel) == one.born
        for guardian in one.guardians:
            assert pesel.birth_date(guardian.pesel) == guardian.born


def woman(number):
    return int(number[9]) % 2 == 0


def test_surnames_agree_with_the_sex_of_their_bearers(made):
    seen = {True: set(), False: set()}
    for one in made.families:
        for guardian in one.guardians:
            seen[woman(guardian.pesel)].update(guardian.family.split("-"))
        if one.pesel:
            seen[woman(one.pesel)].add(one.child[1])
    assert not [name for name in seen[True] if name.endswith(("ski", "cki", "skyi", "ny", "ły"))]
    assert not [name for name in seen[False] if name.endswith(("ska", "cka", "na", "ła"))]
    assert {"Wasilewska", "Nowak", "Czarna", "Kovalska"} <= seen[True]
    assert {"Wasilewski", "Nowak", "Czarny", "Kovalskyi"} <= seen[False]


def test_children_have_the_surname_of_somebody_who_brings_them_up(made):
    for one in made.families:
        if "foster" in one.traits:
            continue
        child = one.child[1]
        own = {part for g in one.guardians for part in g.family.split("-")}
        assert {child, surname(child, Sex.FEMALE)} & own or any(
            surname(part, Sex.FEMALE) == child for part in own
        )


def test_claims_fit_the_household(made):
    for one in made.families:
        claimed = {claim.criterion for claim in one.claims}
        assert ("UST_SAMOTNE" in claimed) == ("single" in one.traits)
        assert ("UST_PIECZA" in claimed) == ("foster" in one.traits)
        assert not {"WR_NASZ", "WR_NASZ_MAX"} <= claimed
        assert "UST_NP_RODZICE" not in claimed or len(one.guardians) == 2
        assert "single" not in one.traits or len(one.guardians) == 1
        for claim in one.claims:
            assert not (claim.outcome == "rejected" and claim.proof)


def test_the_city_knows_every_kind_of_family(made):
    traits = Counter(trait for one in made.families for trait in one.traits)
    for trait in ("ukrainian", "single", "foster", "twins", "siblings", "no-pesel"):
        assert traits[trait] >= 10, trait
    twins = [one for one in made.families if "twins" in one.traits]
    for one in twins:
        both = [other for other in twins if other.account == one.account]
        assert len(both) == 2
        assert len({(other.born, other.wishes, other.address) for other in both}) == 1
        assert any(claim.criterion == "WR_RODZ" for claim in one.claims)


def test_the_same_seed_makes_the_same_city(made):
    assert city() == made


def test_the_demonstration_says_how_to_sign_in_as_every_role(settings):
    told = introduction(settings, 1.0)
    lines = {role: line for line in told.splitlines() for role in line[2:20].strip().split(", ")}
    first = {}
    for one in accounts.accounts(settings):
        for role in (one.role, *one.others):
            first.setdefault(role, one)
    assert set(first) == {*Role, "vendor"}
    for role, one in first.items():
        assert all(secret in lines[role] for secret in (one.login, one.password, one.totp))
