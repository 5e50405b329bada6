"""The first sheet of an XLSX file (ECMA-376) as text, with what a stranger may put in it bounded.

Formulas are never worked out: their last value is read, and nothing where there is none.
"""

import io
from collections.abc import Iterator
from datetime import date, datetime
from zipfile import BadZipFile, LargeZipFile, ZipFile

from lxml.etree import LxmlError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ksr_saas.exchange.errors import Macros, NotAWorkbook, TooBig

MOST_PARTS = 500
UNPACKED = 64 * 1024 * 1024  # bytes, all parts together
EMPTY_IN_A_ROW = 1000  # after as many empty rows there is nothing more
PROLOGUE = 4096  # bytes in which a part may declare entities
ALIEN = (
    BadZipFile,
    LargeZipFile,
    InvalidFileException,
    LxmlError,
    SyntaxError,  # of the standard library's XML
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    NotImplementedError,  # a way of packing nobody reads
    RuntimeError,  # a part with a password
)


def rows(content: bytes, *, most_rows: int, most_columns: int) -> list[tuple[int, list[str]]]:
    """Number and cells of every row in which something stands. Raises NotAWorkbook, Macros, TooBig.

    All rows are as wide as the first one, at least.
    """
    _inspect(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            return list(_rows(book.worksheets[0], most_rows, most_columns))
        finally:
            book.close()
    except ALIEN as problem:
        raise NotAWorkbook from problem


def _inspect(content: bytes) -> None:
    """Refuse a bomb, macros and declared entities before anything is unpacked as a whole."""
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS or sum(one.file_size for one in parts) > UNPACKED:
                raise TooBig
            for one in parts:
                name = one.filename.lower()
                if "vbaproject" in name or "activex" in name:
                    raise Macros
                if name.endswith((".xml", ".rels")):
                    with archive.open(one) as part:
                        if b"<!DOCTYPE" in part.read(PROLOGUE).replace(b"\0", b""):
                            raise NotAWorkbook
    except ALIEN as problem:
        raise NotAWorkbook from problem


def _rows(sheet: object, most_rows: int, most_columns: int) -> Iterator[tuple[int, list[str]]]:
    sheet.reset_dimensions()  # type: ignore[attr-defined]
    width = taken = empty = 0
    for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):  # type: ignore[attr-defined]
        texts = [_text(cell) for cell in cells]
        while texts and not texts[-1].strip():
            texts.pop()
        if not texts:
            empty += 1
            if empty > EMPTY_IN_A_ROW:
                return
            continue
        empty, taken = 0, taken + 1
        if taken > most_rows + 1 or len(texts) > most_columns:
            raise TooBig
        width = width or len(texts)
        yield number, texts + [""] * (width - len(texts))


def _text(value: object) -> str:
    """A value as somebody would have typed it."""
    match value:
        case None:
            return ""
        case bool():
            return "tak" if value else "nie"
        case float() if value.is_integer():
            return str(int(value))
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
    return str(value)
