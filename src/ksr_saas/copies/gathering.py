"""A copy of everything that is kept about a parent and their children (GDPR art. 15 and 20)."""

import zipfile
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.appeals.models import Appeal
from ksr_saas.applications import certificates, contacts
from ksr_saas.applications.documents import RECEIPT
from ksr_saas.applications.history import deeds
from ksr_saas.applications.models import Application, ApplicationVersion
from ksr_saas.applications.queries import WHOLE, of_family
from ksr_saas.applications.rules import number_text
from ksr_saas.applications.service import rulebook_of
from ksr_saas.applications.uploads import TAKEN
from ksr_saas.documents.models import Document, DocumentStatus
from ksr_saas.identity import sessions
from ksr_saas.identity.authorisation import Actor
from ksr_saas.identity.models import Account
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.i18n import in_language
from ksr_saas.notifications.models import Message
from ksr_saas.offer.models import Institution
from ksr_saas.openings.queries import looks
from ksr_saas.people.models import Guardian
from ksr_saas.results.queries import result_of


class Paper(msgspec.Struct, frozen=True):
    """A file of the copy, by its place there, and under which name it is stored."""

    place: str
    store_name: str


class Copy(msgspec.Struct, frozen=True):
    """What goes into the file "data.json", and the files beside it."""

    data: dict[str, Any]
    papers: tuple[Paper, ...]


async def gather(session: AsyncSession, actor: Actor, *, now: datetime) -> Copy:
    """Everything this parent may see. The other parent's contact is that person's alone."""
    account = await session.get_one(Account, actor.account_id)
    found = await session.scalars(of_family(actor).options(*WHOLE).order_by(Application.created_at))
    cases: list[dict[str, Any]] = []
    papers: list[Paper] = []
    for number, one in enumerate(found.unique(), start=1):
        folder = f"application-{number}"
        cases.append({"folder": folder} | await _case(session, actor, one, now=now))
        papers += await _papers(session, one, folder)
    return Copy(
        {
            "made_at": now,
            "account": {
                "given_name": account.given_name,
                "family_name": account.family_name,
                "email": account.email,
                "language": account.language,
                "created_at": account.created_at,
                "sessions": [
                    {"begun_at": one.created_at, "last_seen_at": one.last_seen_at}
                    for one in await sessions.of_account(session, actor.account_id, now=now)
                ],
            },
            "messages": await _messages(session, actor),
            "applications": cases,
        },
        tuple(papers),
    )


async def _messages(session: AsyncSession, actor: Actor) -> list[dict[str, Any]]:
    rows = await session.scalars(
        select(Message).where(Message.account_id == actor.account_id).order_by(Message.created_at)
    )
    return [
        {"kind": one.kind, "to": one.recipient, "at": one.created_at, "status": one.status}
        for one in rows
    ]


async def _case(
    session: AsyncSession, actor: Actor, one: Application, *, now: datetime
) -> dict[str, Any]:
    rulebook, child = rulebook_of(one.campaign), one.child
    names = {c.code: in_language(c.name) for c in rulebook.criteria}
    places = {w.unit.institution_id: w.unit.institution.name for w in one.wishes}
    versions = await session.scalars(
        select(ApplicationVersion)
        .where(ApplicationVersion.application_id == one.id)
        .order_by(ApplicationVersion.number)
    )
    return {
        "number": number_text(one.campaign.code, one.number),
        "recruitment": in_language(one.campaign.name),
        "status": one.status,
        "is_a_change_not_submitted": one.changes_id is not None,
        "submitted_at": one.submitted_at,
        "arrived_on": one.arrived_on,
        "returned_for": one.returned_for,
        "decision_reason": one.decision_reason,
        "child": {
            "given_name": child.given_name,
            "second_name": child.second_name,
            "family_name": child.family_name,
            "pesel": child.pesel,
            "document": child.document,
            "birth_date": child.birth_date,
            "address": [child.street, child.postal_code, child.town],
        },
        "guardians": [_guardian(person, actor) for person in one.guardians],
        "wishes": [wish.unit.full_name for wish in one.wishes],
        "claims": [
            {
                "criterion": names.get(claim.criterion, claim.criterion),
                "institution": places.get(claim.institution_id) if claim.institution_id else None,
                "amount": claim.amount,
                "looked_up": claim.found,
                "outcome": claim.outcome,
                "reason": claim.reason,
                "decided_at": claim.decided_at,
            }
            for claim in one.claims
        ],
        "certificate": [msgspec.to_builtins(line) for line in certificates.lines(one)],
        "files": [{"name": f.label, "size": f.size} for f in one.attachments],
        "versions": [
            {
                "number": v.number,
                "submitted_at": v.submitted_at,
                "signed_by_you": v.signed_by == actor.account_id,
                "second_signature_at": v.second_signed_at,
                "alone_because": v.alone_because,
                "sha256": v.digest,
            }
            for v in versions
        ],
        "result": await result_of(session, one.id, one.campaign, now=now),
        "appeals": await _appeals(session, one.id),
        "deeds": [msgspec.to_builtins(deed) for deed in await deeds(session, one.id)],
        "opened_by": [msgspec.to_builtins(look) for look in await looks(session, actor, one)],
    }


def _guardian(person: Guardian, actor: Actor) -> dict[str, Any]:
    told: dict[str, Any] = {"given_name": person.given_name, "family_name": person.family_name}
    if contacts.may_see(person, actor):
        told |= {
            "email": person.email,
            "phone": person.phone,
            "address": [person.street, person.postal_code, person.town],
        }
    return told


async def _appeals(session: AsyncSession, application_id: UUID) -> list[dict[str, Any]]:
    rows = await session.execute(
        select(Appeal, Institution.name)
        .join(Institution, Institution.id == Appeal.institution_id)
        .where(Appeal.application_id == application_id)
        .order_by(Appeal.requested_at)
    )
    return [
        {
            "institution": name,
            "state": one.state,
            "requested_at": one.requested_at,
            "received_at": one.received_at,
            # Reasons that were not received yet must not start a term unnoticed.
            "reasons": one.reasons if one.received_at else "",
            "grounds": one.grounds,
            "decision": one.decision,
            "decided_at": one.decided_at,
        }
        for one, name in rows.tuples()
    ]


async def _papers(session: AsyncSession, one: Application, folder: str) -> Sequence[Paper]:
    found = [
        Paper(f"{folder}/proof-{n}.{TAKEN[file.media_type]}", file.store_name)
        for n, file in enumerate(one.attachments, start=1)
    ]
    receipts = await session.scalars(
        select(Document)
        .where(
            Document.kind == RECEIPT.code,
            Document.subject_id == one.id,
            Document.status == DocumentStatus.READY,
        )
        .order_by(Document.version)
    )
    found += [
        Paper(f"{folder}/receipt-{r.version}.pdf", r.store_name) for r in receipts if r.store_name
    ]
    return found


def packed(copy: Copy, files: Files) -> bytes:
    """The copy as a ZIP file; what is gone from the store is named in "missing.txt"."""
    out, missing = BytesIO(), []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as made:
        data = msgspec.json.format(msgspec.json.encode(copy.data), indent=2)
        made.writestr("data.json", data, zipfile.ZIP_DEFLATED)
        for paper in copy.papers:
            try:
                made.writestr(paper.place, files.get(paper.store_name))
            except FileNotFoundError:
                missing.append(paper.place)
        if missing:
            made.writestr("missing.txt", "\n".join(missing))
    return out.getvalue()
