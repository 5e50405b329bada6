"""The table of matrix.toml, and the routes of the product it has to agree with. Pure."""

import tomllib
from pathlib import Path
from typing import NamedTuple

TABLE = Path(__file__).with_name("matrix.toml")
WHERE = f"tests/architecture/{TABLE.name}"
APART = {
    "cross-site": ("cross_site", "exclude_from_csrf"),
    "when-read-only": ("when_read_only",),
}
SAFE = {"GET", "HEAD"}
WORDS = {"takes", "answer", "form", "shows", "also", "fragment", "apart"}


class Row(NamedTuple):
    """One line of the table."""

    name: str
    right: str
    takes: str
    answer: int | None
    form: dict
    shows: tuple
    also: dict
    fragment: bool
    apart: frozenset


class Route(NamedTuple):
    """One address and method of one application; `host` is "" for the municipalities'."""

    host: str
    name: str | None
    method: str
    path: str
    right: str | None
    apart: frozenset

    @property
    def safe(self):
        return self.method in SAFE

    def __str__(self):
        return f"{self.host or 'city'}: {self.method} {self.path} ({self.name})"


class Table(NamedTuple):
    """`rights` names the roles of each right, `data` the fields of each group."""

    rights: dict
    data: dict
    rows: dict

    def fields(self, groups):
        """The fields of these groups of data."""
        return {field for group in groups for field in self.data[group]}


def read(text=None):
    """The table; a row stands once."""
    raw = tomllib.loads(text if text is not None else TABLE.read_text("utf-8"))
    rights, data = raw.pop("rights"), raw.pop("data")
    rows = {}
    for right, lines in raw.items():
        assert right == "anyone" or right in rights, f"{WHERE}: who has the right {right}?"
        for name, line in lines.items():
            assert name not in rows, f"{WHERE}: {name} stands twice"
            assert line.keys() <= WORDS, f"{WHERE}: {name} says {line.keys() - WORDS}"
            rows[name] = Row(
                name,
                right,
                line.get("takes", ""),
                line.get("answer"),
                line.get("form", {}),
                tuple(line.get("shows", ())),
                line.get("also", {}),
                line.get("fragment", False),
                frozenset(line.get("apart", ())),
            )
    return Table(rights, data, rows)


def routes_of(applications):
    """Every route of the applications by host, without the framework's own OPTIONS."""
    found = []
    for host, app in applications.items():
        for route in app.routes:
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods - {"OPTIONS"}):
                    right = handler.opt.get("right")
                    apart = {
                        word
                        for word, keys in APART.items()
                        if method not in SAFE and any(handler.opt.get(key) for key in keys)
                    }
                    found.append(
                        Route(
                            host,
                            handler.name,
                            method,
                            route.path,
                            right.value if right else None,
                            frozenset(apart),
                        )
                    )
    return found


def disagreements(table, routes):
    """What has to be written where, so that table and routes agree; empty when they do."""
    found = []
    for route in routes:
        row = table.rows.get(route.name)
        if route.right is None:
            found.append(f'{route} declares no right: give it opt={{"right": Right.…}}')
        elif route.name is None:
            found.append(f'{route} has no name: give it name="portal:noun:verb"')
        elif row is None:
            found.append(
                f"{route} has no row in {WHERE}: add to its section [{route.right}] a line like"
                f' "{route.name}" = {{ takes = "…" }}'
            )
        elif row.right != route.right:
            found.append(
                f"{route} declares the right {route.right}, but its row in {WHERE} stands in"
                f" [{row.right}]"
            )
        elif row.apart != route.apart:
            found.append(
                f"{route} is apart by {sorted(route.apart)}, but its row in {WHERE} says"
                f" {sorted(row.apart)}"
            )
    found += [
        f"there is no route {name} any more: take its row out of {WHERE}"
        for name in table.rows.keys() - {route.name for route in routes}
    ]
    return found
