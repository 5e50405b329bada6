"""What forms about catchments hold."""

from collections.abc import Mapping
from typing import Any

from ksr_saas.catchments.drafts import COLUMNS, LONGEST, Typed
from ksr_saas.catchments.rules import Address, start_of, year_name
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, text

NO_ADDRESS = N_("Wpisz ulicę i numer domu. W miejscowości bez ulic wpisz jej nazwę.")
AROUND = range(-1, 4)  # school years offered, counted from the one that is asked about


def address_of(form: Mapping[str, Any]) -> Address:
    """The address of a form."""
    return Address(
        text(form, "ulica", LONGEST), text(form, "numer", 20), "", text(form, "miejscowosc", 60)
    )


def problems_of(form: Mapping[str, Any]) -> Problems:
    """What is missing of the address."""
    found, address = Problems(), address_of(form)
    if not address.street and not address.town:
        found.add("ulica", NO_ADDRESS)
    return found


def draft_of(form: Mapping[str, Any]) -> Typed:
    """A segment as typed in a form."""
    return Typed(0, **{column: text(form, column, LONGEST) for column in COLUMNS})


def years(current: int) -> list[tuple[str, str]]:
    """The school years of a select: value and name, the same."""
    return [(year_name(current + n), year_name(current + n)) for n in AROUND]


def year_of(form: Mapping[str, Any], current: int, field: str = "rok") -> int:
    """The school year of a form; the current one when it names none."""
    return start_of(text(form, field, 9)) or current
