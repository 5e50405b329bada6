"""What is known of a child and of the places it asks for. Pure values."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec


class Source(StrEnum):
    """Where something comes from that nobody is asked for."""

    BIRTH = "birth"
    ORDER = "order"
    DISTRICT = "district"
    CATCHMENT = "catchment"
    DISTANCE = "distance"


ADDRESS = frozenset({Source.DISTRICT, Source.CATCHMENT, Source.DISTANCE})


class Answer(msgspec.Struct, frozen=True):
    """What is known of one criterion for one child: where it holds and the amount asked for.

    `at` is empty for criteria of the family as a whole. Of a criterion that is looked up it is what
    the commission found, or will.
    """

    code: str
    at: UUID | None = None
    amount: Decimal | None = None


class Achievement(msgspec.Struct, frozen=True):
    """A title won: `row` of the table of achievements, in the contest `contest`."""

    contest: str
    row: str


class Certificate(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate of a primary school with the results of its last examination.

    `exam` is in per cent by subject; a pupil exempt from a subject has none there, and its grade
    counts instead. `grades` run from 2 to 6; `languages` are the grades of foreign languages.
    """

    exam: dict[str, Decimal] = {}
    exempt: frozenset[str] = frozenset()
    grades: dict[str, int] = {}
    languages: tuple[int, ...] = ()
    achievements: tuple[Achievement, ...] = ()


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """A child before any wish; what nobody stated or looked up is empty.

    `catchment` is the school whose catchment (obwód) the child lives in, None for none in the city.
    `unknown` are the sources that gave no answer, so that a person has to.
    """

    answers: tuple[Answer, ...] = ()
    born: date | None = None
    district: str = ""
    catchment: UUID | None = None
    certificate: Certificate | None = None
    unknown: frozenset[Source] = frozenset()


class Asked(msgspec.Struct, frozen=True):
    """A wish: where, and how much wanted; `rank` 1 is the first preference.

    `complex` is the complex of schools (zespół) the institution belongs to, `metres` its distance
    from the child's home, `rough` where that was measured from somewhere in its street, `subjects`
    the two that a class counts beside Polish and mathematics.
    """

    institution: UUID
    rank: int = 1
    complex: UUID | None = None
    district: str = ""
    metres: int | None = None
    subjects: tuple[str, ...] = ()
    rough: bool = False


NOBODY = Child()
NOWHERE = Asked(UUID(int=0), rank=0)
