"""What families are told about the result."""

from ksr_saas.applications.news import News
from ksr_saas.kernel.errors import N_
from ksr_saas.notifications.kinds import MessageKind

PUBLISHED = News(
    MessageKind(
        "result-published",
        N_("Wynik rekrutacji jest już dostępny"),
        N_(
            "Dzień dobry,\n\nogłoszono wyniki rekrutacji. Wynik wniosku nr %(number)s zobaczysz "
            "po zalogowaniu: %(address)s\n"
        ),
    ),
    MessageKind(
        "result-published-paper",
        N_("Wynik rekrutacji jest już dostępny"),
        N_(
            "Dzień dobry,\n\nogłoszono wyniki rekrutacji. Wynik wniosku nr %(number)s, złożonego "
            "na papierze, poda placówka, w której go złożono.\n\n"
            "Możesz też poprosić ją o list z kodem i zobaczyć wynik przez internet.\n"
        ),
    ),
)
