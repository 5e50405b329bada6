"""Reading what people typed: tidy, bounded, and kept as typed when it has to be shown again."""

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from ksr_saas.kernel.i18n import _

LONGEST = 200
NUMBER = re.compile(r"\d{1,9}(?:[.,]\d{1,9})?", re.ASCII)


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with one field, already in the reader's language."""

    field: str
    message: str


class ByField(dict[str, str]):
    """Messages by field, for templates: every field may be asked for."""

    def __missing__(self, field: str) -> str:
        """No problem."""
        return ""


class Problems(list[Problem]):
    """The problems of one form, in the order of its fields."""

    def add(self, field: str, words: str, **values: object) -> None:
        """Note a problem; `words` is a Polish source text."""
        self.append(Problem(field, _(words) % values))

    def by_field(self) -> dict[str, str]:
        """The first problem of each field; empty for a field that has none."""
        found = ByField()
        for one in self:
            found.setdefault(one.field, one.message)
        return found


def stamp(*parts: Any) -> str:
    """A token for what a form was filled from; it changes as soon as somebody saves otherwise.

    `parts` are values that msgspec can encode. Shaped like an id, so that it is not given back to
    people as something they typed.
    """
    found = hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).digest()
    return str(UUID(bytes=found[:16]))


def as_typed(form: Mapping[str, Any], field: str) -> str:
    """The field with nothing tidied or cut; empty when it is missing or a file."""
    value = form.get(field, "")
    return value if isinstance(value, str) else ""


def text(form: Mapping[str, Any], field: str, longest: int = LONGEST) -> str:
    """The field as one tidy line: NFC, no control or direction marks, spaces folded, cut."""
    kept = "".join(
        " " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c
        for c in unicodedata.normalize("NFC", as_typed(form, field))
        if unicodedata.category(c) not in ("Cf", "Cs", "Co", "Cn")
    )
    return " ".join(kept.split())[:longest]


def paragraph(form: Mapping[str, Any], field: str, longest: int = 2000) -> str:
    """Like `text`, with line breaks kept."""
    typed = as_typed(form, field)
    lines = (text({"line": line}, "line", longest) for line in typed.splitlines())
    return "\n".join(lines).strip()[:longest]


def number(typed: str) -> Decimal | None:
    """A number that is not negative, with a comma or a dot; None when it is none."""
    return Decimal(typed.replace(",", ".")) if NUMBER.fullmatch(typed) else None
