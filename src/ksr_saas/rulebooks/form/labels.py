"""What fields and their values are called where the office edits its rules."""

from typing import Any

from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.criteria.looked_up import Whose
from ksr_saas.criteria.procedure import ConfirmMode, Counted, Signature, Unused
from ksr_saas.criteria.proofs import Document, Form
from ksr_saas.criteria.rulebook import Ranking, Scope, Tier
from ksr_saas.kernel.errors import N_

GRADES = "65432"
LONG = frozenset({"question", "proof"})  # texts of several lines
LANGUAGE_WORDS = {"pl": N_("po polsku"), "uk": N_("po ukraińsku"), "en": N_("po angielsku")}

# The order in which fields stand, where it is not that of the struct.
ORDER = {
    "Criterion": (
        "code",
        "name",
        "tier",
        "points",
        "kind",
        "question",
        "proof",
        "statement",
        "proofs",
        "basis",
        "scope",
        "sensitive",
        "source",
        "assumed",
    ),
    "Quota": ("code", "criterion", "name", "places", "share", "unused", "basis"),
}

LABELS = {
    "code": N_("Kod"),
    "name": N_("Nazwa"),
    "tier": N_("Etap porównania"),
    "points": N_("Punkty"),
    "kind": N_("Rodzaj kryterium"),
    "question": N_("Pytanie do rodziny"),
    "proof": N_("Co trzeba pokazać"),
    "statement": N_("Wystarczy oświadczenie"),
    "proofs": N_("Dokument"),
    "basis": N_("Podstawa prawna"),
    "scope": N_("Gdzie się liczy"),
    "sensitive": N_("Dane wrażliwe (zdrowie, sprawy rodzinne)"),
    "source": N_("Źródło wartości"),
    "assumed": N_("Wartość niepotwierdzona"),
    "document": N_("Rodzaj dokumentu"),
    "forms": N_("W jakiej postaci"),
    "codes": N_("Kryteria"),
    "criterion": N_("Kryterium"),
    "places": N_("Liczba miejsc w oddziale"),
    "share": N_("Część miejsc"),
    "unused": N_("Miejsca, których nikt nie zajmie"),
    "whole_complex": N_("Liczy się w całym zespole szkół"),
    "largest": N_("Najwięcej sztuk, które się liczą"),
    "limit": N_("Najwyższy dochód na osobę, zł miesięcznie"),
    "metres": N_("Najdalej, w metrach"),
    "whose": N_("Z której dzielnicy"),
    "by_rank": N_("Punkty za kolejne miejsca na liście"),
    "born": N_("Lata urodzenia"),
    "subject": N_("Przedmiot"),
    "weight": N_("Punkty za jeden procent egzaminu"),
    "exempt": N_("Punkty dla zwolnionych z egzaminu"),
    "scale": N_("Punkty za ocenę"),
    "number": N_("Który przedmiot oddziału: 1 albo 2"),
    "rows": N_("Osiągnięcie"),
    "school_year": N_("Rok szkolny"),
    "legal_basis": N_("Podstawy prawne"),
    "birth_years": N_("Lata urodzenia dzieci"),
    "max_preferences": N_("Ile placówek można wskazać"),
    "list_rule": N_("Lista placówek"),
    "ListRule.basis": N_("Zgoda na więcej niż trzy placówki"),
    "counted": N_("Co się liczy do limitu"),
    "own_school_last": N_("Szkoła z obwodu zamyka listę"),
    "confirm_mode": N_("Co po ogłoszeniu wyników"),
    "signature": N_("Kto podpisuje wniosek"),
    "ranking": N_("Jak porównuje się punkty"),
    "catchment_phase": N_("Najpierw zgłoszenia z obwodu"),
    "appeal": N_("Droga odwoławcza, w dniach"),
    "request": N_("Na wniosek o uzasadnienie"),
    "reasons": N_("Na uzasadnienie"),
    "Appeal.appeal": N_("Na odwołanie"),
    "decision": N_("Na rozstrzygnięcie"),
    "shift": N_("Termin z dnia wolnego przechodzi na dzień roboczy"),
    "publication": N_("Co się ogłasza"),
    "points_to_family": N_("Rodzina widzi punkty swojego dziecka"),
    "lowest_points": N_("Najniższa liczba punktów, która dała miejsce"),
    "names_online": N_("Nazwiska w internecie"),
    "ties": N_("Rozstrzygnięcie"),
    "rule": N_("Kto pierwszy"),
    "stages": N_("Etap"),
    "StageRow.code": N_("Rodzaj etapu"),
    "StageRow.name": N_("Nazwa etapu"),
    "starts_at": N_("Początek"),
    "ends_at": N_("Koniec"),
}

HINTS = {
    "school_year": N_("Na przykład 2028/2029."),
    "legal_basis": N_("Uchwała albo zarządzenie z numerem i datą, każde w osobnym wierszu."),
    "birth_years": N_("Na przykład 2022; 2023; 2024; 2025."),
    "born": N_("Na przykład 2022; 2023."),
    "by_rank": N_("Od pierwszej placówki na liście, na przykład 10; 7,5; 5."),
    "share": N_("Od 0 do 1, na przykład 0,25. Podaj część albo liczbę miejsc."),
    "points": N_("Liczba, najwyżej dwa miejsca po przecinku."),
}

SUBJECT_WORDS = {
    "polish": N_("język polski"),
    "mathematics": N_("matematyka"),
    "language": N_("język obcy"),
}

TAG_WORDS = {
    "declared": N_("rodzina odpowiada tak albo nie"),
    "declared-at": N_("rodzina odpowiada osobno o każdej placówce"),
    "sibling-attends": N_("rodzeństwo już chodzi do placówki"),
    "sibling-applies": N_("rodzeństwo stara się o miejsce w tej samej placówce"),
    "count": N_("punkty za każdą sztukę"),
    "income-share": N_("dochód na osobę w rodzinie"),
    "distance": N_("odległość od domu"),
    "catchment": N_("dziecko z obwodu szkoły"),
    "district": N_("dzielnica"),
    "preference-rank": N_("miejsce placówki na liście"),
    "age": N_("rok urodzenia"),
    "exam": N_("wynik egzaminu ósmoklasisty"),
    "grade": N_("ocena z przedmiotu na świadectwie"),
    "scored-grade": N_("ocena z przedmiotu, który wybrał oddział"),
    "achievements": N_("osiągnięcia ze świadectwa"),
}

TIER_WORDS = {
    Tier.FIRST: N_("przed punktami"),
    Tier.STATUTORY: N_("kryteria ustawowe"),
    Tier.LOCAL: N_("kryteria miejskie"),
    Tier.POINTS: N_("punkty rekrutacyjne"),
    Tier.HEALTH: N_("zdrowie (art. 134)"),
}
CONFIRM_WORDS = {
    ConfirmMode.OPT_IN: N_("rodzic potwierdza miejsce, a bez potwierdzenia je traci"),
    ConfirmMode.OPT_OUT: N_("dziecko zachowuje miejsce, chyba że rodzic zrezygnuje"),
}
SIGNATURE_WORDS = {
    Signature.ONE_PARENT: N_("jedno z rodziców"),
    Signature.ONE_WITH_STATEMENT: N_("jedno z rodziców, z oświadczeniem o wspólnej decyzji"),
    Signature.BOTH: N_("oboje rodzice"),
}
DOCUMENT_WORDS = {
    Document.LARGE_FAMILY: N_("oświadczenie o wielodzietności rodziny"),
    Document.SPECIAL_NEEDS: N_("orzeczenie o potrzebie kształcenia specjalnego"),
    Document.DISABILITY: N_("orzeczenie o niepełnosprawności"),
    Document.DIVORCE: N_("wyrok rozwodu albo separacji"),
    Document.DEATH: N_("akt zgonu"),
    Document.SINGLE_PARENT: N_("oświadczenie o samotnym wychowywaniu dziecka"),
    Document.FOSTER_CARE: N_("dokument o pieczy zastępczej"),
    Document.EMPLOYMENT: N_("zaświadczenie pracodawcy"),
    Document.EMPLOYMENT_STATED: N_("oświadczenie o zatrudnieniu"),
    Document.BUSINESS: N_("wpis do CEIDG"),
    Document.STUDY: N_("zaświadczenie uczelni"),
    Document.FARM: N_("oświadczenie o gospodarstwie rolnym"),
    Document.SIBLING: N_("oświadczenie o rodzeństwie"),
    Document.INCOME: N_("oświadczenie o dochodzie"),
    Document.TAX: N_("oświadczenie o rozliczaniu podatku w gminie"),
    Document.TAX_RETURN: N_("pierwsza strona PIT"),
    Document.CITY_CARD: N_("karta miejska"),
    Document.VACCINATION: N_("zaświadczenie o szczepieniach"),
    Document.RESIDENCE: N_("oświadczenie o zamieszkaniu"),
    Document.PREPARATION: N_("oświadczenie o przygotowaniu przedszkolnym"),
    Document.SUPPORT: N_("oświadczenie o wsparciu rodziny"),
    Document.HEALTH_OPINION: N_("opinia o stanie zdrowia"),
    Document.CERTIFICATE: N_("świadectwo ukończenia szkoły podstawowej"),
    Document.EXAM: N_("zaświadczenie o wyniku egzaminu"),
    Document.TITLE: N_("zaświadczenie o tytule laureata lub finalisty"),
    Document.OTHER: N_("inny dokument, nazwany w opisie"),
}
STAGE_NAMES = {
    StageCode.RULES: N_("Ogłoszenie zasad"),
    StageCode.CONTINUATION: N_("Deklaracje kontynuacji"),
    StageCode.OFFER: N_("Oferta placówek"),
    StageCode.CATCHMENT: N_("Zgłoszenia z obwodu"),
    StageCode.SUBMISSION: N_("Składanie wniosków"),
    StageCode.TESTS: N_("Sprawdziany"),
    StageCode.CERTIFICATES: N_("Świadectwa i wyniki egzaminu"),
    StageCode.VERIFICATION: N_("Sprawdzanie wniosków"),
    StageCode.RESULTS: N_("Ogłoszenie wyników"),
    StageCode.CONFIRMATION: N_("Potwierdzanie woli"),
    StageCode.RESIGNATION: N_("Rezygnacja z miejsca"),
    StageCode.ADMISSION: N_("Lista przyjętych"),
    StageCode.INDICATION: N_("Wskazanie miejsc przez gminę"),
    StageCode.SUPPLEMENTARY: N_("Rekrutacja uzupełniająca"),
}
ENUM_WORDS: dict[str, dict[Any, str]] = {
    "Tier": TIER_WORDS,
    "ConfirmMode": CONFIRM_WORDS,
    "Signature": SIGNATURE_WORDS,
    "Document": DOCUMENT_WORDS,
    "StageCode": STAGE_NAMES,
    "Scope": {
        Scope.CANDIDATE: N_("wszędzie tak samo"),
        Scope.PREFERENCE: N_("zależnie od placówki"),
        Scope.FIRST_PREFERENCE: N_("tylko w pierwszej placówce na liście"),
    },
    "Ranking": {
        Ranking.BY_TIER: N_("etap po etapie"),
        Ranking.PLAIN_SUM: N_("jedna suma wszystkich punktów"),
    },
    "Counted": {
        Counted.INSTITUTIONS: N_("placówki"),
        Counted.UNITS: N_("oddziały"),
    },
    "Unused": {
        Unused.KEPT: N_("zostają wolne"),
        Unused.RELEASED: N_("są dla wszystkich"),
    },
    "Form": {
        Form.ORIGINAL: N_("oryginał"),
        Form.NOTARIAL_COPY: N_("kopia poświadczona notarialnie albo urzędowo"),
        Form.CERTIFIED_BY_PARENT: N_("kopia poświadczona przez rodzica"),
        Form.COPY: N_("zwykła kopia"),
        Form.STATEMENT: N_("oświadczenie"),
    },
    "Whose": {
        Whose.SAME: N_("z tej samej dzielnicy"),
        Whose.OTHER: N_("z innej dzielnicy miasta"),
    },
    "TieRule": {
        "older": N_("starsze dziecko"),
        "younger": N_("młodsze dziecko"),
        "preference-rank": N_("placówka wyżej na liście"),
        "nearer": N_("dziecko, które mieszka bliżej"),
        "lottery": N_("losowanie"),
        "commission": N_("kolejność ustala komisja"),
    },
}


def label(of: type[Any], field: str) -> str:
    """What a field of a struct is called (a Polish source text)."""
    return LABELS.get(f"{of.__name__}.{field}") or LABELS[field]
