"""A table that somebody sends is read whatever their program saved it as."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from ksr_saas.kernel.sheets import (
    LARGEST,
    MOST_ROWS,
    Row,
    UnreadableSheet,
    rows_of,
    rows_of_text,
    text_of,
    tidy,
)


def workbook(*rows):
    made = Workbook()
    for row in rows:
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


EXPECTED = [Row(1, ("szkola", "ulica")), Row(3, ("sp1", "Łąkowa"))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_is_read_in_either_encoding_with_any_separator(encoding, separator, end):
    text = f"szkola{separator}ulica{end}{separator}{end}sp1{separator} Łąkowa {end}"
    assert rows_of(text.encode(encoding)) == EXPECTED


def test_a_workbook_is_read_with_its_numbers_and_dates():
    content = workbook(
        ["szkola", "od", "do"], [None, None], ["sp1", 12.0, 12.5], [True, 7, date(2027, 5, 1)]
    )
    assert rows_of(content) == [
        Row(1, ("szkola", "od", "do")),
        Row(3, ("sp1", "12", "12.5")),
        Row(4, ("True", "7", "2027-05-01 00:00:00")),
    ]


def packed(**files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"szkola;ulica\n\0",
        b"PK\x03\x04 not a workbook",
        b"\x81\x83",
        packed(a="no workbook either"),
        packed(a="0" * 90_000_000),
        workbook(["szkola"])[:-60],
        b"a;b\n" * 2_000_000,
        b"a\n" * (MOST_ROWS + 1),
        b"x" * (LARGEST + 1),
        b'a;"' + b"x" * 200_000,
    ],
    ids=range(10),
)
def test_what_is_no_table_or_too_large_is_refused(content):
    with pytest.raises(UnreadableSheet):
        rows_of(content)


def test_marks_that_steer_the_text_are_left_out():
    assert rows_of_text("a\u202eb;c\u200b\x1fd") == [Row(1, ("ab", "c d"))]


CELL = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=5)


@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=6))
def test_rows_given_to_a_page_and_back_are_the_same(cells):
    rows = [Row(n * 2, tuple(map(tidy, row))) for n, row in enumerate(cells, 1)]
    there = [row for row in rows if any(row.cells)]
    assert rows_of_text(text_of(there), ";") == there
