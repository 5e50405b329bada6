"""How a desk says that it has seen an identity document: pure rules."""

from ksr_saas.kernel.errors import N_

SHORTEST = 5
SHORTEST_REASON = 10

NOT_SEEN = N_("Napisz słowami, jaki dokument okazano, na przykład: dowód osobisty.")
NO_NUMBERS = N_("Nie wpisuj numerów. Napisz słowami, jaki dokument okazano.")


def document_problem(words: str) -> str:
    """Why `words` do not say that a document was seen, as a Polish source text; empty when fine."""
    if any(one.isdigit() for one in words):
        return NO_NUMBERS
    return NOT_SEEN if sum(one.isalpha() for one in words) < SHORTEST else ""
