"""What parents are told about the account that a desk has opened for them."""

from ksr_saas.kernel.errors import N_
from ksr_saas.notifications.kinds import MessageKind

INVITED = MessageKind(
    "parent-invited",
    N_("Konto w systemie rekrutacji"),
    N_(
        "Dzień dobry,\n\nplacówka założyła Ci konto w systemie rekrutacji. Ustaw hasło tutaj: "
        "%(address)s\n\nLink działa raz i przez 48 godzin. Przygotuj telefon: zaraz potem "
        "ustawisz aplikację z kodami.\n\nJeżeli to pomyłka, usuń tę wiadomość.\n"
    ),
)
FACTOR_TAKEN = MessageKind(
    "parent-factor-taken",
    N_("Ustaw od nowa hasło i aplikację z kodami"),
    N_(
        "Dzień dobry,\n\ndwie uprawnione osoby usunęły z Twojego konta hasło, aplikację z kodami "
        "i kody zapasowe. Ustaw je od nowa tutaj: %(address)s\n\nLink działa raz i przez "
        "48 godzin. Wcześniejsze linki już nie działają.\n\n"
        "Jeżeli nikogo o to nie prosisz, zadzwoń do placówki, która założyła Ci konto.\n"
    ),
)
CLOSED = MessageKind(
    "parent-closed",
    N_("Zamknięto Twoje konto w systemie rekrutacji"),
    N_(
        "Dzień dobry,\n\nplacówka, która założyła Ci konto w systemie rekrutacji, zamknęła je. Nie "
        "można się już nim zalogować. Twoje wnioski zostają w systemie.\n\nInne sposoby logowania: "
        "%(address)s\n\nJeżeli to pomyłka albo masz pytania, zgłoś się do tej placówki.\n"
    ),
)
