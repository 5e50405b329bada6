"""The commission's work on one application of its own institution."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import contains_eager

from ksr_saas.applications import certificates, signing
from ksr_saas.applications.messages import RETURNED, VERIFIED
from ksr_saas.applications.models import Application, Claim, Outcome
from ksr_saas.applications.news import News, tell
from ksr_saas.applications.queries import at_institution
from ksr_saas.applications.service import rulebook_of
from ksr_saas.applications.signing import Signed
from ksr_saas.applications.states import LIFE, Event, Status
from ksr_saas.audit.service import WRITTEN, digest_of, record, record_reading
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.errors import IllegalMove, NotFound
from ksr_saas.openings.models import Opening
from ksr_saas.openings.rules import Scope
from ksr_saas.openings.service import lasting, open_
from ksr_saas.people.models import Child
from ksr_saas.verification.errors import (
    CertificateOpen,
    ClaimsOpen,
    ReasonMissing,
    SignatureMissing,
    StillWithFamily,
    VerificationClosed,
)

SHORTEST_REASON = 10
TO_CORRECT = timedelta(days=3)


def _reason(given: str) -> str:
    if len(given) < SHORTEST_REASON:
        raise ReasonMissing
    return given


class Desk:
    """What staff of one institution may do; nothing of another institution can be reached."""

    def __init__(self, session: AsyncSession, actor: Actor) -> None:
        if actor.institution_id is None:
            raise NotFound
        self.session = session
        self.actor = actor
        self.institution_id = actor.institution_id

    async def application(self, application_id: UUID, *, lock: bool = False) -> Application:
        """A submitted application of which this institution is the first choice (art. 149).

        Raises NotFound for any other.
        """
        return await at_institution(self.session, self.institution_id, application_id, lock=lock)

    async def _before_publication(self, application_id: UUID) -> Application:
        application = await self.application(application_id, lock=True)
        if application.campaign.published_at is not None:
            raise VerificationClosed
        return application

    async def _to_decide(self, application_id: UUID) -> Application:
        application = await self._before_publication(application_id)
        if application.status is not Status.SUBMITTED:
            raise IllegalMove(f"the application is {application.status}")
        return application

    async def decide_claim(
        self, application_id: UUID, claim_id: UUID, outcome: Outcome, reason: str, *, now: datetime
    ) -> Application:
        """Accept a claim, reject it with a reason, or open it again.

        A claim that is not proven earns nothing; it is never a ground to reject the application.
        """
        application = await self._to_decide(application_id)
        claim = next((one for one in application.claims if one.id == claim_id), None)
        if claim is None:
            raise NotFound
        why = _reason(reason) if outcome is Outcome.REJECTED else ""
        claim.outcome, claim.reason = outcome, why
        claim.decided_at, claim.decided_by = now, self.actor.account_id
        self._record(
            application,
            "verification.claim",
            WRITTEN if why else "",
            outcome=outcome.value,
            claim=str(claim.id),
        )
        return application

    async def decide_certificate(
        self, application_id: UUID, outcome: Outcome, *, now: datetime
    ) -> Application:
        """Note that the certificate agrees with its document, or take that back.

        One that does not agree is returned for correction. Raises NotFound without a certificate.
        """
        application = await self._to_decide(application_id)
        if application.certificate is None or outcome is Outcome.REJECTED:
            raise NotFound
        application.certificate_outcome = outcome
        self._record(application, "verification.certificate", outcome=outcome.value)
        return application

    async def second_signature(self, application_id: UUID, *, now: datetime) -> Application:
        """Note that the other parent signed before us; a second call changes nothing."""
        application = await self._to_decide(application_id)
        version = await signing.newest(self.session, application)
        if version is not None and signing.standing(application, version) is Signed.WAITS:
            version.second_signed_by, version.second_signed_at = self.actor.account_id, now
            self._record(application, "verification.second-signature", version=str(version.number))
        return application

    async def verify(self, application_id: UUID, *, now: datetime, address: str) -> Application:
        """Close the verification.

        Raises ClaimsOpen while a claim is undecided, CertificateOpen while the certificate is, and
        SignatureMissing where the rules want two.
        """
        application = await self._to_decide(application_id)
        if signing.wants_both(application):
            version = await signing.newest(self.session, application)
            if signing.standing(application, version) is Signed.WAITS:
                raise SignatureMissing
        compared = application.certificate_outcome is Outcome.ACCEPTED
        if certificates.matters(rulebook_of(application.campaign)) and not compared:
            raise CertificateOpen
        if any(claim.outcome is Outcome.PENDING for claim in application.claims):
            raise ClaimsOpen
        self._move(application, Event.VERIFY, now)
        await self._tell(application, VERIFIED, now, address)
        return application

    async def send_back(
        self, application_id: UUID, reason: str, *, now: datetime, address: str
    ) -> Application:
        """Return for correction, with a reason and three days."""
        application = await self._to_decide(application_id)
        application.returned_for = _reason(reason)
        application.return_until = now + TO_CORRECT
        self._move(application, Event.RETURN, now)
        await self._tell(application, RETURNED, now, address)
        return application

    async def take_back(self, application_id: UUID, *, now: datetime) -> Application:
        """Take an application the family left uncorrected, to decide it as it stands.

        Raises StillWithFamily before the family's days are over.
        """
        application = await self._before_publication(application_id)
        if application.return_until is not None and now < application.return_until:
            raise StillWithFamily
        self._move(application, Event.TAKE_BACK, now)
        return application

    async def reject(self, application_id: UUID, reason: str, *, now: datetime) -> Application:
        """Reject on a formal ground; the child does not take part in the allocation."""
        application = await self._to_decide(application_id)
        application.decision_reason = _reason(reason)
        self._move(application, Event.REJECT, now)
        return application

    def _move(self, application: Application, event: Event, now: datetime) -> None:
        application.status = LIFE.after(application.status, event)
        application.decided_at, application.decided_by = now, self.actor.account_id
        reason = WRITTEN if event in (Event.RETURN, Event.REJECT) else ""
        self._record(application, f"verification.{event.value}", reason)

    async def opening(self, application_id: UUID, *, now: datetime) -> Opening | None:
        """What lets this person see the sensitive papers of a case; None until they say why."""
        return await lasting(self.session, self.actor, application_id, Scope.PAPERS, now=now)

    async def open_papers(
        self, application_id: UUID, reason: str, own_words: str, *, now: datetime
    ) -> tuple[Application, Opening]:
        """Let this person see the sensitive papers of a case. Raises NotFound, ReasonUnclear."""
        application = await self.application(application_id)
        made = open_(
            self.session, self.actor, application, Scope.PAPERS, reason, own_words, now=now
        )
        return application, made

    async def note_reading(
        self, application: Application, act: str, reason: str = "", **detail: str
    ) -> None:
        """Put on record that this person was shown the case, or a file of it."""
        await record_reading(
            self.session,
            act,
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            acting_for=self.institution_id,
            kind="application",
            object_id=application.id,
            subject_id=application.child_id,
            reason=reason,
            **detail,
        )

    async def note_list(self, shown: Sequence[UUID], *, searched: bool) -> None:
        """Put on record that this person was shown a list of children; not what was looked for."""
        await record_reading(
            self.session,
            "verification.search" if searched else "verification.list",
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            acting_for=self.institution_id,
            kind="institution",
            object_id=self.institution_id,
            count=len(shown),
            applications=digest_of(shown),
        )

    def _record(self, application: Application, act: str, reason: str = "", **detail: str) -> None:
        record(
            self.session,
            act,
            actor_id=self.actor.account_id,
            role=self.actor.role.value,
            kind="application",
            object_id=application.id,
            subject_id=application.child_id,
            acting_for=self.institution_id,
            reason=reason,
            **detail,
        )

    async def _tell(
        self, application: Application, news: News, now: datetime, address: str
    ) -> None:
        await tell(
            self.session,
            news,
            Application.id == application.id,
            code=application.campaign.code,
            occasion=f"{now.timestamp():.0f}",
            address=lambda _: address,
        )

    async def counts(self) -> dict[Status, int]:
        """How many applications of this institution are in each status."""
        rows = await self.session.execute(
            select(Application.status, func.count())
            .where(
                Application.first_institution_id == self.institution_id,
                Application.submitted_at.is_not(None),
            )
            .group_by(Application.status)
        )
        return dict(rows.tuples().all())

    async def queue(
        self, status: Status | None, words: str, *, most: int, start: int
    ) -> list[tuple[Application, int, int]]:
        """Applications with their numbers of claims and undecided claims.

        Waiting ones first, then by number; `words` is looked for in names and numbers.
        """
        claims = (
            select(
                Claim.application_id,
                func.count().label("all"),
                func.count().filter(Claim.outcome == Outcome.PENDING).label("open"),
            )
            .group_by(Claim.application_id)
            .subquery()
        )
        statement = (
            select(Application, func.coalesce(claims.c.all, 0), func.coalesce(claims.c.open, 0))
            .join(Application.campaign)
            .join(Application.child)
            .outerjoin(claims, claims.c.application_id == Application.id)
            .options(contains_eager(Application.campaign), contains_eager(Application.child))
            .where(
                Application.first_institution_id == self.institution_id,
                Application.submitted_at.is_not(None),
            )
            .order_by(
                case((Application.status == Status.SUBMITTED, 0), else_=1), Application.number
            )
            .limit(most)
            .offset(start)
        )
        if status is not None:
            statement = statement.where(Application.status == status)
        statement = _matching(statement, words)
        return [tuple(row) for row in (await self.session.execute(statement)).unique()]  # type: ignore[misc]

    async def next_waiting(self, after: int) -> UUID | None:
        """The next application that waits for verification, by number, starting over at the end."""
        found: UUID | None = await self.session.scalar(
            select(Application.id)
            .where(
                Application.first_institution_id == self.institution_id,
                Application.status == Status.SUBMITTED,
                Application.number != after,
            )
            .order_by((Application.number < after), Application.number)
            .limit(1)
        )
        return found


def _matching(
    statement: Select[Application, int, int], words: str
) -> Select[Application, int, int]:
    for word in words.split()[:4]:
        if word.isdecimal():
            statement = statement.where(Application.number == int(word[:9]))
        else:
            statement = statement.where(
                Child.given_name.icontains(word, autoescape=True)
                | Child.family_name.icontains(word, autoescape=True)
            )
    return statement
