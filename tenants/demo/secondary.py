"""The demonstration's secondary recruitment: a city's files and its real offer, taken by import."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import msgspec

from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.exchange import offer_import, table
from ksr_saas.exchange.offer_import import Choices
from ksr_saas.kernel.clock import WARSAW
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.portals import keys_of
from ksr_saas.settings import Settings
from tenants import provision, read

BEGAN = timedelta(days=3)  # ago
OLDER = timedelta(minutes=1)  # so that pages about the latest recruitment are about preschools


def shifted(stages: tuple[Stage, ...], now: datetime) -> tuple[Stage, ...]:
    """The stages as far apart as they are, with applications begun three days ago.

    Days are shifted, so an hour stays what it is on the clock.
    """
    begins = next(one.starts_at for one in stages if one.code is StageCode.SUBMISSION)
    days = (now - BEGAN).astimezone(WARSAW).date() - begins.astimezone(WARSAW).date()

    def moved(at: datetime) -> datetime:
        local = at.astimezone(WARSAW)
        return (local.replace(tzinfo=None) + days).replace(tzinfo=WARSAW)

    return tuple(
        msgspec.structs.replace(one, starts_at=moved(one.starts_at), ends_at=moved(one.ends_at))
        for one in stages
    )


async def fill(settings: Settings, schema: str, folder: Path, now: datetime) -> None:
    """Put the recruitment of `folder` with its `offer.csv` into a municipality, open to all."""
    rulebook, file = read.read_recruitment(folder)
    engine = make_engine(settings.login_url(provision.WEB), keys=keys_of(settings), pool_size=1)
    try:
        async with pinned_session(engine, schema) as session, session.begin():
            campaign = Campaign(
                id=uuid4(),
                code=file.code,
                level=rulebook.level,
                school_year=file.school_year,
                name=file.name,
                rulebook=msgspec.to_builtins(rulebook),
                timetable=msgspec.to_builtins(shifted(file.stages, now)),
                created_at=now - OLDER,
            )
            session.add(campaign)
            await session.flush()
            found = table.read((folder / "offer.csv").read_bytes())
            _, made = await offer_import.looked_at(session, campaign, found)
            await offer_import.take(session, campaign, made, Choices(accept=True), None, now=now)
            campaign.opened_at = now
    finally:
        await engine.dispose()
