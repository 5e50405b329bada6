"""The public search of a large secondary offer: server time and questions to the database."""

import asyncio
import json
import os
import statistics
import time
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock
from uuid import uuid4

import asyncpg
import msgspec

from ksr_saas.app import create_app
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.kernel import visit
from ksr_saas.people.collation import sort_key
from ksr_saas.settings import Settings
from ops.bench.figures import Figure
from ops.bench.house import empty_house
from ops.bench.offer_rows import School, made_up, published
from tenants import provision, read
from tenants.commands import FOLDER, brand_of

LIMIT, MOST_QUESTIONS = 60.0, 6
ROUNDS = 25
SLUG, SCHEMA, CODE = "warszawa", "t_warszawa", "licea-2027"
NARROWED = {
    "everything": "",
    "words": "szukaj=liceum+im",
    "district": "dzielnica=Mokotów",
    "kind": "rodzaj=technikum",
    "unit kind": "oddzial=bilingual",
    "first language": "pierwszy=angielski",
    "second language": "drugi=hiszpański",
    "subject": "przedmiot=geografia",
    "threshold": "prog=140,5&kolejnosc=prog",
    "free places": "wolne=tak",
    "several": "dzielnica=Wola&rodzaj=liceum&przedmiot=biologia&prog=170",
    "second page": "od=50",
    "nothing": "szukaj=nie+ma+takiej",
}


def schools() -> list[School]:
    """Read from the file that KSR_OFFER names, else made up."""
    file = os.environ.get("KSR_OFFER")
    return published(Path(file)) if file else made_up()


async def settle(settings: Settings, found: list[School]) -> None:
    """A municipality that offers all of it."""
    await provision.prepare(settings)
    tenant = read.read(FOLDER / "warszawa")
    await provision.create(
        settings, SLUG, tenant.file.name, [f"{SLUG}.{settings.base_host}"], brand_of(tenant)
    )
    await offered(settings, found)


async def offered(settings: Settings, found: list[School]) -> None:
    """An opened secondary recruitment."""
    rules = read.read_rulebook(FOLDER / "wroclaw" / "secondary" / "rulebook.toml")
    now = datetime.now(UTC)
    stage = Stage(StageCode.SUBMISSION, {"pl": "Składanie wniosków"}, now, now + timedelta(days=30))
    campaign = {
        "id": uuid4(),
        "code": CODE,
        "level": "secondary",
        "school_year": "2027/2028",
        "name": json.dumps({"pl": "Szkoły ponadpodstawowe 2027"}),
        "rulebook": json.dumps(msgspec.to_builtins(rules)),
        "timetable": json.dumps(msgspec.to_builtins([stage])),
        "opened_at": now,
        "last_number": 0,
    }
    connection = await asyncpg.connect(settings.database_url)
    try:
        await connection.execute(f"SET search_path = {SCHEMA}")
        await copy(connection, "campaign", [campaign])
        await copy(connection, "institution", [_institution(one) for one in found])
        await copy(
            connection,
            "offer",
            [
                {
                    "id": uuid4(),
                    "campaign_id": campaign["id"],
                    "institution_id": one.id,
                    "state": "accepted",
                    "comment": "",
                    "version": 1,
                }
                for one in found
            ],
        )
        units = [_unit(campaign["id"], one, row) for one in found for row in one.classes]
        await copy(connection, "unit", units)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def copy(connection: asyncpg.Connection, table: str, rows: list[dict]) -> None:
    """Rows with the same columns into a table."""
    await connection.copy_records_to_table(
        table, columns=list(rows[0]), records=[tuple(one.values()) for one in rows]
    )


def _institution(one: School) -> dict:
    return {
        "id": one.id,
        "code": one.code,
        "kind": one.kind,
        "name": one.name,
        "sort_key": sort_key(one.name),
        "street": one.street,
        "postal_code": "00-001",
        "town": "Warszawa",
        "district": one.district,
        "lat": one.lat,
        "lon": one.lon,
        "phone": "",
        "email": "",
        "hours": "",
        "made_up": False,
        "rspo": "",
    }


def _unit(campaign_id: object, one: School, row: dict) -> dict:
    lists = ("first_languages", "second_languages", "subjects", "extended", "thresholds")
    whole = {"group": "", "pool": "general", "extended": []} | row
    return whole | {
        "campaign_id": campaign_id,
        "institution_id": one.id,
        **{name: json.dumps(whole[name]) for name in lists},
    }


async def asked(app: Callable, query: str) -> float:
    """Milliseconds until the page is there; raises where it is none."""
    head: dict = {}

    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict) -> None:
        head.update(message)

    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": f"/oferta/{CODE}",
        "raw_path": f"/oferta/{CODE}".encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", f"{SLUG}.localhost".encode()), (b"accept-encoding", b"gzip")],
        "client": ("127.0.0.1", 9),
        "server": ("127.0.0.1", 80),
    }
    begun = time.perf_counter()
    await app(scope, receive, send)
    spent = (time.perf_counter() - begun) * 1000
    if head.get("status") != 200:
        raise RuntimeError(f"{query} answered {head.get('status')}")
    return spent


@contextmanager
def counted(questions: list[str]):
    """Every question that a page asks, by its statement."""
    real = visit.pinned_reading

    @contextmanager
    def listening():
        with mock.patch.object(visit, "pinned_reading", heard):
            yield

    def heard(engine: object, pin: object):
        return _Heard(real(engine, pin), questions)

    with listening():
        yield


class _Heard:
    def __init__(self, reading: object, questions: list[str]) -> None:
        self.reading, self.questions = reading, questions

    async def __aenter__(self) -> Callable:
        ask = await self.reading.__aenter__()

        async def noted(question: object, **values: object) -> object:
            self.questions.append(question.sql)
            return await ask(question, **values)

        return noted

    async def __aexit__(self, *problem: object) -> object:
        return await self.reading.__aexit__(*problem)


async def by_filter(settings: Settings) -> tuple[dict[str, float], dict[str, float], int]:
    """Medians by filter: with the offer at hand and read anew; the most questions of a page."""
    found = schools()
    await settle(settings, found)
    app = create_app(settings)
    shelf = app.applications[""].state.shelf
    warm, cold, most = {}, {}, 0
    try:
        await asked(app, "")
        for name, query in NARROWED.items():
            again, anew = [], []
            for _ in range(ROUNDS):
                again.append(await asked(app, query))
                shelf.clear()
                questions: list[str] = []
                with counted(questions):
                    anew.append(await asked(app, query))
                most = max(most, len(questions))
            warm[name], cold[name] = statistics.median(again), statistics.median(anew)
    finally:
        await app.close()
    return warm, cold, most


def measure() -> list[Figure]:
    """The slowest filter of a dozen, and what a page asks the database at most."""
    with empty_house() as house:
        warm, cold, most = asyncio.run(by_filter(house.settings))
    said = ", ".join(f"{name} {warm[name]:.1f}/{cold[name]:.1f}" for name in warm)
    return [
        Figure("offer search, slowest filter", max(warm.values()), "ms", LIMIT, note=said),
        Figure("the same read anew", max(cold.values()), "ms", LIMIT),
        Figure("its questions to the database", most, "", MOST_QUESTIONS),
    ]
