"""What an institution's director is told about its offer."""

from ksr_saas.kernel.errors import N_
from ksr_saas.notifications.kinds import MessageKind

RETURNED = MessageKind(
    "offer-returned",
    N_("Oferta placówki wróciła do poprawy"),
    N_(
        "Dzień dobry,\n\nurząd odesłał ofertę placówki do poprawy. Powód i ofertę zobaczysz "
        "po zalogowaniu: %(address)s\n"
    ),
)
ACCEPTED = MessageKind(
    "offer-accepted",
    N_("Oferta placówki została przyjęta"),
    N_(
        "Dzień dobry,\n\nurząd przyjął ofertę placówki. Zobaczysz ją po zalogowaniu: "
        "%(address)s\n\nZmienić ją można teraz tylko przez prośbę do urzędu.\n"
    ),
)
DECIDED = MessageKind(
    "offer-change-decided",
    N_("Odpowiedź na prośbę o zmianę oferty"),
    N_(
        "Dzień dobry,\n\nurząd odpowiedział na prośbę o zmianę oferty placówki. Odpowiedź "
        "zobaczysz po zalogowaniu: %(address)s\n"
    ),
)
