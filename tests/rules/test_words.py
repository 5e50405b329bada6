"""Numbers, dates and counted things as people of three languages read them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from ksr_saas.applications.messages import RETURNED
from ksr_saas.kernel import i18n
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.visit import City
from ksr_saas.kernel.web import environment
from ksr_saas.notifications.texts import compose
from ksr_saas.tenancy.gate import UNKNOWN, neutral

AT = datetime(2027, 3, 31, 13, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lang", "one", "few", "many"),
    [("pl", "punkt", "punkty", "punktów"), ("uk", "бал", "бали", "балів")],
)
def test_points_take_the_form_of_their_number(lang, one, few, many):
    twenty_one = {"pl": many, "uk": one}[lang]
    with i18n.speaking(lang):
        said = [i18n.points(n) for n in (0, 1, 2, 5, 12, 21, 22, 111)]
    forms = [many, one, few, many, many, twenty_one, few, many]
    assert said == [f"{n} {form}" for n, form in zip((0, 1, 2, 5, 12, 21, 22, 111), forms)]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("pl", ["1 placówka", "3 placówki", "5 placówek", "22 placówki", "112 placówek"]),
        ("uk", ["1 заклад", "3 заклади", "5 закладів", "22 заклади", "112 закладів"]),
        (
            "en",
            [
                "1 institution",
                "3 institutions",
                "5 institutions",
                "22 institutions",
                "112 institutions",
            ],
        ),
    ],
)
def test_templates_count_as_python_does(lang, said):
    template = environment().from_string(
        '{{ ngettext("%(num)s placówka", "%(num)s placówek", n) }}'
    )
    with i18n.speaking(lang):
        assert [template.render(n=n) for n in (1, 3, 5, 22, 112)] == said


@pytest.mark.parametrize(
    ("lang", "said"),
    [("pl", "12,07 punktu"), ("uk", "12,07 бала"), ("en", "12.07 points")],
)
def test_a_fraction_of_a_point_has_its_own_form(lang, said):
    with i18n.speaking(lang):
        assert i18n.points(Decimal("12.07")) == said


@pytest.mark.parametrize(
    ("lang", "moment", "brief", "day"),
    [
        ("pl", "31 marca 2027 (środa), 15:00", "31.03.2027, 15:00", "31 marca 2027"),
        ("uk", "31 березня 2027 (середа), 15:00", "31.03.2027, 15:00", "31 березня 2027"),
        ("en", "Wednesday, 31 March 2027, 15:00", "31 Mar 2027, 15:00", "31 March 2027"),
    ],
)
def test_moments_are_polish_time_in_the_readers_words(lang, moment, brief, day):
    with i18n.speaking(lang):
        assert i18n.moment(AT) == moment
        assert i18n.moment(AT, seconds=True) == f"{moment}:05"
        assert i18n.brief(AT) == brief
        assert i18n.day(date(2027, 3, 31)) == day


def test_a_language_is_spoken_only_inside_its_block():
    with i18n.speaking("en"):
        assert i18n._("Tak") == "Yes"
    assert i18n._("Tak") == "Tak"


def test_a_message_is_written_in_its_recipients_language():
    made = {
        lang: compose(
            RETURNED.kind,
            message_id=UUID(int=1),
            recipient="olena@poczta.invalid",
            language=lang,
            values={"number": "przedszkola-2027/00012", "address": "http://wroclaw.localhost/"},
            sender="rekrutacja@ksr.invalid",
            clock=Clock(),
        )
        for lang in i18n.LANGUAGES
    }
    assert made["pl"]["Subject"] == "Wniosek nr przedszkola-2027/00012 wymaga poprawy"
    assert made["uk"]["Subject"] == "Заяву № przedszkola-2027/00012 потрібно виправити"
    assert made["en"]["Subject"] == "Application no. przedszkola-2027/00012 needs a correction"
    assert [made[lang]["Content-Language"] for lang in i18n.LANGUAGES] == list(i18n.LANGUAGES)
    assert made["uk"].get_content().startswith("Добрий день!")
    assert "http://wroclaw.localhost/" in made["en"].get_content()


def test_the_name_of_a_city_is_declined_in_polish_only():
    city = City("wroclaw", "Wrocław", "we Wrocławiu", "", "", "", "", "", "")
    template = environment().from_string('{{ _("Rekrutacja %(where)s", where=city.where(lang)) }}')
    said = {}
    for lang in i18n.LANGUAGES:
        with i18n.speaking(lang):
            said[lang] = template.render(city=city, lang=lang)
    assert said == {
        "pl": "Rekrutacja we Wrocławiu",
        "uk": "Набір: Wrocław",
        "en": "Admissions in Wrocław",
    }


def test_a_page_of_no_municipality_speaks_every_language():
    page = neutral(*UNKNOWN)
    for lang, words in (
        ("pl", "Nie ma takiej strony"),
        ("uk", "Такої сторінки немає"),
        ("en", "There is no such page"),
    ):
        assert f"<section lang={lang}><h1>{words}</h1>" in page
