"""Bringing many municipalities up: a broken one is named, and it stops nobody."""

import asyncpg
import pytest

from tenants import migrate, provision
from tenants.commands import migrated

SLUGS = ("aleksandria", "babilon", "cedynia", "damaszek", "efez")
HEAD = migrate.head("tenant")


@pytest.fixture
async def administrator(settings):
    connection = await asyncpg.connect(settings.database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def empty(settings, administrator):
    """Five municipalities whose schemas hold nothing yet."""
    for slug in SLUGS:
        schema = await provision.create(settings, slug, slug.title(), [f"{slug}.localhost"], {})
        await administrator.execute(
            f"DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema} AUTHORIZATION {schema};"
            f"UPDATE control.municipality SET revision = '' WHERE slug = '{slug}'"
        )
    yield
    for slug in SLUGS:
        await administrator.execute(
            f"DROP SCHEMA t_{slug} CASCADE; DROP ROLE t_{slug};"
            f"DELETE FROM control.municipality WHERE slug = '{slug}'"
        )


async def revisions(administrator):
    """What the catalogue and the schemas themselves say, by short name."""
    found = {}
    for slug in SLUGS:
        known = await administrator.fetchval(
            "SELECT revision FROM control.municipality WHERE slug = $1", slug
        )
        there = await administrator.fetchval("SELECT to_regclass($1)", f"t_{slug}.alembic_version")
        found[slug] = (
            known,
            await administrator.fetchval(f"SELECT version_num FROM t_{slug}.alembic_version")
            if there
            else "",
        )
    return found


def outcome_of(outcomes, slug):
    return next(one for one in outcomes if one.schema == f"t_{slug}")


async def test_a_broken_municipality_is_named_and_the_others_are_done(
    settings, administrator, empty, capsys
):
    await administrator.execute("CREATE TABLE t_cedynia.account (mine text)")

    assert await migrated(settings, None) == 1

    said = capsys.readouterr().out
    assert "t_cedynia        FAILED: DuplicateTableError" in said
    assert said.endswith("1 failed\n")
    found = await revisions(administrator)
    assert found.pop("cedynia") == ("", "")
    assert set(found.values()) == {(HEAD, HEAD)}
    assert await administrator.fetchval("SELECT count(*) FROM t_cedynia.account") == 0

    await administrator.execute("DROP TABLE t_cedynia.account")
    assert await migrated(settings, None) == 0
    assert (await revisions(administrator))["cedynia"] == (HEAD, HEAD)


async def test_a_schema_of_a_revision_that_nobody_knows_is_left_alone(
    settings, administrator, empty
):
    await administrator.execute(
        "CREATE TABLE t_babilon.alembic_version (version_num text);"
        "INSERT INTO t_babilon.alembic_version VALUES ('f00');"
        "GRANT SELECT ON t_babilon.alembic_version TO t_babilon"
    )

    outcomes = await provision.migrate_all(settings)

    assert "f00" in outcome_of(outcomes, "babilon").problem
    assert [one.schema for one in outcomes if one.problem] == ["t_babilon"]
    assert outcome_of(outcomes, "efez").revision == HEAD


async def test_one_municipality_can_be_brought_up_alone(settings, administrator, empty):
    outcomes = await provision.migrate_all(settings, "damaszek")

    assert outcomes == [migrate.Outcome("t_damaszek", HEAD)]
    found = await revisions(administrator)
    assert {slug for slug, (known, _) in found.items() if known} == {"damaszek"}
    assert {slug for slug, (_, there) in found.items() if there} == {"damaszek"}


async def test_what_stands_at_the_newest_revision_is_not_touched(settings, administrator, empty):
    await provision.migrate_all(settings)
    before = await administrator.fetchval("SELECT xmin FROM t_efez.alembic_version")

    outcomes = await provision.migrate_all(settings)

    assert not any(one.problem for one in outcomes)
    assert await administrator.fetchval("SELECT xmin FROM t_efez.alembic_version") == before
