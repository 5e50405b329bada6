"""Words that people would read and that nobody could translate: they stand outside gettext.

A template's text nodes and spoken attributes, string constants of its expressions, and Polish
string constants of Python.
"""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

Found = Iterator[tuple[int, str]]
LETTERS = "A-Za-zĄĆĘŁŃÓŚŹŻąćęłńóśźż"
WORD = re.compile(rf"[{LETTERS}]{{2,}}")
POLISH = re.compile(r"[ąćęłńóśźż]", re.IGNORECASE)
SENTENCE = re.compile(rf"[{LETTERS}]{{2,}} [{LETTERS}]{{2,}}")
GETTEXT = frozenset({"_", "N_", "gettext", "ngettext"})
SPOKEN = frozenset({"title", "aria-label", "placeholder", "alt", "label", "data-busy"})
# Not words of a language: the name of the product, units, and what the languages call themselves.
NAMES = frozenset({"ksr", "KB", "zł", "Polski", "English"})
CLASSES = frozenset({"body_class"})  # blocks that fill an attribute nobody reads
ATTRIBUTE = re.compile(r"[\w-]+=\"[^\"]*\"")  # in a macro that fills a tag
VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
# What municipalities and files say, made-up people, letters of the alphabet and bad passwords are
# data.
DATA = (
    "tenants/",
    "people/collation.py",
    "identity/guessed_first.py",
    "exchange/headings.py",
    "exchange/vocabulary.py",
    "exchange/subjects.py",
    "exchange/classes.py",
    "criteria/counted.py",
)


def of_file(root: Path, at: str) -> Found:
    """(line, words) that stand outside gettext in the template or module `at` under `root`."""
    if any(part in at for part in DATA):
        return iter(())
    words = (root / at).read_text("utf-8")
    return of_template(words) if at.endswith(".html") else of_python(words)


def of_template(source: str) -> Found:
    """Bare words of a template, in the order of its lines."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    page = _Page()
    page.feed(_plain(environment, source))
    page.close()
    return iter(sorted([*page.found, *_constants(environment.parse(source))]))


def _plain(environment: Environment, source: str) -> str:
    """The template without its tags and without what stands between `trans` and `endtrans`."""
    kept: list[str] = []
    tag: list[str] = []
    until = ""
    for _, kind, value in environment.lex(source):
        if kind == "block_begin":
            tag = []
        elif kind == "name":
            tag.append(value)
            if tag == ["trans"]:
                until = "endtrans"
            elif tag[0] == "block" and tag[-1] in CLASSES:
                until = "endblock"
            elif tag == [until]:
                until = ""
        # Lines stay where they were, so that a word is reported at its own.
        kept.append(value if kind == "data" and not until else "\n" * value.count("\n"))
    return "".join(kept)


class _Page(HTMLParser):
    """Collects words of text nodes and spoken attributes; what is said to be Polish may be bare."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []
        self.polish: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in VOID:
            self.polish.append(given.get("lang") == "pl" or self._in_polish())
        for name, value in given.items():
            if name in SPOKEN:
                self._look(value or "")

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self.polish:
            self.polish.pop()

    def handle_data(self, data: str) -> None:
        for offset, line in enumerate(data.split("\n")):
            self._look(ATTRIBUTE.sub("", line), offset)

    def _in_polish(self) -> bool:
        return bool(self.polish and self.polish[-1])

    def _look(self, words: str, offset: int = 0) -> None:
        strange = [word for word in WORD.findall(words) if word not in NAMES]
        if strange and not self._in_polish():
            self.found.append((self.getpos()[0] + offset, words.strip()))


def _constants(template: nodes.Template) -> Found:
    """Polish words and whole sentences in expressions."""
    marked = {
        id(one)
        for call in template.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in GETTEXT
        for one in call.args
    }
    for one in template.find_all(nodes.Const):
        words = one.value
        if id(one) in marked or not isinstance(words, str) or words in NAMES:
            continue
        if POLISH.search(words) or SENTENCE.search(words):
            yield one.lineno, words


def of_python(source: str) -> Found:
    """String constants with Polish letters that are neither docstrings nor given to gettext."""
    tree = ast.parse(source)
    left_out = {id(one.value) for one in ast.walk(tree) if isinstance(one, ast.Expr)}
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name | ast.Attribute):
            name = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
            if name in GETTEXT:
                left_out |= {id(one) for one in call.args}
    for one in ast.walk(tree):
        words = one.value if isinstance(one, ast.Constant) else None
        if not isinstance(words, str) or words in NAMES or id(one) in left_out:
            continue
        if POLISH.search(words):
            yield one.lineno, words
