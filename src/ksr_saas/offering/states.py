"""The way of a request to change an accepted offer. Pure."""

from enum import StrEnum

from ksr_saas.kernel.states import LifeCycle


class ChangeState(StrEnum):
    """`asked` waits for the city; what was accepted was applied at once."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class ChangeEvent(StrEnum):
    """What the city does with a request."""

    ACCEPT = "accept"
    REFUSE = "refuse"


LIFE = LifeCycle(
    {
        (ChangeState.ASKED, ChangeEvent.ACCEPT): ChangeState.ACCEPTED,
        (ChangeState.ASKED, ChangeEvent.REFUSE): ChangeState.REFUSED,
    }
)
