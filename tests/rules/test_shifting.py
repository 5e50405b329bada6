"""Moving stages: hours that clocks skip or repeat, bounds of a stage, what goes along."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksr_saas.campaigns import rules, timetable
from ksr_saas.campaigns.rules import Refused, Wrong
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.campaigns.wording import STAGE_WORDS, WRONG_WORDS
from ksr_saas.kernel.clock import local, moments
from ksr_saas.verification.shifting import FINDING_WORDS
from ksr_saas.verification.web.timetable import FIELD_OF
from tests.factories.recruitment import NOW, texts

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
SUBMISSION = StageCode.SUBMISSION


def stages(*codes, first=NOW - DAY):
    """One after another, two days each, the first of them open at NOW."""
    return tuple(
        Stage(code, texts(code), first + 2 * n * DAY, first + 2 * (n + 1) * DAY)
        for n, code in enumerate(map(StageCode, codes))
    )


THREE = stages("submission", "verification", "results")


@pytest.mark.parametrize(
    ("day", "hour", "utc"),
    [
        ("2027-03-27", "02:30", "2027-03-27T01:30"),
        ("2027-03-28", "01:59", "2027-03-28T00:59"),
        ("2027-03-28", "03:00", "2027-03-28T01:00"),
        ("2027-10-31", "01:59", "2027-10-30T23:59"),
        ("2027-10-31", "03:00", "2027-10-31T02:00"),
        ("31.03.2027", "15:00", "2027-03-31T13:00"),
        ("2027-02-26", "15:00", "2027-02-26T14:00"),
    ],
)
def test_an_hour_of_poland_is_one_moment(day, hour, utc):
    assert rules.read("end", day, hour) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "hour", "wrong"),
    [
        ("2027-03-28", "02:00", Wrong.NO_SUCH_HOUR),
        ("2027-03-28", "02:59", Wrong.NO_SUCH_HOUR),
        ("2027-10-31", "02:00", Wrong.TWICE),
        ("2027-10-31", "02:59", Wrong.TWICE),
        ("2027-02-29", "10:00", Wrong.UNREADABLE),
        ("2027-03-31", "24:00", Wrong.UNREADABLE),
        ("2027-03-31", "", Wrong.UNREADABLE),
        ("jutro", "rano", Wrong.UNREADABLE),
        ("0001-01-01", "00:00", Wrong.UNREADABLE),
    ],
)
def test_an_hour_that_is_none_or_two_is_refused(day, hour, wrong):
    with pytest.raises(Refused) as refusal:
        rules.read("end", day, hour)
    assert (refusal.value.at, refusal.value.wrong) == ("end", wrong)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)))
def test_every_moment_is_among_those_that_its_own_hour_means(told):
    moment = told.replace(tzinfo=UTC)
    found = moments(local(moment).replace(tzinfo=None, fold=0))
    assert moment in found
    assert len(found) in (1, 2)


def test_what_is_left_as_it_was_keeps_its_seconds_and_its_hour():
    odd = datetime(2027, 10, 31, 0, 30, 17, 5, tzinfo=UTC)  # the first half past two of that night
    day, hour = rules.told(odd)
    assert (day, hour) == ("2027-10-31", "02:30")
    assert rules.read("end", day, hour, odd) == odd
    with pytest.raises(Refused):
        rules.read("end", day, hour, odd + DAY)


def test_a_stage_has_its_first_moment_and_not_its_last():
    least = timedelta(microseconds=1)
    start, end = THREE[0].starts_at, THREE[0].ends_at
    asked = (start - least, start, end - least, end)
    assert [timetable.is_open(THREE, SUBMISSION, at) for at in asked] == [False, True, True, False]
    assert [timetable.has_ended(THREE, SUBMISSION, at) for at in asked] == [False] * 3 + [True]


def test_a_day_over_the_change_of_time_has_23_hours():
    start, end = (
        rules.read("start", "2027-03-27", "15:00"),
        rules.read("end", "2027-03-28", "15:00"),
    )
    assert end - start == timedelta(hours=23)
    one = (Stage(SUBMISSION, texts("x"), start, end),)
    assert timetable.is_open(one, SUBMISSION, start + timedelta(hours=22, minutes=59))
    assert not timetable.is_open(one, SUBMISSION, start + timedelta(hours=23))


def test_what_was_to_begin_at_the_end_goes_along():
    old = THREE[0]
    after = rules.moved(THREE, old, old.starts_at, old.ends_at + MINUTE, now=NOW)
    assert after[0].ends_at == after[1].starts_at == old.ends_at + MINUTE
    assert after[2] == THREE[2]
    assert [one.after.code for one in rules.changes(THREE, after)] == ["submission", "verification"]
    assert rules.overlaps(THREE, after, SUBMISSION) == ()


def test_a_stage_apart_stays_and_an_overlap_is_told():
    gap = (THREE[0], msgspec.structs.replace(THREE[1], starts_at=THREE[1].starts_at + MINUTE))
    after = rules.moved(gap, gap[0], gap[0].starts_at, gap[0].ends_at + 2 * MINUTE, now=NOW)
    assert after[1] == gap[1]
    assert rules.overlaps(gap, after, SUBMISSION) == (gap[1],)
    to_the_minute = rules.moved(gap, gap[0], gap[0].starts_at, gap[0].ends_at + MINUTE, now=NOW)
    assert rules.overlaps(gap, to_the_minute, SUBMISSION) == ()


@pytest.mark.parametrize(
    ("which", "start", "end", "at", "wrong"),
    [
        (0, 0 * DAY, 0 * DAY, "end", Wrong.SAME),
        (0, MINUTE, 0 * DAY, "start", Wrong.PAST_START),
        (0, 0 * DAY, -DAY, "end", Wrong.PAST_END),
        (1, -2 * DAY, 0 * DAY, "start", Wrong.PAST_START),
        (1, 2 * DAY, 0 * DAY, "end", Wrong.BACKWARDS),
    ],
)
def test_times_behind_us_or_backwards_are_refused(which, start, end, at, wrong):
    old = THREE[which]
    with pytest.raises(Refused) as refusal:
        rules.moved(THREE, old, old.starts_at + start, old.ends_at + end, now=NOW)
    assert (refusal.value.at, refusal.value.wrong) == (at, wrong)


def test_what_has_ended_or_lies_behind_published_results_stays():
    at = {one: THREE[one].ends_at for one in (0, 1)}
    assert rules.movable(THREE, SUBMISSION, published=False, now=at[0] - MINUTE)
    assert not rules.movable(THREE, SUBMISSION, published=False, now=at[0])
    five = stages("submission", "verification", "results", "resignation", "admission")
    free = [one.code for one in five if rules.movable(five, one.code, published=True, now=NOW)]
    assert free == ["resignation", "admission"]


def test_applications_are_extended_while_they_run_and_48_hours_after():
    end = THREE[0].ends_at

    def can(at, *, published=False):
        return rules.extendable(THREE, published=published, now=at) is not None

    late = end + timedelta(hours=48)
    asked = (THREE[0].starts_at - MINUTE, THREE[0].starts_at, end, late - MINUTE, late)
    assert [can(at) for at in asked] == [False, True, True, True, False]
    assert not can(end, published=True)


def test_an_extension_counts_hours_that_pass_and_leaves_a_started_check_alone():
    old, now = THREE[0], THREE[0].ends_at + timedelta(hours=1)
    after = rules.extended(THREE, old, "3", now=now)
    assert after[0].ends_at == old.ends_at + timedelta(hours=3)
    assert after[1:] == THREE[1:]
    eve = Stage(SUBMISSION, texts("x"), NOW - DAY, rules.read("end", "2027-10-30", "15:00"))
    assert local(rules.extended((eve,), eve, "24", now=NOW)[0].ends_at).hour == 14


@pytest.mark.parametrize("hours", ["0", "73", "-1", "1.5", "", "trzy", "²"])
def test_hours_of_an_extension_are_a_number_up_to_72(hours):
    with pytest.raises(Refused) as refusal:
        rules.extended(THREE, THREE[0], hours, now=NOW)
    assert refusal.value.wrong is Wrong.HOURS


def test_an_extension_neither_ends_in_the_past_nor_in_an_hour_that_comes_twice():
    with pytest.raises(Refused) as refusal:
        rules.extended(THREE, THREE[0], "1", now=THREE[0].ends_at + timedelta(hours=1))
    assert refusal.value.wrong is Wrong.PAST_END
    eve = Stage(SUBMISSION, texts("x"), NOW - DAY, rules.read("end", "2027-10-30", "23:30"))
    for hours in ("3", "4"):
        with pytest.raises(Refused) as refusal:
            rules.extended((eve,), eve, hours, now=NOW)
        assert refusal.value.wrong is Wrong.TWICE


def test_an_extension_is_told_until_it_is_taken_back():
    old = THREE[0]
    after = rules.extended(THREE, old, "3", now=NOW)
    told = timetable.noted(THREE, after, SUBMISSION, "Awaria serwera", at=NOW, extension=True)
    assert told[0].extended == "Awaria serwera"
    assert told[0].changes[0].ends_at == old.ends_at
    back = rules.moved(told, told[0], old.starts_at, old.ends_at, now=NOW)
    assert timetable.noted(told, back, SUBMISSION, "Pomyłka o dzień", at=NOW)[0].extended == ""
    moved = timetable.noted(THREE, after, SUBMISSION, "Zmiana uchwały", at=NOW)
    assert moved[0].extended == ""


def test_an_extension_for_those_who_had_begun_leaves_the_end_for_all_others():
    old, now = THREE[0], THREE[0].ends_at + timedelta(hours=1)
    after = rules.extended(THREE, old, "3", now=now, for_begun=True)
    until = old.ends_at + timedelta(hours=3)
    assert (after[0].ends_at, after[0].begun_until) == (old.ends_at, until)
    assert rules.changes(THREE, after)[0].after.begun_until == until

    def taken(begun_at, at):
        return timetable.is_open_to_begun(after, SUBMISSION, begun_at, at)

    assert taken(old.ends_at - MINUTE, until - MINUTE)
    assert not taken(old.ends_at - MINUTE, until)
    assert not taken(old.ends_at, now)
    assert not timetable.is_open(after, SUBMISSION, now)

    told = timetable.noted(
        THREE, after, SUBMISSION, "Awaria", at=now, extension=True, for_begun=True
    )
    assert (told[0].extended, told[0].extended_for_begun) == ("", "Awaria")
    again = rules.extended(told, told[0], "2", now=now, for_begun=True)
    assert again[0].begun_until == until + timedelta(hours=2)
    all_of_them = rules.extended(told, told[0], "4", now=now)
    assert all_of_them[0].extended_for_begun == ""


def test_what_comes_in_late_can_still_be_checked():
    with pytest.raises(Refused) as refusal:
        rules.extended(THREE, THREE[0], "48", now=NOW, for_begun=True)
    assert refusal.value.wrong is Wrong.AFTER_CHECK


def test_a_form_knows_which_stages_changed_since_it_was_filled():
    was = rules.seen(THREE)
    assert rules.since(was, THREE) == ()
    after = rules.moved(THREE, THREE[1], THREE[1].starts_at, THREE[1].ends_at + MINUTE, now=NOW)
    assert [one.code for one in rules.since(was, after)] == ["verification", "results"]
    assert rules.since("", THREE) == THREE


def test_timetables_are_kept_with_their_changes_and_older_ones_are_read():
    told = timetable.noted(THREE, THREE, SUBMISSION, "Awaria serwera", at=NOW, extension=True)
    kept = msgspec.to_builtins(told)
    assert msgspec.convert(kept, tuple[Stage, ...]) == told
    for one in kept:
        del one["changes"]
    assert msgspec.convert(kept, tuple[Stage, ...]) == THREE


def test_everything_said_of_a_timetable_has_its_words():
    source = Path(__file__).parents[2] / "src/ksr_saas/criteria/lint/dates.py"
    said = {
        node.args[0].value
        for node in ast.walk(ast.parse(source.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "error"
    }
    assert said == FINDING_WORDS.keys()
    assert WRONG_WORDS.keys() == set(Wrong)
    assert STAGE_WORDS.keys() == set(StageCode)
    assert FIELD_OF.keys() == {"start", "end", "hours"}
