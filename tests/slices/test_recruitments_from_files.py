"""A recruitment comes from files, and nobody but the office sees it until it is opened."""

import shutil

import pytest
from sqlalchemy import func, select, update

from ksr_saas.audit.models import AuditEvent
from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.queries import all_campaigns, by_code, prepared_or_opened
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.kernel.errors import NotFound
from ksr_saas.portals import keys_of
from tenants import provision
from tenants.commands import FOLDER
from tenants.files import BadFile
from tenants.recruitment_commands import listed, prepare
from tests.factories.municipality import a_town
from tests.factories.recruitment import NOW

FOLDERS = ("", "primary", "secondary")


@pytest.fixture
async def town(settings):
    return await a_town(settings)


@pytest.fixture
async def session(settings, town):
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=1)
    async with pinned_session(engine, town[1]) as session, session.begin():
        yield session
    await engine.dispose()


@pytest.fixture
def files(tmp_path):
    """Wrocław's own files, to be spoiled."""
    shutil.copytree(FOLDER / "wroclaw", tmp_path / "wroclaw")
    for shared in FOLDER.glob("*.toml"):
        shutil.copy(shared, tmp_path)
    return tmp_path / "wroclaw"


async def test_every_level_of_a_city_is_prepared_and_hidden(settings, town, session, capsys):
    for folder in FOLDERS:
        assert await prepare(settings, town[0], FOLDER / "wroclaw" / folder) == 0
    assert await listed(settings, town[0]) == 0
    told = capsys.readouterr().out
    found = list(await session.scalars(select(Campaign)))
    assert {one.level for one in found} == set(Level)
    assert {one.code for one in found} <= set(told.split())
    assert told.count(" prepared\n") == len(FOLDERS)
    assert await all_campaigns(session) == []
    for one in found:
        with pytest.raises(NotFound):
            await by_code(session, one.code)
        assert (await prepared_or_opened(session, one.code)).stages == one.stages
    acts = select(func.count()).where(AuditEvent.act == "campaigns.prepare")
    assert await session.scalar(acts) == len(FOLDERS)


async def test_changed_files_exchange_what_is_prepared(settings, town, session, files):
    await prepare(settings, town[0], files)
    file = files / "timetable.toml"
    file.write_text(file.read_text("utf-8").replace('pl = "', 'pl = "Nowy: ', 1), "utf-8")
    await prepare(settings, town[0], files)
    (only,) = await session.scalars(select(Campaign))
    assert "Nowy: " in str([only.name, only.timetable])


async def test_what_is_open_is_not_exchanged_behind_everybodys_back(settings, town, session):
    await prepare(settings, town[0], FOLDER / "wroclaw")
    await session.execute(update(Campaign).values(opened_at=NOW))
    await session.commit()
    with pytest.raises(provision.Unfit, match="is open"):
        await prepare(settings, town[0], FOLDER / "wroclaw")


async def test_an_error_is_named_with_its_line_and_nothing_is_kept(settings, town, session, files):
    file = files / "rulebook.toml"
    file.write_text(file.read_text("utf-8").replace("max_preferences = 3", "max_preferences = 0"))
    with pytest.raises(BadFile, match=r"rulebook\.toml:\d+"):
        await prepare(settings, town[0], files)
    assert list(await session.scalars(select(Campaign))) == []


async def test_a_municipality_that_is_none_is_refused(settings):
    with pytest.raises(provision.Unfit, match="no municipality"):
        await prepare(settings, "nigdzie", FOLDER / "wroclaw")
