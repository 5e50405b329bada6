"""Passkeys of one kind of people: asked for, kept, shown, removed.

An answer is looked at only after its challenge was taken out of the table, so a challenge is spent
by a wrong answer too; whoever catches WrongKey must commit.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity import ceremony
from ksr_saas.identity.ceremony import Site
from ksr_saas.identity.errors import WrongKey
from ksr_saas.identity.models import (
    ChallengeColumns,
    Passkey,
    PasskeyChallenge,
    PasskeyColumns,
    Purpose,
)
from ksr_saas.identity.rules import is_answered_by
from ksr_saas.identity.sessions import hashed

LASTS = timedelta(minutes=ceremony.MINUTES)
CHALLENGE_BYTES = 32
SWEPT = 100  # challenges nobody answered, taken away at a time


class Asked(msgspec.Struct, frozen=True):
    """A question for a browser: `options` as JSON, and the token for its cookie."""

    options: str
    token: str


class Answer(msgspec.Struct, frozen=True):
    """What a browser sent back: the token of its cookie, and what the authenticator made."""

    token: str
    sent: str


class Keys(msgspec.Struct, frozen=True):
    """The passkeys that lie in these two tables."""

    kept: type[PasskeyColumns]
    challenges: type[ChallengeColumns]

    async def of(self, session: AsyncSession, account_id: UUID) -> list[PasskeyColumns]:
        """The keys of an account, oldest first."""
        found = await session.scalars(
            select(self.kept)
            .where(self.kept.account_id == account_id)
            .order_by(self.kept.created_at, self.kept.id)
        )
        return list(found)

    async def _open(
        self, session: AsyncSession, purpose: Purpose, account_id: UUID | None, now: datetime
    ) -> tuple[bytes, str]:
        late = (
            select(self.challenges.id)
            .where(self.challenges.expires_at <= now)
            .limit(SWEPT)
            .with_for_update(skip_locked=True)
        )
        await session.execute(delete(self.challenges).where(self.challenges.id.in_(late)))
        challenge, token = secrets.token_bytes(CHALLENGE_BYTES), secrets.token_urlsafe(32)
        await session.execute(
            insert(self.challenges).values(
                id=uuid4(),
                browser_hash=hashed(token),
                purpose=purpose,
                account_id=account_id,
                challenge=challenge,
                expires_at=now + LASTS,
            )
        )
        return challenge, token

    async def _take(
        self,
        session: AsyncSession,
        purpose: Purpose,
        account_id: UUID | None,
        token: str,
        now: datetime,
    ) -> bytes:
        taken = (
            await session.execute(
                delete(self.challenges)
                .where(self.challenges.browser_hash == hashed(token))
                .returning(
                    self.challenges.challenge,
                    self.challenges.purpose,
                    self.challenges.account_id,
                    self.challenges.expires_at,
                )
            )
        ).one_or_none()
        if taken is None or taken[1] is not purpose or taken[2] != account_id or taken[3] <= now:
            raise WrongKey
        found: bytes = taken[0]
        return found

    async def ask_new(
        self,
        session: AsyncSession,
        site: Site,
        account_id: UUID,
        *,
        known_as: str,
        now: datetime,
    ) -> Asked:
        """Ask a browser to make a key for the account."""
        challenge, token = await self._open(session, Purpose.REGISTER, account_id, now)
        options = ceremony.creation_options(
            site,
            user=account_id.bytes,
            known_as=known_as,
            challenge=challenge,
            known=await self._known(session, site, account_id),
        )
        return Asked(options, token)

    async def add(
        self,
        session: AsyncSession,
        site: Site,
        account_id: UUID,
        answer: Answer,
        *,
        name: str,
        now: datetime,
    ) -> UUID:
        """Keep the key that a browser made; returns its id.

        Raises WrongKey, also for a key that somebody has already.
        """
        challenge = await self._take(session, Purpose.REGISTER, account_id, answer.token, now)
        new = ceremony.made(site, answer.sent, challenge=challenge)
        added: UUID | None = await session.scalar(
            insert(self.kept)
            .values(
                id=uuid4(),
                account_id=account_id,
                credential_id=new.credential_id,
                public_key=new.public_key,
                sign_count=new.sign_count,
                host=site.host,
                name=name,
            )
            .on_conflict_do_nothing(index_elements=["credential_id"])
            .returning(self.kept.id)
        )
        if added is None:
            raise WrongKey
        return added

    async def ask(
        self,
        session: AsyncSession,
        site: Site,
        purpose: Purpose,
        account_id: UUID | None,
        *,
        now: datetime,
    ) -> Asked:
        """Ask a browser to show a key: one of the account's, or with None whichever it has."""
        challenge, token = await self._open(session, purpose, account_id, now)
        known = await self._known(session, site, account_id) if account_id else []
        return Asked(ceremony.request_options(site, challenge=challenge, known=known), token)

    async def _known(self, session: AsyncSession, site: Site, account_id: UUID) -> list[bytes]:
        found = await self.of(session, account_id)
        return [one.credential_id for one in found if one.host == site.host]

    async def shown(
        self,
        session: AsyncSession,
        site: Site,
        purpose: Purpose,
        account_id: UUID | None,
        answer: Answer,
        *,
        now: datetime,
    ) -> UUID:
        """The account whose key was shown; with an `account_id`, only that one's. Raises WrongKey.

        The key's row stays locked, so that its count is judged by one request at a time.
        """
        challenge = await self._take(session, purpose, account_id, answer.token, now)
        credential, user = ceremony.claimed(answer.sent)
        key = await session.scalar(
            select(self.kept)
            .where(self.kept.credential_id == credential, self.kept.host == site.host)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if key is None or not is_answered_by(key.account_id, asked=account_id, user=user):
            raise WrongKey
        key.sign_count = ceremony.shown(
            site,
            answer.sent,
            challenge=challenge,
            public_key=key.public_key,
            sign_count=key.sign_count,
        )
        key.last_used_at = now
        return key.account_id

    async def remove(self, session: AsyncSession, account_id: UUID, key_id: UUID) -> bool:
        """Take one key of this account away; False when it has no such key."""
        gone = await session.execute(
            delete(self.kept)
            .where(self.kept.id == key_id, self.kept.account_id == account_id)
            .returning(self.kept.id)
        )
        return gone.one_or_none() is not None

    async def forget(self, session: AsyncSession, account_id: UUID) -> None:
        """Take all keys of this account away, and what it was asked to sign."""
        for table in (self.kept, self.challenges):
            await session.execute(delete(table).where(table.account_id == account_id))


STAFF = Keys(Passkey, PasskeyChallenge)
