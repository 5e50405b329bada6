"""What a change of the timetable would bring, before anybody saves it."""

from collections.abc import Sequence

import msgspec
from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application
from ksr_saas.applications.service import rulebook_of
from ksr_saas.applications.states import Status
from ksr_saas.campaigns import rules
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.rules import Moved
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.criteria.lint.finding import Finding
from ksr_saas.criteria.lint.linter import DATES, lint
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import _, in_language
from ksr_saas.offer.models import Unit

# What the linter's rules on dates say, for the office. `order` is said of the stage.
FINDING_WORDS = {
    "stage-order": N_("etapy nie są po kolei albo któryś kończy się, zanim się zacznie"),
    "stage-overlap": N_(
        "ten etap zaczyna się, zanim skończy się etap, który musi go poprzedzać (art. 157 i 158)"
    ),
    "rules-late": N_("terminy i kryteria ogłasza się do 31 stycznia (art. 154)"),
    "school-year": N_("termin nie leży w roku szkolnym, który poprzedza rekrutację (art. 130)"),
    "after-august": N_("rekrutacja kończy się najpóźniej 31 sierpnia (art. 161)"),
    "continuation": N_(
        "na deklaracje kontynuacji jest 7 dni tuż przed rekrutacją (art. 153 ust. 2)"
    ),
    "confirmation": N_("brakuje etapu potwierdzania albo rezygnacji (art. 158)"),
    "catchment-phase": N_("wnioski spoza obwodu przyjmuje się po zgłoszeniach z obwodu (art. 133)"),
    "no-such-hour": N_("takiej godziny nie ma: tej nocy zmienia się czas"),
}


class Touched(msgspec.Struct, frozen=True):
    """How many a change concerns: counts only, no child.

    `families` have an application that was not withdrawn, a draft included.
    """

    families: int
    drafts: int
    waiting: int
    returned: int
    verified: int
    institutions: int


class Plan(msgspec.Struct, frozen=True):
    """A change that is not saved yet: the stage itself, those that go with it, what it breaks.

    `broken` are sentences about what the act forbids and was not so before; with one of them the
    change cannot be saved.
    """

    stages: tuple[Stage, ...]
    moved: tuple[Moved, ...]
    overlaps: tuple[Stage, ...]
    broken: tuple[str, ...]


def plan(campaign: Campaign, code: StageCode, changed: tuple[Stage, ...]) -> Plan:
    """The consequences of exchanging the timetable for `changed`."""
    before = campaign.stages
    return Plan(
        changed,
        rules.changes(before, changed),
        rules.overlaps(before, changed, code),
        tuple(_said(one, changed) for one in _broken(campaign, before, changed)),
    )


def _broken(campaign: Campaign, before: Sequence[Stage], after: Sequence[Stage]) -> list[Finding]:
    rulebook, year = rulebook_of(campaign), campaign.school_year
    had, has = (
        lint(rulebook, school_year=year, stages=one, rules=DATES) for one in (before, after)
    )
    known = {(one.rule, one.path) for one in had}
    return [one for one in has if (one.rule, one.path) not in known]


def _said(finding: Finding, stages: Sequence[Stage]) -> str:
    blamed = finding.path.partition("[")[2].partition("]")[0]
    names = [in_language(one.name) for one in stages if one.code == blamed]
    words = _(FINDING_WORDS[finding.rule])
    return f"{names[0]}: {words}" if names else words


async def touched(session: AsyncSession, campaign: Campaign) -> Touched:
    """Whom the recruitment concerns today."""
    live = Application.status != Status.WITHDRAWN
    counts = (
        func.count(distinct(Application.account_id)).filter(live),
        *(
            func.count().filter(Application.status == status)
            for status in (Status.DRAFT, Status.SUBMITTED, Status.RETURNED, Status.VERIFIED)
        ),
        select(func.count(distinct(Unit.institution_id)))
        .where(Unit.campaign_id == campaign.id)
        .scalar_subquery(),
    )
    statement = select(*counts).where(Application.campaign_id == campaign.id)
    return Touched(*(await session.execute(statement)).one())
