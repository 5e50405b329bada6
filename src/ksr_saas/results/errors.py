"""Refusals around results."""

from collections.abc import Sequence

from ksr_saas.kernel.errors import N_, KsrError
from ksr_saas.results.rules import Blocker


class NotPublishable(KsrError):
    """Something stands in the way of publication; `blockers` say what, the page lists them."""

    code = "not-publishable"
    title = N_("Wyników nie można jeszcze opublikować")
    message = N_("Wróć do przydziału: lista pokazuje, co trzeba najpierw zrobić.")

    def __init__(self, blockers: Sequence[Blocker]) -> None:
        super().__init__(", ".join(blockers))
        self.blockers = tuple(blockers)


class TooEarlyToClose(KsrError):
    """Families may still say what they want."""

    code = "too-early-to-close"
    title = N_("Za wcześnie na listę przyjętych")
    message = N_(
        "Rodzice mogą jeszcze potwierdzić miejsce albo z niego zrezygnować. Zakończ najpierw ten "
        "etap."
    )


class NothingToConfirm(KsrError):
    """In this recruitment silence keeps the place."""

    code = "nothing-to-confirm"
    title = N_("Nie trzeba niczego potwierdzać")
    message = N_("W tej rekrutacji dziecko z miejscem zostaje przyjęte bez potwierdzenia.")


class ConfirmationOver(KsrError):
    """The term of confirming has passed."""

    code = "confirmation-over"
    title = N_("Termin potwierdzania minął")
    message = N_("Wolę przyjęcia można było potwierdzić do: %(ended)s.")
    next_step = N_(
        "Jeżeli oświadczenie na papierze było w placówce w terminie, poproś ją, żeby je wpisała. "
        "Na inne miejsce można czekać w rekrutacji uzupełniającej."
    )


class ConfirmationAhead(KsrError):
    """The term of confirming has not begun."""

    code = "confirmation-ahead"
    title = N_("Potwierdzanie jeszcze się nie zaczęło")
    message = N_("Wolę przyjęcia można potwierdzić od: %(starts)s.")
