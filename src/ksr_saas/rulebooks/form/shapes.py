"""Forms made from structs: what a form shows of a value, and the value that was typed.

A new kind of criterion has its form without a template: its fields are read from its struct.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import UnionType
from typing import Any, Protocol, TypeAlias, Union, get_args, get_origin

import msgspec

from ksr_saas.campaigns import rules
from ksr_saas.campaigns.rules import Refused
from ksr_saas.campaigns.wording import WRONG_WORDS
from ksr_saas.criteria.texts import LANGUAGES
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import Problems, paragraph, text
from ksr_saas.kernel.i18n import _, brief, figure
from ksr_saas.rulebooks.form.labels import (
    ENUM_WORDS,
    GRADES,
    HINTS,
    LANGUAGE_WORDS,
    LONG,
    ORDER,
    SUBJECT_WORDS,
    TAG_WORDS,
    label,
)

Typed: TypeAlias = Mapping[str, tuple[str, ...]]
LINE, PAGE = 500, 4000
CODE = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
WHOLE = re.compile(r"\d{1,6}")
FIGURE = re.compile(r"\d{1,6}([.,]\d{1,4})?")
SPARE = 2  # empty rows at the end, for more
MOST_ROWS = 60


class Control(StrEnum):
    """How a field is typed."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    TICK = "tick"
    CHOICE = "choice"
    CHOICES = "choices"
    DAY = "day"
    HOUR = "hour"


class Leaf(msgspec.Struct, frozen=True, kw_only=True):
    """One field of a form, in the reader's language.

    `name` leads to the value: "points", "kind-largest", "proofs-0-document". `legend` is empty
    outside a group. `options` are (value, words).
    """

    name: str
    label: str
    control: Control
    legend: str = ""
    hint: str = ""
    options: tuple[tuple[str, str], ...] = ()


class Known(msgspec.Struct, frozen=True):
    """What the choices of a form depend on: the criteria there are, and the tiers of the level."""

    criteria: tuple[tuple[str, str], ...] = ()
    tiers: tuple[str, ...] = ()


class Shape(Protocol):
    """How values of one type are shown, said and read."""

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        """The fields for a value, as many as `typed` asks for."""

    def written(self, name: str, value: Any) -> dict[str, tuple[str, ...]]:
        """What the fields hold for `value`."""

    def read(self, name: str, typed: Typed, problems: Problems) -> Any:
        """The value; None with a problem at its field where there is none."""

    def said(self, value: Any) -> str:
        """The value in words; empty for an empty one."""


def first(typed: Typed, name: str) -> str:
    """The single value of a field, empty if it was not sent."""
    return next(iter(typed.get(name, ())), "")


class Line(msgspec.Struct, frozen=True):
    """A text; with `long` of several lines, as a `code` of letters, digits and marks only."""

    long: bool = False
    code: bool = False

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        control = Control.LONG if self.long else Control.TEXT
        yield Leaf(name=name, label=words, control=control, hint=_hint(name))

    def written(self, name: str, value: str) -> dict[str, tuple[str, ...]]:
        return {name: (value,)}

    def read(self, name: str, typed: Typed, problems: Problems) -> str | None:
        longest = PAGE if self.long else LINE
        tidied = (paragraph if self.long else text)(
            {name: first(typed, name)}, name, longest=longest + 1
        )
        if len(tidied) > longest:
            problems.add(name, N_("Wpisz najwyżej %(most)s znaków."), most=longest)
            return None
        if self.code and not CODE.fullmatch(tidied):
            problems.add(
                name,
                N_("Wpisz kod z liter bez znaków polskich, cyfr i podkreśleń, od litery."),
            )
            return None
        return tidied

    def said(self, value: str) -> str:
        return value


class Number(msgspec.Struct, frozen=True):
    """A whole number or, as a `figure`, one with decimals."""

    figure: bool = False
    optional: bool = False

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        yield Leaf(name=name, label=words, control=Control.NUMBER, hint=_hint(name))

    def written(self, name: str, value: Decimal | int | None) -> dict[str, tuple[str, ...]]:
        return {name: ("" if value is None else _plain(value),)}

    def read(self, name: str, typed: Typed, problems: Problems) -> Decimal | int | None:
        found = text({name: first(typed, name)}, name)
        if not found and self.optional:
            return None
        value = _number(found, figure=self.figure)
        if value is None:
            problems.add(
                name,
                N_("Wpisz liczbę, na przykład 25 albo 12,5.")
                if self.figure
                else N_("Wpisz liczbę całkowitą, na przykład 3."),
            )
        return value

    def said(self, value: Decimal | int | None) -> str:
        return "" if value is None else figure(value)


def _number(told: str, *, figure: bool) -> Decimal | int | None:
    if not (FIGURE if figure else WHOLE).fullmatch(told):
        return None
    try:
        return Decimal(told.replace(",", ".")) if figure else int(told)
    except (InvalidOperation, ValueError):
        return None


def _plain(value: Decimal | int) -> str:
    return f"{value.normalize():f}".replace(".", ",") if isinstance(value, Decimal) else str(value)


class Tick(msgspec.Struct, frozen=True):
    """Yes or no."""

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        yield Leaf(name=name, label=words, control=Control.TICK)

    def written(self, name: str, value: bool) -> dict[str, tuple[str, ...]]:
        return {name: ("tak",) if value else ()}

    def read(self, name: str, typed: Typed, problems: Problems) -> bool:
        return first(typed, name) == "tak"

    def said(self, value: bool) -> str:
        return _("tak") if value else _("nie")


class Choice(msgspec.Struct, frozen=True):
    """One of `options` or several; `empty` are the words of none of them.

    `kind` makes the value of what was chosen.
    """

    options: tuple[tuple[str, str], ...]
    kind: Any = str
    several: bool = False
    empty: str | None = None

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        options = tuple((value, _(said)) for value, said in self.options)
        if self.several:
            kept = set(typed.get(name, ())) - {value for value, _words in options}
            options += tuple((value, value) for value in sorted(kept))
        elif self.empty is not None:
            options = (("", _(self.empty)), *options)
        control = Control.CHOICES if self.several else Control.CHOICE
        yield Leaf(name=name, label=words, control=control, options=options, hint=_hint(name))

    def written(self, name: str, value: Any) -> dict[str, tuple[str, ...]]:
        if self.several:
            return {name: self._ordered(value)}
        return {name: ("" if value is None else str(value),)}

    def _ordered(self, value: Sequence[Any]) -> tuple[str, ...]:
        """What is chosen, in the order of the options; what is none of them last."""
        order = [str(one) for one, _words in self.options]
        chosen = {str(one) for one in value}
        known = [one for one in order if one in chosen]
        return (*known, *sorted(chosen - set(order)))

    def read(self, name: str, typed: Typed, problems: Problems) -> Any:
        allowed = {value for value, _words in self.options}
        if self.several:
            sent = self._ordered(typed.get(name, ()))
            return tuple(self.kind(value) for value in sent if value in allowed)
        found = first(typed, name)
        if not found and self.empty is not None:
            return None
        if found not in allowed:
            problems.add(name, N_("Wybierz jedną z możliwości."))
            return None
        return self.kind(found)

    def said(self, value: Any) -> str:
        words = {key: _(said) for key, said in self.options}
        if self.several:
            return ", ".join(words.get(one, one) for one in self._ordered(value))
        return _(self.empty) if value is None and self.empty else words.get(str(value), str(value))


class Words(msgspec.Struct, frozen=True):
    """A text in every language."""

    long: bool = False

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        control = Control.LONG if self.long else Control.TEXT
        for lang in LANGUAGES:
            said = f"{words} – {_(LANGUAGE_WORDS[lang])}"
            yield Leaf(name=f"{name}-{lang}", label=said, control=control)

    def written(self, name: str, value: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        return {f"{name}-{lang}": (value.get(lang, ""),) for lang in LANGUAGES}

    def read(self, name: str, typed: Typed, problems: Problems) -> dict[str, str]:
        line = Line(long=self.long)
        return {lang: line.read(f"{name}-{lang}", typed, problems) or "" for lang in LANGUAGES}

    def said(self, value: Mapping[str, str]) -> str:
        return value.get("pl", "")


class Listing(msgspec.Struct, frozen=True):
    """Several texts, one a line, or several numbers in one line with commas between them."""

    number: Number | None = None

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        control = Control.LONG if self.number is None else Control.TEXT
        yield Leaf(name=name, label=words, control=control, hint=_hint(name))

    def written(self, name: str, value: Sequence[Any]) -> dict[str, tuple[str, ...]]:
        if self.number is None:
            return {name: ("\n".join(value),)}
        return {name: ("; ".join(_plain(one) for one in value),)}

    def read(self, name: str, typed: Typed, problems: Problems) -> tuple[Any, ...]:
        if self.number is None:
            found = Line(long=True).read(name, typed, problems) or ""
            return tuple(line for line in found.splitlines() if line)
        told = text({name: first(typed, name)}, name, LINE)
        # A comma parts whole numbers; numbers with decimals need it for themselves.
        parts = re.split(r"[;\s]+" if self.number.figure else r"[;,\s]+", told.strip(" ;,"))
        read = [_number(one, figure=self.number.figure) for one in parts if one]
        if None in read or len(read) > MOST_ROWS:
            problems.add(name, N_("Wpisz liczby oddzielone średnikami, na przykład 5; 4; 3."))
            return ()
        return tuple(read)

    def said(self, value: Sequence[Any]) -> str:
        return "; ".join(one if isinstance(one, str) else _plain(one) for one in value)


class ByGrade(msgspec.Struct, frozen=True):
    """Points by the grade of a certificate."""

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        for grade in GRADES:
            said = _("ocena %(grade)s") % {"grade": grade}
            yield Leaf(name=f"{name}-{grade}", label=said, control=Control.NUMBER, legend=words)

    def written(self, name: str, value: Mapping[str, Decimal]) -> dict[str, tuple[str, ...]]:
        number = Number(figure=True, optional=True)
        found: dict[str, tuple[str, ...]] = {}
        for grade in GRADES:
            found |= number.written(f"{name}-{grade}", value.get(grade))
        return found

    def read(self, name: str, typed: Typed, problems: Problems) -> dict[str, Any]:
        number = Number(figure=True, optional=True)
        read = {grade: number.read(f"{name}-{grade}", typed, problems) for grade in GRADES}
        return {grade: value for grade, value in read.items() if value is not None}

    def said(self, value: Mapping[str, Decimal]) -> str:
        return ", ".join(f"{grade}: {figure(value[grade])}" for grade in sorted(value))


class Moment(msgspec.Struct, frozen=True):
    """A day and an hour by the clocks of Poland."""

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        yield Leaf(
            name=f"{name}-dzien", label=_("%(what)s: dzień") % {"what": words}, control=Control.DAY
        )
        yield Leaf(
            name=f"{name}-godzina",
            label=_("%(what)s: godzina") % {"what": words},
            control=Control.HOUR,
        )

    def written(self, name: str, value: datetime | None) -> dict[str, tuple[str, ...]]:
        day, hour = rules.told(value) if value else ("", "")
        return {f"{name}-dzien": (day,), f"{name}-godzina": (hour,)}

    def read(self, name: str, typed: Typed, problems: Problems) -> datetime | None:
        day, hour = (first(typed, f"{name}-{part}").strip() for part in ("dzien", "godzina"))
        try:
            return rules.read("start", day, hour)
        except Refused as refused:
            problems.add(f"{name}-dzien", WRONG_WORDS[refused.wrong])
            return None

    def said(self, value: datetime | None) -> str:
        return brief(value) if value else ""


class Fields(msgspec.Struct, frozen=True):
    """A struct, field after field."""

    of: Any
    parts: tuple[tuple[str, Shape], ...]
    legend: bool = True

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        for field, shape in self.parts:
            said = _(label(self.of, field))
            for leaf in shape.leaves(_joined(name, field), said, typed):
                inside = leaf.legend or (words if self.legend and name else "")
                yield msgspec.structs.replace(leaf, legend=inside)

    def written(self, name: str, value: Any) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for field, shape in self.parts:
            found |= shape.written(_joined(name, field), getattr(value, field))
        return found

    def read(self, name: str, typed: Typed, problems: Problems) -> Any:
        known = len(problems)
        read = {
            field: shape.read(_joined(name, field), typed, problems) for field, shape in self.parts
        }
        return self.of(**read) if len(problems) == known else None

    def said(self, value: Any) -> str:
        told = ((field, shape.said(getattr(value, field))) for field, shape in self.parts)
        return ", ".join(f"{_(label(self.of, field))}: {words}" for field, words in told if words)


class Rows(msgspec.Struct, frozen=True):
    """Structs one below the other; a row whose first field is empty is none."""

    row: Fields
    spare: int = SPARE

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        sent = self._numbers(name, typed)
        blank = [n for n in sent if not self._filled(name, n, typed)]
        following = max(sent, default=-1) + 1
        more = range(following, following + max(0, self.spare - len(blank)))
        for position, number in enumerate([*sent, *more], start=1):
            legend = f"{words} {position}"
            for leaf in self.row.leaves(f"{name}-{number}", legend, typed):
                yield msgspec.structs.replace(leaf, legend=legend)

    def written(self, name: str, value: Sequence[Any]) -> dict[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for number, one in enumerate(value):
            found |= self.row.written(f"{name}-{number}", one)
        return found

    def read(self, name: str, typed: Typed, problems: Problems) -> tuple[Any, ...]:
        sent = self._numbers(name, typed)
        filled = [n for n in sent if self._filled(name, n, typed)]
        return tuple(self.row.read(f"{name}-{n}", typed, problems) for n in filled)

    def said(self, value: Sequence[Any]) -> str:
        return "; ".join(
            " – ".join(said for _f, part in self.row.parts if (said := part.said(getattr(one, _f))))
            for one in value
        )

    def _numbers(self, name: str, typed: Typed) -> list[int]:
        row = re.compile(rf"{re.escape(name)}-(\d{{1,3}})-")
        found = {int(met[1]) for one in typed if (met := row.match(one))}
        return sorted(found)[:MOST_ROWS]

    def _filled(self, name: str, number: int, typed: Typed) -> bool:
        return bool(first(typed, f"{name}-{number}-{self.row.parts[0][0]}").strip())


class OneOf(msgspec.Struct, frozen=True):
    """A struct of one of several kinds: its name, then its own fields."""

    kinds: tuple[tuple[str, Fields], ...]

    def leaves(self, name: str, words: str, typed: Typed) -> Iterator[Leaf]:
        options = tuple((tag, _(TAG_WORDS[tag])) for tag, _fields in self.kinds)
        yield Leaf(name=name, label=words, control=Control.CHOICE, options=options)
        chosen = dict(self.kinds).get(first(typed, name), self.kinds[0][1])
        yield from chosen.leaves(name, words, typed)

    def written(self, name: str, value: Any) -> dict[str, tuple[str, ...]]:
        tag = tag_of(value)
        return {name: (tag,)} | dict(self.kinds)[tag].written(name, value)

    def read(self, name: str, typed: Typed, problems: Problems) -> Any:
        chosen = dict(self.kinds).get(first(typed, name))
        if chosen is None:
            problems.add(name, N_("Wybierz jedną z możliwości."))
            return None
        return chosen.read(name, typed, problems)

    def said(self, value: Any) -> str:
        tag = tag_of(value)
        own = dict(self.kinds)[tag].said(value)
        return _(TAG_WORDS[tag]) + (f" ({own})" if own else "")


def tag_of(value: Any) -> str:
    """The name of a kind, as rulebooks write it."""
    return str(type(value).__struct_config__.tag)


def fields_of(kind: Any, known: Known, *, legend: bool = True) -> Fields:
    """The shape of a struct, its fields in the order in which people think of them."""
    types = {one.name: one.type for one in msgspec.structs.fields(kind)}
    named = ORDER.get(kind.__name__, tuple(types))
    parts = tuple((name, shape_of(types[name], name, known)) for name in named)
    return Fields(kind, parts, legend)


def shape_of(kind: Any, name: str, known: Known) -> Shape:
    """The shape of a field of this type."""
    if name in {"codes", "criterion"}:
        return Choice(known.criteria, several=name == "codes")
    if name == "subject":
        return Choice(tuple(SUBJECT_WORDS.items()))
    if get_origin(kind) is not None:
        return _of_many(kind, name, known)
    plain: dict[Any, Shape] = {
        bool: Tick(),
        int: Number(),
        Decimal: Number(figure=True),
        str: Line(code=name == "code", long=name in LONG),
        datetime: Moment(),
    }
    if kind in plain:
        return plain[kind]
    return _choice(kind, name, known) if issubclass(kind, StrEnum) else fields_of(kind, known)


def _of_many(kind: Any, name: str, known: Known) -> Shape:
    """The shape of what is made of other types."""
    if get_origin(kind) in (Union, UnionType):
        return _either(kind, name, known)
    if get_origin(kind) is dict:
        return Words(long=name in LONG) if get_args(kind)[1] is str else ByGrade()
    return _several(get_args(kind)[0], known)


def _choice(kind: Any, name: str, known: Known, **options: Any) -> Choice:
    words = ENUM_WORDS[kind.__name__]
    allowed = known.tiers if name == "tier" and known.tiers else tuple(words)
    return Choice(tuple((one, words[one]) for one in words if one in allowed), kind, **options)


def _several(kind: Any, known: Known) -> Shape:
    if kind is str:
        return Listing()
    if kind in (int, Decimal):
        return Listing(Number(figure=kind is Decimal))
    if issubclass(kind, StrEnum):
        return _choice(kind, "", known, several=True)
    row = fields_of(kind, known)
    head, shape = row.parts[0]
    if isinstance(shape, Choice):
        # The first field tells whether there is a row at all.
        blank = msgspec.structs.replace(shape, empty=N_("– bez tej pozycji –"))
        row = msgspec.structs.replace(row, parts=((head, blank), *row.parts[1:]))
    return Rows(row)


def _either(kind: Any, name: str, known: Known) -> Shape:
    members = [one for one in get_args(kind) if one is not type(None)]
    if len(members) > 1:
        kinds = ((str(one.__struct_config__.tag), fields_of(one, known)) for one in members)
        return OneOf(tuple(kinds))
    (one,) = members
    if one in (int, Decimal):
        return Number(figure=one is Decimal, optional=True)
    return _choice(one, name, known, empty=N_("jak wynika z rodzaju kryterium"))


def _joined(name: str, field: str) -> str:
    return f"{name}-{field}" if name else field


def _hint(name: str) -> str:
    return _(HINTS.get(name.rpartition("-")[2], ""))
