"""When two descriptions mean the same child, and what a guest is told of a host."""

from datetime import date
from types import SimpleNamespace

import pytest

from ksr_saas.guardians.rules import in_few_words
from ksr_saas.kernel.forms import stamp
from ksr_saas.people.sameness import same_child

BORN = date(2023, 3, 14)


def a_child(given="Ala", family="Nowicka", pesel=None, document="", born=BORN):
    return SimpleNamespace(
        given_name=given, family_name=family, pesel=pesel, document=document, birth_date=born
    )


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (a_child(pesel="23231401235"), a_child("Alicja", pesel="23231401235"), True),
        (a_child(pesel="23231401235"), a_child(pesel="23231401242"), False),
        (a_child(pesel="23231401235"), a_child(document="paszport FG1"), True),
        (a_child(family="Nowicka-Lis"), a_child(family="NOWICKA LIS"), True),
        (a_child(), a_child(given="Ola"), False),
        (a_child(), a_child(born=date(2023, 3, 15)), False),
        (a_child(born=None), a_child(born=None), False),
    ],
)
def test_numbers_decide_and_without_them_names_and_birth_date(one, other, same):
    assert same_child(one, other) is same_child(other, one) is same


def test_a_guest_is_told_a_name_and_an_initial():
    assert in_few_words("Anna", "Kowalska") == "Anna K."
    assert in_few_words("Anna", "") == "Anna"


def test_a_stamp_changes_with_what_a_form_was_filled_from():
    assert stamp(("a", 1), True) == stamp(("a", 1), True)
    assert stamp(("a", 1), True) != stamp(("a", 2), True)
