"""A secondary offer of Warsaw's size, as rows: made up, or read from the city's published file."""

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid5

import msgspec

SCHOOLS, CLASSES = 161, 1018
SPACE = UUID("2a6fd3f8-3a0b-4c5a-9a51-0f4f9f1c7d10")
DISTRICTS = ("Bemowo", "Bielany", "Mokotów", "Ochota", "Praga-Południe", "Śródmieście", "Wola")
SUBJECTS = ("biologia", "chemia", "fizyka", "geografia", "historia", "informatyka")
KINDS = {"liceum": "liceum", "technikum": "technikum", "branżowa": "vocational"}
UNIT_KINDS = {
    "dwujęzyczny": "bilingual",
    "mistrzostwa sportowego": "sports-mastery",
    "wstępna": "preliminary",
    "sportowy": "sports",
    "międzynarodowy": "international",
    "mundurowy": "uniformed",
    "przygotowania wojskowego": "military",
    "ogólnodostępny z dodatkowym postępowaniem": "selective",
}
BEST = "największa wartość spośród "


class School(msgspec.Struct, frozen=True):
    """A school with its classes, each a row of the table `unit` without its two foreign keys."""

    id: UUID
    code: str
    name: str
    kind: str
    street: str
    district: str
    lat: float
    lon: float
    classes: tuple[dict, ...]


def made_up(seed: int = 161) -> list[School]:
    """Schools and classes that nobody attends."""
    chance = random.Random(seed)
    sizes = [CLASSES // SCHOOLS + (n < CLASSES % SCHOOLS) for n in range(SCHOOLS)]
    return [_made_up(chance, n, size) for n, size in enumerate(sizes)]


def _made_up(chance: random.Random, n: int, size: int) -> School:
    kind = chance.choices(tuple(KINDS.values()), (15, 4, 1))[0]
    return School(
        id=uuid5(SPACE, f"school/{n}"),
        code=f"s{n:03}",
        name=f"Szkoła nr {n + 1} im. Wymyślonego Patrona w Mieście",
        kind=kind,
        street=f"ul. Próbna {n + 1}",
        district=chance.choice(DISTRICTS),
        lat=52.23 + chance.gauss(0, 0.04),
        lon=21.01 + chance.gauss(0, 0.06),
        classes=tuple(_class(chance, n, place) for place in range(size)),
    )


def _class(chance: random.Random, n: int, place: int) -> dict:
    first, second = chance.sample(SUBJECTS, 2)
    return {
        "id": uuid5(SPACE, f"class/{n}/{place}"),
        "code": f"{place + 1}",
        "name": f"1{'ABCDEFGH'[place]} – {first}, {second}",
        "kind": "general",
        "capacity": chance.choice((24, 28, 30, 32)),
        "first_languages": ["angielski"],
        "second_languages": [chance.choice(("niemiecki", "hiszpański", "francuski"))],
        "subjects": [{"among": [first]}, {"among": [second, "język angielski"], "best": 1}],
        "extended": [first, second],
        "thresholds": {"2025/2026": f"{chance.uniform(80, 185):.2f}"},
    }


def published(file: Path) -> list[School]:
    """The offer of Warsaw as the city published it, one row for every class or part of one."""
    with file.open(encoding="utf-8") as opened:
        rows = list(csv.DictReader(opened))
    by_school: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_school.setdefault(row["school_id"], []).append(row)
    return [_published(key, found) for key, found in by_school.items()]


def _published(key: str, rows: list[dict[str, str]]) -> School:
    first = rows[0]
    return School(
        id=uuid5(SPACE, f"school/{key}"),
        code=key,
        name=first["school_name"],
        kind=KINDS[first["school_kind"]],
        street=first["address"].partition(",")[0],
        district=first["district"],
        lat=float(first["latitude"]),
        lon=float(first["longitude"]),
        classes=tuple(_published_class(row) for row in rows),
    )


def _published_class(row: dict[str, str]) -> dict:
    parted = row["class_kind"].startswith("integracyjny")
    certificate = row["class_kind"].endswith("specjalnego")
    name = row["class_name"]
    return {
        "id": uuid5(SPACE, f"class/{row['class_id']}"),
        "code": row["class_id"],
        "name": name,
        "kind": "integration" if parted else UNIT_KINDS.get(row["class_kind"], "general"),
        "group": name.split(" ")[0] if parted else "",
        "pool": "certificate" if certificate else "general",
        "capacity": int(row["places"]),
        "first_languages": _several(row["first_languages"]),
        "second_languages": _several(row["second_languages"]),
        "subjects": list(_scored(row)),
        "thresholds": {"2025/2026": row["threshold_2025"]} if row["threshold_2025"] else {},
    }


def _several(words: str) -> list[str]:
    return [one.strip() for one in words.split(";") if one.strip()]


def _scored(row: dict[str, str]) -> Iterator[dict]:
    for n in (3, 4):
        if words := row[f"scored_subject_{n}"]:
            first, _, otherwise = words.partition(" jeśli brak ")
            second = first.startswith("druga ")
            yield {
                "among": _best_of(first.removeprefix("druga ")),
                "best": 2 if second else 1,
                "otherwise": _best_of(otherwise) if otherwise else [],
            }


def _best_of(words: str) -> list[str]:
    return [one.strip() for one in words.removeprefix(BEST).split(",")]
