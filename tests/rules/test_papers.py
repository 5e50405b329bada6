"""When an application on paper may be typed in, and what its code looks like."""

from datetime import date, timedelta

import pytest

from ksr_saas.papers import rules
from tests.factories.recruitment import NOW, stages

OPEN = stages(NOW + timedelta(days=20))  # submission from ten days ago to ten days ahead


@pytest.mark.parametrize(
    ("days", "may"), [(-11, False), (-10, True), (0, True), (11, True), (20, False)]
)
def test_paper_is_typed_from_the_start_of_submission_to_the_end_of_verification(days, may):
    assert rules.may_be_typed(OPEN, NOW + timedelta(days=days)) is may


@pytest.mark.parametrize(
    ("arrived", "problem"),
    [
        (None, rules.NO_DATE),
        (NOW.date(), ""),
        (NOW.date() - timedelta(days=10), ""),
        (NOW.date() - timedelta(days=11), rules.TOO_EARLY),
        (NOW.date() + timedelta(days=1), rules.TO_COME),
    ],
)
def test_a_day_of_arrival_lies_in_the_time_of_submission(arrived, problem):
    assert rules.arrival_problem(arrived, OPEN, NOW.date()) == problem


def test_what_arrived_after_the_last_day_is_late():
    today = NOW.date() + timedelta(days=15)
    assert rules.arrival_problem(NOW.date() + timedelta(days=10), OPEN, today) == ""
    assert rules.arrival_problem(NOW.date() + timedelta(days=11), OPEN, today) == rules.TOO_LATE


def test_without_a_submission_there_is_no_day():
    assert rules.arrival_problem(date(2027, 3, 1), (), NOW.date()) == rules.NO_DATE
    assert not rules.may_be_typed((), NOW)


def test_a_code_is_printed_in_fours_and_typed_as_one_likes():
    assert rules.grouped("ABCDEFGHJKLM") == "ABCD-EFGH-JKLM"
    assert rules.tidy(" abcd efgh-jklm ") == "ABCDEFGHJKLM"
    assert len(rules.ALPHABET) ** rules.LENGTH == 2**60
