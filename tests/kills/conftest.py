"""A municipality whose services and workers may be killed, one by one."""

import shutil
import tempfile
from pathlib import Path

import dramatiq
import pytest

from ksr_saas.kernel import jobs
from tests.factories.post import Post
from tests.kills.processes import Program, Service
from tests.kills.town import Town, environment_of, settings_of


@pytest.fixture(scope="package")
def home():
    folder = Path(tempfile.mkdtemp(prefix="ksr-kills-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="package")
def postgres(home):
    made = Service(home / "a", "postgres")
    yield made
    made.stop()


@pytest.fixture(scope="package")
def valkey(home):
    made = Service(home / "b", "valkey-server")
    yield made
    made.stop()


@pytest.fixture(scope="package")
def post():
    made = Post(pause=0.02)
    yield made
    made.stop()


@pytest.fixture(scope="package")
async def town(home, postgres, valkey, post):
    settings = settings_of(home, postgres, valkey, post)
    broker = dramatiq.get_broker()
    jobs.connect(settings.redis_url)
    made = Town(settings, post)
    await made.found(applications=600)
    yield made
    await made.engine.dispose()
    dramatiq.set_broker(broker)


@pytest.fixture(scope="package")
def start(home, town):
    """Start `ksr worker`, unless the one of an earlier test still runs."""
    started = []

    def start():
        if not started or started[-1].process.poll() is not None:
            started.append(Program(home, environment_of(town.settings), "worker"))
        return started[-1]

    yield start
    for program in started:
        program.end()
