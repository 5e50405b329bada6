"""No personal data where it does not belong: every seeded value occurs once and is looked for."""

from email import policy
from email.parser import BytesParser

import msgspec
import pytest
import redis
from litestar import Controller, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.jobs import NAMESPACE
from ksr_saas.portals import Portal, SlicePlugin
from tenants.demo.mailbox import mailbox
from tests.architecture.walk import Browser
from worker.actors.allocation import run_allocation
from worker.actors.documents import render_document
from worker.actors.notifications import send_messages
from worker.runtime import House as Works
from worker.runtime import run_job

INVITED = ".lis@poczta.invalid"
BODIES = {
    "allocation.run": run_allocation,
    "documents.render": render_document,
    "notifications.send": send_messages,
}
# Everything else in a municipality's schema is free of personal data. Staff sign in with their
# address at work, so a login is one.
MADE_FOR_IT = {
    "account": {"account-given", "account-family", "account-email"},
    "campaign": {"health"},
    "child": {"given", "second", "family"},
    "guardian": {"guardian-given", "guardian-family"},
    "rulebook_version": {"health"},
}


@pytest.fixture(scope="module")
async def aftermath(walk, house, unused_tcp_port_factory, tmp_path_factory):
    """What the deeds of the walk asked for has been done; the folder of the letters."""
    folder, port = tmp_path_factory.mktemp("letters"), unused_tcp_port_factory()
    post = mailbox(folder, port)
    post.start()
    settings = msgspec.structs.replace(house.settings, smtp_port=port)
    works = Works(settings, house.worker_engine, house.clock)
    for city in (house.home, house.abroad):
        for row in await house.connection.fetch(
            f"SELECT id, actor FROM {city.schema}.job WHERE status = 'pending'"
        ):
            await run_job(works, city.schema, row["id"], BODIES[row["actor"]])
    post.stop()
    return folder


# The criteria of a recruitment are public (art. 154); whose they are is not, and is not here.
RULES = ("public:calculator", "public:calculator:points")


def found_in(house, *contents):
    return {canary for content in contents for canary in house.aviary.found_in(content)}


def test_nobody_is_shown_what_the_table_does_not_say(walk, house):
    wrong = [
        f"{canary.field} in the answer to {one}"
        for one in walk.answers
        for canary in found_in(house, one.content, one.head) - one.allowed
        if not (canary.field == "health" and one.route.name in RULES)
    ]
    assert not wrong, "\n".join(wrong)


def test_what_the_table_promises_is_shown(walk, house):
    wrong = [
        f"{one.asked} lacks {sorted(missing)}"
        for one in walk.answers
        if "htmx" not in one.asked or one.stage == "doing"
        if (missing := one.promised - {canary.field for canary in found_in(house, one.content)})
    ]
    assert not wrong, "\n".join(wrong)


def test_the_first_choice_is_not_told_the_others(walk, house):
    pages = [
        one
        for one in walk.answers
        if one.route.name in ("institution:case", "institution:queue") and one.status == 200
    ]
    assert pages
    for one in pages:
        assert house.home.y.name not in one.content.decode(), one


def test_a_lower_choice_is_told_nothing_of_health(walk, house):
    """Those of the other institution, which every family here wants second."""
    pages = [
        one
        for one in walk.answers
        if one.asked.startswith("other operator") and one.route.name not in RULES
    ]
    assert len(pages) > 50
    told = {canary.field for canary in found_in(house, *(one.content for one in pages))}
    assert told.isdisjoint({"health", "label", "content", "reason", "own-words"})


def test_the_office_is_told_of_health_only_where_it_was_uncovered(walk, house):
    pages = [
        one
        for one in walk.answers
        if one.asked.startswith(("coordinator", "iod"))
        and not one.asked.partition(", ")[2].startswith("uncovered-case")
        and one.route.name not in {*RULES, "office:case:file"}
    ]
    assert "office:case" in {one.route.name for one in pages if one.status == 200}
    told = {canary.field for canary in found_in(house, *(one.content for one in pages))}
    assert told.isdisjoint({"health", "label", "content"})


def test_no_address_holds_personal_data(walk, house):
    assert found_in(house, *(one.asked for one in walk.answers)) == set()
    assert found_in(house, *(one.headers.get("location", "") for one in walk.answers)) == set()


async def test_every_job_was_done(aftermath, house):
    rows = await house.connection.fetch(
        f"SELECT actor, status, count(*) FROM {house.home.schema}.job GROUP BY 1, 2"
    )
    assert {row["actor"] for row in rows} == BODIES.keys()
    assert {row["status"] for row in rows} == {"done"}


def test_a_letter_names_nobody(aftermath, house):
    letters = [
        BytesParser(policy=policy.default).parsebytes(file.read_bytes())
        for file in aftermath.glob("*.eml")
    ]
    assert len(letters) > 5
    for letter in letters:
        others = [f"{name}: {value}" for name, value in letter.items() if name != "To"]
        told = {canary.field for canary in found_in(house, letter["To"])}
        # Who was invited by the walk's own form has a plain address.
        assert told in ({"email"}, {"account-email"}) or letter["To"].endswith(INVITED), letter[
            "To"
        ]
        assert found_in(house, letter.get_body().get_content(), *others) == set()


async def test_a_printed_confirmation_names_the_child_and_nobody_else(aftermath, house):
    rows = await house.connection.fetch(
        f"SELECT subject_id, store_name FROM {house.home.schema}.document WHERE status = 'ready'"
    )
    assert rows
    for row in rows:
        if row["subject_id"] not in house.home.applications:
            continue  # typed from paper during the walk, with a made-up name
        found = found_in(house, house.home.files.get(row["store_name"]))
        assert {canary.of for canary in found} == {row["subject_id"]}
        assert {canary.field for canary in found} == {"given", "family", "label"}


async def test_only_the_tables_made_for_it_hold_personal_data(aftermath, house):
    held = {}
    for schema in (house.home.schema, house.abroad.schema, "control"):
        for name in await house.tables(schema):
            rows = await house.connection.fetch(f"SELECT t::text AS row FROM {schema}.{name} t")
            if found := {one.field for one in found_in(house, *(row["row"] for row in rows))}:
                held.setdefault(name, set()).update(found)
    assert held.keys() == MADE_FOR_IT.keys()
    for name, fields in MADE_FOR_IT.items():
        assert fields is None or held[name] == fields, name


def test_no_wake_up_message_holds_personal_data(aftermath, house):
    with redis.Redis.from_url(house.settings.redis_url) as store:
        kept = []
        for key in store.scan_iter(f"{NAMESPACE}:*"):
            kept.append(key)
            match store.type(key):
                case b"hash":
                    kept += store.hgetall(key).values()
                case b"list":
                    kept += store.lrange(key, 0, -1)
                case b"zset":
                    kept += store.zrange(key, 0, -1)
                case b"set":
                    kept += store.smembers(key)
    assert any(house.home.schema.encode() in one for one in kept)
    assert found_in(house, *kept) == set()


def test_files_are_unreadable_where_they_lie(aftermath, house):
    files = [file for file in house.home.files.root.rglob("*") if file.is_file()]
    assert len(files) > 20
    assert found_in(house, *(file.read_bytes() for file in files)) == set()


def test_the_log_names_nobody(aftermath, house):
    assert found_in(house, *house.heard.lines) == set()


class Broken(Controller):
    """A page with a fault of ours in it."""

    path = "/"
    opt = {"right": Right.ANYONE}

    @get("/zepsute/{word:str}")
    async def page(self, word: FromPath[str], db_session: NamedDependency[AsyncSession]) -> str:
        await db_session.execute(
            text("INSERT INTO child (id, account_id, family_name) VALUES (NULL, NULL, :word)"),
            {"word": word},
        )
        return "never"


class BrokenPlugin(SlicePlugin):
    pages = {Portal.PUBLIC: [Broken]}


async def test_a_fault_is_told_without_the_values_that_caused_it(house):
    word = house.aviary.word("given", "a fault")
    gate = house.gate(BrokenPlugin())
    before = len(house.heard.lines)
    answer, _ = await Browser(gate, "", house.statements).ask(
        "GET", f"/zepsute/{word}", headers=[("Host", "zator.localhost")]
    )
    assert answer.status_code == 500
    told = "\n".join(house.heard.lines[before:])
    assert "fault at GET /zepsute/{word}: IntegrityError" in told
    assert "tests/architecture/test_canaries.py" in told
    assert found_in(house, answer.content, told) == set()
