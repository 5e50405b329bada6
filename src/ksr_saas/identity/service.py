"""Signing in by an answer of an eID node or of a city's own provider."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from advanced_alchemy.service import SQLAlchemyAsyncRepositoryService
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.eid.person import EidPerson, Vouched
from ksr_saas.identity.eid.profile import Clientele
from ksr_saas.identity.errors import EidFailed, NoIdentifier
from ksr_saas.identity.models import Account, AccountKind, EidRequest, UsedAssertion
from ksr_saas.identity.sessions import hashed

LOGIN_WINDOW = timedelta(minutes=10)
TICKET_WINDOW = timedelta(minutes=2)
REMEMBER = timedelta(minutes=10)  # added to an assertion's own validity, against skewed clocks


# A parent known from paper alone: the case is under this account until somebody takes it over.
UNREACHABLE = ~Account.active & Account.person_key.is_(None) & Account.login.is_(None)


def person_key(secret: str, scheme: str, value: str) -> str:
    """Keyed hash under which an eID person is found again; the value itself is not kept."""
    return hmac.new(secret.encode(), f"{scheme}:{value}".encode(), hashlib.sha256).hexdigest()


class Accounts(SQLAlchemyAsyncRepositoryService[Account]):
    """The people of one municipality."""

    class Repo(SQLAlchemyAsyncRepository[Account]):
        model_type = Account

    repository_type = Repo

    async def parent(self, person: EidPerson, *, secret: str) -> Account:
        """The account of an eID person, made at the first login.

        Raises NoIdentifier for somebody who could not be found again: all of them would share one
        account.
        """
        if person.scheme == "none":
            raise NoIdentifier("no-identifier")
        session = self.repository.session
        key = person_key(secret, person.scheme, person.value)
        await session.execute(
            insert(Account)
            .values(
                kind=AccountKind.PARENT,
                person_key=key,
                given_name=person.given_name,
                family_name=person.family_name,
                birth_date=person.birth_date,
                email="",
                language="pl",
                active=True,
                failures=0,
            )
            .on_conflict_do_nothing(index_elements=["person_key"])
        )
        account = await self.get_one(person_key=key)
        if not account.active:
            raise EidFailed
        account.given_name, account.family_name = person.given_name, person.family_name
        return account


async def keep_language(session: AsyncSession, account_id: UUID, lang: str) -> None:
    """Write to this parent in `lang` from now on; staff are not written to."""
    await session.execute(
        update(Account)
        .where(Account.id == account_id, Account.kind == AccountKind.PARENT)
        .values(language=lang)
    )


async def language_of(session: AsyncSession, account_id: UUID) -> str:
    """The language in which the person is written to."""
    return (await session.get_one(Account, account_id)).language


async def begin_eid(
    session: AsyncSession, clientele: Clientele, *, return_to: str, now: datetime
) -> tuple[EidRequest, str]:
    """Open a login at a node or provider: the request, and the secret for the browser's cookie."""
    browser = secrets.token_urlsafe(32)
    request = EidRequest(
        request_id=f"ID-{secrets.token_hex(20)}",
        clientele=clientele,
        browser_hash=hashed(browser),
        return_to=return_to,
        expires_at=now + LOGIN_WINDOW,
    )
    session.add(request)
    await session.flush()
    return request, browser


async def eid_request(
    session: AsyncSession, clientele: Clientele, request_id: str, *, now: datetime
) -> EidRequest:
    """The open request that an answer names, locked. Raises EidFailed when there is none."""
    request = await session.scalar(
        select(EidRequest)
        .where(EidRequest.request_id == request_id, EidRequest.clientele == clientele)
        .with_for_update()
    )
    if request is None or request.answered_at is not None or request.expires_at <= now:
        raise EidFailed("unsolicited")
    return request


async def accept_answer(
    session: AsyncSession,
    request: EidRequest,
    answer: Vouched,
    account: Account,
    *,
    eid_session: bytes,
    now: datetime,
) -> str:
    """Take a checked answer, once, and return the ticket for the browser.

    The assertion is remembered last, in the transaction that accepts it, for as long as it could be
    shown again, and for all clienteles alike. Raises EidFailed for one seen before.
    """
    taken = await session.execute(
        insert(UsedAssertion)
        .values(assertion_id=answer.assertion_id, expires_at=answer.not_on_or_after + REMEMBER)
        .on_conflict_do_nothing(index_elements=["assertion_id"])
        .returning(UsedAssertion.id)
    )
    if taken.one_or_none() is None:
        raise EidFailed("replayed")
    ticket = secrets.token_urlsafe(32)
    request.answered_at = now
    request.account_id = account.id
    request.ticket_hash = hashed(ticket)
    request.eid_session = eid_session
    return ticket


async def redeem(
    session: AsyncSession, clientele: Clientele, ticket: str, browser: str, *, now: datetime
) -> tuple[Account, EidRequest]:
    """The account a ticket stands for, and the login that ends so; once, in the same browser.

    Raises EidFailed for a used or late ticket or another browser.
    """
    request = await session.scalar(
        select(EidRequest)
        .where(EidRequest.ticket_hash == hashed(ticket), EidRequest.clientele == clientele)
        .with_for_update()
    )
    if (
        request is None
        or request.used_at is not None
        or request.answered_at is None
        or request.answered_at + TICKET_WINDOW <= now
        or not hmac.compare_digest(request.browser_hash, hashed(browser))
    ):
        raise EidFailed("ticket")
    request.used_at = now
    account = await session.get_one(Account, request.account_id)
    return account, request
