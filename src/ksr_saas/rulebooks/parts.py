"""The parts of a recruitment that are edited by themselves: finding, exchanging, moving. Pure."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from ksr_saas.criteria.procedure import Quota
from ksr_saas.criteria.rulebook import Criterion, Exclusion, Maximum
from ksr_saas.kernel.i18n import in_language
from ksr_saas.rulebooks import setup as whole
from ksr_saas.rulebooks.form.shapes import Fields, Known, fields_of
from ksr_saas.rulebooks.setup import Basics, Chain, Dates, Setup, with_rules

NEW = "nowe"
WHOLE = "calosc"  # the key of a part that is no list


class Part(StrEnum):
    """A part by the word that stands for it in addresses."""

    BASICS = "podstawy"
    CRITERIA = "kryteria"
    EXCLUSIONS = "wykluczenia"
    MAXIMA = "limity"
    TIES = "remisy"
    QUOTAS = "rezerwacje"
    DATES = "terminy"


class SameCode(ValueError):
    """Another one of the list has this code already."""


KINDS: dict[Part, type[msgspec.Struct]] = {
    Part.BASICS: Basics,
    Part.CRITERIA: Criterion,
    Part.EXCLUSIONS: Exclusion,
    Part.MAXIMA: Maximum,
    Part.TIES: Chain,
    Part.QUOTAS: Quota,
    Part.DATES: Dates,
}
ALONE: dict[Part, tuple[Callable[[Setup], Any], Callable[[Setup, Any], Setup]]] = {
    Part.BASICS: (whole.basics, whole.with_basics),
    Part.TIES: (whole.chain, whole.with_chain),
    Part.DATES: (whole.dates, whole.with_dates),
}
# The lists of a rulebook, by their field.
LISTS = {
    Part.CRITERIA: "criteria",
    Part.EXCLUSIONS: "exclusions",
    Part.MAXIMA: "maxima",
    Part.QUOTAS: "quotas",
}
CODED = (Part.CRITERIA, Part.QUOTAS)  # the others are known by their number


def form(part: Part, setup: Setup) -> Fields:
    """The form of a part."""
    criteria = tuple((one.code, in_language(one.name) or one.code) for one in all_of(setup))
    return fields_of(KINDS[part], Known(criteria, setup.rulebook.tiers), legend=False)


def all_of(setup: Setup) -> tuple[Criterion, ...]:
    """The criteria, in their order."""
    return setup.rulebook.criteria


def listed(setup: Setup, part: Part) -> list[tuple[str, Any]]:
    """The members of a list with what they are known by."""
    members: Sequence[Any] = getattr(setup.rulebook, LISTS[part])
    return [(one.code if part in CODED else str(n), one) for n, one in enumerate(members)]


def value(setup: Setup, part: Part, key: str) -> Any:
    """What is known by `key`; None if there is no such thing. Parts of their own need no key."""
    if part in ALONE:
        return ALONE[part][0](setup) if key in ("", WHOLE) else None
    return dict(listed(setup, part)).get(key)


def put(setup: Setup, part: Part, key: str, changed: Any) -> Setup:
    """The recruitment with this value; an unknown key adds it at the end. Raises SameCode."""
    if part in ALONE:
        return ALONE[part][1](setup, changed)
    members = listed(setup, part)
    if part in CODED and changed.code in {known for known, _one in members} - {key}:
        raise SameCode(changed.code)
    found = [changed if known == key else one for known, one in members]
    if key not in dict(members):
        found.append(changed)
    setup = with_rules(setup, **{LISTS[part]: tuple(found)})
    renamed = part is Part.CRITERIA and key in dict(members) and key != changed.code
    return _renamed(setup, key, changed.code) if renamed else setup


def _renamed(setup: Setup, old: str, new: str) -> Setup:
    """What names the criterion goes with it."""
    rules = setup.rulebook

    def told(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if one == old else one for one in codes)

    return with_rules(
        setup,
        exclusions=_with_codes(rules.exclusions, told),
        maxima=_with_codes(rules.maxima, told),
        quotas=tuple(
            msgspec.structs.replace(one, criterion=new) if one.criterion == old else one
            for one in rules.quotas
        ),
    )


def _with_codes(
    groups: Sequence[Any], told: Callable[[tuple[str, ...]], tuple[str, ...]]
) -> tuple[Any, ...]:
    changed = (msgspec.structs.replace(one, codes=told(one.codes)) for one in groups)
    return tuple(one for one in changed if len(one.codes) > 1)


def without(setup: Setup, part: Part, key: str) -> Setup:
    """The recruitment without it; groups that named a criterion go on without it too."""
    kept = tuple(one for known, one in listed(setup, part) if known != key)
    setup = with_rules(setup, **{LISTS[part]: kept})
    if part is not Part.CRITERIA:
        return setup

    def told(codes: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(one for one in codes if one != key)

    rules = setup.rulebook
    return with_rules(
        setup,
        exclusions=_with_codes(rules.exclusions, told),
        maxima=_with_codes(rules.maxima, told),
    )


def moved(setup: Setup, part: Part, key: str, step: int) -> Setup:
    """The recruitment with it before (-1) or behind (1) its neighbour, of the same tier if any."""
    members = listed(setup, part)
    keys = [known for known, _one in members]
    if key not in keys:
        return setup
    here = keys.index(key)
    tier = getattr(members[here][1], "tier", None)
    beside = range(here + step, len(keys) if step > 0 else -1, step)
    there = next((n for n in beside if getattr(members[n][1], "tier", None) is tier), here)
    found = [one for _known, one in members]
    found[here], found[there] = found[there], found[here]
    return with_rules(setup, **{LISTS[part]: tuple(found)})
