"""What a desk types to open an account for a parent."""

from datetime import date

import msgspec
import pytest

from ksr_saas.parents.forms import ParentForm
from ksr_saas.parents.rules import NO_NUMBERS, NOT_SEEN, document_problem

TODAY = date(2027, 3, 1)
GOOD = ParentForm("Maria", "Nowicka", "1990-05-14", "maria@poczta.example", "uk", "paszport")


@pytest.mark.parametrize("words", ["dowód osobisty", "paszport", "карта поляка"])
def test_a_document_is_named_in_words(words):
    assert document_problem(words) == ""


@pytest.mark.parametrize("words", ["dowód ABC123456", "paszport ٣", "dowód nr 1"])
def test_a_number_is_never_taken(words):
    assert document_problem(words) == NO_NUMBERS


@pytest.mark.parametrize("words", ["", "tak", "- - - - - -"])
def test_a_document_must_be_named(words):
    assert document_problem(words) == NOT_SEEN


def test_a_complete_form_has_no_problems():
    assert GOOD.problems(today=TODAY) == []


@pytest.mark.parametrize(
    ("field", "value", "blamed"),
    [
        ("given_name", "", "imie"),
        ("family_name", "", "nazwisko"),
        ("born", "14.05.1990", "urodzenie"),
        ("born", "2020-01-01", "urodzenie"),
        ("born", "1890-01-01", "urodzenie"),
        ("email", "maria", "email"),
        ("language", "de", "jezyk"),
        ("document", "", "dokument"),
    ],
)
def test_what_is_missing_or_wrong_is_said_at_its_field(field, value, blamed):
    changed = msgspec.structs.replace(GOOD, **{field: value})
    assert [one.field for one in changed.problems(today=TODAY)] == [blamed]
