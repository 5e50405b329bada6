"""Two guardians of one child: inviting, joining, and the institution taking access away."""

import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications import contacts
from ksr_saas.applications.models import Application
from ksr_saas.applications.queries import seen_by
from ksr_saas.audit.service import record, record_reading
from ksr_saas.guardians import queries
from ksr_saas.guardians.errors import (
    AccessReasonMissing,
    ChildUnnamed,
    LastPerson,
    LinkOver,
    NobodyWaits,
    OwnLink,
    TooManyLinks,
    TwoAlready,
)
from ksr_saas.guardians.messages import INVITED
from ksr_saas.guardians.models import GuardianLink
from ksr_saas.guardians.rules import LASTS, MOST_A_DAY, SHORTEST_REASON, in_few_words
from ksr_saas.identity.authorisation import Actor
from ksr_saas.identity.models import Account
from ksr_saas.identity.sessions import hashed
from ksr_saas.kernel import i18n
from ksr_saas.kernel.errors import NotFound
from ksr_saas.notifications.service import drop_unsent, queue_all
from ksr_saas.people.models import Child, CoGuardian
from ksr_saas.people.sameness import same_child


class Invited(msgspec.Struct, frozen=True):
    """What the second guardian is told before joining; `by` is a name and an initial.

    `waits` says that they have asked to be let in.
    """

    by: str
    child: str
    waits: bool


class Sharing:
    """What one person may do, at one moment, about who sees a child's case."""

    def __init__(self, session: AsyncSession, actor: Actor, *, now: datetime) -> None:
        self.session = session
        self.actor = actor
        self.now = now

    async def make_link(self, application: Application, *, host: str, email: str) -> str:
        """A new link, whose address is nowhere but in the answer and in the e-mail.

        `host` is the municipality's address. An older link is void. The application must be locked.
        Raises ChildUnnamed, TwoAlready or TooManyLinks.
        """
        child = application.child
        if child.birth_date is None:
            raise ChildUnnamed
        if len(await queries.people_of(self.session, child.id)) > 1:
            raise TwoAlready
        lately = await self.session.scalar(
            select(func.count()).where(
                GuardianLink.child_id == child.id,
                GuardianLink.made_at > self.now - timedelta(days=1),
            )
        )
        if (lately or 0) >= MOST_A_DAY:
            raise TooManyLinks
        await self._void(child.id)
        token = secrets.token_urlsafe(32)
        link = GuardianLink(
            id=uuid4(),
            token_hash=hashed(token),
            child_id=child.id,
            made_by=self.actor.account_id,
            made_at=self.now,
            expires_at=self.now + LASTS,
        )
        self.session.add(link)
        address = f"{host}/dolacz?bilet={token}"
        recipient = (
            str(link.id),
            self.actor.account_id,
            email,
            i18n.language.get(),
            {"address": address},
        )
        await queue_all(self.session, INVITED.code, [recipient])
        self._record(application.id, "guardians.invite", application.child_id, by_email=bool(email))
        return address

    async def revoke(self, application: Application) -> None:
        """The open link is void; without one nothing happens."""
        await self._void(application.child_id)
        self._record(application.id, "guardians.revoke", application.child_id)

    async def _void(self, child_id: UUID) -> None:
        await self.session.execute(
            update(GuardianLink)
            .where(
                GuardianLink.child_id == child_id,
                GuardianLink.used_at.is_(None),
                GuardianLink.revoked_at.is_(None),
            )
            .values(revoked_at=self.now)
        )

    async def invited(self, token: str) -> Invited:
        """What an open link says. Raises LinkOver."""
        link, child = await self._open(token)
        host = await self.session.get_one(Account, link.made_by)
        return Invited(
            in_few_words(host.given_name, host.family_name),
            child.given_name,
            waits=link.asked_by is not None,
        )

    async def _open(self, token: str, *, lock: bool = False) -> tuple[GuardianLink, Child]:
        """An open link at which nobody else waits."""
        asked = (
            select(GuardianLink, Child)
            .join(Child, Child.id == GuardianLink.child_id)
            .where(GuardianLink.token_hash == hashed(token))
            .execution_options(populate_existing=True)
        )
        row = (await self.session.execute(asked.with_for_update() if lock else asked)).one_or_none()
        if row is None:
            raise LinkOver
        link, child = row
        if not link.is_open(self.now) or link.asked_by not in (None, self.actor.account_id):
            raise LinkOver
        if len(await queries.people_of(self.session, child.id)) > 1:
            raise LinkOver
        return link, child

    async def ask(self, token: str) -> None:
        """Ask whoever made the link to be let in; the link is nobody else's from now on.

        Raises LinkOver.
        """
        link, child = await self._open(token, lock=True)
        if link.asked_by is not None:
            return
        link.asked_by, link.asked_at = self.actor.account_id, self.now
        for one in await self._cases({child.id}):
            self._record(one, "guardians.ask", child.id)

    async def admit(self, application: Application) -> None:
        """Let in who waits, to every application of the child; their link is used up.

        The application must be locked. Raises NobodyWaits, or TwoAlready.
        """
        child = application.child
        link = await self.session.scalar(
            select(GuardianLink)
            .where(GuardianLink.child_id == child.id, GuardianLink.asked_by.is_not(None))
            .where(GuardianLink.used_at.is_(None), GuardianLink.revoked_at.is_(None))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if link is None or link.asked_by is None or not link.is_open(self.now):
            raise NobodyWaits
        if len(await queries.people_of(self.session, child.id)) > 1:
            raise TwoAlready
        link.used_at, guest = self.now, link.asked_by
        entered = await self.session.scalars(
            select(Child).where(Child.account_id == child.account_id)
        )
        same = {one.id for one in entered if one.id == child.id or same_child(one, child)}
        taken = await self.session.scalars(
            select(CoGuardian.child_id).where(
                CoGuardian.child_id.in_(same),
                (CoGuardian.removed_at.is_(None)) | (CoGuardian.account_id == guest),
            )
        )
        # Who was removed from a case by an institution comes back to it by no other case's link.
        let_in = same - (set(taken) - {child.id})
        self.session.add_all(
            CoGuardian(child_id=one, account_id=guest, joined_at=self.now) for one in let_in
        )
        cases = await self._cases(let_in)
        for one, child_id in cases.items():
            self._record(one, "guardians.join", child_id, account=guest)
        await contacts.recognise(self.session, cases)

    async def _cases(self, children: set[UUID]) -> dict[UUID, UUID]:
        """The children of these by their applications."""
        rows = await self.session.execute(
            select(Application.id, Application.child_id).where(Application.child_id.in_(children))
        )
        return dict(rows.tuples().all())

    async def case_behind(self, token: str) -> UUID | None:
        """The case to which a link has let the actor in before; None when it has not.

        Raises OwnLink to whoever else has access, above all to the one who made it.
        """
        row = (
            await self.session.execute(
                select(Application.id, GuardianLink.made_by, GuardianLink.used_at)
                .join(GuardianLink, GuardianLink.child_id == Application.child_id)
                .where(GuardianLink.token_hash == hashed(token), seen_by(self.actor))
                .limit(1)
            )
        ).one_or_none()
        if row is None:
            return None
        if row.made_by == self.actor.account_id or row.used_at is None:
            raise OwnLink
        found: UUID = row.id
        return found

    async def remove(self, application: Application, account_id: UUID, reason: str) -> None:
        """Take somebody's access to this case away, for the institution.

        If the person began the case, it passes to the other one. The application must be locked.
        Raises AccessReasonMissing, LastPerson, or NotFound for somebody without access.
        """
        child = application.child
        people = {one.account_id for one in await queries.people_of(self.session, child.id)}
        if account_id not in people:
            raise NotFound
        if len(people) == 1:
            raise LastPerson
        if len(reason) < SHORTEST_REASON:
            raise AccessReasonMissing
        second = await self.session.scalar(
            select(CoGuardian)
            .where(CoGuardian.child_id == child.id, CoGuardian.removed_at.is_(None))
            .with_for_update()
        )
        assert second is not None
        if account_id == child.account_id:
            child.account_id = application.account_id = second.account_id
            second.account_id = account_id
        second.removed_at, second.removed_by = self.now, self.actor.account_id
        second.removed_reason = reason
        await self._void(child.id)
        await drop_unsent(self.session, account_id, about=application.id)
        self._record(application.id, "guardians.remove", application.child_id, account=account_id)

    async def note_look(self, application: Application) -> None:
        """Put on record that the institution was shown who has access."""
        await record_reading(
            self.session,
            "guardians.read-access",
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            acting_for=self.actor.institution_id,
            kind="application",
            object_id=application.id,
            subject_id=application.child_id,
        )

    def _record(
        self,
        application_id: UUID,
        act: str,
        child_id: UUID,
        *,
        account: UUID | None = None,
        by_email: bool | None = None,
    ) -> None:
        record(
            self.session,
            act,
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            acting_for=self.actor.institution_id,
            kind="application",
            object_id=application_id,
            subject_id=child_id,
            account=str(account) if account else None,
            by_email=by_email,
        )
