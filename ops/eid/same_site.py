"""Does the login cookie come back? `python -m ops.eid.same_site [SECONDS]`, in Chromium.

The municipality answers at `pila.localhost`, the node at `127.0.0.1`: two sites. The answer is
posted across them and our redirect follows. Chromium sends a cookie that names no SameSite with
such a POST for two minutes only, so a design that leans on this passes at once and fails at a real
login: wait 125 seconds at the node to be sure. It is too slow for the tests.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from ksr_saas.embedded import Embedded
from ksr_saas.identity.eid.keys import make_ec_key_pair
from ksr_saas.identity.eid.profile import LOGIN_GOV_PL
from ksr_saas.identity.eid.stand_in import ServiceProvider
from ksr_saas.kernel.clock import Clock
from ksr_saas.settings import Settings
from tenants import eid, provision, read
from tenants.commands import FOLDER, brand_of
from tenants.demo.commands import answers, free_port
from tests.factories.node import ServedNode, served_node

SLUG = "pila"


async def register(settings: Settings, node: ServedNode) -> None:
    """One municipality, registered with the node on the other site."""
    await provision.prepare(settings)
    tenant = read.read(FOLDER / SLUG)
    brand = brand_of(tenant)
    await provision.create(settings, SLUG, tenant.file.name, [f"{SLUG}.localhost"], brand)
    now = Clock().now()
    async with eid.registrar(settings, SLUG) as registrar:
        row = await registrar.set({"issuer": "KSR_PILA"}, now)
        await registrar.import_metadata(node.metadata())
        signing, encryption = await registrar.begin_keys(now)
        await registrar.switch_keys()
        await registrar.set({"state": "int"}, now)
        node.registered["KSR_PILA"] = ServiceProvider(
            provider_name=SLUG,
            acs_urls=(row.acs_url,),
            certificates=(signing.certificate_pem,),
            encryption_certificate=encryption.certificate_pem,
            profile=LOGIN_GOV_PL,
        )


def login(page: Page, settings: Settings, seconds: float) -> bool:
    """Sign in, staying at the node for so long; print who got our cookie. Whether it worked."""

    def shown(request: object) -> None:
        path = request.url.partition("?")[0]
        if path.endswith(("/eid/acs", "/logowanie/wejscie")):
            cookie = "ksr-eid=" in request.all_headers().get("cookie", "")
            sent = "with" if cookie else "without"
            print(f"{request.method:5}{path} {sent} the login cookie")

    page.on("requestfinished", shown)
    page.goto(settings.address(f"{SLUG}.localhost", "/logowanie"))
    page.get_by_role("button", name="Zaloguj się przez login.gov.pl").click()
    page.wait_for_url("http://127.0.0.1:*/sso")
    print(f"at the node, waiting {seconds:g} s")
    time.sleep(seconds)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()
    print(f"arrived at {page.url.partition('?')[0]}")
    return "/rodzina" in page.url


def main() -> int:
    """0 when the login worked."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    with tempfile.TemporaryDirectory(prefix="ksr-same-site-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        pair = make_ec_key_pair("node", now=Clock().now())
        with (
            Embedded(folder / "services", durable=False) as services,
            served_node(folder / "artifacts", pair) as node,
        ):
            settings = Settings(
                environment="test",
                home=folder,
                database_url=services.database_url,
                redis_url=services.redis_url,
                secret="a secret of this experiment, long enough",
                port=free_port(),
            )
            asyncio.run(register(settings, node))
            return browse(settings, seconds)


def browse(settings: Settings, seconds: float) -> int:
    environment = os.environ | {
        "KSR_ENV": settings.environment,
        "KSR_HOME": str(settings.home),
        "KSR_PORT": str(settings.port),
        "KSR_SECRET": settings.secret,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
    }
    program = str(Path(sys.executable).parent / "ksr")
    web = subprocess.Popen([program, "serve"], env=environment)
    try:
        for _ in range(200):
            if answers(settings.port):
                break
            time.sleep(0.1)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
            good = login(browser.new_page(), settings, seconds)
            browser.close()
    finally:
        web.terminate()
        web.wait(25)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
