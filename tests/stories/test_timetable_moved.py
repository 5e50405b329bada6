"""The office moves a stage and extends one; everybody reads the calendar."""

import html
import json
import re
from datetime import UTC, datetime, timedelta

import asyncpg
import icalendar
import msgspec
import pytest

from ksr_saas.app import create_app
from ksr_saas.campaigns import rules
from ksr_saas.campaigns.timetable import Stage, StageCode
from tenants.demo.generate import city
from tests.factories.municipality import a_municipality, settle
from tests.factories.recruitment import texts
from tests.stories.browser import LAST, PASSWORD, Browser, MovingClock, sign_in_staff

SLUG, SCHEMA, HOST = "kruszwica", "t_kruszwica", "kruszwica.localhost:8000"
LIST = "/organ/harmonogram"
CODE = "przedszkola-2027"
REASON = "Uchwała nr 12/2027 z 18 marca"
OUTAGE = "Awaria serwerowni 31 marca"


class MarchClock(MovingClock):
    """A Saturday before the clocks change, moved ahead by `ahead`."""

    def now(self):
        return datetime(2027, 3, 20, 10, 0, tzinfo=UTC) + self.ahead


def at(told):
    return rules.read("start", *told.split())


STAGES = [
    ("submission", "2027-03-01 08:00", "2027-03-31 15:00"),
    ("verification", "2027-03-31 15:00", "2027-04-09 15:00"),
    ("results", "2027-04-20 13:00", "2027-04-20 23:00"),
    ("resignation", "2027-04-21 08:00", "2027-04-28 15:00"),
    ("admission", "2027-05-04 14:00", "2027-05-14 15:00"),
]


def the_timetable():
    return tuple(
        Stage(StageCode(code), texts(code.title()), at(start), at(end))
        for code, start, end in STAGES
    )


@pytest.fixture(scope="module")
async def town(settings):
    await a_municipality(settings, SLUG)
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    made = city(applications=12, places=40, institutions=4, seed=5)
    await settle(connection, settings, SCHEMA, made, password=PASSWORD, clock=MarchClock())
    await connection.execute(f"SET search_path = {SCHEMA}")
    yield connection
    await connection.close()


@pytest.fixture
async def kept(town):
    """The timetable as it was before the test, and nothing published."""
    kept = json.dumps(msgspec.to_builtins(the_timetable()))
    await town.execute("UPDATE campaign SET timetable = $1, published_at = NULL", kept)
    # Another test was later: its codes are used up, ours are not.
    await town.execute("UPDATE account SET totp_last_step = 0")
    LAST.clear()
    return town


@pytest.fixture
def clock():
    return MarchClock()


@pytest.fixture
async def app(settings, kept, clock):
    made = create_app(settings, clock=clock)
    yield made
    await made.close()


@pytest.fixture
def passer_by(app):
    return Browser(app, HOST)


@pytest.fixture
async def office(app):
    browser = Browser(app, HOST)
    await sign_in_staff(browser, "koordynator@wroclaw.example", PASSWORD)
    return browser


def fields(page):
    """What the form in the page holds."""
    form = page.text.partition("<main")[2]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        chosen = 'type="radio"' not in tag or " checked" in tag
        if name and chosen and name[1] != "_csrf_token":
            found[name[1]] = html.unescape(value[1]) if value else ""
    return found


def said(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


async def stages(town):
    raw = json.loads(await town.fetchval("SELECT timetable FROM campaign"))
    return {one.code.value: one for one in msgspec.convert(raw, tuple[Stage, ...])}


async def asked(office, stage="submission", **typed):
    """The preview of a change."""
    form = await office.get(f"{LIST}/{CODE}/{stage}")
    assert form.status_code == 200
    return await office.post(f"{LIST}/{CODE}/{stage}", **fields(form) | typed)


async def saved(office, preview, stage="submission", **typed):
    return await office.post(f"{LIST}/{CODE}/{stage}", **fields(preview) | typed)


async def test_everybody_reads_the_calendar_in_three_languages(passer_by):
    for lang, word in (("pl", "rodzice"), ("uk", "батьки"), ("en", "parents")):
        page = await passer_by.get(f"/terminy/{CODE}?jezyk={lang}")
        assert page.status_code == 200
        assert page.text.count('<li class="timeline-') == len(STAGES)
        assert word in page.text
        assert f"/terminy/{CODE}/{lang}.ics" in page.text
    await passer_by.get("/?jezyk=pl")
    page = said(await passer_by.get(f"/terminy/{CODE}"))
    assert "do 31 marca 2027 (środa), 15:00" in page
    assert f"/terminy/{CODE}" in (await passer_by.get(f"/oferta/{CODE}")).text
    assert (await passer_by.get("/terminy/przedszkola-1999")).status_code == 404


async def test_the_file_says_the_same_moments_on_both_sides_of_the_change_of_time(passer_by):
    answer = await passer_by.get(f"/terminy/{CODE}/en.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, max-age=300"
    found = icalendar.Calendar.from_ical(answer.content)
    events = {str(one["uid"]).rpartition("-")[2]: one for one in found.walk("VEVENT")}
    for code, start, end in STAGES:
        assert events[code]["dtstart"].dt == at(start)
        assert events[code]["dtend"].dt == at(end)
        assert str(events[code]["dtstart"].params["TZID"]) == "Europe/Warsaw"
    assert b"DTSTART;TZID=Europe/Warsaw:20270301T080000" in answer.content
    assert b"DTEND;TZID=Europe/Warsaw:20270331T150000" in answer.content
    assert [str(one["TZID"]) for one in found.walk("VTIMEZONE")] == ["Europe/Warsaw"]
    again = await passer_by.get(f"/terminy/{CODE}/en.ics")
    assert again.content == answer.content
    assert (await passer_by.get(f"/terminy/{CODE}/de.ics")).status_code == 404
    assert (await passer_by.get("/terminy/nie-ma/pl.ics")).status_code == 404


async def test_a_change_is_looked_at_and_then_saved_with_a_reason(office, kept, passer_by):
    before = (await passer_by.get(f"/terminy/{CODE}/pl.ics")).content
    preview = await asked(office, do_dnia="2027-04-02", do_godziny="15:01")
    assert preview.status_code == 200
    shown = said(preview)
    assert "01.03.2027, 08:00 – 31.03.2027, 15:00" in shown
    assert "01.03.2027, 08:00 – 02.04.2027, 15:01" in shown
    assert "02.04.2027, 15:01 – 09.04.2027, 15:00" in shown  # the check goes along
    families = await kept.fetchval(
        "SELECT count(DISTINCT account_id) FROM application WHERE status <> 'withdrawn'"
    )
    assert re.search(rf"\b{families} rodzin", shown)
    assert re.search(r"\b4 placówki", shown)
    assert (await stages(kept))["submission"].ends_at == at("2027-03-31 15:00")

    short = await saved(office, preview, powod="za krótki")
    assert short.status_code == 422
    assert "co najmniej 10 znaków" in short.text
    assert fields(short)["powod"] == "za krótki"
    done = await saved(office, short, powod=REASON)
    assert done.status_code == 200
    assert REASON in done.text
    found = await stages(kept)
    assert found["submission"].ends_at == found["verification"].starts_at == at("2027-04-02 15:01")
    assert found["submission"].starts_at == at("2027-03-01 08:00")
    row = await kept.fetchrow("SELECT * FROM audit_event ORDER BY position DESC LIMIT 1")
    assert (row["act"], row["reason"]) == ("campaigns.shift-stage", "written")
    assert json.loads(row["detail"]) == {"stage": "submission"}

    public = await passer_by.get(f"/terminy/{CODE}")
    assert "2 kwietnia 2027" in public.text
    assert REASON not in public.text
    after = (await passer_by.get(f"/terminy/{CODE}/pl.ics")).content
    assert re.findall(rb"UID:.*", before) == re.findall(rb"UID:.*", after)
    assert before != after


@pytest.mark.parametrize(
    ("day", "hour", "words"),
    [
        ("2027-03-28", "02:30", "Takiej godziny nie ma"),
        ("2027-10-31", "02:30", "Ta godzina wypada dwa razy"),
        ("2027-03-19", "10:00", "Koniec musi być w przyszłości"),
        ("2027-02-28", "10:00", "Koniec musi być później niż początek"),
        ("2027-02-30", "10:00", "Wpisz dzień i godzinę"),
        ("2027-03-31", "15:00", "To są te same terminy"),
    ],
)
async def test_times_that_cannot_be_are_explained_and_kept(office, kept, day, hour, words):
    answer = await asked(office, do_dnia=day, do_godziny=hour)
    assert answer.status_code == 422
    assert words in said(answer)
    assert fields(answer)["do_dnia"] == day
    assert await stages(kept) == {one.code.value: one for one in the_timetable()}


async def test_the_hour_after_the_one_that_is_left_out_is_saved(office, kept):
    preview = await asked(office, do_dnia="2027-03-28", do_godziny="03:00")
    await saved(office, preview, powod=REASON)
    assert (await stages(kept))["submission"].ends_at == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)


async def test_what_the_act_forbids_is_told_and_not_saved(office, kept):
    late = await asked(office, "admission", do_dnia="2027-09-01", do_godziny="10:00")
    assert "31 sierpnia (art. 161)" in said(late)
    assert "Zapisz zmianę" not in late.text
    crossed = await asked(office, do_dnia="2027-04-20", do_godziny="13:01")
    assert "Tej zmiany nie można zapisać" in said(crossed)
    forced = await office.post(
        f"{LIST}/{CODE}/submission",
        widziane=rules.seen(the_timetable()),
        do_dnia="2027-04-20",
        do_godziny="13:01",
        zapisz="tak",
        powod=REASON,
    )
    assert forced.status_code == 422
    assert await stages(kept) == {one.code.value: one for one in the_timetable()}


async def test_stages_that_come_to_overlap_are_named(office):
    answer = await asked(office, "verification", do_dnia="2027-04-19", do_godziny="15:00")
    assert "w tym samym czasie" not in said(answer)
    answer = await asked(office, "resignation", do_dnia="2027-05-04", do_godziny="14:01")
    assert "Będzie trwać w tym samym czasie co: Admission" in said(answer)


async def test_two_people_at_the_same_timetable(app, office, kept):
    other = Browser(app, HOST)
    await sign_in_staff(other, "koordynator@wroclaw.example", PASSWORD)
    preview = await asked(office, do_dnia="2027-04-02", do_godziny="15:00")
    theirs = await asked(other, "resignation", do_dnia="2027-04-29", do_godziny="12:00")
    assert (await saved(other, theirs, "resignation", powod=REASON)).status_code == 200

    refused = await saved(office, preview, powod=REASON)
    assert refused.status_code == 409
    assert "Ktoś zmienił harmonogram" in said(refused)
    assert "Resignation: od 21 kwietnia 2027 (środa), 08:00 do 29 kwietnia" in said(refused)
    assert fields(refused)["do_dnia"] == "2027-04-02"
    assert (await stages(kept))["submission"].ends_at == at("2027-03-31 15:00")

    preview = await office.post(f"{LIST}/{CODE}/submission", **fields(refused))
    assert (await saved(office, preview, powod=REASON)).status_code == 200
    found = await stages(kept)
    assert found["submission"].ends_at == at("2027-04-02 15:00")
    assert found["resignation"].ends_at == at("2027-04-29 12:00")


async def test_what_is_behind_stays(office, kept, clock):
    await kept.execute("UPDATE campaign SET published_at = '2027-03-20'")
    assert (await office.get(f"{LIST}/{CODE}/results")).status_code == 409
    assert (await office.get(f"{LIST}/{CODE}/resignation")).status_code == 200
    shown = await office.get(LIST)
    assert f"{LIST}/{CODE}/submission" not in shown.text
    assert "Przedłużenie po awarii" not in shown.text
    assert (await office.post(f"{LIST}/{CODE}", godziny="3")).status_code == 409
    assert (await office.get(f"{LIST}/{CODE}/tests")).status_code == 404


async def test_a_stage_ended_early_keeps_its_reason(office, kept):
    await office.post("/organ/etapy", nabor=CODE, etap="submission", powod=REASON)
    found = (await stages(kept))["submission"]
    assert [one.reason for one in found.changes] == [REASON]
    assert found.changes[0].ends_at == at("2027-03-31 15:00")
    assert REASON in (await office.get(LIST)).text


async def test_everybody_gets_longer_after_an_outage_and_reads_why(office, kept, clock, passer_by):
    clock.ahead = at("2027-03-31 16:30") - clock.now()
    await sign_in_staff(office, "koordynator@wroclaw.example", PASSWORD)
    ended = await passer_by.get("/")
    assert "Złóż wniosek" not in ended.text
    preview = await office.post(
        f"{LIST}/{CODE}", **fields(await office.get(LIST)) | {"godziny": "1"}
    )
    assert preview.status_code == 422  # that hour is over as well
    preview = await office.post(f"{LIST}/{CODE}", **fields(preview) | {"godziny": "3"})
    assert "31.03.2027, 18:00" in said(preview)
    assert "wniosków zaczętych" in said(preview)
    assert (await stages(kept))["submission"].ends_at == at("2027-03-31 15:00")
    done = await office.post(f"{LIST}/{CODE}", **fields(preview) | {"powod": OUTAGE})
    assert done.status_code == 200
    found = await stages(kept)
    assert found["submission"].ends_at == at("2027-03-31 18:00")
    assert found["verification"].starts_at == at("2027-03-31 15:00")
    acts = await kept.fetchval("SELECT act FROM audit_event ORDER BY position DESC LIMIT 1")
    assert acts == "campaigns.extend-stage"

    for path in ("/", f"/terminy/{CODE}"):
        page = said(await passer_by.get(path))
        assert f"Termin przedłużono do: 31 marca 2027 (środa), 18:00. Powód: {OUTAGE}" in page
    assert "Złóż wniosek" in (await passer_by.get("/")).text
    clock.ahead = at("2027-03-31 18:00") - clock.now() + clock.ahead
    assert "Złóż wniosek" not in (await passer_by.get("/")).text


async def test_after_an_outage_those_who_had_begun_alone_may_finish(office, passer_by, kept, clock):
    clock.ahead = at("2027-03-31 16:00") - clock.now()
    await sign_in_staff(office, "koordynator@wroclaw.example", PASSWORD)
    form = fields(await office.get(LIST))
    typed = {"godziny": "240", "dla_kogo": "zaczete"}
    assert "od 1 do 72" in said(await office.post(f"{LIST}/{CODE}", **form | typed))
    preview = await office.post(f"{LIST}/{CODE}", **form | {"godziny": "20", "dla_kogo": "zaczete"})
    assert "wnioski zaczęte przed terminem: do 01.04.2027, 11:00" in said(preview)
    await office.post(f"{LIST}/{CODE}", **fields(preview) | {"powod": OUTAGE})
    found = (await stages(kept))["submission"]
    assert found.ends_at == at("2027-03-31 15:00")
    assert found.begun_until == at("2027-04-01 11:00")
    page = said(await passer_by.get("/"))
    assert "Kto zaczął wniosek przed terminem, może go złożyć do: 1 kwietnia 2027" in page
    assert "Złóż wniosek" not in page
