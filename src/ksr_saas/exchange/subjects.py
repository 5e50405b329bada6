"""Scored subjects as recruiting systems publish them, read into what a class counts. Pure."""

import re

from ksr_saas.offer.kinds import Scored

# Every class counts these two (regulation of 3.4.2025), so an offer names only what it adds.
ALWAYS = ("język polski", "matematyka")
ORDINALS = {
    "": 1,
    "pierwsza ": 1,
    "druga ": 2,
    "trzecia ": 3,
    "czwarta ": 4,
}
BEST = re.compile(r"(?P<which>(?:\w+ )?)największa wartość spośród (?P<among>.+)", re.IGNORECASE)
OTHERWISE = re.compile(r" jeśli brak ", re.IGNORECASE)


class Unclear(ValueError):
    """Not a subject, and not the best of several."""


def scored(typed: str) -> Scored | None:
    """One column; None when it is empty. Raises Unclear.

    "A", "największa wartość spośród A, B", "druga największa wartość spośród A, B" and
    "A jeśli brak największa wartość spośród B, C".
    """
    if not typed:
        return None
    first, *rest = OTHERWISE.split(typed)
    if len(rest) > 1:
        raise Unclear
    best, among = _taken(first)
    if not rest:
        return Scored(among, best)
    otherwise_best, otherwise = _taken(rest[0])
    if (best, otherwise_best) != (1, 1):
        raise Unclear
    return Scored(among, best, otherwise)


def _taken(words: str) -> tuple[int, tuple[str, ...]]:
    found = BEST.fullmatch(words.strip())
    if found is None:
        return 1, (_subject(words),)
    which = found["which"].lower()
    among = tuple(_subject(one) for one in found["among"].split(","))
    if which not in ORDINALS or len(set(among)) < len(among) or len(among) < ORDINALS[which]:
        raise Unclear
    return ORDINALS[which], among


def _subject(words: str) -> str:
    name = " ".join(words.split()).lower()
    if not name or not all(c.isalpha() or c in " -" for c in name) or "wartość" in name:
        raise Unclear
    return name
