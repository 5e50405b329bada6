"""Moving a recruitment through its timetable."""

from datetime import datetime

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.errors import ShortReason, StageNotOpen
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import StageCode
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
    if len(reason) < SHORTEST_REASON:
        raise ShortReason
    if not timetable.is_open(campaign.stages, code, now):
        raise StageNotOpen
    changed = timetable.ended_early(campaign.stages, code, now)
    campaign.timetable = msgspec.to_builtins(changed)
    record(
        session,
        "campaigns.end-stage",
        actor_id=actor.account_id,
        role=actor.role.value,
        kind="campaign",
        object_id=campaign.id,
        stage=code.value,
    )
