"""SimpleSAMLphp as an identity provider that shares no code with us, on a port of this machine."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import httpx

from ksr_saas.identity.eid.keys import make_key_pair
from ksr_saas.kernel.clock import Clock
from ops.bootstrap import simplesamlphp_home

HERE = Path(__file__).parent


class Provider:
    """The running provider. `folder / "keys"` holds the certificates of its service providers."""

    def __init__(self, port: int, folder: Path) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.folder = folder

    def metadata(self) -> bytes:
        return httpx.get(f"{self.base}/saml2/idp/metadata.php").content

    def knows(self, label: str, certificate: str) -> None:
        (self.folder / "keys" / f"{label}.crt").write_text(certificate)

    async def knows_city(self, connection: asyncpg.Connection, slug: str) -> None:
        """Hand over the certificates of a municipality's only registration."""
        rows = await connection.fetch(
            "SELECT k.purpose, k.certificate_pem FROM control.eid_key k"
            " JOIN control.eid_registration r ON r.id = k.registration_id"
            " JOIN control.municipality m ON m.id = r.municipality_id WHERE m.slug = $1",
            slug,
        )
        for row in rows:
            self.knows(f"{slug}.{row['purpose']}", row["certificate_pem"])

    def sign_in(self, form: dict[str, str], user: str) -> httpx.Response:
        """A browser's way: the request, the password, and the page or redirect that leads back."""
        with httpx.Client(base_url=self.base, timeout=20) as browser:
            page = self._asked(browser, form)
            fields = {"username": user, "password": "test"}
            fields["AuthState"] = httpx.URL(str(page.url)).params["AuthState"]
            return browser.post(page.url.copy_with(query=None), data=fields)

    def takes(self, form: dict[str, str]) -> bool:
        """Whether a request leads to the page that asks for the password."""
        with httpx.Client(base_url=self.base, timeout=20) as browser:
            return "AuthState" in str(self._asked(browser, form).url)

    @staticmethod
    def _asked(browser: httpx.Client, form: dict[str, str]) -> httpx.Response:
        return browser.post("/saml2/idp/SSOService.php", data=form, follow_redirects=True)


@contextmanager
def simplesamlphp(folder: Path, *, our_port: int = 8000) -> Iterator[Provider]:
    """`our_port` is where the municipalities that it knows answer."""
    for name in ("keys", "log", "data", "tmp", "sessions"):
        (folder / name).mkdir(parents=True)
    pair = make_key_pair("simplesamlphp", now=Clock().now(), bits=2048)
    (folder / "keys" / "idp.key").write_text(pair.key_pem)
    (folder / "keys" / "idp.crt").write_text(pair.certificate_pem)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = simplesamlphp_home()
    environment = os.environ | {
        "BENCH_WORK": str(folder),
        "BENCH_PORT": str(port),
        "BENCH_HOME": str(home),
        "BENCH_OURS": str(our_port),
        "SIMPLESAMLPHP_CONFIG_DIR": str(HERE / "config"),
    }
    php = shutil.which("php") or "php"
    options = ("display_errors=0", "error_reporting=E_ALL & ~E_DEPRECATED", "opcache.enable_cli=1")
    command = [php, *(part for one in options for part in ("-d", one))]
    with (folder / "log" / "php.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "-S", f"127.0.0.1:{port}", "-t", str(home / "www")],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            await_port(port, server)
            yield Provider(port, folder)
        finally:
            server.terminate()
            server.wait(10)


def await_port(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        assert server.poll() is None, "SimpleSAMLphp did not start"
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("SimpleSAMLphp does not answer")
