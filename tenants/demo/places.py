"""Institutions and addresses: real estates and streets, the rest made up (see data/README.md)."""

import csv
import math
import random
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import msgspec

DATA = Path(__file__).parent / "data"
KM = 111.2  # in one degree of latitude
SMALL = {"we", "nr", "im.", "w", "z", "oddziałami", "integracyjnymi", "prof.", "gen.", "płk"}
NAMES = {"wrocławiu": "Wrocławiu", "skłodowskiej-curie": "Skłodowskiej-Curie", "pilota": "pilota"}
SHORT = {"generała": "gen.", "księdza": "ks.", "kardynała": "kard."}
ROMAN = re.compile(r"[ivx]+")


class Estate(msgspec.Struct, frozen=True):
    """A part of a town (osiedle) with some of its streets; the point is its middle."""

    district: str
    lat: float
    lon: float
    postal: str
    streets: tuple[str, ...]


class Address(msgspec.Struct, frozen=True):
    """Street with number, and postal code."""

    street: str
    postal_code: str


class Place(msgspec.Struct, frozen=True):
    """An institution with its places."""

    code: str
    rspo: str
    kind: str
    name: str
    street: str
    postal_code: str
    district: str
    lat: float
    lon: float
    made_up: bool
    places: int


@cache
def estates(town: str) -> tuple[Estate, ...]:
    """The parts of a town that the demonstration knows."""
    with (DATA / f"{town}-estates.csv").open(encoding="utf-8") as file:
        return tuple(
            Estate(
                row["district"],
                float(row["latitude"]),
                float(row["longitude"]),
                row["postal"],
                tuple(row["streets"].split(";")),
            )
            for row in csv.DictReader(file)
        )


def away(lat: float, lon: float, other: Estate | Place) -> float:
    """Kilometres between a point and something else, near enough for a city."""
    east = (other.lon - lon) * KM * math.cos(math.radians(lat))
    return math.hypot((other.lat - lat) * KM, east)


def estate_of(town: str, lat: float, lon: float) -> Estate:
    """The part of the town whose middle is nearest."""
    return min(estates(town), key=lambda one: away(lat, lon, one))


def address(chance: random.Random, estate: Estate, *, flat: bool = True) -> Address:
    """A made-up number in a real street."""
    street = chance.choice(estate.streets)
    if not street.startswith(("al. ", "Bulwar ")):
        street = f"ul. {street}"
    number = f"{min(chance.randint(1, 120), chance.randint(1, 120))}"
    if flat and chance.random() < 0.85:
        number = f"{number}/{min(chance.randint(1, 60), chance.randint(1, 60))}"
    code = f"{estate.postal}{chance.randint(0, 99):02}"
    return Address(f"{street} {number}", code)


def proper_name(name: str) -> str:
    """A register name in capitals as it is written on the school's door."""
    return " ".join(_word(word) for word in name.replace('"', "").lower().split())


def _word(word: str) -> str:
    if word in SMALL:
        return word
    if ROMAN.fullmatch(word):
        return word.upper()
    if word in SHORT or word in NAMES:
        return SHORT.get(word) or NAMES[word]
    return "-".join(part[:1].upper() + part[1:] for part in word.split("-"))


def register() -> list[dict[str, str]]:
    """Real schools and complexes of Wrocław, complexes first; a school inside one is left out."""
    with (DATA / "wroclaw-schools.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    complexes = [row for row in rows if row["name"].startswith("ZESPÓŁ SZKOLNO-PRZEDSZKOLNY")]
    taken = {(row["latitude"], row["longitude"]) for row in complexes}
    schools = [
        row
        for row in rows
        if not row["kind"].startswith("zespół") and (row["latitude"], row["longitude"]) not in taken
    ]
    return complexes + schools


def city_places(chance: random.Random, count: int) -> list[Place]:
    """Wrocław's institutions with a provisional one place each."""
    rows = register()
    complexes = sum(row["kind"].startswith("zespół") for row in rows)
    real = rows[: min(len(rows), complexes + count // 3)]
    found = []
    for n in range(count):
        if n < len(real):
            row = real[n]
            kind = "complex" if row["kind"].startswith("zespół") else "school-unit"
            name = proper_name(row["name"])
            if kind == "school-unit":
                name = f"Oddział przedszkolny – {name}"
            found.append(
                _place(chance, "wroclaw", n, kind, name, row["latitude"], row["longitude"])
            )
        else:
            found.append(_made_up(chance, "wroclaw", n, n - len(real) + 1))
    return found


def town_places(chance: random.Random, town: str, sizes: Sequence[int]) -> list[Place]:
    """Made-up preschools of these sizes."""
    return [
        msgspec.structs.replace(_made_up(chance, town, n, n + 1), rspo=str(910000 + n), places=size)
        for n, size in enumerate(sizes)
    ]


def _made_up(chance: random.Random, town: str, n: int, number: int) -> Place:
    estate = chance.choice(estates(town))
    lat, lon = estate.lat + chance.gauss(0, 0.003), estate.lon + chance.gauss(0, 0.005)
    return _place(chance, town, n, "preschool", f"Przedszkole nr {number}", lat, lon)


def _place(
    chance: random.Random,
    town: str,
    n: int,
    kind: str,
    name: str,
    lat: str | float,
    lon: str | float,
) -> Place:
    lat, lon = round(float(lat), 6), round(float(lon), 6)
    estate = estate_of(town, lat, lon)
    where = address(chance, estate, flat=False)
    return Place(
        code=f"p{n + 1:03}",
        rspo=str(900000 + n),
        kind=kind,
        name=name,
        street=where.street,
        postal_code=where.postal_code,
        district=estate.district,
        lat=lat,
        lon=lon,
        made_up=kind == "preschool",
        places=1,
    )


def neighbours(places: Sequence[Place], most: int) -> list[list[tuple[int, float]]]:
    """Of each institution the `most` nearest ones with their distance in km, itself first."""
    return [
        sorted(
            ((n, away(here.lat, here.lon, one)) for n, one in enumerate(places)),
            key=lambda pair: pair[1],
        )[:most]
        for here in places
    ]
