"""Rules that nothing follows yet, so that a recruitment with them is not opened. Pure."""

from collections.abc import Iterator

from ksr_saas.criteria.lint.finding import Finding, error
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.criteria.ties import Lottery, Nearer

LAW = "not a matter of law: this version of the program"


def obstacles(rulebook: Rulebook) -> tuple[Finding, ...]:
    """Everything in the rules that no page and no run knows yet; empty when it can open.

    What is refused here would otherwise be ignored in silence.
    """
    return tuple(_obstacles(rulebook))


def _obstacles(rulebook: Rulebook) -> Iterator[Finding]:
    for place, one in enumerate(rulebook.ties):
        if isinstance(one, Nearer | Lottery):
            yield _missing(f"ties[{place}]", "no run knows distances or a draw yet")
    if rulebook.quotas:
        yield _missing("quotas", "the allocation reserves no places yet")


def _missing(path: str, why: str) -> Finding:
    return error("no-form", path, why, LAW)
