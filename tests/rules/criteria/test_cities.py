"""The cited configurations count as their sources say."""

from decimal import Decimal
from functools import cache
from itertools import product

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ksr_saas.criteria.evaluation import lines, most, standings
from ksr_saas.criteria.facts import Achievement, Answer, Asked, Certificate, Child
from ksr_saas.criteria.worked_out import asked_for
from ksr_saas.criteria.rulebook import Tier
from tenants.commands import FOLDER
from tenants.read import read_rulebook
from tests.rules.criteria.making import PLACES

HERE, THERE, ELSEWHERE = PLACES[:3]
BIOLOGY_CLASS = Asked(HERE, subjects=("biology", "chemistry"))


@cache
def rulebook(folder):
    return read_rulebook(FOLDER / folder / "rulebook.toml")


def total(rules, child, wishes):
    return [points[-1] for points in standings(rules, child, wishes)]


def test_pilas_points_are_an_order_of_importance():
    """1, 2, 4, 16, 32: whoever meets a more important criterion stands higher, whatever else."""
    rules = rulebook("pila")
    local = sorted((c for c in rules.criteria if c.tier is Tier.LOCAL), key=lambda c: -c.points)
    assert [one.points for one in local] == [32, 16, 4, 2, 1]
    standing = {}
    for met in product([False, True], repeat=len(local)):
        answers = [
            Answer(one.code, HERE if one.kind.placed else None)
            for one, is_met in zip(local, met)
            if is_met
        ]
        standing[met] = total(rules, Child(answers=tuple(answers)), [Asked(HERE)])[0]
    assert sorted(standing, key=standing.get) == sorted(standing)


@pytest.mark.parametrize(
    ("income", "expected"),
    [
        ("500", "1"),
        ("674", "1"),
        ("675", "1.00"),
        ("900", "0.75"),
        ("1348", "0.50"),
        ("6740", "0.10"),
    ],
)
def test_warsaws_income_counts_in_fractions(income, expected):
    child = Child(answers=(Answer("WA_DOCHOD", None, Decimal(income)),))
    assert total(rulebook("warszawa"), child, [Asked(HERE)]) == [Decimal(expected)]


def test_poznan_counts_the_place_on_the_list_and_each_parent_who_pays_tax():
    rules = rulebook("poznan")
    answers = (Answer("PZ_PIT", None, Decimal(2)), Answer("PZ_RODZ", ELSEWHERE))
    wishes = [Asked(HERE, 1), Asked(THERE, 2, complex=ELSEWHERE), Asked(PLACES[3], 3)]
    assert total(rules, Child(answers=answers), wishes) == [16 + 5, 16 + 4 + 12, 16 + 3]
    assert most(rules, Tier.LOCAL) < 50


def test_warsaws_schools_look_at_the_district_and_at_the_first_school():
    rules = rulebook("warszawa/primary")
    answers = (
        Answer("WA1_RODZ", HERE),
        Answer("WA1_RODZ", THERE),
        Answer("WA1_ZEROWKA", THERE),
        Answer("WA1_PRACA"),
        Answer("WA1_PRACA_1"),
    )
    child = Child(answers=answers, district="Wola")
    wishes = [
        Asked(HERE, 1, district="Wola", metres=800),
        Asked(THERE, 2, district="Ochota", metres=3100),
    ]
    assert total(rules, child, wishes) == [164 + 15 + 10 + 6, 82 + 6]


def test_bielsko_counts_a_sibling_at_the_first_school_only():
    answers = tuple(
        Answer(code, place) for code in ("BB_RODZ", "BB_RAZEM", "BB_OPIEKA") for place in PLACES
    )
    wishes = [Asked(HERE, 1), Asked(THERE, 2)]
    assert total(rulebook("bielskobiala"), Child(answers=answers), wishes) == [35, 5]


def test_oborniki_counts_the_tax_of_both_parents_or_of_one():
    rules = rulebook("oborniki")
    answers = tuple(map(Answer, ("OB_GMINA", "OB_PIT_1", "OB_PIT_2", "OB_WIELODZ")))
    assert total(rules, Child(answers=answers), [Asked(HERE)]) == [50 + 20 + 5]
    assert total(rules, Child(answers=answers[:2]), [Asked(HERE)]) == [50 + 10]


@pytest.mark.parametrize(
    "city", ["warszawa/primary", "bielskobiala", "oborniki", "wroclaw/primary"]
)
def test_a_child_of_the_catchment_needs_no_points(city):
    rules = rulebook(city)
    everything = Child(
        answers=tuple(
            Answer(one.code, HERE if one.kind.placed else None) for one in asked_for(rules)
        ),
        district="Wola",
    )
    wishes = [Asked(HERE, 1, district="Wola", metres=0)]
    (other,) = standings(rules, everything, wishes)
    (own,) = standings(rules, Child(catchment=HERE), wishes)
    assert own > other


def test_wroclaw_recruits_in_two_phases_with_the_own_school_last():
    rules = rulebook("wroclaw/primary")
    assert rules.catchment_phase
    assert (rules.max_preferences, rules.list_rule.own_school_last) == (3, True)


def pupil(*answers, exam=(70, 95, 100), grades=(5, 5, 4, 6), achievements=(), **more):
    certificate = Certificate(
        exam=dict(zip(("polish", "mathematics", "language"), map(Decimal, exam))),
        grades=dict(zip(("polish", "mathematics", "biology", "chemistry"), grades)),
        achievements=tuple(Achievement(*one) for one in achievements),
        **more,
    )
    return Child(answers=tuple(map(Answer, answers)), certificate=certificate)


def points(child):
    """(first, points, health, statutory) in a class that counts biology and chemistry."""
    return standings(rulebook("wroclaw/secondary"), child, [BIOLOGY_CLASS])[0]


TITLES = (("a", "W_FIN_PRZEDM_2"), ("b", "PW_LAUR_TEMAT"), ("c", "PW_FIN_TEMAT"))


@pytest.mark.parametrize(
    ("child", "expected"),
    [
        (pupil(grades=()), "87.75"),
        (pupil(exam=()), "66"),
        (pupil("P_WYROZNIENIE", "P_WOLONTARIAT", exam=(), achievements=TITLES), "94"),
        (pupil("P_WYROZNIENIE", "P_WOLONTARIAT", achievements=TITLES), "181.75"),
        (
            pupil(
                "P_WYROZNIENIE",
                "P_WOLONTARIAT",
                exam=(100, 100, 100),
                grades=(6, 6, 6, 6),
                achievements=TITLES,
            ),
            "200",
        ),
        (pupil(exam=(), grades=(6, 5), exempt=frozenset({"polish", "mathematics"})), "100"),
        (pupil(exam=(), grades=(), exempt=frozenset({"language"}), languages=(3, 5)), "25"),
        (Child(), "0"),
    ],
)
def test_points_of_secondary_schools_are_those_of_the_worked_examples(child, expected):
    assert points(child)[1] == Decimal(expected)


def test_equal_points_are_parted_by_health_then_by_the_seven_criteria():
    standing = {
        "laureate": points(pupil("LAUREAT", exam=(), grades=())),
        "points": points(pupil("P_WOLONTARIAT")),
        "health": points(pupil("ZDROWIE")),
        "two of seven": points(pupil("UST_WIELODZ", "UST_SAMOTNE")),
        "one of seven": points(pupil("UST_PIECZA")),
        "nothing": points(pupil()),
    }
    assert sorted(standing, key=standing.get, reverse=True) == list(standing)


def test_every_line_of_a_pupils_points_can_be_shown():
    (earned,) = lines(rulebook("wroclaw/secondary"), pupil(), [BIOLOGY_CLASS])
    assert {line.code: line.points for line in earned} == {
        "P_EGZ_POL": Decimal("24.5"),
        "P_EGZ_MAT": Decimal("33.25"),
        "P_EGZ_OBCY": Decimal(30),
        "P_OC_POL": 17,
        "P_OC_MAT": 17,
        "P_OC_1": 14,
        "P_OC_2": 18,
    }


def test_a_class_that_counts_other_subjects_gives_other_points():
    rules = rulebook("wroclaw/secondary")
    wishes = [BIOLOGY_CLASS, msgspec.structs.replace(BIOLOGY_CLASS, rank=2, subjects=("physics",))]
    first, second = standings(rules, pupil(), wishes)
    assert first[1] - second[1] == 14 + 18


@settings(max_examples=60, deadline=None)
@given(
    st.tuples(*[st.integers(0, 100)] * 3),
    st.tuples(*[st.integers(2, 6)] * 4),
    st.sets(st.tuples(st.sampled_from("abc"), st.sampled_from([row for _, row in TITLES]))),
    st.integers(0, 2),
    st.integers(0, 3),
)
def test_a_better_result_or_grade_never_costs_a_point(exam, grades, titles, subject, lesson):
    def better(of, at, by, largest):
        return tuple(min(largest, x + by) if n == at else x for n, x in enumerate(of))

    won = tuple(sorted(titles))
    before = points(pupil(exam=exam, grades=grades, achievements=won))[1]
    assert 0 <= before <= 190
    assert (
        points(pupil(exam=better(exam, subject, 7, 100), grades=grades, achievements=won))[1]
        >= before
    )
    assert (
        points(pupil(exam=exam, grades=better(grades, lesson, 1, 6), achievements=won))[1] >= before
    )
    assert points(pupil(exam=exam, grades=grades, achievements=won[1:]))[1] <= before
