"""Rules that nothing follows yet, so that a recruitment with them is not opened. Pure."""

from collections.abc import Iterator

from ksr_saas.criteria.lint.finding import Finding, error
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.criteria.ties import Commission

LAW = "not a matter of law: this version of the program"


def obstacles(rulebook: Rulebook) -> tuple[Finding, ...]:
    """Everything in the rules that no page and no run knows yet; empty when it can open.

    What is refused here would otherwise be ignored in silence.
    """
    return tuple(_obstacles(rulebook))


def _obstacles(rulebook: Rulebook) -> Iterator[Finding]:
    if any(not isinstance(one, Commission) for one in rulebook.ties):
        yield _missing("ties", "the allocation leaves all equals to the commission")
    if rulebook.quotas:
        yield _missing("quotas", "the allocation reserves no places yet")


def _missing(path: str, why: str) -> Finding:
    return error("no-form", path, why, LAW)
