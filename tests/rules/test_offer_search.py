"""An offer is narrowed and put in order."""

from decimal import Decimal
from uuid import uuid4

import msgspec
import pytest

from ksr_saas.offer.catalogue import Catalogue, OfferedInstitution, OfferedUnit, lowest, together
from ksr_saas.offer.compared import columns
from ksr_saas.offer.kinds import InstitutionKind, Organ, Pool, Scored, UnitKind
from ksr_saas.offer.places import Point, folded, metres
from ksr_saas.offer.search import Order, Wanted, search
from ksr_saas.offer.web.filters import read


def a_class(name, **changes):
    made = OfferedUnit(
        id=uuid4(),
        institution_id=uuid4(),
        code=name,
        name=name,
        kind=UnitKind.GENERAL,
        group="",
        pool=Pool.GENERAL,
        places=30,
        birth_years=(),
        first_languages=("angielski",),
        second_languages=("niemiecki",),
        subjects=(),
        extended=(),
        occupations=(),
        prerequisites=(),
        about={},
        thresholds=(),
    )
    return msgspec.structs.replace(made, **changes)


def a_school(name, *units, **changes):
    made = OfferedInstitution(
        id=uuid4(),
        name=name,
        kind=InstitutionKind.LICEUM,
        organ=Organ.MUNICIPAL,
        complex_id=None,
        street="ul. Żółta 1",
        postal_code="00-001",
        town="Warszawa",
        district="Wola",
        lat=52.23,
        lon=21.01,
        phone="",
        email="",
        website="",
        hours="",
        access=(),
        about={},
        made_up=True,
        has_photo=False,
        image_alt={},
        units=units,
    )
    return msgspec.structs.replace(made, **changes)


BIOLOGY = a_class(
    "1A",
    subjects=(Scored(("biologia",)), Scored(("chemia", "fizyka"), otherwise=("plastyka",))),
    extended=("biologia",),
    thresholds=lowest({"2024/2025": "150", "2025/2026": "141.05"}),
)
BILINGUAL = a_class("1D", kind=UnitKind.BILINGUAL, second_languages=("włoski",), places=0)
LOGISTICS = a_class("1L", occupations=("technik logistyk",), birth_years=(2012,))
ADAM = a_school("I Liceum im. Adama", BIOLOGY, BILINGUAL, access=("lift", "step-free"))
ZOFIA = a_school(
    "Technikum im. Zofii", LOGISTICS, kind=InstitutionKind.TECHNIKUM, district="Ochota", lat=52.2
)
CITY = Catalogue((ADAM, ZOFIA))


def names(**wanted):
    return [unit.name for one in search(CITY, Wanted(**wanted)) for unit in one.units]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["1A", "1D", "1L"]),
        ({"words": "zolta"}, ["1A", "1D", "1L"]),
        ({"words": "ADAMA żółta"}, ["1A", "1D"]),
        ({"words": "adama biologia"}, ["1A"]),
        ({"words": "logistyk zofii"}, ["1L"]),
        ({"words": "logistyk adama"}, []),
        ({"district": "Ochota"}, ["1L"]),
        ({"kind": InstitutionKind.LICEUM}, ["1A", "1D"]),
        ({"unit_kind": UnitKind.BILINGUAL}, ["1D"]),
        ({"birth_year": 2012}, ["1A", "1D", "1L"]),
        ({"birth_year": 2011}, ["1A", "1D"]),
        ({"first_language": "angielski"}, ["1A", "1D", "1L"]),
        ({"second_language": "włoski"}, ["1D"]),
        ({"subject": "fizyka"}, ["1A"]),
        ({"subject": "plastyka"}, ["1A"]),
        ({"profile": "technik logistyk"}, ["1L"]),
        ({"at_most": Decimal("141.05")}, ["1A"]),
        ({"at_most": Decimal(141)}, []),
        ({"access": ("lift", "step-free")}, ["1A", "1D"]),
        ({"access": ("lift", "parking")}, []),
        ({"free": True}, ["1A", "1L"]),
        ({"free": True, "district": "Wola", "subject": "chemia"}, ["1A"]),
    ],
)
def test_a_filter_keeps_what_fits_and_all_filters_hold_at_once(wanted, expected):
    assert names(**wanted) == expected


def test_the_nearest_comes_first_and_says_how_far_it_is():
    found = search(CITY, Wanted(order=Order.DISTANCE, near=Point(52.2, 21.01)))
    assert [one.institution.name for one in found] == [ZOFIA.name, ADAM.name]
    assert found[0].metres == 0
    assert found[1].metres == pytest.approx(3336, abs=2)


def test_the_lowest_threshold_comes_first_and_who_has_none_comes_last():
    high = a_school("Wysoka", a_class("1W", thresholds=lowest({"2025/2026": "180"})))
    found = search(Catalogue((high, *CITY.institutions)), Wanted(order=Order.THRESHOLD))
    assert [one.institution.name for one in found] == [ADAM.name, "Wysoka", ZOFIA.name]


def test_the_latest_threshold_counts_and_what_is_no_number_is_left_out():
    assert BIOLOGY.threshold == Decimal("141.05")
    assert lowest({"2025/2026": "brak", "2024/2025": "99.5"}) == (("2024/2025", Decimal("99.5")),)


def test_parts_of_one_class_stand_together_and_the_places_for_everybody_first():
    certificate = a_class("1Ai", group="1A", pool=Pool.CERTIFICATE)
    other, general = a_class("1B"), a_class("1Ao", group="1A")
    assert together([certificate, other, general]) == [[general, certificate], [other]]


def test_a_filter_offers_only_what_the_offer_has():
    choices = CITY.choices
    assert choices.districts == ("Ochota", "Wola")
    assert choices.kinds == (InstitutionKind.LICEUM, InstitutionKind.TECHNIKUM)
    assert choices.second_languages == ("niemiecki", "włoski")
    assert choices.subjects == ("biologia", "chemia", "fizyka", "plastyka")
    assert choices.thresholds and choices.full
    assert not Catalogue((ZOFIA,)).choices.full


def test_values_that_the_offer_does_not_have_are_left_out_and_named():
    asked = read(
        {
            "szukaj": "  adam  ",
            "dzielnica": "Nigdzie",
            "rodzaj": "liceum",
            "rocznik": "2012",
            "prog": "sto",
            "kolejnosc": "losowo",
            "od": "-5",
        },
        ["lift", "basen", "lift"],
        CITY.choices,
    )
    assert asked.wanted == Wanted(
        words="adam", kind=InstitutionKind.LICEUM, birth_year=2012, access=("lift",)
    )
    assert asked.ignored == (
        "Dzielnica",
        "Próg najwyżej",
        "Dostępność budynku",
        "Kolejność",
        "Strona",
    )
    assert asked.page(25) == "szukaj=adam&rodzaj=liceum&rocznik=2012&dostepnosc=lift&od=25"
    assert asked.without("rodzaj", "liceum") == "szukaj=adam&rocznik=2012&dostepnosc=lift"


@pytest.mark.parametrize(
    ("typed", "points"),
    [("140,5", "140.5"), ("0", "0"), ("300", "300"), ("300.01", None), ("NaN", None)],
)
def test_points_have_a_comma_or_a_dot_and_bounds(typed, points):
    asked = read({"prog": typed}, [], CITY.choices)
    assert asked.wanted.at_most == (Decimal(points) if points else None)
    assert bool(asked.ignored) is (points is None)


def test_marks_and_case_do_not_matter_for_words():
    assert folded("Łódź ŻÓŁĆ Straße") == "lodz zolc strasse"


def test_a_straight_line_is_measured_along_the_earth():
    assert metres(Point(52.2297, 21.0122), Point(51.1079, 17.0385)) == pytest.approx(
        301_000, rel=0.01
    )
    assert metres(Point(52.0, 21.0), Point(52.0, 21.0)) == 0


def test_units_and_institutions_are_compared_in_the_order_asked_for():
    one, other = columns(CITY, [str(BILINGUAL.id), "nic", str(uuid4()), str(ADAM.id)])
    assert (one.unit, one.places) == (BILINGUAL, 0)
    assert (other.unit, other.places) == (None, 30)
    assert other.values("second_languages") == ("niemiecki", "włoski")
    assert other.thresholds == (Decimal("141.05"),)
