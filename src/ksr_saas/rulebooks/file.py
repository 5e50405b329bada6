"""A whole recruitment as one file: written, and read again with what is wrong at its place. Pure.

JSON with "format" and "version"; the rest are the fields of `Setup`.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.timetable import Stage
from ksr_saas.criteria import stored
from ksr_saas.criteria.procedure import Quota
from ksr_saas.criteria.rulebook import SCHEMA, Criterion, Exclusion, Maximum
from ksr_saas.criteria.stored import UnknownSchema
from ksr_saas.criteria.ties import Tie
from ksr_saas.kernel.errors import N_
from ksr_saas.rulebooks.form.shapes import CODE, MOST_ROWS, PAGE
from ksr_saas.rulebooks.setup import Setup, without_history

FORMAT, VERSION = "ksr-recruitment", 1
LARGEST = 512 * 1024
MEMBERS: dict[str, Any] = {
    "criteria": Criterion,
    "exclusions": Exclusion,
    "maxima": Maximum,
    "quotas": Quota,
    "ties": Tie,
}
MOST_POINTS = 1_000_000
FINEST = -4  # decimals of a number

NOT_OURS = N_("To nie jest plik z zasadami rekrutacji. Wybierz plik pobrany z tego systemu.")
NOT_TEXT = N_(
    "Tego pliku nie da się odczytać jako tekstu. Wybierz plik JSON pobrany z tego systemu."
)
BROKEN = N_("Plik jest uszkodzony w wierszu %(line)s. Pobierz go jeszcze raz.")
TOO_LARGE = N_("Plik jest za duży: może mieć najwyżej 512 kB.")
EMPTY = N_("Wybierz plik.")
OTHER_VERSION = N_("Ten plik zapisał nowszy program: wersja %(found)s, a ten zna wersję %(known)s.")
OTHER_LEVEL = N_("Ten plik jest dla innego poziomu szkół.")
MISSING = N_("brakuje pola %(field)s")
UNKNOWN = N_("nie ma takiego pola")
WRONG = N_("w tym polu jest wartość, której tu być nie może")
BAD_NUMBER = N_("ta liczba jest za duża albo za dokładna")
BAD_TEXT = N_("ten tekst jest za długi albo ma znaki, których nie widać")
BAD_CODE = N_("kod może mieć tylko litery bez znaków polskich, cyfry, łączniki i podkreślenia")
BAD_MOMENT = N_("ten termin nie ma strefy czasowej")
TOO_MANY = N_("ta lista jest za długa")


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong and where: "rulebook.criteria[WR].points"; `at` is empty for the whole file.

    `words` are a Polish source text with `values`.
    """

    at: str
    words: str
    values: dict[str, str] = {}


class BadFile(ValueError):
    """The file cannot be taken; nothing of it is."""

    def __init__(self, *wrong: Wrong) -> None:
        super().__init__("; ".join(f"{one.at}: {one.words}" for one in wrong))
        self.wrong = wrong


def written(setup: Setup) -> str:
    """The file of a recruitment; the same rules make the same text."""
    plain = msgspec.structs.replace(setup, stages=without_history(setup.stages))
    found = {"format": FORMAT, "version": VERSION} | plain.kept()
    return json.dumps(found, ensure_ascii=False, indent=2) + "\n"


def read(content: bytes, level: Level) -> Setup:
    """The recruitment of a file. Raises BadFile with everything that is wrong."""
    raw = _loaded(content)
    rules = raw["rulebook"]
    try:
        rules = stored.upgraded(rules)
    except UnknownSchema as problem:
        found = str(rules.get("schema"))
        told = {"found": found, "known": str(SCHEMA)}
        raise BadFile(Wrong("rulebook.schema", OTHER_VERSION, told)) from problem
    raw = {name: value for name, value in raw.items() if name not in ("format", "version")}
    raw["rulebook"] = rules
    if wrong := [*_members(rules, raw.get("stages", []))]:
        raise BadFile(*wrong)
    try:
        setup = msgspec.convert(raw, Setup)
    except msgspec.ValidationError as problem:
        raise BadFile(_said(str(problem), "")) from problem
    wrong = [Wrong(at, UNKNOWN) for at in stored.unread(raw, msgspec.to_builtins(setup))]
    wrong += [*_impossible(setup)]
    if setup.rulebook.level is not level:
        wrong.append(Wrong("rulebook.level", OTHER_LEVEL))
    if wrong:
        raise BadFile(*wrong)
    return msgspec.structs.replace(setup, stages=without_history(setup.stages))


def _loaded(content: bytes) -> dict[str, Any]:
    if not content.strip():
        raise BadFile(Wrong("", EMPTY))
    if len(content) > LARGEST:
        raise BadFile(Wrong("", TOO_LARGE))
    try:
        raw = json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as problem:
        raise BadFile(Wrong("", NOT_TEXT)) from problem
    except json.JSONDecodeError as problem:
        raise BadFile(Wrong("", BROKEN, {"line": str(problem.lineno)})) from problem
    except (RecursionError, ValueError) as problem:
        raise BadFile(Wrong("", NOT_OURS)) from problem
    ours = isinstance(raw, dict) and raw.get("format") == FORMAT
    if not ours or not isinstance(raw.get("rulebook"), dict):
        raise BadFile(Wrong("", NOT_OURS))
    criteria = raw["rulebook"].get("criteria")
    if not isinstance(criteria, list) or not all(isinstance(one, dict) for one in criteria):
        raise BadFile(Wrong("rulebook.criteria", WRONG))
    if raw.get("version") != VERSION:
        told = {"found": str(raw.get("version"))[:20], "known": str(VERSION)}
        raise BadFile(Wrong("version", OTHER_VERSION, told))
    found: dict[str, Any] = raw
    return found


def _members(rules: Mapping[str, Any], stages: Any) -> Iterator[Wrong]:
    """The members of every list by themselves, so that each says what is wrong with it."""
    lists = [(f"rulebook.{name}", rules.get(name, []), kind) for name, kind in MEMBERS.items()]
    for at, members, kind in [*lists, ("stages", stages, Stage)]:
        if not isinstance(members, list):
            yield Wrong(at, WRONG)
        elif len(members) > MOST_ROWS:
            yield Wrong(at, TOO_MANY)
        else:
            for number, one in enumerate(members):
                code = one.get("code", number) if isinstance(one, dict) else number
                try:
                    msgspec.convert(one, kind)
                except msgspec.ValidationError as problem:
                    yield _said(str(problem), f"{at}[{code}]")


def _said(problem: str, at: str) -> Wrong:
    """What msgspec says, e.g. "Expected `int`, got `str` - at `$.kind.largest`", in our words."""
    path = re.search(r" - at `\$\.?([^`]*)`", problem)
    rest = path[1] if path else ""
    where = f"{at}.{rest}" if at and rest and not rest.startswith("[") else f"{at}{rest}"
    missing = re.search(r"missing required field `(\w+)`", problem)
    return Wrong(where, MISSING, {"field": missing[1]}) if missing else Wrong(where, WRONG)


def _impossible(value: Any, at: str = "") -> Iterator[Wrong]:
    """Values that are of the right type and yet none that anybody could have typed."""
    for inner, one in _inside(value, at):
        yield from _impossible(one, inner)
    if isinstance(value, tuple | dict) and len(value) > MOST_ROWS:
        yield Wrong(at, TOO_MANY)
    if words := _fault(value, at):
        yield Wrong(at, words)


def _inside(value: Any, at: str) -> Iterator[tuple[str, Any]]:
    """The parts of a value with their paths."""
    if isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield (f"{at}.{name}" if at else name), getattr(value, name)
    elif isinstance(value, dict):
        for key, one in value.items():
            yield at, key
            yield f"{at}.{key}"[:80], one
    elif isinstance(value, tuple):
        for number, one in enumerate(value):
            yield f"{at}[{getattr(one, 'code', number)}]", one


def _fault(value: Any, at: str) -> str:
    """Why a single value cannot be; empty for one that can."""
    if isinstance(value, str):
        odd = any(unicodedata.category(c) in ("Cc", "Cs") and c != "\n" for c in value)
        if odd or len(value) > PAGE:
            return BAD_TEXT
        return BAD_CODE if at.endswith(".code") and not CODE.fullmatch(value) else ""
    if isinstance(value, Decimal):
        exponent = value.as_tuple().exponent
        fine = isinstance(exponent, int) and exponent >= FINEST and abs(value) <= MOST_POINTS
        return "" if fine else BAD_NUMBER
    if isinstance(value, int):
        return "" if abs(value) <= MOST_POINTS else BAD_NUMBER
    return BAD_MOMENT if isinstance(value, datetime) and value.tzinfo is None else ""
