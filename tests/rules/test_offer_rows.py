"""Rows of an offer are read for every level, and what is wrong is said at its row and column."""

import pytest

from ksr_saas.campaigns.levels import Level
from ksr_saas.exchange import register, table
from ksr_saas.exchange.offer_rows import read
from ksr_saas.offer.kinds import InstitutionKind, Organ, Pool, Prerequisite, UnitKind


def lines(text, level=Level.PRESCHOOL):
    return read(table.read(text.encode()), level)


def wrong(column, cell, level=Level.PRESCHOOL):
    """The fields in which a row with this cell is wrong."""
    heading = {"kod placówki": "p1", "liczba miejsc": "25", column: cell}
    text = ";".join(heading) + "\n" + ";".join(heading.values())
    return [(one.field, dict(one.values)) for one in lines(text, level).issues]


def test_a_row_is_an_institution_and_a_unit():
    text = (
        "kod placówki;RSPO;typ placówki;organ;kod grupy;rodzaj grupy;pula;miejsca;kontynuujące;"
        "roczniki;drugi język;wymagania;próg 2025;Próg 2024\n"
        "p1;000123;Oddział przedszkolny;niepubliczna;a;INTEGRACYJNY;z orzeczeniem;20;5;"
        "2023, 2022;niemiecki | włoski;próba sprawności, orzeczenie lekarskie;120,5;\n"
    )
    (line,) = lines(text).lines
    assert (line.row, line.place, line.code) == (2, "123", "a")
    assert line.institution == {
        "code": "p1",
        "rspo": "123",
        "kind": InstitutionKind.SCHOOL_UNIT,
        "organ": Organ.NON_PUBLIC,
    }
    assert line.unit == {
        "kind": UnitKind.INTEGRATION,
        "pool": Pool.CERTIFICATE,
        "capacity": 20,
        "continuing": 5,
        "birth_years": [2022, 2023],
        "second_languages": ["niemiecki", "włoski"],
        "prerequisites": ["sport", "medical"],
        "thresholds": {"2025/2026": "120.5", "2024/2025": ""},
    }


def test_what_the_file_has_no_column_for_is_not_said():
    (line,) = lines("kod placówki;liczba miejsc\np1;25").lines
    assert (line.institution, line.unit) == ({"code": "p1"}, {"capacity": 25})


@pytest.mark.parametrize(
    ("level", "kind", "unit"),
    [
        (Level.PRESCHOOL, "punkt przedszkolny", "terapeutyczny"),
        (Level.PRIMARY, "szkoła podstawowa", "mistrzostwa sportowego"),
        (Level.SECONDARY, "branżowa szkoła I stopnia", "wielozawodowy"),
    ],
)
def test_every_level_has_its_institutions_and_units(level, kind, unit):
    text = f"kod placówki;typ placówki;rodzaj oddziału;liczba miejsc\np1;{kind};{unit};25"
    assert not lines(text, level).issues
    others = {one for one in Level if lines(text, one).issues}
    assert others == set(Level) - {level}


@pytest.mark.parametrize(
    ("column", "cell", "field"),
    [
        ("REGON", "123456789", "regon"),
        ("NIP", "1234567890", "nip"),
        ("numer konta", "PL61109010140000071219812875", "iban"),
        ("RSPO", "12a", "rspo"),
        ("TERYT", "9965011", "teryt"),
        ("kod pocztowy", "00001", "postal_code"),
        ("e-mail", "sekretariat", "email"),
        ("latitude", "21.01", "lat"),
        ("longitude", "dwadzieścia", "lon"),
        ("address", "Polna 1", "address"),
        ("typ placówki", "kino", "kind"),
        ("organ", "ktoś", "organ"),
        ("rodzaj oddziału", "leśny", "unit_kind"),
        ("pula", "moja", "pool"),
        ("kontynuujące", "26", "continuing"),
        ("kontynuujące", "-1", "continuing"),
        ("roczniki", "22", "birth_years"),
        ("wymagania", "egzamin", "prerequisites"),
        ("przedmiot punktowany 1", "największa wartość spośród", "subject_1"),
        ("próg 2025", "sto", "threshold_2025"),
    ],
)
def test_a_wrong_cell_is_told_by_its_column(column, cell, field):
    assert [found for found, _ in wrong(column, cell)] == [field]


@pytest.mark.parametrize("places", ["0", "-3", "2001", "25,5", "dużo", "", "1e2", "٣"])
def test_a_number_of_places_is_a_whole_one_from_1(places):
    found = lines(f"kod placówki;liczba miejsc\np1;{places}\np2;25").issues
    assert [(one.row, one.field) for one in found] == [(2, "capacity")]


def test_the_same_unit_twice_and_two_stories_of_one_institution_are_told():
    text = (
        "kod placówki;nazwa placówki;kod oddziału;liczba miejsc\n"
        "p1;Misie;a;25\np1;Żabki;b;25\np1;Misie;a;20\n"
    )
    found = lines(text).issues
    assert [(one.row, one.field, one.values) for one in found] == [
        (3, "name", {"other": 2, "value": "Misie"}),
        (4, "unit_code", {"other": 2}),
    ]


def test_a_row_without_code_and_number_is_nobodys():
    (issue,) = lines("kod placówki;liczba miejsc\n;25").issues
    assert (issue.row, issue.field) == (2, "code")


def test_what_the_act_asks_of_a_kind_is_added_where_the_file_is_silent():
    text = "kod placówki;rodzaj oddziału;liczba miejsc\np1;sportowy;25\np2;ogólny;25"
    first, second = lines(text, Level.SECONDARY).lines
    assert first.unit["prerequisites"] == [Prerequisite.SPORT, Prerequisite.MEDICAL]
    assert second.unit["prerequisites"] == []


def test_a_person_says_which_rows_are_one_class_by_a_column():
    names = ["1A - (I/o) - mat (ang - niem)", "1X - (I/i) - biol (ang - niem)"]
    head = "school_id;class_id;class_name;places"
    rows = [f"1;{n};{name};15" for n, name in enumerate(names)]
    told = lines("\n".join([head, *rows]), Level.SECONDARY).issues
    assert [(one.row, one.field) for one in told] == [(2, "unit_name"), (3, "unit_name")]
    text = "\n".join([f"{head};wspólny oddział", *(f"{row};1A" for row in rows)])
    decided = lines(text, Level.SECONDARY)
    assert not decided.issues
    assert [line.unit["group"] for line in decided.lines] == ["1A", "1A"]


def known(**values):
    base = dict.fromkeys(
        ("rspo", "regon", "nip", "phone", "email", "website", "teryt", "simc", "ulic"), ""
    )
    address = {"name": "Misie", "street": "ul. Polna 1", "postal_code": "00-001"}
    return base | address | {"town": "Pcim"} | {"id": values["rspo"] or "x"} | values


HEAD = "Numer RSPO;REGON;Typ;Nazwa;Ulica;Numer budynku;Kod pocztowy;Miejscowość;Data likwidacji\n"


def compared(rows, *institutions):
    return register.compared(table.read((HEAD + rows).encode()), institutions)


def test_the_register_is_matched_by_its_number_and_then_by_regon():
    by_number, by_regon = known(rspo="1"), known(rspo="", regon="123456785")
    found = compared(
        "1;;Przedszkole;Misie;ul. Polna;1;00-001;Pcim;\n"
        "2;123456785;Przedszkole;Misie;ul. Polna;1;00-001;Pcim;\n",
        by_number,
        by_regon,
    )
    assert found.same == 1
    (proposal,) = found.proposals
    assert [(one.field, one.after) for one in proposal.differences] == [("rspo", "2")]
    assert found.new == ()


def test_only_working_institutions_of_the_municipality_are_offered_as_new():
    found = compared(
        "5;;Przedszkole;Nowe;;3;00-001;Pcim;\n"
        "6;;Przedszkole;Dawne;;3;00-001;Pcim;2020-08-31\n"
        "7;;Bursa szkolna;Bursa;;3;00-001;Pcim;\n"
        "8;;Przedszkole;Obce;;3;00-001;Sopot;\n",
        known(rspo="1"),
    )
    assert [(one.rspo, one.values["street"]) for one in found.new] == [("5", "Pcim 3")]
    assert found.others == 3


def test_an_institution_that_the_register_has_closed_is_shown():
    (proposal,) = compared(
        "1;;Przedszkole;Misie;ul. Polna;1;00-001;Pcim;2026-08-31\n", known(rspo="1")
    ).proposals
    assert (proposal.closed, proposal.differences) == ("2026-08-31", ())


def test_a_number_that_cannot_be_right_is_told_and_not_proposed():
    found = compared("1;123456789;Przedszkole;Misie;ul. Polna;1;00-001;Pcim;\n", known(rspo="1"))
    assert [(one.row, one.field) for one in found.issues] == [(2, "regon")]
    assert found.proposals == ()


def test_a_point_is_in_poland():
    assert register.point("52,1", "21.05") == register.Point(52.1, 21.05)
    for lat, lon in (("", ""), ("21.05", "52.1"), ("52", "21"), ("nan", "21.0")):
        assert register.point(lat, lon) is None
