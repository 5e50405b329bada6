"""Stages: which order they keep, and what follows one that is ended early."""

from datetime import timedelta

import pytest

from ksr_saas.campaigns.timetable import BadTimetable, Stage, StageCode, check, ended_early
from tests.factories.recruitment import NOW, texts


def stages(*codes):
    """One after another, a day each, the first of them open at NOW."""
    return tuple(
        Stage(code, texts(code), NOW + timedelta(days=n), NOW + timedelta(days=n + 1))
        for n, code in enumerate(map(StageCode, codes))
    )


SHORT = ("submission", "verification", "results")


@pytest.mark.parametrize(
    "codes",
    [
        SHORT,
        ("rules", "continuation", "offer", *SHORT, "resignation", "admission"),
        ("offer", "continuation", *SHORT, "confirmation", "admission", "supplementary"),
        ("catchment", *SHORT, "confirmation", "admission", "indication"),
        ("submission", "tests", "certificates", "verification", "results"),
    ],
)
def test_stages_in_the_order_of_the_act_pass(codes):
    check(stages(*codes))


@pytest.mark.parametrize(
    ("codes", "blamed"),
    [
        (("submission", "verification"), "results"),
        (("submission", "results", "verification"), "verification"),
        ((*SHORT, "results"), "results"),
        (("submission", "catchment", "verification", "results"), "catchment"),
    ],
)
def test_another_order_names_the_stage(codes, blamed):
    with pytest.raises(BadTimetable) as refusal:
        check(stages(*codes))
    assert refusal.value.code == blamed


def test_a_stage_that_starts_before_the_one_above_it_is_named():
    first, second, third = stages(*SHORT)
    early = Stage(second.code, second.name, first.starts_at - timedelta(days=1), second.ends_at)
    with pytest.raises(BadTimetable, match="verification: starts before submission"):
        check((first, early, third))


@pytest.mark.parametrize(
    ("codes", "moved"),
    [
        (SHORT, "verification"),
        (("results", "confirmation", "admission"), "confirmation"),
        (("results", "resignation", "admission"), "resignation"),
        (("confirmation", "admission"), "admission"),
        (("catchment", *SHORT), "submission"),
        (("tests", "certificates", "verification"), None),
        (("results", "admission"), None),
    ],
)
def test_what_follows_a_stage_that_ends_early_starts_at_once(codes, moved):
    before = stages(*codes)
    now = NOW + timedelta(hours=3)
    after = ended_early(before, before[0].code, now)
    assert after[0].ends_at == now
    changed = [new.code for old, new in zip(before[1:], after[1:]) if new != old]
    assert changed == ([moved] if moved else [])
    assert all(new.starts_at == now for new in after[1:] if new.code == moved)
