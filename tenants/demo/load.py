"""Writing a made-up recruitment into a municipality's schema, by COPY."""

import hashlib
import json
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import msgspec
from PIL import Image, ImageDraw

from ksr_saas.applications.models import claim_key
from ksr_saas.applications.rules import child_key
from ksr_saas.campaigns.timetable import Stage
from ksr_saas.catchments.models import CatchmentSegment
from ksr_saas.catchments.rules import Segment
from ksr_saas.criteria.rulebook import Rulebook
from ksr_saas.identity.rules import next_expiry
from ksr_saas.identity.totp import bound
from ksr_saas.kernel.clock import WARSAW
from ksr_saas.kernel.files import Files
from ksr_saas.kernel.keys import KeyRing
from ksr_saas.kernel.sealed import Hidden, stored, unlocked
from ksr_saas.offer.places import street_key
from ksr_saas.people.collation import sort_key
from ksr_saas.tables import TENANT
from tenants.demo.catchments import SOURCE, segments
from tenants.demo.generate import City
from tenants.demo.households import NOT_PROVEN, Family
from tenants.demo.places import estates
from tenants.demo.staff import members
from tenants.read import Tenant

SPACE = UUID("6d9f0c2e-5f0c-4f0e-9d6a-2d1c8e1b7a11")
Rows = list[dict[str, Any]]


def key(*parts: object) -> UUID:
    """The same id for the same thing at every load."""
    return uuid5(SPACE, "/".join(map(str, parts)))


def retimed(now: datetime) -> dict[str, tuple[datetime, datetime]]:
    """The demonstration's timetable around `now`: applications are open, nothing is published."""
    today = now.astimezone(WARSAW).replace(hour=0, minute=0, second=0, microsecond=0)

    def at(days: int, hour: int) -> datetime:
        return today + timedelta(days=days, hours=hour)

    return {
        "offer": (at(-7, 12), at(-5, 12)),
        "submission": (at(-5, 12), at(2, 15)),
        "verification": (at(-5, 12), at(5, 15)),
        "results": (at(6, 13), at(6, 23)),
        "confirmation": (at(6, 13), at(9, 15)),
        "resignation": (at(6, 13), at(9, 15)),
        "admission": (at(10, 14), at(20, 15)),
    }


def timetable(stages: tuple[Stage, ...], now: datetime) -> tuple[Stage, ...]:
    """The municipality's stages with the demonstration's dates."""
    times = retimed(now)
    return tuple(
        msgspec.structs.replace(
            one, starts_at=times[one.code.value][0], ends_at=times[one.code.value][1]
        )
        for one in stages
    )


def proof() -> bytes:
    """A picture that stands for every proof of the demonstration."""
    picture = Image.new("RGB", (620, 440), "#f4f5f6")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((20, 20, 600, 420), outline="#6b7480", width=3)
    draw.text((210, 205), "DOKUMENT POKAZOWY", fill="#16191d", font_size=20)
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


SAID = Path(__file__).with_name("said.toml")


class Loader:
    """Collects the rows of one municipality, then writes them at once."""

    def __init__(
        self,
        tenant: Tenant,
        *,
        now: datetime,
        person_key: Callable[[str], str],
        hashed: Callable[[str], str],
        authenticator: Callable[[str], str],
    ) -> None:
        self.slug = tenant.file.slug
        self.tenant = tenant
        self.now = now
        self.person_key = person_key
        self.hashed = hashed
        self.authenticator = authenticator
        self.rows: dict[str, Rows] = {}
        self.campaign_id = key(self.slug, "campaign")
        self.statements = {one.code: one.statement for one in tenant.rulebook.criteria}
        self.picture, self.picture_size = "", 0
        self.accounts: set[UUID] = set()
        self.count = 0

    def add(self, table: str, **row: Any) -> None:
        """Keep a row for `table`."""
        self.rows.setdefault(table, []).append(row)

    def campaign(self, count: int) -> None:
        """The recruitment with the demonstration's dates."""
        self.count = count
        rulebook: Rulebook = self.tenant.rulebook
        self.add(
            "campaign",
            id=self.campaign_id,
            code=self.tenant.campaign.code,
            level="preschool",
            school_year=self.tenant.campaign.school_year,
            name=json.dumps(self.tenant.campaign.name),
            rulebook=json.dumps(msgspec.to_builtins(rulebook)),
            timetable=json.dumps(
                msgspec.to_builtins(timetable(self.tenant.campaign.stages, self.now))
            ),
            opened_at=self.now,
            last_number=count,
        )

    def institutions(self, city: City) -> None:
        """Institutions and their places."""
        for n, place in enumerate(city.places):
            self.add(
                "institution",
                id=self.institution(n),
                code=place.code,
                rspo=place.rspo,
                kind=place.kind,
                name=place.name,
                sort_key=sort_key(place.name),
                street=place.street,
                postal_code=place.postal_code,
                town=self.tenant.file.name,
                district=place.district,
                lat=place.lat,
                lon=place.lon,
                phone="",
                email=f"{place.code}@{self.slug}.invalid",
                hours="6:30–17:00",
                made_up=place.made_up,
            )
            self.add(
                "unit",
                id=self.unit(n),
                campaign_id=self.campaign_id,
                institution_id=self.institution(n),
                capacity=place.places,
            )
            self.add(
                "offer",
                id=key(self.slug, "offer", n),
                campaign_id=self.campaign_id,
                institution_id=self.institution(n),
                state="accepted",
                comment="",
                version=1,
            )

    def catchments(self, city: City) -> None:
        """The catchments of the primary schools, from the school year of the recruitment on."""
        year = int(self.tenant.campaign.school_year.partition("/")[0])
        for n, (place, street, span) in enumerate(segments(city.places, estates("wroclaw"))):
            row = CatchmentSegment(id=key(self.slug, "catchment", n), simc="", ulic="", reason="")
            row.take(
                Segment(
                    institution=self.institution(place),
                    street=street,
                    span=span,
                    valid_from=year,
                    source=SOURCE,
                )
            )
            columns = TENANT.tables["catchment_segment"].columns
            self.add(
                "catchment_segment",
                **{one.name: getattr(row, one.name) for one in columns if one.name != "created_at"},
            )

    def says(self) -> None:
        """News, and what parents ask most."""
        day = self.now.astimezone(WARSAW).date()
        for kind, articles in tomllib.loads(SAID.read_text("utf-8")).items():
            for n, one in enumerate(articles):
                self.add(
                    "article",
                    id=key(self.slug, kind, n),
                    article_id=key(self.slug, kind, n),
                    number=1,
                    kind=kind,
                    title=json.dumps(one["title"]),
                    body=json.dumps(one["body"]),
                    shown_from=day if kind == "news" else None,
                    pinned=False,
                    place=n,
                    taken_down=False,
                    saved_by=key(self.slug, "staff", "koordynator"),
                )

    def streets(self, city: City) -> None:
        """Streets, each in the middle of its estate."""
        for n, estate in enumerate(city.estates):
            for street in estate.streets:
                self.add(
                    "street_point",
                    id=key(self.slug, "street", n, street),
                    street=street if street.startswith(("al. ", "Bulwar ")) else f"ul. {street}",
                    street_key=street_key(street),
                    lat=estate.lat,
                    lon=estate.lon,
                    district=estate.district,
                )

    def institution(self, n: int) -> UUID:
        """Id of the n-th institution."""
        return key(self.slug, "institution", n)

    def unit(self, n: int) -> UUID:
        """Id of the n-th institution's offer."""
        return key(self.slug, "unit", n)

    def staff(self, login: str, name: str, roles: tuple[str, ...], at: UUID | None) -> None:
        """A member of staff, who begins in the last of the roles."""
        account, secret = key(self.slug, "staff", login), self.authenticator(login)
        given, _, family = name.partition(" ")
        self.add(
            "account",
            id=account,
            kind="staff",
            login=login,
            given_name=given,
            family_name=family,
            email="",
            password_hash=self.hashed(login),
            totp_sealed=bound(account, secret) if secret else None,
            valid_until=next_expiry(self.now.astimezone(WARSAW).date()),
            language="pl",
            active=True,
            failures=0,
        )
        for n, role in enumerate(roles):
            self.add(
                "role_grant",
                id=key(account, "grant", role),
                account_id=account,
                role=role,
                institution_id=at,
                used_at=self.now if n else None,
            )

    def account(self, one: Family) -> UUID:
        """The account of the household's first guardian, written once."""
        account = key(self.slug, "parent", one.account)
        if account not in self.accounts:
            self.accounts.add(account)
            first = one.guardians[0]
            self.add(
                "account",
                id=account,
                kind="parent",
                given_name=first.given,
                family_name=first.family,
                email=first.email,
                person_key=self.person_key(first.pesel),
                birth_date=first.born,
                language=one.language,
                active=True,
                failures=0,
            )
        return account

    def handed_in(self, number: int) -> datetime:
        """When an application came in: evenly over the days that lie behind us."""
        opened = retimed(self.now)["submission"][0]
        return opened + (self.now - opened) * (number / (self.count + 1))

    def family(self, one: Family) -> None:
        """One application with its child and guardians."""
        account, child = self.account(one), key(self.slug, "child", one.number)
        application = key(self.slug, "application", one.number)
        at = self.handed_in(one.number)
        address = {
            "street": one.address.street,
            "postal_code": one.address.postal_code,
            "town": self.tenant.file.name,
        }
        self.add(
            "child",
            id=child,
            account_id=account,
            given_name=one.child[0],
            second_name=one.second_name,
            family_name=one.child[1],
            pesel=one.pesel or None,
            document=one.document,
            birth_date=one.born,
            **address,
        )
        snapshot = {"version": 1, "demo": True, "number": one.number}
        self.add(
            "application",
            id=application,
            campaign_id=self.campaign_id,
            account_id=account,
            child_id=child,
            status=one.status,
            number=one.number,
            child_key=child_key(one.pesel, one.document),
            first_institution_id=self.institution(one.wishes[0]),
            submitted_at=at,
            saved_at=at,
            returned_for=one.returned_for,
            return_until=self.now + timedelta(days=2) if one.status == "returned" else None,
            decided_at=at + (self.now - at) / 2 if one.status == "verified" else None,
            decision_reason="",
            snapshot=snapshot,
            digest=hashlib.sha256(json.dumps(snapshot).encode()).hexdigest(),
            criteria_answered=json.dumps(list(self.statements)),
            certificate_outcome="pending",
        )
        for position, guardian in enumerate(one.guardians, start=1):
            self.add(
                "guardian",
                id=key(application, "guardian", position),
                application_id=application,
                position=position,
                account_id=account if position == 1 else None,
                typed_by=account,
                given_name=guardian.given,
                family_name=guardian.family,
                email=guardian.email,
                phone=guardian.phone,
                **address,
            )
        for rank, wish in enumerate(one.wishes, start=1):
            self.add(
                "wish",
                id=key(application, "wish", rank),
                application_id=application,
                unit_id=self.unit(wish),
                rank=rank,
            )
        for n, claim in enumerate(one.claims):
            self.add(
                "claim",
                id=key(application, "claim", n),
                application_id=application,
                criterion=claim.criterion,
                key=claim_key(application, claim.criterion),
                institution_id=self.institution(claim.place) if claim.place is not None else None,
                amount=claim.amount,
                outcome=claim.outcome,
                reason=NOT_PROVEN if claim.outcome == "rejected" else "",
            )
            if claim.proof:
                self.add(
                    "attachment",
                    id=key(application, "file", n),
                    application_id=application,
                    criterion=claim.criterion,
                    label="orzeczenie.png",
                    media_type="image/png",
                    size=self.picture_size,
                    store_name=self.picture,
                )

    def hide(self, ring: KeyRing) -> None:
        """Seal what the database must not see."""
        with unlocked(ring):
            for name, rows in self.rows.items():
                hidden = [c for c in TENANT.tables[name].columns if isinstance(c.type, Hidden)]
                for row in rows:
                    for column in hidden:
                        if column.name in row:
                            row[column.name] = stored(column, row[column.name])

    async def write(self, connection: asyncpg.Connection, schema: str) -> None:
        """Write everything in one transaction, as the municipality's own role."""
        order = [
            "campaign",
            "institution",
            "catchment_segment",
            "street_point",
            "unit",
            "offer",
            "account",
            "role_grant",
            "child",
            "application",
            "guardian",
            "wish",
            "claim",
            "attachment",
            "article",
        ]
        assert self.rows.keys() <= set(order)
        async with connection.transaction():
            await connection.execute(f"SET LOCAL ROLE {schema}; SET LOCAL search_path = {schema}")
            for table in order:
                groups: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
                for row in self.rows.get(table, []):
                    groups.setdefault(tuple(row), []).append(tuple(row.values()))
                for columns, records in groups.items():
                    await connection.copy_records_to_table(
                        table, columns=list(columns), records=records
                    )
            await connection.execute("ANALYZE")


async def load(
    connection: asyncpg.Connection,
    schema: str,
    tenant: Tenant,
    city: City,
    *,
    now: datetime,
    person_key: Callable[[str], str],
    hashed: Callable[[str], str],
    files: Files,
    authenticator: Callable[[str], str] = lambda _: "",
    ring: KeyRing,
) -> None:
    """Fill an empty municipality.

    `hashed` gives the password hash of a login, `authenticator` its TOTP secret; staff for whom
    that is empty enrol at their first login.
    """
    made = Loader(
        tenant, now=now, person_key=person_key, hashed=hashed, authenticator=authenticator
    )
    picture = proof()
    made.picture, made.picture_size = files.put(picture), len(picture)
    made.campaign(len(city.families))
    made.institutions(city)
    made.says()
    made.catchments(city)
    made.streets(city)
    for member in members(made.slug, city):
        at = made.institution(member.place) if member.place is not None else None
        made.staff(member.login, member.name, member.roles, at)
    for one in city.families:
        made.family(one)
    made.hide(ring)
    await made.write(connection, schema)
