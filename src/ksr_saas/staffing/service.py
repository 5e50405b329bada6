"""Deeds on accounts of staff. Each is done by somebody else than the account's owner."""

from collections.abc import Callable, Collection
from datetime import date, datetime
from uuid import UUID, uuid4

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity import second_factor, sessions
from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.identity.errors import FreshFactorNeeded
from ksr_saas.identity.models import Account, AccountKind, Grant
from ksr_saas.identity.rights import APART, WITH_PLACE, grantable
from ksr_saas.identity.rules import next_expiry
from ksr_saas.identity.staff import invitation, void_links, wait_for_logins
from ksr_saas.identity.ways import Way, way_of
from ksr_saas.kernel.errors import Forbidden, IllegalMove, NotFound
from ksr_saas.notifications.service import Recipient, queue_all
from ksr_saas.staffing import queries, resets
from ksr_saas.staffing.errors import (
    BeyondYou,
    LastRole,
    OwnAccount,
    RolesApart,
)
from ksr_saas.staffing.messages import FACTOR_TAKEN, FACTOR_TAKEN_SSO, INVITED, WELCOMED
from ksr_saas.staffing.rules import Line, Verdict, judge

Address = Callable[[str], str]


class Deeds:
    """What somebody may do to the accounts of others, at one moment.

    Accounts outside `at`, the actor's institution, cannot be reached; it is None for those who look
    after the whole municipality's. `address` makes an absolute address of a path; `custom` is how
    staff of this municipality sign in, None while it has no provider of its own.
    """

    def __init__(
        self,
        session: AsyncSession,
        actor: Actor,
        *,
        now: datetime,
        today: date,
        address: Address,
        custom: Way | None,
    ) -> None:
        self.session = session
        self.actor = actor
        self.at = actor.staff_of
        self.now = now
        self.today = today
        self.address = address
        self.custom = custom

    def need_fresh(self) -> None:
        """Raise FreshFactorNeeded unless the actor showed a factor lately."""
        if not self.actor.is_fresh(self.now):
            raise FreshFactorNeeded

    async def verdicts(self, lines: Collection[Line]) -> list[Verdict]:
        """What would become of each line if it were invited now; nothing is stored."""
        return judge(
            lines,
            places=await queries.places(self.session),
            taken=await queries.taken(self.session, {one.email.lower() for one in lines}),
            grantable=grantable(self.actor.role),
            own=self.at,
        )

    async def invite(self, lines: Collection[Line]) -> list[Verdict]:
        """Make accounts of the lines that can be taken and send their links; returns all verdicts.

        Where nobody has a password there is no link to set one, only word of the account.
        Two invitations at once wait for each other, so that a login is never made twice.
        """
        self.need_fresh()
        await wait_for_logins(self.session)
        found = await self.verdicts(lines)
        by_sso = way_of(None, self.custom) is Way.SSO
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
            mails.append(self._welcome(account) if by_sso else self._link(account))
            self._record(account.id, "staffing.invite", given=one.role)
            found[at] = msgspec.structs.replace(one, account_id=account.id)
        await self.session.flush()
        await queue_all(self.session, (WELCOMED if by_sso else INVITED).code, mails)
        return found

    def _welcome(self, account: Account) -> Recipient:
        values = {"address": self.address("/pracownik/logowanie")}
        return (str(account.id), account.id, account.email, account.language or "pl", values)

    def _link(self, account: Account) -> Recipient:
        link, token = invitation(account.id, invited_by=self.actor.account_id, now=self.now)
        self.session.add(link)
        values = {"address": self.address(f"/zaproszenie?bilet={token}")}
        return (str(link.id), account.id, account.email, account.language or "pl", values)

    def _record(
        self,
        account_id: UUID,
        act: str,
        *,
        given: Role | None = None,
        taken: Role | None = None,
        way: str | None = None,
    ) -> None:
        record(
            self.session,
            act,
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            acting_for=self.actor.institution_id,
            kind="account",
            object_id=account_id,
            role_given=given.value if given else None,
            role_taken=taken.value if taken else None,
            way=way,
        )

    async def _somebody_else(self, account_id: UUID) -> Account:
        """The account, locked. Raises NotFound, or OwnAccount also for the actor's other one."""
        account = await self.session.scalar(
            queries.looked_after(self.at)
            .where(Account.id == account_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        if account is None:
            raise NotFound
        actor = await self.session.get_one(Account, self.actor.account_id)
        if resets.one_person(account, actor):
            raise OwnAccount
        return account

    async def _subordinate(self, account_id: UUID) -> Account:
        """Somebody else's account, if the actor may give all its roles. Raises BeyondYou if not."""
        account = await self._somebody_else(account_id)
        if not all(
            self.actor.may_grant(one.role, one.institution_id)
            for one in await self._grants(account_id)
        ):
            raise BeyondYou
        return account

    async def _grants(self, account_id: UUID) -> list[Grant]:
        return list(await self.session.scalars(select(Grant).where(Grant.account_id == account_id)))

    async def give_role(self, account_id: UUID, role: Role, institution_id: UUID | None) -> None:
        """Give the account one more role; other sessions go on.

        Raises RolesApart, or IllegalMove when the account has the role already.
        """
        self.need_fresh()
        await self._somebody_else(account_id)
        if (role in WITH_PLACE) != (institution_id is not None):
            raise NotFound
        if self.at is not None and institution_id not in (None, self.at):
            raise NotFound
        if not self.actor.may_grant(role, institution_id):
            raise Forbidden
        had = {
            one.role
            for one in await self._grants(account_id)
            if one.institution_id == institution_id
        }
        if role in had:
            raise IllegalMove
        if any(frozenset({role, one}) in APART for one in had):
            raise RolesApart
        self.session.add(Grant(account_id=account_id, role=role, institution_id=institution_id))
        self._record(account_id, "staffing.give-role", given=role)

    async def take_role(self, account_id: UUID, grant_id: UUID) -> None:
        """Take one of several roles away; sessions in it end. Raises LastRole, NotFound."""
        await self._somebody_else(account_id)
        roles = await self._grants(account_id)
        taken = next((one for one in roles if one.id == grant_id), None)
        if taken is None or self.at not in (None, taken.institution_id):
            raise NotFound
        if not self.actor.may_grant(taken.role, taken.institution_id):
            raise Forbidden
        if len(roles) == 1:
            raise LastRole
        await sessions.end_role(self.session, taken)
        await self.session.delete(taken)
        self._record(account_id, "staffing.take-role", taken=taken.role)

    async def invite_again(self, account_id: UUID) -> None:
        """Send a new link for setting a password; older links are void. The factor stays.

        An account that was locked because nobody used it opens with the link.
        """
        self.need_fresh()
        account = await self._subordinate(account_id)
        account.last_in_on = None
        await void_links(self.session, account_id, now=self.now)
        await queue_all(self.session, INVITED.code, [self._link(account)])
        self._record(account_id, "staffing.invite-again")

    async def renew(self, account_id: UUID) -> None:
        """Let the account live until the end of the next school year.

        One that has expired is opened again by it, for which a factor must be fresh.
        """
        account = await self._subordinate(account_id)
        if account.valid_until is not None and account.valid_until < self.today:
            self.need_fresh()
        account.valid_until = next_expiry(self.today)
        self._record(account_id, "staffing.renew")

    async def unlock(self, account_id: UUID) -> None:
        """Let an account that nobody used for long sign in again."""
        self.need_fresh()
        account = await self._subordinate(account_id)
        account.last_in_on = None
        self._record(account_id, "staffing.unlock")

    async def close(self, account_id: UUID) -> None:
        """Close the account: its sessions and logins under way end and its links are void."""
        account = await self._subordinate(account_id)
        account.active = False
        await sessions.end_others(self.session, account_id, keep=None)
        await second_factor.drop_pending(self.session, account_id)
        await void_links(self.session, account_id, now=self.now)
        self._record(account_id, "staffing.close")

    async def reopen(self, account_id: UUID) -> None:
        """Open a closed account again, with its old password and factor."""
        self.need_fresh()
        account = await self._subordinate(account_id)
        account.active = True
        self._record(account_id, "staffing.reopen")

    async def set_way(self, account_id: UUID, way: Way | None) -> None:
        """Say how the account signs in, None for as the municipality does.

        Its sessions and logins under way end, because they may have come by the other door.
        """
        self.need_fresh()
        account = await self._subordinate(account_id)
        account.sign_in = way
        await sessions.end_others(self.session, account_id, keep=None)
        await second_factor.drop_pending(self.session, account_id)
        self._record(account_id, "staffing.sign-in-way", way=way.value if way else "default")

    async def ask_reset(self, account_id: UUID, reason: str) -> None:
        """Ask a second person to take a lost factor away.

        Raises OwnAccount, ShortStaffReason, or IllegalMove when it is asked already.
        """
        self.need_fresh()
        account = await self._somebody_else(account_id)
        await resets.ask(self.session, self.actor, account, reason, now=self.now)
        self._record(account_id, "staffing.reset-asked")

    async def confirm_reset(self, account_id: UUID) -> None:
        """Take factor and password away as the second of two, and send a new link.

        The account's sessions end and older links are void. Raises SecondPersonNeeded to the one
        who asked, IllegalMove when nothing is asked.
        """
        self.need_fresh()
        account = await self._subordinate(account_id)
        await resets.confirm(self.session, self.actor, account, now=self.now)
        if way_of(account.sign_in, self.custom) is Way.SSO:
            await queue_all(self.session, FACTOR_TAKEN_SSO.code, [self._welcome(account)])
        else:
            await queue_all(self.session, FACTOR_TAKEN.code, [self._link(account)])
        self._record(account_id, "staffing.reset-confirmed")

    async def refuse_reset(self, account_id: UUID) -> None:
        """Close the request without taking the factor away; the one who asked may do so too."""
        await self._somebody_else(account_id)
        await resets.close(self.session, account_id, confirmed_by=None, now=self.now)
        self._record(account_id, "staffing.reset-refused")


async def act_as(
    session: AsyncSession, actor: Actor, grant_id: UUID, *, now: datetime
) -> tuple[Role, str]:
    """Go on in another of one's own roles: the role, and the session's new token.

    Raises NotFound for what is no role of the actor's account.
    """
    grant = await session.scalar(
        select(Grant).where(Grant.id == grant_id, Grant.account_id == actor.account_id)
    )
    if grant is None:
        raise NotFound
    grant.used_at = now
    record(session, "identity.act-as", actor_id=actor.account_id, role=grant.role.value)
    return grant.role, await sessions.take_role(session, actor, grant, now=now)
