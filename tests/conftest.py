"""A real PostgreSQL and Valkey for the whole run; a municipality for each test that asks."""

import asyncio
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from ksr_saas.embedded import Embedded
from ksr_saas.identity.eid.registration import EidBook
from ksr_saas.kernel import jobs
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.portals import keys_of
from ksr_saas.settings import Settings
from tenants import provision, read
from tenants.commands import FOLDER, brand_of

# Each shares something costly, or kills what others would be using.
TOGETHER = {f"tests/{one}" for one in ("architecture", "stories/families", "kills")}


class Together(LoadScopeScheduling):
    """Where several processes share the run, each takes a whole module or one of those folders."""

    def _split_scope(self, nodeid):
        module = nodeid.split("::")[0]
        folder = module.rpartition("/")[0]
        return folder if folder in TOGETHER else module


def pytest_xdist_make_scheduler(config, log):
    return Together(config, log)


# The same cases on every run: chance decides about no build either.
hypothesis.settings.register_profile("house", derandomize=True)
hypothesis.settings.load_profile("house")


async def make_the_stand_ins_keys(settings):
    """Today: tests whose clock stands elsewhere would make keys that are not valid yet."""
    engine = make_engine(settings.login_url("ksr_web"), pool_size=1)
    book = EidBook(settings, Clock(), engine)
    book.stand_in()
    book.close()
    await engine.dispose()


@pytest.fixture(scope="session")
def settings():
    folder = Path(tempfile.mkdtemp(prefix="ksr-test-"))
    folder.chmod(0o711)
    services = Embedded(folder / "services", durable=False)
    started = services.start()
    made = Settings(
        environment="test",
        home=folder,
        database_url=started.database_url,
        redis_url=started.redis_url,
        secret="a secret of the tests, long enough to be one",
    )
    jobs.connect(made.redis_url)
    asyncio.run(provision.prepare(made))
    asyncio.run(make_the_stand_ins_keys(made))
    yield made
    services.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def cities(settings):
    """Schemas of two empty municipalities."""
    made = {}
    for slug in ("wroclaw", "pila"):
        tenant = read.read(FOLDER / slug)
        made[slug] = asyncio.run(
            provision.create(
                settings, slug, tenant.file.name, [f"{slug}.localhost"], brand_of(tenant)
            )
        )
    return made


@pytest.fixture
async def session(settings, cities):
    """A municipality's session whose transaction is undone at the end."""
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=2)
    made = pinned_session(engine, cities["pila"])
    async with made:
        await made.begin()
        yield made
        await made.rollback()
    await engine.dispose()
