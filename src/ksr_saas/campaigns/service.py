"""Moving a recruitment through its timetable."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import WRITTEN, record
from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.errors import ShortReason, StageNotOpen
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.identity.authorisation import Actor

SHORTEST_REASON = 10


def end_stage(
    session: AsyncSession,
    campaign: Campaign,
    code: StageCode,
    reason: str,
    actor: Actor,
    *,
    now: datetime,
) -> None:
    """End an open stage now, on the record; the next one starts at once.

    Raises ShortReason or StageNotOpen.
    """
    ensure_reason(reason)
    if not timetable.is_open(campaign.stages, code, now):
        raise StageNotOpen
    _keep(campaign, timetable.ended_early(campaign.stages, code, now), code, reason, now=now)
    record(
        session,
        "campaigns.end-stage",
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="campaign",
        object_id=campaign.id,
        reason=WRITTEN,
        stage=code.value,
    )


def shift_stage(
    session: AsyncSession,
    campaign: Campaign,
    code: StageCode,
    changed: Sequence[Stage],
    reason: str,
    actor: Actor,
    *,
    now: datetime,
    extension: bool = False,
    for_begun: bool = False,
) -> None:
    """Put a stage to other times, on the record; `changed` is the whole timetable after.

    The reason of an `extension` is read by everybody. Raises ShortReason.
    """
    ensure_reason(reason)
    _keep(campaign, changed, code, reason, now=now, extension=extension, for_begun=for_begun)
    record(
        session,
        "campaigns.extend-stage" if extension else "campaigns.shift-stage",
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="campaign",
        object_id=campaign.id,
        reason=WRITTEN,
        stage=code.value,
    )


def ensure_reason(reason: str) -> None:
    """Raise ShortReason for less than ten characters."""
    if len(reason) < SHORTEST_REASON:
        raise ShortReason


def _keep(
    campaign: Campaign,
    changed: Sequence[Stage],
    code: StageCode,
    reason: str,
    *,
    now: datetime,
    extension: bool = False,
    for_begun: bool = False,
) -> None:
    told = timetable.noted(
        campaign.stages, changed, code, reason, at=now, extension=extension, for_begun=for_begun
    )
    campaign.timetable = msgspec.to_builtins(told)
