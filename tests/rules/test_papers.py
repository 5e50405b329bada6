"""When an application on paper may be typed in, and what its code looks like."""

from datetime import date, timedelta
from decimal import Decimal

import msgspec
import pytest

from litestar.datastructures import FormMultiDict

from ksr_saas.criteria.kinds import Count, Distance, SiblingApplies
from ksr_saas.criteria.rulebook import Tier
from ksr_saas.papers import rules
from ksr_saas.papers.forms import Claimed, PaperForm
from tests.factories.recruitment import NOW, RULEBOOK, criterion, stages

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


def test_a_criterion_is_ticked_as_families_answer_it():
    form = FormMultiDict([("k_sibling", "1"), ("k_sibling", "3"), ("kwota_work", "2")])
    sibling = criterion("sibling", Tier.LOCAL, "5", SiblingApplies())
    work = criterion("work", Tier.LOCAL, "5", Count(2))
    assert Claimed.read(form, sibling, 3) == Claimed(yes=True, ranks=(1, 3), typed="")
    assert Claimed.read(form, work, 3).amount == Decimal(2)
    assert Claimed.read(FormMultiDict([("kwota_work", "dwa")]), work, 3).amount is None


def test_paper_is_not_asked_what_the_address_tells():
    near = criterion("near", Tier.LOCAL, "5", Distance(1000))
    rulebook = msgspec.structs.replace(RULEBOOK, criteria=(*RULEBOOK.criteria, near))
    assert "near" not in PaperForm.empty(rulebook, NOW.date()).claims
