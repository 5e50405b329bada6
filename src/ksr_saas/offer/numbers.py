"""Numbers of registers and accounts, as they are written and as they are kept. Pure."""

from collections.abc import Callable

from stdnum import iban as account
from stdnum.exceptions import ValidationError
from stdnum.pl import nip as tax
from stdnum.pl import regon as statistical

from ksr_saas.kernel.errors import N_

LONGEST_RSPO = 10
TERYT = 7
VOIVODESHIPS = range(2, 33, 2)
# Urban, rural, urban-rural; its town, its villages; a district of Warsaw; a former delegation.
GMINA_KINDS = "1234589"


class BadNumber(ValueError):
    """Not such a number; the message says why in the reader's words (a text to translate)."""


def rspo(typed: str) -> str:
    """Number in the register of schools: up to ten digits, no check digit. Raises BadNumber."""
    digits = _bare(typed)
    if not _is_number(digits) or len(digits) > LONGEST_RSPO or not int(digits):
        raise BadNumber(N_("Numer RSPO to same cyfry, najwyżej 10."))
    return digits.lstrip("0")


def regon(typed: str) -> str:
    """Nine or fourteen digits with their check digits. Raises BadNumber."""
    return _checked(
        statistical.validate,
        typed,
        N_("Numer REGON ma 9 albo 14 cyfr, a ostatnia z nich sprawdza resztę. Ten się nie zgadza."),
    )


def nip(typed: str) -> str:
    """Ten digits with the check digit. Raises BadNumber."""
    return _checked(
        tax.validate,
        typed.upper().removeprefix("PL"),
        N_("Numer NIP ma 10 cyfr, a ostatnia z nich sprawdza resztę. Ten się nie zgadza."),
    )


def iban(typed: str) -> str:
    """A Polish account number as PL and 26 digits; PL may be left out. Raises BadNumber."""
    bare = _bare(typed).upper()
    return _checked(
        _polish_account,
        bare if bare.startswith("PL") else f"PL{bare}",
        N_("Numer konta ma 26 cyfr, które się nawzajem sprawdzają. Ten się nie zgadza."),
    )


def teryt(typed: str) -> str:
    """A municipality's number in TERC: voivodeship, county, gmina, its kind. Raises BadNumber."""
    digits = _bare(typed)
    if (
        not _is_number(digits)
        or len(digits) != TERYT
        or int(digits[:2]) not in VOIVODESHIPS
        or "00" in (digits[2:4], digits[4:6])
        or digits[6] not in GMINA_KINDS
    ):
        raise BadNumber(N_("Numer TERYT gminy ma 7 cyfr, na przykład 0264011."))
    return digits


def _bare(typed: str) -> str:
    return "".join(typed.split()).replace("-", "")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _polish_account(number: str) -> str:
    found: str = account.validate(number)
    if not found.startswith("PL"):
        raise ValidationError
    return found


def _checked(validate: Callable[[str], str], typed: str, words: str) -> str:
    bare = _bare(typed)
    try:
        found = validate(bare)
    except ValidationError as problem:
        raise BadNumber(words) from problem
    if not _is_number(found.removeprefix("PL")):
        raise BadNumber(words)
    return found
