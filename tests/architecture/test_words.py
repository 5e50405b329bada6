"""Every word people read exists in Polish, Ukrainian and English; the check that says so is tested too."""

import re

import pytest
from babel.messages.catalog import Catalog

from ksr_saas.identity.authorisation import ROLE_NAMES
from ksr_saas.kernel.errors import KsrError
from ksr_saas.kernel.i18n import LANGUAGES
from ksr_saas.slices import MESSAGES
from ops import bare_words, words
from tenants import read
from tenants.commands import FOLDER

CYRILLIC = re.compile(r"[а-яєіїґ]", re.IGNORECASE)
TEXT = "Złóż wniosek nr %(number)s"
COUNTED = ("%(num)s punkt", "%(num)s punktów")


def test_nothing_is_left_to_translate():
    assert words.check() == []


def refusals(kind=KsrError):
    yield kind
    for one in kind.__subclasses__():
        yield from refusals(one)


def test_every_refusal_and_message_is_in_the_catalogues():
    import ksr_saas.app  # noqa: F401 - knows every refusal

    texts = {getattr(one, name) for one in refusals() for name in ("title", "message", "next_step")}
    texts |= {text for kind in MESSAGES.values() for text in (kind.subject, kind.body)}
    texts |= set(ROLE_NAMES.values())
    said = words.said()
    assert [text for text in texts - {""} if text not in said] == []


@pytest.mark.parametrize("slug", ["wroclaw", "warszawa", "pila"])
def test_a_municipality_says_everything_in_every_language(slug):
    tenant = read.read(FOLDER / slug)
    texts = [tenant.campaign.name, *(stage.name for stage in tenant.campaign.stages)]
    for one in tenant.rulebook.criteria:
        texts += [one.name, one.question, one.proof]
    for text in texts:
        assert set(text) == set(LANGUAGES)
        assert all(text.values())
        assert CYRILLIC.search(text["uk"])


def catalogue(lang="uk", **translations):
    """A catalogue that translates TEXT and COUNTED as told."""
    made = Catalog(locale=lang)
    made.add(TEXT, translations.get("text", "Подайте заяву № %(number)s"))
    counted = ("%(num)s бал", "%(num)s бали", "%(num)s балів")
    made.add(COUNTED, translations.get("counted", counted))
    return made


@pytest.fixture
def source():
    made = Catalog()
    made.add(TEXT, locations=[("templates/a.html", 3)])
    made.add(COUNTED, locations=[("src/b.py", 7)])
    return made


def test_a_complete_catalogue_is_in_order(source):
    assert list(words.problems("uk", source, catalogue())) == []


@pytest.mark.parametrize(
    ("wrong", "expected"),
    [
        ({"text": ""}, "templates/a.html:3: uk: “Złóż wniosek nr %(number)s” is not translated"),
        ({"text": "Подайте заяву № %(numer)s"}, "fills in %(number)s"),
        ({"text": "Подайте заяву"}, "fills in %(number)s"),
        ({"text": "Подайте 100 % заяв № %(number)s"}, "fills in %(number)s"),
        ({"text": TEXT}, "is still Polish"),
        ({"text": "Podajte zajawu nr %(number)s"}, "is still Polish"),
        ({"counted": ("%(num)s бал", "%(num)s бали")}, "src/b.py:7: uk: “%(num)s punkt” needs 3"),
        ({"counted": ("%(num)s бал", "%(num)s бали", "")}, "needs 3 forms and has 2"),
        ({"counted": ("%(num)s бал", "бали", "%(num)s балів")}, "fills in %(num)s"),
    ],
)
def test_a_wrong_translation_is_named_with_its_place(source, wrong, expected):
    (problem,) = words.problems("uk", source, catalogue(**wrong))
    assert expected in problem


def test_a_changed_text_asks_to_be_read_again(source):
    kept = catalogue()
    kept[TEXT].flags.add("fuzzy")
    (problem,) = words.problems("uk", source, kept)
    assert "fuzzy" in problem


def test_what_nobody_says_any_more_is_named(source):
    kept = catalogue()
    kept.add("Dawny tekst", "Давній текст")
    assert list(words.problems("uk", source, kept)) == ["uk.po: nobody says “Dawny tekst” any more"]


def test_the_polish_catalogue_holds_only_what_is_counted(source):
    kept = Catalog(locale="pl")
    kept.add(COUNTED, ("%(num)s punkt", "%(num)s punkty", "%(num)s punktów"))
    assert list(words.problems("pl", source, kept)) == []
    kept.add(TEXT, TEXT)
    (problem,) = words.problems("pl", source, kept)
    assert "nobody says" in problem


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<p>{{ _("Dziecko") }}</p>', []),
        ("<p>{% trans %}Dziecko{% endtrans %}</p>", []),
        ("<p>\nDziecko {{ name }}</p>", [(2, "Dziecko")]),
        ('<img alt="Herb" src="{{ crest }}">', [(1, "Herb")]),
        (
            '<a{% if here %} aria-current="page"{% endif %} aria-label="Strona">1</a>',
            [(1, "Strona")],
        ),
        ('{{ ui.button("Złóż") }}', [(1, "Złóż")]),
        ('{{ {"a": "dwa słowa"}[key] }}', [(1, "dwa słowa")]),
        ('<div lang="pl"><p>Lista</p></div><p>Dalej</p>', [(1, "Dalej")]),
        ("<p>{{ size }} KB · 10 %</p>", []),
        ('{% block body_class %}desk{% endblock %}<a class="two words" href="/rodzina">»</a>', []),
    ],
)
def test_bare_words_of_a_template_are_found(template, found):
    assert list(bare_words.of_template(template)) == found


@pytest.mark.parametrize(
    ("module", "found"),
    [
        ('"""Wniosek (złożony)."""', []),
        ('title = N_("Złóż wniosek")', []),
        ('i18n._("Złóż wniosek")', []),
        ('def f():\n    return "Złóż wniosek"', [(2, "Złóż wniosek")]),
        ('title = "plain"', []),
    ],
)
def test_bare_words_of_a_module_are_found(module, found):
    assert list(bare_words.of_python(module)) == found
