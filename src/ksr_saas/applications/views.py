"""What family pages show: plain values, so a template cannot reach the database."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from ksr_saas.applications import certificates, contacts, rules
from ksr_saas.applications.looked_up import asked
from ksr_saas.applications.models import Application, Claim, Outcome
from ksr_saas.applications.rules import Part
from ksr_saas.applications.service import may_edit, missing, rulebook_of
from ksr_saas.applications.states import LIFE, Event, Status
from ksr_saas.criteria.evaluation import Score, lines, scores, standing, worth
from ksr_saas.criteria.facts import ADDRESS, Answer, Asked, Child, Source
from ksr_saas.criteria.kinds import Count, IncomeShare
from ksr_saas.criteria.rulebook import Criterion, Rulebook, Tier
from ksr_saas.criteria.way import NONE, Asks, Verdict
from ksr_saas.criteria.worked_out import worked_out
from ksr_saas.identity.authorisation import Actor
from ksr_saas.kernel.i18n import in_language
from ksr_saas.people.pesel import masked


class WishView(msgspec.Struct, frozen=True):
    """One preference; points are those claimed so far, before verification."""

    rank: int
    unit_id: UUID
    institution_id: UUID
    name: str
    street: str
    places: int
    scores: tuple[Score, ...]


class ClaimView(msgspec.Struct, frozen=True):
    """One answer of "yes" with what became of it. `place` is empty for the whole family's.

    `income` or `count` is the amount that was asked for. `told` is what the address said, None for
    what the family did. Of a `covered` one nothing is shown but its points and what became of it.
    """

    id: UUID
    code: str
    name: str
    proof: str
    place: str
    points: Decimal
    income: Decimal | None
    count: int | None
    outcome: Outcome
    reason: str
    sensitive: bool
    told: "Told | None" = None
    covered: bool = False


class Told(msgspec.Struct, frozen=True):
    """What is known of a criterion without asking; of a distance with its `metres`.

    `verdict` is None before there is an address, or a list, to tell it. `place` is empty where the
    place asked for does not matter, `rank` 0.
    """

    source: Source
    verdict: Verdict | None
    points: Decimal
    place: str = ""
    rank: int = 0
    metres: int | None = None
    rough: bool = False


class ToldView(msgspec.Struct, frozen=True):
    """A criterion that nobody is asked for, with what is known at each place."""

    name: str
    basis: str
    told: tuple[Told, ...]


class CriterionView(msgspec.Struct, frozen=True):
    """One criterion as a question."""

    code: str
    name: str
    question: str
    proof: str
    basis: str
    points: Decimal
    statutory: bool
    statement: bool
    per_place: bool
    asks_income: bool
    limit: Decimal | None
    largest: int | None
    answered: bool
    yes: bool


class FileView(msgspec.Struct, frozen=True):
    """One proof file."""

    id: UUID
    criterion: str
    label: str
    media_type: str
    kilobytes: int


class GuardianLine(msgspec.Struct, frozen=True):
    """One guardian before the signature; `contact` is empty where there is none.

    It is None where it is not for this reader to see.
    """

    name: str
    given_name: str
    contact: str | None


class ApplicationView(msgspec.Struct, frozen=True, kw_only=True):
    """An application as its family sees it."""

    id: UUID
    number: str
    campaign: str
    status: Status
    editable: bool
    may_withdraw: bool
    child: str
    pesel: str
    born: object
    saved_at: datetime | None
    submitted_at: datetime | None
    arrived_on: date | None
    returned_for: str
    return_until: datetime | None
    decision_reason: str
    digest: str
    missing: tuple[Part, ...]
    guardians: tuple[str, ...]
    wishes: tuple[WishView, ...]
    claims: tuple[ClaimView, ...]
    files: tuple[FileView, ...]
    most_wishes: int
    changes: UUID | None
    certificate: tuple[certificates.Line, ...]
    with_certificate: bool
    certificate_outcome: Outcome
    campaign_code: str


class CardView(msgspec.Struct, frozen=True):
    """An application on the family's first page."""

    id: UUID
    number: str
    campaign: str
    status: Status
    child: str
    wishes: tuple[str, ...]
    return_until: datetime | None
    published: bool


def card(application: Application) -> CardView:
    """The short form, without claims and files."""
    child = application.child
    return CardView(
        application.id,
        rules.number_text(application.campaign.code, application.number),
        in_language(application.campaign.name),
        application.status,
        f"{child.given_name} {child.family_name}".strip(),
        tuple(wish.unit.full_name for wish in application.wishes),
        application.return_until,
        application.campaign.published_at is not None,
    )


def answers(claims: Sequence[Claim], *, accepted_only: bool = False) -> list[Answer]:
    """The claims as the rulebook counts them; rejected ones never count.

    What the address left open counts once the commission has found it.
    """
    taken = {Outcome.ACCEPTED} if accepted_only else {Outcome.ACCEPTED, Outcome.PENDING}
    return [
        Answer(one.criterion, one.institution_id, one.amount)
        for one in claims
        if one.outcome in taken and not (one.outcome is Outcome.PENDING and is_open(one))
    ]


def is_open(claim: Claim) -> bool:
    """Whether the address could not tell."""
    return claim.found is not None and claim.found["verdict"] == Verdict.OPEN.value


def wish_views(application: Application, rulebook: Rulebook) -> tuple[WishView, ...]:
    """The preferences in order, each with its claimed points."""
    child = Child(
        answers=tuple(answers(application.claims)),
        born=application.child.birth_date,
        certificate=certificates.certificate_of(application),
    )
    earned_at = lines(rulebook, child, asked_of(application))
    found = []
    for wish, earned in zip(application.wishes, earned_at, strict=True):
        place = wish.unit.institution
        found.append(
            WishView(
                wish.rank,
                wish.unit_id,
                place.id,
                wish.unit.full_name,
                place.street,
                wish.unit.places,
                scores(rulebook, standing(rulebook, earned)),
            )
        )
    return tuple(found)


def claim_views(application: Application, rulebook: Rulebook) -> tuple[ClaimView, ...]:
    """The claims in the order of the rulebook."""
    names = {w.unit.institution_id: w.unit.institution.name for w in application.wishes}
    order = {criterion.code: place for place, criterion in enumerate(rulebook.criteria)}
    found = []
    for claim in sorted(
        application.claims, key=lambda c: (order.get(c.criterion, 99), str(c.institution_id))
    ):
        criterion = rulebook.criterion(claim.criterion)
        if criterion is None:
            continue
        found.append(
            ClaimView(
                claim.id,
                claim.criterion,
                in_language(criterion.name),
                in_language(criterion.proof),
                names.get(claim.institution_id, "") if claim.institution_id else "",
                worth(criterion, Answer(claim.criterion, claim.institution_id, claim.amount)),
                None if isinstance(criterion.kind, Count) else claim.amount,
                int(claim.amount or 0) if isinstance(criterion.kind, Count) else None,
                claim.outcome,
                claim.reason,
                criterion.sensitive,
                _told(criterion, claim.found) if claim.found else None,
            )
        )
    return tuple(found)


def _told(criterion: Criterion, found: dict[str, Any], place: str = "", rank: int = 0) -> Told:
    """What a stored finding says (`looked_up.finding`)."""
    assert criterion.kind.source is not None
    verdict = Verdict(found["verdict"])
    return Told(
        criterion.kind.source,
        verdict,
        criterion.points if verdict is Verdict.MET else NONE,
        place,
        rank,
        found.get("metres"),
        found.get("rough", False),
    )


def told_views(application: Application, rulebook: Rulebook) -> tuple[ToldView, ...]:
    """What nobody is asked for, criterion by criterion and place by place."""
    kept = {(one.criterion, one.institution_id): one.found for one in application.claims}
    names = {one.unit.institution_id: one.unit.full_name for one in application.wishes}
    child = Child(born=application.child.birth_date)
    by_code: dict[str, list[Told]] = {}
    for one in worked_out(rulebook, child, asked_of(application)):
        criterion = rulebook.criterion(one.code)
        assert criterion is not None
        place = names.get(one.at, "") if one.at else ""
        if found := kept.get((one.code, one.at)):
            told = _told(criterion, found, place, one.rank)
        elif one.source in ADDRESS:
            known = Verdict.UNMET if application.child.street else None
            told = Told(one.source, known, NONE, place, one.rank)
        else:
            known = None if one.verdict is Verdict.OPEN else one.verdict
            told = Told(one.source, known, one.points, place, one.rank)
        by_code.setdefault(one.code, []).append(told)
    return tuple(
        ToldView(in_language(one.name), one.basis, tuple(by_code.get(one.code, ())))
        for one in rulebook.criteria
        if one.kind.source is not None
    )


def asked_of(application: Application) -> list[Asked]:
    """The list of preferences as the rules know it, without distances."""
    found = certificates.certificate_of(application)
    return [
        msgspec.structs.replace(
            asked(wish.rank, wish.unit.institution),
            subjects=certificates.subjects_at(wish.unit, found),
        )
        for wish in application.wishes
    ]


def criterion_view(criterion: Criterion, application: Application) -> CriterionView:
    """A criterion as a question, with the family's present answer."""
    kind = criterion.kind
    return CriterionView(
        criterion.code,
        in_language(criterion.name),
        in_language(criterion.question),
        in_language(criterion.proof),
        criterion.basis,
        criterion.points,
        criterion.tier is Tier.STATUTORY,
        criterion.statement,
        kind.asks is Asks.PLACES,
        isinstance(kind, IncomeShare),
        kind.limit if isinstance(kind, IncomeShare) else None,
        kind.largest if isinstance(kind, Count) else None,
        criterion.code in application.criteria_answered,
        any(claim.criterion == criterion.code for claim in application.claims),
    )


def file_views(application: Application) -> tuple[FileView, ...]:
    """The proof files, oldest first."""
    return tuple(
        FileView(f.id, f.criterion, f.label, f.media_type, max(1, f.size // 1024))
        for f in application.attachments
    )


def guardian_lines(application: Application, actor: Actor) -> list[GuardianLine]:
    """The guardians in order, as one of them reads it."""
    return [
        GuardianLine(
            f"{one.given_name} {one.family_name}",
            one.given_name,
            ", ".join(filter(None, (one.email, one.phone)))
            if contacts.may_see(one, actor)
            else None,
        )
        for one in application.guardians
    ]


def view(application: Application, *, now: datetime) -> ApplicationView:
    """Everything a family page needs of one application."""
    rulebook = rulebook_of(application.campaign)
    child = application.child
    return ApplicationView(
        id=application.id,
        number=rules.number_text(application.campaign.code, application.number),
        campaign=in_language(application.campaign.name),
        status=application.status,
        editable=may_edit(application, now=now),
        may_withdraw=LIFE.can(application.status, Event.WITHDRAW)
        and application.campaign.published_at is None,
        child=f"{child.given_name} {child.family_name}".strip(),
        pesel=masked(child.pesel),
        born=child.birth_date,
        saved_at=application.saved_at,
        submitted_at=application.submitted_at,
        arrived_on=application.arrived_on,
        returned_for=application.returned_for,
        return_until=application.return_until,
        decision_reason=application.decision_reason,
        digest=application.digest or "",
        missing=missing(application, rulebook, now=now),
        certificate=tuple(certificates.lines(application)),
        with_certificate=certificates.matters(rulebook),
        certificate_outcome=application.certificate_outcome,
        campaign_code=application.campaign.code,
        guardians=tuple(f"{g.given_name} {g.family_name}" for g in application.guardians),
        wishes=wish_views(application, rulebook),
        claims=claim_views(application, rulebook),
        files=file_views(application),
        most_wishes=rulebook.max_preferences,
        changes=application.changes_id,
    )
