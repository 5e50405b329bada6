"""What the linter says of a rulebook: where, why, and what the law says."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

import msgspec

from ksr_saas.campaigns.timetable import Stage
from ksr_saas.criteria.facts import Asked, Child
from ksr_saas.criteria.rulebook import Rulebook


class Severity(StrEnum):
    """An error forbids the recruitment, a warning asks for a decision, a note is to be known."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


class Finding(msgspec.Struct, frozen=True):
    """`path` leads to the value: "criteria[WR_RODZ].points", "stages[results].starts_at".

    `rule` is the linter's own name for what is wrong, `law` the article with what it says.
    """

    rule: str
    severity: Severity
    path: str
    why: str
    law: str

    def line(self) -> str:
        """One line for people."""
        return f"{self.path}: {self.why} [{self.rule}; {self.law}]"


class Applicant(msgspec.Struct, frozen=True):
    """A child of last year with its whole list."""

    child: Child
    wishes: tuple[Asked, ...]


class LastYear(msgspec.Struct, frozen=True):
    """Last year's recruitment: who asked, and how many places each institution had."""

    applicants: tuple[Applicant, ...]
    places: dict[UUID, int]


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """What is judged. `year` is the calendar year the school year starts in, None if unknown.

    `stages` are empty where the rulebook is judged without its timetable.
    """

    rulebook: Rulebook
    year: int | None = None
    stages: tuple[Stage, ...] = ()
    last_year: LastYear | None = None


Rule: TypeAlias = Callable[[Case], Iterator[Finding]]


def error(rule: str, path: str, why: str, law: str) -> Finding:
    """A finding that forbids the recruitment."""
    return Finding(rule, Severity.ERROR, path, why, law)


def warning(rule: str, path: str, why: str, law: str) -> Finding:
    """A finding that asks for a decision."""
    return Finding(rule, Severity.WARNING, path, why, law)


def note(rule: str, path: str, why: str, law: str) -> Finding:
    """A finding that is to be known."""
    return Finding(rule, Severity.NOTE, path, why, law)


def figure(points: Decimal) -> str:
    """Points without superfluous zeros."""
    return f"{points.normalize():f}"


def day(of: date) -> str:
    """A date as the files write it."""
    return of.isoformat()
