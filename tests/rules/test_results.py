"""When what a family says of its place counts."""

from datetime import date, timedelta

import pytest

from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.criteria.procedure import ConfirmMode
from ksr_saas.results.rules import (
    NO_DAY,
    TO_COME,
    TOO_EARLY,
    TOO_LATE,
    may_close,
    paper_problem,
)
from tests.factories.recruitment import NOW, stages


DAY = date(2027, 4, 2)  # of publication


@pytest.mark.parametrize(
    ("day", "wanted", "words"),
    [
        (None, True, NO_DAY),
        (date(2027, 4, 8), True, TO_COME),
        (date(2027, 4, 1), True, TOO_EARLY),
        (DAY, True, ""),
        (date(2027, 4, 6), True, ""),
        (date(2027, 4, 7), True, TOO_LATE),
        (date(2027, 4, 7), False, ""),
    ],
)
def test_a_paper_counts_by_the_day_it_came_in(day, wanted, words):
    found = paper_problem(
        day,
        wanted=wanted,
        published=DAY,
        stages=stages(NOW, StageCode.CONFIRMATION),
        today=date(2027, 4, 7),
    )
    assert found == words


def test_nothing_can_be_confirmed_on_paper_without_a_stage_for_it():
    found = paper_problem(DAY, wanted=True, published=DAY, stages=stages(NOW), today=DAY)
    assert found == TOO_LATE


@pytest.mark.parametrize(
    ("stage", "mode", "published", "days", "closes"),
    [
        (StageCode.RESIGNATION, ConfirmMode.OPT_OUT, NOW, 6, True),
        (StageCode.RESIGNATION, ConfirmMode.OPT_OUT, NOW, 4, False),
        (StageCode.RESIGNATION, ConfirmMode.OPT_OUT, None, 6, False),
        (StageCode.CONFIRMATION, ConfirmMode.OPT_IN, NOW, 6, True),
        (StageCode.CONFIRMATION, ConfirmMode.OPT_IN, NOW, 4, False),
        (StageCode.RESIGNATION, ConfirmMode.OPT_IN, NOW, 6, False),
    ],
)
def test_the_list_is_closed_when_families_have_had_their_say(stage, mode, published, days, closes):
    now = NOW + timedelta(days=days)
    assert may_close(stages(NOW, stage), mode, published, now) is closes
