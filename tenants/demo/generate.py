"""A made-up recruitment of the size of Wrocław's in 2022. Pure: the same seed, the same city.

Institutions are partly real (see data/README.md); every person, address and claim is invented.
"""

import csv
import math
import random
from collections import Counter
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


def nearest(places: Sequence[Place], lat: float, lon: float, most: int) -> list[int]:
    """Indexes of the `most` nearest institutions."""
    return sorted(
        range(len(places)),
        key=lambda n: (places[n].lat - lat) ** 2 + ((places[n].lon - lon) * 0.63) ** 2,
    )[:most]


def make_claims(chance: random.Random, first: int, *, verified: bool) -> tuple[MadeClaim, ...]:
    """What one family claims; about two in a hundred are not proven."""
    found: list[tuple[str, int | None, Decimal | None]] = []
    for code, share in (
        ("UST_WIELODZ", 0.12),
        ("UST_NP_KAND", 0.02),
        ("UST_NP_RODZIC1", 0.012),
        ("UST_NP_RODZ", 0.015),
        ("UST_SAMOTNE", 0.05),
        ("UST_PIECZA", 0.003),
        ("WR_PRACA", 0.76),
        ("WR_NASZ", 0.55),
        ("WR_NASZ_MAX", 0.35),
    ):
        if chance.random() < share:
            found.append((code, None, None))
    if chance.random() < 0.24:
        found.append(("WR_RODZ", first, None))
    if chance.random() < 0.93:
        zloty = math.exp(chance.gauss(8.15, 0.35))
        found.append(("WR_DOCHOD", None, Decimal(int(zloty * 100)) / 100))
    claims = []
    for code, place, amount in found:
        good = "rejected" if chance.random() < 0.02 else "accepted"
        claims.append(MadeClaim(code, place, amount, good if verified else "pending"))
    return tuple(claims)


def city(
    *, applications: int = 5746, places: int = 6067, institutions: int = 130, seed: int = 2022
) -> City:
    """The whole recruitment."""
    chance = random.Random(seed)
    found = make_places(chance, institutions)
    popular = {n: math.exp(chance.gauss(0, 0.35)) for n in range(institutions)}
    families = [_family(chance, n + 1, found, popular) for n in range(applications)]
    return City(tuple(_with_places(chance, found, families, places)), tuple(_distinct(families)))


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


def _with_places(
    chance: random.Random, found: Sequence[Place], families: Sequence[Family], total: int
) -> list[Place]:
    """Give every institution places: most above its first choices, some well below."""
    first = Counter(family.wishes[0] for family in families)
    wanted = []
    for n in range(len(found)):
        tight = chance.random() < 0.16
        wanted.append(max(12, round(first[n] * (0.82 if tight else 1.12))))
    slack = total - sum(wanted)
    roomy = [n for n in range(len(found)) if wanted[n] >= first[n]] or list(range(len(found)))
    step = 1 if slack > 0 else -1
    for count in range(abs(slack)):
        wanted[roomy[count % len(roomy)]] += step
    return [
        msgspec.structs.replace(place, places=max(0, count))
        for place, count in zip(found, wanted, strict=True)
    ]


def _family(
    chance: random.Random, number: int, places: Sequence[Place], popular: dict[int, float]
) -> Family:
    home = places[chance.randrange(len(places))]
    lat, lon = home.lat + chance.gauss(0, 0.006), home.lon + chance.gauss(0, 0.01)
    near = nearest(places, lat, lon, 7)
    weights = [popular[n] / (1 + 0.6 * rank) for rank, n in enumerate(near)]
    wishes: list[int] = []
    for _ in range(chance.choices((1, 2, 3), (12, 23, 65))[0]):
        pick = chance.choices(range(len(near)), weights)[0]
        wishes.append(near.pop(pick))
        weights.pop(pick)
    draw = chance.random()
    status = "verified" if draw < 0.925 else "submitted" if draw < 0.99 else "returned"
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
        claims=make_claims(chance, wishes[0], verified=status == "verified"),
        status=status,
    )
