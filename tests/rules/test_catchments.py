"""Which school an address has: exactly one is told, everything else is left to a person."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ksr_saas.catchments.houses import House, Parity, Span, bound_of, houses_of, parted
from ksr_saas.catchments.linter import WARNINGS, Fault, lint
from ksr_saas.catchments.rules import (
    Address,
    Book,
    Decision,
    Doubt,
    Outcome,
    Segment,
    Why,
    address_key,
    start_of,
    year_name,
)
from ksr_saas.catchments.streets import KINDS, may_mean, offered, plain, street_of

ONE, TWO = UUID(int=1), UUID(int=2)
YEAR = 2027


def segment(street, numbers="", school=ONE, side=Parity.ALL, **known):
    """A segment of numbers like "1-17", "-9", "20-" or "12a-12d"."""
    first, _, last = numbers.partition("-")
    span = Span(side, bound_of(first), bound_of(last))
    given = {"institution": school, "street": street, "span": span, "valid_from": YEAR}
    return Segment(**given | known)


def asked(segments, street, number="", year=YEAR, home="Zator", decisions=None, **known):
    book = Book(segments, home=home, decisions=decisions)
    return book.school_of(Address(street, number, **known), year)


def why(answer):
    return [one.why for one in answer.considered]


# Streets


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Jana Pawła II", "Pawła II Jana"),
        ("pl. Grunwaldzki", "PLAC  GRUNWALDZKI"),
        ("Łąkowa", "ul. lakowa"),
        ("Świętego Antoniego", "św. Antoniego"),
        ("gen. Józefa Bema", "Generała Bema Józefa"),
        ("3 Maja", "3-go Maja"),
        ("Marii Skłodowskiej-Curie", "skłodowskiej curie marii"),
        ("os. Piastów", "Osiedle Piastow"),
        ("1 Maja", "1-ego maja"),
    ],
)
def test_a_street_is_found_however_it_is_written(written, typed):
    assert asked([segment(written)], typed, "7").school == ONE


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Józefa Bema", "gen. J. Bema"),
        ("Józefa Bema", "Bema"),
        ("J. Bema", "Józefa Bema"),
        ("Legnicka", "Lengicka"),
    ],
)
def test_a_name_cut_short_is_offered_and_never_taken(written, typed):
    found = asked([segment(written)], typed, "7")
    assert (found.outcome, found.doubt) == (Outcome.NONE, Doubt.STREET)
    assert found.offered == (f"ul. {written}",)


def test_what_was_picked_from_the_offer_is_taken():
    segments = [segment("Józefa Bema"), segment("pl. Józefa Bema", school=TWO)]
    found = asked(segments, "Bema", "7")
    assert found.offered == ("ul. Józefa Bema", "pl. Józefa Bema")
    assert [asked(segments, one, "7").school for one in found.offered] == [ONE, TWO]


def test_a_street_and_a_square_of_one_name_are_not_taken_for_each_other():
    segments = [segment("Wolności"), segment("pl. Wolności", school=TWO)]
    unclear = asked(segments, "Wolności", "5")
    assert (unclear.outcome, unclear.doubt) == (Outcome.SEVERAL, Doubt.KIND)
    assert unclear.offered == ("ul. Wolności", "pl. Wolności")
    assert asked(segments, "ul. Wolności", "5").school == ONE
    assert asked(segments, "plac Wolności", "5").school == TWO
    avenue = asked(segments, "al. Wolności", "5")
    assert (avenue.school, avenue.doubt) == (None, Doubt.STREET)


@pytest.mark.parametrize(
    ("typed", "name", "may"),
    [
        ("bema gen j", "bema jozefa", True),
        ("bema jozefa", "bema janiny", False),
        ("j", "jozefa bema", False),
        ("gen", "bema gen", False),
        ("nowa", "polna", False),
    ],
)
def test_only_a_name_that_fits_word_by_word_may_be_meant(typed, name, may):
    assert may_mean(typed, name) is may


WORD = st.text("aąbcćeęlłnńoósśzźżAĄŁÓŻ19", min_size=1, max_size=9).filter(
    lambda word: plain(word) not in KINDS  # which is a kind only where it stands first
)
NAME = st.lists(WORD, min_size=1, max_size=4)


@given(NAME, st.randoms(), st.sampled_from(["", "ul. ", "pl. ", "Aleja "]))
def test_neither_order_nor_case_nor_marks_make_another_street(words, chance, kind):
    written = street_of(kind + " ".join(words))
    chance.shuffle(words)
    assert street_of((kind + "  ".join(words)).upper()) == written
    assert written.name not in offered(written.name, [written.name, "polna"])


# Houses


@pytest.mark.parametrize(
    ("typed", "houses"),
    [
        ("12", "12"),
        ("12A", "12a"),
        ("12 a", "12a"),
        ("12/3", "12"),
        ("12a/3", "12a"),
        ("12 m. 3", "12"),
        ("12 lok. 3", "12"),
        ("nr 12", "12"),
        ("12-14", "12 14"),
        ("14–12", "12 14"),
        ("12a-12d", "12a 12d"),
        ("12-12", "12"),
        ("", ""),
        ("dwanaście", ""),
        ("12345", ""),
        ("-5", ""),
        ("12//3", ""),
        ("²", ""),
    ],
)
def test_a_number_is_read_as_it_is_typed(typed, houses):
    assert " ".join(map(str, houses_of(typed))) == houses


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        ("ul. Polna 12A/3", ("ul. Polna", "12A/3")),
        ("Kwiatowa 12 m. 4", ("Kwiatowa", "12 m. 4")),
        ("3 Maja 5", ("3 Maja", "5")),
        ("al. 11 Listopada", ("al. 11 Listopada", "")),
        ("os. 1000-lecia 5", ("os. 1000-lecia", "5")),
        ("Polna, 12-14", ("Polna", "12-14")),
        ("Rynek", ("Rynek", "")),
        ("", ("", "")),
    ],
)
def test_street_and_number_in_one_line_are_parted(line, parts):
    assert parted(line) == parts
    assert asked([segment(parts[0] or "x")], line).school == (ONE if parts[0] else None)


@pytest.mark.parametrize(
    ("numbers", "side", "inside", "outside"),
    [
        ("1-17", Parity.ODD, "1 17 17a 9c", "2 16 19 0"),
        ("2-", Parity.EVEN, "2 998 4b", "1 3"),
        ("-9", Parity.ALL, "1 2 9 9z", "10"),
        ("12a-12d", Parity.ALL, "12a 12b 12d", "12 12e 13 11"),
        ("12-12c", Parity.ALL, "12 12a 12c", "12d"),
        ("", Parity.ALL, "1 9999", ""),
    ],
)
def test_a_range_holds_its_side_its_ends_and_their_letters(numbers, side, inside, outside):
    span = segment("x", numbers, side=side).span
    assert all(span.holds(*houses_of(one)) for one in inside.split())
    assert not any(span.holds(*houses_of(one)) for one in outside.split())


@pytest.mark.parametrize("typed", ["a", "12-14", "1/2", "99999", "12 abc"])
def test_an_end_of_a_range_is_one_number(typed):
    with pytest.raises(ValueError, match=typed):
        bound_of(typed)


HOUSES = st.builds(House, st.integers(0, 60), st.sampled_from(["", "", "a", "b", "zz"]))
SPANS = st.builds(Span, st.sampled_from(Parity), st.none() | HOUSES, st.none() | HOUSES)


@given(SPANS, SPANS, HOUSES)
def test_no_house_is_in_two_ranges_that_share_none(one, other, house):
    shared = one.shared(other)
    assert shared == other.shared(one)
    if shared is None:
        assert not (one.holds(house) and other.holds(house))
    else:
        assert one.holds(shared)
        assert other.holds(shared)


@given(SPANS, HOUSES)
def test_a_range_of_one_side_holds_nothing_of_the_other(span, house):
    if span.holds(house):
        assert span.parity in (Parity.ALL, house.parity)
        assert not span.is_backwards


@given(st.lists(st.tuples(SPANS, st.sampled_from([ONE, TWO])), max_size=6), HOUSES)
def test_whoever_is_told_one_school_is_in_its_range_and_in_no_other_schools(drawn, house):
    segments = [
        Segment(institution=school, street="Polna", span=span, valid_from=YEAR)
        for span, school in drawn
    ]
    found = asked(segments, "ul. Polna", str(house))
    holders = {one.institution for one in segments if one.span.holds(house)}
    assert set(found.schools) == holders
    assert (found.outcome is Outcome.ONE) == (len(holders) == 1)
    assert (found.school is not None) == (found.outcome is Outcome.ONE)


# Answers


def test_the_answer_says_why_the_others_did_not_match():
    segments = [
        segment("Polna", "1-17", side=Parity.ODD, source="zał. 1, wiersz 3"),
        segment("Polna", "2-", school=TWO, side=Parity.EVEN),
        segment("Polna", "19-", school=TWO, side=Parity.ODD),
        segment("Polna", valid_from=2020, valid_to=2026, school=TWO),
        segment("Polna", valid_from=2028, school=TWO),
        segment("Polna", locality="Bukowina", school=TWO),
    ]
    found = asked(segments, "polna", "9a/2", town="Zator")
    assert found.school == ONE
    assert found.considered[0].segment.source == "zał. 1, wiersz 3"
    assert why(found) == [
        Why.MATCHED,
        Why.OTHER_SIDE,
        Why.OUTSIDE,
        Why.ENDED,
        Why.NOT_YET,
        Why.OTHER_TOWN,
    ]


@pytest.mark.parametrize(
    ("street", "number", "outcome", "doubt"),
    [
        ("Polna", "18", Outcome.NONE, Doubt.HOUSE),
        ("Polna", "", Outcome.NONE, Doubt.NUMBER),
        ("Polna", "dom z ogrodem", Outcome.NONE, Doubt.NUMBER),
        ("Polna", "7", Outcome.SEVERAL, Doubt.SCHOOLS),
        ("Polna", "5-7", Outcome.SEVERAL, Doubt.SCHOOLS),
        ("Polna", "7-18", Outcome.NONE, Doubt.HOUSE),
        ("Dawna", "1", Outcome.NONE, Doubt.YEAR),
        ("Nieznana", "1", Outcome.NONE, Doubt.STREET),
        ("", "1", Outcome.NONE, Doubt.STREET),
        ("ul.", "1", Outcome.NONE, Doubt.STREET),
    ],
)
def test_none_or_two_are_told_as_such(street, number, outcome, doubt):
    segments = [
        segment("Polna", "1-17", side=Parity.ODD),
        segment("Polna", "7-9", school=TWO),
        segment("Dawna", valid_from=2020, valid_to=2025),
    ]
    found = asked(segments, street, number)
    assert (found.outcome, found.doubt) == (outcome, doubt)
    assert found.school is None


def test_two_ranges_of_one_school_are_one_answer():
    assert asked([segment("Polna", "1-9"), segment("Polna", "5-12")], "Polna", "7").school == ONE
    assert asked([segment("Polna", "1-6"), segment("Polna", "7-12")], "Polna", "6-8").school == ONE


def test_a_street_that_is_one_schools_needs_no_number():
    assert asked([segment("Polna")], "Polna").school == ONE


def test_a_village_without_streets_is_found_by_its_name():
    segments = [
        segment("", locality="Bukowina"),
        segment("", "1-20", locality="Nowa Wieś", school=TWO),
        segment("Polna", locality="Nowa Wieś"),
    ]
    assert asked(segments, "Bukowina", "7").school == ONE
    assert asked(segments, "", "7", town="bukowina").school == ONE
    assert asked(segments, "Bukowina 7", "", town="Bukowina").school == ONE
    assert asked(segments, "", "20", town="Nowa Wies").school == TWO
    assert asked(segments, "", "21", town="Nowa Wieś").doubt is Doubt.HOUSE
    assert asked(segments, "Polna", "1", town="Nowa Wieś").school == ONE
    assert asked(segments, "Polna", "1", town="Oleśnica").doubt is Doubt.STREET


def test_the_same_street_in_two_towns_needs_the_town():
    segments = [segment("Polna"), segment("Polna", locality="Bukowina", school=TWO)]
    assert asked(segments, "Polna", "1").doubt is Doubt.TOWN
    assert asked(segments, "Polna", "1", town="ZATOR").school == ONE
    assert asked(segments, "Polna", "1", town="Bukowina").school == TWO


def test_a_persons_decision_answers_what_is_open_and_nothing_else():
    told = {
        address_key(Address("Polna", "18 m. 2"), "Zator"): Decision(TWO, "Działka przy Leśnej."),
        address_key(Address("ul. Polna 1"), "Zator"): Decision(TWO, "Pomyłka."),
        address_key(Address("Poza", "1"), "Zator"): Decision(None, "Inna gmina."),
    }
    segments = [segment("Polna", "1-17")]
    decided = asked(segments, "ulica polna", "18", town="zator", decisions=told)
    assert (decided.school, decided.decided, decided.reason) == (TWO, True, "Działka przy Leśnej.")
    assert decided.doubt is Doubt.HOUSE
    assert asked(segments, "Polna", "1", decisions=told).school == ONE
    outside = asked(segments, "Poza", "1", decisions=told)
    assert (outside.outcome, outside.decided) == (Outcome.NONE, True)


@pytest.mark.parametrize(
    ("typed", "start"),
    [("2027/2028", 2027), ("2027/2029", None), ("2027", None), ("1999/2000", None), ("", None)],
)
def test_a_school_year_is_two_years_in_a_row(typed, start):
    assert start_of(typed) == start
    assert start is None or year_name(start) == typed


# The linter


FINE = (
    segment("Polna", "1-17", side=Parity.ODD),
    segment("Polna", "19-", TWO, Parity.ODD),
    segment("Polna", "2-", TWO, Parity.EVEN),
    segment("Leśna", "-10"),
    segment("Leśna", "11-", TWO),
    segment("Nowa", "1-12c"),
    segment("Nowa", "12d-", TWO),
    segment("Stara", valid_to=2027),
    segment("Stara", school=TWO, valid_from=2028),
    segment("Dawna", "1-9", TWO, valid_from=2020, valid_to=2025),
    segment("Dawna"),
)


def test_a_set_in_order_has_no_findings():
    assert lint(FINE, schools={ONE, TWO}, year=YEAR) == []


@pytest.mark.parametrize(
    ("segments", "fault", "first", "last"),
    [
        ([segment("A", "1-9"), segment("ul. a", "7-20", TWO)], Fault.OVERLAP, "7", "9"),
        ([segment("A", "7-"), segment("A", "1-", TWO)], Fault.OVERLAP, "7", "None"),
        ([segment("A", "1-9"), segment("A", "9a-9c", TWO)], Fault.OVERLAP, "9a", "9c"),
        (
            [segment("A", valid_from=2020), segment("A", school=TWO)],
            Fault.VALIDITY,
            "0",
            "None",
        ),
        ([segment("A", "1-9"), segment("A", "9-12")], Fault.TWICE, "9", "9"),
        ([segment("A", school=UUID(int=9))], Fault.UNKNOWN_SCHOOL, "None", "None"),
        ([segment("A", "9-1")], Fault.BACKWARDS, "None", "None"),
        ([segment("A", valid_from=2029, valid_to=2028)], Fault.BACKWARDS, "None", "None"),
        ([segment("A", "1-9"), segment("A", "14-20", TWO)], Fault.GAP, "10", "13"),
        (
            [
                segment("A", "1-9", side=Parity.ODD),
                segment("A", "13-19", TWO, Parity.ODD),
                segment("A", side=Parity.EVEN),
            ],
            Fault.GAP,
            "11",
            "11",
        ),
        ([segment("A", "1-9", side=Parity.ODD)], Fault.ONE_SIDE, "None", "None"),
    ],
)
def test_each_fault_is_found_with_the_houses_it_concerns(segments, fault, first, last):
    (found,) = lint(segments, schools={ONE, TWO}, year=YEAR)
    assert (found.fault, str(found.first), str(found.last)) == (fault, first, last)
    assert found.is_error is (fault not in WARNINGS)


@given(st.lists(SPANS, min_size=2, max_size=2), HOUSES)
def test_the_linter_finds_every_pair_that_gives_a_house_two_schools(spans, house):
    pair = [
        Segment(institution=school, street="Polna", span=span, valid_from=YEAR)
        for span, school in zip(spans, (ONE, TWO), strict=True)
    ]
    faults = {one.fault for one in lint(pair, schools={ONE, TWO}, year=YEAR)}
    if all(one.span.holds(house) for one in pair):
        assert Fault.OVERLAP in faults
    if asked(pair, "ul. Polna", str(house)).outcome is Outcome.SEVERAL:
        assert Fault.OVERLAP in faults
