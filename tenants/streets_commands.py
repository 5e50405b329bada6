"""`ksr streets …`: where the streets of a town are, so that distances can be told."""

import asyncio
import csv
import sys
from pathlib import Path
from uuid import uuid4

import asyncpg

from ksr_saas.offer.places import StreetPart, street_key
from ksr_saas.settings import BadSettings, Settings
from tenants import provision

USAGE = "usage: ksr streets SLUG FILE\n"
COLUMNS = ("street", "first", "last", "lat", "lon")
DISTRICT = "district"  # may be left out
MOST_LAT, MOST_LON, MOST_NUMBER = 90, 180, 9999


class BadStreets(ValueError):
    """A line of the file cannot be read."""


def read(file: Path) -> list[StreetPart]:
    """A CSV file with COLUMNS: a street, or a part of it by house numbers, and its point in WGS84.

    Without numbers the point stands for the whole street. A column DISTRICT names its district,
    written as those of institutions are. Raises BadStreets with the line.
    """
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            rows = csv.DictReader(opened)
            if missing := [one for one in COLUMNS if one not in (rows.fieldnames or ())]:
                raise BadStreets(f"{file}:1: columns are missing: {', '.join(missing)}")
            return [_part(row, f"{file}:{rows.line_num}") for row in rows]
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise BadStreets(f"{file}: {problem}") from None


def _part(row: dict[str, str], place: str) -> StreetPart:
    street = " ".join((row["street"] or "").split())
    if not street_key(street):
        raise BadStreets(f"{place}: the street has no name")
    try:
        first = int(row["first"]) if row["first"] else None
        last = int(row["last"]) if row["last"] else first
        lat, lon = float(row["lat"]), float(row["lon"])
    except (TypeError, ValueError):
        raise BadStreets(f"{place}: a number cannot be read") from None
    if first is None and last is not None:
        raise BadStreets(f"{place}: a last number needs a first one")
    if first is not None and last is not None and not 0 < first <= last <= MOST_NUMBER:
        raise BadStreets(f"{place}: the numbers must rise, from 1 to {MOST_NUMBER}")
    if not (abs(lat) <= MOST_LAT and abs(lon) <= MOST_LON):
        raise BadStreets(f"{place}: the point is not on the earth")
    district = " ".join((row.get(DISTRICT) or "").split())
    return StreetPart(street, first, last, lat, lon, district)


async def replace(settings: Settings, schema: str, parts: list[StreetPart]) -> None:
    """Put these in the place of all streets of a municipality, in one transaction."""
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    try:
        async with connection.transaction():
            await connection.execute(f"SET LOCAL ROLE {schema}; SET LOCAL search_path = {schema}")
            await connection.execute("DELETE FROM street_point")
            await connection.copy_records_to_table(
                "street_point",
                columns=["id", "street", "street_key", "first", "last", "lat", "lon", "district"],
                records=[
                    (
                        uuid4(),
                        one.street,
                        street_key(one.street),
                        one.first,
                        one.last,
                        one.lat,
                        one.lon,
                        one.district,
                    )
                    for one in parts
                ],
            )
    finally:
        await connection.close()


def streets(arguments: list[str]) -> int:
    """`ksr streets`; returns the exit status."""
    match arguments:
        case [slug, file]:
            pass
        case _:
            sys.stderr.write(USAGE)
            return 2

    async def run() -> int:
        parts = read(Path(file))
        settings = Settings.from_env()
        await replace(settings, await provision.schema_of(settings, slug), parts)
        return len(parts)

    try:
        sys.stdout.write(f"{asyncio.run(run())} streets and parts of streets\n")
    except (BadSettings, BadStreets, provision.Unfit) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0
