"""Answers and findings as pages show them, in the reader's language."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec

from ksr_saas.catchments.linter import Finding
from ksr_saas.catchments.queries import School
from ksr_saas.catchments.rules import Answer, Outcome, Segment, Why
from ksr_saas.catchments.wording import (
    DOUBTS,
    FAULTS,
    WHY,
    houses_words,
    place_words,
    span_words,
    years_words,
)
from ksr_saas.kernel.i18n import _

MOST = 12  # segments explained


class Line(msgspec.Struct, frozen=True):
    """A segment in words; `id` leads to it at the office."""

    id: UUID | None
    place: str
    numbers: str
    years: str
    school: str
    source: str
    why: str = ""
    matched: bool = False


class AnswerView(msgspec.Struct, frozen=True, kw_only=True):
    """The answer about an address; `more` counts segments that are left out."""

    outcome: Outcome
    schools: tuple[School, ...]
    doubt: str
    lines: tuple[Line, ...]
    more: int
    offered: tuple[str, ...]
    decided: bool
    reason: str


class FindingView(msgspec.Struct, frozen=True):
    """A finding with what it is about."""

    words: str
    is_error: bool
    houses: str
    lines: tuple[Line, ...]


def line(segment: Segment, names: Mapping[UUID, str], why: Why | None = None) -> Line:
    """A segment in words; `names` are those of schools."""
    return Line(
        segment.id,
        place_words(segment),
        span_words(segment.span),
        years_words(segment),
        names.get(segment.institution, "–"),
        segment.source,
        _(WHY[why]) if why else "",
        why is Why.MATCHED,
    )


def answer_view(answer: Answer, schools: Sequence[School]) -> AnswerView:
    """The answer in words."""
    names = {one.id: one.name for one in schools}
    by_id = {one.id: one for one in schools}
    shown = answer.considered[:MOST]
    return AnswerView(
        outcome=answer.outcome,
        schools=tuple(by_id[one] for one in answer.schools if one in by_id),
        doubt=_(DOUBTS[answer.doubt]) if answer.doubt else "",
        lines=tuple(line(one.segment, names, one.why) for one in shown),
        more=len(answer.considered) - len(shown),
        offered=answer.offered,
        decided=answer.decided,
        reason=answer.reason,
    )


def finding_view(found: Finding, names: Mapping[UUID, str]) -> FindingView:
    """A finding in words."""
    return FindingView(
        _(FAULTS[found.fault]),
        found.is_error,
        houses_words(found),
        tuple(line(one, names) for one in found.segments),
    )
