"""An institution's public page, ours and the peer's, in one run and by turns."""

import asyncio
import json
import statistics
import subprocess
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg

from ksr_saas.embedded import any_free_port
from ksr_saas.kernel.web import static
from ops.bench.figures import Figure
from ops.bench.house import ROOT, House, bare_environment, filled_house, our_web, serving
from ops.bench.processes import cpu_seconds

ROUNDS, SECONDS, WARMING, CONNECTIONS = 5, 4.0, 2.0, 16
THREADS = 4
PEER_TABLES = """
CREATE TABLE public.peer_city AS
  SELECT row_number() OVER (ORDER BY slug)::int AS id, schema AS schema_name, slug, name,
         brand->>'phone' AS phone, brand->>'crest' AS crest FROM control.municipality;
CREATE TABLE public.peer_host AS
  SELECT row_number() OVER (ORDER BY h.name)::int AS id, h.name AS domain, true AS is_primary,
         c.id AS tenant_id
  FROM control.host h JOIN control.municipality m ON m.id = h.municipality_id
  JOIN public.peer_city c ON c.slug = m.slug;
ALTER TABLE public.peer_city ADD PRIMARY KEY (id);
ALTER TABLE public.peer_host ADD PRIMARY KEY (id), ADD UNIQUE (domain);
GRANT USAGE ON SCHEMA public TO peer;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO peer;
"""


async def pages_of(connection: asyncpg.Connection) -> list[tuple[str, str, str]]:
    """(host, path, name) of every institution of every city."""
    return [
        (city["host"], f"/placowki/{row['id']}", row["name"])
        for city in await connection.fetch(
            "SELECT m.schema, h.name AS host FROM control.municipality m"
            " JOIN control.host h ON h.municipality_id = m.id"
        )
        for row in await connection.fetch(
            f"SELECT id, name FROM {city['schema']}.institution ORDER BY md5(id::text)"
        )
    ]


async def prepare(house: House) -> list[tuple[str, str, str]]:
    """Let the peer read what we read; (host, path, name) of every institution."""
    connection = await asyncpg.connect(house.settings.database_url)
    try:
        password = house.settings.derive("peer")
        await connection.execute(f"CREATE ROLE peer LOGIN PASSWORD '{password}'")
        await connection.execute(PEER_TABLES)
        for city in await connection.fetch("SELECT schema_name FROM peer_city"):
            schema = city["schema_name"]
            await connection.execute(
                f"GRANT USAGE ON SCHEMA {schema} TO peer;"
                f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO peer"
            )
        return await pages_of(connection)
    finally:
        await connection.close()


@contextmanager
def peer_web(house: House):
    """gunicorn with one worker of kept connections; its port and process."""
    port = any_free_port()
    parts = urlsplit(house.settings.database_url)
    told = {
        "secret": house.settings.derive("django"),
        "static_url": static(""),
        "database": {
            "HOST": parts.hostname,
            "PORT": parts.port,
            "NAME": parts.path[1:],
            "USER": "peer",
            "PASSWORD": house.settings.derive("peer"),
        },
    }
    gunicorn = str(Path(sys.executable).parent / "gunicorn")
    command = [gunicorn, "ops.bench.peer.wsgi", f"--bind=127.0.0.1:{port}", "--workers=1"]
    command += ["--worker-class=gthread", f"--threads={THREADS}", "--keep-alive=75"]
    command += [f"--worker-tmp-dir={house.folder}"]
    environment = bare_environment() | {"PEER": json.dumps(told)}
    with serving(house, "peer", command, environment, port) as process:
        yield port, process


def request(port: int, host: str, path: str) -> str:
    """The bytes of one GET, as text."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: text/html\r\n\r\n"


def asked(port: int, order: dict) -> dict:
    """One round of the load generator; raises where answers were wrong."""
    done = subprocess.run(
        [sys.executable, "-m", "ops.bench.load"],
        input=json.dumps(order | {"port": port}),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    found = json.loads(done.stdout)
    if found["failures"]:
        raise RuntimeError(f"port {port}: {found['failures'][:3]}")
    return found


def measure() -> list[Figure]:
    """How many times more pages a second we answer than the peer: the median of all rounds."""
    with ExitStack() as stack:
        house = stack.enter_context(filled_house())
        pages = asyncio.run(prepare(house))
        ours, process = stack.enter_context(our_web(house))
        theirs, peer = stack.enter_context(peer_web(house))
        orders = {
            port: {
                "connections": CONNECTIONS,
                "requests": [[request(port, host, path), name] for host, path, name in pages],
            }
            for port in (ours, theirs)
        }
        rounds = {ours: [], theirs: []}
        for port in rounds:
            asked(port, orders[port] | {"seconds": WARMING})
        spent = {ours: -cpu_seconds(process.pid), theirs: -cpu_seconds(peer.pid)}
        for _ in range(ROUNDS):
            for port, found in rounds.items():
                found.append(asked(port, orders[port] | {"seconds": SECONDS}))
        spent[ours] += cpu_seconds(process.pid)
        spent[theirs] += cpu_seconds(peer.pid)
    ratio = statistics.median(
        a["per_second"] / b["per_second"] for a, b in zip(*rounds.values(), strict=True)
    )
    said = "; ".join(
        f"{name} {statistics.median(one['per_second'] for one in rounds[port]):.0f}/s,"
        f" p95 {statistics.median(one['p95'] for one in rounds[port]):.0f} ms,"
        f" {spent[port] / sum(one['answers'] for one in rounds[port]) * 1000:.2f} ms CPU"
        for name, port in (("ours", ours), ("django-tenants", theirs))
    )
    return [Figure("institution's page against peer", ratio, "x", 2, at_least=True, note=said)]
