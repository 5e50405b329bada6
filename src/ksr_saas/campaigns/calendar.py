"""The timetable of one recruitment for everybody: as a page, and as a file for calendars."""

from datetime import datetime
from uuid import UUID

import msgspec
from icalendar import Calendar, Event
from sqlalchemy import bindparam, select

from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import Stage
from ksr_saas.campaigns.views import StageView, stage_view
from ksr_saas.kernel.clock import local
from ksr_saas.kernel.errors import NotFound
from ksr_saas.kernel.i18n import _, in_language, language, moment
from ksr_saas.kernel.reading import Ask, Question

TIMETABLE = Question(
    select(
        Campaign.id, Campaign.name, Campaign.school_year, Campaign.timetable, Campaign.created_at
    ).where(Campaign.code == bindparam("code"), Campaign.opened_at.is_not(None))
)


class CalendarView(msgspec.Struct, frozen=True):
    """Every stage in order; `made_at` is when the recruitment or its last change was made."""

    id: UUID
    code: str
    name: str
    school_year: str
    stages: tuple[StageView, ...]
    made_at: datetime


async def calendar(ask: Ask, code: str, *, now: datetime) -> CalendarView:
    """The timetable of the opened recruitment with this code, as seen at `now`. Raises NotFound."""
    rows = await ask(TIMETABLE, code=code)
    if not rows:
        raise NotFound
    key, name, year, kept, made_at = rows[0]
    stages = msgspec.convert(kept, tuple[Stage, ...])
    changed = [change.at for stage in stages for change in stage.changes]
    return CalendarView(
        key,
        code,
        in_language(name),
        year,
        tuple(stage_view(one, now=now) for one in stages),
        max([made_at, *changed]),
    )


def ics(shown: CalendarView) -> bytes:
    """The stages as iCalendar (RFC 5545), one event each, by the clocks of Poland.

    An event keeps its UID when it is moved, so that a calendar that has it moves it too.
    """
    made = Calendar()
    made.add("prodid", "-//ksr_saas//timetable//" + language.get().upper())
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", shown.name)
    for stage in shown.stages:
        made.add_component(_event(shown, stage))
    made.add_missing_timezones()
    return bytes(made.to_ical())


def _event(shown: CalendarView, stage: StageView) -> Event:
    made = Event()
    made.add("uid", f"{shown.id}-{stage.code}")
    made.add("dtstamp", shown.made_at)
    made.add("last-modified", shown.made_at)
    made.add("dtstart", local(stage.starts_at))
    made.add("dtend", local(stage.ends_at))
    made.add("summary", f"{stage.name} – {shown.name}")
    told = [stage.deed, _("Kto: %(who)s.") % {"who": stage.who}]
    if stage.extended:
        told.append(_("Termin przedłużono. Powód: %(reason)s") % {"reason": stage.extended})
    if stage.extended_for_begun and stage.begun_until:
        until = moment(stage.begun_until)
        told.append(
            _("Kto zaczął wniosek przed terminem, może go złożyć do: %(when)s.") % {"when": until}
        )
    made.add("description", "\n".join(told))
    made.add("transp", "TRANSPARENT")
    return made
