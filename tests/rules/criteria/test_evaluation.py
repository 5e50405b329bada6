"""Points: what holds for every rulebook, every child and every list."""

from collections import Counter
from decimal import Decimal

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from ksr_saas.criteria.evaluation import lines, most, standings
from ksr_saas.criteria.facts import Answer, Asked, Child
from ksr_saas.criteria.kinds import Declared, DeclaredAt, PreferenceRank
from ksr_saas.criteria.rulebook import Exclusion, Maximum, Ranking, Scope, Tier
from tests.factories.recruitment import RULEBOOK, criterion
from tests.rules.criteria.making import PLACES, answers, cases, local

many = settings(max_examples=50, deadline=None)
replace = msgspec.structs.replace


@many
@given(cases())
def test_nothing_is_negative_and_nothing_counts_twice(case):
    rulebook, child, wishes = case
    for earned in lines(rulebook, child, wishes):
        assert all(line.points >= 0 and line.cut >= 0 for line in earned)
        assert max(Counter(line.code for line in earned).values(), default=0) <= 1


@many
@given(cases(), st.data())
def test_one_more_answer_never_takes_anything_away(case, data):
    rulebook, child, wishes = case
    given_ = {(one.code, one.at) for one in child.answers}
    more = tuple(x for x in data.draw(answers(rulebook)) if (x.code, x.at) not in given_)
    before = standings(rulebook, child, wishes)
    after = standings(rulebook, replace(child, answers=child.answers + more), wishes)
    assert all(a >= b for now, was in zip(after, before) for a, b in zip(now, was))


@many
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_file_makes_no_difference(case, chance):
    rulebook, child, wishes = case

    def shuffled(of):
        return tuple(chance.sample(of, len(of)))

    other = replace(
        rulebook,
        criteria=shuffled(rulebook.criteria),
        exclusions=tuple(replace(one, codes=shuffled(one.codes)) for one in rulebook.exclusions),
        maxima=tuple(replace(one, codes=shuffled(one.codes)) for one in rulebook.maxima),
    )
    answered = replace(child, answers=shuffled(child.answers))
    assert standings(other, answered, wishes) == standings(rulebook, child, wishes)


@many
@given(cases())
def test_exclusions_and_maxima_hold_at_every_place(case):
    rulebook, child, wishes = case
    free = replace(rulebook, exclusions=(), maxima=())
    for earned, all_of_it in zip(lines(rulebook, child, wishes), lines(free, child, wishes)):
        points = {line.code: line.points for line in earned}
        whole = {line.code: line.points for line in all_of_it}
        for group in rulebook.exclusions:
            counted = [points[code] for code in group.codes if points.get(code)]
            assert counted == [max(whole.get(code, 0) for code in group.codes)] or not counted
            assert len(counted) <= 1
        for group in rulebook.maxima:
            asked_for = sum(whole.get(code, 0) for code in group.codes)
            assert sum(points.get(code, 0) for code in group.codes) == min(asked_for, group.points)
        assert all(line.points + line.cut == whole[line.code] for line in earned)


@many
@given(cases())
def test_what_counts_at_the_first_preference_counts_nowhere_else(case):
    rulebook, child, wishes = case
    first = {one.code for one in rulebook.criteria if one.scope is Scope.FIRST_PREFERENCE}
    for asked, earned in zip(wishes, lines(rulebook, child, wishes)):
        if asked.institution != wishes[0].institution:
            assert not first & {line.code for line in earned}


@many
@given(cases())
def test_nobody_earns_more_than_the_most(case):
    rulebook, child, wishes = replace(case[0], ranking=Ranking.BY_TIER), *case[1:]
    for points in standings(rulebook, child, wishes):
        for tier, earned in zip(rulebook.tiers, points, strict=True):
            assert earned <= most(rulebook, tier)


@many
@given(cases())
def test_a_plain_sum_is_the_sum_of_the_tiers(case):
    rulebook, child, wishes = case
    by_tier = standings(replace(rulebook, ranking=Ranking.BY_TIER), child, wishes)
    plain = standings(replace(rulebook, ranking=Ranking.PLAIN_SUM), child, wishes)
    assert [(sum(one),) for one in by_tier] == plain


def test_the_worked_example_one_statutory_criterion_outweighs_anything_local():
    """domain.md 4.2: A one statutory; B 300 local; C 10 local; D one statutory and 5 local."""
    claims = {"A": ["large-family"], "B": ["both"], "C": ["taxes"], "D": ["disability", "works"]}
    asked = [Asked(PLACES[0])]
    standing = {
        name: standings(RULEBOOK, Child(answers=tuple(map(Answer, codes))), asked)[0]
        for name, codes in claims.items()
    }
    assert sorted(standing, key=standing.get, reverse=True) == ["D", "A", "B", "C"]


def test_points_by_the_place_on_the_list():
    rank = PreferenceRank(by_rank=tuple(map(Decimal, (5, 4, 3, 2, 1))))
    rulebook = replace(RULEBOOK, criteria=(criterion("rank", Tier.LOCAL, "5", rank),))
    wishes = [Asked(place, n) for n, place in enumerate([*PLACES, PLACES[0]], start=1)]
    assert local(rulebook, Child(), *wishes) == [5, 4, 3, 2, 1, 0]


def test_a_sibling_at_the_first_school_counts_for_every_group_of_it():
    sibling = replace(
        criterion("sibling", Tier.LOCAL, "15", DeclaredAt()), scope=Scope.FIRST_PREFERENCE
    )
    rulebook = replace(RULEBOOK, criteria=(sibling,))
    child = Child(answers=tuple(Answer("sibling", place) for place in PLACES))
    wishes = [Asked(PLACES[1], 2), Asked(PLACES[0], 1), Asked(PLACES[0], 3)]
    assert local(rulebook, child, *wishes) == [0, 15, 15]


def test_a_list_without_its_first_preference_earns_nothing_for_it():
    first = replace(criterion("first", Tier.LOCAL, "15"), scope=Scope.FIRST_PREFERENCE)
    rulebook = replace(RULEBOOK, criteria=(first,))
    assert local(rulebook, Child(answers=(Answer("first"),)), Asked(PLACES[0], 2)) == [0]


def test_what_was_cut_is_shown_with_its_line():
    rulebook = replace(
        RULEBOOK,
        criteria=tuple(
            criterion(code, Tier.LOCAL, points, Declared())
            for code, points in (("a", "20"), ("b", "50"), ("c", "7"), ("d", "5"))
        ),
        exclusions=(Exclusion(("a", "b"), "uchwała"),),
        maxima=(Maximum(("c", "d"), Decimal(10), "uchwała"),),
    )
    child = Child(answers=tuple(map(Answer, "abcd")))
    (earned,) = lines(rulebook, child, [Asked(PLACES[0])])
    assert [(line.code, line.points, line.cut) for line in earned] == [
        ("a", 0, 20),
        ("b", 50, 0),
        ("c", 7, 0),
        ("d", 3, 2),
    ]
