"""What a family types, as typed, and what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from ksr_saas.applications import rules
from ksr_saas.criteria.kinds import Count, Kind
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, text
from ksr_saas.people import pesel as pesels

NAME = re.compile(r"[^\W\d_]+(?:[ '’.-][^\W\d_]+\.?)*")
POSTAL_CODE = re.compile(r"\d{2}-\d{3}")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]{2,}")
MOST_INCOME = Decimal(1_000_000)

TYPE_NAME = N_("Wpisz imię.")
TYPE_FAMILY_NAME = N_("Wpisz nazwisko.")


class Address(msgspec.Struct, frozen=True):
    """A place of residence as typed."""

    street: str
    postal_code: str
    town: str

    @classmethod
    def read(cls, form: Mapping[str, Any], prefix: str = "") -> "Address":
        return cls(
            text(form, f"{prefix}ulica"),
            text(form, f"{prefix}kod", 10),
            text(form, f"{prefix}miejscowosc", 80),
        )

    def check(self, problems: Problems, prefix: str = "") -> None:
        """Add what is wrong to `problems`."""
        if len(self.street) < 2:
            problems.add(f"{prefix}ulica", N_("Wpisz ulicę i numer domu."))
        if not POSTAL_CODE.fullmatch(self.postal_code):
            problems.add(f"{prefix}kod", N_("Wpisz kod pocztowy, na przykład 50-123."))
        if len(self.town) < 2:
            problems.add(f"{prefix}miejscowosc", N_("Wpisz miejscowość."))


def _check_name(problems: Problems, field: str, value: str, words: str) -> None:
    if not value:
        problems.add(field, words)
    elif not NAME.fullmatch(value) or len(value) > 60:
        problems.add(field, N_("Użyj liter, spacji, łącznika lub apostrofu; najwyżej 60 znaków."))


class ChildForm(msgspec.Struct, frozen=True, kw_only=True):
    """The child's data as typed."""

    given_name: str
    second_name: str
    family_name: str
    pesel: str
    without_pesel: bool
    document: str
    birth_day: str
    birth_month: str
    birth_year: str
    address: Address

    @classmethod
    def read(cls, form: Mapping[str, Any]) -> "ChildForm":
        return cls(
            given_name=text(form, "imie"),
            second_name=text(form, "drugie_imie"),
            family_name=text(form, "nazwisko"),
            pesel=text(form, "pesel", 20).replace(" ", ""),
            without_pesel=text(form, "bez_pesel") == "tak",
            document=text(form, "dokument", 60),
            birth_day=text(form, "dzien", 4),
            birth_month=text(form, "miesiac", 4),
            birth_year=text(form, "rok", 6),
            address=Address.read(form),
        )

    def birth_date(self) -> date | None:
        """The date the child was born; None when what was typed names none."""
        if not self.without_pesel:
            try:
                return pesels.birth_date(self.pesel)
            except pesels.BadPesel:
                return None
        try:
            return date(int(self.birth_year), int(self.birth_month), int(self.birth_day))
        except ValueError:
            return None

    def another_child(self, before: "ChildForm") -> bool:
        """Whether this describes somebody else than `before`: a number, a name or the birth date.

        Addresses and second names tell nobody apart.
        """

        def who(form: ChildForm) -> tuple[object, ...]:
            number = form.document if form.without_pesel else form.pesel
            return number, form.given_name, form.family_name, form.birth_date()

        return who(self) != who(before)

    def problems(self, birth_years: Sequence[int]) -> Problems:
        """Everything wrong with the form at once, in the order of its fields."""
        found = Problems()
        _check_name(found, "imie", self.given_name, TYPE_NAME)
        if self.second_name:
            _check_name(found, "drugie_imie", self.second_name, TYPE_NAME)
        _check_name(found, "nazwisko", self.family_name, TYPE_FAMILY_NAME)
        born = self.birth_date()
        if self.without_pesel:
            if len(self.document) < 4:
                found.add("dokument", N_("Wpisz rodzaj, serię i numer dokumentu dziecka."))
            if born is None:
                found.add("dzien", N_("Wpisz datę urodzenia: dzień, miesiąc i rok."))
        elif born is None:
            found.add("pesel", self._pesel_problem())
        if born is not None and not rules.right_age(born, birth_years):
            field = "dzien" if self.without_pesel else "pesel"
            found.add(
                field,
                N_(
                    "W tej rekrutacji biorą udział dzieci urodzone w latach %(first)s–%(last)s. "
                    "Z tego, co wpisano, wynika rok %(year)s."
                ),
                first=min(birth_years),
                last=max(birth_years),
                year=born.year,
            )
        self.address.check(found)
        return found

    def _pesel_problem(self) -> str:
        if not self.pesel:
            return N_("Wpisz PESEL dziecka: 11 cyfr, bez spacji.")
        if len(self.pesel) != 11 or not self.pesel.isascii() or not self.pesel.isdigit():
            return N_("PESEL ma 11 cyfr. Sprawdź, czy żadnej nie brakuje.")
        return N_("Taki PESEL nie istnieje. Sprawdź, czy cyfry nie są zamienione.")


class GuardianForm(msgspec.Struct, frozen=True, kw_only=True):
    """One guardian's data as typed; `prefix` is `a_` for the first and `b_` for the second."""

    prefix: str
    given_name: str
    family_name: str
    email: str
    phone: str
    address: Address

    @classmethod
    def read(cls, form: Mapping[str, Any], prefix: str) -> "GuardianForm":
        return cls(
            prefix=prefix,
            given_name=text(form, f"{prefix}imie"),
            family_name=text(form, f"{prefix}nazwisko"),
            email=text(form, f"{prefix}email"),
            phone=text(form, f"{prefix}telefon", 20),
            address=Address.read(form, prefix),
        )

    def check(self, found: Problems) -> None:
        """Add what is wrong. E-mail and phone are asked for only "if they have them" (art. 150)."""
        _check_name(found, f"{self.prefix}imie", self.given_name, TYPE_NAME)
        _check_name(found, f"{self.prefix}nazwisko", self.family_name, TYPE_FAMILY_NAME)
        if self.email and not EMAIL.fullmatch(self.email):
            found.add(f"{self.prefix}email", N_("Wpisz adres e-mail, na przykład jan@poczta.pl."))
        digits = re.sub(r"[ +()-]", "", self.phone)
        if self.phone and not (digits.isascii() and digits.isdigit() and 9 <= len(digits) <= 15):
            found.add(f"{self.prefix}telefon", N_("Wpisz numer telefonu: 9 cyfr."))
        self.address.check(found, self.prefix)


def income(typed: str) -> Decimal | None:
    """PLN a month from what was typed ("1 234,50"); None when it is no such amount."""
    tidy = typed.replace("\u00a0", "").replace(" ", "").replace("zł", "").replace(",", ".")
    if not re.fullmatch(r"\d{1,7}(\.\d{1,2})?", tidy, re.ASCII):
        return None
    try:
        amount = Decimal(tidy)
    except InvalidOperation:
        return None
    return amount if amount <= MOST_INCOME else None


def amount_of(kind: Kind, typed: str) -> Decimal | None:
    """What was typed for a criterion that asks for an amount; None when it is none."""
    if isinstance(kind, Count):
        return Decimal(typed) if re.fullmatch(r"\d{1,3}", typed, re.ASCII) else None
    return income(typed)


def amount_wanted(kind: Kind) -> str:
    """What to say to somebody who typed none, as a Polish source text."""
    if isinstance(kind, Count):
        return N_("Wpisz liczbę, na przykład 2.")
    return N_("Wpisz dochód na osobę w złotych, na przykład 1450,00.")
