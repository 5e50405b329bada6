"""Applications that came on paper, and the codes with which a parent takes them over."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from ksr_saas.applications import contacts
from ksr_saas.applications.errors import OnlyOwnSchool, OwnSchoolLast
from ksr_saas.applications.models import Application, Wish
from ksr_saas.applications.queries import known_already
from ksr_saas.applications.rules import number_text
from ksr_saas.applications.service import Applications, rulebook_of
from ksr_saas.applications.states import Status
from ksr_saas.audit.service import record
from ksr_saas.campaigns.levels import ON_PAPER
from ksr_saas.campaigns.models import Campaign
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.criteria.worked_out import asked_for
from ksr_saas.identity.authorisation import Actor
from ksr_saas.identity.models import Account, AccountKind
from ksr_saas.identity.service import UNREACHABLE
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems
from ksr_saas.notifications.service import queue_all
from ksr_saas.offer.models import Unit
from ksr_saas.papers.errors import NoPaperYet, NotOnPaper, PaperClosed, WrongTakeOverCode
from ksr_saas.papers.forms import PaperForm
from ksr_saas.papers.messages import PAPER_TAKEN
from ksr_saas.papers.models import TakeOverCode
from ksr_saas.papers.rules import ALPHABET, LASTS, LENGTH, may_be_typed, tidy
from ksr_saas.people.models import Child


def ensure_typing(campaign: Campaign, *, now: datetime) -> None:
    """Raise NoPaperYet or PaperClosed unless applications on paper may be typed in at `now`."""
    if campaign.level not in ON_PAPER:
        raise NoPaperYet
    if campaign.published_at is not None or not may_be_typed(campaign.stages, now):
        raise PaperClosed


class Papers:
    """What an operator does with paper, at one moment; only for the own institution."""

    def __init__(self, session: AsyncSession, actor: Actor, *, now: datetime) -> None:
        self.session = session
        self.actor = actor
        self.now = now

    async def hand_in(
        self,
        campaign: Campaign,
        form: PaperForm,
        offered: Mapping[str, Unit],
        first: Unit,
        *,
        address: str,
        home: str,
    ) -> tuple[Application | None, Problems]:
        """Hand in what was typed from a form without problems, first at the unit `first`.

        `offered` finds a unit by its id, `address` is where a code is typed, `home` the
        municipality's own town. Without an application there are problems: the child has one in
        force. Raises PaperClosed.
        """
        ensure_typing(campaign, now=self.now)
        problems = Problems()
        people = form.people()
        # Nobody can sign in to this account; whoever types the code takes its place.
        nobody = Account(
            id=uuid4(),
            kind=AccountKind.PARENT,
            given_name=people[0].given_name,
            family_name=people[0].family_name,
            active=False,
        )
        application = self._draft(campaign, nobody.id, form)
        service = Applications(session=self.session)
        service.save_child(application, form.child)
        known = await known_already(self.session, application)
        if known is not None and known.certain:
            # Somebody was told something about a child that need not be theirs to ask about.
            self._record(known.application_id, "applications.known", known.child_id)
            problems.add("pesel", N_("Dla tego dziecka jest już wniosek w tej rekrutacji."))
            return None, problems
        for position, person in enumerate(people, start=1):
            service.save_guardian(application, position, person)
        for rank, unit in enumerate((first, *(offered[one] for one in form.wishes())), start=1):
            application.wishes.append(Wish(unit_id=unit.id, unit=unit, rank=rank))
        try:
            await service.ensure_order(application, now=self.now, home=home)
        except (OnlyOwnSchool, OwnSchoolLast) as refusal:
            problems.add(f"wybor_{len(application.wishes)}", refusal.title)
            return None, problems
        self._claim(service, application, form, rulebook_of(campaign))
        self.session.add(nobody)
        await self.session.flush()  # the child names the account
        self.session.add(application)
        # A paper is taken only when it is signed by whoever has to sign it.
        by = self.actor.account_id
        await service.hand_in(application, now=self.now, home=home, by=by, second_signed_by=by)
        await self._tell(application, address)
        self._record(application.id, "papers.submit", application.child_id)
        return application, problems

    def _draft(self, campaign: Campaign, account_id: UUID, form: PaperForm) -> Application:
        return Application(
            id=uuid4(),
            campaign_id=campaign.id,
            campaign=campaign,
            account_id=account_id,
            child=Child(id=uuid4(), account_id=account_id),
            status=Status.DRAFT,
            saved_at=self.now,
            arrived_on=form.day(),
            criteria_answered=[],
            guardians=[],
            wishes=[],
            claims=[],
            attachments=[],
        )

    def _claim(
        self, service: Applications, application: Application, form: PaperForm, rulebook: Rulebook
    ) -> None:
        at = {wish.rank: wish.unit.institution_id for wish in application.wishes}
        for criterion in asked_for(rulebook):
            claim = form.claims[criterion.code]
            service.answer(
                application,
                criterion,
                yes=claim.yes,
                at=[at[rank] for rank in claim.ranks],
                amount=claim.amount,
            )

    async def _tell(self, application: Application, address: str) -> None:
        number = number_text(application.campaign.code, application.number)
        recipient = (
            str(application.id),
            application.account_id,
            application.guardians[0].email,
            "pl",
            {"number": number, "address": address},
        )
        await queue_all(self.session, PAPER_TAKEN.code, [recipient])

    async def new_code(self, application: Application, key: str) -> str:
        """A new code, kept nowhere but in the answer; an older one is void.

        The application must be locked. Raises NotOnPaper once the case has its parent.
        """
        if not await waits_for_parent(self.session, application):
            raise NotOnPaper
        await self._void(application.id)
        code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
        self.session.add(
            TakeOverCode(
                code_hash=code_hash(key, code),
                application_id=application.id,
                made_by=self.actor.account_id,
                made_at=self.now,
                expires_at=self.now + LASTS,
            )
        )
        self._record(application.id, "papers.code", application.child_id)
        return code

    async def void_code(self, application: Application) -> None:
        """The code that was given out opens nothing any more."""
        await self._void(application.id)
        self._record(application.id, "papers.void", application.child_id)

    async def _void(self, application_id: UUID) -> None:
        await self.session.execute(
            update(TakeOverCode)
            .where(
                TakeOverCode.application_id == application_id,
                TakeOverCode.used_at.is_(None),
                TakeOverCode.voided_at.is_(None),
            )
            .values(voided_at=self.now)
        )

    async def take_over(self, typed: str, key: str) -> UUID:
        """Make the actor, a parent, the one whose case it is; returns the application's id.

        Raises WrongTakeOverCode.
        """
        fits = (
            TakeOverCode.code_hash == code_hash(key, tidy(typed)),
            TakeOverCode.used_at.is_(None),
            TakeOverCode.voided_at.is_(None),
            TakeOverCode.expires_at > self.now,
        )
        # The case before its code, as whoever prints a new one locks them.
        application = await self.session.scalar(
            select(Application)
            .join(TakeOverCode, TakeOverCode.application_id == Application.id)
            .where(*fits)
            .options(joinedload(Application.child))
            .with_for_update(of=Application)
            .execution_options(populate_existing=True)
        )
        code = await self.session.scalar(select(TakeOverCode).where(*fits).with_for_update())
        if application is None or code is None:
            raise WrongTakeOverCode
        code.used_at, nobody = self.now, application.account_id
        application.account_id = application.child.account_id = self.actor.account_id
        await self.session.flush()  # before the account goes, and with it what still names it
        await self.session.execute(delete(Account).where(Account.id == nobody, UNREACHABLE))
        await contacts.recognise(self.session, [application.id])
        self._record(application.id, "papers.take-over", application.child_id)
        return application.id

    def wrong_code(self) -> None:
        """Note that somebody guessed."""
        record(
            self.session,
            "papers.wrong-code",
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
        )

    def _record(self, application_id: UUID, act: str, child_id: UUID) -> None:
        record(
            self.session,
            act,
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            acting_for=self.actor.institution_id,
            kind="application",
            object_id=application_id,
            subject_id=child_id,
        )


async def waits_for_parent(session: AsyncSession, application: Application) -> bool:
    """Whether the case came on paper and nobody has taken it over."""
    if application.arrived_on is None:
        return False
    return (
        await session.scalar(
            select(Account.id).where(Account.id == application.account_id, UNREACHABLE)
        )
        is not None
    )


async def open_code(
    session: AsyncSession, application_id: UUID, *, now: datetime
) -> TakeOverCode | None:
    """The code that still opens the case, if there is one."""
    found: TakeOverCode | None = await session.scalar(
        select(TakeOverCode).where(
            TakeOverCode.application_id == application_id,
            TakeOverCode.used_at.is_(None),
            TakeOverCode.voided_at.is_(None),
            TakeOverCode.expires_at > now,
        )
    )
    return found


def code_hash(key: str, code: str) -> str:
    """Keyed hash of a tidy code: without the key a copy of the table opens nothing."""
    return hmac.new(key.encode(), code.encode(), hashlib.sha256).hexdigest()
