"""A hundred of the staff sign in while pages are asked for: password, code, real argon2."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

import asyncpg

from ops.bench.figures import Figure
from ops.bench.house import House, filled_house, our_web
from ops.bench.member import Member
from ops.bench.page import CONNECTIONS, WARMING, asked, pages_of, request
from tenants.demo import accounts
from tenants.demo.staff import members

LOGINS = 100
WITHIN = 10.0  # seconds
LAST_COMES = 9.0  # seconds after the first, when they come one after another
HOST = "wroclaw.localhost"


def staff(house: House) -> list[tuple[str, str, str]]:
    """Login, password and authenticator secret of a hundred of Wrocław's staff."""
    found = (
        (
            one.login,
            accounts.password(house.settings, one.login),
            accounts.totp_secret(house.settings, one.login),
        )
        for one in members("wroclaw", accounts.made("wroclaw"))
        if "operator" in one.roles
    )
    return list(islice(found, LOGINS))


async def pages(house: House) -> list[tuple[str, str, str]]:
    """Host, path and name of every institution's page."""
    connection = await asyncpg.connect(house.settings.database_url)
    try:
        return await pages_of(connection)
    finally:
        await connection.close()


def arrivals(port: int, people: list[tuple[str, str, str]], *, last: float, ahead: int) -> float:
    """Seconds from the first arrival until everybody is in; `last` is when the last one comes."""
    begun = time.perf_counter()

    def arrive(number: int) -> None:
        time.sleep(last * number / (LOGINS - 1))
        member = Member(port, HOST, *people[number], ahead=ahead)
        if not member.home.endswith("/placowka"):
            raise RuntimeError(f"a login ended at {member.home}")

    with ThreadPoolExecutor(LOGINS) as pool:
        list(pool.map(arrive, range(LOGINS)))
    return time.perf_counter() - begun


def while_pages(port: int, order: dict, *arguments: object, **options: object) -> tuple:
    """Seconds the arrivals took, and what the load generator counted in the same ten seconds."""
    with ThreadPoolExecutor(1) as pool:
        pages = pool.submit(asked, port, order | {"seconds": WITHIN})
        taken = arrivals(port, *arguments, **options)
        return taken, pages.result()


def measure() -> list[Figure]:
    """Pages while a hundred come in ten seconds; how long a hundred at once take."""
    with filled_house() as house:
        found = asyncio.run(pages(house))
        with our_web(house) as (port, _):
            order = {
                "connections": CONNECTIONS,
                "requests": [[request(port, host, path), name] for host, path, name in found],
            }
            alone = asked(port, order | {"seconds": WARMING})
            people = staff(house)
            spread, meanwhile = while_pages(port, order, people, last=LAST_COMES, ahead=0)
            rush, crowded = while_pages(port, order, people, last=0.0, ahead=1)
    note = f"{meanwhile['per_second']:.0f} pages/s; without logins {alone['p95']:.0f} ms"
    return [
        Figure("pages while staff sign in, p95", meanwhile["p95"], "ms", 300, note=note),
        Figure("100 staff logins in turn", spread, "s", WITHIN, note="ten a second"),
        Figure("pages in a rush of logins, p95", crowded["p95"], "ms", 300),
        Figure("100 staff logins at once", rush, "s", WITHIN, note="until the last is in"),
    ]
