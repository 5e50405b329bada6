"""Who may do what: one table, in code. What it does not say, nobody may.

The guard, the staffing form and the page for the municipality's auditor are all fed from here. The
law is the Education Act (art. 149-158) with the decree on recruitment, by which a director appoints
the commission and never sits in it.
"""

from collections.abc import Mapping
from enum import StrEnum

import msgspec

from ksr_saas.kernel.errors import N_


class Role(StrEnum):
    """The roles of one municipality (docs/glossary.md)."""

    PARENT = "parent"
    OPERATOR = "operator"
    MEMBER = "member"
    CHAIR = "chair"
    DIRECTOR = "director"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    IOD = "iod"
    READER = "reader"


class Right(StrEnum):
    """What a route asks for. ANYONE is the only one that needs no login."""

    ANYONE = "anyone"
    SIGNED_IN = "signed-in"
    OWN_APPLICATIONS = "own-applications"
    OWN_LOGIN = "own-login"
    OWN_SECRETS = "own-secrets"
    READ_CASES = "read-cases"
    VERIFY = "verify"
    RETURN = "return"
    DECIDE = "decide"
    DECIDE_APPEALS = "decide-appeals"
    OPEN_CASES = "open-cases"
    PRINT_LISTS = "print-lists"
    EDIT_OFFER = "edit-offer"
    CLOSE_OFFER = "close-offer"
    ACCEPT_OFFERS = "accept-offers"
    SEE_PROGRESS = "see-progress"
    SUPERVISE = "supervise"
    IMPORT_OFFER = "import-offer"
    READ_RULES = "read-rules"
    SET_RULES = "set-rules"
    ALLOCATE = "allocate"
    PUBLISH = "publish"
    SET_CATCHMENTS = "set-catchments"
    SPEAK = "speak"
    MANAGE_STAFF = "manage-staff"
    READ_RIGHTS = "read-rights"
    OPEN_CASE_WITH_REASON = "open-case-with-reason"
    READ_AUDIT = "read-audit"
    VENDOR = "vendor"


class Scope(StrEnum):
    """How far a right reaches."""

    OWN = "own"
    INSTITUTION = "institution"
    MUNICIPALITY = "municipality"
    COUNTS = "counts"

    def covers(self, other: "Scope") -> bool:
        """Whether who reaches this far reaches `other` too."""
        return (
            self is other
            or self is Scope.MUNICIPALITY
            or (self is Scope.INSTITUTION and other is Scope.OWN)
        )


class Held(msgspec.Struct, frozen=True):
    """One cell of the table. Who only `entrusts` gives the right to others and has no use of it."""

    scope: Scope
    entrusts: bool = False


class Line(msgspec.Struct, frozen=True):
    """One right: what it is and why it is given so (Polish source texts), and to whom."""

    name: str
    reason: str
    held: Mapping[Role, Held]


STAFF = tuple(role for role in Role if role is not Role.PARENT)
WITH_PLACE = (Role.OPERATOR, Role.MEMBER, Role.CHAIR, Role.DIRECTOR)

OWN = Held(Scope.OWN)
PLACE = Held(Scope.INSTITUTION)
TOWN = Held(Scope.MUNICIPALITY)
PLACE_ENTRUSTS = Held(Scope.INSTITUTION, entrusts=True)
TOWN_ENTRUSTS = Held(Scope.MUNICIPALITY, entrusts=True)
BY_TOWN = {Role.COORDINATOR: TOWN_ENTRUSTS, Role.ADMINISTRATOR: TOWN_ENTRUSTS}
BY_COORDINATOR = {Role.COORDINATOR: TOWN, Role.ADMINISTRATOR: TOWN_ENTRUSTS}

TABLE: dict[Right, Line] = {
    Right.SIGNED_IN: Line(
        N_("Własne sesje"),
        N_("Konta są imienne. Każdy odpowiada za swoje."),
        dict.fromkeys(Role, OWN),
    ),
    Right.OWN_APPLICATIONS: Line(
        N_("Wnioski własnych dzieci"),
        N_("Wniosek składa rodzic (art. 149 i 150 Prawa oświatowego)."),
        {Role.PARENT: OWN},
    ),
    Right.OWN_LOGIN: Line(
        N_("Własne hasło i kody"),
        N_("Rodzic ma hasło tylko wtedy, gdy konto założyła mu placówka."),
        dict.fromkeys(Role, OWN),
    ),
    Right.OWN_SECRETS: Line(
        N_("Własne klucze logowania; wybór roli, jeżeli ma ich kilka"),
        N_("W małej placówce jedna osoba ma kilka ról, ale działa zawsze w jednej."),
        dict.fromkeys(STAFF, OWN),
    ),
    Right.READ_CASES: Line(
        N_("Czytanie wniosków i załączników"),
        N_("Wniosek rozpatruje placówka pierwszego wyboru (art. 149). Urząd spraw nie czyta."),
        dict.fromkeys(WITH_PLACE, PLACE) | BY_TOWN,
    ),
    Right.VERIFY: Line(
        N_("Sprawdzanie kryteriów"),
        N_("Operator przygotowuje, komisja sprawdza. Dyrektor nie może być w komisji (art. 157)."),
        {
            Role.OPERATOR: PLACE,
            Role.MEMBER: PLACE,
            Role.CHAIR: PLACE,
            Role.DIRECTOR: PLACE_ENTRUSTS,
            **BY_TOWN,
        },
    ),
    Right.RETURN: Line(
        N_("Zwrot wniosku do poprawy"),
        N_("Do uzupełnienia braków wzywa przewodniczący komisji albo dyrektor."),
        {Role.CHAIR: PLACE, Role.DIRECTOR: PLACE, **BY_TOWN},
    ),
    Right.DECIDE: Line(
        N_("Zatwierdzenie albo odrzucenie wniosku"),
        N_("Rozstrzyga przewodniczący komisji. Komisję powołuje dyrektor (art. 157)."),
        {Role.CHAIR: PLACE, Role.DIRECTOR: PLACE_ENTRUSTS, **BY_TOWN},
    ),
    Right.DECIDE_APPEALS: Line(
        N_("Rozstrzyganie odwołań"),
        N_("Odwołanie od odmowy rozpatruje dyrektor (art. 158)."),
        {Role.DIRECTOR: PLACE, **BY_TOWN},
    ),
    Right.OPEN_CASES: Line(
        N_("Wnioski papierowe i dostęp do sprawy"),
        N_("Wniosek na papierze przyjmuje placówka pierwszego wyboru (art. 149)."),
        {Role.OPERATOR: PLACE, Role.CHAIR: PLACE, Role.DIRECTOR: PLACE_ENTRUSTS, **BY_TOWN},
    ),
    Right.PRINT_LISTS: Line(
        N_("Listy zakwalifikowanych i przyjętych"),
        N_("Listy wywiesza się w siedzibie placówki (art. 158)."),
        dict.fromkeys(WITH_PLACE, PLACE) | BY_TOWN,
    ),
    Right.EDIT_OFFER: Line(
        N_("Dane i oferta placówki"),
        N_("O sobie i o swoich miejscach pisze placówka."),
        {Role.OPERATOR: PLACE, Role.DIRECTOR: PLACE, **BY_TOWN},
    ),
    Right.CLOSE_OFFER: Line(
        N_("Zamknięcie oferty placówki"),
        N_("Za ofertę odpowiada dyrektor."),
        {Role.DIRECTOR: PLACE, **BY_TOWN},
    ),
    Right.ACCEPT_OFFERS: Line(
        N_("Placówki gminy i przyjmowanie ich ofert"),
        N_("Liczbę miejsc zatwierdza organ prowadzący."),
        BY_COORDINATOR,
    ),
    Right.SEE_PROGRESS: Line(
        N_("Postęp rekrutacji w placówkach"),
        N_("Same liczby, bez danych dzieci."),
        BY_COORDINATOR | {Role.READER: Held(Scope.COUNTS)},
    ),
    Right.SUPERVISE: Line(
        N_("Harmonogram i niewysłane wiadomości"),
        N_("Terminy ustala organ prowadzący (art. 154)."),
        BY_COORDINATOR,
    ),
    Right.IMPORT_OFFER: Line(
        N_("Oferta, placówki i dzieci kontynuujące z plików"),
        N_("Liczbę miejsc ustala organ prowadzący, a po otwarciu rekrutacji podaje powód zmiany."),
        BY_COORDINATOR,
    ),
    Right.READ_RULES: Line(
        N_("Zasady rekrutacji i ich wersje"),
        N_("Zasady są jawne (art. 154). Przed otwarciem czyta je tylko urząd."),
        {
            Role.COORDINATOR: TOWN,
            Role.ADMINISTRATOR: TOWN,
            Role.IOD: TOWN,
            Role.READER: TOWN,
        },
    ),
    Right.SET_RULES: Line(
        N_("Zmiana zasad i otwarcie rekrutacji"),
        N_(
            "Kryteria i terminy ustala organ prowadzący. Po otwarciu zmianę potwierdza druga osoba."
        ),
        BY_COORDINATOR,
    ),
    Right.ALLOCATE: Line(
        N_("Próbny przydział miejsc"),
        N_("Przydział liczy się dla wszystkich placówek naraz."),
        BY_COORDINATOR,
    ),
    Right.PUBLISH: Line(
        N_("Ogłoszenie wyników"),
        N_("Wszystkie placówki ogłaszają wyniki w jednym terminie."),
        BY_COORDINATOR,
    ),
    Right.SET_CATCHMENTS: Line(
        N_("Obwody szkół i adresy do wyjaśnienia"),
        N_("Granice obwodów określa rada gminy (art. 39 ust. 5 Prawa oświatowego)."),
        BY_COORDINATOR,
    ),
    Right.SPEAK: Line(
        N_("Wygląd stron, aktualności, pytania, pliki i teksty"),
        N_("Stronę rekrutacji prowadzi organ prowadzący. Poprzednie wersje zostają."),
        {Role.COORDINATOR: TOWN, Role.ADMINISTRATOR: TOWN},
    ),
    Right.MANAGE_STAFF: Line(
        N_("Konta i role pracowników"),
        N_("Nikt nie zmienia własnych ról ani nie nadaje uprawnień, których powierzyć nie może."),
        {Role.DIRECTOR: PLACE, Role.COORDINATOR: TOWN, Role.ADMINISTRATOR: TOWN},
    ),
    Right.READ_RIGHTS: Line(
        N_("Tabela uprawnień"),
        N_("Do kontroli w urzędzie i dla inspektora ochrony danych (art. 39 RODO)."),
        {Role.COORDINATOR: TOWN, Role.ADMINISTRATOR: TOWN, Role.IOD: TOWN},
    ),
    Right.OPEN_CASE_WITH_REASON: Line(
        N_("Jedna sprawa, znaleziona po numerze, z podanym powodem"),
        N_("Urząd nie przegląda wniosków. Każde otwarcie widzi rodzina."),
        BY_COORDINATOR | {Role.IOD: TOWN},
    ),
    Right.READ_AUDIT: Line(
        N_("Rejestr zdarzeń"),
        N_("Kto, kiedy i po co zajrzał do danych (art. 5 ust. 2 RODO)."),
        BY_COORDINATOR | {Role.IOD: TOWN},
    ),
}

# Who gives which roles. A coordinator makes no second coordinator: publication takes two of them.
GRANTS: dict[Role, tuple[Role, ...]] = {
    Role.DIRECTOR: (Role.OPERATOR, Role.MEMBER, Role.CHAIR),
    Role.COORDINATOR: WITH_PLACE,
    Role.ADMINISTRATOR: STAFF,
}

# A director and a commission of the same institution (decree on recruitment), a data protection
# officer and those whom the officer watches (GDPR art. 38 (6)).
APART: tuple[frozenset[Role], ...] = (
    frozenset({Role.DIRECTOR, Role.MEMBER}),
    frozenset({Role.DIRECTOR, Role.CHAIR}),
    frozenset({Role.IOD, Role.COORDINATOR}),
    frozenset({Role.IOD, Role.ADMINISTRATOR}),
)

RIGHTS: dict[Role, frozenset[Right]] = {
    role: frozenset(
        right for right, line in TABLE.items() if role in line.held and not line.held[role].entrusts
    )
    for role in Role
}


def lacking(giver: Role, given: Role) -> list[Right]:
    """What a holder of `given` may do or entrust and `giver` may neither do nor entrust as far."""
    return [
        right
        for right, line in TABLE.items()
        if given in line.held
        and not (giver in line.held and line.held[giver].scope.covers(line.held[given].scope))
    ]


def grantable(giver: Role) -> tuple[Role, ...]:
    """The roles that `giver` may give to others, in the order of Role; empty for most."""
    return tuple(role for role in GRANTS.get(giver, ()) if not lacking(giver, role))
