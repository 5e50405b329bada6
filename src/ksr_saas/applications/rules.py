"""What the act and the rulebook ask of an application. Pure."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from ksr_saas.applications.states import OPEN_TO_FAMILY, Status

LONGEST_NUMBER = 9  # digits, so that it fits into the column


class Part(StrEnum):
    """The sections of an application, in the order of the task list."""

    CHILD = "child"
    GUARDIANS = "guardians"
    WISHES = "wishes"
    CRITERIA = "criteria"
    CERTIFICATE = "certificate"


def child_key(pesel: str | None, document: str) -> str:
    """What makes a child the same child in one recruitment: PESEL, else the other document."""
    return f"pesel:{pesel}" if pesel else f"document:{''.join(document.upper().split())}"


def number_text(code: str, number: int | None) -> str:
    """The number people see, for example "przedszkola-2027/00123"; empty for a draft."""
    return f"{code}/{number:05}" if number is not None else ""


def number_parts(text: str) -> tuple[str, int] | None:
    """The recruitment's code and the number in it, out of what people see; None for no number."""
    code, _, number = text.strip().rpartition("/")
    if not code or not (number.isascii() and number.isdigit()) or len(number) > LONGEST_NUMBER:
        return None
    return code, int(number)


def missing_parts(
    *,
    child: bool,
    guardians: bool,
    wishes: int,
    most_wishes: int,
    unanswered: Sequence[str],
    certificate: bool = True,
) -> tuple[Part, ...]:
    """The sections that still lack something; empty means ready to hand in."""
    found = []
    if not child:
        found.append(Part.CHILD)
    if not guardians:
        found.append(Part.GUARDIANS)
    if not 1 <= wishes <= most_wishes:
        found.append(Part.WISHES)
    if unanswered:
        found.append(Part.CRITERIA)
    if not certificate:
        found.append(Part.CERTIFICATE)
    return tuple(found)


def right_age(born: date, birth_years: Sequence[int]) -> bool:
    """Whether a child born on `born` belongs in this recruitment (domain.md 2.10).

    Without years anybody does: a certificate is asked for instead.
    """
    return not birth_years or born.year in birth_years


def family_may_edit(status: Status, *, submission_open: bool, return_until_passed: bool) -> bool:
    """A draft while applications are taken; a returned application until its own deadline."""
    if status not in OPEN_TO_FAMILY:
        return False
    return not return_until_passed if status is Status.RETURNED else submission_open
