"""After an outage the city may let those finish who had begun: they alone, and not for ever."""

from datetime import timedelta

import msgspec
import pytest

from ksr_saas.applications.errors import DeadlinePassed
from ksr_saas.applications.service import Applications, is_taken
from ksr_saas.applications.states import Status
from ksr_saas.identity.authorisation import Actor, Role
from tests.factories.recruitment import (
    NOW,
    a_campaign,
    a_unit,
    an_account,
    an_application,
    stages,
    the_parent,
)

HOUR = timedelta(hours=1)


@pytest.fixture
async def campaign(session):
    """Submission ended ten days before NOW; whoever had begun has until an hour after NOW."""
    first, *others = stages()
    return await a_campaign(
        session, timetable=(msgspec.structs.replace(first, begun_until=NOW + HOUR), *others)
    )


async def a_draft(session, campaign, begun, status=Status.DRAFT):
    made = await an_application(session, campaign, [await a_unit(session, campaign)], status=status)
    made.created_at = begun
    await session.flush()
    return made, the_parent(made)


async def test_a_draft_begun_in_time_is_finished_later(session, campaign):
    draft, family = await a_draft(session, campaign, NOW - timedelta(days=11))
    applications = Applications(session=session)
    assert (await applications.editable(draft.id, family, now=NOW)).id == draft.id
    with pytest.raises(DeadlinePassed):
        await applications.editable(draft.id, family, now=NOW + HOUR)


async def test_nobody_begins_in_that_time_and_nothing_handed_in_is_changed(session, campaign):
    late, family = await a_draft(session, campaign, NOW - timedelta(days=9))
    applications = Applications(session=session)
    with pytest.raises(DeadlinePassed):
        await applications.editable(late.id, family, now=NOW)
    newcomer = Actor((await an_account(session)).id, Role.PARENT, "Ola Lis")
    with pytest.raises(DeadlinePassed):
        await applications.begin(campaign, newcomer, now=NOW)
    handed_in, _ = await a_draft(session, campaign, NOW - timedelta(days=11), Status.SUBMITTED)
    await session.refresh(handed_in, ["campaign"])
    assert not is_taken(handed_in, now=NOW)
