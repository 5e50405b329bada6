"""What families do with applications."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec
from advanced_alchemy.repository import SQLAlchemyAsyncRepository
from advanced_alchemy.service import SQLAlchemyAsyncRepositoryService
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from ksr_saas.applications import certificates, changing, contacts, queries, rules, uploads
from ksr_saas.applications.documents import RECEIPT
from ksr_saas.applications.errors import (
    BadFile,
    ChangeTooLate,
    ChildAlreadyIn,
    DeadlinePassed,
    Incomplete,
    NotYetOpen,
    OnlyOwnSchool,
    OwnSchoolLast,
    TooManyWishes,
)
from ksr_saas.applications.forms import ChildForm, GuardianForm
from ksr_saas.applications.kept_files import Cleaned
from ksr_saas.applications.looked_up import codes_asked, look_up
from ksr_saas.applications.messages import SUBMITTED
from ksr_saas.applications.models import (
    Application,
    ApplicationVersion,
    Attachment,
    Claim,
    Outcome,
    Wish,
)
from ksr_saas.applications.news import tell
from ksr_saas.applications.own_school import Wrong, own_school
from ksr_saas.applications.states import LIFE, Event, Status
from ksr_saas.audit.service import record
from ksr_saas.campaigns import timetable
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.criteria import stored
from ksr_saas.criteria.procedure import Counted
from ksr_saas.criteria.rulebook import Criterion, Rulebook
from ksr_saas.criteria.way import Asks
from ksr_saas.documents.service import issue
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel import i18n
from ksr_saas.kernel.errors import IllegalMove, NotFound
from ksr_saas.kernel.files import Files
from ksr_saas.offer.models import Unit
from ksr_saas.offer.queries import accepted
from ksr_saas.people.models import Child, Guardian


def rulebook_of(campaign: Campaign) -> Rulebook:
    """The rules of a recruitment, typed."""
    return stored.read(campaign.rulebook)


def unanswered(application: Application, rulebook: Rulebook) -> list[str]:
    """Codes of the criteria the family has not answered yet, in the order of the rulebook."""
    return [one for one in codes_asked(rulebook) if one not in application.criteria_answered]


def missing(
    application: Application, rulebook: Rulebook, *, now: datetime
) -> tuple[rules.Part, ...]:
    """The sections that still lack something."""
    return rules.missing_parts(
        child=application.child.birth_date is not None,
        guardians=bool(application.guardians),
        wishes=length(application.wishes, rulebook),
        most_wishes=rulebook.max_preferences,
        unanswered=unanswered(application, rulebook),
        certificate=not certificates.lacks(application, rulebook, now=now),
    )


def length(wishes: Sequence[Wish], rulebook: Rulebook) -> int:
    """How long a list of preferences is, as the rules count it: by institutions or by units."""
    if rulebook.list_rule.counted is Counted.UNITS:
        return len(wishes)
    return len({wish.unit.institution_id for wish in wishes})


def is_taken(application: Application, *, now: datetime) -> bool:
    """Whether submission is open, for all or for what was begun before an outage."""
    stages, begun = application.campaign.stages, application.created_at
    if application.changes_id is not None and certificates.is_open(application.campaign, now):
        return True
    return timetable.taking(stages, now) is not None or (
        application.status is Status.DRAFT
        and timetable.is_open_to_begun(stages, StageCode.SUBMISSION, begun, now)
    )


def may_edit(application: Application, *, now: datetime) -> bool:
    """Whether the family may change the application at `now`."""
    until = application.return_until
    return rules.family_may_edit(
        application.status,
        submission_open=is_taken(application, now=now),
        return_until_passed=until is not None and now >= until,
    )


def ensure_open(campaign: Campaign, *, now: datetime) -> None:
    """Raise NotYetOpen or DeadlinePassed unless applications are taken at `now`."""
    stage = timetable.stage(campaign.stages, StageCode.SUBMISSION)
    if stage is None or now >= stage.ends_at:
        raise DeadlinePassed(ended=i18n.moment(stage.ends_at) if stage else "—")
    if timetable.taking(campaign.stages, now) is None:
        first = timetable.first_taken(campaign.stages) or stage.starts_at
        raise NotYetOpen(starts=i18n.moment(first if now < first else stage.starts_at))


class Applications(SQLAlchemyAsyncRepositoryService[Application]):
    """Drafts, their parts, and handing in."""

    class Repo(SQLAlchemyAsyncRepository[Application]):
        model_type = Application

    repository_type = Repo

    async def begin(self, campaign: Campaign, actor: Actor, *, now: datetime) -> Application:
        """An empty draft; a draft without a child in the same recruitment is used again."""
        ensure_open(campaign, now=now)
        session = self.repository.session
        empty: Application | None = await session.scalar(
            select(Application)
            .join(Application.child)
            .where(
                Application.account_id == actor.account_id,
                Application.campaign_id == campaign.id,
                Application.status == Status.DRAFT,
                Child.birth_date.is_(None),
            )
            .limit(1)
        )
        if empty is not None:
            return empty
        child = Child(account_id=actor.account_id)
        session.add(child)
        await session.flush()
        application = Application(
            campaign_id=campaign.id, account_id=actor.account_id, child_id=child.id, saved_at=now
        )
        session.add(application)
        await session.flush()
        return application

    async def editable(
        self, application_id: UUID, actor: Actor, *, now: datetime, lock: bool = False
    ) -> Application:
        """The family's own application, if it may still be changed.

        Raises NotFound, IllegalMove, NotYetOpen, DeadlinePassed or ChangeTooLate.
        """
        session = self.repository.session
        application = await queries.own(session, actor, application_id, lock=lock)
        if not may_edit(application, now=now):
            if application.changes_id is not None:
                raise ChangeTooLate
            if application.status is Status.DRAFT:
                ensure_open(application.campaign, now=now)
            if application.status is Status.RETURNED and application.return_until:
                raise DeadlinePassed(ended=i18n.moment(application.return_until))
            raise IllegalMove(f"the application is {application.status}")
        return application

    async def to_edit(self, application_id: UUID, actor: Actor, *, now: datetime) -> Application:
        """The same, kept from other transactions until this one ends."""
        return await self.editable(application_id, actor, now=now, lock=True)

    def saved(self, application: Application, *, now: datetime) -> None:
        """Note that something was kept; the family is told when."""
        application.saved_at = now

    def save_child(self, application: Application, form: ChildForm) -> None:
        """Keep a form that has no problems."""
        child = application.child
        child.given_name, child.second_name = form.given_name, form.second_name
        child.family_name = form.family_name
        child.pesel = None if form.without_pesel else form.pesel
        child.document = form.document if form.without_pesel else ""
        child.birth_date = form.birth_date()
        child.street, child.town = form.address.street, form.address.town
        child.postal_code = form.address.postal_code

    def save_guardian(
        self, application: Application, position: int, form: GuardianForm
    ) -> Guardian:
        """Keep one form that has no problems; whether the actor may is for the caller to know."""
        guardian = contacts.at(application.guardians, position)
        if guardian is None:
            guardian = Guardian(position=position)
            application.guardians.append(guardian)
        guardian.given_name, guardian.family_name = form.given_name, form.family_name
        guardian.email, guardian.phone = form.email, form.phone
        guardian.street, guardian.town = form.address.street, form.address.town
        guardian.postal_code = form.address.postal_code
        return guardian

    async def save_guardians(
        self, application: Application, actor: Actor, own: GuardianForm, other: GuardianForm | None
    ) -> None:
        """Keep what a parent entered about themselves and, if nobody else has, about the other.

        Without `other` whom this parent had entered is taken off; a person with a login stays.
        Raises NotFound when the application is two other people's.
        """
        seat = contacts.seat(application.guardians, actor)
        if seat is None:
            raise NotFound
        self.save_guardian(application, seat, own).account_id = actor.account_id
        if seat == 1 and contacts.may_enter(application.guardians, 2, actor):
            if other is not None:
                self.save_guardian(application, 2, other).typed_by = actor.account_id
            elif gone := contacts.at(application.guardians, 2):
                application.guardians.remove(gone)
        await contacts.recognise(self.repository.session, [application.id])

    def save_certificate(self, application: Application, found: certificates.Kept) -> None:
        """Keep a certificate; another one than before has to be compared anew."""
        kept = msgspec.to_builtins(found)
        if kept != application.certificate:
            application.certificate = kept
            application.certificate_outcome = Outcome.PENDING

    async def add_wish(self, application: Application, unit_id: UUID) -> None:
        """Add a unit of the same recruitment at the end of the list; twice is once.

        Raises NotFound for a unit of another recruitment, and TooManyWishes.
        """
        if any(wish.unit_id == unit_id for wish in application.wishes):
            return
        rulebook = rulebook_of(application.campaign)
        session = self.repository.session
        unit = await session.scalar(
            select(Unit).where(
                Unit.id == unit_id, Unit.campaign_id == application.campaign_id, accepted()
            )
        )
        if unit is None:
            raise NotFound
        wish = Wish(unit_id=unit_id, unit=unit, rank=len(application.wishes) + 1)
        if length([*application.wishes, wish], rulebook) > rulebook.max_preferences:
            raise TooManyWishes(most=rulebook.max_preferences)
        application.wishes.append(wish)

    def remove_wish(self, application: Application, unit_id: UUID) -> None:
        """Take a unit off the list, with the claims that concern only its institution."""
        for wish in application.wishes:
            if wish.unit_id == unit_id:
                gone = wish.unit.institution_id
                application.wishes.remove(wish)
                for claim in [c for c in application.claims if c.institution_id == gone]:
                    application.claims.remove(claim)
                break
        self._renumber(application.wishes)

    def move_wish(self, application: Application, unit_id: UUID, by: int) -> None:
        """Move a unit `by` places (negative: more wanted); moves past an end do nothing."""
        order = list(application.wishes)
        here = next((n for n, wish in enumerate(order) if wish.unit_id == unit_id), None)
        if here is None or not 0 <= here + by < len(order):
            return
        order.insert(here + by, order.pop(here))
        self._renumber(order)

    @staticmethod
    def _renumber(order: Sequence[Wish]) -> None:
        for rank, wish in enumerate(order, start=1):
            wish.rank = rank

    def answer(
        self,
        application: Application,
        criterion: Criterion,
        *,
        yes: bool,
        at: Sequence[UUID] = (),
        amount: Decimal | None = None,
    ) -> None:
        """Keep the answer to one criterion; an accepted claim whose answer is the same stays so.

        `at` names the institutions where it holds, out of those on the list.
        """
        wished = {wish.unit.institution_id for wish in application.wishes}
        places: set[UUID | None] = {None}
        if criterion.kind.asks is Asks.PLACES:
            places = {one for one in at if one in wished}
        wanted = places if yes else set()
        kept = amount if criterion.kind.asks is Asks.AMOUNT else None
        for claim in [c for c in application.claims if c.criterion == criterion.code]:
            if claim.institution_id in wanted and claim.amount == kept:
                wanted.discard(claim.institution_id)
            else:
                application.claims.remove(claim)
        for place in sorted(wanted, key=str):
            application.claims.append(
                Claim(criterion=criterion.code, institution_id=place, amount=kept)
            )
        if criterion.code not in application.criteria_answered:
            application.criteria_answered = [*application.criteria_answered, criterion.code]

    def attach(
        self, application: Application, criterion: str, file: Cleaned, label: str, files: Files
    ) -> None:
        """Store a proof file before its row. Raises BadFile or NoRoom."""
        if len(application.attachments) >= uploads.MOST_FILES:
            raise BadFile("too-many")
        application.attachments.append(
            Attachment(
                criterion=criterion,
                label=uploads.named(label, file.media_type),
                media_type=file.media_type,
                size=len(file.content),
                store_name=files.put(file.content),
            )
        )

    async def submit(
        self,
        application_id: UUID,
        actor: Actor,
        *,
        now: datetime,
        address: str,
        home: str,
        alone_because: str = "",
    ) -> Application:
        """Hand the application in; a second call finds it submitted and changes nothing.

        A draft of a change takes the place of the application that it changes, which is returned.
        `address` is the case page for the e-mail, `home` the municipality's own town,
        `alone_because` why the other parent does not sign too, where both should. Raises
        Incomplete, ChildAlreadyIn, and what `to_edit` raises.
        """
        session = self.repository.session
        application = await queries.own(session, actor, application_id, lock=True)
        if application.status is Status.SUBMITTED:
            return application
        application = await self.to_edit(application_id, actor, now=now)
        if missing(application, rulebook_of(application.campaign), now=now):
            raise Incomplete
        if application.changes_id is not None:
            draft = application
            if await queries.published(session, application.changes_id) is not None:
                raise ChangeTooLate
            application = await queries.own(session, actor, application.changes_id, lock=True)
            await changing.take_over(session, draft, application)
        version = await self.hand_in(
            application, now=now, home=home, by=actor.account_id, alone_because=alone_because
        )
        await tell(
            session,
            SUBMITTED,
            Application.id == application.id,
            code=application.campaign.code,
            occasion=str(version),
            address=lambda _: address,
        )
        record(
            session,
            "applications.submit",
            actor_id=actor.account_id,
            role=actor.role.value,
            kind="application",
            object_id=application.id,
            subject_id=application.child_id,
            version=version,
        )
        return application

    async def hand_in(
        self,
        application: Application,
        *,
        now: datetime,
        home: str,
        by: UUID,
        alone_because: str = "",
        second_signed_by: UUID | None = None,
    ) -> int:
        """Make a complete application a submitted one; returns the version that was signed.

        It takes the child, a number and its addressee, looks up what the address tells, and asks
        for the receipt. `home` is the municipality's own town, `by` who signs; the second
        signature and `alone_because` are those of ApplicationVersion. Raises ChildAlreadyIn, and
        what `ensure_order` raises.
        """
        session = self.repository.session
        await self.ensure_order(application, now=now, home=home)
        await self._take_the_child(application)
        await look_up(session, application, home=home)
        first = LIFE.can(application.status, Event.SUBMIT)
        application.status = LIFE.after(application.status, Event.SUBMIT if first else Event.CHANGE)
        if application.number is None:
            application.number = await session.scalar(
                update(Campaign)
                .where(Campaign.id == application.campaign_id)
                .values(last_number=Campaign.last_number + 1)
                .returning(Campaign.last_number)
            )
        version: int = 1 + (application.snapshot or {}).get("version", 0)
        application.submitted_at, application.return_until = now, None
        application.first_institution_id = application.wishes[0].unit.institution_id
        for claim in application.claims:
            if claim.outcome is Outcome.REJECTED:
                claim.outcome, claim.reason = Outcome.PENDING, ""
        signed = snapshot(application, version)
        application.snapshot = signed | ({"alone_because": alone_because} if alone_because else {})
        application.digest = hashlib.sha256(
            msgspec.json.encode(application.snapshot, order="deterministic")
        ).hexdigest()
        session.add(
            ApplicationVersion(
                application_id=application.id,
                number=version,
                submitted_at=now,
                signed_by=by,
                snapshot=application.snapshot,
                digest=application.digest,
                alone_because=alone_because,
                second_signed_by=second_signed_by,
                second_signed_at=now if second_signed_by else None,
            )
        )
        await issue(session, RECEIPT, application.id, version)
        return version

    async def wrong_order(
        self, application: Application, *, now: datetime, home: str
    ) -> Wrong | None:
        """What keeps the list from being handed in at `now`: where the own school stands in it."""
        own = await own_school(self.repository.session, application, now=now, home=home)
        wanted = sorted(application.wishes, key=lambda one: one.rank)
        return own.wrong([one.unit.institution_id for one in wanted]) if own else None

    async def ensure_order(self, application: Application, *, now: datetime, home: str) -> None:
        """Raise OnlyOwnSchool or OwnSchoolLast unless the list is as the rules want it."""
        match await self.wrong_order(application, now=now, home=home):
            case Wrong.ONLY_OWN:
                raise OnlyOwnSchool
            case Wrong.NOT_LAST:
                raise OwnSchoolLast

    async def _take_the_child(self, application: Application) -> None:
        """Claim the child for this application; the unique index decides between two at once."""
        session = self.repository.session
        application.child_key = rules.child_key(application.child.pesel, application.child.document)
        try:
            await session.flush()
        except IntegrityError as problem:
            if "uq_application_child_in_force" in str(problem.orig):
                raise ChildAlreadyIn from problem
            raise

    async def withdraw(self, application_id: UUID, actor: Actor) -> Application:
        """Take the application back before the result is published; a begun change goes too."""
        session = self.repository.session
        published = await queries.published(session, application_id)
        application = await queries.own(session, actor, application_id, lock=True)
        if published is not None:
            raise IllegalMove("published")
        application.status = LIFE.after(application.status, Event.WITHDRAW)
        if draft := await changing.change_of(session, application_id):
            await changing.drop(session, draft, actor)
        record(
            session,
            "applications.withdraw",
            actor_id=actor.account_id,
            role=actor.role.value,
            kind="application",
            object_id=application.id,
            subject_id=application.child_id,
        )
        return application


def snapshot(application: Application, version: int) -> dict[str, object]:
    """What the family signed, as plain data in a fixed order.

    With a salt, because both parents read its hash and know everything in it but each other's
    contact, which would be found by trying.
    """
    child = application.child
    arrived = application.arrived_on
    more: dict[str, object] = {"arrived_on": arrived.isoformat()} if arrived else {}
    if application.certificate is not None:
        more["certificate"] = application.certificate
    return more | {
        "version": version,
        "salt": secrets.token_hex(16),
        "child": {
            "given_name": child.given_name,
            "second_name": child.second_name,
            "family_name": child.family_name,
            "pesel": child.pesel,
            "document": child.document,
            "birth_date": child.birth_date.isoformat() if child.birth_date else None,
            "address": [child.street, child.postal_code, child.town],
        },
        "guardians": [
            [g.given_name, g.family_name, g.email, g.phone, g.street, g.postal_code, g.town]
            for g in application.guardians
        ],
        "wishes": [str(wish.unit_id) for wish in application.wishes],
        "claims": sorted(
            [c.criterion, str(c.institution_id or ""), str(c.amount or "")]
            for c in application.claims
        ),
        "files": sorted(file.store_name for file in application.attachments),
        "statements": ["truth", "penal-liability", "privacy-notice"],
    }
