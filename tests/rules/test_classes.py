"""Parts of one class are told from a published offer, and what cannot be told is left to people."""

from collections import defaultdict
from pathlib import Path

import pytest

from ksr_saas.campaigns.levels import Level
from ksr_saas.exchange import classes, offer_rows, subjects, table
from ksr_saas.exchange.classes import Line, grouped, named
from ksr_saas.offer.kinds import Pool, Scored, UnitKind

WARSAW = Path(__file__).parents[2] / "tenants/warszawa/secondary/offer.csv"
# Every integration class of Warsaw's offer for 2026/27, told by hand from its rows: school, class,
# its part for candidates with a certificate, its parts for everybody.
INTEGRATION = [
    ("680", "1A", "1Ai", ("1AH", "1AN")),
    ("680", "1B", "1Bi", ("1BH", "1BR")),
    ("680", "1E", "1Ei", ("1EN", "1ER")),
    ("680", "1F", "1Fi", ("1FN", "1FR")),
    ("690", "1BH", "1BH2", ("1BH1",)),
    ("690", "1HO", "1HO2", ("1HO1",)),
    ("747", "1A", "1A", ("1A",)),
    ("747", "1B", "1B", ("1B",)),
    ("747", "1C", "1C", ("1C",)),
    ("767", "1d", "1d", ("1d",)),
    ("767", "1i", "1i", ("1i",)),
    ("767", "1m", "1m", ("1m",)),
    ("770", "1D", "1Di", ("1D",)),
    ("770", "1M", "1Mi", ("1M",)),
    ("779", "1abe", "1abei", ("1abe",)),
    ("779", "1cr", "1cri", ("1cr",)),
    ("779", "1dR", "1dRi", ("1dR",)),
    ("792", "1ai", "1ai", ("1ai",)),
    ("792", "1bi", "1bi", ("1bi",)),
    ("792", "1ci", "1ci", ("1ci",)),
    ("792", "1ei", "1ei", ("1ei",)),
    ("793", "IABa", "IABai", ("IABa",)),
    ("794", "1BiT", "1BiT", ("1BiT",)),
    ("794", "1CiT", "1CiT", ("1CiT",)),
    ("838", "1tci", "1tci-orz", ("1tci",)),
    ("838", "1tfi", "1tfi-orz", ("1tfi",)),
    ("846", "1B", "1B", ("1B",)),
    ("846", "1G", "1G", ("1G",)),
    ("855", "A", "A", ("A",)),
    ("855", "B", "B", ("B",)),
    ("855", "C", "C", ("C",)),
    ("855", "D", "D", ("D",)),
    ("855", "E", "E", ("E",)),
    ("869", "1E", "1EI", ("1Eo",)),
    ("873", "1B", "1B(i)", ("1B(o)",)),
    ("901", "1Wia", "1Wiai", ("1 Wia",)),
    ("901", "1Wib", "1Wibi", ("1Wib",)),
    ("914", "1Bi", "1Bii", ("1 Bi",)),
    ("914", "1Ai", "1Aii", ("1Ai",)),
    ("925", "1 RI", "1 RI", ("1 RI",)),
    (
        "932",
        "1Ai angielski / hiszpański",
        "1Ai angielski / hiszpański",
        ("1Ai angielski / hiszpański",),
    ),
    ("934", "1d", "1di", ("1d",)),
    ("2687", "1a", "1aN", ("1aN", "1aR")),
    ("2687", "1d", "1dN", ("1dH", "1dN")),
    ("2691", "1A", "1A", ("1A",)),
    ("2691", "1B", "1B", ("1B",)),
    ("2691", "1C", "1C", ("1C",)),
    ("2691", "1D", "1D", ("1D",)),
    ("2698", "1C", "1C", ("1C",)),
]


@pytest.fixture(scope="module")
def warsaw():
    return offer_rows.read(table.read(WARSAW.read_bytes()), Level.SECONDARY)


def test_every_integration_class_of_warsaw_is_kept_together_and_its_pools_apart(warsaw):
    found = defaultdict(lambda: {Pool.CERTIFICATE: [], Pool.GENERAL: []})
    for line in warsaw.lines:
        if line.unit["kind"] is UnitKind.INTEGRATION:
            code = named(line.unit["name"]).code
            found[line.place, line.unit["group"]][line.unit["pool"]].append(code)
    assert [
        (*key, *pools[Pool.CERTIFICATE], tuple(pools[Pool.GENERAL])) for key, pools in found.items()
    ] == INTEGRATION
    assert sum(1 + len(general) for *_, general in INTEGRATION) == 104


def test_language_groups_share_a_class_only_where_the_offer_makes_it_evident(warsaw):
    groups = defaultdict(list)
    for line in warsaw.lines:
        if line.unit["kind"] is not UnitKind.INTEGRATION and line.unit["group"]:
            groups[line.place, line.unit["group"]].append(line.unit)
    assert len(groups) == 67
    for parts in groups.values():
        assert len(parts) == 2
        assert sum(one["capacity"] for one in parts) <= 34
        assert len({str(one["second_languages"]) for one in parts}) == 2
        for alike in ("kind", "subjects", "occupations", "first_languages"):
            assert len({str(one[alike]) for one in parts}) == 1
    # 32 places each: two classes side by side, not two halves of one.
    assert not [key for key in groups if key[0] == "602"]


def test_every_name_and_every_subject_of_warsaw_is_understood(warsaw):
    assert (warsaw.issues, warsaw.unread) == ((), ())
    assert all(named(line.unit["name"]) for line in warsaw.lines)
    assert all(
        len(line.unit["subjects"]) == (0 if line.unit["pool"] is Pool.CERTIFICATE else 2)
        for line in warsaw.lines
    )


def a_row(row, name, *, school="1", second=("niemiecki",), places=15, counts=("geografia",)):
    return Line(row, school, name, "integration", counts, second, places)


@pytest.mark.parametrize(
    "names",
    [
        ["1A - (I/i) - mat (ang - niem)"],
        ["1A - (I/o) - mat (ang - niem)"],
        ["1A - (I/o) - mat (ang - niem)", "1A - (I/i) - biol (ang - niem)"],
        ["1A - (I/o) - mat (ang - niem)", "1B - (I/i) - mat (ang - niem)"],
        [
            "1A - (I/o) - mat (ang - niem)",
            "1A - (I/i) - mat (ang - niem)",
            "1Ai - (I/i) - mat (ang - niem)",
        ],
        [
            "1Ai - (I/o) - mat (ang - niem)",
            "1Aii - (I/i) - mat (ang - niem)",
            "1A - (I/o) - mat (ang - niem)",
            "1Ai - (I/i) - mat (ang - niem)",
        ],
    ],
    ids=[
        "no part for everybody",
        "no part with a certificate",
        "two profiles",
        "two letters",
        "two parts with a certificate",
        "either of two",
    ],
)
def test_a_class_that_cannot_be_told_is_left_to_a_person(names):
    found = grouped(a_row(row, name) for row, name in enumerate(names))
    assert found.labels == {}
    assert found.undecided == tuple(range(len(names)))


def test_rows_of_two_schools_are_never_one_class():
    lines = [
        a_row(1, "1A - (I/o) - mat (ang - niem)", school="1"),
        a_row(2, "1A - (I/i) - mat (ang - niem)", school="2"),
    ]
    assert grouped(lines).undecided == (1, 2)


def test_no_two_classes_of_a_school_are_called_alike():
    lines = [
        a_row(1, "1An - (O) - mat (ang - niem)"),
        a_row(2, "1Ah - (O) - mat (ang - hisz)", second=("hiszpański",)),
        a_row(3, "1An - (O) - biol (ang - niem)"),
        a_row(4, "1Ah - (O) - biol (ang - hisz)", second=("hiszpański",)),
    ]
    labels = grouped(lines).labels
    assert labels[1] == labels[2] != labels[3] == labels[4]


def test_ordinary_classes_that_differ_in_more_than_a_language_stay_apart():
    german = a_row(1, "1An - (O) - mat (ang - niem)")
    spanish = a_row(2, "1Ah - (O) - mat (ang - hisz)", second=("hiszpański",))
    assert grouped([german, spanish]).labels == {1: "1A", 2: "1A"}
    for other in (
        a_row(2, "1Ah - (O) - biol (ang - hisz)", second=("hiszpański",)),
        a_row(2, "1Ah - (O) - mat (ang - hisz)", second=("hiszpański",), counts=("fizyka",)),
        a_row(2, "1Ah - (O) - mat (ang - hisz)", second=("hiszpański",), places=32),
        a_row(2, "1Ah - (O) - mat (ang - ros)", second=("rosyjski",)),
        a_row(2, "1Bh - (O) - mat (ang - hisz)", second=("hiszpański",)),
    ):
        assert grouped([german, other]).labels == {}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "1BH1 - (I/o) - Technik hotelarstwa - ang (ang (K) - niem (P))",
            ("1BH1", "I/o", "ang", ("Technik hotelarstwa",)),
        ),
        (
            "1 Wia - (I/o) - Fryzjer, Sprzedawca - ang",
            ("1 Wia", "I/o", "ang", ("Fryzjer", "Sprzedawca")),
        ),
        ("A - (O) - pol, his (ang - hisz)", ("A", "O", "pol, his", ())),
    ],
)
def test_a_name_is_taken_apart(name, expected):
    found = named(name)
    assert (found.code, found.mark, found.profile, found.trades) == expected


def test_a_name_of_another_make_is_not_guessed_at():
    assert named("Klasa matematyczna") is None
    assert classes.grouped([a_row(1, "Klasa matematyczna")]).undecided == ()


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", None),
        ("geografia", Scored(("geografia",))),
        ("Największa wartość spośród biologia, chemia", Scored(("biologia", "chemia"))),
        ("druga największa wartość spośród a, b, c", Scored(("a", "b", "c"), best=2)),
        (
            "język angielski jeśli brak największa wartość spośród język francuski, język włoski",
            Scored(("język angielski",), otherwise=("język francuski", "język włoski")),
        ),
    ],
)
def test_a_scored_subject_is_read_as_it_is_published(typed, expected):
    assert subjects.scored(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "największa wartość spośród",
        "piąta największa wartość spośród a, b, c, d, e, f",
        "trzecia największa wartość spośród a, b",
        "największa wartość spośród a, a",
        "a jeśli brak b jeśli brak c",
        "druga największa wartość spośród a, b jeśli brak c",
        "a, b",
        "123",
    ],
)
def test_a_subject_that_is_unclear_is_no_subject(typed):
    with pytest.raises(subjects.Unclear):
        subjects.scored(typed)
