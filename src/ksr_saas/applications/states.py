"""Life of an application (wniosek); domain.md 3.3 in its first extent."""

from enum import StrEnum

from ksr_saas.kernel.states import LifeCycle


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    VERIFIED = "verified"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Event(StrEnum):
    SUBMIT = "submit"
    CHANGE = "change"
    RETURN = "return"
    TAKE_BACK = "take-back"
    VERIFY = "verify"
    REJECT = "reject"
    WITHDRAW = "withdraw"


LIFE = LifeCycle(
    {
        (Status.DRAFT, Event.SUBMIT): Status.SUBMITTED,
        (Status.RETURNED, Event.SUBMIT): Status.SUBMITTED,
        (Status.RETURNED, Event.TAKE_BACK): Status.SUBMITTED,
        (Status.SUBMITTED, Event.CHANGE): Status.SUBMITTED,
        (Status.VERIFIED, Event.CHANGE): Status.SUBMITTED,
        (Status.SUBMITTED, Event.RETURN): Status.RETURNED,
        (Status.SUBMITTED, Event.VERIFY): Status.VERIFIED,
        (Status.SUBMITTED, Event.REJECT): Status.REJECTED,
        (Status.SUBMITTED, Event.WITHDRAW): Status.WITHDRAWN,
        (Status.RETURNED, Event.WITHDRAW): Status.WITHDRAWN,
        (Status.VERIFIED, Event.WITHDRAW): Status.WITHDRAWN,
    }
)

OPEN_TO_FAMILY = frozenset({Status.DRAFT, Status.RETURNED})
IN_FORCE = frozenset({Status.SUBMITTED, Status.RETURNED, Status.VERIFIED, Status.REJECTED})
