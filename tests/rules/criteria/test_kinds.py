"""Each kind of criterion by itself: what it needs, what it is worth, what cannot be right."""

from datetime import date
from decimal import Decimal

import msgspec
import pytest

from ksr_saas.criteria.facts import NOBODY, Achievement, Answer, Asked, Certificate, Child
from ksr_saas.criteria.kinds import (
    Achievements,
    Age,
    Catchment,
    Count,
    Declared,
    DeclaredAt,
    Distance,
    District,
    Exam,
    Grade,
    IncomeShare,
    Kind,
    PreferenceRank,
    ScoredGrade,
    SiblingApplies,
    SiblingAttends,
)
from ksr_saas.criteria.certificate import Row
from ksr_saas.criteria.looked_up import Whose
from tests.factories.recruitment import texts
from tests.rules.criteria.making import PLACES

HERE, ELSEWHERE, COMPLEX = PLACES[:3]
SCALE = {"6": Decimal(18), "5": Decimal(17), "4": Decimal(14), "3": Decimal(8), "2": Decimal(2)}
EXEMPT = {"6": Decimal(35), "5": Decimal(30), "4": Decimal(25), "3": Decimal(15), "2": Decimal(10)}
EXAM = Exam("polish", Decimal("0.35"), EXEMPT)
LANGUAGE = Exam("language", Decimal("0.30"), {"6": Decimal(30), "5": Decimal(25), "4": Decimal(20)})
TITLES = Achievements(
    (Row("finalist", Decimal(10), texts("a")), Row("laureate", Decimal(7), texts("b")))
)


def won(*titles):
    return Child(certificate=Certificate(achievements=tuple(Achievement(*one) for one in titles)))


def worth(kind, points, *, at=None, amount=None, said=True, child=NOBODY, asked=None):
    """What one wish earns, with the answer `said` (or none)."""
    asked = asked or Asked(HERE)
    given = {("k", at): Answer("k", at, amount)} if said else {}
    return kind.earned(Decimal(points), kind.answer(given, "k", asked), child, asked)


@pytest.mark.parametrize(
    ("kind", "points", "known", "expected"),
    [
        (Declared(), "32", {}, "32"),
        (Declared(), "32", {"said": False}, "0"),
        (DeclaredAt(), "4", {"at": HERE}, "4"),
        (DeclaredAt(), "4", {"at": ELSEWHERE}, "0"),
        (SiblingApplies(), "10", {"at": HERE}, "10"),
        (SiblingApplies(), "10", {"at": ELSEWHERE}, "0"),
        (SiblingAttends(), "12", {"at": HERE}, "12"),
        (SiblingAttends(), "12", {"at": COMPLEX, "asked": Asked(HERE, complex=COMPLEX)}, "0"),
        (
            SiblingAttends(whole_complex=True),
            "12",
            {"at": COMPLEX, "asked": Asked(HERE, complex=COMPLEX)},
            "12",
        ),
        (SiblingAttends(whole_complex=True), "12", {"at": COMPLEX}, "0"),
        (Count(2), "8", {"amount": Decimal(0)}, "0"),
        (Count(2), "8", {"amount": Decimal(1)}, "8"),
        (Count(2), "8", {"amount": Decimal("1.9")}, "8"),
        (Count(2), "8", {"amount": Decimal(5)}, "16"),
        (Count(2), "8", {"amount": Decimal(-1)}, "0"),
        (Count(2), "8", {}, "0"),
        (IncomeShare(Decimal(674)), "1", {"amount": Decimal("674.00")}, "1"),
        (IncomeShare(Decimal(674)), "1", {"amount": Decimal("674.01")}, "1.00"),
        (IncomeShare(Decimal(674)), "1", {"amount": Decimal(1348)}, "0.50"),
        (IncomeShare(Decimal(674)), "1", {"amount": Decimal(2000)}, "0.34"),
        (IncomeShare(Decimal(674)), "1", {"amount": Decimal(0)}, "1"),
        (IncomeShare(Decimal(674)), "1", {}, "0"),
        (Distance(3000), "10", {"said": False, "asked": Asked(HERE, metres=3000)}, "10"),
        (Distance(3000), "10", {"said": False, "asked": Asked(HERE, metres=3001)}, "0"),
        (Distance(3000), "10", {"said": False}, "0"),
        (Catchment(), "1", {"said": False, "child": Child(catchment=HERE)}, "1"),
        (Catchment(), "1", {"said": False, "child": Child(catchment=ELSEWHERE)}, "0"),
        (Catchment(), "1", {"said": False}, "0"),
        (Age((2021,)), "5", {"said": False, "child": Child(born=date(2021, 12, 31))}, "5"),
        (Age((2021,)), "5", {"said": False, "child": Child(born=date(2022, 1, 1))}, "0"),
        (Age((2021,)), "5", {"said": False}, "0"),
        (PreferenceRank((Decimal(5), Decimal(4))), "5", {"asked": Asked(HERE, 2)}, "4"),
        (PreferenceRank((Decimal(5), Decimal(4))), "5", {"asked": Asked(HERE, 3)}, "0"),
    ],
)
def test_a_kind_earns_what_its_fields_say(kind, points, known, expected):
    assert worth(kind, points, **known) == Decimal(expected)


@pytest.mark.parametrize(
    ("whose", "home", "there", "expected"),
    [
        (Whose.SAME, "Wola", "Wola", 164),
        (Whose.SAME, "Wola", "Ochota", 0),
        (Whose.OTHER, "Wola", "Ochota", 164),
        (Whose.OTHER, "Wola", "Wola", 0),
        (Whose.SAME, "", "", 0),
        (Whose.OTHER, "", "Wola", 0),
    ],
)
def test_a_child_of_no_district_lives_outside_the_city(whose, home, there, expected):
    child, asked = Child(district=home), Asked(HERE, district=there)
    assert worth(District(whose), "164", said=False, child=child, asked=asked) == expected


@pytest.mark.parametrize(
    ("exam", "certificate", "expected"),
    [
        (EXAM, Certificate(exam={"polish": Decimal(70)}), "24.5"),
        (EXAM, Certificate(exam={"polish": Decimal(100)}), "35"),
        (EXAM, Certificate(), "0"),
        (EXAM, Certificate(exam={"polish": Decimal(101)}), "35"),
        (EXAM, Certificate(exam={"polish": Decimal(-1)}), "0"),
        (EXAM, Certificate(exempt=frozenset({"polish"}), grades={"polish": 5}), "30"),
        (EXAM, Certificate(exempt=frozenset({"polish"})), "0"),
        (EXAM, None, "0"),
        (LANGUAGE, Certificate(exempt=frozenset({"language"}), languages=(4, 6)), "30"),
        (LANGUAGE, Certificate(exempt=frozenset({"polish"}), languages=(4, 6)), "0"),
    ],
)
def test_an_exam_counts_its_per_cent_and_the_grade_of_an_exempt_pupil(exam, certificate, expected):
    child = Child(certificate=certificate)
    most = "30" if exam is LANGUAGE else "35"
    assert worth(exam, most, said=False, child=child) == Decimal(expected)


def test_a_class_counts_two_subjects_of_its_own():
    child = Child(certificate=Certificate(grades={"biology": 4, "chemistry": 6, "polish": 5}))
    asked = Asked(HERE, subjects=("biology", "chemistry"))
    first, second = ScoredGrade(1, SCALE), ScoredGrade(2, SCALE)
    assert worth(Grade("polish", SCALE), "18", child=child, asked=asked) == 17
    assert worth(first, "18", child=child, asked=asked) == 14
    assert worth(second, "18", child=child, asked=asked) == 18
    assert worth(second, "18", child=child, asked=Asked(HERE, subjects=("biology",))) == 0


@pytest.mark.parametrize(
    ("child", "expected"),
    [
        (won(), 0),
        (won(("maths", "finalist")), 10),
        (won(("maths", "finalist"), ("art", "laureate")), 17),
        (won(("maths", "finalist"), ("maths", "laureate")), 10),
        (won(("maths", "finalist"), ("art", "finalist")), 18),
        (won(("maths", "unheard-of")), 0),
        (NOBODY, 0),
    ],
)
def test_the_best_title_of_each_contest_counts_up_to_the_maximum(child, expected):
    assert worth(TITLES, "18", child=child) == expected


@pytest.mark.parametrize(
    ("kind", "points", "field"),
    [
        (Count(0), 8, "largest"),
        (IncomeShare(Decimal(0)), 1, "limit"),
        (Distance(0), 1, "metres"),
        (PreferenceRank(()), 5, "by_rank"),
        (PreferenceRank((Decimal(4), Decimal(5))), 4, "by_rank"),
        (PreferenceRank((Decimal(4), Decimal(3))), 5, "by_rank"),
        (Age(()), 5, "born"),
        (Exam("polish", Decimal("0.34"), EXEMPT), 35, "weight"),
        (Exam("polish", Decimal("0.35"), {"6": Decimal(36)}), 35, "exempt"),
        (Grade("polish", {}), 18, "scale"),
        (Grade("polish", SCALE | {"5": Decimal(19)}), 18, "scale"),
        (ScoredGrade(3, SCALE), 18, "number"),
        (Achievements((Row("a", Decimal(19), texts("a")),)), 18, "rows"),
        (Achievements((Row("a", Decimal(1), texts("a")),) * 2), 18, "rows"),
    ],
)
def test_fields_that_cannot_be_right_are_named(kind, points, field):
    assert [fault.partition(": ")[0] for fault in kind.faults(Decimal(points))] == [field]


@pytest.mark.parametrize(
    "kind",
    [
        Declared(),
        DeclaredAt(),
        SiblingAttends(whole_complex=True),
        SiblingApplies(),
        Count(2),
        IncomeShare(Decimal("674.00")),
        Distance(3000),
        Catchment(),
        District(Whose.OTHER),
        PreferenceRank((Decimal("5.5"), Decimal(4))),
        Age((2021,)),
        EXAM,
        Grade("polish", SCALE),
        ScoredGrade(1, SCALE),
        TITLES,
    ],
)
def test_every_kind_is_stored_and_read_again(kind):
    stored = msgspec.json.decode(msgspec.json.encode(kind))
    assert msgspec.convert(stored, Kind) == kind
