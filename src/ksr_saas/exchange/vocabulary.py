"""The words of a column for what an institution and its places can be. Pure.

Of each list the first is the one that pages and messages name.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from ksr_saas.exchange.columns import plain
from ksr_saas.offer.kinds import InstitutionKind, Organ, Pool, Prerequisite, UnitKind

K = TypeVar("K", bound=StrEnum)

INSTITUTIONS: dict[InstitutionKind, tuple[str, ...]] = {
    InstitutionKind.PRESCHOOL: ("przedszkole",),
    InstitutionKind.SCHOOL_UNIT: (
        "oddział przedszkolny",
        "oddział przedszkolny w szkole podstawowej",
    ),
    InstitutionKind.PRESCHOOL_POINT: ("punkt przedszkolny",),
    InstitutionKind.COMPLEX: ("zespół", "zespół szkół", "zespół szkół i placówek oświatowych"),
    InstitutionKind.PRIMARY: ("szkoła podstawowa",),
    InstitutionKind.LICEUM: ("liceum", "liceum ogólnokształcące"),
    InstitutionKind.TECHNIKUM: ("technikum",),
    InstitutionKind.VOCATIONAL: ("branżowa", "szkoła branżowa", "branżowa szkoła I stopnia"),
    InstitutionKind.SPECIAL: (
        "szkoła specjalna",
        "specjalna",
        "szkoła specjalna przysposabiająca do pracy",
        "przedszkole specjalne",
    ),
}
ORGANS: dict[Organ, tuple[str, ...]] = {
    Organ.MUNICIPAL: ("gmina", "miejska", "samorządowa", "miasto na prawach powiatu"),
    Organ.PUBLIC: ("publiczna", "inny organ publiczny"),
    Organ.NON_PUBLIC: ("niepubliczna",),
}
GENERAL_PART = "integracyjny - część ogólnodostępna"
CERTIFICATE_PART = (
    "integracyjny - część dla kandydatów z orzeczeniem o potrzebie kształcenia specjalnego"
)
UNITS: dict[UnitKind, tuple[str, ...]] = {
    UnitKind.GENERAL: ("ogólnodostępny", "ogólny", "zwykły"),
    UnitKind.INTEGRATION: ("integracyjny", GENERAL_PART, CERTIFICATE_PART),
    UnitKind.SPECIAL: ("specjalny",),
    UnitKind.THERAPEUTIC: ("terapeutyczny",),
    UnitKind.BILINGUAL: ("dwujęzyczny",),
    UnitKind.INTERNATIONAL: ("międzynarodowy",),
    UnitKind.SPORTS: ("sportowy",),
    UnitKind.SPORTS_MASTERY: ("mistrzostwa sportowego",),
    UnitKind.PRELIMINARY: ("wstępny", "wstępna"),
    UnitKind.MILITARY: ("przygotowania wojskowego", "wojskowy"),
    UnitKind.UNIFORMED: ("mundurowy",),
    UnitKind.MULTI_TRADE: ("wielozawodowy", "wielozawodowa"),
    UnitKind.SELECTIVE: ("ogólnodostępny z dodatkowym postępowaniem",),
}
POOLS: dict[Pool, tuple[str, ...]] = {
    Pool.GENERAL: ("ogólna", "dla wszystkich"),
    Pool.CERTIFICATE: ("z orzeczeniem", "orzeczenie"),
}
PREREQUISITES: dict[Prerequisite, tuple[str, ...]] = {
    Prerequisite.SPORT: ("próba sprawności", "sprawność"),
    Prerequisite.LANGUAGE: ("sprawdzian językowy", "język"),
    Prerequisite.APTITUDE: ("sprawdzian uzdolnień", "uzdolnienia"),
    Prerequisite.MEDICAL: ("orzeczenie lekarskie", "lekarz"),
}
# What the act asks of every candidate to such a class (art. 135 to 144), unless the file says.
ASKED: dict[UnitKind, tuple[Prerequisite, ...]] = {
    UnitKind.SPORTS: (Prerequisite.SPORT, Prerequisite.MEDICAL),
    UnitKind.SPORTS_MASTERY: (Prerequisite.SPORT, Prerequisite.MEDICAL),
    UnitKind.PRELIMINARY: (Prerequisite.LANGUAGE,),
    UnitKind.BILINGUAL: (Prerequisite.LANGUAGE,),
    UnitKind.SELECTIVE: (Prerequisite.APTITUDE,),
}


def meaning(words: Mapping[K, Iterable[str]], typed: str) -> K | None:
    """The kind that the words stand for; its own code will do, and None is neither."""
    asked = plain(typed)
    for kind, known in words.items():
        if asked in (plain(kind.value), *map(plain, known)):
            return kind
    return None


def firsts(words: Mapping[K, Iterable[str]], among: Iterable[K] | None = None) -> str:
    """The words that may stand in the column, as a list for people."""
    kinds = words if among is None else among
    return ", ".join(next(iter(words[kind])) for kind in kinds)
