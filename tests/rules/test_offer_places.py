"""Addresses as people type them, and points on a drawing."""

import pytest

from ksr_saas.offer.drawn import EDGE, WIDTH, drawing
from ksr_saas.offer.places import Point, StreetPart, address, located, street_key
from tenants.streets_commands import BadStreets, read
from tests.rules.test_offer_search import a_class, a_school

HEAD = "street,first,last,lat,lon\n"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Długa 12", ("dluga", 12)),
        ("ul. Długa 12a/3, 50-001 Wrocław", ("dluga", 12)),
        ("ULICA DLUGA 12 m. 7", ("dluga", 12)),
        ("  al.  Jana Pawła II   5 ", ("ii jana pawla", 5)),
        ("Pawła II Jana 5", ("ii jana pawla", 5)),
        ("3 Maja 7", ("3 maja", 7)),
        ("3 Maja", ("3 maja", None)),
        ("Długa", ("dluga", None)),
        ("12", ("", None)),
        ("", ("", None)),
        (", 50-001", ("", None)),
    ],
)
def test_an_address_is_read_however_it_is_typed(typed, expected):
    assert address(typed) == expected


def test_a_street_that_is_called_by_its_kind_alone_keeps_it():
    assert street_key("Plac") == "plac"
    assert street_key("pl. Plac") == "plac"


LOW = StreetPart("ul. Długa", 1, 49, 51.0, 17.0)
HIGH = StreetPart("ul. Długa", 50, 99, 52.0, 18.0)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, (51.0, 17.0)),
        (49, (51.0, 17.0)),
        (50, (52.0, 18.0)),
        (500, (52.0, 18.0)),
        (None, (51.5, 17.5)),
    ],
)
def test_a_house_stands_in_its_part_of_the_street_or_in_the_nearest(number, expected):
    assert located([LOW, HIGH], number) == Point(*expected)


def test_a_street_that_nobody_knows_is_nowhere():
    assert located([], 5) is None


def test_a_position_is_rounded_to_the_next_houses():
    assert Point(52.229676, 21.012229).roughly == Point(52.23, 21.012)


def test_a_drawing_has_every_point_inside_and_north_up():
    north = a_school("N", a_class("1"), lat=52.3, lon=21.0)
    south = a_school("S", a_class("1"), lat=52.1, lon=21.2, district="Ochota")
    made = drawing([north, south])
    high, low = made.spots
    assert high.y == EDGE < low.y <= made.height - EDGE
    assert high.x == EDGE < low.x <= WIDTH - EDGE
    assert [one.name for one in made.districts] == ["Ochota", "Wola"]
    assert made.bar <= WIDTH / 3


def test_one_school_is_drawn_and_none_is_not():
    (spot,) = drawing([a_school("N", a_class("1"))]).spots
    assert (spot.x, spot.y) == (EDGE, EDGE)
    assert drawing([]) is None


def test_streets_are_read_from_a_file(tmp_path):
    file = tmp_path / "streets.csv"
    file.write_text(HEAD + "ul. Długa,1,49,51.1,17.0\n  al.  Lipowa ,,,51.2,17.1\n")
    assert read(file) == [
        StreetPart("ul. Długa", 1, 49, 51.1, 17.0),
        StreetPart("al. Lipowa", None, None, 51.2, 17.1),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (",1,2,51,17", ":2: the street has no name"),
        ("Długa,a,2,51,17", ":2: a number cannot be read"),
        ("Długa,,2,51,17", ":2: a last number needs a first one"),
        ("Długa,9,2,51,17", ":2: the numbers must rise"),
        ("Długa,1,2,91,17", ":2: the point is not on the earth"),
        ("Długa,1,2,nan,17", ":2: the point is not on the earth"),
        ("Długa", ":2: a number cannot be read"),
    ],
)
def test_a_line_that_cannot_be_right_is_named(tmp_path, line, told):
    file = tmp_path / "streets.csv"
    file.write_text(HEAD + line)
    with pytest.raises(BadStreets, match=told):
        read(file)


def test_a_file_without_its_columns_or_without_itself_is_refused(tmp_path):
    file = tmp_path / "streets.csv"
    file.write_text("ulica,lat\n")
    with pytest.raises(BadStreets, match="columns are missing: street, first, last, lon"):
        read(file)
    with pytest.raises(BadStreets, match=r"nowhere\.csv"):
        read(tmp_path / "nowhere.csv")
