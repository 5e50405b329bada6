"""Typed answers become the points that the allocation would count."""

from decimal import Decimal

import pytest
from litestar.datastructures import FormMultiDict

from ksr_saas.calculator.forms import Answers, questions, understood
from ksr_saas.calculator.rules import last_year, points
from ksr_saas.criteria.counted import counted
from ksr_saas.criteria.rulebook import Tier
from ksr_saas.offer.catalogue import Catalogue, lowest
from ksr_saas.offer.kinds import Pool, Scored
from tenants.commands import FOLDER
from tenants.read import read_rulebook
from tests.rules.test_offer_search import a_class, a_school

SECONDARY = read_rulebook(FOLDER / "wroclaw" / "secondary" / "rulebook.toml")
WROCLAW = read_rulebook(FOLDER / "wroclaw" / "rulebook.toml")
WARSAW_PRIMARY = read_rulebook(FOLDER / "warszawa" / "primary" / "rulebook.toml")
BIOLOGY = a_class(
    "1A",
    subjects=(Scored(("biologia",)), Scored(("chemia", "fizyka"))),
    thresholds=lowest({"2025/2026": "150"}),
)
GOOD = [
    ("egz-polish", "80"),
    ("egz-mathematics", "90,5"),
    ("egz-language", "100 %"),
    ("oc-polish", "5"),
    ("oc-mathematics", "6"),
    ("oc-biologia", "6"),
    ("oc-chemia", "4"),
    ("oc-fizyka", "5"),
    ("kryt", "P_WYROZNIENIE"),
    ("kryt", "P_WOLONTARIAT"),
    ("tytul", "W_FIN_PRZEDM"),
]


def answered(rulebook, fields, subjects=("biologia", "chemia", "fizyka")):
    asked = questions(rulebook, subjects)
    return understood(rulebook, asked, Answers.read(FormMultiDict(fields), asked))


def worth(rulebook, fields, unit=None):
    read = answered(rulebook, fields)
    assert read.problems == []
    found = points(rulebook, read.child, read.asked, unit)
    return {one.criterion.code: one.points for one in found.lines}, {
        one.tier: one.points for one in found.sums
    }


def test_a_certificate_is_worth_what_the_regulation_says_line_by_line():
    by_code, sums = worth(SECONDARY, GOOD, BIOLOGY)
    assert by_code == {
        "P_EGZ_POL": Decimal("28.00"),
        "P_EGZ_MAT": Decimal("31.675"),
        "P_EGZ_OBCY": Decimal("30.00"),
        "P_OC_POL": 17,
        "P_OC_MAT": 18,
        "P_OC_1": 18,
        "P_OC_2": 17,
        "P_WYROZNIENIE": 7,
        "P_WOLONTARIAT": 3,
        "P_OSIAGNIECIA": 7,
    }
    assert sums[Tier.POINTS] == Decimal("176.675")


def test_the_line_of_a_scored_subject_names_the_one_that_counted():
    read = answered(SECONDARY, GOOD)
    found = points(SECONDARY, read.child, read.asked, BIOLOGY)
    assert {one.criterion.code: one.subject for one in found.lines if one.subject} == {
        "P_OC_1": "biologia",
        "P_OC_2": "fizyka",
    }
    assert found.counted == Decimal("176.675")
    ((basis, together),) = found.by_basis
    assert basis.startswith("rozporządzenie")
    assert len(together) == len(found.lines)


def test_without_a_class_no_scored_subject_counts():
    by_code, _ = worth(SECONDARY, GOOD)
    assert "P_OC_1" not in by_code


def test_who_is_exempt_has_points_for_the_grade_and_the_exam_is_not_read():
    by_code, _ = worth(
        SECONDARY,
        [("zwolnienie", "polish"), ("egz-polish", "ala"), ("oc-polish", "6")],
    )
    assert by_code["P_EGZ_POL"] == 35


def test_who_is_exempt_from_languages_has_the_best_grade_of_them():
    fields = [("zwolnienie", "language"), ("oc-jezyk-angielski", "3"), ("oc-jezyk-wloski", "5")]
    asked = questions(SECONDARY, ("język angielski", "język włoski"))
    read = understood(SECONDARY, asked, Answers.read(FormMultiDict(fields), asked))
    found = points(SECONDARY, read.child, read.asked, None)
    assert {one.criterion.code: one.points for one in found.lines} == {"P_EGZ_OBCY": 25}


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("egz-polish", "101"),
        ("egz-polish", "-1"),
        ("egz-polish", "osiemdziesiąt"),
        ("egz-mathematics", "1e2"),
        ("oc-polish", "7"),
        ("oc-polish", "1"),
        ("oc-polish", "4+"),
        ("oc-biologia", "0"),
    ],
)
def test_what_cannot_be_is_told_at_its_field(field, typed):
    read = answered(SECONDARY, [(field, typed), ("oc-mathematics", "5")])
    assert [one.field for one in read.problems] == [field]


def test_preschool_criteria_count_by_stage_and_income_by_share():
    seven = next(one.code for one in WROCLAW.criteria if one.tier is Tier.STATUTORY)
    by_code, sums = worth(
        WROCLAW, [("kryt", seven), ("kryt", "WR_RODZ"), ("kwota-WR_DOCHOD", "3000,00")]
    )
    (income,) = (one for one in WROCLAW.criteria if one.code == "WR_DOCHOD")
    assert by_code["WR_DOCHOD"] == (income.points * 1500 / 3000).quantize(Decimal("0.01"))
    assert sums[Tier.STATUTORY] == by_code[seven] > 0
    assert sums[Tier.LOCAL] == by_code["WR_RODZ"] + by_code["WR_DOCHOD"]


def test_what_addresses_would_tell_is_asked_for():
    asked = questions(WARSAW_PRIMARY, ())
    assert asked.district and asked.distance and not asked.exams
    by_code, _ = worth(WARSAW_PRIMARY, [("kryt", "OBWOD"), ("km", "2,9"), ("dzielnica", "ta-sama")])
    assert {"OBWOD", "WA1_BLISKO", "WA1_DZIELNICA"} <= by_code.keys()
    by_code, _ = worth(WARSAW_PRIMARY, [("km", "3,1"), ("dzielnica", "inna")])
    assert by_code.keys() == {"WA1_INNA_DZIELNICA"}


def test_nobody_who_answers_nothing_has_a_point():
    for rulebook in (SECONDARY, WROCLAW, WARSAW_PRIMARY):
        _, sums = worth(rulebook, [])
        assert set(sums.values()) == {0}


def test_last_years_thresholds_are_reached_from_the_highest_and_missed_from_the_nearest():
    def at(name, threshold, **changes):
        return a_class(
            name,
            subjects=BIOLOGY.subjects,
            thresholds=lowest({"2025/2026": threshold}),
            **changes,
        )

    school = a_school(
        "I Liceum",
        at("low", "100"),
        at("high", "176.675"),
        at("missed", "180"),
        at("nearer", "177"),
        at("far", "190"),
        at("other pool", "10", pool=Pool.CERTIFICATE),
        a_class("unknown"),
    )
    read = answered(SECONDARY, GOOD)
    found = last_year(SECONDARY, read.child, Catalogue((school,)))
    assert [one.unit.name for one in found.reached] == ["high", "low"]
    assert [one.unit.name for one in found.close] == ["nearer", "missed"]
    assert found.reached[0].over == 0


@pytest.mark.parametrize(
    ("scored", "grades", "taken"),
    [
        (Scored(("a",)), {"a": 4}, "a"),
        (Scored(("a",)), {"b": 4}, ""),
        (Scored(("a", "b")), {"a": 4, "b": 5}, "b"),
        (Scored(("a", "b")), {"a": 5, "b": 5}, "a"),
        (Scored(("a", "b", "c"), 2), {"a": 6, "b": 3, "c": 4}, "c"),
        (Scored(("a", "b"), 2), {"a": 6}, ""),
        (Scored(("a",), otherwise=("b", "c")), {"b": 3, "c": 5}, "c"),
        (Scored(("a",), otherwise=("b",)), {"a": 2, "b": 6}, "a"),
    ],
)
def test_the_grade_that_a_class_counts_is_found(scored, grades, taken):
    assert counted([scored], grades) == (taken,)


def test_polish_and_mathematics_named_by_a_class_count_once():
    named = [Scored(("język polski",)), Scored(("matematyka",)), Scored(("biologia",))]
    assert counted(named, {"język polski": 6, "matematyka": 6, "biologia": 3}) == ("biologia",)
