"""Terms are counted as the law counts them."""

from datetime import UTC, date, datetime

import pytest

from ksr_saas.appeals.rules import clocks
from ksr_saas.campaigns.terms import is_day_off, is_over, last_day
from ksr_saas.criteria.procedure import Appeal


@pytest.mark.parametrize(
    "day",
    [
        date(2027, 1, 1), date(2027, 1, 6), date(2027, 3, 28), date(2027, 3, 29),
        date(2027, 5, 1), date(2027, 5, 3), date(2027, 5, 16), date(2027, 5, 27),
        date(2027, 8, 15), date(2027, 11, 1), date(2027, 11, 11), date(2027, 12, 24),
        date(2027, 12, 25), date(2027, 12, 26), date(2027, 4, 10),
    ],
)  # fmt: skip
def test_days_off_of_2027(day):
    assert is_day_off(day)


@pytest.mark.parametrize("day", [date(2027, 3, 26), date(2027, 5, 28), date(2024, 12, 24)])
def test_good_friday_the_day_after_corpus_christi_and_an_old_christmas_eve_are_none(day):
    assert not is_day_off(day)


@pytest.mark.parametrize(
    ("event", "days", "last"),
    [
        (datetime(2027, 4, 12, 9, tzinfo=UTC), 3, date(2027, 4, 15)),
        (datetime(2027, 4, 14, 9, tzinfo=UTC), 3, date(2027, 4, 19)),  # Saturday, so Monday
        (
            datetime(2027, 4, 28, 9, tzinfo=UTC),
            3,
            date(2027, 5, 4),
        ),  # Saturday to Monday, a holiday
        (datetime(2027, 4, 12, 22, 30, tzinfo=UTC), 3, date(2027, 4, 16)),  # the 13th in Warsaw
    ],
)
def test_a_term_ends_on_a_working_day(event, days, last):
    assert last_day(event, days) == last


def test_a_term_without_shifting_ends_when_it_ends():
    assert last_day(datetime(2027, 4, 14, 9, tzinfo=UTC), 3, shift=False) == date(2027, 4, 17)


def test_the_last_day_is_whole():
    last = date(2027, 4, 15)
    assert not is_over(last, datetime(2027, 4, 15, 21, 59, tzinfo=UTC))
    assert is_over(last, datetime(2027, 4, 15, 22, 0, tzinfo=UTC))


def test_clocks_run_one_after_another():
    listed = datetime(2027, 4, 12, 9, tzinfo=UTC)
    first = clocks(Appeal(), listed)
    assert (first.request, first.reasons, first.lodge) == (date(2027, 4, 15), None, None)
    later = clocks(Appeal(request=7), listed, requested=listed, received=listed, lodged=listed)
    assert later.request == date(2027, 4, 19)
    assert later.reasons == later.lodge == later.decide == date(2027, 4, 15)
