"""What parts equals, and whether it would have parted last year's."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from uuid import UUID

from ksr_saas.criteria import ties
from ksr_saas.criteria.evaluation import standings
from ksr_saas.criteria.lint.finding import Case, Finding, LastYear, error, warning
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.criteria.ties import Commission, Lottery

LAST = "art. 157 (2): the commission decides who is admitted; the act names no rule for equals"
CHANCE = (
    "no article allows it: WSA Gdansk III SA/Gd 455/20 annulled an order by chance, NSA III OSK"
    " 4792/21 set aside a judgment that allowed one; the resolution has to name it"
)


def chain(case: Case) -> Iterator[Finding]:
    """Named rules with their basis, and the commission's decision at the end."""
    links = case.rulebook.ties
    if not links or not isinstance(links[-1], Commission):
        yield error("tie-end", "ties", "does not end in the commission's recorded decision", LAST)
    for number, one in enumerate(links):
        path = f"ties[{number}]"
        if not one.basis.strip():
            yield error("tie-basis", f"{path}.basis", "names no legal basis", LAST)
        if isinstance(one, Commission) and number < len(links) - 1:
            yield error("tie-end", path, "the commission decides last: nothing follows it", LAST)
        if isinstance(one, Lottery):
            yield warning("tie-lottery", path, "parts equals by chance", CHANCE)


def last_year(case: Case) -> Iterator[Finding]:
    """Where first preferences of last year's children would end in a tie over the last place."""
    if case.last_year is None:
        return
    for institution, (count, places) in unparted(case.rulebook, case.last_year).items():
        yield warning(
            "tie-unparted",
            "ties",
            f"last year {count} children at {institution} would have stood equal for {places} of"
            " the places: the commission would have to order them all",
            LAST,
        )


def unparted(rulebook: Rulebook, last: LastYear) -> dict[UUID, tuple[int, int]]:
    """Equals across the last place by institution: how many, and for how many places.

    Everybody stands at their first preference only, which is where most are placed.
    """
    standing: dict[UUID, Counter[tuple[object, ...]]] = defaultdict(Counter)
    for one in last.applicants:
        points = standings(rulebook, one.child, one.wishes)
        for asked, earned in zip(one.wishes, points, strict=True):
            if asked.rank == 1:
                parted = ties.key(rulebook.ties, one.child, asked)
                # An unknown fact parts nobody, and stands after every known one.
                known = tuple((value is None, value or 0) for value in parted)
                down = tuple(-value for value in earned)
                standing[asked.institution][down, known] += 1
    found = {}
    for institution, counted in standing.items():
        left = last.places.get(institution, 0)
        for _, count in sorted(counted.items()):
            if count > left:
                if left > 0:
                    found[institution] = (count, left)
                break
            left -= count
    return found
