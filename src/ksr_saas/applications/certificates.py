"""The certificate of a primary school with the results of its last examination.

Secondary recruitments alone ask for it. Families apply before they have it, and sign it later.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from ksr_saas.applications.models import Application, Outcome
from ksr_saas.calculator.forms import Answers, Questions, questions, read_certificate
from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.criteria import stored
from ksr_saas.criteria.counted import counted
from ksr_saas.criteria.facts import Certificate
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.criteria.way import Asks
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems
from ksr_saas.offer.models import Unit
from ksr_saas.people.collation import sort_key


class Kept(msgspec.Struct, frozen=True):
    """What is stored; `asked` are the subjects of the classes on the list when it was saved."""

    certificate: Certificate
    asked: tuple[str, ...] = ()


class Line(msgspec.Struct, frozen=True):
    """One line; `label` is a subject or a title, `value` empty for an exemption and for a title."""

    label: str
    value: str


def matters(rulebook: Rulebook) -> bool:
    """Whether these rules ask for a certificate."""
    return any(one.kind.asks is Asks.CERTIFICATE for one in rulebook.criteria)


def is_open(campaign: Campaign, now: datetime) -> bool:
    """Whether families may still put the certificate in, after applications are closed."""
    return timetable.is_open(campaign.stages, StageCode.CERTIFICATES, now)


def is_due(campaign: Campaign, now: datetime) -> bool:
    """Whether an application lacks something without it: it has been given out by then."""
    stage = timetable.stage(campaign.stages, StageCode.CERTIFICATES)
    return stage is None or now >= stage.starts_at


def kept(application: Application) -> Kept | None:
    """What the family has put in."""
    if application.certificate is None:
        return None
    return msgspec.convert(application.certificate, Kept, strict=False)


def certificate_of(application: Application, *, accepted_only: bool = False) -> Certificate | None:
    """What counts of it."""
    if accepted_only and application.certificate_outcome is not Outcome.ACCEPTED:
        return None
    found = kept(application)
    return found.certificate if found else None


def subjects(application: Application) -> tuple[str, ...]:
    """The subjects that the classes on the list count, by the Polish alphabet."""
    named = {
        name
        for wish in application.wishes
        for one in wish.unit.scored
        for name in (*one.among, *one.otherwise)
    }
    return tuple(sorted(named, key=sort_key))


def lacks(application: Application, rulebook: Rulebook, *, now: datetime) -> bool:
    """Whether it has to be put in, or added to: another class may count another subject."""
    if not matters(rulebook):
        return False
    found = kept(application)
    if found is None:
        return is_due(application.campaign, now)
    return not set(subjects(application)) <= set(found.asked)


def subjects_at(unit: Unit, certificate: Certificate | None) -> tuple[str, ...]:
    """The subjects whose grades a class counts for this child."""
    return counted(unit.scored, certificate.grades) if certificate else ()


def asked(application: Application, rulebook: Rulebook) -> Questions:
    """The part of the sheet that the certificate answers."""
    whole = questions(rulebook, subjects(application))
    return msgspec.structs.replace(
        whole, ticks=(), amounts=(), born=False, distance=False, district=False, ranks=0
    )


def read(
    application: Application, rulebook: Rulebook, form: Mapping[str, Any]
) -> tuple[Answers, Kept, Problems]:
    """A form as typed, what to keep of it, and what is wrong or missing."""
    sheet, problems = asked(application, rulebook), Problems()
    given = Answers.read(form, sheet)
    found = read_certificate(rulebook, sheet, given, problems)
    wrong = set(problems.by_field())
    for one in sheet.exams:
        subject = one.name.removeprefix("egz-")
        missing = subject not in found.exam and subject not in found.exempt
        if missing and one.name not in wrong:
            problems.add(
                one.name,
                N_("%(what)s: wpisz wynik w procentach albo zaznacz zwolnienie."),
                what=one.label,
            )
    for one in sheet.grades:
        if not given.line(one.name):
            problems.add(one.name, N_("%(what)s: wpisz ocenę od 2 do 6."), what=one.label)
    return given, Kept(found, subjects(application)), problems


def typed(found: Certificate | None, sheet: Questions) -> Answers:
    """A form filled from what is kept."""
    if found is None:
        return Answers({}, frozenset(), frozenset(), frozenset())
    lines = {
        one.name: f"{per_cent:f}".replace(".", ",")
        for one in sheet.exams
        if (per_cent := found.exam.get(one.name.removeprefix("egz-"))) is not None
    }
    for one in (*sheet.grades, *sheet.further):
        grade = found.grades.get(one.subject or one.name.removeprefix("oc-"))
        if grade is not None:
            lines[one.name] = str(grade)
    titles = frozenset(one.row for one in found.achievements)
    return Answers(lines, frozenset(), found.exempt, titles)


def lines(application: Application) -> Sequence[Line]:
    """The certificate as people read it; empty where there is none."""
    found = kept(application)
    if found is None:
        return ()
    sheet = asked(application, stored.read(application.campaign.rulebook))
    given = typed(found.certificate, sheet)
    told = []
    for one in (*sheet.exams, *sheet.grades, *sheet.further):
        exempt = one.name.removeprefix("egz-") in given.exempt and one in sheet.exams
        value = given.line(one.name)
        if exempt:
            told.append(Line(one.label, ""))
        elif value:
            said = f"{value} %" if one in sheet.exams else value
            told.append(Line(one.label or one.subject, said))
    told += [Line(name, "") for code, name, _ in sheet.achievements if code in given.titles]
    return told
