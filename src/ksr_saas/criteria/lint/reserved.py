"""Reserved places, signatures, appeals and what is made public."""

from collections.abc import Iterator

from ksr_saas.criteria.lint.finding import Case, Finding, error

PLAIN = "plain sense"
APPEAL = "art. 158 (6)-(9): three days for every step, since 2023"
TERM = 3
LISTS = "art. 158: the lists hang in the institution and name the lowest points that admitted"
DATA = "UODO: names of children are not published on the web, not even with consent"


def quotas(case: Case) -> Iterator[Finding]:
    """A reserve is for children of a criterion, a number or a share, and the shares fit."""
    codes = [one.code for one in case.rulebook.quotas]
    share = sum(one.share for one in case.rulebook.quotas if one.share is not None)
    if share > 1:
        yield error("quota", "quotas", "the shares make more than the whole", PLAIN)
    for one in case.rulebook.quotas:
        path = f"quotas[{one.code}]"
        if codes.count(one.code) > 1:
            yield error("quota", f"{path}.code", "stands twice", PLAIN)
        if case.rulebook.criterion(one.criterion) is None:
            why = f"there is no criterion {one.criterion}"
            yield error("quota", f"{path}.criterion", why, PLAIN)
        if (one.places is None) == (one.share is None):
            yield error("quota", path, "needs a number of places or a share, and not both", PLAIN)
        if (one.places is not None and one.places < 1) or (
            one.share is not None and not 0 < one.share <= 1
        ):
            yield error("quota", path, "reserves nothing, or more than there is", PLAIN)
        if not one.basis.strip():
            yield error("quota", f"{path}.basis", "names no legal basis", PLAIN)


def appeals(case: Case) -> Iterator[Finding]:
    """The clocks of the act are not the municipality's to set."""
    clock = case.rulebook.appeal
    for name in ("request", "reasons", "appeal", "decision"):
        if (days := getattr(clock, name)) != TERM:
            yield error("appeal", f"appeal.{name}", f"{days} days instead of {TERM}", APPEAL)


def publication(case: Case) -> Iterator[Finding]:
    """Lists in the institution with the lowest points, no names on the web."""
    if case.rulebook.publication.names_online:
        yield error("names-online", "publication.names_online", "puts names on the web", DATA)
    if not case.rulebook.publication.lowest_points:
        yield error("lowest-points", "publication.lowest_points", "hides the lowest points", LISTS)
