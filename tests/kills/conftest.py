"""A municipality whose services and workers may be killed, one by one."""

import shutil
import tempfile
from pathlib import Path

import dramatiq
import pytest

from ksr_saas.kernel import jobs
from ksr_saas.settings import Settings
from tests.factories.post import Post
from tests.kills.processes import Program, Service
from tests.kills.town import Town


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
    settings = Settings(
        environment="test",
        home=home,
        database_url=postgres.urls.database_url,
        redis_url=valkey.urls.redis_url,
        secret="a secret of the tests, long enough to be one",
        smtp_port=post.port,
    )
    broker = dramatiq.get_broker()
    jobs.connect(settings.redis_url)
    made = Town(settings, post)
    await made.found(applications=600)
    yield made
    await made.engine.dispose()
    dramatiq.set_broker(broker)


@pytest.fixture(scope="package")
def environment(town):
    return {
        "KSR_ENV": "test",
        "KSR_SECRET": town.settings.secret,
        "KSR_SMTP_PORT": str(town.settings.smtp_port),
        "DATABASE_URL": town.settings.database_url,
        "REDIS_URL": town.settings.redis_url,
    }


@pytest.fixture(scope="package")
def start(home, environment):
    """Start `ksr worker`, unless the one of an earlier test still runs."""
    started = []

    def start():
        if not started or started[-1].process.poll() is not None:
            started.append(Program(home, environment, "worker"))
        return started[-1]

    yield start
    for program in started:
        program.end()
