"""PESEL and Polish order."""

from datetime import date

import pytest

from ksr_saas.people import pesel
from ksr_saas.people.collation import sort_key


@pytest.mark.parametrize(
    ("number", "born"),
    [
        ("23231401235", date(2023, 3, 14)),
        ("22210145676", date(2022, 1, 1)),
        ("20222911100", date(2020, 2, 29)),
        ("85120144449", date(1985, 12, 1)),
    ],
)
def test_a_pesel_carries_its_birth_date(number, born):
    assert pesel.birth_date(number) == born
    assert pesel.make(born, int(number[6:10])) == number


@pytest.mark.parametrize(
    "number", ["", "2323140123", "23231401236", "23223101230", "٢٣٢٣١٤٠١٢٣٥", "a" * 11]
)
def test_a_wrong_pesel_is_refused(number):
    with pytest.raises(pesel.BadPesel):
        pesel.birth_date(number)


def test_names_are_in_polish_order():
    names = ["Łoś", "Ćwik", "Los", "Cybulska", "Źrebię", "Żaba", "Zając", "Osa", "Ósmy"]
    assert sorted(names, key=sort_key) == [
        "Cybulska",
        "Ćwik",
        "Los",
        "Łoś",
        "Osa",
        "Ósmy",
        "Zając",
        "Źrebię",
        "Żaba",
    ]
