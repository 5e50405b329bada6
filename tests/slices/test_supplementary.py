"""A supplementary round begins with the places left, under the same rules."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from ksr_saas.applications.service import rulebook_of
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import chosen
from ksr_saas.campaigns.views import choices
from ksr_saas.kernel.errors import NotFound
from ksr_saas.offer.models import Offer, Unit
from ksr_saas.offer.states import OfferState
from ksr_saas.offering.supplementary import NoPlacesLeft, code_of, left, make
from ksr_saas.results.models import Placement, PlacementState
from ksr_saas.rulebooks.errors import CodeTaken
from ksr_saas.rulebooks.service import Rules
from tests.factories.recruitment import NOW, a_campaign, a_coordinator, a_unit, an_application


@pytest.fixture
async def over(session):
    """Two places of three are left at one institution, none at the other."""
    campaign = await a_campaign(session)
    roomy, full = await a_unit(session, campaign, places=3), await a_unit(session, campaign)
    for unit, state in (
        (roomy, PlacementState.ADMITTED),
        (roomy, PlacementState.RESIGNED),
        (full, PlacementState.ADMITTED),
    ):
        child = await an_application(session, campaign, [unit])
        session.add(
            Placement(
                application_id=child.id, campaign_id=campaign.id, unit_id=unit.id, state=state,
                changed_at=NOW,
            )
        )  # fmt: skip
    roomy.about = {"pl": "Grupa leśna"}
    await session.flush()
    return campaign, roomy


async def test_places_nobody_took_become_the_offer_of_a_round(session, over):
    campaign, roomy = over
    deeds = Rules(session, await a_coordinator(session), now=NOW)
    with pytest.raises(NoPlacesLeft):
        await make(session, deeds, campaign, "uzup")
    campaign.admitted_at = NOW
    assert [(one.unit.id, one.places) for one in await left(session, campaign)] == [(roomy.id, 2)]
    await make(session, deeds, campaign, code_of(campaign.code))
    made = await session.scalar(select(Campaign).where(Campaign.code == f"{campaign.code}-uzup"))
    assert (made.opened_at, made.school_year, made.stages) == (None, campaign.school_year, ())
    assert made.name["pl"] == "Przedszkola 2027, rekrutacja uzupełniająca"
    assert rulebook_of(made) == rulebook_of(campaign)
    (unit,) = await session.scalars(select(Unit).where(Unit.campaign_id == made.id))
    assert (unit.institution_id, unit.places, unit.about) == (
        roomy.institution_id,
        2,
        {"pl": "Grupa leśna"},
    )
    (offer,) = await session.scalars(select(Offer).where(Offer.campaign_id == made.id))
    assert offer.state is OfferState.ACCEPTED
    with pytest.raises(CodeTaken):
        await make(session, deeds, campaign, code_of(campaign.code))


async def test_a_page_is_about_the_recruitment_that_was_chosen(session, over):
    campaign, _ = over
    campaign.admitted_at = NOW
    deeds = Rules(session, await a_coordinator(session), now=NOW)
    await make(session, deeds, campaign, "uzup")
    round_ = await session.scalar(select(Campaign).where(Campaign.code == "uzup"))
    with pytest.raises(NotFound):  # it is not opened yet
        await chosen(session, "uzup")
    round_.opened_at, round_.created_at = NOW, NOW + timedelta(days=900)
    await session.flush()
    found, every = await chosen(session, "")
    assert (found, every) == (round_, [round_, campaign])
    older, _ = await chosen(session, campaign.code)
    assert older is campaign
    assert [(one.code, one.chosen) for one in choices(every, older)] == [
        ("uzup", False),
        (campaign.code, True),
    ]
