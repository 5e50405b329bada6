"""What an invited guardian is told by e-mail. It names nobody."""

from ksr_saas.kernel.errors import N_
from ksr_saas.notifications.kinds import MessageKind

INVITED = MessageKind(
    "guardian-invited",
    N_("Zaproszenie do wspólnej sprawy w rekrutacji"),
    N_(
        "Dzień dobry,\n\nrodzic lub opiekun dziecka zaprasza Cię do wspólnej sprawy w rekrutacji. "
        "Otwórz link i zaloguj się swoim profilem: %(address)s\n\n"
        "Link działa raz i przez 7 dni. Jeżeli to pomyłka, usuń tę wiadomość.\n"
    ),
)
