"""The list of people to invite: what is read, and what is said of every line."""

from uuid import UUID

import pytest

from ksr_saas.identity.rights import Role, grantable
from ksr_saas.staffing import rules
from ksr_saas.staffing.errors import UnreadableList
from ksr_saas.staffing.rules import decoded, judge, lines_of

P001, P002 = UUID(int=1), UUID(int=2)
HEADING = "imie;nazwisko;email;rola;placowka\n"
GOOD = "Anna;Nowak;Anna.Nowak@example.pl;operator;p001\n"


def verdicts(text, taken=(), giver=Role.ADMINISTRATOR, own=None):
    return judge(
        lines_of(text),
        places={"p001": P001, "123456": P001, "p002": P002},
        taken=taken,
        grantable=grantable(giver),
        own=own,
    )


def test_a_good_line_is_read_with_its_role_and_institution():
    (found,) = verdicts(HEADING + GOOD)
    assert (found.problem, found.role, found.institution_id) == ("", Role.OPERATOR, P001)
    assert (found.line.number, found.line.given_name) == (2, "Anna")


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_any_usual_separator_and_order_of_columns_is_read(separator):
    heading = separator.join(("E-mail", "Placówka", "Rola", "Nazwisko", "Imię", "uwagi"))
    line = separator.join(("a@example.pl", "123456", "Operator", "Lis", "Jan", "nowy"))
    (found,) = verdicts(f"{heading}\n\n{line}\n")
    assert (found.problem, found.line.family_name, found.institution_id) == ("", "Lis", P001)


def test_a_polish_excel_file_is_read():
    text = HEADING + "Łucja;Żak;l.zak@example.pl;koordynator;\n"
    for encoding in ("utf-8", "utf-8-sig", "cp1250"):
        (found,) = verdicts(decoded(text.encode(encoding)))
        assert (found.line.given_name, found.role) == ("Łucja", Role.COORDINATOR)


@pytest.mark.parametrize(
    ("line", "field", "problem"),
    [
        (";Nowak;a@example.pl;operator;p001", "imie", rules.NO_NAME),
        ("Anna;;a@example.pl;operator;p001", "imie", rules.NO_NAME),
        ("Anna;Nowak;anna;operator;p001", "email", rules.NO_ADDRESS),
        ("Anna;Nowak;a@b@example.pl;operator;p001", "email", rules.NO_ADDRESS),
        ("Anna;Nowak;a@example.pl>,x@y.pl;operator;p001", "email", rules.NO_ADDRESS),
        ("Anna;Nowak;znana@example.pl;operator;p001", "email", rules.TAKEN),
        ("Anna;Nowak;a@example.pl;kierownik;p001", "rola", rules.NO_ROLE),
        ("Anna;Nowak;a@example.pl;operator;", "placowka", rules.NO_PLACE),
        ("Anna;Nowak;a@example.pl;operator;p999", "placowka", rules.NO_PLACE),
        ("Anna;Nowak;a@example.pl;koordynator;p001", "placowka", rules.PLACE_NOT_WANTED),
        ("Anna", "imie", rules.NO_NAME),
    ],
)
def test_a_wrong_line_is_told_its_field_and_reason(line, field, problem):
    (found,) = verdicts(f"{HEADING}{line}\n", taken={"znana@example.pl"})
    assert (found.field, found.problem) == (field, problem)


def test_the_second_line_with_the_same_address_is_refused():
    first, second = verdicts(HEADING + GOOD + GOOD.lower())
    assert (first.problem, second.problem) == ("", rules.TWICE)


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("operator", Role.OPERATOR),
        ("członek", Role.MEMBER),
        ("Członek komisji", Role.MEMBER),
        ("przewodniczaca", Role.CHAIR),
        ("Przewodniczący komisji", Role.CHAIR),
        ("Dyrektor", Role.DIRECTOR),
    ],
)
def test_a_role_of_an_institution_is_known_by_its_polish_word(word, role):
    (found,) = verdicts(f"{HEADING}Anna;Nowak;a@example.pl;{word};p001\n")
    assert (found.problem, found.role, found.institution_id) == ("", role, P001)


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("koordynator", Role.COORDINATOR),
        ("administrator", Role.ADMINISTRATOR),
        ("IOD", Role.IOD),
        ("czytelnik", Role.READER),
    ],
)
def test_a_role_of_the_whole_municipality_stands_without_an_institution(word, role):
    (found,) = verdicts(f"{HEADING}Anna;Nowak;a@example.pl;{word};\n")
    assert (found.problem, found.role, found.institution_id) == ("", role, None)


def test_every_role_that_can_be_given_has_a_word():
    assert {role for giver in Role for role in grantable(giver)} == rules.WORDS.keys()


def test_nobody_grants_what_they_may_not():
    for giver, word, place in (
        (Role.OPERATOR, "operator", "p001"),
        (Role.COORDINATOR, "koordynator", ""),
        (Role.COORDINATOR, "administrator", ""),
        (Role.DIRECTOR, "dyrektor", "p001"),
        (Role.DIRECTOR, "iod", ""),
    ):
        (found,) = verdicts(f"{HEADING}Anna;Nowak;a@example.pl;{word};{place}\n", giver=giver)
        assert (found.field, found.problem) == ("rola", rules.NOT_YOURS)


def test_a_director_invites_into_one_institution_and_need_not_name_it():
    (found,) = verdicts(HEADING + GOOD.replace("p001", ""), giver=Role.DIRECTOR, own=P001)
    assert (found.problem, found.institution_id) == ("", P001)
    (found,) = verdicts(HEADING + GOOD.replace("p001", "p002"), giver=Role.DIRECTOR, own=P001)
    assert (found.field, found.problem) == ("placowka", rules.NOT_YOUR_PLACE)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"imie;nazwisko\nAnna;Nowak\n",
        b"PK\x03\x04\0\0",
        b"\x81" * 3,
        HEADING.encode() * 70_000,
    ],
)
def test_what_is_not_such_a_list_is_refused_whole(content):
    with pytest.raises(UnreadableList):
        list(lines_of(decoded(content)))


def test_more_lines_than_a_city_has_staff_are_refused():
    with pytest.raises(UnreadableList):
        list(lines_of(HEADING + GOOD * (rules.MOST_LINES + 1)))
