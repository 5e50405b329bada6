"""A made-up recruitment of the size of Wrocław's in 2022. Pure: the same seed, the same city.

Institutions are partly real (see data/README.md); every person, address and claim is invented.
"""

import math
import random
from collections import defaultdict
from collections.abc import Sequence

import msgspec

from tenants.demo.households import (
    Family,
    Numbers,
    claims_in_wroclaw,
    families,
    household,
)
from tenants.demo.places import (
    Address,
    Estate,
    Place,
    address,
    city_places,
    estate_of,
    estates,
    neighbours,
    town_places,
)

SIZES = (20, 25, 25, 38, 50, 50, 60, 75)  # free places: part of a group, or one to three groups
FAME = 0.08  # how much more some institutions are liked than others of their size
OFTEN_NAMED = 1.2
NEAR = 12
WALK_KM = 1.4
COMMENTS = (
    "Proszę uzupełnić adres zamieszkania dziecka: brakuje numeru mieszkania.",
    "Załączone orzeczenie jest nieczytelne. Proszę dodać je jeszcze raz.",
    "Proszę podać dane drugiego rodzica albo zaznaczyć samotne wychowywanie dziecka.",
    "Drugie imię dziecka różni się od imienia w dokumencie. Proszę sprawdzić.",
)


class City(msgspec.Struct, frozen=True):
    """Everything that is loaded."""

    places: tuple[Place, ...]
    families: tuple[Family, ...]
    estates: tuple[Estate, ...] = ()


def small_town(town: str, count: int, seed: int) -> City:
    """A few made-up preschools without applications."""
    chance = random.Random(seed)
    sizes = [chance.choice(SIZES) for _ in range(count)]
    return City(tuple(town_places(chance, town, sizes)), (), estates(town))


def city(
    *, applications: int = 5746, places: int = 6067, institutions: int = 130, seed: int = 2022
) -> City:
    """The whole recruitment."""
    chance = random.Random(seed)
    bare = city_places(chance, institutions)
    sizes = [chance.choice(SIZES) for _ in bare]
    share = places / sum(sizes)
    counts = rounded([size * share for size in sizes], places)
    found = [
        msgspec.structs.replace(place, places=count)
        for place, count in zip(bare, counts, strict=True)
    ]
    made = _applications(chance, found, applications)
    return City(tuple(found), tuple(with_states(chance, made)), estates("wroclaw"))


def _applications(chance: random.Random, found: Sequence[Place], count: int) -> list[Family]:
    """Households one after the other until there are `count` applications."""
    wanted = Wanted(chance, found)
    numbers = Numbers(chance)
    made: list[Family] = []
    homes = iter(chance.choices(range(len(found)), [one.places for one in found], k=count))
    while len(made) < count:
        first = len(made) + 1
        home = household(chance, numbers, first)
        if len(made) + home.applying > count:
            continue
        near = next(homes)
        wishes = wanted.near(near)
        made += families(
            chance,
            numbers,
            home,
            first_number=first,
            address=lives_near(chance, "wroclaw", found[near]),
            wishes=wishes,
            claims=claims_in_wroclaw(chance, home, wishes),
        )
    return made


def lives_near(chance: random.Random, town: str, place: Place) -> Address:
    """An address within a walk of an institution."""
    lat, lon = place.lat + chance.gauss(0, 0.003), place.lon + chance.gauss(0, 0.005)
    return address(chance, estate_of(town, lat, lon))


class Wanted:
    """Which institutions families name: near ones, big ones, and some that are talked about."""

    def __init__(self, chance: random.Random, places: Sequence[Place]) -> None:
        self.chance = chance
        self.around = neighbours(places, NEAR)
        self.fame = [
            one.places
            * math.exp(chance.gauss(0, FAME))
            * (OFTEN_NAMED if chance.random() < 0.1 else 1)
            for one in places
        ]

    def near(self, home: int) -> tuple[int, ...]:
        """One to three wishes of a family that lives by the institution `home`."""
        options = list(self.around[home])
        weights = [self.fame[n] * math.exp(-away / WALK_KM) for n, away in options]
        wishes: list[int] = []
        for _ in range(min(len(options), self.chance.choices((1, 2, 3), (11, 22, 67))[0])):
            pick = self.chance.choices(range(len(options)), weights)[0]
            wishes.append(options.pop(pick)[0])
            weights.pop(pick)
        return tuple(wishes)


def rounded(shares: Sequence[float], total: int) -> list[int]:
    """Whole numbers near `shares` that add up to `total` (largest remainders)."""
    whole = [math.floor(one) for one in shares]
    by_rest = sorted(range(len(shares)), key=lambda n: whole[n] - shares[n])
    for n in by_rest[: total - sum(whole)]:
        whole[n] += 1
    return whole


def with_states(chance: random.Random, made: Sequence[Family]) -> list[Family]:
    """Leave a few applications of every institution waiting, and one with a comment."""
    desks: dict[int, list[int]] = defaultdict(list)
    for n, one in enumerate(made):
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
        _waiting(chance, one, open_ones[n]) if n in open_ones else one for n, one in enumerate(made)
    ]


def _waiting(chance: random.Random, one: Family, status: str) -> Family:
    return msgspec.structs.replace(
        one,
        status=status,
        claims=tuple(msgspec.structs.replace(claim, outcome="pending") for claim in one.claims),
        returned_for=chance.choice(COMMENTS) if status == "returned" else "",
    )
