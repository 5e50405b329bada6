"""What the linter says, in the office's words and at the place it speaks of."""

import re
from collections.abc import Sequence

import msgspec

from ksr_saas.applications.opening import obstacles
from ksr_saas.criteria.lint.finding import Finding, Severity
from ksr_saas.criteria.lint.linter import lint
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import _
from ksr_saas.rulebooks import parts
from ksr_saas.rulebooks.differences import title_of
from ksr_saas.rulebooks.parts import ALONE, LISTS, Part
from ksr_saas.rulebooks.setup import Setup
from ksr_saas.verification.shifting import FINDING_WORDS as DATE_WORDS

WORDS = DATE_WORDS | {
    "same-code": N_("ten sam kod ma inne kryterium"),
    "points": N_("punkty muszą być większe od zera i mieć najwyżej dwa miejsca po przecinku"),
    "kind": N_("to pole nie zgadza się z punktami kryterium albo jest puste"),
    "tier": N_("na tym poziomie nie ma takiego etapu porównania"),
    "scope": N_("zależy od placówki, więc nie może liczyć się wszędzie tak samo"),
    "basis": N_("brakuje podstawy prawnej"),
    "assumed": N_("wartości nie potwierdza żadne źródło: porównaj ją z uchwałą"),
    "preferences": N_("rodzina musi móc wskazać co najmniej jedną placówkę"),
    "preferences-basis": N_("więcej niż trzy placówki wymagają zgody: wpisz, kto ją dał"),
    "rank-points": N_("punkty za miejsce na liście skłaniają rodziny, żeby nie pisały prawdy"),
    "rank-length": N_("wartości musi być tyle, ile placówek można wskazać"),
    "birth-years": N_("lata urodzenia pomijają dzieci z prawem do udziału albo dopuszczają inne"),
    "statutory-count": N_("kryteriów ustawowych musi być siedem"),
    "statutory-unequal": N_("kryteria ustawowe muszą mieć równą wartość"),
    "local-count": N_("kryteriów miejskich może być najwyżej sześć"),
    "local-outweighs": N_(
        "wszystkie kryteria miejskie razem są warte co najmniej tyle co jedno ustawowe"
    ),
    "age": N_("kryterium wyróżnia dzieci jednego rocznika; sądy takie kryteria uchylały"),
    "catchment": N_("dzieci z obwodu przyjmuje się przed punktami i bez punktów"),
    "exclusions": N_("wykluczenie wskazuje złe kryteria: dwa różne, z jednego etapu, każde raz"),
    "maxima": N_("limit wskazuje złe kryteria: dwa różne, z jednego etapu, każde raz"),
    "exclusions-statutory": N_("odbiera punkty kryteriom ustawowym, a każde z nich się liczy"),
    "maxima-statutory": N_("odbiera punkty kryteriom ustawowym, a każde z nich się liczy"),
    "exclude-each-other": N_("nie da się spełnić obu kryteriów naraz: wpisz je do wykluczenia"),
    "counts-twice": N_("kto spełnia jedno, spełnia oba, więc punkty liczą się dwa razy"),
    "translation": N_("brakuje tekstu w tym języku"),
    "proof": N_("nie zgadza się to, czym rodzina ma to udowodnić"),
    "tie-end": N_("na końcu, i tylko tam, rozstrzyga komisja"),
    "tie-basis": N_("brakuje podstawy prawnej"),
    "tie-lottery": N_("rozstrzyga przypadek, a sądy takie wyniki uchylały"),
    "tie-unparted": N_("w zeszłym roku dzieci z równymi punktami byłoby więcej niż miejsc"),
    "quota": N_("rezerwacja miejsc jest niepełna albo obejmuje więcej miejsc, niż jest"),
    "appeal": N_("na każdy krok odwołania są trzy dni"),
    "names-online": N_("nazwisk dzieci nie ogłasza się w internecie"),
    "lowest-points": N_("listy podają najniższą liczbę punktów, która dała miejsce"),
    "points-table": N_("nie zgadza się z tabelą punktów z rozporządzenia"),
    "no-form": N_("ta wersja programu jeszcze tego nie obsługuje"),
}
# Where one rule says several things, by what it says.
PRECISE = {
    "is still Polish": N_("tekst jest jeszcze po polsku"),
    "names no document": N_("nie ma żadnego dokumentu, który to potwierdza"),
    "a statement is said to be enough, and no proof is one": N_(
        "ma wystarczyć oświadczenie, a żaden dokument nim nie jest"
    ),
    "a document is asked for, and the only proof is a statement": N_(
        "oświadczenie nie wystarcza, a jedynym dokumentem jest oświadczenie"
    ),
    "cannot be met together": N_("nie da się spełnić obu kryteriów naraz: wpisz je do wykluczenia"),
    "the kind “": N_("o to kryterium nie umiemy jeszcze zapytać rodziny"),
    "recruitment has no pages yet": N_("nie ma jeszcze stron rodziny dla tego poziomu"),
    "the allocation compares stage by stage": N_("przydział porównuje tylko etap po etapie"),
    "the allocation leaves all equals": N_("przy remisie przydział zna tylko decyzję komisji"),
    "the allocation reserves no places yet": N_("przydział nie rezerwuje jeszcze miejsc"),
    "there is no phase for the catchment yet": N_("nie ma jeszcze etapu zgłoszeń z obwodu"),
    "the list of preferences knows its length only": N_("lista placówek zna tylko swoją długość"),
    "the second parent cannot sign yet": N_("drugi rodzic nie może jeszcze podpisać wniosku"),
}
NO_LAW = ("plain sense", "not a matter of law", "no article")
REGULATION = N_("rozporządzenie Ministra Edukacji z 3.4.2025")
BASICS = {
    "name",
    "school_year",
    "legal_basis",
    "max_preferences",
    "birth_years",
    "list_rule",
    "ranking",
    "catchment_phase",
    "signature",
    "confirm_mode",
    "appeal",
    "publication",
}
HEADS = BASICS | {"stages", "ties", *LISTS.values()}
PATH = re.compile(r"(\w+)(?:\[([^\]]*)\])?(?:\.(.*))?")


class Said(msgspec.Struct, frozen=True):
    """A finding where people read it: at which field of which part, why, and by what law.

    `key` and `field` are empty where it speaks of the whole; `law` where it is plain sense.
    """

    severity: Severity
    part: Part
    key: str
    field: str
    title: str
    why: str
    law: str


def findings(setup: Setup, *, opening: bool = True) -> tuple[Said, ...]:
    """Everything the linter says of a recruitment, errors first.

    With `opening` also what no page of this program knows yet.
    """
    found = lint(setup.rulebook, school_year=setup.school_year, stages=setup.stages)
    if opening:
        found += obstacles(setup.rulebook)
    return tuple(_said(one, setup) for one in found)


def of(said: Sequence[Said], part: Part, key: str | None = None) -> list[Said]:
    """Those that speak of a part, or only of one member of its list."""
    return [one for one in said if one.part is part and key in (None, one.key)]


def _said(finding: Finding, setup: Setup) -> Said:
    part, key, field = place(finding.path)
    one = parts.value(setup, part, key) if part in LISTS and key else None
    title = title_of(part, one) if one is not None else ""
    if part is Part.DATES and key:
        title = next((title_of(part, row) for row in setup.stages if row.code == key), "")
    return Said(finding.severity, part, key, field, title, why(finding), law(finding.law))


def place(path: str) -> tuple[Part, str, str]:
    """Part, key and form field of "criteria[WR].name.uk"; key and field may be empty."""
    met = PATH.match(path)
    head, key, rest = met.groups("") if met else ("", "", "")
    lists = {field: part for part, field in LISTS.items()}
    if head in BASICS:
        return Part.BASICS, "", "-".join(filter(None, (head, rest)))
    if head in ("stages", "ties"):
        return (Part.DATES if head == "stages" else Part.TIES), key, rest.replace(".", "-")
    part = lists.get(head, Part.CRITERIA)
    numbered = part in (Part.EXCLUSIONS, Part.MAXIMA)
    if numbered and not key.isdecimal():
        key = ""
    return part, key, re.sub(r"\[[^\]]*\]", "", rest).replace(".", "-")


def why(finding: Finding) -> str:
    """The reason in the reader's language."""
    for said, words in PRECISE.items():
        if said in finding.why:
            return _(words)
    return _(WORDS[finding.rule])


def law(told: str) -> str:
    """The article, as Polish acts are quoted; empty for what no act says."""
    if told.startswith(NO_LAW):
        return ""
    if told.startswith("regulation"):
        return _(REGULATION)
    article = re.sub(r" \([^)]*[a-z][^)]*\)", "", told).partition(":")[0]
    return re.sub(r"\((\d+)\)(?:-\((\d+)\))?", _paragraph, article).replace("-", "–")


def _paragraph(met: re.Match[str]) -> str:
    return f"ust. {met[1]}–{met[2]}" if met[2] else f"ust. {met[1]}"


def stage_field(setup: Setup, one: Said) -> str:
    """The form field of a finding about a stage or a link of the tie chain: its row's."""
    if one.part is Part.TIES:
        return f"ties-{one.key}-rule" if one.key else ""
    codes = [row.code.value for row in setup.stages]
    if one.part is not Part.DATES or one.key not in codes:
        return one.field if one.part not in ALONE or one.part is Part.BASICS else ""
    row = f"stages-{codes.index(one.key)}"
    inner = f"{one.field}-dzien" if one.field in ("starts_at", "ends_at") else one.field
    return f"{row}-{inner or 'code'}"
