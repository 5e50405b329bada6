"""News of a case reach everybody who sees it, each at their own address, and nobody twice."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from ksr_saas.applications.messages import RETURNED, VERIFIED
from ksr_saas.applications.models import Application
from ksr_saas.applications.news import addressees, tell
from ksr_saas.guardians.service import Sharing
from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.identity.models import Account, AccountKind
from ksr_saas.identity.service import keep_language
from ksr_saas.kernel.clock import Clock
from ksr_saas.notifications.models import Message, MessageStatus
from ksr_saas.notifications.texts import compose
from ksr_saas.people.models import CoGuardian, Guardian
from ksr_saas.results.messages import PUBLISHED
from ksr_saas.slices import MESSAGES
from tests.factories.recruitment import (
    NOW,
    a_campaign,
    a_unit,
    an_account,
    an_application,
)

REASON = "Wyrok III RC 12/27"


@pytest.fixture
async def case(session):
    """An application that waits at its institution."""
    campaign = await a_campaign(session)
    unit = await a_unit(session, campaign)
    made = await an_application(session, campaign, [unit])
    made.first_institution_id = unit.institution_id
    return made


async def the_other(session, application, *, email="piotr@example.pl"):
    """The second parent, let in and named in the application."""
    account = await an_account(session)
    await keep_language(session, account.id, "uk")
    session.add_all(
        [
            CoGuardian(child_id=application.child_id, account_id=account.id, joined_at=NOW),
            Guardian(
                id=uuid4(), application_id=application.id, position=2, account_id=account.id,
                given_name="Piotr", family_name="Lis", email=email,
            ),
        ]
    )  # fmt: skip
    await session.flush()
    return account


async def told(session, application, news=VERIFIED, occasion="1"):
    """Tell the news of one case; how many messages were added."""
    return await tell(
        session,
        news,
        Application.id == application.id,
        code="przedszkola-2027",
        occasion=occasion,
        address=lambda one: f"https://x/{one}",
    )


async def letters(session):
    """What is queued, by the address it goes to."""
    found = select(Message).execution_options(populate_existing=True)
    return {one.recipient: one for one in await session.scalars(found)}


async def test_both_are_told_each_in_their_language_and_neither_of_the_others_address(
    session, case
):
    other = await the_other(session, case)
    assert await told(session, case) == 2
    found = await letters(session)
    assert {to: (one.account_id, one.language) for to, one in found.items()} == {
        "rodzic@example.pl": (case.account_id, "pl"),
        "piotr@example.pl": (other.id, "uk"),
    }
    for to, one in found.items():
        letter = compose(
            MESSAGES[one.kind],
            message_id=one.id,
            recipient=to,
            language=one.language,
            values=one.values,
            sender="rekrutacja@ksr.invalid",
            clock=Clock(),
        ).as_string()
        assert [at for at in found if at in letter] == [to]


async def test_a_second_run_tells_nobody_twice_but_whoever_was_missing(session, case):
    assert await told(session, case) == 1
    assert await told(session, case) == 0
    await the_other(session, case)
    assert await told(session, case) == 1
    assert await told(session, case) == 0
    assert await told(session, case, occasion="2") == 2


async def test_who_lost_access_is_told_nothing_and_who_remains_is(session, case):
    other = await the_other(session, case)
    await told(session, case)
    first = case.account_id
    operator = await an_account(session, kind=AccountKind.STAFF)
    desk = Actor(operator.id, Role.OPERATOR, "Ewa Lis", case.first_institution_id)
    await session.refresh(case, ["child"])
    await Sharing(session, desk, now=NOW).remove(case, first, REASON)
    await session.flush()
    # What had not left yet is not sent any more either.
    assert {one.account_id for one in (await letters(session)).values()} == {other.id}
    await told(session, case, occasion="2")
    assert {one.account_id for one in (await letters(session)).values()} == {other.id}
    assert "rodzic@example.pl" not in await letters(session)


async def test_what_was_sent_before_access_ended_stays_on_the_books(session, case):
    await the_other(session, case)
    await told(session, case)
    (await letters(session))["rodzic@example.pl"].status = MessageStatus.SENT
    await session.flush()
    operator = await an_account(session, kind=AccountKind.STAFF)
    desk = Actor(operator.id, Role.OPERATOR, "Ewa Lis", case.first_institution_id)
    await session.refresh(case, ["child"])
    await Sharing(session, desk, now=NOW).remove(case, case.account_id, REASON)
    assert "rodzic@example.pl" in await letters(session)


async def test_an_account_without_a_guardian_is_told_at_its_own_address(session, case):
    account = await an_account(session, email="babcia@example.pl")
    session.add(CoGuardian(child_id=case.child_id, account_id=account.id, joined_at=NOW))
    assert {one.email for one in await addressees(session, Application.id == case.id)} == {
        "rodzic@example.pl",
        "babcia@example.pl",
    }


async def on_paper(session, case):
    """Make the case one that came on paper and nobody has taken over."""
    nobody = await session.get_one(Account, case.account_id)
    nobody.active = False
    case.arrived_on = (NOW - timedelta(days=25)).date()
    first = await session.scalar(select(Guardian).where(Guardian.application_id == case.id))
    first.account_id = None
    await session.flush()


@pytest.mark.parametrize("news", [RETURNED, VERIFIED, PUBLISHED])
async def test_a_case_on_paper_is_told_of_its_code_and_never_of_a_page_it_cannot_open(
    session, case, news
):
    await on_paper(session, case)
    assert await told(session, case, news) == 1
    (letter,) = (await letters(session)).values()
    assert letter.recipient == "rodzic@example.pl"
    assert letter.kind == f"{news.kind.code}-paper"
    assert letter.values.keys() == {"number"}
    for lang, code in (("pl", "kodem"), ("uk", "кодом"), ("en", "code")):
        text = compose(
            MESSAGES[letter.kind],
            message_id=letter.id,
            recipient=letter.recipient,
            language=lang,
            values=letter.values,
            sender="rekrutacja@ksr.invalid",
            clock=Clock(),
        ).get_content()
        assert "http" not in text
        assert "przedszkola-2027/" in text
        assert code in text


async def test_whoever_takes_paper_over_is_told_like_everybody_else(session, case):
    await on_paper(session, case)
    taker = await an_account(session, email="maria@example.pl")
    await session.refresh(case, ["child"])
    case.account_id = case.child.account_id = taker.id
    await session.flush()
    await told(session, case)
    (letter,) = (await letters(session)).values()
    assert (letter.recipient, letter.kind) == ("maria@example.pl", "application-verified")
