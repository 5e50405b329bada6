"""How a recruitment goes beside its points: signatures, confirmation, appeals, publication."""

from decimal import Decimal
from enum import StrEnum

import msgspec

from ksr_saas.criteria.texts import Texts


class ConfirmMode(StrEnum):
    """Whether silence after qualification loses the place (opt-in) or keeps it (opt-out)."""

    OPT_IN = "opt-in"
    OPT_OUT = "opt-out"


class Signature(StrEnum):
    """Who signs: one parent, one who states that the other agrees, or both."""

    ONE_PARENT = "one-parent"
    ONE_WITH_STATEMENT = "one-with-statement"
    BOTH = "both"


class Appeal(msgspec.Struct, frozen=True):
    """Days of every step of the way of appeal, art. 158 (6)-(9) as of 2023-04.

    The day of the event does not count. With `shift` a term that would end on a day off ends on
    the next working day.
    """

    request: int = 3
    reasons: int = 3
    appeal: int = 3
    decision: int = 3
    shift: bool = True


class Publication(msgspec.Struct, frozen=True):
    """What is told to whom: the lists hang in the institution (art. 158), never on the web."""

    points_to_family: bool = True
    lowest_points: bool = True
    names_online: bool = False


class Counted(StrEnum):
    """What the limit of preferences counts: institutions, or their classes and groups."""

    INSTITUTIONS = "institutions"
    UNITS = "units"


class ListRule(msgspec.Struct, frozen=True):
    """How a list of preferences may look, beside its length.

    `basis` is the decision that allows more than the three of art. 156. With `own_school_last` the
    school of the child's catchment must close the list.
    """

    basis: str = ""
    counted: Counted = Counted.INSTITUTIONS
    own_school_last: bool = False


class Unused(StrEnum):
    """What becomes of reserved places nobody takes."""

    KEPT = "kept"
    RELEASED = "released"


class Quota(msgspec.Struct, frozen=True, kw_only=True):
    """Places of every unit kept for children who meet `criterion`: a number or a share of 1."""

    code: str
    criterion: str
    name: Texts
    basis: str
    places: int | None = None
    share: Decimal | None = None
    unused: Unused = Unused.KEPT
