"""What a parent with an e-mail address is told of an application that came on paper."""

from ksr_saas.kernel.errors import N_
from ksr_saas.notifications.kinds import MessageKind

PAPER_TAKEN = MessageKind(
    "paper-taken",
    N_("Wniosek nr %(number)s został przyjęty"),
    N_(
        "Dzień dobry,\n\nplacówka przyjęła wniosek nr %(number)s złożony na papierze.\n"
        "Jeżeli chcesz prowadzić sprawę przez internet, poproś placówkę o list z kodem, "
        "zaloguj się i wpisz kod: %(address)s\n\n"
        "Kolejność zgłoszeń nie ma znaczenia.\n"
    ),
)
