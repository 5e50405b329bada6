"""What a desk types to open an account for a parent."""

from datetime import date
from typing import Any

import msgspec

from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.kernel.i18n import LANGUAGES
from ksr_saas.parents.rules import document_problem
from ksr_saas.staffing.rules import ADDRESS, NO_ADDRESS

GROWN_UP = 13  # a parent may be under age, a child is not a parent
OLDEST = 120  # years


class ParentForm(msgspec.Struct, frozen=True):
    """The form as typed."""

    given_name: str = ""
    family_name: str = ""
    born: str = ""
    email: str = ""
    language: str = "pl"
    document: str = ""

    @classmethod
    def read(cls, form: Any) -> "ParentForm":
        return cls(
            text(form, "imie", 120),
            text(form, "nazwisko", 120),
            text(form, "urodzenie", 10),
            text(form, "email", 120).lower(),
            text(form, "jezyk", 2),
            text(form, "dokument", 120),
        )

    @property
    def birth_date(self) -> date | None:
        """None when what was typed names no day."""
        try:
            return date.fromisoformat(self.born)
        except ValueError:
            return None

    def problems(self, *, today: date) -> Problems:
        """What is wrong with it; whether the address is free is another question."""
        found = Problems()
        if not self.given_name:
            found.add("imie", N_("Wpisz imię."))
        if not self.family_name:
            found.add("nazwisko", N_("Wpisz nazwisko."))
        born = self.birth_date
        if born is None or not GROWN_UP <= today.year - born.year <= OLDEST:
            found.add("urodzenie", N_("Wpisz datę urodzenia rodzica."))
        if not ADDRESS.fullmatch(self.email):
            found.add("email", NO_ADDRESS)
        if self.language not in LANGUAGES:
            found.add("jezyk", N_("Wybierz język."))
        if problem := document_problem(self.document):
            found.add("dokument", problem)
        return found
