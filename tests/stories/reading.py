"""What a person reads on a page: text and spoken attributes, without what is in another language."""

import re
from html.parser import HTMLParser

from ops.bare_words import SPOKEN, VOID

WORD = re.compile(r"[^\W\d_]{2,}")
SILENT = frozenset({"script", "style", "textarea"})


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.lang = None
        self.foreign = [False]
        self.texts = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "html":
            self.lang = given["lang"]
        if tag not in VOID:
            other = given.get("lang", self.lang) != self.lang
            self.foreign.append(other or tag in SILENT or self.foreign[-1])
        if not self.foreign[-1]:
            self.texts += [value for name, value in attrs if name in SPOKEN and value]

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.foreign.pop()

    def handle_data(self, data):
        if not self.foreign[-1]:
            self.texts.append(data)


def read(page):
    """The language a page says it is in, and its text."""
    reader = _Reader()
    reader.feed(page)
    return reader.lang, "\n".join(reader.texts)


def words_of(text):
    """Its words, in small letters."""
    return {word.casefold() for word in WORD.findall(text)}
