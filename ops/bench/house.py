"""A house of its own for every measurement: folder, services, municipalities; gone afterwards."""

import asyncio
import os
import secrets
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from ksr_saas.embedded import Embedded, any_free_port
from ksr_saas.settings import Settings
from ops.bench.processes import running, wait_until
from tenants.demo.commands import fill

ROOT = Path(__file__).resolve().parents[2]
OURS = (
    "ARGS",
    "MAKE",
    "MFLAGS",
    "KSR_",
    "DATABASE_URL",
    "REDIS_URL",
    "UV_",
    "PIP_",
    "VIRTUAL_ENV",
    "PYTHON",
)


def bare_environment() -> dict[str, str]:
    """The caller's variables without ours and without an active environment."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(OURS)}
    here = str(Path(sys.executable).parent)
    path = kept.get("PATH", os.defpath).split(os.pathsep)
    return kept | {"PATH": os.pathsep.join(part for part in path if part != here)}


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that PostgreSQL can reach under any disguise."""
    made = Path(tempfile.mkdtemp(prefix="ksr-bench-"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


class House(msgspec.Struct, frozen=True):
    """A folder with running services; `settings` are those of production."""

    folder: Path
    settings: Settings

    def environment(self, port: int) -> dict[str, str]:
        """What a process of the product is told."""
        return bare_environment() | {
            "KSR_ENV": self.settings.environment,
            "KSR_HOME": str(self.settings.home),
            "KSR_PORT": str(port),
            "KSR_SCHEME": self.settings.scheme,
            "KSR_SECRET": self.settings.secret,
            "DATABASE_URL": self.settings.database_url,
            "REDIS_URL": self.settings.redis_url,
        }


@contextmanager
def empty_house() -> Iterator[House]:
    """Services as in real use (durable), and nothing in them."""
    with folder() as made, Embedded(made / "home", environment={}) as services:
        yield House(
            made,
            Settings(
                environment="production",
                home=made / "home",
                database_url=services.database_url,
                redis_url=services.redis_url,
                secret=secrets.token_hex(32),
                scheme="https",
            ),
        )


@contextmanager
def filled_house() -> Iterator[House]:
    """The three cities of the demonstration."""
    with empty_house() as house:
        asyncio.run(fill(house.settings, []))
        yield house


def answers(port: int) -> bool:
    """Whether somebody listens on the port."""
    try:
        socket.create_connection(("127.0.0.1", port), 0.3).close()
    except OSError:
        return False
    return True


@contextmanager
def serving(house: House, name: str, command: list[str], environment: dict[str, str], port: int):
    """A web server of the house, from its first answer until the end; its process."""
    log = house.folder / f"{name}.log"
    with running(command, log, environment, cwd=ROOT) as process:
        wait_until(lambda: answers(port), process, log, 30)
        yield process


@contextmanager
def our_web(house: House):
    """`ksr serve` as in production, one worker; its port and process."""
    port = any_free_port()
    program = str(Path(sys.executable).parent / "ksr")
    with serving(house, "ksr", [program, "serve"], house.environment(port), port) as process:
        yield port, process
