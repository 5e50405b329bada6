"""Rows of a file that somebody sent: CSV as Polish offices write it, or XLSX. Pure.

CSV is UTF-8 with or without its mark, or Windows-1250; commas, semicolons or tabs; quoted.
"""

import csv
import io
import re
import unicodedata

import msgspec

from ksr_saas.exchange import workbook
from ksr_saas.exchange.errors import (
    BrokenQuotes,
    EmptyTable,
    NotAWorkbook,
    OldWorkbook,
    TooBig,
    UnknownEncoding,
    Unreadable,
)
from ksr_saas.kernel.spreadsheet import FORMULA

LARGEST = 5 * 1024 * 1024  # bytes
MOST_ROWS = 20_000
MOST_COLUMNS = 100
LONGEST = 2000  # characters of a cell
SEPARATORS = ";,\t"
ZIP, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# The register of schools wraps numbers, so that a spreadsheet leaves their zeros alone.
WRAPPED = re.compile(r'="?([^"]*)"')


class Row(msgspec.Struct, frozen=True):
    """One row; `number` is its line in the file, counted from 1. As many cells as the heading.

    `torn` says that the file had fewer or more of them.
    """

    number: int
    cells: tuple[str, ...]
    torn: bool = False


class Table(msgspec.Struct, frozen=True):
    """The heading and the rows below it, at least one; every cell one tidy line."""

    heading: tuple[str, ...]
    rows: tuple[Row, ...]


def read(content: bytes, name: str = "") -> Table:
    """The table in `content`; `name` is the file's, empty when unknown. Raises Unreadable."""
    if not content.strip():
        raise EmptyTable
    if len(content) > LARGEST:
        raise TooBig
    if content.startswith(OLD):
        raise OldWorkbook
    if content.startswith(ZIP):
        return _table(workbook.rows(content, most_rows=MOST_ROWS, most_columns=MOST_COLUMNS))
    if name.lower().endswith((".xlsx", ".xlsm")):
        raise NotAWorkbook
    return _table(_csv_rows(_decoded(content)))


def _decoded(content: bytes) -> str:
    if b"\0" in content:
        raise UnknownEncoding
    for encoding in ("utf-8-sig", "cp1250"):
        try:
            found = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(unicodedata.category(c) == "Cc" and c not in "\t\r\n" for c in found):
            raise UnknownEncoding
        return found
    raise UnknownEncoding


def _csv_rows(text: str) -> list[tuple[int, list[str]]]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    bare = re.sub(r'"[^"]*"', "", first)
    separator = max(SEPARATORS, key=bare.count)
    if first.lstrip().startswith(("<", "{", "%PDF")) or separator not in bare:
        raise Unreadable
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    found: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in rows:
            if any(cell.strip() for cell in cells):
                found.append((begins, cells))
            begins = rows.line_num + 1
            if len(found) > MOST_ROWS + 1:
                raise TooBig
    except csv.Error as problem:
        raise BrokenQuotes from problem
    return found


def _table(found: list[tuple[int, list[str]]]) -> Table:
    if len(found) < 2:
        raise EmptyTable
    heading = [_tidy(cell) for cell in found[0][1]]
    while heading and not heading[-1]:
        heading.pop()
    if len(heading) > MOST_COLUMNS:
        raise TooBig
    width = len(heading)
    return Table(tuple(heading), tuple(_row(number, cells, width) for number, cells in found[1:]))


def _row(number: int, cells: list[str], width: int) -> Row:
    """Cells beyond the heading are a tear only when something stands in them."""
    tidied = [_tidy(cell) for cell in cells]
    torn = len(cells) < width or any(tidied[width:])
    padded = tidied[:width] + [""] * (width - len(tidied))
    return Row(number, tuple(padded), torn)


def _tidy(cell: str) -> str:
    """One line without control or direction marks, out of what protects it in a spreadsheet.

    That may be our own apostrophe, when a file of errors comes back corrected.
    """
    kept = (c for c in unicodedata.normalize("NFC", cell) if unicodedata.category(c) != "Cf")
    folded = " ".join("".join(" " if c.isspace() else c for c in kept).split())[:LONGEST]
    wrapped = WRAPPED.fullmatch(folded)
    if wrapped:
        return wrapped[1].strip()
    return folded[1:] if folded.startswith("'") and folded[1:].startswith(FORMULA) else folded
