"""PESEL: an eleven-digit national number that carries a birth date and a check digit. Pure."""

from datetime import date

WEIGHTS = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
CENTURIES = {0: 1900, 20: 2000, 40: 2100, 60: 2200, 80: 1800}


class BadPesel(ValueError):
    """Not a PESEL: wrong length, an impossible date, or a wrong check digit."""


def check_digit(first_ten: str) -> int:
    """The last digit that belongs to the first ten (PESEL Act, art. 15)."""
    return -sum(int(d) * w for d, w in zip(first_ten, WEIGHTS, strict=True)) % 10


def birth_date(pesel: str) -> date:
    """The date a PESEL carries. Raises BadPesel."""
    if len(pesel) != 11 or not (pesel.isascii() and pesel.isdigit()):
        raise BadPesel("length")
    if check_digit(pesel[:10]) != int(pesel[10]):
        raise BadPesel("check digit")
    year, month, day = int(pesel[:2]), int(pesel[2:4]), int(pesel[4:6])
    century = (month - 1) // 20 * 20 if month else 0
    try:
        return date(CENTURIES[century] + year, month - century, day)
    except (KeyError, ValueError) as problem:
        raise BadPesel("date") from problem


def make(born: date, serial: int) -> str:
    """The PESEL of someone born on `born` with the four-digit `serial` (0..9999)."""
    century = next(add for add, base in CENTURIES.items() if base == born.year // 100 * 100)
    ten = f"{born.year % 100:02}{born.month + century:02}{born.day:02}{serial:04}"
    return f"{ten}{check_digit(ten)}"


def masked(pesel: str | None) -> str:
    """What staff see at first: the last four digits."""
    return f"•••••••{pesel[-4:]}" if pesel else "—"
