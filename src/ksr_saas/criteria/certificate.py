"""Kinds of criteria for secondary schools: examination, grades, achievements (art. 134)."""

from decimal import Decimal
from typing import ClassVar

import msgspec

from ksr_saas.criteria.facts import Answer, Asked, Child
from ksr_saas.criteria.texts import Texts
from ksr_saas.criteria.way import NONE, Asks, Way

LANGUAGE = "language"
HUNDRED = Decimal(100)


class Exam(Way, frozen=True, tag="exam"):
    """Per cent of one subject of the examination times `weight`.

    `exempt` gives the points of a pupil exempt from it by the grade on the certificate, "2" to "6";
    of several foreign languages the best grade counts.
    """

    asks: ClassVar[Asks] = Asks.CERTIFICATE

    subject: str
    weight: Decimal
    exempt: dict[str, Decimal]

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """Unrounded: per cent are whole and the weight has two decimals; 0 to 100 of them count."""
        if (found := child.certificate) is None:
            return NONE
        if self.subject in found.exempt:
            grade = (
                max(found.languages, default=0)
                if self.subject == LANGUAGE
                else found.grades.get(self.subject, 0)
            )
            return self.exempt.get(str(grade), NONE)
        return min(max(found.exam.get(self.subject, NONE), NONE), HUNDRED) * self.weight

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """A hundred per cent is worth the points of the criterion, and so is the best grade."""
        found = []
        if self.weight * 100 != points:
            found.append("weight: a hundred per cent must make the criterion's points")
        if any(not 0 <= one <= points for one in self.exempt.values()):
            found.append("exempt: must lie between 0 and the criterion's points")
        return tuple(found)


class Grade(Way, frozen=True, tag="grade"):
    """Points for the grade in one subject of the certificate by `scale`, "2" to "6"."""

    asks: ClassVar[Asks] = Asks.CERTIFICATE

    subject: str
    scale: dict[str, Decimal]

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """Nothing for a subject the child was not taught."""
        return _graded(child, self.subject, self.scale)

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """The best grade is worth the points of the criterion, a better one never less."""
        return _scale_faults(points, self.scale)


class ScoredGrade(Way, frozen=True, tag="scored-grade"):
    """Points for the grade in a subject that the class itself counts: its first or second one."""

    asks: ClassVar[Asks] = Asks.CERTIFICATE
    placed: ClassVar[bool] = True

    number: int
    scale: dict[str, Decimal]

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """Nothing where the class names no such subject."""
        named = asked.subjects[self.number - 1 : self.number]
        return _graded(child, named[0], self.scale) if named else NONE

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """As for a fixed subject; a class counts two."""
        numbered = () if self.number in (1, 2) else ("number: must be 1 or 2",)
        return numbered + _scale_faults(points, self.scale)


def _graded(child: Child, subject: str, scale: dict[str, Decimal]) -> Decimal:
    if child.certificate is None:
        return NONE
    return scale.get(str(child.certificate.grades.get(subject, "")), NONE)


def _scale_faults(points: Decimal, scale: dict[str, Decimal]) -> tuple[str, ...]:
    rising = [scale[grade] for grade in sorted(scale)]
    if not rising or rising != sorted(rising) or rising[0] < 0 or rising[-1] != points:
        return ("scale: must rise with the grade up to the criterion's points",)
    return ()


class Row(msgspec.Struct, frozen=True):
    """A line of the table of achievements; `assumed` where no source confirmed it."""

    code: str
    points: Decimal
    name: Texts
    assumed: bool = False


class Achievements(Way, frozen=True, tag="achievements"):
    """Titles of the table added up, to the criterion's points at most.

    Of several titles in the same contest the best one counts.
    """

    asks: ClassVar[Asks] = Asks.CERTIFICATE

    rows: tuple[Row, ...]

    def earned(self, points: Decimal, answer: Answer | None, child: Child, asked: Asked) -> Decimal:
        """A title the table does not name earns nothing."""
        if child.certificate is None or not child.certificate.achievements:
            return NONE
        worth = {row.code: row.points for row in self.rows}
        best: dict[str, Decimal] = {}
        for one in child.certificate.achievements:
            best[one.contest] = max(best.get(one.contest, NONE), worth.get(one.row, NONE))
        return min(points, sum(best.values(), NONE))

    def faults(self, points: Decimal) -> tuple[str, ...]:
        """A row is worth something, and no more than the whole."""
        if len({row.code for row in self.rows}) != len(self.rows):
            return ("rows: the same code stands twice",)
        wrong = [row.code for row in self.rows if not 0 < row.points <= points]
        return tuple(f"rows: {code} must lie between 0 and the whole" for code in wrong)
