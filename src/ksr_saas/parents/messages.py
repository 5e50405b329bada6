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
    N_("Usunięto aplikację z kodami z Twojego konta"),
    N_(
        "Dzień dobry,\n\ndwie uprawnione osoby usunęły z Twojego konta aplikację z kodami "
        "i kody zapasowe. Przy następnym logowaniu ustawisz je od nowa: %(address)s\n\n"
        "Jeżeli nikogo o to nie prosisz, zadzwoń do placówki, która założyła Ci konto.\n"
    ),
)
