"""A real web, real workers, a real mail server and Chromium; one for the whole folder."""

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import Request, urlopen

import asyncpg
import hypothesis  # noqa: F401 - compiled before Playwright switches stacks, see python/cpython#106905
import pytest
from playwright.sync_api import sync_playwright

from ksr_saas.identity.passwords import HASHER
from tenants import provision, read
from tenants.commands import FOLDER, brand_of
from tenants.demo.commands import free_port
from tenants.demo.generate import city
from tenants.demo.mailbox import mailbox
from tests.browser.looking import Screens
from tests.factories.municipality import settle
from tests.browser.serving import TOWNS

ROOT = Path(__file__).parents[2]
PASSWORD = "a password of the tests"
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
CHROMIUM = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


async def fill(settings):
    """Two towns with sixty applications each, as in Wrocław, but places have to be confirmed."""
    tenant = read.read(FOLDER / "wroclaw")
    connection = await asyncpg.connect(settings.database_url)
    for seed, slug in enumerate(TOWNS, start=7):
        schema = await provision.create(
            settings, slug, slug.capitalize(), [f"{slug}.localhost"],
            brand_of(tenant) | {"local_accounts": True},
        )  # fmt: skip
        made = city(applications=60, places=66, institutions=6, seed=seed)
        await settle(connection, settings, schema, made, slug=slug, password=PASSWORD, totp=TOTP)
        await connection.execute(
            f"UPDATE {schema}.campaign SET"  # noqa: S608 - our own schema
            " rulebook = jsonb_set(rulebook, '{confirm_mode}', '\"opt-in\"'), timetable ="
            " replace(timetable::text, '\"resignation\"', '\"confirmation\"')::jsonb"
        )
    await connection.execute(
        "INSERT INTO control.vendor_account (id, login, name, password_hash, totp_secret,"
        " totp_last_step, failures) VALUES (gen_random_uuid(), 'serwis', 'Serwis', $1, $2, 0, 0)",
        HASHER.hash(PASSWORD),
        TOTP,
    )
    await connection.close()


def until(question, *, seconds=20):
    """Wait until `question()` is true."""
    end = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


@pytest.fixture(scope="package")
def served(settings):
    """The port at which everything answers."""
    asyncio.run(fill(settings))
    port, smtp = free_port(), free_port()
    post = mailbox(settings.home / "mail", smtp)
    post.start()
    environment = os.environ | {
        "KSR_ENV": "demo",
        "KSR_HOME": str(settings.home),
        "KSR_PORT": str(port),
        "KSR_SECRET": settings.secret,
        "KSR_SMTP_PORT": str(smtp),
        "KSR_APP": "tests.browser.serving:app",
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "PYTHONPATH": str(ROOT),
    }
    program = str(Path(sys.executable).parent / "ksr")
    children = [
        subprocess.Popen([program, verb], env=environment, start_new_session=True)
        for verb in ("serve", "worker")
    ]

    def ready():
        try:
            asked = Request(f"http://127.0.0.1:{port}/health/ready", headers={"Host": "localhost"})
            with urlopen(asked, timeout=2) as answer:
                return answer.status == 200
        except OSError:
            return False

    until(ready)
    yield port
    for child in children:
        child.terminate()
    for child in children:
        child.wait(25)
    post.stop()


@pytest.fixture(scope="package")
def chromium(served):
    """One browser for all tests; its event loop must come last and go first."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        yield started
        started.close()


@pytest.fixture(scope="package")
def screens():
    """Every page looked at; contact sheets are made where KSR_SCREENS names a folder."""
    made = Screens(os.environ.get("KSR_SCREENS"))
    yield made
    made.close()
