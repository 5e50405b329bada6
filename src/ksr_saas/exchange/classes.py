"""Classes as recruiting systems name them, and which rows are parts of one class. Pure.

A name is "code - (mark) - profile (first language - second languages)"; in a technikum and a
vocational school the occupation stands before the profile. What an offer calls one class may be
several rows: the part of an integration class for everybody (I/o), in groups by second language,
and its part for candidates with a certificate (I/i).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import msgspec

NAME = re.compile(
    r"(?P<code>.+?) - \((?P<mark>[A-Za-z]+(?:/[A-Za-z])?)\) - (?P<about>.+?)"
    r"(?: \((?P<languages>[^()]*(?:\([^()]*\)[^()]*)*)\))?"
)
GENERAL, CERTIFICATE, ORDINARY = "I/o", "I/i", ("O", "D")
# What a code may end with besides the class's own letters.
CERTIFICATE_ENDS = ("-orz", "(i)", "i", "2")
GENERAL_ENDS = ("(o)", "o", "1")
LANGUAGES = {
    "angielski": ("a", "ang"),
    "francuski": ("f", "fr"),
    "hiszpański": ("h", "hisz"),
    "niemiecki": ("n", "niem"),
    "rosyjski": ("r", "ros"),
    "włoski": ("w", "wł"),
}
MOST_PARTS = 200  # of integration classes in one school; more are no school
ONE_CLASS = 34  # places; more than these are two classes side by side


class Named(msgspec.Struct, frozen=True):
    """A name taken apart; `trades` are the occupations as written, empty in a liceum."""

    code: str
    mark: str
    profile: str
    trades: tuple[str, ...]


class Line(msgspec.Struct, frozen=True):
    """A row of an offer: the school by its code, the name, what else tells classes apart.

    `counts` are the scored subjects as typed, `second` the second languages, `places` free ones.
    """

    row: int
    school: str
    name: str
    kind: str
    counts: tuple[str, ...]
    second: tuple[str, ...]
    places: int


class Groups(msgspec.Struct, frozen=True):
    """By row, the label of its class; and the rows of integration classes that nobody can tell."""

    labels: dict[int, str]
    undecided: tuple[int, ...]


def named(name: str) -> Named | None:
    """The name taken apart; None when it is not of this make."""
    found = NAME.fullmatch(name.strip())
    if found is None:
        return None
    trade, dash, profile = found["about"].rpartition(" - ")
    trades = tuple(one.strip() for one in trade.split(",")) if dash else ()
    return Named(found["code"].strip(), found["mark"], profile.strip(), trades)


def grouped(lines: Iterable[Line]) -> Groups:
    """Which rows are parts of one class.

    Of an integration class: same school, same profile, codes that differ by nothing but the marks
    of its parts; exactly one part is for candidates with a certificate. Of an ordinary one:
    language groups whose codes end with the initial of their second language, alike in all else,
    and together no more than one class holds.
    """
    labels: dict[int, str] = {}
    undecided: list[int] = []
    by_school: dict[str, list[tuple[Line, Named]]] = defaultdict(list)
    for line in lines:
        if apart := named(line.name):
            by_school[line.school].append((line, apart))
    for rows in by_school.values():
        whole: list[list[tuple[Line, Named]]] = []
        parts = [one for one in rows if one[1].mark in (GENERAL, CERTIFICATE)]
        if len(parts) > MOST_PARTS:
            undecided += [line.row for line, _ in parts]
            parts = []
        for group in _connected(parts):
            marks = [one.mark for _, one in group]
            if marks.count(CERTIFICATE) == 1 and len(marks) > 1 and _all_meet(group):
                whole.append(group)
            else:
                undecided += [line.row for line, _ in group]
        whole += _language_groups(rows)
        labels |= _labelled(whole)
    return Groups(labels, tuple(sorted(undecided)))


def _stems(line: Line, one: Named) -> frozenset[str]:
    """What the class itself may be called, by what the row is called."""
    code = "".join(one.code.lower().split())
    found = {code}
    for end in CERTIFICATE_ENDS if one.mark == CERTIFICATE else GENERAL_ENDS:
        found.add(code.removesuffix(end))
    found.add(_without_language(code, line.second))
    return frozenset(stem for stem in found if any(c.isalpha() for c in stem))


def _without_language(code: str, second: Sequence[str]) -> str:
    """The code without the initial of its only second language."""
    if len(second) != 1 or second[0] not in LANGUAGES:
        return code
    return code.removesuffix(LANGUAGES[second[0]][0])


def _core(line: Line, one: Named) -> tuple[tuple[str, ...], frozenset[str]]:
    """Occupations and profile without second languages, which differ between parts of a class."""
    second = [LANGUAGES[name][1] for name in line.second if name in LANGUAGES]
    profile = (word.strip() for word in one.profile.split(","))
    return one.trades, frozenset(word for word in profile if word not in second)


def _meet(one: tuple[Line, Named], other: tuple[Line, Named]) -> bool:
    return _core(*one) == _core(*other) and bool(_stems(*one) & _stems(*other))


def _all_meet(group: Sequence[tuple[Line, Named]]) -> bool:
    """Whether every part has to do with the one for candidates with a certificate."""
    certificate = next(one for one in group if one[1].mark == CERTIFICATE)
    return all(_meet(certificate, one) for one in group)


def _connected(rows: Sequence[tuple[Line, Named]]) -> Iterator[list[tuple[Line, Named]]]:
    """The rows in sets within which one leads to the other."""
    left = list(rows)
    while left:
        group, reached = [left.pop(0)], 0
        while reached < len(group):
            near = [one for one in left if _meet(group[reached], one)]
            left = [one for one in left if one not in near]
            group += near
            reached += 1
        yield group


def _language_groups(rows: Sequence[tuple[Line, Named]]) -> Iterator[list[tuple[Line, Named]]]:
    alike: dict[object, list[tuple[Line, Named]]] = defaultdict(list)
    for line, one in rows:
        code = "".join(one.code.lower().split())
        stem = _without_language(code, line.second)
        if one.mark in ORDINARY and stem != code:
            alike[stem, line.kind, one.trades, one.profile, line.counts].append((line, one))
    for group in alike.values():
        languages = {line.second for line, _ in group}
        together = sum(line.places for line, _ in group)
        if len(group) > 1 and len(languages) == len(group) and together <= ONE_CLASS:
            yield group


def _labelled(groups: Iterable[Sequence[tuple[Line, Named]]]) -> dict[int, str]:
    """The labels of one school's classes by row, no two alike."""
    labels: dict[int, str] = {}
    given: set[str] = set()
    for group in groups:
        label = _label(group)
        if label in given:
            label = "+".join(one.code for _, one in group)
        given.add(label)
        labels |= dict.fromkeys((line.row for line, _ in group), label)
    return labels


def _label(group: Sequence[tuple[Line, Named]]) -> str:
    """What the class is called: what the codes of its parts begin with alike."""
    if len({one.code for _, one in group}) == 1:
        return group[0][1].code
    codes = ["".join(one.code.split()) for _, one in group]
    common = codes[0]
    for code in codes[1:]:
        while not code.lower().startswith(common.lower()):
            common = common[:-1]
    bare = common.rstrip(" -_/([")
    return bare if any(c.isalpha() for c in bare) else min(codes)
