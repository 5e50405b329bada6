"""The way of an institution's offer in one recruitment, from its desk to everybody's list. Pure."""

from enum import StrEnum

from ksr_saas.kernel.states import LifeCycle


class OfferState(StrEnum):
    """`open` is being written; `closed` waits for the city; only `accepted` is seen by families."""

    OPEN = "open"
    CLOSED = "closed"
    RETURNED = "returned"
    ACCEPTED = "accepted"


class OfferEvent(StrEnum):
    """What the institution (close, take back) and the city (accept, return, reopen) do."""

    CLOSE = "close"
    TAKE_BACK = "take-back"
    ACCEPT = "accept"
    RETURN = "return"
    REOPEN = "reopen"


LIFE = LifeCycle(
    {
        (OfferState.OPEN, OfferEvent.CLOSE): OfferState.CLOSED,
        (OfferState.RETURNED, OfferEvent.CLOSE): OfferState.CLOSED,
        (OfferState.CLOSED, OfferEvent.TAKE_BACK): OfferState.OPEN,
        (OfferState.CLOSED, OfferEvent.ACCEPT): OfferState.ACCEPTED,
        (OfferState.CLOSED, OfferEvent.RETURN): OfferState.RETURNED,
        (OfferState.ACCEPTED, OfferEvent.REOPEN): OfferState.RETURNED,
    }
)
WRITABLE = (OfferState.OPEN, OfferState.RETURNED)
