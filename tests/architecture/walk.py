"""Every route asked for by everybody, in an order in which no deed disturbs what comes after."""

from typing import NamedTuple
from urllib.parse import quote
from uuid import uuid4

import httpx

from tests.architecture.world import Id, Of, Person, Thing

NOBODY = Person("anonymous", None, "")
NOWHERE = ("nie-ma", "\x00", str(uuid4()))
METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "GET")
OVERRIDE = {
    "X-HTTP-Method-Override": "POST",
    "X-HTTP-Method": "POST",
    "X-Method-Override": "POST",
    "X-Forwarded-Host": "gniew.localhost",
    "Forwarded": "host=gniew.localhost",
}
AT_HOME = {"X-Forwarded-Host": "zator.localhost:8000", "Forwarded": "host=zator.localhost"}
ELSEWHERE = (
    ("no token", {"token": ""}, {}),
    ("a made-up token", {"token": "0" * 128}, {}),
    ("a form on another site", {}, {"Sec-Fetch-Site": "cross-site"}),
    ("a form on a sister site", {}, {"Sec-Fetch-Site": "same-site"}),
    ("another origin", {}, {"Origin": "http://zla.invalid"}),
    ("an origin of nowhere", {}, {"Origin": "null"}),
)


class Answer(NamedTuple):
    """One answer and what was expected of it.

    `allowed` are the canaries that may be in it, `promised` the fields that must be;
    `statements` counts SQL.
    """

    stage: str
    route: object
    asked: str
    expected: int | None
    status: int
    headers: httpx.Headers
    content: bytes
    statements: int
    allowed: frozenset
    promised: frozenset

    def __str__(self):
        return f"{self.stage}: {self.asked} gave {self.status}, not {self.expected}"

    @property
    def head(self):
        """Its headers as text."""
        return "\n".join(f"{name}: {value}" for name, value in self.headers.multi_items())


class Browser:
    """Sends exactly what it is told, and keeps no cookies."""

    def __init__(self, app, token, statements):
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://127.0.0.1"
        )
        self.token, self.statements = token, statements

    async def ask(self, method, path, *, cookie="", form=None, headers=(), token=None):
        """The answer and the number of SQL statements it took."""
        kept = [cookie, f"ksr-csrf={self.token}" if self.token else ""]
        sent = [*headers, ("Cookie", "; ".join(filter(None, kept)))]
        body = {"_csrf_token": self.token if token is None else token} | (form or {})
        before = len(self.statements)
        answer = await self.client.request(
            method, path, headers=sent, data=body if method not in ("GET", "HEAD") else None
        )
        self.client.cookies.clear()
        return answer, len(self.statements) - before


class Walk:
    """The walk through one house; `answers` holds everything that came back."""

    def __init__(self, house, routes, token):
        self.house, self.routes, self.token = house, routes, token
        self.answers = []
        self.enter(house.gate())

    def enter(self, app):
        """Go on at another door."""
        self.browser = Browser(app, self.token, self.house.statements)

    async def send(
        self, stage, route, person, what, expected, *,
        thing=None, city=None, method=None, form=None, htmx=False, headers=(), shows=None,
        promised=True, cookie=None, token=None, host=None,
    ):  # fmt: skip
        """One request; `shows` are the groups of data for its answer, which have to be there."""
        house, thing = self.house, thing or Thing()
        city, method = city or house.home, method or route.method
        host = host or f"{route.host or f'{city.slug}.localhost'}:8000"
        address = addressed(route, thing)
        if form is None:
            form = house.table.rows[route.name].form | plain(thing.form)
        answer, statements = await self.browser.ask(
            method,
            address,
            cookie=person.cookie if cookie is None else cookie,
            form=form,
            headers=[("Host", host), *headers, *([("HX-Request", "true")] if htmx else ())],
            token=token,
        )
        allowed = house.shown(shows, thing) if shows else set()
        if person.account and city is house.home and not route.host:
            allowed = allowed | house.own_name(person)
        asked = f"{person.name}, {what}{' htmx' if htmx else ''}: {method} {host}{address}"
        self.answers.append(
            Answer(
                stage,
                route,
                asked,
                expected,
                answer.status_code,
                answer.headers,
                answer.content,
                statements,
                frozenset(allowed),
                frozenset(house.table.fields(shows)) if shows and promised else frozenset(),
            )
        )

    def row(self, route):
        return self.house.table.rows[route.name]

    def thing(self, route, person, which="own"):
        return self.house.things.get((route.name, person.name, which))

    def answer_to(self, route):
        return self.row(route).answer or (200 if route.safe else 303)

    def strangers(self, route):
        """Those who are nobody here, whatever is asked for."""
        found = [NOBODY, self.house.expired, self.house.foreigner(self.row(route))]
        return found if route.host else [*found, self.house.vendor]

    def misfits(self, route, person):
        """Things that are not there for the person: exchanged as a whole, or in one id."""
        mine = self.thing(route, person)
        others = [("somebody else's", self.thing(route, person, "rival"), {Of.OWNER})]
        others += [
            ("another municipality's", self.thing(route, person, "foreign"), {Of.OWNER, Of.CITY})
        ]
        for whose, other, bound in others:
            if other and bound & {one.of for one in (*ids(mine.path), *ids(mine.form))}:
                yield f"{whose} thing", other
        for part in ("path", "form"):
            values = getattr(mine, part)
            for key, value in values.items():
                if not isinstance(value, Id):
                    continue
                wrong = [("nobody's", one) for one in NOWHERE]
                wrong += [("a stray", one) for one in value.strays]
                wrong += [
                    (whose, getattr(other, part)[key].value)
                    for whose, other, bound in others
                    if other and value.of in bound
                ]
                for whose, one in wrong:
                    changed = values | {key: value._replace(value=one)}
                    yield f"{whose} {key}", mine._replace(**{part: changed})

    async def refusals(self, route):
        """Everybody who may not, and the rightful with what is not theirs.

        Whose thing it is makes no difference to those whom the guard turns away.
        """
        house, row = self.house, self.row(route)
        for htmx in (False, True):
            login = 303 if route.safe and not htmx else 401
            for number, person in enumerate(house.rightful(row)):
                mine = self.thing(route, person)
                for what, thing in self.misfits(route, person):
                    await self.send("refused", route, person, what, 404, thing=thing, htmx=htmx)
                if row.right == "anyone":
                    continue
                nobody = self.strangers(route) if number == 0 else []
                if not htmx:
                    nobody += house.ghosts.get(person.name, [])
                for one in nobody:
                    await self.send("refused", route, one, "at home", login, thing=mine, htmx=htmx)
                if route.host:
                    continue
                for thing in filter(None, (mine, self.thing(route, person, "foreign"))):
                    await self.send(
                        "refused", route, person, "abroad", login,
                        thing=thing, city=house.abroad, htmx=htmx, headers=AT_HOME.items(),
                    )  # fmt: skip
                for one in house.residents:
                    if one.role not in house.table.rights[row.right]:
                        if number == 0:
                            await self.send(
                                "refused", route, one, "home", 403, thing=mine, htmx=htmx
                            )
                    elif one == house.home.rival(person) and Of.OWNER in {
                        value.of for value in ids(mine.path)
                    }:
                        await self.send("refused", route, one, "home", 404, thing=mine, htmx=htmx)

    async def from_elsewhere(self, route):
        """The rightful, but their form was not on one of our own pages."""
        if "cross-site" in self.row(route).apart:
            return
        for person in self.house.rightful(self.row(route)):
            for what, options, headers in ELSEWHERE:
                await self.send(
                    "from elsewhere", route, person, what, 403,
                    thing=self.thing(route, person), headers=headers.items(), **options,
                )  # fmt: skip

    async def at_no_host_of_ours(self, route):
        """The rightful at a host nobody knows, which no other header makes ours."""
        if route.host:
            return
        free = route.path.startswith("/health/")
        for person in self.house.rightful(self.row(route)):
            await self.send(
                "no host", route, person, "own", self.answer_to(route) if free else 404,
                thing=self.thing(route, person), host="zla.invalid", headers=AT_HOME.items(),
            )  # fmt: skip

    async def other_methods(self, route):
        """Methods that nobody declared at this address."""
        declared = {
            one.method for one in self.routes if (one.host, one.path) == (route.host, route.path)
        }
        person = self.house.rightful(self.row(route))[0]
        for method in METHODS:
            # The gate answers HEAD as it would answer GET, without the body.
            if method not in declared and not (method == "HEAD" and "GET" in declared):
                await self.send(
                    "other method", route, person, "own", 405,
                    thing=self.thing(route, person), method=method, headers=OVERRIDE.items(),
                )  # fmt: skip

    async def empty_forms(self, route):
        """The rightful send the form without what they had to type."""
        row = self.row(route)
        for person in self.house.rightful(row) if row.form else ():
            thing = self.thing(route, person)
            await self.send(
                "empty form", route, person, "own", None,
                thing=thing, form=plain(thing.form), shows=row.shows, promised=False,
            )  # fmt: skip

    async def reading(self, route, stage="reading"):
        """The rightful read, as a page and as a fragment; and where all may, everybody does."""
        row = self.row(route)
        for person in self.house.rightful(row):
            for which, shows in {"own": row.shows, **row.also}.items():
                thing = self.thing(route, person, which)
                for htmx in (False, True):
                    for _ in range(2):  # one of the two finds the municipality remembered
                        await self.send(
                            stage, route, person, which, self.answer_to(route),
                            thing=thing, htmx=htmx, shows=shows, headers=OVERRIDE.items(),
                        )  # fmt: skip
        if row.right == "anyone" and not route.host:
            for one in (*self.house.residents, *self.strangers(route)):
                thing = self.thing(route, NOBODY)
                await self.send(stage, route, one, "all", self.answer_to(route), thing=thing)

    async def doing(self, route):
        """The rightful do it, each in a session of their own."""
        row = self.row(route)
        people = self.house.rightful(row)
        if row.right == "anyone" and not route.host:
            people = [*people, *self.house.residents]
        for person in people:
            for which in ("own", "again") if row.fragment else ("own",):
                htmx = which == "again"
                thing = self.thing(route, person, which) or self.thing(route, NOBODY)
                one = (thing and thing.by) or person
                await self.send(
                    "doing", route, one, which, 200 if htmx else self.answer_to(route),
                    thing=thing,
                    htmx=htmx, shows=row.shows if htmx or self.answer_to(route) == 200 else (),
                    cookie=(await self.house.fresh(one)).cookie,
                )  # fmt: skip

    async def while_read_only(self, route):
        """The municipality may be read and nothing else."""
        row = self.row(route)
        if route.safe:
            await self.reading(route, "read-only")
        elif "when-read-only" not in row.apart:
            for person in self.house.rightful(row):
                thing = self.thing(route, person)
                for one in (person, NOBODY):
                    await self.send("read-only", route, one, "own", 503, thing=thing)

    async def while_suspended(self, route):
        """The municipality serves one notice; only the process still tells how it is."""
        expected = self.answer_to(route) if route.path.startswith("/health/") else 503
        for person in self.house.rightful(self.row(route)):
            thing = self.thing(route, person)
            await self.send("suspended", route, person, "own", expected, thing=thing)


def ids(values):
    return [value for value in values.values() if isinstance(value, Id)]


def plain(values):
    return {key: value.value if isinstance(value, Id) else value for key, value in values.items()}


def addressed(route, thing):
    """The path of a route with the thing's ids in it."""
    path = route.path
    for key, value in plain(thing.path).items():
        for kind, safe in (("uuid", ""), ("str", ""), ("path", "/%")):
            path = path.replace(f"{{{key}:{kind}}}", quote(value, safe=safe))
    return path
