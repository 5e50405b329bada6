"""Rulebooks as they lie in the database: today's shape, and every older one."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ksr_saas.campaigns.levels import Level
from ksr_saas.criteria.proofs import Document, Form
from ksr_saas.criteria.rulebook import SCHEMA, Rulebook


class UnknownSchema(ValueError):
    """The rulebook was written by a newer program than this one."""


def read(raw: Mapping[str, Any]) -> Rulebook:
    """A stored rulebook. Raises UnknownSchema."""
    return msgspec.convert(upgraded(raw), Rulebook)


def upgraded(raw: Mapping[str, Any]) -> dict[str, Any]:
    """The same rules in today's shape.

    The first version knew preschools only, and of a proof whether a statement was enough. What else
    it could not say has the defaults of the struct. Raises UnknownSchema.
    """
    found = dict(raw)
    schema = found.get("schema", 1)
    if not isinstance(schema, int) or not 1 <= schema <= SCHEMA:
        raise UnknownSchema(
            f"schema {schema} of a rulebook is not known; this program knows {SCHEMA}"
        )
    if schema == 1:
        found.setdefault("level", Level.PRESCHOOL)
        if isinstance(found.get("criteria"), list):
            found["criteria"] = [{"proofs": _proofs(one)} | one for one in found["criteria"]]
    found["schema"] = SCHEMA
    return found


def _proofs(criterion: Mapping[str, Any]) -> list[dict[str, Any]]:
    enough = criterion.get("statement", True)
    forms = [Form.STATEMENT] if enough else [Form.ORIGINAL, Form.CERTIFIED_BY_PARENT]
    return [{"document": Document.OTHER, "forms": forms}]


def unread(raw: object, known: object, path: str = "") -> Iterator[str]:
    """Paths of the fields that were written and not read; empty when all were."""
    match raw, known:
        case dict(), dict():
            for key, value in raw.items():
                at = f"{path}.{key}" if path else key
                if key not in known:
                    yield at
                else:
                    yield from unread(value, known[key], at)
        case list(), list() | tuple():
            for number, (one, other) in enumerate(zip(raw, known, strict=True)):
                name = one.get("code", number) if isinstance(one, dict) else number
                yield from unread(one, other, f"{path}[{name}]")
