"""What families are told by e-mail about their application."""

from ksr_saas.applications.news import News
from ksr_saas.kernel.errors import N_
from ksr_saas.notifications.kinds import MessageKind

SUBMITTED = News(
    MessageKind(
        "application-submitted",
        N_("Wniosek nr %(number)s został złożony"),
        N_(
            "Dzień dobry,\n\nprzyjęliśmy wniosek nr %(number)s.\n"
            "Potwierdzenie i stan sprawy: %(address)s\n\n"
            "Kolejność zgłoszeń nie ma znaczenia. O wyniku napiszemy w dniu ogłoszenia list.\n"
        ),
    )
)
RETURNED = News(
    MessageKind(
        "application-returned",
        N_("Wniosek nr %(number)s wymaga poprawy"),
        N_(
            "Dzień dobry,\n\nplacówka prosi o poprawienie wniosku nr %(number)s.\n"
            "Co poprawić i do kiedy: %(address)s\n"
        ),
    ),
    MessageKind(
        "application-returned-paper",
        N_("Wniosek nr %(number)s wymaga poprawy"),
        N_(
            "Dzień dobry,\n\nplacówka prosi o poprawienie wniosku nr %(number)s złożonego "
            "na papierze. Zgłoś się do placówki, w której go złożono: powie, co poprawić "
            "i do kiedy.\n\n"
            "Możesz też poprosić ją o list z kodem i poprawić wniosek przez internet.\n"
        ),
    ),
)
VERIFIED = News(
    MessageKind(
        "application-verified",
        N_("Wniosek nr %(number)s został sprawdzony"),
        N_(
            "Dzień dobry,\n\nkomisja sprawdziła wniosek nr %(number)s.\n"
            "Które kryteria uznała i ile jest punktów: %(address)s\n"
        ),
    ),
    MessageKind(
        "application-verified-paper",
        N_("Wniosek nr %(number)s został sprawdzony"),
        N_(
            "Dzień dobry,\n\nkomisja sprawdziła wniosek nr %(number)s złożony na papierze.\n"
            "Które kryteria uznała i ile jest punktów, powie placówka, w której go złożono.\n\n"
            "Możesz też poprosić ją o list z kodem i zobaczyć to przez internet.\n"
        ),
    ),
)
