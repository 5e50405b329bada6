"""The words people read: what the sources say, and whether every language says it too.

Polish is the source. `uk.po` and `en.po` hold every text, `pl.po` only those that count something,
because the sources know two forms and Polish needs three.

    python -m ops.words extract    bring the catalogues up to the sources
    python -m ops.words check      1 when a text or a translation is not in order
"""

import re
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from textwrap import shorten

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po, write_po

from ksr_saas.kernel.i18n import LANGUAGES, LOCALE
from ops import bare_words

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("src/ksr_saas", "worker", "tenants", "templates")
METHODS = {".py": "python", ".html": "jinja2.ext:babel_extract"}
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
# As `kernel.web.environment` reads the templates; a template that cannot be read is an error.
OPTIONS = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
SOURCE = "pl"
POLISH = re.compile(r"[ąćęłńóśźż]", re.IGNORECASE)
CYRILLIC = re.compile(r"[а-яєіїґ]", re.IGNORECASE)
SMALL = re.compile(r"[a-ząćęłńóśźż]{2}")  # as in a word; PESEL and PDF are names
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[-#0 +]?\d*(?:\.\d+)?[a-zA-Z]?")
NEW = datetime(2027, 1, 1, tzinfo=UTC)  # a date that moves would be a change in every commit
HEADER = "# Words of ksr_saas. Kept in step with the sources by `python -m ops.words extract`."


def sources() -> Iterator[str]:
    """The files whose words people read, relative to the root and in a fixed order."""
    for place in PLACES:
        for file in sorted((ROOT / place).rglob("*")):
            if file.suffix in METHODS:
                yield file.relative_to(ROOT).as_posix()


def said() -> Catalog:
    """Every text of the sources with the places where it stands."""
    found = Catalog()
    for at in sources():
        method = METHODS[Path(at).suffix]
        with (ROOT / at).open("rb") as source:
            for line, words, _, _ in extract(method, source, KEYWORDS, options=OPTIONS):
                found.add(words, locations=[(at, line)])
    return found


def wanted(lang: str, source: Catalog) -> Iterator[Message]:
    """The texts that the catalogue of `lang` has to hold."""
    for message in source:
        if message.id and (lang != SOURCE or message.pluralizable):
            yield message


def held(lang: str) -> Catalog:
    """The catalogue as it lies on disk; an empty one when there is none."""
    file = LOCALE / f"{lang}.po"
    if not file.exists():
        return Catalog(
            locale=lang,
            project="ksr_saas",
            version="1",
            msgid_bugs_address="docs/glossary.md",
            last_translator="ksr_saas",
            language_team=lang,
            header_comment=HEADER,
            creation_date=NEW,
            revision_date=NEW,
            fuzzy=False,
        )
    with file.open("rb") as kept:
        return read_po(kept, locale=lang, abort_invalid=True)


def bring_up(lang: str, source: Catalog) -> None:
    """Write the catalogue anew: new texts empty, changed ones fuzzy, those nobody says left out."""
    template = Catalog()
    for message in wanted(lang, source):
        template.add(message.id, locations=message.locations)
    catalogue = held(lang)
    catalogue.update(template, update_creation_date=False)
    LOCALE.mkdir(exist_ok=True)
    with (LOCALE / f"{lang}.po").open("wb") as file:
        write_po(
            file,
            catalogue,
            width=100,
            sort_by_file=True,
            ignore_obsolete=True,
            include_lineno=False,  # two people's changes would meet in every line number
        )


def forms(words: object) -> tuple[str, ...]:
    """The forms of a text or of its translation; an absent one is empty."""
    found = words if isinstance(words, list | tuple) else (words,)
    return tuple(one or "" for one in found)


def placeholders(words: str) -> set[str]:
    """What is filled in; a lone per cent sign, which would break the filling, stands out too."""
    return set(PLACEHOLDER.findall(words.replace("%%", "")))


def complaint(message: Message, mine: Message | None, count: int) -> str:
    """What is wrong with the translation `mine`; empty when nothing is. `count` is of plurals."""
    if mine is None or forms(mine.id) != forms(message.id) or not any(forms(mine.string)):
        return "is not translated"
    if mine.fuzzy:
        return "has changed: read its translation again and take `fuzzy` away"
    given = forms(mine.string)
    expected = count if message.pluralizable else 1
    if len(given) != expected or not all(given):
        return f"needs {expected} forms and has {sum(map(bool, given))}"
    names = placeholders(forms(message.id)[-1])
    for form in given:
        if placeholders(form) != names:
            fills = ", ".join(sorted(names)) or "nothing"
            return f"fills in {fills}, its translation “{form}” does not"
    return ""


def untouched(lang: str, message: Message, mine: Message | None) -> bool:
    """Whether the translation is the Polish text itself, or Ukrainian in Latin letters."""
    ours = forms(message.id)
    theirs = forms(mine.string) if mine else ()
    if lang == "uk" and SMALL.search(PLACEHOLDER.sub("", ours[0])):
        return not all(CYRILLIC.search(form) for form in theirs)
    return any(form in ours and POLISH.search(form) for form in theirs)


def problems(lang: str, source: Catalog, catalogue: Catalog) -> Iterator[str]:
    """What is not in order in the catalogue of `lang`, each with its place."""
    count, rule = get_plural(lang)
    if (catalogue.num_plurals, catalogue.plural_expr) != (count, rule):
        yield f"{lang}.po: the header must say {get_plural(lang)}"
    known = set()
    for message in wanted(lang, source):
        key = forms(message.id)[0]
        known.add(key)
        mine = catalogue.get(message.id)
        trouble = complaint(message, mine, count)
        if not trouble and lang != SOURCE and untouched(lang, message, mine):
            trouble = "is still Polish in the translation"
        if trouble:
            file, line = message.locations[0]
            yield f"{file}:{line}: {lang}: “{shorten(key, 80)}” {trouble}"
    left = [forms(one.id)[0] for one in catalogue if one.id]
    left += [forms(one.id)[0] for one in catalogue.obsolete.values()]
    for key in left:
        if key not in known:
            yield f"{lang}.po: nobody says “{shorten(key, 80)}” any more"


def check() -> list[str]:
    """Everything that is not in order: texts outside gettext first, then the catalogues."""
    found = [
        f"{at}:{line}: “{words}” is not marked for translation"
        for at in sources()
        for line, words in bare_words.of_file(ROOT, at)
    ]
    source = said()
    for lang in LANGUAGES:
        found += problems(lang, source, held(lang))
    return found


def main() -> int:
    """Run the verb on the command line."""
    match sys.argv[1:]:
        case ["extract"]:
            source = said()
            for lang in LANGUAGES:
                bring_up(lang, source)
            return 0
        case ["check"]:
            found = check()
            for one in found:
                sys.stdout.write(f"{one}\n")
            if found:
                sys.stdout.write(
                    f"{len(found)} words are not in order; `python -m ops.words extract` adds what "
                    "is new and drops what is gone, then fill in the empty ones.\n"
                )
            return 1 if found else 0
    sys.stderr.write(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main())
