"""A municipality of the tests with work to do, seen from outside the workers."""

from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from sqlalchemy import select

from ksr_saas.allocation.service import Runs
from ksr_saas.applications.messages import SUBMITTED
from ksr_saas.campaigns.queries import all_campaigns
from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.kernel import jobs
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.notifications.models import Message
from ksr_saas.notifications.service import queue_all
from ksr_saas.portals import files_of, keys_of
from ksr_saas.settings import Settings
from tenants import provision, read
from tenants.commands import FOLDER, brand_of
from tenants.demo.generate import city
from tenants.demo.load import load

COORDINATOR = Actor(uuid4(), Role.COORDINATOR, "Ewa Koordynator")


def settings_of(home, postgres, valkey, post):
    """Settings for these services."""
    return Settings(
        environment="test",
        home=home,
        database_url=postgres.urls.database_url,
        redis_url=valkey.urls.redis_url,
        secret="a secret of the tests, long enough to be one",
        smtp_port=post.port,
    )


def environment_of(settings):
    """The same for a process, but for its KSR_HOME."""
    return {
        "KSR_ENV": settings.environment,
        "KSR_SECRET": settings.secret,
        "KSR_SMTP_PORT": str(settings.smtp_port),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
    }


class Town:
    """`ask` and `value` look as the administrator; what is asked for goes the way of the web."""

    slug = "wroclaw"
    schema = "t_wroclaw"

    def __init__(self, settings, post):
        self.settings, self.post = settings, post
        self.engine = make_engine(
            settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=2
        )

    async def found(self, applications):
        """Make the municipality, with this many applications."""
        await provision.prepare(self.settings)
        tenant = read.read(FOLDER / self.slug)
        await provision.create(
            self.settings, self.slug, tenant.file.name, ["wroclaw.localhost"], brand_of(tenant)
        )
        async with self.administrator() as connection:
            await load(
                connection,
                self.schema,
                tenant,
                city(applications=applications, places=applications, institutions=12, seed=7),
                now=Clock().now(),
                person_key=lambda value: value,
                hashed=lambda login: "nobody",
                files=files_of(self.settings, self.schema),
                ring=keys_of(self.settings).ring(self.schema),
            )

    @asynccontextmanager
    async def administrator(self):
        connection = await asyncpg.connect(self.settings.database_url, statement_cache_size=0)
        await connection.execute(f"SET search_path = {self.schema}")
        try:
            yield connection
        finally:
            await connection.close()

    async def value(self, query, *arguments):
        async with self.administrator() as connection:
            return await connection.fetchval(query, *arguments)

    async def rows(self, query, *arguments):
        async with self.administrator() as connection:
            return [tuple(row) for row in await connection.fetch(query, *arguments)]

    @asynccontextmanager
    async def edge(self, *, dies=False):
        """A transaction as the web makes them: jobs leave after the commit, if nobody dies."""
        session = pinned_session(self.engine, self.schema)
        async with session:
            async with session.begin():
                yield session
            if not dies:
                await jobs.send(session)

    async def message_to(self, address):
        """The id of the first message to `address`, which only the municipality's key opens."""
        async with pinned_session(self.engine, self.schema) as session:
            rows = await session.execute(select(Message.id, Message.recipient))
            return next(one.id for one in rows if one.recipient == address)

    async def ask_for_a_run(self):
        async with self.edge() as session:
            campaign = (await all_campaigns(session))[0]
            run = await Runs(session=session).ask(campaign, COORDINATOR)
        return run.id

    async def ask_for_mail(self, count, *, dies=False):
        """Queue this many messages; the row of each by its Message-ID."""
        batch = uuid4().hex
        async with self.edge(dies=dies) as session:
            await queue_all(
                session,
                SUBMITTED.kind.code,
                [
                    (
                        f"{batch}:{n}",
                        uuid4(),
                        f"rodzic{n}@example.pl",
                        "pl",
                        {"number": str(n), "address": "http://wroclaw.localhost/"},
                    )
                    for n in range(count)
                ],
            )
        domain = self.settings.mail_from.partition("@")[2]
        return {
            f"<{one}@{domain}>": one
            for (one,) in await self.rows("SELECT id FROM message WHERE key LIKE $1", f"%{batch}%")
        }

    @asynccontextmanager
    async def held(self, table="cutoff"):
        """Whoever writes to `table` waits meanwhile: a run stands half-way, its wishes written."""
        async with self.administrator() as connection, connection.transaction():
            await connection.execute(f"LOCK TABLE {table} IN SHARE MODE")
            yield

    async def is_waiting(self, table="cutoff"):
        """Whether somebody waits to write to `table`."""
        return await self.value(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = $1::regclass", table
        )

    async def is_over(self, run_id):
        return await self.value(
            "SELECT status IN ('done', 'contested', 'failed') FROM allocation_run WHERE id = $1",
            run_id,
        )

    async def ensure_one_result(self, run_id):
        """Exactly one set of results: a row for every wish that took part, one for every unit."""
        (status,) = (await self.rows("SELECT status FROM allocation_run WHERE id = $1", run_id))[0]
        assert status in ("done", "contested")
        wishes = await self.value(
            "SELECT count(*) FROM wish w JOIN application a ON a.id = w.application_id"
            " WHERE a.status = 'verified'"
        )
        assert wishes > 0
        found = await self.rows(
            "SELECT count(*), count(DISTINCT (application_id, unit_id)) FROM wish_result"
            " WHERE run_id = $1",
            run_id,
        )
        assert found == [(wishes, wishes)]
        assert await self.value(
            "SELECT count(*) FROM cutoff WHERE run_id = $1", run_id
        ) == await self.value("SELECT count(*) FROM unit")

    async def no_mail_waits(self):
        return not await self.value(
            "SELECT count(*) FROM message WHERE status IN ('queued', 'sending')"
        )

    async def ensure_each_mail_once(self, mails, *, uncertain):
        """No mail twice, none lost; at most this many were in doubt, and those not repeated."""
        statuses = dict(
            await self.rows(
                "SELECT id, status FROM message WHERE id = ANY($1)", list(mails.values())
            )
        )
        taken = {name: self.post.taken[name] for name in mails}
        assert max(taken.values()) == 1
        doubtful = [one for one, status in statuses.items() if status == "uncertain"]
        assert len(doubtful) <= uncertain
        lost = [one for name, one in mails.items() if not taken[name]]
        assert set(lost) <= set(doubtful)
        assert {s for one, s in statuses.items() if one not in doubtful} == {"sent"}

    async def no_job_waits(self):
        return not await self.value("SELECT count(*) FROM job WHERE status = 'pending'")
