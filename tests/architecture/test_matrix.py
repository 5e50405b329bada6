"""Route × role × municipality × whose object: the answer to everybody, as matrix.toml says."""

from uuid import uuid4

import pytest
from litestar import Controller, get
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from ksr_saas.applications.models import Claim
from ksr_saas.identity.authorisation import RIGHTS, Right, Role
from ksr_saas.kernel.database import Unpinned, pinned_session
from ksr_saas.portals import Portal, SlicePlugin, UndeclaredRight
from tests.architecture import table
from tests.architecture.table import Route
from worker.actors.allocation import run_allocation
from worker.runtime import House as Works
from worker.runtime import run_job


def test_every_route_has_a_row_and_every_row_a_route(walk, house):
    problems = table.disagreements(house.table, walk.routes)
    assert not problems, "\n".join(problems)


def test_every_right_is_given_to_the_roles_of_the_table(house):
    """The table says it a second time, so that a right given away by mistake is seen."""
    given = {
        right: {role.value for role in Role if right in RIGHTS[role]}
        for right in Right
        if right not in (Right.ANYONE, Right.VENDOR)
    }
    assert given == {
        Right(name): set(roles) for name, roles in house.table.rights.items() if name != "vendor"
    }


def test_every_role_has_somebody_in_both_municipalities(house):
    for city in (house.home, house.abroad):
        assert {person.role for person in city.people.values()} == {role.value for role in Role}


def test_everybody_gets_the_answer_of_the_table(walk):
    wrong = [str(one) for one in walk.answers if one.expected and one.status != one.expected]
    assert not wrong, "\n".join(wrong)


def test_everybody_who_is_nobody_any_more_was_turned_away(walk, house):
    """Idle, too long in, closed, of last year or without the role: in each role of the house."""
    assert house.ghosts.keys() == {role.value for role in Role}
    turned_away = {one.asked.partition(",")[0] for one in walk.answers if one.status in (303, 401)}
    for ghosts in house.ghosts.values():
        assert len({one.name for one in ghosts}) == 5
        assert {one.name for one in ghosts} <= turned_away


def test_nothing_breaks(walk):
    assert [str(one) for one in walk.answers if one.status >= 500 and one.status != 503] == []


def test_only_deeds_change_anything(walk):
    first, *others = walk.prints.items()
    changed = [
        f"{stage}: {'.'.join(name)}"
        for stage, prints in others
        for name in prints
        if prints[name] != first[1][name]
    ]
    assert changed == []


async def test_a_claim_names_only_institutions_that_were_asked_for(walk, house):
    """Those of another municipality, and our own which the family does not want."""
    parent = house.home.people["parent"]
    thing = house.things["family:criterion", "parent", "own"]
    address = f"/rodzina/wnioski/{thing.path['application_id'].value}/kryteria/rodzenstwo"
    for place in (house.abroad.x, house.home.z):
        answer, _ = await walk.browser.ask(
            "POST",
            address,
            cookie=parent.cookie,
            form={"odpowiedz": "tak", "placowka": str(place.id)},
            headers=[("Host", "zator.localhost")],
        )
        assert answer.status_code == 422
    async with pinned_session(house.engine, "t_zator") as session:
        assert "rodzenstwo" not in set(await session.scalars(select(Claim.criterion)))


async def test_a_job_reaches_nothing_of_another_municipality(walk, house):
    works = Works(house.settings, house.worker_engine, house.clock)
    foreign = await house.connection.fetchval("SELECT id FROM t_gniew.allocation_run LIMIT 1")
    await house.connection.execute("UPDATE t_gniew.allocation_run SET status = 'queued'")
    before = await house.fingerprint()
    job = await house.connection.fetchval(
        "INSERT INTO t_zator.job (id, actor, payload, status, tries)"
        " VALUES (gen_random_uuid(), 'allocation.run', jsonb_build_object('run_id', $1::text),"
        " 'pending', 0) RETURNING id",
        str(foreign),
    )
    await run_job(works, "t_gniew", job, run_allocation)
    status = "SELECT status FROM t_zator.job WHERE id = $1"
    assert await house.connection.fetchval(status, job) == "pending"
    await run_job(works, "t_zator", job, run_allocation)
    assert await house.connection.fetchval(status, job) == "done"
    after = await house.fingerprint()
    assert {name for name in after if after[name] != before[name]} == {("t_zator", "job")}


@pytest.mark.parametrize("schema", ["", "t_nigdzie", "control", "public", "pg_catalog"])
async def test_a_job_without_a_municipality_is_refused(house, schema):
    works = Works(house.settings, house.worker_engine, house.clock)
    with pytest.raises((Unpinned, DBAPIError)):
        await run_job(works, schema, uuid4(), run_allocation)


ROW = """
[rights]
verify = ["operator"]
[data]
child = ["given"]
[anyone]
"public:start" = {}
[verify]
"institution:case" = { takes = "case", apart = ["when-read-only"] }
"""


@pytest.mark.parametrize(
    ("route", "told"),
    [
        (Route("", "public:start", "GET", "/", "anyone", frozenset()), ""),
        (
            Route("", "office:new", "POST", "/organ/nowe", "supervise", frozenset()),
            'add to its section [supervise] a line like "office:new" = {',
        ),
        (Route("", "office:new", "GET", "/organ/nowe", None, frozenset()), "declares no right"),
        (Route("", None, "GET", "/organ/nowe", "supervise", frozenset()), "has no name"),
        (
            Route("", "public:start", "GET", "/", "verify", frozenset()),
            "declares the right verify, but its row in tests/architecture/matrix.toml stands in",
        ),
        (
            Route("", "institution:case", "POST", "/", "verify", frozenset({"cross-site"})),
            "is apart by ['cross-site'], but its row in tests/architecture/matrix.toml says",
        ),
    ],
)
def test_a_route_at_odds_with_the_table_is_told_what_to_write(route, told):
    mine = table.read(ROW)
    problems = [one for one in table.disagreements(mine, [route]) if "take its row" not in one]
    assert [told in one for one in problems] == ([True] if told else [])


def test_a_row_of_a_vanished_route_is_to_be_taken_out():
    start = Route("", "public:start", "GET", "/", "anyone", frozenset())
    (problem,) = table.disagreements(table.read(ROW), [start])
    assert "no route institution:case any more" in problem


class Undeclared(Controller):
    """A page that says nothing about who may see it."""

    @get("/nowe", name="public:new")
    async def page(self) -> str:
        return "never"


class UndeclaredPlugin(SlicePlugin):
    pages = {Portal.PUBLIC: [Undeclared]}


def test_an_application_with_an_undeclared_route_does_not_start(house):
    with pytest.raises(UndeclaredRight, match="/nowe declares no right"):
        house.gate(UndeclaredPlugin())
