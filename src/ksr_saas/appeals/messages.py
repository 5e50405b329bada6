"""What families are told about their appeal."""

from ksr_saas.applications.news import News
from ksr_saas.kernel.errors import N_
from ksr_saas.notifications.kinds import MessageKind

EXPLAINED = News(
    MessageKind(
        "appeal-explained",
        N_("Uzasadnienie odmowy czeka na odbiór"),
        N_(
            "Dzień dobry,\n\nkomisja napisała uzasadnienie do wniosku nr %(number)s. Odbierzesz je "
            "po zalogowaniu: %(address)s\n\nOd dnia odbioru liczy się termin na odwołanie.\n"
        ),
    )
)
DECIDED = News(
    MessageKind(
        "appeal-decided",
        N_("Dyrektor rozpatrzył odwołanie"),
        N_(
            "Dzień dobry,\n\ndyrektor rozpatrzył odwołanie do wniosku nr %(number)s. "
            "Rozstrzygnięcie przeczytasz po zalogowaniu: %(address)s\n"
        ),
    )
)
