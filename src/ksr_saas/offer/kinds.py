"""What an institution and the places it offers can be. Pure."""

from enum import StrEnum

import msgspec

from ksr_saas.campaigns.levels import Level


class InstitutionKind(StrEnum):
    """Types of the register of schools (RSPO) that take part in recruitments.

    SCHOOL_UNIT is a preschool group in a primary school. COMPLEX (zespół) holds other institutions;
    a school-and-preschool complex may also offer places itself.
    """

    PRESCHOOL = "preschool"
    SCHOOL_UNIT = "school-unit"
    PRESCHOOL_POINT = "preschool-point"
    COMPLEX = "complex"
    PRIMARY = "primary"
    LICEUM = "liceum"
    TECHNIKUM = "technikum"
    VOCATIONAL = "vocational"
    SPECIAL = "special"


LEVELS: dict[Level, tuple[InstitutionKind, ...]] = {
    Level.PRESCHOOL: (
        InstitutionKind.PRESCHOOL,
        InstitutionKind.SCHOOL_UNIT,
        InstitutionKind.PRESCHOOL_POINT,
        InstitutionKind.COMPLEX,
        InstitutionKind.SPECIAL,
    ),
    Level.PRIMARY: (InstitutionKind.PRIMARY, InstitutionKind.COMPLEX, InstitutionKind.SPECIAL),
    Level.SECONDARY: (
        InstitutionKind.LICEUM,
        InstitutionKind.TECHNIKUM,
        InstitutionKind.VOCATIONAL,
        InstitutionKind.SPECIAL,
    ),
}


class Organ(StrEnum):
    """Who runs it: the municipality, another public body, or nobody public."""

    MUNICIPAL = "municipal"
    PUBLIC = "public"
    NON_PUBLIC = "non-public"


class UnitKind(StrEnum):
    """Kinds of groups and classes (art. 4, art. 20, art. 25 of the Education Act)."""

    GENERAL = "general"
    INTEGRATION = "integration"
    SPECIAL = "special"
    THERAPEUTIC = "therapeutic"
    BILINGUAL = "bilingual"
    INTERNATIONAL = "international"
    SPORTS = "sports"
    SPORTS_MASTERY = "sports-mastery"
    PRELIMINARY = "preliminary"
    MILITARY = "military"
    UNIFORMED = "uniformed"
    MULTI_TRADE = "multi-trade"
    SELECTIVE = "selective"


UNIT_KINDS: dict[Level, tuple[UnitKind, ...]] = {
    Level.PRESCHOOL: (
        UnitKind.GENERAL,
        UnitKind.INTEGRATION,
        UnitKind.SPECIAL,
        UnitKind.THERAPEUTIC,
        UnitKind.BILINGUAL,
    ),
    Level.PRIMARY: (
        UnitKind.GENERAL,
        UnitKind.INTEGRATION,
        UnitKind.SPECIAL,
        UnitKind.THERAPEUTIC,
        UnitKind.BILINGUAL,
        UnitKind.SPORTS,
        UnitKind.SPORTS_MASTERY,
    ),
    Level.SECONDARY: tuple(one for one in UnitKind if one is not UnitKind.THERAPEUTIC),
}


class Pool(StrEnum):
    """Whose places they are: everybody's, or those of children with a certificate (orzeczenie)."""

    GENERAL = "general"
    CERTIFICATE = "certificate"


class Prerequisite(StrEnum):
    """What a child must pass or show before it can be qualified (art. 135 to 144)."""

    SPORT = "sport"
    LANGUAGE = "language"
    APTITUDE = "aptitude"
    MEDICAL = "medical"


class Access(StrEnum):
    """What a building has for people with disabilities; an institution may know further codes."""

    STEP_FREE = "step-free"
    LIFT = "lift"
    TOILET = "accessible-toilet"
    PARKING = "parking"
    TACTILE = "tactile"
    INDUCTION_LOOP = "induction-loop"
    SIGN_LANGUAGE = "sign-language"


class Scored(msgspec.Struct, frozen=True):
    """A subject whose grade a class counts.

    The `best`-th highest of `among`; `otherwise` is taken the same way where the child was taught
    none of them. One name alone is that subject.
    """

    among: tuple[str, ...]
    best: int = 1
    otherwise: tuple[str, ...] = ()
