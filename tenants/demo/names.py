"""First names of a generation, and surnames that agree with the sex."""

import random
import tomllib
from datetime import date
from enum import Enum
from itertools import accumulate
from pathlib import Path

NAMES: dict[str, list[str]] = {
    kind: names.split()
    for kind, names in tomllib.loads(
        (Path(__file__).parent / "data" / "names.toml").read_text(encoding="utf-8")
    ).items()
}
ADJECTIVES = frozenset({"Konieczny", "Cichy", "Czarny", "Biały", "Wesoły"})
BY_RANK = tuple(accumulate(1 / (rank + 6) for rank in range(len(NAMES["surnames"]))))


class Sex(Enum):
    """What names agree with; the value is the parity of a PESEL's tenth digit."""

    FEMALE = 0
    MALE = 1


def surname(masculine: str, sex: Sex) -> str:
    """The form of a surname for a woman or a man; each part of a double one agrees."""
    if sex is Sex.MALE:
        return masculine
    return "-".join(_feminine(part) for part in masculine.split("-"))


def _feminine(part: str) -> str:
    if part.endswith(("ski", "cki", "dzki")):
        return f"{part[:-1]}a"
    if part.endswith("skyi"):
        return f"{part[:-2]}a"
    return f"{part[:-1]}a" if part in ADJECTIVES else part


def any_surname(chance: random.Random, *, ukrainian: bool = False) -> str:
    """A surname in its masculine form, the frequent ones oftener."""
    if ukrainian:
        return chance.choice(NAMES["ukrainian_surnames"])
    return chance.choices(NAMES["surnames"], cum_weights=BY_RANK)[0]


def _one_of(chance: random.Random, kind: str) -> str:
    """One of the names, the first ones oftener."""
    names = NAMES[kind]
    return names[min(chance.randrange(len(names)), chance.randrange(len(names)))]


def childs_name(chance: random.Random, sex: Sex, *, ukrainian: bool = False) -> str:
    """A first name of children born after 2020."""
    kind = "girls" if sex is Sex.FEMALE else "boys"
    return _one_of(chance, f"ukrainian_{kind}" if ukrainian else kind)


def adults_name(chance: random.Random, sex: Sex, born: date, *, ukrainian: bool = False) -> str:
    """A first name of somebody born on that day."""
    kind = "women" if sex is Sex.FEMALE else "men"
    if ukrainian:
        return _one_of(chance, f"ukrainian_{kind}")
    since = "since" if born.year >= 1993 else "before_1985" if born.year < 1985 else "before_1993"
    return _one_of(chance, f"{kind}_{since}")
