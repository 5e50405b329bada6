"""What may be changed when, and by whom. Pure."""

import re
from collections.abc import Iterator
from uuid import UUID

from ksr_saas.kernel.errors import N_
from ksr_saas.rulebooks.setup import Setup

CODE = re.compile(r"[a-z]{2,20}(-[a-z0-9]{1,20}){0,3}")
SHORTEST_REASON = 10

SAME_CRITERIA = N_(
    "Po otwarciu nie dodaje się ani nie usuwa kryteriów: rodziny już na nie odpowiadają"
    " (%(codes)s)."
)
SAME_KIND = N_("Po otwarciu nie zmienia się rodzaju, etapu ani zasięgu kryterium (%(codes)s).")
SAME_YEAR = N_("Po otwarciu nie zmienia się roku szkolnego.")
AS_MANY = N_("Po otwarciu nie skraca się listy placówek: rodziny mogły już ją wypełnić.")
SAME_CHILDREN = N_("Po otwarciu nie odbiera się udziału rocznikom, które już mogą składać wnioski.")


def forbidden(before: Setup, after: Setup) -> tuple[tuple[str, dict[str, str]], ...]:
    """What a change of an opened recruitment must not do, as words with their values."""
    return tuple(_forbidden(before, after))


def _forbidden(before: Setup, after: Setup) -> Iterator[tuple[str, dict[str, str]]]:
    old = {one.code: one for one in before.rulebook.criteria}
    new = {one.code: one for one in after.rulebook.criteria}
    if apart := sorted(old.keys() ^ new.keys()):
        yield SAME_CRITERIA, {"codes": ", ".join(apart)}
    other = [
        code
        for code, one in old.items()
        if code in new
        and (type(one.kind), one.tier, one.reach)
        != (type(new[code].kind), new[code].tier, new[code].reach)
    ]
    if other:
        yield SAME_KIND, {"codes": ", ".join(other)}
    if before.school_year != after.school_year:
        yield SAME_YEAR, {}
    if after.rulebook.max_preferences < before.rulebook.max_preferences:
        yield AS_MANY, {}
    if set(before.rulebook.birth_years) - set(after.rulebook.birth_years):
        yield SAME_CHILDREN, {}


def may_confirm(person: UUID, *, edited_by: UUID | None, asked_by: UUID | None) -> bool:
    """Whether this is the second person: neither who wrote the change last nor who asked for it."""
    return person not in (edited_by, asked_by)


def enough(reason: str) -> bool:
    """Whether a reason says something."""
    return len(reason) >= SHORTEST_REASON


def is_code(told: str) -> bool:
    """Whether this can stand for a recruitment in addresses: "przedszkola-2028"."""
    return CODE.fullmatch(told) is not None
