"""The confirmation of submission (domain.md 5.2)."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload, selectinload

from ksr_saas.applications.models import Application, Wish
from ksr_saas.applications.rules import number_text
from ksr_saas.documents.kinds import DocumentKind
from ksr_saas.identity.service import language_of
from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import WARSAW
from ksr_saas.kernel.errors import N_
from ksr_saas.offer.models import Unit
from ksr_saas.people.pesel import masked

LABELS = {
    "title": N_("Potwierdzenie złożenia wniosku"),
    "item": N_("Pozycja"),
    "content": N_("Treść"),
    "number": N_("Numer wniosku"),
    "campaign": N_("Nabór"),
    "child": N_("Kandydat"),
    "pesel": N_("PESEL"),
    "submitted": N_("Złożono"),
    "digest": N_("Skrót treści"),
    "wishes": N_("Placówki od najbardziej chcianej"),
    "files": N_("Załączniki"),
    "next": N_(
        "Kolejność zgłoszeń nie ma znaczenia. Wniosek sprawdzi komisja placówki pierwszego wyboru."
    ),
}


class Receipt(msgspec.Struct, frozen=True):
    """Facts printed on the confirmation, an office document and so in Polish.

    `polish` are its words: LABELS with "campaign-name" and "submitted-at". `own` are the same in
    the family's `language`, printed below them; those that would be the same are left out.
    """

    language: str
    polish: dict[str, str]
    own: dict[str, str]
    number: str
    child: str
    pesel: str
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
    language = await language_of(session, one.account_id)
    polish = _words(one.campaign.name, one.submitted_at, "pl")
    own = _words(one.campaign.name, one.submitted_at, language)
    return Receipt(
        language=language,
        polish=polish,
        own={key: words for key, words in own.items() if words != polish[key]},
        number=number_text(one.campaign.code, one.number),
        child=f"{one.child.given_name} {one.child.family_name}",
        pesel=masked(one.child.pesel),
        day=one.submitted_at.astimezone(WARSAW).date(),
        digest=one.digest or "",
        wishes=[wish.unit.full_name for wish in one.wishes],
        files=[file.label for file in one.attachments],
    )


def _words(campaign: Mapping[str, str], submitted_at: datetime, language: str) -> dict[str, str]:
    with i18n.speaking(language):
        return {key: i18n._(words) for key, words in LABELS.items()} | {
            "campaign-name": i18n.in_language(campaign),
            "submitted-at": i18n.moment(submitted_at, seconds=True),
        }


RECEIPT = DocumentKind("application-receipt", "receipt.typ", gather_receipt)
