"""The way of an appeal on a real database, by the clocks of the rulebook."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ksr_saas.allocation.service import Runs
from ksr_saas.appeals.errors import NothingToAppeal, TermOver
from ksr_saas.appeals.models import AppealState
from ksr_saas.appeals.queries import at_institution, refusals
from ksr_saas.appeals.service import Appeals
from ksr_saas.audit.models import AuditEvent
from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.kernel.errors import IllegalMove, NotFound
from ksr_saas.notifications.models import Message
from ksr_saas.results import service as results
from ksr_saas.results.models import Placement, PlacementState
from ksr_saas.results.queries import result_of
from tests.factories.recruitment import (
    NOW,
    a_campaign,
    a_coordinator,
    a_unit,
    an_account,
    an_application,
    the_parent,
)

LATER = timedelta(days=1)
GROUNDS = "Komisja nie policzyła drugiego dziecka."
REASONS = "Punkty dziecka: 0. Najniższe punkty przyjętego: 50."
DECISION = "Komisja pominęła oświadczenie, które było we wniosku."


def case_page(application_id):
    return f"https://x/{application_id}"


@pytest.fixture
async def refused(session):
    """A recruitment with one place, whose list is out, and the child that did not get it."""
    campaign = await a_campaign(session)
    unit, other = await a_unit(session, campaign), await a_unit(session, campaign, name="Pliszki")
    await an_application(session, campaign, [unit], claims=("large-family",))
    child = await an_application(session, campaign, [unit, other])
    coordinator = await a_coordinator(session)
    runs = Runs(session=session)
    run = await runs.ask(campaign, coordinator)
    await runs.work_out(run.id, progress=_nothing, now=lambda: NOW)
    await results.publish(session, campaign, run, coordinator, now=NOW, address=case_page)
    assert await refusals(session, child.id, campaign, now=NOW) == []
    campaign.admitted_at = NOW
    return campaign, unit, child


async def _nothing(phase, percent):
    pass


async def at_the_desk(session, unit, role):
    account = await an_account(session)
    return Actor(account.id, role, "Ewa Lis", institution_id=unit.institution_id)


async def test_from_the_request_to_an_admitted_child(session, refused):
    campaign, unit, child = refused
    family = Appeals(session, the_parent(child), now=NOW + LATER)
    (only,) = await refusals(session, child.id, campaign, now=NOW + LATER)
    assert (only.institution_id, only.may_request) == (unit.institution_id, True)
    assert [one.points for one in only.last] == [50, 0]
    await family.request(child.id, unit.institution_id)
    await family.request(child.id, unit.institution_id)
    chair = await at_the_desk(session, unit, Role.CHAIR)
    (row,) = await at_institution(session, unit.institution_id)
    assert row.state is AppealState.REQUESTED
    with pytest.raises(IllegalMove):
        await family.lodge(child.id, unit.institution_id, GROUNDS)

    await Appeals(session, chair, now=NOW + LATER).explain(row.id, REASONS, case_page)
    # However long the reasons lie there, the term of the appeal begins with their receipt.
    family = Appeals(session, the_parent(child), now=NOW + 9 * LATER)
    await family.receive(child.id, unit.institution_id)
    await family.lodge(child.id, unit.institution_id, GROUNDS)
    director = await at_the_desk(session, unit, Role.DIRECTOR)
    deeds = Appeals(session, director, now=NOW + 10 * LATER)
    await deeds.decide(row.id, DECISION, case_page, uphold=True)
    with pytest.raises(IllegalMove):
        await deeds.decide(row.id, DECISION, case_page, uphold=False)
    place = await session.scalar(select(Placement).where(Placement.application_id == child.id))
    assert (place.unit_id, place.state) == (unit.id, PlacementState.ADMITTED)
    shown = await result_of(session, child.id, campaign, now=NOW + 10 * LATER)
    assert (shown.state, shown.place) == (PlacementState.ADMITTED, "Przedszkole Misie")
    kinds = set(await session.scalars(select(Message.kind)))
    assert {"appeal-explained", "appeal-decided"} <= kinds
    acts = set(
        await session.scalars(select(AuditEvent.act).where(AuditEvent.object_id == child.id))
    )
    assert {
        f"appeals.{one}" for one in ("request", "explain", "receive", "lodge", "uphold")
    } <= acts


async def test_an_appeal_that_is_dismissed_changes_no_place(session, refused):
    campaign, unit, child = refused
    before = await session.scalar(select(Placement).where(Placement.application_id == child.id))
    held = (before.unit_id, before.state)
    family = Appeals(session, the_parent(child), now=NOW)
    await family.request(child.id, unit.institution_id)
    (row,) = await at_institution(session, unit.institution_id)
    desk = Appeals(session, await at_the_desk(session, unit, Role.CHAIR), now=NOW)
    await desk.explain(row.id, REASONS, case_page)
    await family.receive(child.id, unit.institution_id)
    await family.lodge(child.id, unit.institution_id, GROUNDS)
    await desk.decide(row.id, DECISION, case_page, uphold=False)
    assert (before.unit_id, before.state) == held


async def test_a_step_after_its_term_is_refused(session, refused):
    campaign, unit, child = refused
    late = Appeals(session, the_parent(child), now=NOW + 30 * LATER)
    with pytest.raises(TermOver):
        await late.request(child.id, unit.institution_id)
    in_time = Appeals(session, the_parent(child), now=NOW)
    await in_time.request(child.id, unit.institution_id)
    (row,) = await at_institution(session, unit.institution_id)
    desk = Appeals(session, await at_the_desk(session, unit, Role.CHAIR), now=NOW)
    await desk.explain(row.id, REASONS, case_page)
    await in_time.receive(child.id, unit.institution_id)
    with pytest.raises(TermOver):
        await late.lodge(child.id, unit.institution_id, GROUNDS)


async def test_nobody_reaches_what_is_not_theirs(session, refused):
    campaign, unit, child = refused
    stranger = await an_application(session, campaign, [unit])
    with pytest.raises(NotFound):
        await Appeals(session, the_parent(stranger), now=NOW).request(child.id, unit.institution_id)
    with pytest.raises(NothingToAppeal):  # it took no part in the run
        await Appeals(session, the_parent(stranger), now=NOW).request(
            stranger.id, unit.institution_id
        )
    await Appeals(session, the_parent(child), now=NOW).request(child.id, unit.institution_id)
    (row,) = await at_institution(session, unit.institution_id)
    other = await a_unit(session, campaign, name="Obce")
    foreign = await at_the_desk(session, other, Role.CHAIR)
    assert await at_institution(session, other.institution_id) == []
    with pytest.raises(NotFound):
        await Appeals(session, foreign, now=NOW).explain(row.id, REASONS, case_page)
