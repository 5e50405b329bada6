"""A made-up recruitment of the size of Wrocław's in 2022. Pure: the same seed, the same city.

Institutions are partly real (see data/README.md); every person, address and claim is invented.
"""

import csv
import math
import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec

from ksr_saas.people import pesel

DATA = Path(__file__).parent / "data"
GIRLS = [
    "Zofia",
    "Zuzanna",
    "Hanna",
    "Laura",
    "Julia",
    "Maja",
    "Oliwia",
    "Alicja",
    "Lena",
    "Pola",
    "Maria",
    "Iga",
    "Amelia",
    "Antonina",
    "Ewa",
    "Łucja",
    "Świętosława",
    "Solomiya",
]
BOYS = [
    "Antoni",
    "Jan",
    "Aleksander",
    "Franciszek",
    "Nikodem",
    "Jakub",
    "Leon",
    "Stanisław",
    "Mikołaj",
    "Filip",
    "Ignacy",
    "Wojciech",
    "Szymon",
    "Tymon",
    "Łukasz",
    "Żegota",
    "Maksym",
    "Danylo",
]
MOTHERS = [
    "Anna",
    "Katarzyna",
    "Magdalena",
    "Agnieszka",
    "Monika",
    "Joanna",
    "Ewa",
    "Karolina",
    "Olena",
    "Iryna",
]
FATHERS = [
    "Piotr",
    "Tomasz",
    "Paweł",
    "Marcin",
    "Michał",
    "Łukasz",
    "Jakub",
    "Adam",
    "Andrij",
    "Oleksandr",
]
SURNAMES = [
    "Nowak",
    "Wójcik",
    "Kowalczyk",
    "Woźniak",
    "Mazur",
    "Krawczyk",
    "Zając",
    "Król",
    "Wróbel",
    "Pawlak",
    "Stępień",
    "Górski",
    "Sikora",
    "Baran",
    "Duda",
    "Szewczyk",
    "Bąk",
    "Włodarczyk",
    "Ćwik",
    "Łoś",
    "Śliwa",
    "Źrebiec",
    "Żak",
    "Cybulska",
    "Bondarenko",
    "Kravchuk",
    "Kaczmarek",
    "Gajda",
    "Rutkowski",
    "Ostrowski",
    "Tomczak",
    "Zięba",
    "Wasilewski",
    "Jasiński",
    "Wilk",
    "Dąbek",
]
STREETS = [
    "Lipowa",
    "Klonowa",
    "Ogrodowa",
    "Słoneczna",
    "Polna",
    "Krótka",
    "Długa",
    "Kwiatowa",
    "Jasna",
    "Wiosenna",
    "Szkolna",
    "Leśna",
    "Parkowa",
    "Różana",
    "Brzozowa",
    "Spokojna",
    "Wesoła",
    "Zielona",
    "Akacjowa",
    "Cicha",
]
SIZES = (20, 25, 25, 38, 50, 50, 60, 75)  # free places: part of a group, or one to three groups
FAME = 0.1  # how much more some institutions are liked than others of their size
OFTEN_NAMED = 1.3
NEAR = 9
WALK_KM = 1.4
INCOME_STATED = 0.87
CENTRE = (51.107, 17.038)
REASON = "Brak dokumentu, który potwierdza to kryterium."


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


class MadeClaim(msgspec.Struct, frozen=True):
    """A claim; `place` is an index of institutions, or None for the whole family's."""

    criterion: str
    place: int | None
    amount: Decimal | None
    outcome: str


class Family(msgspec.Struct, frozen=True):
    """One application: child, parent, wishes (indexes of institutions) and state."""

    number: int
    child: tuple[str, str]
    parent: tuple[str, str]
    pesel: str
    parent_pesel: str
    parent_born: date
    born: date
    street: str
    postal_code: str
    email: str
    phone: str
    wishes: tuple[int, ...]
    claims: tuple[MadeClaim, ...]
    status: str


class City(msgspec.Struct, frozen=True):
    """Everything that is loaded."""

    places: tuple[Place, ...]
    families: tuple[Family, ...]


def district_of(lat: float, lon: float) -> str:
    """A rough district by coordinates; enough for a filter."""
    if abs(lat - CENTRE[0]) < 0.012 and abs(lon - CENTRE[1]) < 0.02:
        return "Stare Miasto"
    if lat >= CENTRE[0]:
        return "Psie Pole" if lon > CENTRE[1] + 0.03 or lat > 51.14 else "Śródmieście"
    return "Fabryczna" if lon < CENTRE[1] - 0.03 else "Krzyki"


def sentence_case(name: str) -> str:
    """A register name in capitals as people write it."""
    kept = {"we": "we", "nr": "nr", "im.": "im.", "w": "w", "wrocławiu": "Wrocławiu"}
    small = {"podstawowa", "szkolno-przedszkolny"}
    return " ".join(
        kept.get(word) or (word if word in small else word[:1].upper() + word[1:])
        for word in name.replace('"', "").lower().split()
    )


def make_places(chance: random.Random, count: int) -> list[Place]:
    """Institutions with a provisional one place each."""
    with (DATA / "wroclaw-schools.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    complexes = [row for row in rows if row["name"].startswith("ZESPÓŁ SZKOLNO-PRZEDSZKOLNY")]
    schools = [row for row in rows if not row["kind"].startswith("zespół")]
    real = complexes + schools[: min(len(schools), count // 3)]
    found = []
    for n in range(count):
        if n < len(real):
            row = real[n]
            kind = "complex" if row["kind"].startswith("zespół") else "school-unit"
            name, lat, lon = sentence_case(row["name"]), row["latitude"], row["longitude"]
            if kind == "school-unit":
                name = f"Oddział przedszkolny – {name}"
            at = (float(lat), float(lon))
        else:
            kind, name = "preschool", f"Przedszkole nr {n - len(real) + 1}"
            at = (CENTRE[0] + chance.gauss(0, 0.03), CENTRE[1] + chance.gauss(0, 0.05))
        found.append(
            Place(
                code=f"p{n + 1:03}",
                rspo=str(900000 + n),
                kind=kind,
                name=name,
                street=f"ul. {chance.choice(STREETS)} {chance.randint(1, 120)}",
                postal_code=f"5{chance.randint(0, 4)}-{chance.randint(100, 699)}",
                district=district_of(*at),
                lat=round(at[0], 6),
                lon=round(at[1], 6),
                made_up=n >= len(real),
                places=1,
            )
        )
    return found


def small_town(count: int, seed: int) -> City:
    """A few made-up preschools without applications."""
    chance = random.Random(seed)
    found = []
    for n in range(count):
        base = make_places(chance, 1)[0]
        found.append(
            msgspec.structs.replace(
                base,
                code=f"p{n + 1:03}",
                rspo=str(910000 + n),
                kind="preschool",
                name=f"Przedszkole nr {n + 1}",
                district="",
                made_up=True,
                places=chance.randint(20, 60),
            )
        )
    return City(tuple(found), ())


def neighbours(places: Sequence[Place], most: int) -> list[list[tuple[int, float]]]:
    """Of each institution the `most` nearest ones with their distance in km, itself first."""
    found = []
    for here in places:
        away = [
            math.hypot((one.lat - here.lat) * 111.2, (one.lon - here.lon) * 69.8) for one in places
        ]
        found.append(sorted(enumerate(away), key=lambda pair: pair[1])[:most])
    return found


def make_claims(chance: random.Random, wishes: Sequence[int]) -> tuple[MadeClaim, ...]:
    """What one family claims; about two in a hundred are not proven."""
    found: list[tuple[str, int | None, Decimal | None]] = []
    siblings = chance.choices((0, 1, 2, 3), (42, 46, 10, 2))[0]
    single = chance.random() < 0.05
    for code, share in (
        ("UST_WIELODZ", 1.0 if siblings > 1 else 0.0),
        ("UST_NP_KAND", 0.02),
        ("UST_NP_RODZIC1", 0.012),
        ("UST_NP_RODZ", 0.03 if siblings else 0.0),
        ("UST_SAMOTNE", 1.0 if single else 0.0),
        ("UST_PIECZA", 0.003),
        ("WR_PRACA", 0.8),
    ):
        if chance.random() < share:
            found.append((code, None, None))
    status = chance.choices((None, "WR_NASZ", "WR_NASZ_MAX"), (28, 34, 38))[0]
    if status is not None:
        found.append((status, None, None))
    if siblings and chance.random() < 0.4:
        found.append(("WR_RODZ", wishes[0], None))
    if chance.random() < INCOME_STATED:
        zloty = min(9000, max(400, round(math.exp(chance.gauss(7.95, 0.38)) / 10) * 10))
        found.append(("WR_DOCHOD", None, Decimal(zloty)))
    claims = []
    for code, place, amount in found:
        good = "rejected" if chance.random() < 0.02 else "accepted"
        claims.append(MadeClaim(code, place, amount, good))
    return tuple(claims)


def city(
    *, applications: int = 5746, places: int = 6067, institutions: int = 130, seed: int = 2022
) -> City:
    """The whole recruitment."""
    chance = random.Random(seed)
    bare = make_places(chance, institutions)
    sizes = [chance.choice(SIZES) for _ in bare]
    share = places / sum(sizes)
    found = [
        msgspec.structs.replace(place, places=count)
        for place, count in zip(
            bare, rounded([size * share for size in sizes], places), strict=True
        )
    ]
    fame = [
        one.places * math.exp(chance.gauss(0, FAME)) * (OFTEN_NAMED if chance.random() < 0.1 else 1)
        for one in found
    ]
    near = neighbours(found, NEAR)
    families = [
        _family(chance, n + 1, fame, near, home)
        for n, home in enumerate(
            chance.choices(range(institutions), [one.places for one in found], k=applications)
        )
    ]
    return City(tuple(found), tuple(with_states(chance, _distinct(families))))


def rounded(shares: Sequence[float], total: int) -> list[int]:
    """Whole numbers near `shares` that add up to `total` (largest remainders)."""
    whole = [math.floor(one) for one in shares]
    by_rest = sorted(range(len(shares)), key=lambda n: whole[n] - shares[n])
    for n in by_rest[: total - sum(whole)]:
        whole[n] += 1
    return whole


def with_states(chance: random.Random, families: Sequence[Family]) -> list[Family]:
    """Leave a few applications of every institution waiting, and one with a comment."""
    desks: dict[int, list[int]] = defaultdict(list)
    for n, one in enumerate(families):
        desks[one.wishes[0]].append(n)
    open_ones: dict[int, str] = {}
    for desk in sorted(desks):
        queue = desks[desk]
        count = min(len(queue), max(2, round(len(queue) * chance.uniform(0.04, 0.1))))
        picked = chance.sample(queue, count)
        open_ones |= dict.fromkeys(picked, "submitted")
        if len(queue) > 2 and chance.random() < 0.5:
            open_ones[picked[-1]] = "returned"
    return [
        msgspec.structs.replace(
            one,
            status=open_ones[n],
            claims=tuple(msgspec.structs.replace(c, outcome="pending") for c in one.claims),
        )
        if n in open_ones
        else one
        for n, one in enumerate(families)
    ]


def _distinct(families: Sequence[Family]) -> list[Family]:
    """The families with no PESEL twice: a repeated one gets the next free serial of its day."""
    used: set[str] = set()
    kept = []
    for family in families:
        own = family.pesel
        while own in used:
            own = pesel.make(family.born, (int(own[6:10]) + 2) % 10000)
        used.add(own)
        kept.append(msgspec.structs.replace(family, pesel=own))
    return kept


def _family(
    chance: random.Random,
    number: int,
    fame: Sequence[float],
    near: Sequence[Sequence[tuple[int, float]]],
    home: int,
) -> Family:
    options = list(near[home])
    weights = [fame[n] * math.exp(-away / WALK_KM) for n, away in options]
    wishes: list[int] = []
    for _ in range(min(len(options), chance.choices((1, 2, 3), (14, 24, 62))[0])):
        pick = chance.choices(range(len(options)), weights)[0]
        wishes.append(options.pop(pick)[0])
        weights.pop(pick)
    girl = chance.random() < 0.49
    born = date(2027 - chance.choices((3, 4, 5, 6), (45, 25, 18, 12))[0], 1, 1)
    born += timedelta(days=chance.randrange(365))
    born = min(born, date(born.year, 12, 31))
    if born.year == 2024:
        born = min(born, date(2024, 11, 30))
    surname, mother = chance.choice(SURNAMES), chance.random() < 0.8
    parent_born = date(1984, 1, 1) + timedelta(days=chance.randrange(4500))
    digit = number * 2861 % 5000 * 2 + (0 if girl else 1)
    return Family(
        number=number,
        child=(chance.choice(GIRLS if girl else BOYS), surname),
        parent=(chance.choice(MOTHERS if mother else FATHERS), surname),
        pesel=pesel.make(born, digit),
        parent_pesel=pesel.make(parent_born, number),
        parent_born=parent_born,
        born=born,
        street=f"ul. {chance.choice(STREETS)} {chance.randint(1, 150)}/{chance.randint(1, 60)}",
        postal_code=f"5{chance.randint(0, 4)}-{chance.randint(100, 699)}",
        email=f"rodzic.{number:05}@poczta.invalid",
        phone=f"+48 000 {chance.randint(100, 999)} {chance.randint(100, 999)}",
        wishes=tuple(wishes),
        claims=make_claims(chance, wishes),
        status="verified",
    )
