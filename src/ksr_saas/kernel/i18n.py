"""Words in the reader's language: gettext with Polish as the source."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from gettext import NullTranslations
from pathlib import Path

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import Translations

from ksr_saas.kernel.clock import WARSAW

LANGUAGES = ("pl", "uk", "en")
LOCALE = Path(__file__).parents[1] / "locale"

language: ContextVar[str] = ContextVar("language", default="pl")


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Inside, the reader's language is `lang`."""
    token = language.set(lang)
    try:
        yield
    finally:
        language.reset(token)


@cache
def catalogue(lang: str) -> NullTranslations:
    """Translations into `lang`; a text that is missing comes back in Polish."""
    from io import BytesIO

    from babel.messages.mofile import write_mo

    source = LOCALE / f"{lang}.po"
    if not source.exists():
        return NullTranslations()
    with source.open("rb") as file:
        messages = read_po(file, locale=lang)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def _(words: str) -> str:
    """`words` in the language of the current reader."""
    return catalogue(language.get()).gettext(words) if words else ""


def ngettext(one: str, many: str, n: int) -> str:
    """The form for `n`, in the language of the current reader."""
    return catalogue(language.get()).ngettext(one, many, n)


def in_language(texts: Mapping[str, str]) -> str:
    """A municipality's own text in the reader's language, else in Polish."""
    return texts.get(language.get()) or texts.get("pl", "")


def moment(at: datetime, *, seconds: bool = False) -> str:
    """A moment with weekday and hour, in Polish time: "31 marca 2027 (środa), 15:00".

    The weekday stands in brackets because "od", "do" and "w" would each ask for another case of it.
    """
    lang = language.get()
    day_pattern = "EEEE, d MMMM y" if lang == "en" else "d MMMM y (EEEE)"
    pattern = day_pattern + (", HH:mm:ss" if seconds else ", HH:mm")
    return str(format_datetime(at, pattern, tzinfo=WARSAW, locale=lang))


def brief(at: datetime, *, seconds: bool = False) -> str:
    """A moment for a dense table: "31.03.2027, 15:00"."""
    pattern = "d MMM y" if language.get() == "en" else "dd.MM.y"
    pattern += ", HH:mm:ss" if seconds else ", HH:mm"
    return str(format_datetime(at, pattern, tzinfo=WARSAW, locale=language.get()))


def figure(value: Decimal | int) -> str:
    """A number as people write it: thousands apart, a decimal comma, no useless zeros."""
    return str(format_decimal(value, "#,##0.####", locale=language.get()))


def points(value: Decimal | int) -> str:
    """Points with the word in its right form: "40 punktów", "12,07 punktu"."""
    if value == int(value):
        return ngettext("%(num)s punkt", "%(num)s punktów", int(value)) % {"num": figure(value)}
    return _("%(num)s punktu") % {"num": figure(value)}


def day(of: date) -> str:
    """A date written out, without the weekday."""
    return str(format_date(of, "d MMMM y", locale=language.get()))
