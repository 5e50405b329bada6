"""What families could not be asked yet, so that a recruitment with it is not opened. Pure."""

from collections.abc import Iterator

from ksr_saas.campaigns.levels import WITH_FORM
from ksr_saas.criteria.lint.finding import Finding, error
from ksr_saas.criteria.procedure import Signature
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.criteria.ties import Commission
from ksr_saas.criteria.way import Asks

ANSWERED = {Asks.NOTHING, Asks.YES, Asks.PLACES, Asks.AMOUNT}
LAW = "not a matter of law: this version of the program"


def obstacles(rulebook: Rulebook) -> tuple[Finding, ...]:
    """Everything in the rules that no page, no check and no run knows yet; empty when it can open.

    What is refused here would otherwise be ignored in silence.
    """
    return tuple(_obstacles(rulebook))


def _obstacles(rulebook: Rulebook) -> Iterator[Finding]:
    if rulebook.level not in WITH_FORM:
        yield _missing("level", f"a {rulebook.level} recruitment has no pages yet")
    for one in rulebook.criteria:
        if one.kind.asks not in ANSWERED:
            tag = type(one.kind).__struct_config__.tag
            yield _missing(f"criteria[{one.code}].kind", f"the kind “{tag}” has no form yet")
    if any(not isinstance(one, Commission) for one in rulebook.ties):
        yield _missing("ties", "the allocation leaves all equals to the commission")
    if rulebook.quotas:
        yield _missing("quotas", "the allocation reserves no places yet")
    if rulebook.signature is Signature.BOTH:
        yield _missing("signature", "the second parent cannot sign yet")


def _missing(path: str, why: str) -> Finding:
    return error("no-form", path, why, LAW)
