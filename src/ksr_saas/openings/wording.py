"""What acts, roles and reasons of the record are called where people read them."""

from ksr_saas.identity.authorisation import ROLE_NAMES
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.i18n import _
from ksr_saas.openings.rules import REASONS, Reason, Scope

REASON_WORDS = {
    Reason.VERIFICATION: N_("sprawdzenie kryterium"),
    Reason.APPEAL: N_("odwołanie"),
    Reason.ANSWER: N_("odpowiedź na pytanie rodzica"),
    Reason.COMPLAINT: N_("skarga lub wniosek o wyjaśnienie"),
    Reason.CONTROL: N_("kontrola pracy placówki"),
    Reason.FAULT: N_("wyjaśnienie błędu w systemie"),
    Reason.OTHER: N_("inny powód"),
}

ACT_WORDS = {
    "allocation.ask": N_("zlecenie próbnego przydziału"),
    "allocation.record-order": N_("zapisanie kolejności ustalonej przez komisję"),
    "applications.known": N_("wskazanie, że wniosek dziecka już jest"),
    "applications.submit": N_("złożenie wniosku"),
    "applications.withdraw": N_("wycofanie wniosku"),
    "campaigns.end-stage": N_("wcześniejsze zakończenie etapu"),
    "campaigns.extend-stage": N_("przedłużenie terminu po awarii"),
    "campaigns.prepare": N_("przygotowanie rekrutacji z plików"),
    "campaigns.shift-stage": N_("zmiana terminu etapu"),
    "catchments.add": N_("dodanie wiersza obwodu"),
    "catchments.ask": N_("przekazanie adresu do wyjaśnienia"),
    "catchments.change": N_("poprawienie wiersza obwodu"),
    "catchments.decide": N_("rozstrzygnięcie szkoły dla adresu"),
    "catchments.end": N_("zakończenie wiersza obwodu"),
    "catchments.list": N_("otwarcie adresów do wyjaśnienia"),
    "catchments.replace": N_("wczytanie obwodów z pliku"),
    "demo.play-institutions": N_("pokaz: weryfikacja za placówki"),
    "exchange.continuing": N_("zmiana liczby dzieci kontynuujących z pliku"),
    "exchange.offer": N_("zapisanie oferty z pliku"),
    "exchange.register": N_("zmiana danych placówki według rejestru szkół"),
    "guardians.ask": N_("prośba drugiego rodzica o dostęp"),
    "guardians.invite": N_("utworzenie linku dla drugiego rodzica"),
    "guardians.join": N_("wpuszczenie drugiego rodzica do sprawy"),
    "guardians.read-access": N_("otwarcie listy osób z dostępem"),
    "guardians.remove": N_("odebranie dostępu do sprawy"),
    "guardians.revoke": N_("unieważnienie linku dla drugiego rodzica"),
    "identity.act-as": N_("zmiana roli, w której działa pracownik"),
    "identity.backup-code": N_("zalogowanie kodem zapasowym"),
    "identity.eid-accepted": N_("przyjęcie odpowiedzi login.gov.pl"),
    "identity.eid-logout-refused": N_("nieudane wylogowanie w login.gov.pl"),
    "identity.eid-refused": N_("odrzucenie odpowiedzi login.gov.pl"),
    "identity.enrolled": N_("ustawienie drugiego składnika logowania"),
    "identity.invite-administrator": N_("zaproszenie administratora gminy"),
    "identity.locked": N_("czasowa blokada konta"),
    "identity.passkey-added": N_("dodanie klucza logowania"),
    "identity.passkey-removed": N_("usunięcie klucza logowania"),
    "identity.password": N_("zmiana hasła"),
    "identity.sign-in": N_("zalogowanie"),
    "identity.sso-logout-refused": N_("nieudane wylogowanie z konta urzędu"),
    "identity.sso-refused": N_("odrzucenie logowania kontem urzędu"),
    "keys.rotate": N_("wymiana kluczy szyfrujących"),
    "notices.save-look": N_("zmiana wyglądu stron"),
    "notifications.send-again": N_("ponowienie wysyłki wiadomości"),
    "notifications.take-as-sent": N_("uznanie wiadomości za wysłane"),
    "offering.accept": N_("przyjęcie oferty placówki"),
    "offering.ask-change": N_("prośba o zmianę przyjętej oferty"),
    "offering.change": N_("zmiana oferty przez urząd"),
    "offering.close": N_("zamknięcie oferty placówki"),
    "offering.grant-change": N_("zgoda na zmianę oferty"),
    "offering.refuse-change": N_("odmowa zmiany oferty"),
    "offering.remove": N_("usunięcie oddziału z oferty"),
    "offering.reopen": N_("ponowne otwarcie przyjętej oferty"),
    "offering.return": N_("zwrot oferty do poprawy"),
    "offering.take-back": N_("cofnięcie zamknięcia oferty"),
    "offering.write": N_("zapisanie oddziału w ofercie"),
    "openings.case": N_("otwarcie sprawy w urzędzie"),
    "openings.export-record": N_("pobranie rejestru zdarzeń"),
    "openings.not-found": N_("szukanie sprawy po numerze, którego nie ma"),
    "openings.papers": N_("odkrycie danych wrażliwych"),
    "openings.read-case": N_("czytanie sprawy w urzędzie"),
    "openings.read-paper": N_("otwarcie dokumentu w urzędzie"),
    "papers.code": N_("wydanie kodu do przejęcia sprawy"),
    "papers.submit": N_("wpisanie wniosku papierowego"),
    "papers.take-over": N_("przejęcie sprawy kodem z listu"),
    "papers.void": N_("unieważnienie kodu do przejęcia sprawy"),
    "papers.wrong-code": N_("wpisanie błędnego kodu do przejęcia sprawy"),
    "parents.close": N_("zamknięcie konta rodzica"),
    "parents.link": N_("ponowne wysłanie linku rodzicowi"),
    "parents.open": N_("założenie konta rodzica w placówce"),
    "parents.reset-asked": N_("zgłoszenie utraty telefonu przez rodzica"),
    "parents.reset-confirmed": N_("usunięcie drugiego składnika logowania rodzica"),
    "parents.reset-refused": N_("odmowa usunięcia drugiego składnika rodzica"),
    "parents.void-link": N_("unieważnienie linku rodzica"),
    "results.close-admissions": N_("zamknięcie listy przyjętych"),
    "results.confirm": N_("potwierdzenie woli przyjęcia"),
    "results.publish": N_("publikacja wyników"),
    "results.read-list": N_("otwarcie listy dzieci"),
    "results.resign": N_("rezygnacja z miejsca"),
    "rulebooks.ask": N_("prośba o potwierdzenie zmiany zasad"),
    "rulebooks.confirm": N_("potwierdzenie zmiany zasad"),
    "rulebooks.drop": N_("odrzucenie szkicu zasad"),
    "rulebooks.edit": N_("zmiana w szkicu zasad"),
    "rulebooks.import": N_("wczytanie zasad z pliku"),
    "rulebooks.make": N_("założenie rekrutacji"),
    "rulebooks.open": N_("otwarcie rekrutacji"),
    "rulebooks.put-in-force": N_("wprowadzenie zasad"),
    "rulebooks.refuse": N_("odmowa zmiany zasad"),
    "rulebooks.take-back": N_("cofnięcie prośby o zmianę zasad"),
    "staffing.close": N_("zamknięcie konta pracownika"),
    "staffing.give-role": N_("nadanie roli"),
    "staffing.invite": N_("zaproszenie pracownika"),
    "staffing.invite-again": N_("ponowne zaproszenie pracownika"),
    "notices.hand-out": N_("udostępnienie pliku rodzicom"),
    "notices.take-file-down": N_("zdjęcie pliku ze strony"),
    "notices.say": N_("zapisanie aktualności albo odpowiedzi na pytanie"),
    "notices.take-down": N_("zdjęcie aktualności albo pytania"),
    "premises.add": N_("dodanie placówki"),
    "premises.close": N_("zamknięcie placówki"),
    "premises.edit": N_("zmiana danych placówki"),
    "premises.reopen": N_("ponowne otwarcie placówki"),
    "staffing.unlock": N_("odblokowanie nieużywanego konta pracownika"),
    "staffing.renew": N_("przedłużenie konta pracownika"),
    "staffing.reopen": N_("otwarcie zamkniętego konta"),
    "staffing.reset-asked": N_("zgłoszenie utraty telefonu"),
    "staffing.reset-confirmed": N_("usunięcie drugiego składnika logowania"),
    "staffing.reset-refused": N_("odmowa usunięcia drugiego składnika"),
    "staffing.sign-in-way": N_("zmiana sposobu logowania pracownika"),
    "staffing.take-role": N_("odebranie roli"),
    "verification.claim": N_("rozstrzygnięcie kryterium"),
    "verification.list": N_("otwarcie kolejki wniosków"),
    "verification.open": N_("otwarcie wniosku"),
    "verification.read-file": N_("otwarcie dokumentu"),
    "verification.reject": N_("odrzucenie wniosku"),
    "verification.return": N_("zwrot wniosku do poprawy"),
    "verification.search": N_("szukanie w kolejce wniosków"),
    "verification.take-back": N_("wzięcie wniosku do sprawdzenia bez poprawki"),
    "verification.verify": N_("zatwierdzenie wniosku"),
}
# Who acts without being one of a municipality's roles.
OTHERS = {"system": N_("System"), "visitor": N_("Osoba bez logowania")}
ROLE_WORDS = {one.value: words for one, words in ROLE_NAMES.items()} | OTHERS


def role_words(role: str) -> str:
    """A role of the record, in the reader's language; the bare code of one that is no more."""
    return _(ROLE_WORDS[role]) if role in ROLE_WORDS else role


def reason_words(reason: str) -> str:
    """A reason of the record; empty for one that is written in the case or has no words here."""
    return _(REASON_WORDS[Reason(reason)]) if reason in set(Reason) else ""


def reasons(scope: Scope) -> list[tuple[str, str]]:
    """What may be answered, for a form: (value, words)."""
    return [(one.value, _(REASON_WORDS[one])) for one in REASONS[scope]]
