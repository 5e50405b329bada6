"""A table that somebody sent is read, or refused in words."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from ksr_saas.exchange import columns, table
from ksr_saas.kernel.spreadsheet import csv_file
from ksr_saas.exchange.errors import (
    BrokenQuotes,
    ColumnsMissing,
    ColumnTwice,
    EmptyTable,
    Macros,
    NoHeading,
    NotAWorkbook,
    OldWorkbook,
    PersonalData,
    TooBig,
    UnknownEncoding,
    Unreadable,
)

TEXT = 'kod placówki;nazwa;miejsca\np001;"Żabki; grupa „A”";25\n\np002;Jeżyki;20\n'


def a_workbook(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_part(content, name, part):
    """The workbook with one more file in it."""
    out = io.BytesIO(content)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, part)
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        TEXT.encode("utf-8-sig"),
        TEXT.encode("cp1250"),
        TEXT.replace("\n", "\r\n").encode("cp1250"),
        TEXT.replace("; ", "\0").replace(";", "\t").replace("\0", "; ").encode(),
        TEXT.replace("; ", "\0").replace(";", ",").replace("\0", "; ").encode("utf-8-sig"),
    ],
    ids=["utf-8", "with its mark", "Windows", "Windows with its lines", "tabs", "commas"],
)
def test_csv_is_read_as_offices_write_it(content):
    found = table.read(content)
    assert found.heading == ("kod placówki", "nazwa", "miejsca")
    assert [(row.number, row.cells) for row in found.rows] == [
        (2, ("p001", "Żabki; grupa „A”", "25")),
        (4, ("p002", "Jeżyki", "20")),
    ]
    assert not any(row.torn for row in found.rows)


def test_a_row_is_numbered_by_the_line_on_which_it_begins():
    found = table.read(b'a,b\n1,"two\nlines"\n3,4\n')
    assert [(row.number, row.cells) for row in found.rows] == [
        (2, ("1", "two lines")),
        (4, ("3", "4")),
    ]


def test_a_row_with_another_number_of_fields_is_torn():
    found = table.read("a;b;c\n1;2;3\n1;2\n1;2;3;\n1;2;3;4".encode())
    assert [row.torn for row in found.rows] == [False, True, False, True]


def test_what_protects_a_cell_in_a_spreadsheet_is_no_part_of_it():
    found = table.read('RSPO;telefon\n="0123";"=""717890"""\n'.encode())
    assert found.rows[0].cells == ("0123", "717890")
    ours = csv_file(["telefon", "nazwa"], [["+48717890123", "'Misie'"]])
    assert table.read(ours).rows[0].cells == ("+48717890123", "'Misie'")


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyTable),
        (b" \r\n\r\n", EmptyTable),
        (b"kod;miejsca\n", EmptyTable),
        ("kod;miejsca\np1;1".encode("utf-16"), UnknownEncoding),
        (b"kod;miejsca\np1;\x01\x02\n", UnknownEncoding),
        (b"kod;miejsca\np1;\x81\n", UnknownEncoding),
        (b"<html><body>kod;miejsca</body></html>", Unreadable),
        (b"%PDF-1.7;\nobj", Unreadable),
        (b"Dzien dobry\nprzesylam oferte\n", Unreadable),
        (b'kod;miejsca\np1;"25\np2;30\n', BrokenQuotes),
        (b"\xd0\xcf\x11\xe0 workbook", OldWorkbook),
        (b"a;b\n" + b"1;2\n" * (table.MOST_ROWS + 1), TooBig),
        (b";".join([b"a"] * (table.MOST_COLUMNS + 1)) + b"\n1;2", TooBig),
        (b"a;b\n" + b"1" * table.LARGEST, TooBig),
    ],
)
def test_what_is_no_table_is_refused(content, refusal):
    with pytest.raises(Unreadable) as refused:
        table.read(content)
    assert type(refused.value) is refusal


def test_twenty_thousand_rows_are_still_read():
    assert len(table.read(b"a;b\n" + b"1;2\n" * table.MOST_ROWS).rows) == table.MOST_ROWS


def test_a_workbook_is_read_by_its_values():
    content = a_workbook(
        ["kod", "miejsca", "od", "tak?", None],
        ["p001", 25.0, datetime(2027, 9, 1), True, None],
        [],
        ["p002", 2.5, date(2027, 9, 2), False],
        ["p003", "=1+1", None, None],
    )
    found = table.read(content, "oferta.xlsx")
    assert found.heading == ("kod", "miejsca", "od", "tak?")
    assert [(row.number, row.cells) for row in found.rows] == [
        (2, ("p001", "25", "2027-09-01", "tak")),
        (4, ("p002", "2.5", "2027-09-02", "nie")),
        (5, ("p003", "", "", "")),  # a formula that nobody has worked out
    ]


def test_a_workbook_that_is_none_is_refused():
    good = a_workbook(["a", "b"], [1, 2])
    for content in (b"kod;miejsca\np1;25", b"PK\x03\x04 half", good[: len(good) // 2]):
        with pytest.raises(NotAWorkbook):
            table.read(content, "oferta.xlsx")
    with pytest.raises(NotAWorkbook):
        empty = io.BytesIO()
        with zipfile.ZipFile(empty, "w") as archive:
            archive.writestr("a.txt", "a")
        table.read(empty.getvalue())


def test_macros_bombs_and_declared_entities_do_not_come_in():
    good = a_workbook(["a", "b"], [1, 2])
    with pytest.raises(Macros):
        table.read(with_part(good, "xl/vbaProject.bin", b"macro"))
    with pytest.raises(TooBig):
        table.read(with_part(good, "xl/worksheets/bomb.bin", b"\0" * (65 * 1024 * 1024)))
    with pytest.raises(NotAWorkbook):
        table.read(with_part(good, "xl/a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'))
    with pytest.raises(TooBig):
        table.read(a_workbook(["a"] * (table.MOST_COLUMNS + 1), [1]))


NAMES = {"code": ("kod placówki", "school_id"), "rspo": ("numer RSPO",), "many": ("liczba miejsc",)}


@pytest.mark.parametrize(
    "heading",
    ["Kod placówki;LICZBA MIEJSC", "KOD_PLACOWKI;Liczba  miejsc", "school_id;liczba-miejsc"],
)
def test_columns_are_known_by_their_names_without_case_and_marks(heading):
    found = columns.found(table.read(f"{heading};uwagi\n1;2;3".encode()), NAMES, (("code",),))
    assert (found.at, found.unread) == ({"code": 0, "many": 1}, ("uwagi",))


def test_missing_columns_are_named_and_so_are_two_of_a_kind():
    required = (("code", "rspo"), ("many",))
    with pytest.raises(ColumnsMissing) as refused:
        columns.found(table.read(b"numer RSPO;uwagi\n1;2"), NAMES, required)
    assert refused.value.values == {"names": "liczba miejsc"}
    with pytest.raises(ColumnsMissing) as refused:
        columns.found(table.read(b"liczba miejsc;uwagi\n1;2"), NAMES, required)
    assert refused.value.values == {"names": "kod placówki / numer RSPO"}
    with pytest.raises(ColumnTwice) as refused:
        columns.found(table.read(b"school_id;Kod plac\xf3wki;c\n1;2;3"), NAMES, required)
    assert refused.value.values == {"names": "school_id, Kod placówki"}
    with pytest.raises(NoHeading):
        columns.found(table.read(b"p001;25\np002;30"), NAMES, required)


@pytest.mark.parametrize(
    "name", ["PESEL", "Pesel dziecka", "Imię", "nazwisko dziecka", "Imię i nazwisko"]
)
def test_columns_about_people_are_refused(name):
    with pytest.raises(PersonalData) as refused:
        columns.ensure_nobody(table.read(f"kod;{name}\n1;2".encode()))
    assert refused.value.values == {"names": name}
