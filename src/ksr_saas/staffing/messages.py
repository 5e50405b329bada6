"""What staff are told by e-mail."""

from ksr_saas.kernel.errors import N_
from ksr_saas.notifications.kinds import MessageKind

INVITED = MessageKind(
    "staff-invited",
    N_("Zaproszenie do systemu rekrutacji"),
    N_(
        "Dzień dobry,\n\nmasz konto pracownika w systemie rekrutacji. Ustaw hasło tutaj: "
        "%(address)s\n\nLink działa raz i przez 48 godzin. Przygotuj telefon: przy pierwszym "
        "logowaniu ustawisz aplikację z kodami.\n\nJeżeli to pomyłka, usuń tę wiadomość.\n"
    ),
)
WELCOMED = MessageKind(
    "staff-welcomed",
    N_("Konto w systemie rekrutacji"),
    N_(
        "Dzień dobry,\n\nmasz konto pracownika w systemie rekrutacji. Wejdź tutaj i wybierz "
        "„Zaloguj się kontem urzędu”: %(address)s\n\nJeżeli to pomyłka, usuń tę wiadomość.\n"
    ),
)
FACTOR_TAKEN = MessageKind(
    "staff-factor-taken",
    N_("Ustaw od nowa hasło i aplikację z kodami"),
    N_(
        "Dzień dobry,\n\ndwie uprawnione osoby usunęły z Twojego konta hasło, aplikację z kodami, "
        "klucze i kody zapasowe. Ustaw je od nowa tutaj: %(address)s\n\nLink działa raz i przez "
        "48 godzin. Wcześniejsze linki już nie działają.\n\n"
        "Jeżeli nikogo o to nie prosisz, zadzwoń do urzędu.\n"
    ),
)
FACTOR_TAKEN_SSO = MessageKind(
    "staff-factor-taken-sso",
    N_("Usunięto aplikację z kodami i klucze z Twojego konta"),
    N_(
        "Dzień dobry,\n\ndwie uprawnione osoby usunęły z Twojego konta aplikację z kodami, "
        "klucze i kody zapasowe. Wejdź tutaj i wybierz „Zaloguj się kontem urzędu”: "
        "%(address)s\n\nJeżeli nikogo o to nie prosisz, zadzwoń do urzędu.\n"
    ),
)
