"""What an operator types from a paper application, and what is wrong with it."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from ksr_saas.applications.forms import (
    Address,
    ChildForm,
    GuardianForm,
    amount_of,
    amount_wanted,
)
from ksr_saas.campaigns.models import Campaign
from ksr_saas.criteria.rulebook import Criterion, Rulebook
from ksr_saas.criteria.way import Asks
from ksr_saas.criteria.worked_out import asked_for
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.papers.rules import arrival_problem

ADDRESS = ("ulica", "kod", "miejscowosc")


class Claimed(msgspec.Struct, frozen=True):
    """One criterion as ticked: at which wishes (ranks from 1), and the amount as typed and read.

    `amount` is None when nothing or no amount was typed.
    """

    yes: bool
    ranks: tuple[int, ...]
    typed: str

    amount: Decimal | None = None

    @classmethod
    def read(cls, form: Any, criterion: Criterion, most: int) -> "Claimed":
        found = [one for one in form.getall(f"k_{criterion.code}", []) if isinstance(one, str)]
        ranks = tuple(n for n in range(1, most + 1) if str(n) in found)
        typed = text(form, f"kwota_{criterion.code}", 20)
        match criterion.kind.asks:
            case Asks.PLACES:
                return cls(bool(ranks), ranks, "")
            case Asks.AMOUNT:
                return cls(bool(typed), (), typed, amount_of(criterion.kind, typed))
            case _:
                return cls("tak" in found, (), "")


class PaperForm(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed. `units` are the ids chosen below the first rank; empty where none was."""

    child: ChildForm
    guardians: tuple[GuardianForm, GuardianForm]
    units: tuple[str, ...]
    claims: dict[str, Claimed]
    arrived: str
    signed: bool

    @classmethod
    def read(cls, form: Any, rulebook: Rulebook) -> "PaperForm":
        child = ChildForm.read(form)
        most = rulebook.max_preferences
        return cls(
            child=msgspec.structs.replace(child, without_pesel=_by_document(child)),
            guardians=(GuardianForm.read(form, "a_"), GuardianForm.read(form, "b_")),
            units=tuple(text(form, f"wybor_{rank}", 40) for rank in range(2, most + 1)),
            claims={one.code: Claimed.read(form, one, most) for one in asked_for(rulebook)},
            arrived=text(form, "wplynal", 10),
            signed=text(form, "podpisany") == "tak",
        )

    @classmethod
    def empty(cls, rulebook: Rulebook, today: date) -> "PaperForm":
        """A form that came in today."""
        blank = cls.read(_Nothing(), rulebook)
        return msgspec.structs.replace(blank, arrived=today.isoformat())

    def day(self) -> date | None:
        """The day of arrival; None when what was typed names none."""
        try:
            return date.fromisoformat(self.arrived)
        except ValueError:
            return None

    def people(self) -> tuple[GuardianForm, ...]:
        """One or two guardians; who left the address empty lives with the child."""
        typed = [
            one for one in self.guardians if one.prefix == "a_" or one.given_name or one.family_name
        ]
        nowhere = Address("", "", "")
        return tuple(
            msgspec.structs.replace(one, address=self.child.address)
            if one.address == nowhere
            else one
            for one in typed
        )

    def wishes(self) -> tuple[str, ...]:
        """The units below the first rank in order, without gaps."""
        return tuple(one for one in self.units if one)

    def problems(
        self, campaign: Campaign, rulebook: Rulebook, *, first: UUID, offered: set[str], today: date
    ) -> Problems:
        """Everything wrong at once. `first` is the own unit, `offered` the units there are."""
        found = Problems()
        if words := arrival_problem(self.day(), campaign.stages, today):
            found.add("wplynal", words)
        found.extend(self.child.problems(rulebook.birth_years))
        for one in self.people():
            theirs = Problems()
            one.check(theirs)
            shared = one.address is self.child.address  # what is wrong there has been told
            found.extend(
                problem
                for problem in theirs
                if not (shared and problem.field.removeprefix(one.prefix) in ADDRESS)
            )
        seen = {str(first)}
        for rank, unit in enumerate(self.units, start=2):
            if unit and (unit in seen or unit not in offered):
                found.add(f"wybor_{rank}", N_("Wybierz placówkę, której nie ma wyżej na liście."))
            seen.add(unit)
        for criterion in asked_for(rulebook):
            claim = self.claims[criterion.code]
            if criterion.kind.asks is Asks.AMOUNT and claim.yes and claim.amount is None:
                found.add(f"kwota_{criterion.code}", amount_wanted(criterion.kind))
            if any(rank > len(self.wishes()) + 1 for rank in claim.ranks):
                found.add(
                    f"k_{criterion.code}", N_("Zaznacz tylko miejsca z listy wybranych placówek.")
                )
        if not self.signed:
            found.add("podpisany", N_("Wpisać można tylko wniosek podpisany, z oświadczeniami."))
        return found


def _by_document(child: ChildForm) -> bool:
    """A document instead of a PESEL needs no tick of its own here."""
    return bool(child.document) and not child.pesel


class _Nothing(dict[str, Any]):
    """A form in which nothing was typed."""

    def getall(self, field: str, otherwise: list[Any]) -> list[Any]:
        """No value."""
        return otherwise
