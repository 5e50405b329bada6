"""A recruitment as every page shows it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.campaigns.wording import STAGE_WORDS
from ksr_saas.kernel.i18n import _, in_language


class StageView(msgspec.Struct, frozen=True):
    """A line of the timetable; `state` is done, now or next.

    `deed` says what is done then and `who` by whom. `extended` is the office's own reason for a
    later end, empty where there is none.
    """

    code: StageCode
    name: str
    starts_at: datetime
    ends_at: datetime
    state: str
    deed: str
    who: str
    extended: str
    extended_for_begun: str
    begun_until: datetime | None


class Choice(msgspec.Struct, frozen=True):
    """One of several recruitments that a page can be about."""

    code: str
    name: str
    chosen: bool


def choices(every: Sequence[Campaign], chosen: Campaign | None) -> tuple[Choice, ...]:
    """What a page can be about, in the order given."""
    return tuple(Choice(one.code, in_language(one.name), one is chosen) for one in every)


class CampaignView(msgspec.Struct, frozen=True, kw_only=True):
    """A recruitment; `now` and `coming` are None where no stage is open or to come."""

    id: UUID
    code: str
    level: Level
    name: str
    school_year: str
    stages: tuple[StageView, ...]
    now: StageView | None
    coming: StageView | None
    takes_applications: bool
    submission: StageView | None
    submission_ends: datetime | None
    submission_ended: bool
    results_at: datetime | None
    published_at: datetime | None
    admitted_at: datetime | None


def stage_view(stage: Stage, *, now: datetime) -> StageView:
    """One stage as seen at `now`."""
    state = "next" if now < stage.starts_at else "now" if now < stage.ends_at else "done"
    deed, who = STAGE_WORDS[stage.code]
    return StageView(
        stage.code,
        in_language(stage.name),
        stage.starts_at,
        stage.ends_at,
        state,
        _(deed),
        _(who),
        stage.extended,
        stage.extended_for_begun,
        stage.begun_until,
    )


def campaign_view(campaign: Campaign, *, now: datetime) -> CampaignView:
    """The recruitment as seen at `now`."""
    stages = campaign.stages
    current, coming = timetable.current(stages, now), timetable.coming(stages, now)
    taking = timetable.taking(stages, now)
    submission = taking or timetable.stage(stages, StageCode.SUBMISSION)
    results = timetable.stage(stages, StageCode.RESULTS)
    return CampaignView(
        id=campaign.id,
        code=campaign.code,
        level=campaign.level,
        name=in_language(campaign.name),
        school_year=campaign.school_year,
        stages=tuple(stage_view(one, now=now) for one in stages),
        now=stage_view(current, now=now) if current else None,
        coming=stage_view(coming, now=now) if coming else None,
        takes_applications=taking is not None,
        submission=stage_view(submission, now=now) if submission else None,
        submission_ends=submission.ends_at if submission else None,
        submission_ended=timetable.has_ended(stages, StageCode.SUBMISSION, now),
        results_at=results.starts_at if results else None,
        published_at=campaign.published_at,
        admitted_at=campaign.admitted_at,
    )
