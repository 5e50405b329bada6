"""The answers of somebody who wants to know their points; read, checked and forgotten."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from ksr_saas.calculator.rules import HERE
from ksr_saas.criteria.answered import Count, IncomeShare
from ksr_saas.criteria.certificate import LANGUAGE, Achievements, Exam, Grade, ScoredGrade
from ksr_saas.criteria.counted import ALWAYS, foreign
from ksr_saas.criteria.facts import Achievement, Answer, Asked, Certificate, Child
from ksr_saas.criteria.looked_up import Age, Catchment, Distance, District, PreferenceRank
from ksr_saas.criteria.rulebook import Criterion, Rulebook, Scope
from ksr_saas.criteria.way import Asks
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, number, text
from ksr_saas.kernel.i18n import in_language
from ksr_saas.offer.places import folded

SAME, OTHER = "ta-sama", "inna"  # district of the city: the institution's own, another one
HUNDRED = Decimal(100)
GRADES = frozenset("23456")
YEAR = re.compile(r"20\d\d", re.ASCII)
MOST_KM, MOST_INCOME = 1000, 1_000_000


class Field(msgspec.Struct, frozen=True):
    """A line to type into; `subject` is the name of a school subject, which is Polish."""

    name: str
    label: str
    subject: str = ""


class Questions(msgspec.Struct, frozen=True):
    """What the rulebook asks, in the order of the page; whatever it does not ask is empty.

    `grades` are of subjects that every class counts, `further` of those that only some do.
    """

    exams: tuple[Field, ...]
    grades: tuple[Field, ...]
    further: tuple[Field, ...]
    achievements: tuple[tuple[str, str, Decimal], ...]
    ticks: tuple[Criterion, ...]
    amounts: tuple[Field, ...]
    born: bool
    distance: bool
    district: bool
    ranks: int


def questions(rulebook: Rulebook, subjects: Sequence[str]) -> Questions:
    """For a rulebook whose classes count `subjects` beside Polish and mathematics."""
    kinds = [(one, one.kind) for one in rulebook.criteria]
    scored = any(isinstance(kind, ScoredGrade) for _, kind in kinds)
    ranked = any(
        isinstance(kind, PreferenceRank) or one.reach is Scope.FIRST_PREFERENCE
        for one, kind in kinds
    )
    return Questions(
        exams=tuple(
            Field(f"egz-{kind.subject}", in_language(one.name))
            for one, kind in kinds
            if isinstance(kind, Exam)
        ),
        grades=tuple(
            Field(f"oc-{kind.subject}", in_language(one.name))
            for one, kind in kinds
            if isinstance(kind, Grade)
        ),
        further=tuple(
            Field("oc-" + folded(name).replace(" ", "-"), "", name)
            for name in subjects
            if scored and name not in ALWAYS
        ),
        achievements=tuple(
            (row.code, in_language(row.name), row.points)
            for _, kind in kinds
            if isinstance(kind, Achievements)
            for row in kind.rows
        ),
        ticks=tuple(one for one, kind in kinds if _ticked(kind)),
        amounts=tuple(
            Field(f"kwota-{one.code}", in_language(one.name))
            for one, kind in kinds
            if isinstance(kind, Count | IncomeShare)
        ),
        born=any(isinstance(kind, Age) for _, kind in kinds),
        distance=any(isinstance(kind, Distance) for _, kind in kinds),
        district=any(isinstance(kind, District) for _, kind in kinds),
        ranks=rulebook.max_preferences if ranked else 0,
    )


def _ticked(kind: Any) -> bool:
    return kind.asks in (Asks.YES, Asks.PLACES) or isinstance(kind, Catchment)


class Answers(msgspec.Struct, frozen=True):
    """As typed: lines by field, ticks of criteria, exemptions from the exam, titles won."""

    lines: dict[str, str]
    ticked: frozenset[str]
    exempt: frozenset[str]
    titles: frozenset[str]

    @classmethod
    def read(cls, form: Any, asked: Questions) -> "Answers":
        """What the browser sent; what was not asked is left out."""
        names = [one.name for one in (*asked.exams, *asked.grades, *asked.further, *asked.amounts)]
        names += ["km", "dzielnica", "miejsce", "rok"]
        return cls(
            {name: text(form, name, 20) for name in names},
            frozenset(map(str, form.getall("kryt", []))),
            frozenset(map(str, form.getall("zwolnienie", []))),
            frozenset(map(str, form.getall("tytul", []))),
        )

    def line(self, name: str) -> str:
        """A line as it was typed."""
        return self.lines.get(name, "")


EMPTY = Answers({}, frozenset(), frozenset(), frozenset())


class Read(msgspec.Struct, frozen=True):
    """A child that nobody knows, its wish, and what could not be read."""

    child: Child
    asked: Asked
    problems: Problems


def understood(rulebook: Rulebook, asked: Questions, given: Answers) -> Read:
    """The facts that the evaluation knows, from what was typed."""
    problems = Problems()
    reading = _Reading(rulebook, asked, given, problems)
    certificate = reading.certificate() if asked.exams or asked.grades else None
    answers = tuple(reading.answers())
    rank = given.line("miejsce")
    return Read(
        Child(
            answers=answers,
            district=reading.district(),
            catchment=HERE if reading.has(Catchment) else None,
            born=reading.born(),
            certificate=certificate,
        ),
        Asked(
            HERE,
            rank=int(rank) if rank.isascii() and rank.isdigit() and rank != "0" else 1,
            district=SAME,
            metres=reading.metres(),
        ),
        problems,
    )


def read_certificate(
    rulebook: Rulebook, asked: Questions, given: Answers, problems: Problems
) -> Certificate:
    """The certificate that was typed; what cannot be read is added to `problems`."""
    return _Reading(rulebook, asked, given, problems).certificate()


class _Reading:
    def __init__(
        self, rulebook: Rulebook, asked: Questions, given: Answers, problems: Problems
    ) -> None:
        self.rulebook, self.asked, self.given = rulebook, asked, given
        self.problems = problems

    def has(self, kind: type[Any]) -> bool:
        """Whether a criterion of this kind is ticked."""
        return any(
            isinstance(one.kind, kind) and one.code in self.given.ticked
            for one in self.rulebook.criteria
        )

    def certificate(self) -> Certificate:
        exam, grades = {}, {}
        for field in self.asked.exams:
            subject = field.name.removeprefix("egz-")
            if subject not in self.given.exempt:
                per_cent = self.amount(
                    field.name, HUNDRED, N_("Wpisz wynik w procentach, od 0 do 100.")
                )
                if per_cent is not None:
                    exam[subject] = per_cent
        for field in (*self.asked.grades, *self.asked.further):
            typed = self.given.line(field.name)
            if typed in GRADES:
                grades[field.subject or field.name.removeprefix("oc-")] = int(typed)
            elif typed:
                self.problems.add(field.name, N_("Wpisz ocenę od 2 do 6, bez plusów i minusów."))
        # A class may count them by their names as well.
        grades |= {name: grades[code] for name, code in ALWAYS.items() if code in grades}
        return Certificate(
            exam=exam,
            exempt=self.given.exempt & {"polish", "mathematics", LANGUAGE},
            grades=grades,
            languages=tuple(grade for name, grade in grades.items() if foreign(name)),
            achievements=tuple(Achievement(code, code) for code in sorted(self.given.titles)),
        )

    def answers(self) -> Iterator[Answer]:
        for one in self.rulebook.criteria:
            kind = one.kind
            if isinstance(kind, Count | IncomeShare):
                most = Decimal(kind.largest if isinstance(kind, Count) else MOST_INCOME)
                told = (
                    N_("Wpisz liczbę, najwyżej %(most)s.")
                    if isinstance(kind, Count)
                    else N_("Wpisz kwotę w złotych, na przykład: 1234,50.")
                )
                amount = self.amount(f"kwota-{one.code}", most, told)
                if amount is not None:
                    yield Answer(one.code, amount=amount)
            elif one.code in self.given.ticked and kind.asks in (Asks.YES, Asks.PLACES):
                yield Answer(one.code, at=HERE if kind.asks is Asks.PLACES else None)

    def amount(self, name: str, most: Decimal, told: str) -> Decimal | None:
        typed = self.given.line(name).replace(" ", "").removesuffix("%")
        if not typed:
            return None
        found = number(typed)
        if found is None or found > most:
            self.problems.add(name, told, most=most)
            return None
        return found

    def metres(self) -> int | None:
        km = self.amount(
            "km", Decimal(MOST_KM), N_("Wpisz odległość w kilometrach, na przykład: 2,5.")
        )
        return None if km is None else int(km * 1000)

    def born(self) -> date | None:
        typed = self.given.line("rok")
        if not typed:
            return None
        if not YEAR.fullmatch(typed):
            self.problems.add("rok", N_("Wpisz rok urodzenia, na przykład: 2023."))
            return None
        return date(int(typed), 1, 1)

    def district(self) -> str:
        typed = self.given.line("dzielnica")
        return typed if typed in (SAME, OTHER) else ""


def chosen(form: Mapping[str, Any]) -> str:
    """The unit asked for, as typed."""
    return text(form, "oddzial", 40)
