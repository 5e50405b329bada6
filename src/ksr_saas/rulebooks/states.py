"""The life of a version of a rulebook. Before opening one person decides, after it two of them."""

from enum import StrEnum

from ksr_saas.kernel.states import LifeCycle


class State(StrEnum):
    """Where a version is; of all versions of a recruitment one is in force."""

    DRAFT = "draft"
    WAITING = "waiting"
    IN_FORCE = "in-force"
    REFUSED = "refused"
    DROPPED = "dropped"
    REPLACED = "replaced"


class Event(StrEnum):
    """What happens to a version."""

    PUT_IN_FORCE = "put-in-force"
    ASK = "ask"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    TAKE_BACK = "take-back"
    DROP = "drop"
    REPLACE = "replace"


VERSION = LifeCycle(
    {
        (State.DRAFT, Event.PUT_IN_FORCE): State.IN_FORCE,
        (State.DRAFT, Event.ASK): State.WAITING,
        (State.DRAFT, Event.DROP): State.DROPPED,
        (State.WAITING, Event.CONFIRM): State.IN_FORCE,
        (State.WAITING, Event.REFUSE): State.REFUSED,
        (State.WAITING, Event.TAKE_BACK): State.DRAFT,
        (State.IN_FORCE, Event.REPLACE): State.REPLACED,
    }
)
PENDING = (State.DRAFT, State.WAITING)
