"""The rules of one recruitment, as its municipality resolved them. Pure."""

from decimal import Decimal
from enum import StrEnum

import msgspec

from ksr_saas.campaigns.levels import Level
from ksr_saas.criteria.kinds import Kind
from ksr_saas.criteria.procedure import (
    Appeal,
    ConfirmMode,
    ListRule,
    Publication,
    Quota,
    Signature,
)
from ksr_saas.criteria.proofs import Proof
from ksr_saas.criteria.texts import Texts
from ksr_saas.criteria.ties import Commission, Tie

SCHEMA = 2
SUM = "sum"


class Tier(StrEnum):
    """The stage of comparison a criterion counts in.

    FIRST goes before all points: the catchment (art. 133 (1)), laureates (art. 132). STATUTORY are
    the seven of art. 131 (2), of equal value; LOCAL those of the municipality (art. 131 (4), art.
    133 (2)). Secondary schools count POINTS, then HEALTH (art. 134), then the statutory ones.
    """

    FIRST = "first"
    STATUTORY = "statutory"
    LOCAL = "local"
    POINTS = "points"
    HEALTH = "health"


TIERS = {
    Level.PRESCHOOL: (Tier.STATUTORY, Tier.LOCAL),
    Level.PRIMARY: (Tier.FIRST, Tier.LOCAL),
    Level.SECONDARY: (Tier.FIRST, Tier.POINTS, Tier.HEALTH, Tier.STATUTORY),
}


class Scope(StrEnum):
    """Where a criterion counts: everywhere alike, by the place asked for, at the first one only."""

    CANDIDATE = "candidate"
    PREFERENCE = "preference"
    FIRST_PREFERENCE = "first-preference"


class Ranking(StrEnum):
    """Tiers one after another, or everything in one sum."""

    BY_TIER = "by-tier"
    PLAIN_SUM = "plain-sum"


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the act or of the council's resolution, with the words families read.

    `proof` says in words what proves it and `proofs` names the documents; `statement` whether a
    signed statement is proof enough. `scope` is None where the kind says it all. `assumed` marks a
    value that no source confirmed, `source` names where it was found.
    """

    code: str
    tier: Tier
    points: Decimal
    kind: Kind
    name: Texts
    question: Texts
    proof: Texts
    basis: str
    statement: bool = True
    sensitive: bool = False
    assumed: bool = False
    scope: Scope | None = None
    proofs: tuple[Proof, ...] = ()
    source: str = ""

    @property
    def reach(self) -> Scope:
        """Where it counts."""
        if self.scope is not None:
            return self.scope
        return Scope.PREFERENCE if self.kind.placed else Scope.CANDIDATE


class Exclusion(msgspec.Struct, frozen=True):
    """Criteria of which only the one with most points counts."""

    codes: tuple[str, ...]
    basis: str


class Maximum(msgspec.Struct, frozen=True):
    """Criteria that together earn no more than `points`."""

    codes: tuple[str, ...]
    points: Decimal
    basis: str


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides about places in one recruitment.

    `schema` is the version of this object's shape; `criteria.stored` reads the older ones.
    `birth_years` is empty for secondary schools, which ask for a certificate instead.
    """

    legal_basis: tuple[str, ...]
    max_preferences: int
    birth_years: tuple[int, ...]
    confirm_mode: ConfirmMode
    criteria: tuple[Criterion, ...]
    schema: int = SCHEMA
    level: Level = Level.PRESCHOOL
    ranking: Ranking = Ranking.BY_TIER
    exclusions: tuple[Exclusion, ...] = ()
    maxima: tuple[Maximum, ...] = ()
    ties: tuple[Tie, ...] = (Commission(),)
    quotas: tuple[Quota, ...] = ()
    list_rule: ListRule = ListRule()
    catchment_phase: bool = False
    signature: Signature = Signature.ONE_WITH_STATEMENT
    appeal: Appeal = Appeal()
    publication: Publication = Publication()

    def criterion(self, code: str) -> Criterion | None:
        """The criterion with this code, if there is one."""
        return next((one for one in self.criteria if one.code == code), None)

    @property
    def compared(self) -> tuple[str, ...]:
        """The names of what a standing compares, in its order: tiers, or the one sum."""
        return (SUM,) if self.ranking is Ranking.PLAIN_SUM else tuple(self.tiers)

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The tiers of this level, the first compared first."""
        return TIERS[self.level]
