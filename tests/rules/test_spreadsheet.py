"""Nothing that somebody typed is a formula in a spreadsheet."""

import csv
from io import StringIO

import pytest

from ksr_saas.kernel.spreadsheet import cell, csv_file


@pytest.mark.parametrize("typed", ["=1+1", "+48 71", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_would_work_out_is_text(typed):
    assert cell(typed) == f"'{typed}"


@pytest.mark.parametrize(
    "typed", ["", "a=1", "przedszkola-2027/00001", "10.0.0.0/24", "31.03.2027"]
)
def test_everything_else_stays_as_it_is(typed):
    assert cell(typed) == typed


def test_the_file_is_read_back_as_it_was_written():
    rows = [("Powód", "Sieć"), ('a;"b"', "dwa\nwiersze")]
    made = csv_file(rows[0], rows[1:])
    assert made.startswith(b"\xef\xbb\xbf")
    read = csv.reader(StringIO(made.decode("utf-8-sig"), newline=""), delimiter=";")
    assert [tuple(one) for one in read] == rows
