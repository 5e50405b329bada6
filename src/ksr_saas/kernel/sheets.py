"""Rows of a table that somebody sends: CSV as Polish offices save it, or a workbook (XLSX)."""

import csv
import io
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from openpyxl import load_workbook

LARGEST = 5 * 1024 * 1024  # bytes
UNPACKED = 80 * 1024 * 1024  # bytes of a workbook once unpacked
MOST_ROWS = 20_000
MOST_COLUMNS = 60
LONGEST = 300  # letters of a cell
WORKBOOK = b"PK\x03\x04"


class UnreadableSheet(ValueError):
    """Neither a CSV file nor a workbook, or too large a one."""


class Row(NamedTuple):
    """A row that is not empty; `number` is its place in the file, from 1."""

    number: int
    cells: tuple[str, ...]


def rows_of(content: bytes) -> list[Row]:
    """The rows of a file, the heading included. Raises UnreadableSheet."""
    if len(content) > LARGEST:
        raise UnreadableSheet
    if content.startswith(WORKBOOK):
        return _kept(_workbook(content))
    return rows_of_text(_decoded(content))


def rows_of_text(text: str, separator: str = "") -> list[Row]:
    """The rows of a CSV text. Raises UnreadableSheet.

    Without a `separator` it is the semicolon, comma or tab that the first row has most of.
    """
    separator = separator or max(";,\t", key=text.lstrip().partition("\n")[0].count)
    return _kept(_csv(text, separator))


def text_of(rows: Sequence[Row]) -> str:
    """Rows as a CSV text with semicolons, and with empty rows for those left out."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\n")
    written = 0
    for row in rows:
        while written < row.number - 1:
            out.write("\n")
            written += 1
        writer.writerow(row.cells)
        written = row.number
    return out.getvalue()


def tidy(value: str) -> str:
    """A cell as one line without control or direction marks."""
    spaced = (" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in value)
    kept = (c for c in spaced if unicodedata.category(c)[0] != "C")
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())[:LONGEST]


def _decoded(content: bytes) -> str:
    """UTF-8, or Windows-1250 as Polish Excel writes it."""
    if b"\0" not in content:
        for encoding in ("utf-8-sig", "cp1250"):
            try:
                return content.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise UnreadableSheet


def _kept(found: Iterator[tuple[int, Sequence[str]]]) -> list[Row]:
    rows: list[Row] = []
    for number, cells in found:
        made = tuple(tidy(one) for one in cells[:MOST_COLUMNS])
        if not any(made):
            continue
        if len(rows) == MOST_ROWS:
            raise UnreadableSheet
        rows.append(Row(number, made))
    return rows


def _csv(text: str, separator: str) -> Iterator[tuple[int, Sequence[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=separator)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as problem:
        raise UnreadableSheet from problem


def _workbook(content: bytes) -> Iterator[tuple[int, Sequence[str]]]:
    """Its first sheet."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > UNPACKED:
                raise UnreadableSheet
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles, which nobody looks at here
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            sheet = book.worksheets[0]
            # What a sheet says of its own size may be wrong, and is not needed.
            sheet.reset_dimensions()
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield number, [_cell(one) for one in cells[:MOST_COLUMNS]]
    except UnreadableSheet:
        raise
    except Exception as problem:  # whatever is said of a file that is not what it seems
        raise UnreadableSheet from problem


def _cell(value: Any) -> str:
    """A cell as text; a whole number without its decimals."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
