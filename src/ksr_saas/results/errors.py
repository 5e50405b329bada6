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
    """Families may still resign."""

    code = "too-early-to-close"
    title = N_("Za wcześnie na listę przyjętych")
    message = N_("Rodzice mogą jeszcze zrezygnować. Zakończ najpierw etap rezygnacji.")


class ConfirmationNeeded(KsrError):
    """In this recruitment silence loses the place, and confirmations are not taken here yet."""

    code = "confirmation-needed"
    title = N_("Ta rekrutacja wymaga potwierdzenia woli")
    message = N_(
        "Regulamin gminy mówi, że miejsce trzeba potwierdzić, a potwierdzeń jeszcze tu "
        "nie zebrano. Nikt nie został przyjęty."
    )
