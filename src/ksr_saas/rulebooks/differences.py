"""What changes between two recruitments, in words. Pure but for the reader's language."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any

import msgspec

from ksr_saas.criteria.texts import LANGUAGES
from ksr_saas.kernel.i18n import _, in_language
from ksr_saas.rulebooks import parts
from ksr_saas.rulebooks.form.labels import LANGUAGE_WORDS, STAGE_NAMES, label
from ksr_saas.rulebooks.form.shapes import Fields, Rows, Words
from ksr_saas.rulebooks.parts import ALONE, CODED, LISTS, Part
from ksr_saas.rulebooks.setup import Setup


class What(StrEnum):
    """What happened to a thing."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class Difference(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the comparison; `title` names the thing, `field` what of it changed.

    `field` is empty for a thing that came, went or has another place in the order.
    """

    part: Part
    key: str = ""
    title: str = ""
    what: What = What.CHANGED
    field: str = ""
    before: str = ""
    after: str = ""


def differences(before: Setup, after: Setup) -> tuple[Difference, ...]:
    """Everything that `after` says otherwise; empty when both say the same."""
    return tuple(one for part in Part for one in _of_part(part, before, after))


def _of_part(part: Part, before: Setup, after: Setup) -> Iterator[Difference]:
    form = parts.form(part, _both(before, after))
    if part is Part.DATES:
        row = next(shape.row for _f, shape in form.parts if isinstance(shape, Rows))
        yield from _of_list(part, row, _stages(before), _stages(after))
    elif part in ALONE:
        old, new = (parts.value(one, part, "") for one in (before, after))
        for field, was, now in _fields(form, old, new):
            yield Difference(part=part, field=field, before=was, after=now)
    elif part in CODED:
        known = (dict(parts.listed(one, part)) for one in (before, after))
        yield from _of_list(part, form, *known)
        yield from _order(part, before, after)
    else:
        yield from _of_groups(part, form, before, after)


def _both(before: Setup, after: Setup) -> Setup:
    """All criteria of both, so that each can be named."""
    codes = {one.code for one in after.rulebook.criteria}
    gone = tuple(one for one in before.rulebook.criteria if one.code not in codes)
    rulebook = msgspec.structs.replace(after.rulebook, criteria=after.rulebook.criteria + gone)
    return msgspec.structs.replace(after, rulebook=rulebook)


def _stages(setup: Setup) -> dict[str, Any]:
    return {one.code.value: one for one in parts.value(setup, Part.DATES, "").stages}


def _of_list(
    part: Part, form: Fields, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterator[Difference]:
    for key in [*new, *(one for one in old if one not in new)]:
        one = new.get(key, old.get(key))
        title = title_of(part, one)
        if key not in old:
            yield Difference(part=part, key=key, title=title, what=What.ADDED, after=form.said(one))
        elif key not in new:
            yield Difference(
                part=part, key=key, title=title, what=What.REMOVED, before=form.said(one)
            )
        else:
            for field, was, now in _fields(form, old[key], one):
                yield Difference(
                    part=part, key=key, title=title, field=field, before=was, after=now
                )


def _of_groups(part: Part, form: Fields, before: Setup, after: Setup) -> Iterator[Difference]:
    old, new = (getattr(one.rulebook, LISTS[part]) for one in (before, after))
    for one in new:
        if one not in old:
            yield Difference(part=part, what=What.ADDED, after=form.said(one))
    for one in old:
        if one not in new:
            yield Difference(part=part, what=What.REMOVED, before=form.said(one))


def _order(part: Part, before: Setup, after: Setup) -> Iterator[Difference]:
    """Which of those that stayed stand in another order."""
    old, new = ([key for key, _one in parts.listed(one, part)] for one in (before, after))
    kept = [one for one in old if one in new]
    now = [one for one in new if one in old]
    if kept != now:
        known = dict(parts.listed(after, part))
        yield Difference(
            part=part,
            what=What.MOVED,
            before=", ".join(title_of(part, known[one]) for one in kept),
            after=", ".join(title_of(part, known[one]) for one in now),
        )


def _fields(form: Fields, before: Any, after: Any, where: str = "") -> Iterator[tuple[str, ...]]:
    """Label, words before and words after of every field that differs."""
    for field, shape in form.parts:
        old, new = getattr(before, field), getattr(after, field)
        if shape.written("", old) == shape.written("", new):
            continue
        said = where + _(label(form.of, field))
        if isinstance(shape, Fields):
            yield from _fields(shape, old, new, f"{said}: ")
        elif isinstance(shape, Rows) and len(old) == len(new):
            for number, (was, now) in enumerate(zip(old, new, strict=True), start=1):
                yield from _fields(shape.row, was, now, f"{said} {number}: ")
        elif isinstance(shape, Words):
            for lang in LANGUAGES:
                if old.get(lang, "") != new.get(lang, ""):
                    named = f"{said} {_(LANGUAGE_WORDS[lang])}"
                    yield named, old.get(lang, ""), new.get(lang, "")
        else:
            yield said, shape.said(old), shape.said(new)


def title_of(part: Part, one: Any) -> str:
    """What one member of a list is called."""
    if part is Part.DATES:
        return in_language(one.name) or _(STAGE_NAMES[one.code])
    return in_language(one.name) or str(one.code) if part in CODED else ""
