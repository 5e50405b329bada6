"""What the desk shows."""

from datetime import datetime
from uuid import UUID

import msgspec

from ksr_saas.applications.models import Application
from ksr_saas.applications.rules import number_text
from ksr_saas.applications.states import Status
from ksr_saas.people.pesel import masked


class QueueRow(msgspec.Struct, frozen=True):
    """One application in the queue."""

    id: UUID
    number: str
    child: str
    pesel: str
    status: Status
    submitted_at: datetime | None
    claims: int
    open_claims: int


def queue_row(application: Application, claims: int, open_claims: int) -> QueueRow:
    """The row of one application with its child and campaign loaded."""
    child = application.child
    return QueueRow(
        application.id,
        number_text(application.campaign.code, application.number),
        f"{child.family_name} {child.given_name}",
        masked(child.pesel),
        application.status,
        application.submitted_at,
        claims,
        open_claims,
    )
