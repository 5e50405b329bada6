"""Whether two descriptions mean the same child. Pure."""

import unicodedata
from datetime import date
from typing import Protocol


class Described(Protocol):
    """A child as somebody typed it; texts are empty and the date is None until then."""

    @property
    def pesel(self) -> str | None: ...
    @property
    def document(self) -> str: ...
    @property
    def given_name(self) -> str: ...
    @property
    def family_name(self) -> str: ...
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


def _names(child: Described) -> tuple[str, ...]:
    """Letters only, so that hyphens, spaces and capitals do not make another child."""
    return tuple(
        "".join(c for c in unicodedata.normalize("NFC", name).casefold() if c.isalpha())
        for name in (child.given_name, child.family_name)
    )
