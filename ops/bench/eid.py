"""How much CPU a login through the eID node costs.

The stand-in, the browser of the tests and the application share one process, and the artifact is
resolved without a network between them, so the figure is above what a login costs us in real use.
PostgreSQL is not counted. The limit is 60 ms.
"""

import asyncio
import tempfile
import time
from pathlib import Path

from ksr_saas.app import create_app
from ksr_saas.embedded import Embedded
from ksr_saas.settings import Settings
from ops.bench.figures import Figure
from tenants import provision, read
from tenants.commands import FOLDER, brand_of
from tenants.demo.accounts import NEWCOMER
from tests.stories.browser import Browser, sign_in_parent

LIMIT = 60.0  # milliseconds of CPU for one login
SLUG = "pila"
LOGINS = 20


async def logins_of(settings: Settings, logins: int) -> tuple[float, float]:
    """CPU and wall milliseconds of one login, the page after it included; the median of five."""
    await provision.prepare(settings)
    tenant = read.read(FOLDER / SLUG)
    hosts = [f"{SLUG}.localhost"]
    await provision.create(settings, SLUG, tenant.file.name, hosts, brand_of(tenant))
    app = create_app(settings, people=lambda _: [NEWCOMER], slugs=lambda: [SLUG])
    rounds = []
    try:
        for number in range(6):
            cpu, wall = time.process_time(), time.perf_counter()
            for _ in range(logins):
                await sign_in(app)
            spent = time.process_time() - cpu, time.perf_counter() - wall
            if number:  # the first one fills caches
                rounds.append(tuple(1000 * one / logins for one in spent))
    finally:
        await app.close()
    cpu_ms, wall_ms = sorted(rounds)[len(rounds) // 2]
    return cpu_ms, wall_ms


async def sign_in(app: object) -> None:
    """One parent, from the login page to the session."""
    browser = Browser(app, f"{SLUG}.localhost:8000")
    entered = await sign_in_parent(browser, NEWCOMER.pesel)
    if entered.status_code != 303:
        raise SystemExit(f"the login was refused: {entered.status_code}")
    await browser.ask("GET", entered.headers["location"])


def measure() -> list[Figure]:
    """Milliseconds of our processor for one login."""
    with tempfile.TemporaryDirectory(prefix="ksr-bench-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        with Embedded(folder / "services", durable=False) as services:
            settings = Settings(
                environment="test",
                home=folder,
                database_url=services.database_url,
                redis_url=services.redis_url,
                secret="a secret of this measurement, long enough",
            )
            cpu, wall = asyncio.run(logins_of(settings, LOGINS))
    return [Figure("login by eID, CPU", cpu, "ms", LIMIT, note=f"{wall:.0f} ms in all")]
