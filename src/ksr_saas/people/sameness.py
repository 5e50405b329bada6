"""Whether two descriptions mean the same child, or the same adult. Pure."""

import unicodedata
from datetime import date
from typing import Protocol


class Named(Protocol):
    """Somebody with a name; texts are empty until somebody typed them."""

    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...


class Described(Named, Protocol):
    """A child as somebody typed it; the date is None until then."""

    @property
    def pesel(self) -> str | None: ...
    @property
    def document(self) -> str: ...
    @property
    def birth_date(self) -> date | None: ...


def same_child(one: Described, other: Described) -> bool:
    """Two numbers decide; where one of them is missing, names and birth date do.

    So a child entered once with its PESEL and once with a passport is recognised, and two children
    of one name who both have a PESEL are not taken for each other.
    """
    if one.birth_date is None or one.birth_date != other.birth_date:
        return False
    if one.pesel and other.pesel:
        return one.pesel == other.pesel
    return _names(one) == _names(other)


def same_adult(one: Named, other: Named) -> bool:
    """Whether the family name and the first of the given names agree.

    Documents carry second names that nobody types in an application.
    """
    return _first_names(one) == _first_names(other)


def _first_names(adult: Named) -> tuple[str, ...]:
    return _letters(adult.given_name.strip().partition(" ")[0]), _letters(adult.family_name)


def _names(child: Named) -> tuple[str, ...]:
    return _letters(child.given_name), _letters(child.family_name)


def _letters(name: str) -> str:
    """Letters only, so that hyphens, spaces and capitals do not make another person."""
    return "".join(c for c in unicodedata.normalize("NFC", name).casefold() if c.isalpha())
