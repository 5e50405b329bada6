"""What a unit is, as values that can be compared, kept and shown."""

from collections.abc import Callable
from typing import Any

import msgspec

from ksr_saas.campaigns.levels import Level
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import stamp
from ksr_saas.kernel.i18n import LANGUAGES, _
from ksr_saas.offer.kinds import Pool, Prerequisite, Scored, UnitKind
from ksr_saas.offer.models import Unit

KIND_WORDS = {
    UnitKind.GENERAL: N_("ogólnodostępny"),
    UnitKind.INTEGRATION: N_("integracyjny"),
    UnitKind.SPECIAL: N_("specjalny"),
    UnitKind.THERAPEUTIC: N_("terapeutyczny"),
    UnitKind.BILINGUAL: N_("dwujęzyczny"),
    UnitKind.INTERNATIONAL: N_("międzynarodowy"),
    UnitKind.SPORTS: N_("sportowy"),
    UnitKind.SPORTS_MASTERY: N_("mistrzostwa sportowego"),
    UnitKind.PRELIMINARY: N_("wstępny"),
    UnitKind.MILITARY: N_("przygotowania wojskowego"),
    UnitKind.UNIFORMED: N_("klasa mundurowa"),
    UnitKind.MULTI_TRADE: N_("wielozawodowy"),
    UnitKind.SELECTIVE: N_("dla uzdolnionych"),
}
POOL_WORDS = {
    Pool.GENERAL: N_("dla wszystkich"),
    Pool.CERTIFICATE: N_("dla dzieci z orzeczeniem"),
}
PREREQUISITE_WORDS = {
    Prerequisite.SPORT: N_("próba sprawności fizycznej"),
    Prerequisite.LANGUAGE: N_("sprawdzian kompetencji językowych"),
    Prerequisite.APTITUDE: N_("sprawdzian uzdolnień"),
    Prerequisite.MEDICAL: N_("zaświadczenie lekarskie"),
}
LANGUAGE_WORDS = {"pl": N_("po polsku"), "uk": N_("po ukraińsku"), "en": N_("po angielsku")}
COMMON = ("code", "name", "kind", "group", "pool", "capacity")
ALL_LANGUAGES = ("first_languages", "second_languages")
# What a unit of each level has, in the order of the form; the others keep their defaults.
FIELDS: dict[Level, tuple[str, ...]] = {
    Level.PRESCHOOL: (*COMMON, "continuing", "birth_years", "first_languages", "about"),
    Level.PRIMARY: (*COMMON, "continuing", "first_languages", "prerequisites", "about"),
    Level.SECONDARY: (
        *COMMON,
        *ALL_LANGUAGES,
        "subjects",
        "extended",
        "occupations",
        "prerequisites",
        "about",
    ),
}
LABELS = {
    "code": N_("Symbol"),
    "name": N_("Nazwa"),
    "kind": N_("Rodzaj"),
    "group": N_("Części jednego oddziału"),
    "pool": N_("Miejsca"),
    "capacity": N_("Wszystkie miejsca"),
    "continuing": N_("Dzieci, które zostają"),
    "birth_years": N_("Roczniki"),
    "first_languages": N_("Pierwszy język obcy"),
    "second_languages": N_("Drugi język obcy"),
    "subjects": N_("Przedmioty punktowane"),
    "extended": N_("Przedmioty rozszerzone"),
    "occupations": N_("Zawody"),
    "prerequisites": N_("Co trzeba zaliczyć lub pokazać"),
    "about": N_("Opis"),
}


class UnitValues(msgspec.Struct, frozen=True):
    """Everything about a unit that people write; see `offer.models.Unit`."""

    capacity: int
    code: str = ""
    name: str = ""
    kind: UnitKind = UnitKind.GENERAL
    group: str = ""
    pool: Pool = Pool.GENERAL
    continuing: int = 0
    birth_years: tuple[int, ...] = ()
    first_languages: tuple[str, ...] = ()
    second_languages: tuple[str, ...] = ()
    subjects: tuple[Scored, ...] = ()
    extended: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    prerequisites: tuple[Prerequisite, ...] = ()
    about: dict[str, str] = {}

    @property
    def places(self) -> int:
        """Free places."""
        return self.capacity - self.continuing

    @property
    def stamp(self) -> str:
        """It differs as soon as a value does."""
        return stamp(self)

    @classmethod
    def of(cls, unit: Unit) -> "UnitValues":
        """As the unit is now."""
        return msgspec.convert(
            {name: getattr(unit, name) for name in cls.__struct_fields__}, cls, str_keys=True
        )

    @classmethod
    def kept(cls, raw: dict[str, Any]) -> "UnitValues":
        """As `data` wrote it."""
        return msgspec.convert(raw, cls)

    @property
    def data(self) -> dict[str, Any]:
        """For a column."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        return found

    def write(self, unit: Unit) -> None:
        """Make the unit so."""
        for name, value in self.data.items():
            setattr(unit, name, value)
        unit.kind, unit.pool = self.kind, self.pool

    def merged(self, before: "UnitValues", now: "UnitValues") -> "UnitValues":
        """What `now` becomes by the step from `before` to these: other fields are left alone."""
        changed = {
            name: getattr(self, name)
            for name in self.__struct_fields__
            if getattr(self, name) != getattr(before, name)
        }
        return msgspec.structs.replace(now, **changed)

    @property
    def title(self) -> str:
        """What people call it: symbol and name; the whole institution where it has neither."""
        return " ".join(filter(None, (self.code, self.name))) or _("Cała placówka")


def scored_text(one: Scored) -> str:
    """One scored subject as a sentence reads it."""
    words = ", ".join(one.among)
    if len(one.among) > 1:
        words = _("%(which)s. najwyższa ocena z: %(subjects)s") % {
            "which": one.best,
            "subjects": words,
        }
    if one.otherwise:
        words = _("%(first)s; jeżeli ich nie ma: %(then)s") % {
            "first": words,
            "then": ", ".join(one.otherwise),
        }
    return words


def shown(values: UnitValues, field: str) -> str:
    """One field in the reader's language; empty for an empty one."""
    value = getattr(values, field)
    if field in WRITTEN_BY:
        return WRITTEN_BY[field](value)
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)


WRITTEN_BY: dict[str, Callable[[Any], str]] = {
    "kind": lambda value: _(KIND_WORDS[value]),
    "pool": lambda value: _(POOL_WORDS[value]),
    "prerequisites": lambda value: ", ".join(_(PREREQUISITE_WORDS[one]) for one in value),
    "subjects": lambda value: "; ".join(map(scored_text, value)),
    "about": lambda value: " / ".join(value[lang] for lang in LANGUAGES if value.get(lang)),
}


class Difference(msgspec.Struct, frozen=True):
    """A field that is not the same in two or three versions of a unit, in the reader's language."""

    label: str
    before: str
    after: str
    now: str = ""


def differences(
    before: UnitValues | None, after: UnitValues, now: UnitValues | None = None
) -> list[Difference]:
    """What differs, in the order of the form. Without `before` everything that is not empty."""
    found = []
    for field, label in LABELS.items():
        old = shown(before, field) if before else ""
        new = shown(after, field)
        if old != new:
            found.append(Difference(_(label), old, new, shown(now, field) if now else old))
    return found
