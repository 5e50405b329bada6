"""What the office types to say to families."""

from datetime import date
from uuid import UUID

import pytest

from ksr_saas.notices.articles import Typed, shown
from ksr_saas.notices.models import ArticleKind

GOOD = {"tytul_pl": "Terminy", "tresc_pl": "Od marca.", "od": "2027-03-01"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tytul_pl": ""}, "tytul_pl"),
        ({"tresc_pl": " "}, "tresc_pl"),
        ({"tytul_uk": "Строки"}, "tytul_uk"),
        ({"od": "kiedyś"}, "od"),
        ({"do": "kiedyś"}, "do"),
        ({"do": "2027-02-28"}, "do"),
    ],
)
def test_a_wrong_field_of_news_is_named(changes, field):
    problems = Typed.read(GOOD | changes).problems(ArticleKind.NEWS)
    assert [one.field for one in problems] == [field]


def test_a_question_needs_a_place_and_no_days():
    typed = Typed.read(GOOD | {"od": "", "kolejnosc": "2"})
    assert not typed.problems(ArticleKind.QUESTION)
    (problem,) = Typed.read(GOOD | {"kolejnosc": "a"}).problems(ArticleKind.QUESTION)
    assert problem.field == "kolejnosc"


def test_title_and_text_come_from_one_language():
    key, day = UUID(int=1), date(2027, 3, 1)
    half = (key, {"pl": "Terminy", "uk": "Строки"}, {"pl": "Od marca."}, day)
    whole = (key, {"pl": "Terminy", "uk": "Строки"}, {"pl": "Od marca.", "uk": "З березня."}, day)
    assert [(one.title, one.language) for one in shown([half, whole], "uk")] == [
        ("Terminy", "pl"),
        ("Строки", "uk"),
    ]
