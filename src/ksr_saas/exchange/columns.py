"""Which column is which: by the names people give them, without regard to case and marks. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence

import msgspec

from ksr_saas.exchange.errors import ColumnsMissing, ColumnTwice, NoHeading, PersonalData
from ksr_saas.exchange.table import Table

BARRED = {0x142: "l"}  # the letter that is not made of another and a mark
PERSONAL = (
    "pesel",
    "imie",
    "nazwisko",
    "imieinazwisko",
    "dataurodzenia",
    "nazwiskoiimie",
    "dziecko",
    "kandydat",
    "uczen",
)
PERSONAL_PARTS = ("pesel", "imiedziecka", "nazwiskodziecka", "dataurodzenia", "imieinazwisko")


class Columns(msgspec.Struct, frozen=True):
    """Where each known field stands, how the file calls it, and the columns nobody reads."""

    at: Mapping[str, int]
    called: Mapping[str, str]
    unread: tuple[str, ...]

    def __contains__(self, field: str) -> bool:
        """Whether the file has this column."""
        return field in self.at


def plain(name: str) -> str:
    """A name as it is compared: small letters and digits, no Polish marks, nothing between."""
    flat = unicodedata.normalize("NFKD", name.lower().translate(BARRED))
    return "".join(c for c in flat if c.isalnum() and c.isascii())


def found(
    table: Table, names: Mapping[str, Sequence[str]], required: Sequence[Sequence[str]]
) -> Columns:
    """The columns of `table`; `names` are what each field may be called, the first one for people.

    Of every group in `required` one field has to be there. Raises NoHeading, ColumnsMissing,
    ColumnTwice.
    """
    fields = {plain(name): field for field, known in names.items() for name in known}
    at: dict[str, int] = {}
    unread = []
    for number, name in enumerate(table.heading):
        field = fields.get(plain(name))
        if field is None:
            unread.append(name)
        elif field in at:
            raise ColumnTwice(names=f"{table.heading[at[field]]}, {name}")
        else:
            at[field] = number
    if not at:
        raise NoHeading
    missing = [group for group in required if not any(one in at for one in group)]
    if missing:
        told = (" / ".join(names[one][0] for one in group) for group in missing)
        raise ColumnsMissing(names=", ".join(told))
    called = {field: table.heading[number] for field, number in at.items()}
    return Columns(at, called, tuple(one for one in unread if one))


def ensure_nobody(table: Table) -> None:
    """Raise PersonalData where a column is about a person."""
    for name in table.heading:
        word = plain(name)
        if word in PERSONAL or any(part in word for part in PERSONAL_PARTS):
            raise PersonalData(names=name)
