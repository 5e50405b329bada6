"""The house under test: the whole web over two municipalities and everybody who calls at it."""

import logging
from datetime import timedelta
from uuid import uuid4

import msgspec
from sqlalchemy import event
from sqlalchemy.engine import Engine

from ksr_saas.app import create_app
from ksr_saas.console.rules import ABSOLUTE
from ksr_saas.identity.sessions import hashed
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.notifications.texts import compose
from ksr_saas.portals import keys_of
from ksr_saas.slices import MESSAGES
from tenants import provision, read
from tenants.commands import FOLDER, brand_of
from tenants.demo.office import DemoPlugin
from tests.architecture import table, world
from tests.architecture.canaries import Aviary
from tests.architecture.walk import NOBODY
from tests.architecture.world import THINGS, City, Person, StandingClock, nothing
from tests.factories.recruitment import NOW

HOME, ABROAD = "zator", "gniew"
UNTOUCHED = {"audit_event", "audit_waiting", "login_session", "alembic_version"}


class Heard(logging.Handler):
    """Every log record, as it would be written."""

    def __init__(self):
        super().__init__(logging.INFO)
        self.lines = []
        self.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))

    def emit(self, record):
        if record.name != "httpx":  # the tests' own client
            self.lines.append(self.format(record))


class House:
    """What the walk needs to know; made once for all tests of the architecture."""

    def __init__(self, settings, connection):
        self.settings, self.connection = settings, connection
        self.clock = StandingClock()
        self.engine = make_engine(
            settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=2
        )
        self.worker_engine = make_engine(
            settings.login_url("ksr_worker"), keys=keys_of(settings), pool_size=2
        )
        self.table = table.read()
        self.aviary = Aviary()
        self.things, self.ghosts = {}, {}
        self.heard = Heard()
        self.statements = []
        self.gates = []

    def gate(self, *plugins, **changes):
        """The web, anew: it has no memory of municipalities' states.

        `plugins` are hung beside the demonstration's, `changes` made to the settings.
        """
        settings = msgspec.structs.replace(self.settings, **changes)
        made = create_app(settings, clock=self.clock, plugins=[DemoPlugin(), *plugins])
        self.gates.append(made)
        # Litestar sets the root logger's handlers anew with every application.
        if self.heard not in logging.getLogger().handlers:
            logging.getLogger().addHandler(self.heard)
        return made

    def listen(self):
        """From now on count statements and hear the log."""
        event.listen(Engine, "before_cursor_execute", self._counted)
        logging.getLogger().addHandler(self.heard)
        self._level = logging.getLogger().level
        logging.getLogger().setLevel(logging.INFO)

    def _counted(self, connection, cursor, statement, *rest):
        self.statements.append(statement)

    async def close(self):
        """Leave nothing open."""
        event.remove(Engine, "before_cursor_execute", self._counted)
        logging.getLogger().removeHandler(self.heard)
        logging.getLogger().setLevel(self._level)
        await self.engine.dispose()
        await self.worker_engine.dispose()
        for gate in self.gates:
            await gate.close()

    # People

    @property
    def residents(self):
        return [person for name, person in self.home.people.items() if name != "expired"]

    @property
    def principals(self):
        """One person for each role, and the vendor's."""
        return [
            *(person for person in self.residents if not person.name.startswith("other")),
            self.vendor,
        ]

    @property
    def expired(self):
        return self.home.people["expired"]

    def rightful(self, row):
        """Those who may use the route, one for each role; the anonymous where anybody may."""
        if row.right == "anyone":
            return [NOBODY]
        return [one for one in self.principals if one.role in self.table.rights[row.right]]

    def foreigner(self, row):
        """Somebody with the right, but in the other municipality."""
        roles = self.table.rights.get(row.right, ["parent"])
        found = next((p for p in self.abroad.people.values() if p.role in roles), None)
        return (found or self.abroad.people["coordinator"])._replace(name="foreigner", account=None)

    async def fresh(self, person):
        """The same person in a session that may be spent."""
        if person.account is None:
            if person is not self.vendor:
                return person
            token = uuid4().hex
            await self._vendor_session(token, ABSOLUTE)
            return person._replace(token=token)
        async with pinned_session(self.engine, self.home.schema) as session, session.begin():
            self.home.session = session
            return person._replace(token=await self.home.signed_in(person))

    async def settle_vendor(self):
        """The vendor's person, signed in; and the session of a parent, over, at the console."""
        self.vendor = Person("vendor", "vendor", uuid4().hex)
        await self.connection.execute(
            "INSERT INTO control.vendor_account"
            " (id, login, name, password_hash, totp_secret, totp_last_step, failures)"
            " VALUES (gen_random_uuid(), 'serwis@matrix.example', 'Serwis', '', '', 0, 0)"
        )
        for key in (world.VENDOR_KEY, uuid4()):
            await self.connection.execute(
                "INSERT INTO control.vendor_passkey (id, account_id, credential_id, public_key,"
                " sign_count, host, name) SELECT $1, id, $2, '', 0, 'konsola.localhost', 'Telefon'"
                " FROM control.vendor_account WHERE login = 'serwis@matrix.example'",
                key,
                key.bytes,
            )
        await self.connection.execute(
            "INSERT INTO control.vendor_invitation (id, account_id, token_hash, expires_at)"
            " SELECT gen_random_uuid(), id, $1, $2 FROM control.vendor_account"
            " WHERE login = 'serwis@matrix.example'",
            hashed(world.VENDOR_TICKET),
            NOW + timedelta(hours=1),
        )
        await self._vendor_session(self.vendor.token, ABSOLUTE)
        await self._vendor_session(self.expired.token, timedelta(hours=-1))
        await self._vendor_session(uuid4().hex, ABSOLUTE, world.VENDOR_SESSION)

    async def _vendor_session(self, token, lasts, key=None):
        await self.connection.execute(
            "INSERT INTO control.vendor_session (id, token_hash, account_id, expires_at, last_seen_at)"
            " SELECT $4, $1, id, $2, $3 FROM control.vendor_account"
            " WHERE login = 'serwis@matrix.example'",
            hashed(token),
            NOW + lasts,
            NOW,
            key or uuid4(),
        )

    # Things

    async def build(self):
        """Two municipalities, and for every row its things in them."""
        tenant = read.read(FOLDER / "pila")
        cities = []
        for slug in (HOME, ABROAD):
            schema = await provision.create(
                self.settings, slug, slug.title(), [f"{slug}.localhost"], brand_of(tenant)
            )
            cities.append(City(slug, schema, None, self.aviary, self.settings))
        self.home, self.abroad = cities
        for city in cities:
            async with pinned_session(self.engine, city.schema) as session, session.begin():
                city.session = session
                await city.found()
                if city is self.home:
                    await self.settle_vendor()
                    self.ghosts = {
                        one.name: await city.ghosts(one.name)
                        for one in self.principals
                        if one is not self.vendor
                    }
                for row in self.table.rows.values():
                    await self._things(city, row)
        self.write_mail()

    async def _things(self, city, row):
        make = THINGS[row.takes] if row.takes else nothing
        for one in self.rightful(row):
            here = city.people.get(one.name, one)
            if city is self.abroad:
                self.things[row.name, one.name, "foreign"] = await make(city, here)
                continue
            self.things[row.name, one.name, "own"] = await make(city, here)
            for other in row.also:
                self.things[row.name, one.name, other] = await THINGS[other](city, here)
            if row.fragment:
                self.things[row.name, one.name, "again"] = await make(city, here)
            if rival := city.rival(here):
                self.things[row.name, one.name, "rival"] = await make(city, rival)

    def write_mail(self):
        """A letter in the demonstration's mailbox."""
        folder = self.settings.home / "mail"
        folder.mkdir(exist_ok=True)
        letter = compose(
            MESSAGES["application-submitted"],
            message_id=uuid4(),
            recipient=self.aviary.email("email", "mailbox"),
            language="pl",
            values={"number": "1", "address": "http://zator.localhost/"},
            sender=self.settings.mail_from,
            clock=self.clock,
        )
        (folder / "1.eml").write_bytes(letter.as_bytes())

    # What may be shown

    def shown(self, groups, thing):
        """The canaries that a rightful person may be shown with a thing."""
        fields = self.table.fields(groups)
        seen = {key for key, facts in self.home.applications.items() if thing.sees(facts)}
        seen |= {self.home.applications[key].account for key in seen}
        return {
            canary
            for canary in self.aviary.known.values()
            if canary.field in fields
            and (canary.of in seen or canary.of in thing.members or canary.of in (HOME, "mailbox"))
        }

    def own_name(self, person):
        return {
            canary
            for canary in self.aviary.known.values()
            if canary.of == person.account.id and canary.field != "account-email"
        }

    # What is kept

    async def tables(self, schema):
        return [
            row["tablename"]
            for row in await self.connection.fetch(
                "SELECT tablename FROM pg_tables WHERE schemaname = $1 ORDER BY 1", schema
            )
        ]

    async def fingerprint(self):
        """A hash of every table that only deeds may change, by schema and table."""
        found = {}
        for schema in (self.home.schema, self.abroad.schema, "control"):
            for name in await self.tables(schema):
                if name not in UNTOUCHED:
                    found[schema, name] = await self.connection.fetchval(
                        f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {schema}.{name} t"
                    )
        return found

    async def put(self, state):
        """The home municipality into this state."""
        await self.connection.execute(
            "UPDATE control.municipality SET state = $1 WHERE slug = $2", state, HOME
        )
