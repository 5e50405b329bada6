"""For what staff may open sensitive papers, and whose affair they are."""

from decimal import Decimal
from itertools import permutations
from uuid import uuid4

import pytest

from ksr_saas.applications.models import Outcome
from ksr_saas.applications.rules import number_parts, number_text
from ksr_saas.applications.views import ClaimView
from ksr_saas.openings.rules import REASONS, Reason, Scope, concerns, said_enough
from ksr_saas.openings.views import cover

FIRST, SECOND, THIRD = uuid4(), uuid4(), uuid4()


@pytest.mark.parametrize(
    ("asking", "claimed_at", "theirs"),
    [
        (FIRST, None, True),
        (SECOND, None, False),
        (FIRST, SECOND, True),
        (SECOND, SECOND, True),
        (THIRD, SECOND, False),
    ],
    ids=[
        "the first choice verifies what holds everywhere",
        "a lower choice does not",
        "the first choice verifies what holds elsewhere",
        "where alone it holds it matters",
        "a third one has nothing to do with it",
    ],
)
def test_a_sensitive_claim_concerns_who_verifies_it_and_where_it_holds(asking, claimed_at, theirs):
    assert concerns(asking, first=FIRST, claimed_at=claimed_at) is theirs


def test_before_it_was_handed_in_a_claim_concerns_no_institution():
    assert not concerns(FIRST, first=None, claimed_at=None)


@pytest.mark.parametrize("reason", Reason)
def test_only_another_reason_has_to_be_explained(reason):
    assert said_enough(reason, "") is (reason is not Reason.OTHER)
    assert said_enough(reason, "a" * 10)
    assert said_enough(reason, "a" * 9) is (reason is not Reason.OTHER)


@pytest.mark.parametrize("scope", Scope)
def test_a_reason_of_ones_own_is_always_offered_last(scope):
    assert REASONS[scope][-1] is Reason.OTHER


def test_the_number_people_see_is_read_again():
    assert number_parts(number_text("przedszkola-2027", 123)) == ("przedszkola-2027", 123)
    assert number_parts(" przedszkola-2027/123 ") == ("przedszkola-2027", 123)


@pytest.mark.parametrize(
    "text", ["", "123", "/123", "a/", "a/-1", "a/1.5", "a/١٢٣", "a/1234567890", "Nowak"]
)
def test_what_is_no_number_finds_nothing(text):
    assert number_parts(text) is None


def test_the_place_of_a_covered_claim_does_not_tell_which_it_is():
    claims = [
        ClaimView(
            uuid4(), code, code, "", "", Decimal(4), None, None, Outcome.PENDING, "", sensitive=True
        )
        for code in ("large-family", "disability", "work", "foster-care")
    ]
    shown = {cover(order, {"disability", "foster-care"}) for order in permutations(claims)}
    ends = {tuple(one.id for one in view if one.covered) for view in shown}
    assert len(ends) == 1
    assert all([one.covered for one in view] == [False, False, True, True] for view in shown)
    assert [one.name for one in cover(claims, set())] == [one.name for one in claims]
