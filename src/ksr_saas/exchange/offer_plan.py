"""What a file would do to an offer: what is new, what changes, what is not in it. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from ksr_saas.exchange.offer_rows import MORE_CONTINUE, NEEDED, Issue, Line, Read
from ksr_saas.kernel.errors import N_
from ksr_saas.kernel.forms import stamp
from ksr_saas.offer.kinds import Organ, Pool, UnitKind
from ksr_saas.offer.states import OfferState

Values = dict[str, Any]

NEW_INSTITUTION: Values = {
    "rspo": "",
    "regon": "",
    "nip": "",
    "organ": Organ.MUNICIPAL,
    "complex_id": None,
    "short_name": "",
    "district": "",
    "teryt": "",
    "simc": "",
    "ulic": "",
    "phone": "",
    "email": "",
    "website": "",
    "hours": "",
    "iban": "",
    "access": [],
    "about": {},
    "image": "",
    "made_up": False,
}
NEW_UNIT: Values = {
    "code": "",
    "name": "",
    "kind": UnitKind.GENERAL,
    "group": "",
    "pool": Pool.GENERAL,
    "continuing": 0,
    "birth_years": [],
    "first_languages": [],
    "second_languages": [],
    "subjects": [],
    "extended": [],
    "occupations": [],
    "prerequisites": [],
    "about": {},
    "thresholds": {},
}
INCOMPLETE = N_("To nowa placówka, a w pliku brakuje: %(missing)s.")
TWO_INSTITUTIONS = N_("Kod i numer RSPO wskazują dwie różne placówki.")
BELOW_QUALIFIED = N_(
    "Zakwalifikowano tu już dzieci: %(qualified)s. Wolnych miejsc nie może być mniej, a byłoby "
    "%(places)s."
)


class Present(msgspec.Struct, frozen=True):
    """What is there before: institutions and units with their columns, offers by institution.

    `qualified` counts the children that have a place in a unit, `named` are the units that stand
    in somebody's application.
    """

    institutions: Sequence[Values]
    units: Sequence[Values]
    offers: Mapping[UUID, OfferState]
    qualified: Mapping[UUID, int]
    named: frozenset[UUID]


class Difference(msgspec.Struct, frozen=True):
    """One attribute before and after."""

    field: str
    before: Any
    after: Any


class Change(msgspec.Struct, frozen=True):
    """A row that is there already and would be another; `label` says which, for people."""

    row: int
    id: UUID
    label: str
    values: Values
    differences: tuple[Difference, ...]


class Addition(msgspec.Struct, frozen=True):
    """A row that would be new; `place` is its institution as the file names it."""

    row: int
    place: str
    label: str
    values: Values


class Gone(msgspec.Struct, frozen=True):
    """A unit of an institution in the file that the file does not have; `kept` if one named it."""

    id: UUID
    institution_id: UUID
    label: str
    kept: bool


class Plan(msgspec.Struct, frozen=True):
    """Everything a file would do. `places` is where each institution in it is, None for new ones.

    `touched` are the institutions whose offer would be another one.
    """

    issues: tuple[Issue, ...]
    new_institutions: tuple[Addition, ...]
    changed_institutions: tuple[Change, ...]
    new_units: tuple[Addition, ...]
    changed_units: tuple[Change, ...]
    gone: tuple[Gone, ...]
    places: Mapping[str, UUID | None]
    touched: frozenset[str]
    offers: Mapping[UUID, OfferState]
    seats: int

    @property
    def changes(self) -> bool:
        """Whether anything but the states of offers would be another."""
        return any(
            (self.new_institutions, self.changed_institutions, self.new_units, self.changed_units)
        )

    @property
    def seen(self) -> str:
        """A token of what would happen; another one as soon as it would be something else."""
        return stamp(
            [(one.place, one.values) for one in (*self.new_institutions, *self.new_units)],
            [
                (one.id, [(d.field, d.before, d.after) for d in one.differences])
                for one in (*self.changed_institutions, *self.changed_units)
            ],
            [(one.id, one.kept) for one in self.gone],
            sorted((key.hex, state) for key, state in self.offers.items()),
        )


def plan(read: Read, present: Present) -> Plan:
    """What taking `read` would do to `present`."""
    return _Planner(read, present).plan()


class _Planner:
    """Goes through a file once."""

    def __init__(self, read: Read, present: Present) -> None:
        self.read, self.present = read, present
        self.issues = list(read.issues)
        self.by_rspo = {one["rspo"]: one for one in present.institutions if one["rspo"]}
        self.by_code = {one["code"]: one for one in present.institutions}
        self.units = {(one["institution_id"], one["code"]): one for one in present.units}
        self.names = {one["id"]: one["name"] for one in present.institutions}

    def plan(self) -> Plan:
        """The whole plan."""
        first: dict[str, Line] = {}
        for line in self.read.lines:
            first.setdefault(line.place, line)
        known = {place: self._known(line) for place, line in first.items()}
        places = {place: found["id"] if found else None for place, found in known.items()}
        new = [self._new_institution(one) for place, one in first.items() if not known[place]]
        changed = [
            change
            for place, one in first.items()
            if (found := known[place]) and (change := self._changed_institution(one, found))
        ]
        new_units, changed_units = [], []
        seen: dict[UUID, set[str]] = defaultdict(set)
        for line in self.read.lines:
            key = places[line.place]
            unit = self.units.get((key, line.code)) if key else None
            if key:
                seen[key].add(line.code)
            if unit is None:
                new_units.append(self._new_unit(line, known[line.place]))
            elif change := self._changed_unit(line, unit):
                changed_units.append(change)
        gone = tuple(self._gone(seen))
        where = {key: place for place, key in places.items() if key}
        touched = {one.place for one in new_units}
        touched |= {place for place, key in places.items() if key not in self.present.offers}
        by_row = {line.row: line.place for line in self.read.lines}
        touched |= {by_row[one.row] for one in changed_units}
        return Plan(
            issues=tuple(sorted(self.issues, key=lambda one: one.row)),
            new_institutions=tuple(new),
            changed_institutions=tuple(changed),
            new_units=tuple(new_units),
            changed_units=tuple(changed_units),
            gone=gone,
            places=places,
            touched=frozenset(touched),
            offers={key: state for key, state in self.present.offers.items() if key in where},
            seats=sum(one.unit.get("capacity", 0) for one in self.read.lines),
        )

    def _known(self, line: Line) -> Values | None:
        rspo, code = line.institution.get("rspo", ""), line.institution.get("code", "")
        by_rspo, by_code = self.by_rspo.get(rspo), self.by_code.get(code)
        if by_rspo and by_code and by_rspo is not by_code:
            self.issues.append(Issue(line.row, "rspo", TWO_INSTITUTIONS))
        return by_rspo or by_code

    def _new_institution(self, line: Line) -> Addition:
        values = NEW_INSTITUTION | line.institution
        values.setdefault("code", values["rspo"])
        values["code"] = values["code"] or values["rspo"]
        if missing := tuple(field for field in NEEDED if values.get(field, "") == ""):
            self.issues.append(Issue(line.row, "name", INCOMPLETE, {"missing": missing}))
        return Addition(line.row, line.place, str(values.get("name", line.place)), values)

    def _changed_institution(self, line: Line, known: Values) -> Change | None:
        given = {field: value for field, value in line.institution.items() if field != "code"}
        differences = tuple(_differences(known, given))
        if not differences:
            return None
        return Change(line.row, known["id"], known["name"], known | given, differences)

    def _new_unit(self, line: Line, institution: Values | None) -> Addition:
        values = NEW_UNIT | line.unit | {"code": line.code}
        values["thresholds"] = {year: low for year, low in values["thresholds"].items() if low}
        name = institution["name"] if institution else line.institution.get("name", line.place)
        label = f"{name}: {values['name'] or values['code']}".rstrip(": ")
        return Addition(line.row, line.place, label, values)

    def _changed_unit(self, line: Line, known: Values) -> Change | None:
        given = dict(line.unit)
        if "thresholds" in given:
            lows = known["thresholds"] | given["thresholds"]
            given["thresholds"] = {year: low for year, low in lows.items() if low}
        values = known | given
        self._ensure_room(line, values)
        differences = tuple(_differences(known, given))
        if not differences:
            return None
        return Change(line.row, known["id"], self._label(known), values, differences)

    def _ensure_room(self, line: Line, values: Values) -> None:
        if "capacity" not in line.unit:
            return
        capacity, continuing = values["capacity"], values["continuing"]
        qualified = self.present.qualified.get(values["id"], 0)
        if continuing > capacity and "continuing" not in line.unit:
            told = {"continuing": continuing, "capacity": capacity}
            self.issues.append(Issue(line.row, "capacity", MORE_CONTINUE, told))
        elif capacity - continuing < qualified:
            told = {"qualified": qualified, "places": capacity - continuing}
            self.issues.append(Issue(line.row, "capacity", BELOW_QUALIFIED, told))

    def _gone(self, seen: Mapping[UUID, set[str]]) -> Iterator[Gone]:
        for one in self.present.units:
            key = one["institution_id"]
            if key in seen and one["code"] not in seen[key]:
                kept = one["id"] in self.present.named
                yield Gone(one["id"], key, self._label(one), kept)

    def _label(self, unit: Values) -> str:
        name = self.names[unit["institution_id"]]
        return f"{name}: {unit['name'] or unit['code']}".rstrip(": ")


def _differences(known: Values, given: Values) -> Iterator[Difference]:
    for field, value in given.items():
        if known[field] != value:
            yield Difference(field, known[field], value)
