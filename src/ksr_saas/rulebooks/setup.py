"""Everything the office sets about one recruitment, as one value: rules, timetable, name. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import msgspec

from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.criteria import stored
from ksr_saas.criteria.procedure import Appeal, ConfirmMode, ListRule, Publication, Signature
from ksr_saas.criteria.rulebook import Ranking, Rulebook
from ksr_saas.criteria.texts import Texts
from ksr_saas.criteria.ties import (
    COMMISSION,
    Commission,
    HigherWish,
    Lottery,
    Nearer,
    Older,
    Tie,
    Younger,
)

STAGES = list(StageCode)


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """`stages` carry no history: what was moved by hand stands in the recruitment itself."""

    school_year: str
    name: Texts
    rulebook: Rulebook
    stages: tuple[Stage, ...] = ()

    def kept(self) -> dict[str, Any]:
        """As it lies in the database."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found


def read(raw: Mapping[str, Any]) -> Setup:
    """A stored setup. Raises UnknownSchema."""
    upgraded = {**raw, "rulebook": stored.upgraded(raw["rulebook"])}
    return msgspec.convert(upgraded, Setup)


def without_history(stages: tuple[Stage, ...]) -> tuple[Stage, ...]:
    """The same times, and nothing of what they were before."""
    return tuple(msgspec.structs.replace(one, changes=()) for one in stages)


class Basics(msgspec.Struct, frozen=True, kw_only=True):
    """What is set once for the whole recruitment."""

    name: Texts
    school_year: str
    legal_basis: tuple[str, ...]
    birth_years: tuple[int, ...]
    max_preferences: int
    list_rule: ListRule
    confirm_mode: ConfirmMode
    signature: Signature
    ranking: Ranking
    catchment_phase: bool
    appeal: Appeal
    publication: Publication


OWN = ("name", "school_year")  # of the setup, the others are the rulebook's


def basics(setup: Setup) -> Basics:
    """The basics of a recruitment."""
    fields = Basics.__struct_fields__
    return Basics(**{one: getattr(setup if one in OWN else setup.rulebook, one) for one in fields})


def with_basics(setup: Setup, changed: Basics) -> Setup:
    """The recruitment with other basics."""
    values = {one: getattr(changed, one) for one in Basics.__struct_fields__}
    own = {one: values.pop(one) for one in OWN}
    rulebook = msgspec.structs.replace(setup.rulebook, **values)
    return msgspec.structs.replace(setup, rulebook=rulebook, **own)


class TieRule(StrEnum):
    """The links of a tie chain, by the names rulebooks give them."""

    OLDER = "older"
    YOUNGER = "younger"
    HIGHER_WISH = "preference-rank"
    NEARER = "nearer"
    LOTTERY = "lottery"
    COMMISSION = "commission"


LINKS: dict[TieRule, type[Tie]] = {
    TieRule.OLDER: Older,
    TieRule.YOUNGER: Younger,
    TieRule.HIGHER_WISH: HigherWish,
    TieRule.NEARER: Nearer,
    TieRule.LOTTERY: Lottery,
    TieRule.COMMISSION: Commission,
}


class Link(msgspec.Struct, frozen=True):
    """One rule that parts equals, with what says so."""

    rule: TieRule
    basis: str


class Chain(msgspec.Struct, frozen=True):
    """The rules that part equals, the first one tried first."""

    ties: tuple[Link, ...]


def chain(setup: Setup) -> Chain:
    """The tie chain of a recruitment."""
    tags = {kind: rule for rule, kind in LINKS.items()}
    return Chain(tuple(Link(tags[type(one)], one.basis) for one in setup.rulebook.ties))


def with_chain(setup: Setup, changed: Chain) -> Setup:
    """The recruitment with another chain; the commission's own basis is known."""
    ties = tuple(
        LINKS[one.rule](basis=one.basis or (COMMISSION if one.rule is TieRule.COMMISSION else ""))
        for one in changed.ties
    )
    return with_rules(setup, ties=ties)


class StageRow(msgspec.Struct, frozen=True):
    """A stage as the office types it."""

    code: StageCode
    name: Texts
    starts_at: datetime
    ends_at: datetime


class Dates(msgspec.Struct, frozen=True):
    """The timetable, in the order of the act."""

    stages: tuple[StageRow, ...]


def dates(setup: Setup) -> Dates:
    """The timetable of a recruitment."""
    return Dates(
        tuple(StageRow(one.code, one.name, one.starts_at, one.ends_at) for one in setup.stages)
    )


def with_dates(setup: Setup, changed: Dates) -> Setup:
    """The recruitment with other dates; stages that share a start keep the order of the act."""
    rows = sorted(changed.stages, key=lambda one: (one.starts_at, STAGES.index(one.code)))
    stages = tuple(Stage(one.code, one.name, one.starts_at, one.ends_at) for one in rows)
    return msgspec.structs.replace(setup, stages=stages)


def with_rules(setup: Setup, **fields: Any) -> Setup:
    """The recruitment with other values of these fields of its rulebook."""
    return msgspec.structs.replace(
        setup, rulebook=msgspec.structs.replace(setup.rulebook, **fields)
    )
