"""Equals: what the chain of a rulebook parts, judged by last year's children."""

from datetime import date
from uuid import UUID

import msgspec
import pytest

from ksr_saas.criteria import ties
from ksr_saas.criteria.facts import Answer, Asked, Child
from ksr_saas.criteria.lint.finding import Applicant, LastYear
from ksr_saas.criteria.lint.linter import lint
from ksr_saas.criteria.lint.parting import unparted
from ksr_saas.criteria.ties import Commission, HigherWish, Lottery, Nearer, Older, Younger
from tests.factories.recruitment import RULEBOOK

HERE, THERE = UUID(int=1), UUID(int=2)


def child(number, *codes, metres=None):
    known = Child(answers=tuple(map(Answer, codes)), born=date(2022, 1, number))
    return Applicant(known, (Asked(HERE, 1, metres=metres), Asked(THERE, 2)))


def with_ties(*links):
    return msgspec.structs.replace(RULEBOOK, ties=links)


BEST, EQUALS = [child(1, "taxes")], [child(2, "works"), child(3, "works"), child(4, "works")]


@pytest.mark.parametrize(
    ("places", "expected"),
    [(0, {}), (1, {}), (2, {HERE: (3, 1)}), (3, {HERE: (3, 2)}), (4, {}), (9, {})],
)
def test_equals_matter_where_the_last_place_parts_them(places, expected):
    last = LastYear((*BEST, *EQUALS), {HERE: places})
    assert unparted(with_ties(Commission()), last) == expected


@pytest.mark.parametrize("link", [Older("uchwała"), Younger("uchwała")])
def test_a_rule_that_knows_everybody_leaves_nothing_to_the_commission(link):
    last = LastYear((*BEST, *EQUALS), {HERE: 2})
    assert unparted(with_ties(link, Commission()), last) == {}


@pytest.mark.parametrize("link", [Nearer("uchwała"), Lottery("uchwała"), HigherWish("uchwała")])
def test_a_rule_that_knows_nobody_parts_nobody(link):
    last = LastYear((*BEST, *EQUALS), {HERE: 2})
    assert unparted(with_ties(link, Commission()), last) == {HERE: (3, 1)}


def test_a_child_whose_distance_is_unknown_stands_after_the_known():
    near = [child(2, "works", metres=500), child(3, "works"), child(4, "works")]
    links = (Nearer("uchwała"), Commission())
    assert unparted(with_ties(*links), LastYear(tuple(near), {HERE: 1})) == {}
    assert unparted(with_ties(*links), LastYear(tuple(near), {HERE: 2})) == {HERE: (2, 1)}


def test_the_linter_says_how_many_and_where():
    last = LastYear((*BEST, *EQUALS), {HERE: 2})
    found = [one for one in lint(RULEBOOK, last_year=last) if one.rule == "tie-unparted"]
    assert [(one.path, str(one.severity)) for one in found] == [("ties", "warning")]
    assert f"3 children at {HERE} would have stood equal for 1" in found[0].why


def test_keys_put_the_better_child_first():
    old, young = child(1), child(9, metres=100)
    for link, better in ((Older("u"), old), (Younger("u"), young)):
        keys = [ties.key((link,), one.child, one.wishes[0]) for one in (old, young)]
        assert (keys[0] < keys[1]) == (better is old)
    assert ties.key((Nearer("u"), HigherWish("u"), Commission()), young.child, young.wishes[0]) == (
        100,
        1,
        None,
    )
