"""The rules of one recruitment, as its municipality resolved them. Pure."""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec

from ksr_saas.criteria.kinds import DeclaredAt, Kind

Texts = dict[str, str]


class Tier(StrEnum):
    """Statutory criteria (art. 131 (2)) are compared first, local ones (art. 131 (4)) after."""

    STATUTORY = "statutory"
    LOCAL = "local"


class ConfirmMode(StrEnum):
    """Whether silence after qualification loses the place (opt-in) or keeps it (opt-out)."""

    OPT_IN = "opt-in"
    OPT_OUT = "opt-out"


class Criterion(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the act or of the council's resolution, with the words families read.

    `proof` says what proves it; `statement` whether a signed statement is proof enough. `assumed`
    marks a value that no source confirmed.
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


class Rulebook(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that decides about places in one recruitment."""

    legal_basis: tuple[str, ...]
    max_preferences: int
    birth_years: tuple[int, ...]
    confirm_mode: ConfirmMode
    criteria: tuple[Criterion, ...]

    def criterion(self, code: str) -> Criterion | None:
        """The criterion with this code, if there is one."""
        return next((one for one in self.criteria if one.code == code), None)


class BadRulebook(ValueError):
    """The rulebook cannot be right; the text names the criterion and the rule it breaks."""


LOCAL_LIMIT = 6


def check(rulebook: Rulebook) -> None:
    """Raise BadRulebook where the act or plain sense is broken.

    Education Act art. 131 (3): statutory criteria have equal value; art. 131 (4): at most six
    local criteria.
    """
    codes = [one.code for one in rulebook.criteria]
    if len(set(codes)) != len(codes):
        raise BadRulebook("two criteria have the same code")
    if rulebook.max_preferences < 1:
        raise BadRulebook("max_preferences must be at least 1")
    if not rulebook.birth_years:
        raise BadRulebook("birth_years is empty")
    statutory = {one.points for one in rulebook.criteria if one.tier is Tier.STATUTORY}
    if len(statutory) > 1:
        raise BadRulebook("statutory criteria must have equal points (art. 131 (3))")
    if sum(one.tier is Tier.LOCAL for one in rulebook.criteria) > LOCAL_LIMIT:
        raise BadRulebook(f"more than {LOCAL_LIMIT} local criteria (art. 131 (4))")
    for one in rulebook.criteria:
        if one.points <= 0:
            raise BadRulebook(f"{one.code}: points must be positive")
        for texts in (one.name, one.question, one.proof):
            if missing := {"pl", "uk", "en"} - texts.keys():
                raise BadRulebook(f"{one.code}: no text in {', '.join(sorted(missing))}")


class Answer(msgspec.Struct, frozen=True):
    """What is known of one criterion for one child: where it holds and the amount asked for.

    `at` is empty for criteria of the family as a whole.
    """

    code: str
    at: UUID | None = None
    amount: Decimal | None = None


class Standing(msgspec.Struct, frozen=True, order=True):
    """Points at one institution, compared lexicographically: statutory first (domain.md 4.2)."""

    statutory: Decimal = Decimal(0)
    local: Decimal = Decimal(0)


class Line(msgspec.Struct, frozen=True):
    """One line of the sum a parent is shown."""

    code: str
    tier: Tier
    points: Decimal


def lines(rulebook: Rulebook, answers: Iterable[Answer], institution: UUID) -> tuple[Line, ...]:
    """What is earned at `institution`, in the order of the rulebook; nothing is counted twice."""
    given = {(one.code, one.at): one for one in answers}
    found = []
    for criterion in rulebook.criteria:
        at = institution if isinstance(criterion.kind, DeclaredAt) else None
        if (answer := given.get((criterion.code, at))) is not None:
            earned = criterion.kind.earned(criterion.points, answer.amount)
            found.append(Line(criterion.code, criterion.tier, earned))
    return tuple(found)


def standing(rulebook: Rulebook, answers: Iterable[Answer], institution: UUID) -> Standing:
    """The sum of `lines`, by tier."""
    statutory = local = Decimal(0)
    for line in lines(rulebook, answers, institution):
        if line.tier is Tier.STATUTORY:
            statutory += line.points
        else:
            local += line.points
    return Standing(statutory, local)
