"""Deeds of a desk on the accounts it opens for parents who have no eID."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.service import record
from ksr_saas.identity import second_factor, sessions
from ksr_saas.identity.authorisation import Actor
from ksr_saas.identity.errors import FreshFactorNeeded
from ksr_saas.identity.models import Account, AccountKind
from ksr_saas.identity.staff import invitation, void_links, wait_for_logins
from ksr_saas.kernel.errors import N_, NotFound
from ksr_saas.kernel.forms import Problems
from ksr_saas.notifications.service import Recipient, queue_all
from ksr_saas.parents import queries
from ksr_saas.parents.errors import ClosingUnexplained, DocumentNotSeen
from ksr_saas.parents.forms import ParentForm
from ksr_saas.parents.messages import CLOSED, FACTOR_TAKEN, INVITED
from ksr_saas.parents.models import Vouching
from ksr_saas.parents.rules import SHORTEST_REASON, document_problem
from ksr_saas.staffing import resets
from ksr_saas.staffing.queries import taken


class ParentAccounts:
    """What the actor may do at one moment, with accounts of the own institution alone.

    `address` makes an absolute address of a path.
    """

    def __init__(
        self, session: AsyncSession, actor: Actor, *, now: datetime, address: Callable[[str], str]
    ) -> None:
        self.session = session
        self.actor = actor
        self.at = actor.institution_id
        self.now = now
        self.address = address

    def need_fresh(self) -> None:
        """Raise FreshFactorNeeded unless the actor showed a factor lately."""
        if not self.actor.is_fresh(self.now):
            raise FreshFactorNeeded

    async def open(self, form: ParentForm) -> tuple[UUID | None, Problems]:
        """Open an account from a form without problems, and send its link.

        Without an id there is a problem: the address is a login already, nobody says whose.
        """
        self.need_fresh()
        problems = Problems()
        if self.at is None:
            raise NotFound
        await wait_for_logins(self.session)
        if await taken(self.session, [form.email]):
            problems.add("email", N_("Z tym adresem nie można założyć konta. Poproś o inny."))
            return None, problems
        account = Account(
            id=uuid4(),
            kind=AccountKind.PARENT,
            login=form.email,
            given_name=form.given_name,
            family_name=form.family_name,
            birth_date=form.birth_date,
            email=form.email,
            language=form.language,
        )
        self.session.add(account)
        await self.session.flush()  # the link and the ground name it
        self.session.add(
            Vouching(
                account_id=account.id,
                institution_id=self.at,
                shown=form.document,
                seen_by=self.actor.account_id,
                seen_at=self.now,
            )
        )
        await queue_all(self.session, INVITED.code, [self._link(account)])
        self._record(account.id, "parents.open")
        return account.id, problems

    def _link(self, account: Account) -> Recipient:
        link, token = invitation(account.id, invited_by=self.actor.account_id, now=self.now)
        self.session.add(link)
        values = {"address": self.address(f"/zaproszenie?bilet={token}")}
        return (str(link.id), account.id, account.email, account.language, values)

    async def _one(self, account_id: UUID) -> Account:
        """An open account of the own institution, locked. Raises NotFound."""
        account: Account | None = await self.session.scalar(
            queries.opened_at(self.at)
            .where(Account.id == account_id, Account.active)
            .with_for_update(of=Account)
            .execution_options(populate_existing=True)
        )
        if account is None:
            raise NotFound
        return account

    async def send_link(self, account_id: UUID) -> None:
        """Send a new link for setting a password; older ones are void. The factor stays."""
        self.need_fresh()
        account = await self._one(account_id)
        await void_links(self.session, account_id, now=self.now)
        await queue_all(self.session, INVITED.code, [self._link(account)])
        self._record(account_id, "parents.link")

    async def void_link(self, account_id: UUID) -> None:
        """The link that was sent sets no password any more."""
        await self._one(account_id)
        await void_links(self.session, account_id, now=self.now)
        self._record(account_id, "parents.void-link")

    async def close(self, account_id: UUID, reason: str) -> None:
        """Close the account for good, and tell the parent by e-mail; their cases stay.

        Sessions and logins under way end, links are void, and a lost phone is waited for no more.
        Raises ClosingUnexplained.
        """
        self.need_fresh()
        account = await self._one(account_id)
        if len(reason) < SHORTEST_REASON:
            raise ClosingUnexplained
        ground = (
            await self.session.scalars(select(Vouching).where(Vouching.account_id == account_id))
        ).one()
        ground.closed_by, ground.closed_at = self.actor.account_id, self.now
        ground.closed_reason = reason
        account.active = False
        await sessions.end_others(self.session, account_id, keep=None)
        await second_factor.drop_pending(self.session, account_id)
        await void_links(self.session, account_id, now=self.now)
        await resets.close(self.session, account_id, confirmed_by=None, now=self.now)
        values = {"address": self.address("/logowanie")}
        told = (str(account_id), account_id, account.email, account.language, values)
        await queue_all(self.session, CLOSED.code, [told])
        self._record(account_id, "parents.close")

    async def ask_reset(self, account_id: UUID, seen: str) -> None:
        """Ask a second person to take a lost factor away, once the document was `seen` again.

        Raises OwnAccount, DocumentNotSeen, or IllegalMove when it is asked already.
        """
        self.need_fresh()
        account = await self._one(account_id)
        if document_problem(seen) or len(seen) < resets.SHORTEST_REASON:
            raise DocumentNotSeen
        await resets.ask(self.session, self.actor, account, seen, now=self.now)
        self._record(account_id, "parents.reset-asked")

    async def confirm_reset(self, account_id: UUID) -> None:
        """Take factor and password away as the second of two, and send a new link.

        The account's sessions end and older links are void. Raises SecondPersonNeeded to the one
        who asked, IllegalMove when nothing is asked.
        """
        self.need_fresh()
        account = await self._one(account_id)
        await resets.confirm(self.session, self.actor, account, now=self.now)
        await queue_all(self.session, FACTOR_TAKEN.code, [self._link(account)])
        self._record(account_id, "parents.reset-confirmed")

    async def refuse_reset(self, account_id: UUID) -> None:
        """Close the request without taking the factor away; the one who asked may do so too."""
        await self._one(account_id)
        await resets.close(self.session, account_id, confirmed_by=None, now=self.now)
        self._record(account_id, "parents.reset-refused")

    def _record(self, account_id: UUID, act: str) -> None:
        record(
            self.session,
            act,
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            kind="account",
            object_id=account_id,
        )
