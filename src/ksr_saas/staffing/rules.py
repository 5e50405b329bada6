"""Reading a list of people to invite, and saying of every line whether it can be taken."""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

import msgspec

from ksr_saas.identity.rights import WITH_PLACE, Role
from ksr_saas.kernel.errors import N_
from ksr_saas.staffing.errors import UnreadableList

MOST_LINES = 10_000
LARGEST = 2 * 1024 * 1024  # bytes
LONGEST = 120
COLUMNS = ("imie", "nazwisko", "email", "rola", "placowka")
# The words of the column, first the one that pages name; they are compared without Polish marks.
WORDS: dict[Role, tuple[str, ...]] = {
    Role.OPERATOR: ("operator", "operatorka"),
    Role.MEMBER: ("czlonek", "czlonkini", "czlonekkomisji"),
    Role.CHAIR: ("przewodniczacy", "przewodniczaca", "przewodniczacykomisji"),
    Role.DIRECTOR: ("dyrektor", "dyrektorka"),
    Role.COORDINATOR: ("koordynator", "koordynatorka"),
    Role.ADMINISTRATOR: ("administrator", "administratorka"),
    Role.IOD: ("iod",),
    Role.READER: ("czytelnik", "czytelniczka"),
}
ROLES = {word: role for role, words in WORDS.items() for word in words}
ADDRESS = re.compile(r"[^\s@<>\",;:()\[\]\\]{1,64}@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9-]+)+")

NO_NAME = N_("Wpisz imię i nazwisko.")
NO_ADDRESS = N_("To nie jest adres e-mail.")
NO_ROLE = N_(
    "Nie ma takiej roli. Wpisz jedno słowo: operator, czlonek, przewodniczacy, dyrektor, "
    "koordynator, administrator, iod albo czytelnik."
)
NOT_YOURS = N_("Nie możesz nadać tej roli.")
NO_PLACE = N_("Ta rola wymaga placówki. Wpisz jej kod albo numer RSPO.")
NOT_YOUR_PLACE = N_("Możesz zapraszać tylko do swojej placówki.")
PLACE_NOT_WANTED = N_("To rola w całej gminie. Zostaw pole placówki puste.")
TAKEN = N_("Konto z tym adresem już istnieje.")
TWICE = N_("Ten adres jest w pliku drugi raz.")


class Line(msgspec.Struct, frozen=True):
    """One person as typed; `number` is the line of the file, 1 for a form."""

    number: int
    given_name: str
    family_name: str
    email: str
    role: str
    place: str


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of a line: `problem` is a Polish source text about `field`, empty when fine.

    `account_id` is set once the person has been invited.
    """

    line: Line
    role: Role | None = None
    institution_id: UUID | None = None
    field: str = ""
    problem: str = ""
    account_id: UUID | None = None


BARRED = {0x142: "l"}  # the letter that is not made of another and a mark


def plain(word: str) -> str:
    """A column's name as it is compared: small letters, no Polish marks, letters only."""
    flat = unicodedata.normalize("NFKD", word.lower().translate(BARRED))
    return "".join(c for c in flat if c.isalpha() and c.isascii())


def tidy(value: str) -> str:
    """A cell as one line without control or direction marks."""
    kept = (c for c in unicodedata.normalize("NFC", value) if unicodedata.category(c)[0] != "C")
    return " ".join("".join(kept).split())[:LONGEST]


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, or Windows-1250 as Polish Excel writes it.

    Raises UnreadableList for anything else.
    """
    if len(content) > LARGEST or b"\0" in content:
        raise UnreadableList
    for encoding in ("utf-8-sig", "cp1250"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableList


def lines_of(text: str) -> Iterator[Line]:
    """The lines of a CSV text with a heading; separated by semicolons, commas or tabs.

    Empty lines are passed over. Raises UnreadableList when a column is missing or there are more
    than MOST_LINES.
    """
    first = text.partition("\n")[0]
    separator = max(";,\t", key=first.count)
    rows = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        heading = [plain(cell) for cell in next(rows, [])]
        if not set(COLUMNS) <= set(heading):
            raise UnreadableList
        at = [heading.index(column) for column in COLUMNS]
        count = 0
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            count += 1
            if count > MOST_LINES:
                raise UnreadableList
            yield Line(rows.line_num, *(tidy(row[n]) if n < len(row) else "" for n in at))
    except csv.Error as problem:
        raise UnreadableList from problem


def judge(
    lines: Iterator[Line] | Collection[Line],
    *,
    places: Mapping[str, UUID],
    taken: Collection[str],
    grantable: Collection[Role],
    own: UUID | None = None,
) -> list[Verdict]:
    """Say of every line whether the person can be invited, in the order of the lines.

    `places` finds an institution by code or RSPO number, `taken` are logins in use, `grantable` the
    roles that whoever invites may give, `own` the only institution in which; there it may be left
    out.
    """
    seen: set[str] = set()
    found = []
    for line in lines:
        found.append(_verdict(line, places, taken, seen, grantable, own))
        seen.add(line.email.lower())
    return found


def _verdict(
    line: Line,
    places: Mapping[str, UUID],
    taken: Collection[str],
    seen: Collection[str],
    grantable: Collection[Role],
    own: UUID | None,
) -> Verdict:
    email, role = line.email.lower(), ROLES.get(plain(line.role))
    placed = role in WITH_PLACE
    place = places.get(line.place.lower()) if line.place else own if placed else None
    checks = (
        ("imie", NO_NAME, not line.given_name or not line.family_name),
        ("email", NO_ADDRESS, ADDRESS.fullmatch(email) is None),
        ("email", TAKEN, email in taken),
        ("email", TWICE, email in seen),
        ("rola", NO_ROLE, role is None),
        ("rola", NOT_YOURS, role is not None and role not in grantable),
        ("placowka", NO_PLACE, placed and place is None),
        ("placowka", PLACE_NOT_WANTED, not placed and bool(line.place)),
        ("placowka", NOT_YOUR_PLACE, own not in (None, place)),
    )
    for field, words, wrong in checks:
        if wrong:
            return Verdict(line, field=field, problem=words)
    return Verdict(line, role=role, institution_id=place)
