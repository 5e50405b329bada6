"""What families are told about the result."""

from ksr_saas.kernel.errors import N_
from ksr_saas.notifications.kinds import MessageKind

PUBLISHED = MessageKind(
    "result-published",
    N_("Wynik rekrutacji jest już dostępny"),
    N_(
        "Dzień dobry,\n\nogłoszono wyniki rekrutacji. Wynik wniosku nr %(number)s zobaczysz "
        "po zalogowaniu: %(address)s\n"
    ),
)
