"""What families are told by e-mail about their application."""

from ksr_saas.kernel.errors import N_
from ksr_saas.notifications.kinds import MessageKind

SUBMITTED = MessageKind(
    "application-submitted",
    N_("Wniosek nr %(number)s został złożony"),
    N_(
        "Dzień dobry,\n\nprzyjęliśmy wniosek nr %(number)s.\n"
        "Potwierdzenie i stan sprawy: %(address)s\n\n"
        "Kolejność zgłoszeń nie ma znaczenia. O wyniku napiszemy w dniu ogłoszenia list.\n"
    ),
)
RETURNED = MessageKind(
    "application-returned",
    N_("Wniosek nr %(number)s wymaga poprawy"),
    N_(
        "Dzień dobry,\n\nplacówka prosi o poprawienie wniosku nr %(number)s.\n"
        "Co poprawić i do kiedy: %(address)s\n"
    ),
)
VERIFIED = MessageKind(
    "application-verified",
    N_("Wniosek nr %(number)s został sprawdzony"),
    N_(
        "Dzień dobry,\n\nkomisja sprawdziła wniosek nr %(number)s.\n"
        "Które kryteria uznała i ile jest punktów: %(address)s\n"
    ),
)
