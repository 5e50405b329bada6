"""What stands in the way of publication. Pure."""

from enum import StrEnum


class Blocker(StrEnum):
    """Reasons why a run cannot be published."""

    PUBLISHED = "published"
    SUBMISSION_OPEN = "submission-open"
    WAITING = "waiting"
    NOT_FINISHED = "not-finished"
    TIES = "ties"
    CHANGED = "changed"


def blockers(
    *,
    published: bool,
    submission_ended: bool,
    waiting: int,
    finished: bool,
    ties: bool,
    changed: bool,
) -> tuple[Blocker, ...]:
    """List everything that stands in the way, in the order in which to deal with it."""
    checks = (
        (published, Blocker.PUBLISHED),
        (not submission_ended, Blocker.SUBMISSION_OPEN),
        (waiting > 0, Blocker.WAITING),
        (not finished, Blocker.NOT_FINISHED),
        (ties, Blocker.TIES),
        (finished and changed, Blocker.CHANGED),
    )
    return tuple(blocker for holds, blocker in checks if holds)
