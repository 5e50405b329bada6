"""The record of acts: only added to, sealed while others write, and a change has a name."""

import asyncio
import json
import random
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from uuid import uuid4

import msgspec
import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.audit.heads import BadHead, Head, HeadLog
from ksr_saas.audit.models import AuditEvent, AuditSeal, AuditWaiting
from ksr_saas.audit.seal import head, seal
from ksr_saas.audit.service import record, record_reading
from ksr_saas.audit.verify import Finding, backdated, verify
from ksr_saas.kernel.clock import WARSAW, Clock
from ksr_saas.kernel.database import Origin, Pin, PinnedSession, make_engine, pinned_session
from ksr_saas.kernel.jobs import Job
from tenants.audit_commands import audit, verified
from tenants.demo.commands import free_port
from worker.actors.audit import announce_head
from worker.runtime import House, run_job
from worker.sweeper import keep_head, municipalities, seal_waiting

WRITERS = 16
ACTS_EACH = 25


@pytest.fixture
async def engine(settings):
    made = make_engine(settings.login_url("ksr_worker"), pool_size=WRITERS + 4)
    yield made
    await made.dispose()


async def forge(superuser, *statements):
    """Change the record as only a superuser or the schema's owner can."""
    tables = ("audit_event", "audit_seal", "audit_waiting")
    for table in tables:
        await superuser.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    for statement, *values in statements:
        await superuser.execute(statement, *values)
    for table in tables:
        await superuser.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


async def recorded(engine, schema, many=10, *, seals=1):
    """`many` acts in each of `seals` sealed batches; their ids in order."""
    for _ in range(seals):
        async with pinned_session(engine, schema) as session, session.begin():
            for n in range(many):
                record(
                    session,
                    "verification.open",
                    actor_id=uuid4(),
                    role="operator",
                    kind="application",
                    object_id=uuid4(),
                    subject_id=uuid4(),
                    screen=n,
                )
        async with pinned_session(engine, schema) as session, session.begin():
            assert (await seal(session)).count == many
    async with pinned_session(engine, schema) as session:
        return list(await session.scalars(select(AuditEvent.id).order_by(AuditEvent.position)))


async def found(engine, schema, *heads):
    """What a verification finds."""
    async with pinned_session(engine, schema) as session:
        return (await verify(session, heads)).findings


async def newest(engine, schema):
    async with pinned_session(engine, schema) as session:
        last = await head(session)
        return Head(last.number, last.sha256)


async def test_an_act_says_who_for_whom_what_on_which_case_why_when_and_from_where(session):
    session.info["origin"] = Origin("192.0.2.0/24", "abc")
    ids = {name: uuid4() for name in ("actor_id", "acting_for", "object_id", "subject_id")}
    record(
        session, "verification.open", role="operator", kind="application", reason="r1", **ids, n=1
    )
    await session.flush()
    event = await session.scalar(select(AuditEvent).where(AuditEvent.object_id == ids["object_id"]))
    await session.refresh(event)
    assert {name: getattr(event, name) for name in ids} == ids
    assert (event.role, event.act, event.object_kind) == (
        "operator",
        "verification.open",
        "application",
    )
    assert (event.reason, event.network, event.request_id) == ("r1", "192.0.2.0/24", "abc")
    assert event.detail == {"n": 1}
    assert event.created_at == await session.scalar(select(func.now()))


async def read(session, **more):
    """Somebody is shown a case."""
    ids = {name: uuid4() for name in ("actor_id", "acting_for", "object_id", "subject_id")}
    await record_reading(
        session, "verification.open", role="operator", kind="application", **ids | more
    )


async def events(engine, schema):
    async with pinned_session(engine, schema) as session:
        return await session.scalar(select(func.count()).select_from(AuditEvent))


async def test_a_reading_is_on_record_once_unless_somebody_something_or_the_screen_differs(
    engine, town
):
    same = {"actor_id": uuid4(), "object_id": uuid4()}
    for again in ({}, {}, {"subject_id": uuid4()}):
        async with pinned_session(engine, town[1]) as session, session.begin():
            await read(session, **same | again)
    assert await events(engine, town[1]) == 1
    for other in ({"actor_id": uuid4()}, {"object_id": uuid4()}, {"file": "a"}, {"file": "b"}):
        async with pinned_session(engine, town[1]) as session, session.begin():
            await read(session, **same | other)
    assert await events(engine, town[1]) == 5


async def test_a_reading_waits_to_be_sealed_like_any_act(engine, town):
    async with pinned_session(engine, town[1]) as session, session.begin():
        await read(session)
    async with pinned_session(engine, town[1]) as session, session.begin():
        assert (await seal(session)).count == 1
    assert await found(engine, town[1]) == ()


@pytest.mark.parametrize(
    ("only_shows", "reads", "waits"),
    [(True, True, "off"), (True, False, "on"), (False, True, "on"), (False, False, "on")],
)
async def test_only_who_looked_does_not_wait_for_the_disk(engine, town, only_shows, reads, waits):
    pin = Pin(town[1], town[1])
    async with engine.connect() as connection:
        await connection.execute(text("SET synchronous_commit = on"))
        await connection.commit()
        async with AsyncSession(
            connection, sync_session_class=PinnedSession, info={"pin": pin}
        ) as session:
            session.info["origin"] = Origin(only_shows=only_shows)
            record(session, "identity.sign-in")
            if reads:
                await read(session)
            assert await session.scalar(text("SHOW synchronous_commit")) == waits
            await session.commit()
        assert await connection.scalar(text("SHOW synchronous_commit")) == "on"
        await connection.execute(text("RESET synchronous_commit"))
        await connection.commit()


@pytest.mark.parametrize("table", ["audit_event", "audit_seal"])
@pytest.mark.parametrize(
    "statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"], ids=str.split
)
async def test_rows_are_only_added(engine, town, table, statement):
    await recorded(engine, town[1], 1)
    async with pinned_session(engine, town[1]) as session:
        with pytest.raises(DBAPIError, match=f"rows of {table} are only added"):
            await session.execute(text(statement.format(table)))


async def test_sixteen_writers_at_once_leave_no_event_out_and_none_sealed_twice(engine, town):
    schema = town[1]
    chance = random.Random(11)
    writing = WRITERS

    async def write():
        nonlocal writing
        for _ in range(ACTS_EACH):
            async with pinned_session(engine, schema) as session, session.begin():
                for _ in range(chance.choice((1, 1, 3))):
                    record(session, "identity.sign-in", actor_id=uuid4())
                    await session.flush()
                    # Committed in another order than numbered, which is what trips up a sealer.
                    await asyncio.sleep(chance.choice((0, 0, 0.01, 0.03)))
                if chance.random() < 0.1:
                    await session.rollback()
        writing -= 1

    async def keep_sealing():
        while writing:
            async with pinned_session(engine, schema) as session, session.begin():
                await seal(session)
            await asyncio.sleep(0.005)

    async with asyncio.timeout(60):
        await asyncio.gather(*(write() for _ in range(WRITERS)), keep_sealing(), keep_sealing())
    while True:
        async with pinned_session(engine, schema) as session, session.begin():
            if await seal(session) is None:
                break
    async with pinned_session(engine, schema) as session:
        events = list(await session.scalars(select(AuditEvent.id)))
        seals = list(await session.scalars(select(AuditSeal).order_by(AuditSeal.number)))
    sealed = [one for each in seals for one in each.event_ids]
    assert len(events) > WRITERS * ACTS_EACH // 2
    assert sorted(sealed) == sorted(events)
    assert [one.number for one in seals] == list(range(1, len(seals) + 1))
    # The trap was there: a later seal holds an earlier position.
    assert any(later.first < earlier.last for earlier, later in zip(seals, seals[1:], strict=False))
    assert await found(engine, schema) == ()


async def test_an_untouched_record_is_as_it_was_sealed(engine, town):
    await recorded(engine, town[1], 20, seals=3)
    assert await found(engine, town[1], await newest(engine, town[1])) == ()


async def test_a_changed_row_is_named(engine, town, superuser):
    ids = await recorded(engine, town[1], 10, seals=2)
    await forge(
        superuser, ("UPDATE audit_event SET actor_id = gen_random_uuid() WHERE id = $1", ids[13])
    )
    assert await found(engine, town[1]) == (Finding("changed", 2, str(ids[13])),)


@pytest.mark.parametrize(
    "column",
    "created_at role act object_kind object_id subject_id reason network request_id detail".split(),
)
async def test_no_column_can_be_changed_unseen(engine, town, superuser, column):
    values = {"created_at": "created_at + interval '1 s'", "detail": """'{"screen": 77}'"""}
    ids = {"object_id": "gen_random_uuid()", "subject_id": "NULL"}
    value = (values | ids).get(column, "'x'")
    rows = await recorded(engine, town[1], 3)
    await forge(superuser, (f"UPDATE audit_event SET {column} = {value} WHERE id = $1", rows[1]))
    assert await found(engine, town[1]) == (Finding("changed", 1, str(rows[1])),)


async def test_a_removed_row_is_named(engine, town, superuser):
    ids = await recorded(engine, town[1], 10)
    await forge(superuser, ("DELETE FROM audit_event WHERE id = $1", ids[4]))
    assert await found(engine, town[1]) == (Finding("removed", 1, str(ids[4])),)


@pytest.mark.parametrize(
    "columns",
    [
        ("id",),
        ("actor_id", "object_id", "subject_id", "detail"),
    ],
    ids=["the whole rows", "what they say"],
)
async def test_two_swapped_rows_are_named_together(engine, town, superuser, columns):
    ids = await recorded(engine, town[1], 10)
    a, b = ids[2], ids[7]
    if columns == ("id",):
        spare = uuid4()
        await forge(
            superuser,
            *(
                ("UPDATE audit_event SET id = $2 WHERE id = $1", old, new)
                for old, new in ((a, spare), (b, a), (spare, b))
            ),
        )
    else:
        places = ", ".join(f"{c} = other.{c}" for c in columns)
        await forge(
            superuser,
            (
                f"UPDATE audit_event e SET {places} FROM audit_event other"
                " WHERE e.id = ANY($1) AND other.id = ANY($1) AND e.id <> other.id",
                [a, b],
            ),
        )
    assert await found(engine, town[1]) == (Finding("swapped", 1, str(a), str(b)),)


async def test_a_row_slipped_in_past_the_triggers_is_named(engine, town, superuser):
    await recorded(engine, town[1], 3)
    slipped = uuid4()
    await forge(
        superuser,
        (
            "INSERT INTO audit_event (id, role, act, object_kind, reason, network, request_id,"
            " detail) VALUES ($1, 'system', 'x', '', '', '', '', '{}')",
            slipped,
        ),
    )
    assert await found(engine, town[1]) == (Finding("added", 0, str(slipped)),)


async def test_a_row_that_says_it_is_older_than_the_seal_before_is_named(engine, town, superuser):
    """Written past no trigger, with the rights of the municipality, and sealed like any other."""
    await recorded(engine, town[1], 3, seals=2)
    slipped, late = uuid4(), uuid4()
    for one, ago in ((slipped, "3 days"), (late, "10 minutes")):
        await superuser.execute(
            "INSERT INTO audit_event (id, position, role, act, object_kind, reason, network,"
            " request_id, detail, created_at) OVERRIDING SYSTEM VALUE VALUES ($1,"
            " (SELECT min(position) - 1 FROM audit_event), 'system', 'x', '', '', '', '', '{}',"
            " now() - $2::text::interval)",
            one,
            ago,
        )
    async with pinned_session(engine, town[1]) as session, session.begin():
        assert (await seal(session)).count == 2
    assert await found(engine, town[1]) == (Finding("backdated", 3, str(slipped)),)


async def test_a_clock_put_back_makes_nobody_a_forger(engine, town, superuser):
    await recorded(engine, town[1], 3)
    async with pinned_session(engine, town[1]) as session, session.begin():
        before = await head(session)
        after = AuditSeal(sealed_at=before.sealed_at - timedelta(days=2), event_ids=[uuid4()])
    happened = {after.event_ids[0]: after.sealed_at}
    assert list(backdated(after, before, happened)) == []
    after.sealed_at, after.number = before.sealed_at, 2
    assert [one.what for one in backdated(after, before, happened)] == ["backdated"]


async def test_a_row_removed_before_it_was_sealed_is_named(engine, town, superuser):
    async with pinned_session(engine, town[1]) as session, session.begin():
        record(session, "identity.sign-in")
    gone = await superuser.fetchval("SELECT id FROM audit_event")
    await forge(superuser, ("DELETE FROM audit_event",))
    assert await found(engine, town[1]) == (Finding("removed", 0, str(gone)),)
    async with pinned_session(engine, town[1]) as session, session.begin():
        await seal(session)
    assert await found(engine, town[1]) == (Finding("removed", 1, str(gone)),)


async def test_a_changed_seal_and_a_missing_seal_are_named(engine, town, superuser):
    await recorded(engine, town[1], 2, seals=4)
    await forge(
        superuser,
        ("UPDATE audit_seal SET sealed_at = sealed_at - interval '1 h' WHERE number = 2",),
    )
    assert await found(engine, town[1]) == (Finding("seal-changed", 2),)
    await forge(superuser, ("DELETE FROM audit_seal WHERE number = 3",))
    assert Finding("seal-removed", 3) in await found(engine, town[1])


async def test_a_cut_tail_is_seen_against_the_head_kept_outside(engine, town, superuser):
    ids = await recorded(engine, town[1], 5, seals=3)
    kept = await newest(engine, town[1])
    await forge(
        superuser,
        ("DELETE FROM audit_seal WHERE number = 3",),
        ("DELETE FROM audit_event WHERE id = ANY($1)", ids[10:]),
    )
    assert await found(engine, town[1]) == ()
    assert await found(engine, town[1], kept) == (Finding("seal-removed", 3),)


async def test_a_tail_written_anew_is_seen_against_the_head_kept_outside(engine, town, superuser):
    ids = await recorded(engine, town[1], 5, seals=2)
    kept = await newest(engine, town[1])
    await forge(
        superuser,
        ("DELETE FROM audit_seal WHERE number = 2",),
        ("UPDATE audit_event SET role = 'parent' WHERE id = $1", ids[7]),
        ("INSERT INTO audit_waiting (id) SELECT unnest($1::uuid[])", ids[5:]),
    )
    async with pinned_session(engine, town[1]) as session, session.begin():
        await seal(session)
    assert await found(engine, town[1]) == ()
    assert await found(engine, town[1], kept) == (Finding("seal-changed", 2),)


async def test_the_command_ends_with_an_error_and_names_the_row(
    engine, settings, town, superuser, capsys
):
    ids = await recorded(engine, town[1], 4)
    assert await verified(settings, town[0], as_json=False, kept=[]) == 0
    assert "4 events, 0 not sealed yet, 1 seals" in capsys.readouterr().out
    await forge(superuser, ("DELETE FROM audit_event WHERE id = $1", ids[1]))
    assert await verified(settings, town[0], as_json=True, kept=[]) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["findings"] == [
        {"what": "removed", "seal": 1, "event_id": str(ids[1]), "other": ""}
    ]


@pytest.mark.parametrize(
    "arguments", [[], ["verify"], ["verify", "a", "--head"], ["verify", "a", "--head", "7"], ["x"]]
)
def test_a_command_that_cannot_be_right_is_refused(arguments, capsys):
    assert audit(arguments) == 2
    assert capsys.readouterr().err.startswith("usage: ksr audit")


async def test_the_sweeper_seals_and_keeps_one_head_a_day_outside(engine, settings, town):
    slug, schema = town
    house = House(settings, engine, Clock())
    one = next(each for each in await municipalities(house) if each.slug == slug)
    await keep_head(house, one)
    log = HeadLog(settings.home, slug)
    assert log.lines() == []
    async with pinned_session(engine, schema) as session, session.begin():
        record(session, "identity.sign-in")
    await seal_waiting(house, schema)
    await keep_head(house, one)
    await keep_head(house, one)
    assert log.lines() == [
        (datetime.now(UTC).astimezone(WARSAW).date(), await newest(engine, schema))
    ]
    async with pinned_session(engine, schema) as session:
        assert await session.scalar(select(func.count()).select_from(AuditWaiting)) == 0
        jobs = list(await session.scalars(select(Job)))
    assert [(job.actor, job.payload) for job in jobs] == [("audit.announce", {"number": 1})]


async def test_the_municipality_gets_the_head_by_mail(engine, settings, town, superuser):
    await recorded(engine, town[1], 2)
    contact = json.loads(
        await superuser.fetchval(
            'UPDATE control.municipality SET brand = brand || \'{"email": "iod@osada.example"}\''
            " WHERE slug = $1 RETURNING brand::text",
            town[0],
        )
    )["email"]
    got = []

    class Post:
        async def handle_DATA(self, server, session, envelope):
            got.append((envelope.rcpt_tos, message_from_bytes(envelope.content)))
            return "250 OK"

    post = Controller(Post(), hostname="127.0.0.1", port=free_port())
    post.start()
    try:
        house = House(msgspec.structs.replace(settings, smtp_port=post.port), engine, Clock())
        async with pinned_session(engine, town[1]) as session, session.begin():
            job = Job(id=uuid4(), actor="audit.announce", payload={"number": 1})
            session.add(job)
        await run_job(house, town[1], job.id, announce_head)
    finally:
        post.stop()
    ((to, mail),) = got
    assert to == [contact]
    assert str(await newest(engine, town[1])) in mail.get_payload(decode=True).decode()
    assert await superuser.fetchval("SELECT status FROM job") == "done"


async def test_a_day_that_was_not_yet_stops_no_head_from_being_kept(engine, settings, town):
    slug, schema = town
    house = House(settings, engine, Clock())
    one = next(each for each in await municipalities(house) if each.slug == slug)
    await recorded(engine, schema, 1)
    log = HeadLog(settings.home, slug)
    log.add(date(2099, 1, 1), Head(1, "0" * 64))  # the clock was wrong for a while
    for _ in range(2):
        await keep_head(house, one)
    assert [day for day, _ in log.lines()] == [
        date(2099, 1, 1), datetime.now(UTC).astimezone(WARSAW).date()
    ]  # fmt: skip


async def test_heads_that_cannot_be_read_are_no_good_record(
    engine, settings, town, monkeypatch, capsys
):
    await recorded(engine, town[1], 1)
    log = HeadLog(settings.home, town[0])
    log.add(date(2027, 4, 1), await newest(engine, town[1]))
    log.file.write_text("yesterday 7:abc\n")
    monkeypatch.setattr("tenants.audit_commands.Settings.from_env", lambda: settings)
    assert await asyncio.to_thread(audit, ["verify", town[0]]) == 1
    assert str(log.file) in capsys.readouterr().err


def test_a_head_is_a_number_and_a_digest(tmp_path):
    log = HeadLog(tmp_path, "osada")
    kept = [(date(2027, 4, day), Head(day, f"{day:064x}")) for day in (1, 2)]
    for day, one in kept:
        log.add(day, one)
    assert log.lines() == kept
    assert Head.of(str(kept[0][1])) == kept[0][1]
    for text_ in ("", "7", "7:abc", f"x:{0:064x}"):
        with pytest.raises(BadHead):
            Head.of(text_)
