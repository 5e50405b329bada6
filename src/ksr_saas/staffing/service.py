"""Deeds on accounts of staff. Each is done by somebody else than the account's owner."""

from collections.abc import Callable, Collection
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity import second_factor, sessions
from ksr_saas.identity.authorisation import GRANTS, Actor, Role
from ksr_saas.identity.errors import FreshFactorNeeded
from ksr_saas.identity.models import Account, AccountKind, FactorReset, Grant, Invitation
from ksr_saas.identity.rules import next_expiry
from ksr_saas.identity.staff import invitation
from ksr_saas.kernel.errors import Forbidden, IllegalMove, NotFound
from ksr_saas.notifications.service import Recipient, queue_all
from ksr_saas.staffing import queries
from ksr_saas.staffing.errors import OwnAccount, SecondPersonNeeded, ShortStaffReason
from ksr_saas.staffing.messages import FACTOR_TAKEN, INVITED
from ksr_saas.staffing.rules import Line, Verdict, judge

CONFIRM_WITHIN = timedelta(days=1)
SHORTEST_REASON = 10

Address = Callable[[str], str]


class Deeds:
    """What one coordinator may do to the accounts of others, at one moment.

    `address` makes an absolute address of a path.
    """

    def __init__(
        self, session: AsyncSession, actor: Actor, *, now: datetime, today: date, address: Address
    ) -> None:
        self.session = session
        self.actor = actor
        self.now = now
        self.today = today
        self.address = address

    def need_fresh(self) -> None:
        """Raise FreshFactorNeeded unless the coordinator showed a factor lately."""
        if not self.actor.is_fresh(self.now):
            raise FreshFactorNeeded

    async def verdicts(self, lines: Collection[Line]) -> list[Verdict]:
        """What would become of each line if it were invited now; nothing is stored."""
        return judge(
            lines,
            places=await queries.places(self.session),
            taken=await queries.taken(self.session, {one.email.lower() for one in lines}),
            grantable=GRANTS.get(self.actor.role, ()),
        )

    async def invite(self, lines: Collection[Line]) -> list[Verdict]:
        """Make accounts of the lines that can be taken and send their links; returns all verdicts.

        Two invitations at once wait for each other, so that a login is never made twice.
        """
        self.need_fresh()
        lock = func.hashtext(func.current_schema() + ":staffing")
        await self.session.execute(select(func.pg_advisory_xact_lock(lock)))
        found = await self.verdicts(lines)
        mails = []
        for at, one in enumerate(found):
            if one.problem or one.role is None:
                continue
            email = one.line.email.lower()
            account = Account(
                id=uuid4(),
                kind=AccountKind.STAFF,
                login=email,
                given_name=one.line.given_name,
                family_name=one.line.family_name,
                email=email,
                valid_until=next_expiry(self.today),
            )
            self.session.add_all(
                [
                    account,
                    Grant(account_id=account.id, role=one.role, institution_id=one.institution_id),
                ]
            )
            mails.append(self._link(account))
            self._record(account.id, "staffing.invite", given=one.role)
            found[at] = msgspec.structs.replace(one, account_id=account.id)
        await self.session.flush()
        await queue_all(self.session, INVITED.code, mails)
        return found

    def _link(self, account: Account) -> Recipient:
        link, token = invitation(account.id, invited_by=self.actor.account_id, now=self.now)
        self.session.add(link)
        values = {"address": self.address(f"/zaproszenie?bilet={token}")}
        return (str(link.id), account.id, account.email, account.language or "pl", values)

    def _record(self, account_id: UUID, act: str, *, given: Role | None = None) -> None:
        record(
            self.session,
            act,
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            kind="account",
            object_id=account_id,
            role_given=given.value if given else None,
        )

    async def _somebody_else(self, account_id: UUID) -> Account:
        """The account, locked. Raises OwnAccount, Forbidden for a role above, NotFound."""
        account = await self.session.scalar(
            select(Account)
            .where(Account.id == account_id, Account.kind == AccountKind.STAFF)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if account is None:
            raise NotFound
        if account.id == self.actor.account_id:
            raise OwnAccount
        roles = await self.session.scalars(select(Grant.role).where(Grant.account_id == account_id))
        if not all(self.actor.may_grant(role) for role in roles):
            raise Forbidden
        return account

    async def invite_again(self, account_id: UUID) -> None:
        """Send a new link for setting a password; older links are void. The factor stays."""
        self.need_fresh()
        account = await self._somebody_else(account_id)
        await self._void_links(account_id)
        await queue_all(self.session, INVITED.code, [self._link(account)])
        self._record(account_id, "staffing.invite-again")

    async def _void_links(self, account_id: UUID) -> None:
        await self.session.execute(
            update(Invitation)
            .where(Invitation.account_id == account_id, Invitation.used_at.is_(None))
            .values(used_at=self.now)
        )

    async def renew(self, account_id: UUID) -> None:
        """Let the account live until the end of the next school year."""
        account = await self._somebody_else(account_id)
        account.valid_until = next_expiry(self.today)
        self._record(account_id, "staffing.renew")

    async def close(self, account_id: UUID) -> None:
        """Close the account: its sessions end and its links are void."""
        account = await self._somebody_else(account_id)
        account.active = False
        await sessions.end_others(self.session, account_id, keep=None)
        await self._void_links(account_id)
        self._record(account_id, "staffing.close")

    async def reopen(self, account_id: UUID) -> None:
        """Open a closed account again, with its old password and factor."""
        self.need_fresh()
        account = await self._somebody_else(account_id)
        account.active = True
        self._record(account_id, "staffing.reopen")

    async def ask_reset(self, account_id: UUID, reason: str) -> None:
        """Ask another coordinator to take a lost factor away.

        Raises ShortStaffReason, or IllegalMove when it is asked already.
        """
        self.need_fresh()
        await self._somebody_else(account_id)
        if len(reason) < SHORTEST_REASON:
            raise ShortStaffReason
        if await queries.open_reset(self.session, account_id, now=self.now) is not None:
            raise IllegalMove
        self.session.add(
            FactorReset(
                account_id=account_id,
                reason=reason,
                asked_by=self.actor.account_id,
                expires_at=self.now + CONFIRM_WITHIN,
            )
        )
        self._record(account_id, "staffing.reset-asked")

    async def confirm_reset(self, account_id: UUID) -> None:
        """Take the factor away as the second of two coordinators; the account's sessions end.

        Raises SecondPersonNeeded to the one who asked, IllegalMove when nothing is asked.
        """
        self.need_fresh()
        account = await self._somebody_else(account_id)
        asked = await queries.open_reset(self.session, account_id, now=self.now)
        if asked is None:
            raise IllegalMove
        if asked.asked_by == self.actor.account_id:
            raise SecondPersonNeeded
        await self._close_reset(account_id, confirmed_by=self.actor.account_id)
        await second_factor.forget(self.session, account)
        await sessions.end_others(self.session, account_id, keep=None)
        values = {"address": self.address("/pracownik/logowanie")}
        told = (str(asked.id), account_id, account.email, account.language, values)
        await queue_all(self.session, FACTOR_TAKEN.code, [told])
        self._record(account_id, "staffing.reset-confirmed")

    async def refuse_reset(self, account_id: UUID) -> None:
        """Close the request without taking the factor away; the one who asked may do so too."""
        await self._somebody_else(account_id)
        await self._close_reset(account_id, confirmed_by=None)
        self._record(account_id, "staffing.reset-refused")

    async def _close_reset(self, account_id: UUID, *, confirmed_by: UUID | None) -> None:
        await self.session.execute(
            update(FactorReset)
            .where(FactorReset.account_id == account_id, FactorReset.closed_at.is_(None))
            .values(confirmed_by=confirmed_by, closed_at=self.now)
        )
