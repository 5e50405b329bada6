"""How long a link lives, and what one guardian learns of the other before joining. Pure."""

from datetime import timedelta

LASTS = timedelta(days=7)
MOST_A_DAY = 10
SHORTEST_REASON = 10


def in_few_words(given_name: str, family_name: str) -> str:
    """A person as somebody who knows them recognises them: the name and an initial."""
    return f"{given_name} {family_name[:1]}.".strip() if family_name else given_name
