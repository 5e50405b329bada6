"""The confirmation of submission (domain.md 5.2)."""

from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from ksr_saas.applications.models import Application, Wish
from ksr_saas.applications.rules import number_text
from ksr_saas.documents.kinds import DocumentKind
from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import WARSAW
from ksr_saas.offer.models import Unit
from ksr_saas.people.pesel import masked


class Receipt(msgspec.Struct, frozen=True):
    """Facts printed on the confirmation."""

    number: str
    campaign: str
    child: str
    pesel: str
    submitted_at: str
    day: date
    digest: str
    wishes: list[str]
    files: list[str]


async def gather_receipt(session: AsyncSession, application_id: UUID) -> Receipt:
    """What the confirmation of one submitted application says."""
    statement = (
        select(Application)
        .where(Application.id == application_id)
        .options(
            joinedload(Application.campaign),
            joinedload(Application.child),
            selectinload(Application.wishes).joinedload(Wish.unit).joinedload(Unit.institution),
            selectinload(Application.attachments),
        )
    )
    one = (await session.scalars(statement)).unique().one()
    assert one.submitted_at is not None
    return Receipt(
        number=number_text(one.campaign.code, one.number),
        campaign=i18n.in_language(one.campaign.name),
        child=f"{one.child.given_name} {one.child.family_name}",
        pesel=masked(one.child.pesel),
        submitted_at=i18n.moment(one.submitted_at, seconds=True),
        day=one.submitted_at.astimezone(WARSAW).date(),
        digest=one.digest or "",
        wishes=[wish.unit.institution.name for wish in one.wishes],
        files=[file.label for file in one.attachments],
    )


RECEIPT = DocumentKind("application-receipt", "receipt.typ", gather_receipt)
