"""Tables for a spreadsheet, in which nothing that somebody typed is taken for a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: str) -> str:
    """The text of a cell; an apostrophe before what a spreadsheet would work out."""
    return f"'{value}" if value.startswith(FORMULA) else value


def csv_file(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file as a Polish spreadsheet opens it: UTF-8 with its mark, semicolons."""
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([cell(one) for one in row] for row in (head, *rows))
    return out.getvalue().encode("utf-8-sig")
