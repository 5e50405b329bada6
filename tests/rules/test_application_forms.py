"""What families type and send, judged before anything is stored."""

import io
from decimal import Decimal

import pytest
from PIL import Image

from ksr_saas.applications.errors import BadFile
from ksr_saas.applications.forms import ChildForm, GuardianForm, income
from ksr_saas.applications.rules import Part, child_key, family_may_edit, missing_parts
from ksr_saas.applications.states import Status
from ksr_saas.kernel.errors import TooLarge
from ksr_saas.kernel.forms import Problems

YEARS = (2021, 2022, 2023, 2024)
GOOD = {
    "imie": "Łucja",
    "nazwisko": "Żółć-Nowak",
    "pesel": "23231401235",
    "ulica": "Lipowa 1",
    "kod": "50-100",
    "miejscowosc": "Wrocław",
}


def wrong(**typed):
    return set(ChildForm.read(GOOD | typed).problems(YEARS).by_field())


def test_a_good_form_has_no_problem():
    assert wrong() == set()
    assert wrong(pesel="232 314 012 35") == set()
    assert wrong(imie="Анна-Марія", nazwisko="O’Brien") == set()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"imie": ""}, "imie"),
        ({"imie": "<b>Ala</b>"}, "imie"),
        ({"nazwisko": "x" * 61}, "nazwisko"),
        ({"pesel": "23231401236"}, "pesel"),
        ({"pesel": "2323140123"}, "pesel"),
        ({"pesel": "٢٣٢٣١٤٠١٢٣٥"}, "pesel"),
        ({"pesel": "23223101230"}, "pesel"),
        ({"pesel": "18260655511"}, "pesel"),
        ({"kod": "50100"}, "kod"),
        ({"ulica": ""}, "ulica"),
        ({"bez_pesel": "tak", "dokument": "FG123", "rok": "2023"}, "dzien"),
        ({"bez_pesel": "tak", "dzien": "1", "miesiac": "2", "rok": "2023"}, "dokument"),
        (
            {
                "bez_pesel": "tak",
                "dokument": "paszport FG1",
                "dzien": "31",
                "miesiac": "2",
                "rok": "2023",
            },
            "dzien",
        ),
        (
            {
                "bez_pesel": "tak",
                "dokument": "paszport FG1",
                "dzien": "1",
                "miesiac": "1",
                "rok": "2017",
            },
            "dzien",
        ),
    ],
)
def test_a_wrong_field_is_named(typed, field):
    assert wrong(**typed) == {field}


def test_what_was_typed_is_one_tidy_line():
    form = ChildForm.read(GOOD | {"imie": "  A\u202ela\x00 \n Maria ", "nazwisko": ["a", "b"]})
    assert form.given_name == "Ala Maria"
    assert form.family_name == ""


def test_contact_is_asked_for_only_if_there_is_one():
    typed = {f"a_{name}": value for name, value in GOOD.items()}
    problems = Problems()
    GuardianForm.read(typed, "a_").check(problems)
    assert problems == []
    GuardianForm.read(typed | {"a_email": "jan@", "a_telefon": "12"}, "a_").check(problems)
    assert set(problems.by_field()) == {"a_email", "a_telefon"}


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("1450", "1450"),
        ("1 450,50", "1450.50"),
        ("0", "0"),
        ("-1", None),
        ("1e308", None),
        ("NaN", None),
        ("dużo", None),
        ("", None),
        ("99999999", None),
    ],
)
def test_income_is_an_amount_or_nothing(typed, amount):
    assert income(typed) == (Decimal(amount) if amount is not None else None)


def test_a_child_is_the_same_child_however_its_document_was_typed():
    assert child_key(None, "fg 123 456") == child_key(None, "FG123456")
    assert child_key("23231401235", "") != child_key(None, "23231401235")


def test_what_is_missing_is_told_in_the_order_of_the_task_list():
    everything = missing_parts(
        child=False,
        guardians=False,
        wishes=0,
        most_wishes=3,
        unanswered=["WR_PRACA"],
        certificate=False,
    )
    assert everything == tuple(Part)
    assert missing_parts(child=True, guardians=True, wishes=3, most_wishes=3, unanswered=[]) == ()
    assert missing_parts(child=True, guardians=True, wishes=4, most_wishes=3, unanswered=[]) == (
        Part.WISHES,
    )


@pytest.mark.parametrize("status", Status)
def test_a_family_edits_a_draft_in_time_and_a_returned_application_in_its_own_time(status):
    in_time = family_may_edit(status, submission_open=True, return_until_passed=False)
    after_submission = family_may_edit(status, submission_open=False, return_until_passed=False)
    too_late = family_may_edit(status, submission_open=True, return_until_passed=True)
    assert in_time is (status in (Status.DRAFT, Status.RETURNED))
    assert after_submission is (status is Status.RETURNED)
    assert too_late is (status is Status.DRAFT)
