"""For what staff may open what they do not need every day, and for how long. Pure."""

from datetime import timedelta
from enum import StrEnum
from uuid import UUID

LASTS = timedelta(minutes=30)
SHORTEST_WORDS = 10


class Scope(StrEnum):
    """What an opening lets somebody see: a whole case, or the sensitive papers of one.

    Papers are opened at an institution or at the office; who works at both opens them twice.
    """

    CASE = "case"
    PAPERS = "papers"
    OFFICE_PAPERS = "office-papers"


class Reason(StrEnum):
    """Why it was opened; OTHER is explained in the person's own words."""

    VERIFICATION = "verification"
    APPEAL = "appeal"
    ANSWER = "answer"
    COMPLAINT = "complaint"
    CONTROL = "control"
    FAULT = "fault"
    OTHER = "other"


_OFFICE = (Reason.ANSWER, Reason.COMPLAINT, Reason.CONTROL, Reason.FAULT, Reason.OTHER)
# What may be answered where, the most usual first.
REASONS = {
    Scope.PAPERS: (Reason.VERIFICATION, Reason.APPEAL, Reason.ANSWER, Reason.OTHER),
    Scope.CASE: _OFFICE,
    Scope.OFFICE_PAPERS: _OFFICE,
}


def said_enough(reason: Reason, words: str) -> bool:
    """Whether the reason can be understood: only OTHER has to be explained."""
    return reason is not Reason.OTHER or len(words) >= SHORTEST_WORDS


def concerns(asking: UUID, *, first: UUID | None, claimed_at: UUID | None) -> bool:
    """Whether a sensitive claim is the affair of the institution `asking`.

    It is of `first`, the first choice, which verifies every claim (Education Act art. 149), and of
    `claimed_at`, the institution where alone it holds. To the others on the family's list it is
    nothing, wherever they stand.
    """
    return asking in (first, claimed_at)
