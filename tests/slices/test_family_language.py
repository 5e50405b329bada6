"""A family is written to in the language of its account."""

import pytest
from sqlalchemy import select

from ksr_saas.applications.documents import gather_receipt
from ksr_saas.applications.models import Outcome
from ksr_saas.applications.states import Status
from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.identity.models import AccountKind
from ksr_saas.identity.service import keep_language, language_of
from ksr_saas.notifications.models import Message
from ksr_saas.verification.service import Desk
from tests.factories.recruitment import NOW, a_campaign, a_unit, an_account, an_application


@pytest.fixture
async def waiting(session):
    """An application that waits at its institution, with the institution's desk."""
    campaign = await a_campaign(session)
    unit = await a_unit(session, campaign)
    application = await an_application(
        session, campaign, [unit], status=Status.SUBMITTED, outcome=Outcome.ACCEPTED
    )
    application.first_institution_id = unit.institution_id
    operator = await an_account(session, kind=AccountKind.STAFF)
    actor = Actor(operator.id, Role.OPERATOR, "Anna Nowak", unit.institution_id)
    return application, Desk(session, actor)


async def languages(session, application):
    """In which language each message to the family was written, by its kind."""
    rows = await session.execute(
        select(Message.kind, Message.language).where(Message.account_id == application.account_id)
    )
    return dict(rows.tuples().all())


async def test_the_desk_writes_in_the_language_of_the_account(session, waiting):
    application, desk = waiting
    await keep_language(session, application.account_id, "uk")

    await desk.send_back(application.id, "Proszę dodać orzeczenie.", now=NOW, address="-")

    assert await languages(session, application) == {"application-returned": "uk"}


async def test_a_later_choice_counts_for_later_messages(session, waiting):
    application, desk = waiting
    await keep_language(session, application.account_id, "uk")
    await keep_language(session, application.account_id, "en")

    await desk.verify(application.id, now=NOW, address="-")

    assert await languages(session, application) == {"application-verified": "en"}


async def test_staff_are_not_written_to_so_their_language_is_not_kept(session):
    clerk = await an_account(session, kind=AccountKind.STAFF)
    await keep_language(session, clerk.id, "en")
    assert await language_of(session, clerk.id) == "pl"


async def test_the_receipt_is_polish_with_the_familys_words_below(session, waiting):
    application, _ = waiting
    polish = await gather_receipt(session, application.id)
    assert polish.own == {}
    await keep_language(session, application.account_id, "uk")

    receipt = await gather_receipt(session, application.id)

    assert receipt.polish == polish.polish
    assert receipt.polish["title"] == "Potwierdzenie złożenia wniosku"
    assert receipt.own["title"] == "Підтвердження подання заяви"
    assert "pesel" not in receipt.own
