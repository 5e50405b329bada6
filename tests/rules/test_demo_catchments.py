"""The made-up catchments of the demonstration are in order and cover the streets of its families."""

from uuid import UUID

from ksr_saas.catchments.linter import lint
from ksr_saas.catchments.rules import Address, Book, Outcome, Segment
from tenants.demo.catchments import MOST_SCHOOLS, segments
from tenants.demo.generate import city, small_town
from tenants.demo.places import estates

YEAR = 2027


def test_every_family_of_the_demonstration_has_one_school():
    made = city(applications=300)
    there = [
        Segment(institution=UUID(int=place), street=street, span=span, valid_from=YEAR)
        for place, street, span in segments(made.places, estates("wroclaw"))
    ]
    schools = {one.institution for one in there}
    assert 10 < len(schools) <= MOST_SCHOOLS
    assert lint(there, schools=schools, year=YEAR) == []
    book = Book(there, home="Wrocław")
    for one in made.families:
        found = book.school_of(Address(one.address.street, town="Wrocław"), YEAR)
        assert found.outcome is Outcome.ONE, one.address


def test_a_town_without_schools_has_no_catchments():
    assert list(segments(small_town("pila", 6, 1).places, estates("wroclaw"))) == []
