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

PUBLISHED_TO_CONFIRM = News(
    MessageKind(
        "result-published-to-confirm",
        N_("Wynik rekrutacji jest już dostępny"),
        N_(
            "Dzień dobry,\n\nogłoszono wyniki rekrutacji. Wynik wniosku nr %(number)s zobaczysz "
            "po zalogowaniu: %(address)s\n\nJeżeli dziecko dostało miejsce, potwierdź je tam "
            "w terminie. Bez potwierdzenia miejsce przepada.\n"
        ),
    ),
    MessageKind(
        "result-published-to-confirm-paper",
        N_("Wynik rekrutacji jest już dostępny"),
        N_(
            "Dzień dobry,\n\nogłoszono wyniki rekrutacji. Wynik wniosku nr %(number)s, złożonego "
            "na papierze, poda placówka, w której go złożono.\n\n"
            "Jeżeli dziecko dostało miejsce, podpisz w niej w terminie potwierdzenie. Bez niego "
            "miejsce przepada. Termin jest w harmonogramie rekrutacji.\n\n"
            "Możesz też poprosić placówkę o list z kodem i potwierdzić miejsce przez internet.\n"
        ),
    ),
)
CONFIRMED = News(
    MessageKind(
        "place-confirmed",
        N_("Wola przyjęcia jest zapisana"),
        N_(
            "Dzień dobry,\n\nzapisaliśmy potwierdzenie woli przyjęcia do wniosku nr %(number)s.\n"
            "Kto i kiedy je złożył: %(address)s\n"
        ),
    ),
    MessageKind(
        "place-confirmed-paper",
        N_("Wola przyjęcia jest zapisana"),
        N_(
            "Dzień dobry,\n\nplacówka zapisała potwierdzenie woli przyjęcia do wniosku nr "
            "%(number)s, złożone na papierze.\n"
        ),
    ),
)
GIVEN_BACK = News(
    MessageKind(
        "place-given-back",
        N_("Rezygnacja z miejsca jest zapisana"),
        N_(
            "Dzień dobry,\n\nzapisaliśmy rezygnację z miejsca, wniosek nr %(number)s.\n"
            "Kto i kiedy ją złożył: %(address)s\n\n"
            "Jeżeli to pomyłka, zadzwoń od razu do placówki.\n"
        ),
    ),
    MessageKind(
        "place-given-back-paper",
        N_("Rezygnacja z miejsca jest zapisana"),
        N_(
            "Dzień dobry,\n\nplacówka zapisała rezygnację z miejsca, wniosek nr %(number)s, "
            "złożoną na papierze.\n\nJeżeli to pomyłka, zadzwoń od razu do placówki.\n"
        ),
    ),
)
ADMITTED = News(
    MessageKind(
        "child-admitted",
        N_("Dziecko zostało przyjęte"),
        N_(
            "Dzień dobry,\n\ndziecko z wniosku nr %(number)s jest na liście przyjętych.\n"
            "Szczegóły: %(address)s\n"
        ),
    ),
    MessageKind(
        "child-admitted-paper",
        N_("Dziecko zostało przyjęte"),
        N_(
            "Dzień dobry,\n\ndziecko z wniosku nr %(number)s, złożonego na papierze, jest na "
            "liście przyjętych. Szczegóły poda placówka.\n"
        ),
    ),
)
LAPSED = News(
    MessageKind(
        "place-lapsed",
        N_("Miejsce nie zostało potwierdzone"),
        N_(
            "Dzień dobry,\n\nmiejsca z wniosku nr %(number)s nikt nie potwierdził w terminie, "
            "więc dziecko nie zostało przyjęte.\nCo można zrobić teraz: %(address)s\n"
        ),
    ),
    MessageKind(
        "place-lapsed-paper",
        N_("Miejsce nie zostało potwierdzone"),
        N_(
            "Dzień dobry,\n\nmiejsca z wniosku nr %(number)s, złożonego na papierze, nikt nie "
            "potwierdził w terminie, więc dziecko nie zostało przyjęte. O wolne miejsca zapytaj "
            "w placówce.\n"
        ),
    ),
)
