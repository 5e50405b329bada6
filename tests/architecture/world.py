"""Two municipalities alike, with people in every role and something for every route to be about."""

from collections import defaultdict
from io import BytesIO
from decimal import Decimal
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID, uuid4

import msgspec
import pyotp
from pypdf import PdfWriter
from sqlalchemy import delete, func, select, update

from ksr_saas.allocation.models import AllocationRun
from ksr_saas.allocation.service import Runs
from ksr_saas.applications.documents import RECEIPT
from ksr_saas.appeals.models import Appeal, AppealState
from ksr_saas.applications.models import Application, Attachment, Claim, Outcome, Wish
from ksr_saas.applications.rules import number_text
from ksr_saas.applications.states import Status
from ksr_saas.campaigns import rules
from ksr_saas.campaigns.levels import Level
from ksr_saas.campaigns.timetable import StageCode
from ksr_saas.catchments import service as catchments
from ksr_saas.catchments.models import CatchmentSegment
from ksr_saas.catchments.rules import Address, Segment
from ksr_saas.criteria.kinds import DeclaredAt, Exam
from ksr_saas.criteria.procedure import ConfirmMode
from ksr_saas.criteria.rulebook import Rulebook, Tier
from ksr_saas.exchange import offer_import, table
from ksr_saas.exchange.models import FileKind, ImportedFile
from ksr_saas.guardians.models import GuardianLink
from ksr_saas.documents.service import issue, newest, render
from ksr_saas.identity import sessions
from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.identity.models import Account, AccountKind, FactorReset, Grant, LoginSession, Passkey
from ksr_saas.identity.passwords import HASHER
from ksr_saas.identity.totp import bound
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.forms import stamp
from ksr_saas.offer.states import OfferState
from ksr_saas.offering.models import OfferChange
from ksr_saas.offering.units import UnitValues
from ksr_saas.offer.models import Institution, InstitutionKind, Offer, Unit
from ksr_saas.notices import pictures
from ksr_saas.notices.colours import Colours
from ksr_saas.notices.models import Look
from ksr_saas.notices import articles, handouts
from ksr_saas.notices.models import ArticleKind
from ksr_saas.notices.service import LookForm, keep_crest, save_look
from ksr_saas.offer.models import Unit
from ksr_saas.parents.models import Vouching
from ksr_saas.openings.models import Opening
from ksr_saas.openings.rules import LASTS, Reason, Scope
from ksr_saas.people import pesel
from ksr_saas.people.models import Child, CoGuardian, Guardian
from ksr_saas.premises import pictures as building
from ksr_saas.premises.forms import CITY, OWN, Typed
from ksr_saas.premises.web.editing import version_of
from ksr_saas.portals import files_of
from ksr_saas.results import service as results
from ksr_saas.rulebooks import file
from ksr_saas.rulebooks.service import Rules, edition_of, in_force
from ksr_saas.rulebooks.setup import with_rules
from ksr_saas.rulebooks.starting import starting
from ksr_saas.slices import DOCUMENTS
from tests.architecture.canaries import BORN
from tests.factories.pictures import a_picture
from tests.factories.recruitment import (
    NOW,
    RULEBOOK,
    a_campaign,
    an_institution,
    an_offer,
    criterion,
    stages,
)

SOON = stages(NOW + timedelta(days=20))  # applications are taken
DUE = stages(NOW)  # results are due
CONFIRMING = stages(NOW - timedelta(days=3), StageCode.CONFIRMATION)
OVER = stages(NOW - timedelta(days=10))  # nobody may resign any more
PASSWORD = "krowa pasie sie na dachu"
NEW_PASSWORD = "siedem szarych wron na plocie"
HASHED = HASHER.hash(PASSWORD)
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
VENDOR_SESSION, VENDOR_KEY, VENDOR_TICKET = uuid4(), uuid4(), uuid4().hex
PICTURE = b"\x89PNG\r\n\x1a\n"


class StandingClock(Clock):
    def now(self):
        return NOW


class Of(StrEnum):
    """Whose an id is: one family's or institution's, the whole municipality's, everybody's."""

    OWNER = "owner"
    CITY = "city"
    HOUSE = "house"


class Id(NamedTuple):
    """A value of a path or form. `strays` are ids of the same city and owner that do not fit it."""

    value: str
    of: Of
    strays: tuple = ()


class Thing(NamedTuple):
    """What a route is about. `sees` tells the applications whose data may be shown with it.

    `members` are accounts of staff that may be shown with it, `by` is who does the deed where it
    would spend more than the person's own session.
    """

    path: dict = {}
    form: dict = {}
    sees: object = lambda one: False
    members: frozenset | set = frozenset()
    by: object = None


class Person(NamedTuple):
    """Somebody with a browser; `role` is None for those who are nobody here."""

    name: str
    role: str | None
    token: str
    account: object = None
    institution: object = None

    @property
    def cookie(self):
        return f"ksr={self.token}; ksr-konsola={self.token}" if self.token else ""


class Facts(NamedTuple):
    """What `sees` is asked about an application."""

    id: object
    account: object
    campaign: object
    wished: tuple
    handed_in: bool


def owned(value, *strays):
    return Id(str(value), Of.OWNER, tuple(map(str, strays)))


def citys(value, *strays):
    return Id(str(value), Of.CITY, tuple(map(str, strays)))


async def no_progress(phase, percent):
    """Nobody watches."""


class City:
    """One municipality while it is being filled; everything is done in one transaction."""

    def __init__(self, slug, schema, session, aviary, settings):
        self.slug, self.schema, self.session = slug, schema, session
        self.aviary, self.files = aviary, files_of(settings, schema)
        self.people, self.applications = {}, {}
        # Accounts of staff by the institution where they work; all of them under None.
        self.staff = defaultdict(set)

    async def found(self):
        """Institutions, people and the recruitments that pages show first."""
        self.health = self.aviary.word("health", self.slug)
        self.x, self.y, self.z = [
            await an_institution(self.session, f"Przedszkole nr {n} {self.slug}") for n in (1, 2, 3)
        ]
        for name, role, at in (
            ("parent", Role.PARENT, None),
            ("other parent", Role.PARENT, None),
            ("operator", Role.OPERATOR, self.x),
            ("other operator", Role.OPERATOR, self.y),
            ("member", Role.MEMBER, self.x),
            ("other member", Role.MEMBER, self.y),
            ("chair", Role.CHAIR, self.x),
            ("other chair", Role.CHAIR, self.y),
            ("director", Role.DIRECTOR, self.x),
            ("other director", Role.DIRECTOR, self.y),
            ("coordinator", Role.COORDINATOR, None),
            ("administrator", Role.ADMINISTRATOR, None),
            ("iod", Role.IOD, None),
            ("reader", Role.READER, None),
        ):
            self.people[name] = await self._person(name, role, at)
        self.people["expired"] = await self._person("expired", Role.PARENT, None, hours=13)
        self.open = await self.campaign(SOON)
        self.published = await self.a_published_one(self.people["parent"], DUE)
        # Several pages are about the latest recruitment.
        self.published.created_at = datetime.now(UTC) + timedelta(days=1)

    async def account(self, role, institution):
        """Somebody's account with a password and an authenticator; staff have what they stand for."""
        key = uuid4()
        account = Account(
            id=key,
            kind=AccountKind.PARENT if role is Role.PARENT else AccountKind.STAFF,
            given_name=self.aviary.word("account-given", key),
            family_name=self.aviary.word("account-family", key),
            email=self.aviary.email("account-email", key),
        )
        account.login, account.password_hash = account.email, HASHED
        account.totp = bound(key, TOTP)
        self.session.add(account)
        if role is not Role.PARENT:
            at = institution.id if institution else None
            self.session.add(Grant(account_id=key, role=role, institution_id=at))
            self.staff[None].add(key)
            self.staff[at].add(key)
        await self.session.flush()
        return account

    async def lose_phone(self, lost, asked_by):
        """Somebody has told that this account's phone is lost."""
        self.session.add(
            FactorReset(
                account_id=lost,
                reason="sprawdzono dowód osobisty",
                asked_by=asked_by.id,
                expires_at=NOW + timedelta(days=1),
            )
        )
        await self.session.flush()

    async def _person(self, name, role, institution, hours=0):
        account = await self.account(role, institution)
        person = Person(name, role.value, "", account, institution)
        return person._replace(token=await self.signed_in(person, hours=hours))

    async def ghosts(self, name):
        """People like `name` who are nobody any more, each in another way."""
        living = self.people[name]
        found = []
        for what, hours in (
            ("idle", 1),
            ("too long in", 13),
            ("closed", 0),
            ("of last year", 0),
            ("without the role", 0),
        ):
            one = await self._person(
                f"{what} {name}", Role(living.role), living.institution, hours=hours
            )
            found.append(one)
            if what == "too long in":
                await self.session.execute(
                    update(LoginSession)
                    .where(LoginSession.account_id == one.account.id)
                    .values(last_seen_at=NOW)
                )
            elif what == "closed":
                one.account.active = False
            elif what == "of last year":
                one.account.valid_until = NOW.date() - timedelta(days=1)
            elif what == "without the role":
                # A parent has no grant to lose.
                one.account.active = living.role != Role.PARENT
                grants = delete(Grant).where(Grant.account_id == one.account.id)
                await self.session.execute(grants)
        return found

    async def signed_in(self, person, hours=0):
        """The token of a new session, begun `hours` ago."""
        return await sessions.begin(
            self.session,
            person.account,
            Role(person.role),
            person.institution.id if person.institution else None,
            now=NOW - timedelta(hours=hours),
            replaces=None,
        )

    def rival(self, person):
        """Somebody in the same role with affairs of their own; None for a role of the whole city."""
        return self.people.get(f"other {person.name}")

    def actor(self, name):
        person = self.people[name]
        return Actor(
            person.account.id,
            Role(person.role),
            person.account.name,
            person.institution.id if person.institution else None,
        )

    # Recruitments

    async def campaign(self, timetable, confirm_mode=ConfirmMode.OPT_OUT, more=()):
        """A recruitment with places at three institutions and a criterion that tells of health."""
        code = f"nabor-{self.slug}-{uuid4().hex[:6]}"
        health = msgspec.structs.replace(
            criterion(f"zdrowie-{self.slug}", Tier.STATUTORY, "50"),
            name={lang: self.health for lang in ("pl", "uk", "en")},
            sensitive=True,
        )
        rulebook = Rulebook(
            legal_basis=("uchwała",),
            max_preferences=3,
            birth_years=(BORN.year, 2023),
            confirm_mode=confirm_mode,
            criteria=(
                health,
                criterion("praca", Tier.LOCAL, "5"),
                criterion("rodzenstwo", Tier.LOCAL, "20", DeclaredAt()),
                *more,
            ),
        )
        made = await a_campaign(self.session, code=code, rulebook=rulebook, timetable=timetable)
        made.units = {
            at.id: Unit(id=uuid4(), campaign_id=made.id, institution_id=at.id, capacity=1)
            for at in (self.x, self.y, self.z)
        }
        self.session.add_all(made.units.values())
        self.session.add_all(an_offer(made, at) for at in (self.x, self.y, self.z))
        await self.session.flush()
        return made

    def unit(self, campaign, institution):
        return campaign.units[institution.id]

    async def run(self, campaign):
        """A finished trial of the recruitment's verified applications."""
        runs = Runs(session=self.session)
        made = await runs.ask(campaign, self.actor("coordinator"))
        await runs.work_out(made.id, progress=no_progress, now=lambda: NOW)
        return await self.session.get_one(AllocationRun, made.id)

    async def allocated(self, *, tied=1):
        """A recruitment ready for publication, with its run and the applications that took part."""
        campaign = await self.campaign(DUE)
        taking_part = [
            await self.application(
                self.people["other parent"], campaign, status=Status.VERIFIED, wishes=1
            )
            for _ in range(tied)
        ]
        return campaign, await self.run(campaign), taking_part

    async def a_published_one(
        self, parent, timetable, first=None, confirm_mode=ConfirmMode.OPT_OUT
    ):
        campaign = await self.campaign(timetable, confirm_mode)
        await self.application(parent, campaign, first=first, status=Status.VERIFIED)
        run = await self.run(campaign)
        await results.publish(
            self.session,
            campaign,
            run,
            self.actor("coordinator"),
            now=NOW,
            address=lambda one: f"http://{self.slug}.localhost/rodzina/wnioski/{one}",
        )
        return campaign

    # Applications

    async def application(
        self, parent, campaign=None, *, first=None, status=Status.DRAFT, wishes=2, open_claim=False
    ):
        """A complete application of `parent`, in which every value is a canary."""
        campaign, first, key = campaign or self.open, first or self.x, uuid4()
        word = lambda field: self.aviary.word(field, key)  # noqa: E731
        order = [first, *(at for at in (self.x, self.y) if at is not first)][:wishes]
        child = Child(
            account_id=parent.account.id,
            given_name=word("given"),
            second_name=word("second"),
            family_name=word("family"),
            pesel=self.aviary.pesel(key),
            document=word("document"),
            birth_date=BORN,
            street=word("street"),
            postal_code="50-001",
            town=word("town"),
        )
        handed_in = status is not Status.DRAFT
        made = Application(
            id=key,
            campaign_id=campaign.id,
            account_id=parent.account.id,
            child=child,
            status=status,
            saved_at=NOW - timedelta(days=1),
            criteria_answered=[f"zdrowie-{self.slug}", "praca", "rodzenstwo"],
        )
        made.guardians = [
            Guardian(
                position=position,
                account_id=parent.account.id if position == 1 else None,
                typed_by=parent.account.id,
                given_name=word("guardian-given"),
                family_name=word("guardian-family"),
                email=self.aviary.email("email", key),
                phone=self.aviary.phone(key),
                street=word("guardian-street"),
                postal_code="50-001",
                town=word("guardian-town"),
            )
            for position in (1, 2)
        ]
        made.wishes = [
            Wish(unit_id=self.unit(campaign, at).id, rank=rank)
            for rank, at in enumerate(order, start=1)
        ]
        made.attachments = [
            Attachment(
                criterion=f"zdrowie-{self.slug}",
                label=f"{word('label')}.png",
                media_type="image/png",
                size=2048,
                store_name=self.files.put(PICTURE + word("content").encode()),
            )
        ]
        made.claims = [
            Claim(
                criterion=f"zdrowie-{self.slug}",
                outcome=Outcome.PENDING if open_claim or not handed_in else Outcome.ACCEPTED,
            ),
            Claim(
                criterion="praca",
                outcome=Outcome.REJECTED if handed_in else Outcome.PENDING,
                reason=word("reason") if handed_in else "",
            ),
        ]
        if handed_in:
            campaign.last_number += 1
            made.number = campaign.last_number
            made.child_key = f"pesel:{child.pesel}"
            made.first_institution_id = first.id
            made.submitted_at = NOW - timedelta(days=20)
            made.returned_for = word("correction")
            made.decision_reason = word("ground")
            made.digest = "0" * 64
        self.session.add(made)
        await self.session.flush()
        self.applications[key] = Facts(
            key, parent.account.id, campaign.id, tuple(at.id for at in order), handed_in
        )
        return made

    async def opened(self, person, application, scope=Scope.PAPERS):
        """The application; the person, if of the staff, has said why they open it."""
        if person.role != Role.PARENT:
            self.session.add(
                Opening(
                    application_id=application.id,
                    account_id=person.account.id,
                    scope=scope,
                    reason=Reason.OTHER,
                    own_words=self.aviary.word("own-words", application.id),
                    ends_at=NOW + LASTS,
                    # Sessions of the walk begin after what they find; an opening ends with its own.
                    created_at=func.now() + timedelta(hours=1),
                )
            )
            await self.session.flush()
        return application

    async def for_(self, person, **options):
        """An application which is `person`'s affair: the family's own, or first at the desk."""
        if person.role == Role.PARENT:
            return await self.application(person, **options)
        return await self.application(self.people["parent"], first=person.institution, **options)


def only(*applications):
    """Nothing but these applications."""
    keys = {one.id for one in applications}
    return lambda one: one.id in keys


# What routes are about. Each is made anew for a person of a city, so that a deed spends only its
# own. The name of the function is what `takes` says.


async def nothing(city, person):
    return Thing()


async def own_session(city, person):
    token = await city.signed_in(person)
    key = await city.session.scalar(
        select(LoginSession.id).where(LoginSession.token_hash == sessions.hashed(token))
    )
    return Thing({"session_id": owned(key)})


async def another_self(city, person):
    """Somebody else in the same role, so that no session of the walk ends."""
    account = await city.account(Role(person.role), person.institution)
    new = {"nowe_haslo": NEW_PASSWORD, "powtorz": NEW_PASSWORD}
    code = pyotp.TOTP(TOTP).at(int(NOW.timestamp()))
    return Thing(form={"haslo": PASSWORD, "kod": code} | new, by=person._replace(account=account))


async def own_role(city, person):
    account = person.account.id
    grant = await city.session.scalar(select(Grant.id).where(Grant.account_id == account))
    return Thing(form={"rola": owned(grant)})


async def all_staff(city, person):
    return Thing(members=city.staff[person.institution.id if person.institution else None])


def looked_after_by(person):
    """Whose the ids of staff are for somebody: an institution's for its director, or the city's."""
    return owned if person.institution else citys


async def colleague(city, person):
    account = await city.account(Role.OPERATOR, person.institution or city.x)
    parent = city.people["parent"].account.id
    return Thing({"account_id": looked_after_by(person)(account.id, parent)}, members={account.id})


async def role_to_give(city, person):
    """Only whoever looks after a whole city has to say where, and may say anywhere in it."""
    thing = await colleague(city, person)
    at = looked_after_by(person)(
        (person.institution or city.x).code,
        *([city.y.code] if person.institution is city.x else []),
    )
    return thing._replace(form={"rola": "czlonek", "placowka": at})


async def role_to_take(city, person):
    """One of two roles of somebody; the roles of others do not fit the person."""
    ids = []
    for _ in range(2):
        thing = await colleague(city, person)
        (account,) = thing.members
        grant = Grant(
            id=uuid4(),
            account_id=account,
            role=Role.MEMBER,
            institution_id=(person.institution or city.x).id,
        )
        city.session.add(grant)
        ids.append(grant.id)
    await city.session.flush()
    another, mine = ids
    return thing._replace(path=thing.path | {"grant_id": looked_after_by(person)(mine, another)})


def invited_by(city, person):
    """An address that nobody else of the city invites, and the institution to invite to."""
    return f"{person.role}.lis@poczta.invalid", (person.institution or city.x).code


async def invitation(city, person):
    email, place = invited_by(city, person)
    return Thing(form={"email": email, "rola": "operator", "placowka": place})


async def list_of_invitations(city, person):
    email, place = invited_by(city, person)
    heading = "imie;nazwisko;email;rola;placowka"
    return Thing(form={"tresc": f"{heading}\nEwa;Lis;lista.{email};operator;{place}"})


async def lost_phone(city, person):
    """Another coordinator has told of it."""
    asked_by = await city.account(Role.COORDINATOR, None)
    thing = await colleague(city, person)
    (lost,) = thing.members
    await city.lose_phone(lost, asked_by)
    return thing._replace(members={lost, asked_by.id})


async def desk_parent(city, person):
    """A parent whose account the institution of `person` has opened."""
    account, stranger = [await city.account(Role.PARENT, None) for _ in range(2)]
    city.session.add(
        Vouching(
            account_id=account.id,
            institution_id=person.institution.id,
            shown="dowód osobisty",
            seen_by=person.account.id,
            seen_at=NOW,
        )
    )
    await city.session.flush()
    return Thing({"account_id": owned(account.id, stranger.id)}, members={account.id})


async def parents_login(city, person):
    thing = await desk_parent(city, person)
    (found,) = thing.members
    # A refusal gives back what was typed, so the login is no canary.
    account = await city.session.get_one(Account, found)
    account.login = f"{uuid4().hex}@{city.slug}.example"
    return Thing(form={"email": account.login})


async def new_parent(city, person):
    return Thing(form={"email": f"{uuid4().hex}.lis@poczta.invalid"})


async def parents_lost_phone(city, person):
    """Somebody else at the same desk has told of it."""
    asked_by = await city.account(Role.CHAIR, person.institution)
    thing = await desk_parent(city, person)
    (lost,) = thing.members
    await city.lose_phone(lost, asked_by)
    return thing._replace(members={lost, asked_by.id})


async def _offer(city, person, state):
    """A recruitment in which the offer of this person's institution, or of the first, is so."""
    campaign, at = await city.campaign(SOON), person.institution or city.x
    offer = await city.session.scalar(
        select(Offer).where(Offer.campaign_id == campaign.id, Offer.institution_id == at.id)
    )
    offer.state = state
    return campaign, offer, city.unit(campaign, at)


async def my_offer(city, person):
    campaign, _, _ = await _offer(city, person, OfferState.OPEN)
    return Thing({"code": citys(campaign.code)}, {"wersja": "1"})


async def my_unit(city, person):
    campaign, _, unit = await _offer(city, person, OfferState.OPEN)
    strays = (city.unit(campaign, city.z).id, city.unit(city.open, person.institution).id)
    form = {"wersja": "1", "widziane": UnitValues.of(unit).stamp}
    return Thing({"code": citys(campaign.code), "unit_id": owned(unit.id, *strays)}, form)


async def closed_offer(city, person):
    campaign, offer, _ = await _offer(city, person, OfferState.CLOSED)
    at = citys(offer.institution_id, campaign.id)
    return Thing({"code": citys(campaign.code), "institution_id": at}, {"wersja": "1"})


async def ticked_offer(city, person):
    campaign, offer, _ = await _offer(city, person, OfferState.CLOSED)
    tick = citys(f"{offer.id}.1", f"{campaign.id}.1")
    return Thing(form={"nabor": citys(campaign.code), "oferta": tick})


async def accepted_unit(city, person):
    campaign, offer, unit = await _offer(city, person, OfferState.ACCEPTED)
    path = {
        "code": citys(campaign.code),
        "institution_id": citys(offer.institution_id, city.y.id),
        "unit_id": citys(unit.id, city.unit(campaign, city.y).id),
    }
    return Thing(path, {"widziane": UnitValues.of(unit).stamp})


async def asked_change(city, person):
    _, offer, unit = await _offer(city, person, OfferState.ACCEPTED)
    values = UnitValues.of(unit)
    change = OfferChange(
        id=uuid4(),
        offer_id=offer.id,
        unit_id=unit.id,
        values=msgspec.structs.replace(values, capacity=3).data,
        before=values.data,
        reason="Większa sala.",
        asked_at=NOW,
    )
    city.session.add(change)
    await city.session.flush()
    return Thing({"change_id": citys(change.id, offer.id)}, {"widziane": values.stamp})


async def static_file(city, person):
    return Thing({"file_path": Id("css/house.css", Of.HOUSE, ("../app.py", "..%2fapp.py"))})


async def recruitment(city, person):
    return Thing({"code": citys(city.open.code)})


async def paper(city, person):
    """A child that nobody else of the city hands in."""
    serial = 9000 + list(Role).index(Role(person.role))
    return (await recruitment(city, person))._replace(
        form={"pesel": pesel.make(date(2023, 3, 14), serial)}
    )


async def recruitment_form(city, person):
    campaign = await city.campaign(SOON)
    return Thing(form={"nabor": citys(campaign.code)})


async def institution(city, person):
    return Thing({"institution_id": citys(city.x.id, city.open.id)})


async def photo(city, person):
    large, small = (city.files.put(one) for one in building.photo(a_picture((400, 400))))
    city.x.image, city.x.image_small = large, small
    await city.session.flush()
    return Thing({"institution_id": citys(city.x.id, city.open.id)})


def told_of(stored):
    """The form of an institution as it would be sent unchanged, but for its version."""
    typed = Typed.of(stored, city=True)
    lines = {field: typed.lines[column] for column, field in (OWN | CITY).items()}
    return lines | {
        "symbol": typed.code,
        "rodzaj": typed.kind,
        "organ": typed.organ,
        "szerokosc": typed.lat,
        "dlugosc": typed.lon,
    }


async def my_premises(city, person):
    stored = await city.session.get_one(Institution, person.institution.id)
    return Thing(form={"wersja": version_of(stored)})


async def _premises(city):
    return await an_institution(city.session, f"Przedszkole nr {uuid4().hex[:6]}")


async def premises(city, person):
    stored = await _premises(city)
    form = told_of(stored) | {"wersja": version_of(stored)}
    return Thing({"institution_id": citys(stored.id, city.open.id)}, form)


async def new_premises(city, person):
    return Thing(form=told_of(await _premises(city)) | {"symbol": f"n{uuid4().hex[:8]}"})


async def open_premises(city, person):
    return Thing({"institution_id": citys((await _premises(city)).id, city.open.id)})


async def closed_premises(city, person):
    stored = await _premises(city)
    stored.retired_at = datetime.now(UTC)
    await city.session.flush()
    return Thing({"institution_id": citys(stored.id, city.open.id)})


async def unit(city, person):
    found = await city.session.scalar(
        select(Unit.id).where(Unit.campaign_id == city.open.id).limit(1)
    )
    return Thing({"unit_id": citys(found, city.open.id)})


async def mail(city, person):
    return Thing({"name": Id("1", Of.HOUSE, ("../secrets/application", "..%2f1"))})


async def recruitment_to_begin(city, person):
    """Begun from nothing, or from what the family has already."""
    thing = await recruitment(city, person)
    return thing._replace(sees=lambda one: one.account == person.account.id)


async def family(city, person):
    return Thing(sees=lambda one: one.account == person.account.id)


async def draft(city, person):
    one = await city.for_(person)
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def draft_criterion(city, person):
    one = await city.for_(person)
    code = citys(f"zdrowie-{city.slug}")
    return Thing({"application_id": owned(one.id), "code": code}, sees=only(one))


async def draft_file(city, person):
    one, another = [await city.for_(person) for _ in range(2)]
    return Thing(
        {
            "application_id": owned(one.id),
            "file_id": owned(one.attachments[0].id, another.attachments[0].id),
        },
        sees=only(one),
    )


async def draft_wish(city, person):
    one = await city.for_(person)
    elsewhere = city.unit(city.published, city.z)
    unit = citys(city.unit(city.open, city.z).id, elsewhere.id, city.z.id)
    return Thing({"application_id": owned(one.id)}, {"oferta": unit}, only(one))


async def receipt(city, person):
    one = await city.for_(person, status=Status.SUBMITTED)
    await issue(city.session, RECEIPT, one.id, 1)
    issued = await newest(city.session, RECEIPT, one.id)
    await render(city.session, issued.id, DOCUMENTS, city.files, StandingClock())
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def place(city, person):
    campaign = await city.a_published_one(person, DUE)
    (one,) = [a for a in city.applications.values() if a.campaign == campaign.id]
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def unconfirmed_place(city, person):
    mode = ConfirmMode.OPT_IN
    campaign = await city.a_published_one(person, CONFIRMING, confirm_mode=mode)
    (one,) = [a for a in city.applications.values() if a.campaign == campaign.id]
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def places_here(city, person):
    at = person.institution.id
    return Thing(sees=lambda one: one.campaign == city.published.id and one.wished[0] == at)


async def place_here(city, person):
    campaign = await city.a_published_one(city.people["parent"], DUE, first=person.institution)
    (one,) = [a for a in city.applications.values() if a.campaign == campaign.id]
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def desk(city, person):
    at = person.institution.id
    return Thing(sees=lambda one: one.handed_in and one.wished[0] == at)


async def case(city, person):
    one = await city.for_(person, status=Status.SUBMITTED, open_claim=True)
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def case_while_taken(city, person):
    one = await city.for_(person, campaign=city.open, status=Status.SUBMITTED)
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def change(city, person):
    """The draft of a change."""
    one = await city.for_(person, campaign=city.open, status=Status.SUBMITTED)
    child = Child(id=uuid4(), account_id=person.account.id)
    city.session.add(child)
    await city.session.flush()
    draft = Application(
        id=uuid4(), campaign_id=one.campaign_id, account_id=person.account.id,
        child_id=child.id, changes_id=one.id,
    )  # fmt: skip
    city.session.add(draft)
    await city.session.flush()
    return Thing({"application_id": owned(draft.id)}, sees=only(one))


async def shared_case(city, person):
    one = await city.for_(person, status=Status.SUBMITTED)
    second = city.people["other parent"].account
    city.session.add(CoGuardian(child_id=one.child_id, account_id=second.id, joined_at=NOW))
    return Thing(
        {"application_id": owned(one.id)},
        {"osoba": str(second.id)},
        lambda facts: facts.id == one.id or facts.account == second.id,
    )


async def asked_for(city, person):
    """A draft in which somebody else waits to be let in."""
    one = await city.for_(person)
    guest = city.people["parent" if person.name == "other parent" else "other parent"]
    city.session.add(
        GuardianLink(
            token_hash=uuid4().hex,
            child_id=one.child_id,
            made_by=person.account.id,
            made_at=NOW,
            expires_at=NOW + timedelta(days=7),
            asked_by=guest.account.id,
            asked_at=NOW,
        )
    )
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def paper_case(city, person):
    one = await city.for_(person, status=Status.SUBMITTED)
    nobody = Account(
        id=uuid4(), kind=AccountKind.PARENT, given_name="Ewa", family_name="Nowa", active=False
    )
    city.session.add(nobody)
    await city.session.flush()
    one.arrived_on = NOW.date()
    one.account_id = one.child.account_id = nobody.id
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def covered_case(city, person):
    return (await case(city, person))._replace(form={"powod": Reason.VERIFICATION.value})


async def opened_case(city, person):
    one = await city.for_(person, status=Status.SUBMITTED, open_claim=True)
    return Thing({"application_id": owned((await city.opened(person, one)).id)}, sees=only(one))


async def numbered_case(city, person):
    one = await city.for_(city.people["parent"], status=Status.SUBMITTED)
    number = number_text(city.open.code, one.number)
    return Thing(form={"numer": number, "powod": Reason.CONTROL.value}, sees=only(one))


async def case_at_the_office(city, person):
    one, unopened = [
        await city.for_(city.people["parent"], status=Status.SUBMITTED) for _ in range(2)
    ]
    await city.opened(person, one, Scope.CASE)
    await city.opened(person, unopened, Scope.PAPERS)
    return Thing({"application_id": citys(one.id, unopened.id)}, sees=only(one))


async def uncovered_case(city, person):
    thing = await case_at_the_office(city, person)
    one = await city.session.get_one(Application, UUID(thing.path["application_id"].value))
    await city.opened(person, one, Scope.OFFICE_PAPERS)
    return thing


async def paper_at_the_office(city, person):
    one, another = [
        await city.for_(city.people["parent"], status=Status.SUBMITTED) for _ in range(2)
    ]
    for scope in (Scope.CASE, Scope.OFFICE_PAPERS):
        await city.opened(person, one, scope)
    return Thing(
        {
            "application_id": citys(one.id),
            "file_id": citys(one.attachments[0].id, another.attachments[0].id),
        },
        sees=only(one),
    )


async def decided_case(city, person):
    one = await city.for_(person, status=Status.SUBMITTED)
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def overdue_case(city, person):
    one = await city.for_(person, status=Status.RETURNED)
    one.return_until = NOW - timedelta(days=1)
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def co_signed_case(city, person):
    """Nothing is missing, so that a second signature changes nothing."""
    one = await city.for_(person, status=Status.SUBMITTED)
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def refused(city, person):
    """A child that got no place at the first institution of its list; its appeal is not begun."""
    campaign = await city.campaign(DUE)
    one = await city.for_(person, campaign=campaign, status=Status.VERIFIED, wishes=1)
    winner = city.people["parent" if person.name == "other parent" else "other parent"]
    at = person.institution or city.x
    await city.application(winner, campaign, first=at, status=Status.VERIFIED, wishes=1)
    one.claims.clear()
    await city.session.flush()
    await results.publish(
        city.session,
        campaign,
        await city.run(campaign),
        city.actor("coordinator"),
        now=NOW,
        address=lambda one: f"http://{city.slug}.localhost/rodzina/wnioski/{one}",
    )
    campaign.admitted_at = NOW
    return one, at


async def refused_case(city, person):
    one, _ = await refused(city, person)
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def refusal(city, person):
    one, at = await refused(city, person)
    return Thing(
        {"application_id": owned(one.id), "institution_id": citys(at.id, city.z.id)}, sees=only(one)
    )


async def appeal(city, person, state, **values):
    """A refusal whose appeal has come to `state`."""
    one, at = await refused(city, person)
    made = Appeal(
        id=uuid4(), application_id=one.id, institution_id=at.id, state=state, requested_at=NOW,
        requested_by=one.account_id, **values,
    )  # fmt: skip
    city.session.add(made)
    await city.session.flush()
    return one, at, made


async def explained_appeal(city, person):
    one, at, _ = await appeal(city, person, AppealState.EXPLAINED, explained_at=NOW)
    return Thing(
        {"application_id": owned(one.id), "institution_id": citys(at.id, city.z.id)}, sees=only(one)
    )


async def received_appeal(city, person):
    one, at, _ = await appeal(city, person, AppealState.RECEIVED, received_at=NOW)
    return Thing(
        {"application_id": owned(one.id), "institution_id": citys(at.id, city.z.id)}, sees=only(one)
    )


async def requested_appeal(city, person):
    one, _, made = await appeal(city, person, AppealState.REQUESTED)
    return Thing({"appeal_id": owned(made.id)}, sees=only(one))


async def lodged_appeal(city, person):
    one, _, made = await appeal(city, person, AppealState.LODGED, lodged_at=NOW)
    return Thing({"appeal_id": owned(made.id)}, sees=only(one))


EXAM = criterion("egzamin", Tier.LOCAL, "35", Exam("polish", Decimal("0.35"), {}))


async def certificate_to_type(city, person):
    """A draft in a recruitment that asks for a certificate."""
    campaign = await city.campaign(SOON, more=(EXAM,))
    one = await city.for_(person, campaign=campaign)
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def certificate_to_compare(city, person):
    campaign = await city.campaign(SOON, more=(EXAM,))
    one = await city.for_(person, campaign=campaign, status=Status.SUBMITTED)
    one.certificate = {"certificate": {"exam": {"polish": "80"}}, "asked": []}
    return Thing({"application_id": owned(one.id)}, sees=only(one))


async def claim(city, person):
    one, another = [
        await city.for_(person, status=Status.SUBMITTED, open_claim=True) for _ in range(2)
    ]
    await city.opened(person, one)
    return Thing(
        {
            "application_id": owned(one.id),
            "claim_id": owned(one.claims[0].id, another.claims[0].id),
        },
        sees=only(one),
    )


async def case_file(city, person):
    one, another = [await city.for_(person, status=Status.SUBMITTED) for _ in range(2)]
    await city.opened(person, one)
    return Thing(
        {
            "application_id": owned(one.id),
            "file_id": owned(one.attachments[0].id, another.attachments[0].id),
        },
        sees=only(one),
    )


async def printed_list(city, person):
    at = person.institution.id
    return Thing(
        {"which": Id("zakwalifikowani", Of.HOUSE, ("przyjeci",))},
        sees=lambda one: one.campaign == city.published.id and at in one.wished,
    )


async def open_stage(city, person):
    campaign = await city.campaign(SOON)
    stage = Id(StageCode.SUBMISSION.value, Of.HOUSE)
    return Thing(form={"nabor": citys(campaign.code), "etap": stage})


async def a_stage(city, person):
    code = Id(StageCode.SUBMISSION.value, Of.HOUSE, (StageCode.TESTS.value, "party"))
    return Thing({"code": citys(city.open.code), "stage": code})


async def shifted_stage(city, person):
    campaign = await city.campaign(SOON)
    code = Id(StageCode.SUBMISSION.value, Of.HOUSE, (StageCode.TESTS.value, "party"))
    ends_at = campaign.stages[0].ends_at + timedelta(minutes=1)
    day, hour = rules.told(ends_at)
    form = {"widziane": rules.seen(campaign.stages), "do_dnia": day, "do_godziny": hour}
    return Thing({"code": citys(campaign.code), "stage": code}, form)


async def extended_stage(city, person):
    campaign = await city.campaign(SOON)
    return Thing({"code": citys(campaign.code)}, {"widziane": rules.seen(campaign.stages)})


async def prepared(city, person, **own):
    """A recruitment that only the office sees."""
    code = f"nabor-{city.slug}-{uuid4().hex[:6]}"
    made = await a_campaign(city.session, code=code, **own)
    made.opened_at = None
    await city.session.flush()
    return Thing({"code": citys(code)})


async def new_recruitment(city, person):
    return Thing(form={"kod": f"nowy-{uuid4().hex[:6]}"})


async def next_recruitment(city, person):
    thing = await prepared(city, person)
    return thing._replace(form={"kod": f"nowy-{uuid4().hex[:6]}"})


async def over(city, person):
    """A recruitment whose list of the admitted is closed, with places left."""
    campaign = await city.campaign(OVER)
    campaign.published_at = campaign.admitted_at = NOW
    return Thing({"code": citys(campaign.code)})


async def over_with_code(city, person):
    thing = await over(city, person)
    return thing._replace(form={"kod": f"uzup-{uuid4().hex[:6]}"})


async def part(city, person):
    thing = await prepared(city, person)
    strays = Id("podstawy", Of.HOUSE, ("rozne",)), Id("calosc", Of.HOUSE, ("nowe",))
    return thing._replace(path=thing.path | dict(zip(("part", "key"), strays, strict=True)))


async def criterion_to_remove(city, person):
    thing = await prepared(city, person)
    key = Id("works", Of.HOUSE, ("drives",))
    path = thing.path | {"part": Id("kryteria", Of.HOUSE, ("rozne",)), "key": key}
    return Thing(path, {"widziane": stamp(RULEBOOK.criterion("works"))})


async def drafted(city, person):
    """A recruitment with a draft, and what the page of its changes was made from."""
    thing = await prepared(city, person)
    deeds = Rules(city.session, city.actor("coordinator"), now=NOW)
    campaign, _ = await deeds.taken(thing.path["code"].value)
    changed = with_rules(in_force(campaign), max_preferences=2)
    draft = await deeds.save(campaign, None, changed, part="podstawy")
    return thing._replace(form={"widziane": edition_of(draft)})


async def filed(city, person):
    """A recruitment with a draft, and the file of what it would become."""
    thing = await drafted(city, person)
    campaign, _ = await Rules(city.session, city.actor("coordinator"), now=NOW).taken(
        thing.path["code"].value
    )
    content = file.written(with_rules(in_force(campaign), max_preferences=1))
    return thing._replace(form=thing.form | {"tresc": content})


async def version(city, person):
    """The one that came from files."""
    thing = await drafted(city, person)
    return Thing(thing.path | {"number": Id("1", Of.HOUSE, ("7",))})


async def ready(city, person):
    """A recruitment that nothing keeps from being opened."""
    begun = starting(Level.PRESCHOOL, 2028)
    thing = await prepared(
        city,
        person,
        rulebook=msgspec.structs.replace(begun.rulebook, legal_basis=("uchwała",)),
        timetable=begun.stages,
    )
    campaign, _ = await Rules(city.session, city.actor("coordinator"), now=NOW).taken(
        thing.path["code"].value
    )
    campaign.school_year = begun.school_year
    city.session.add(Unit(campaign_id=campaign.id, institution_id=city.x.id, capacity=1))
    city.session.add(an_offer(campaign, city.x))
    await city.session.flush()
    return thing


async def calendar_file(city, person):
    return Thing({"code": citys(city.open.code), "file": Id("pl.ics", Of.HOUSE, ("de.ics",))})


async def verified_form(city, person):
    campaign = await city.campaign(DUE)
    await city.application(city.people["other parent"], campaign, status=Status.VERIFIED)
    return Thing(form={"nabor": citys(campaign.code)})


async def run(city, person):
    _, made, _ = await city.allocated()
    return Thing({"run_id": citys(made.id)})


async def tie(city, person):
    campaign, made, equals = await city.allocated(tied=2)
    _, other_run, _ = await city.allocated(tied=2)
    unit, other = city.unit(campaign, city.x), city.unit(campaign, city.y)
    return Thing(
        {"run_id": citys(made.id, other_run.id), "unit_id": citys(unit.id, other.id)},
        {f"miejsce-{one.id}": str(n) for n, one in enumerate(equals, start=1)},
    )


async def closable_form(city, person):
    campaign = await city.a_published_one(city.people["other parent"], OVER)
    return Thing(form={"nabor": citys(campaign.code)})


async def imported_offer(city, person):
    """A file that the office has looked at: one more place at one institution."""
    campaign = await city.campaign(SOON)
    content = f"kod placówki;liczba miejsc\n{city.x.code};2".encode()
    sent = ImportedFile(
        id=uuid4(),
        kind=FileKind.OFFER,
        campaign_id=campaign.id,
        sent_by=person.account.id,
        name="oferta.csv",
        store_name=city.files.put(content),
    )
    city.session.add(sent)
    await city.session.flush()
    _, made = await offer_import.looked_at(city.session, campaign, table.read(content))
    return Thing({"file_id": citys(sent.id, campaign.id)}, form={"widziane": made.seen})


async def school(city, person):
    made = await an_institution(
        city.session, f"Szkoła {uuid4().hex[:6]}", kind=InstitutionKind.PRIMARY
    )
    return Thing(form={"szkola": made.code})


async def segment(city, person):
    thing = await school(city, person)
    made = CatchmentSegment(id=uuid4())
    known = {"street": "Polna", "source": "uchwała", "valid_from": 2027, "valid_to": 2027}
    at = select(Institution.id).where(Institution.code == thing.form["szkola"])
    made.take(Segment(institution=await city.session.scalar(at), **known))
    city.session.add(made)
    await city.session.flush()
    shown = catchments.seen([made.segment])
    return Thing({"segment_id": citys(made.id)}, thing.form | {"widziane": shown})


async def set_of_catchments(city, person):
    """Of a school year in which there is nothing else."""
    thing = await school(city, person)
    content = f"szkola;ulica\n{thing.form['szkola']};Polna"
    return Thing(form={"tresc": content, "widziane": catchments.seen([])})


async def doubt(city, person):
    home = city.slug.title()
    address = Address("Kręta", str(len(city.applications) + 1), "", uuid4().hex)
    made = await catchments.ask(city.session, address, 2027, home=home)
    return Thing({"doubt_id": citys(made)})


HELP = {"telefon": "71 777 77 77", "email": "nabor@urzad.example"}  # or nothing can be opened
PLAIN_LOOK = {"barwa": "#a8132a", "barwa_napisu": "#ffffff", "barwa_tla": "#fbe9ec"}


async def crest(city, person):
    store_name = city.files.put(pictures.crest(a_picture()))
    key = keep_crest(city.session, store_name, city.actor("coordinator"))
    await city.session.flush()
    return Thing({"crest_id": citys(key, city.open.id)})


def who_speaks(city):
    """Those whose names may stand beside a saved look."""
    return {city.people[name].account.id for name in ("coordinator", "administrator")}


async def look(city, person):
    """Saved by the coordinator, and later in the walk by everybody who may."""
    since = await city.session.scalar(select(func.max(Look.number))) or 0
    form = LookForm(Colours(*PLAIN_LOOK.values()), None, *HELP.values(), "Urząd")
    assert await save_look(city.session, form, since, city.actor("coordinator"))
    return Thing(members=who_speaks(city))


async def section(city, person):
    return Thing({"section": Id("aktualnosci", Of.HOUSE, ("pogoda",))})


async def one_news(city, person):
    """Said by the coordinator before anybody else says it anew."""
    key = uuid4()
    typed = articles.Typed.read(
        {"tytul_pl": "Terminy", "tresc_pl": "Wnioski od marca.", "od": "2027-03-01"}
    )
    actor = city.actor("coordinator")
    assert await articles.save(city.session, key, ArticleKind.NEWS, typed, actor)
    return Thing(
        {
            "section": Id("aktualnosci", Of.HOUSE, ("pogoda",)),
            "article_id": citys(key, city.open.id),
        },
        {"widziane": "1"},
        members=who_speaks(city),
    )


async def news(city, person):
    return (await one_news(city, person))._replace(
        path={"section": Id("aktualnosci", Of.HOUSE, ("pogoda",))}
    )


def a_document():
    """An empty page as a PDF."""
    made, out = PdfWriter(), BytesIO()
    made.add_blank_page(100, 100)
    made.write(out)
    return out.getvalue()


async def city_file(city, person):
    """Sent by the coordinator before anybody else sends it anew."""
    key, content = uuid4(), a_document()
    typed = handouts.Typed({"pl": "Regulamin"}, "", 0)
    kept = city.files.put(content), len(content)
    assert await handouts.save(city.session, key, typed, kept, city.actor("coordinator"))
    return Thing({"file_id": citys(key, city.open.id)}, {"widziane": "1"})


async def city_file_version(city, person):
    thing = await city_file(city, person)
    return thing._replace(path=thing.path | {"number": Id("1", Of.HOUSE, ("2",))})


async def new_look(city, person):
    """Filled from the newest one, which for the administrator is what the coordinator saves."""
    since = await city.session.scalar(select(func.max(Look.number))) or 0
    since += person.role == Role.ADMINISTRATOR
    form = PLAIN_LOOK | HELP | {"widziane": str(since)}
    return Thing(form=form, members=who_speaks(city))


async def municipality(city, person):
    return Thing({"slug": Id(city.slug, Of.HOUSE)})


async def own_key(city, person):
    """One of two, so that it may go."""
    made = [
        Passkey(
            id=uuid4(), account_id=person.account.id, credential_id=uuid4().bytes, public_key=b"",
            sign_count=0, host=f"{city.slug}.localhost", name="Telefon",
        )
        for _ in range(2)
    ]  # fmt: skip
    city.session.add_all(made)
    await city.session.flush()
    return Thing({"key_id": owned(made[0].id)})


async def vendor_session(city, person):
    return Thing({"session_id": Id(str(VENDOR_SESSION), Of.HOUSE)})


async def vendor_key(city, person):
    return Thing({"key_id": Id(str(VENDOR_KEY), Of.HOUSE)})


async def vendor_ticket(city, person):
    return Thing(form={"bilet": Id(VENDOR_TICKET, Of.HOUSE)})


THINGS = {
    "section": section,
    "city-file": city_file,
    "city-file-version": city_file_version,
    "news": news,
    "one-news": one_news,
    "photo": photo,
    "my-premises": my_premises,
    "premises": premises,
    "new-premises": new_premises,
    "open-premises": open_premises,
    "closed-premises": closed_premises,
    "my-offer": my_offer,
    "my-unit": my_unit,
    "closed-offer": closed_offer,
    "ticked-offer": ticked_offer,
    "accepted-unit": accepted_unit,
    "asked-change": asked_change,
    "own-session": own_session,
    "another-self": another_self,
    "own-role": own_role,
    "all-staff": all_staff,
    "role-to-give": role_to_give,
    "role-to-take": role_to_take,
    "invitation": invitation,
    "list-of-invitations": list_of_invitations,
    "colleague": colleague,
    "lost-phone": lost_phone,
    "desk-parent": desk_parent,
    "parents-login": parents_login,
    "new-parent": new_parent,
    "parents-lost-phone": parents_lost_phone,
    "static-file": static_file,
    "recruitment": recruitment,
    "paper": paper,
    "recruitment-form": recruitment_form,
    "recruitment-to-begin": recruitment_to_begin,
    "institution": institution,
    "unit": unit,
    "mail": mail,
    "family": family,
    "draft": draft,
    "draft-criterion": draft_criterion,
    "draft-file": draft_file,
    "draft-wish": draft_wish,
    "receipt": receipt,
    "place": place,
    "unconfirmed-place": unconfirmed_place,
    "places-here": places_here,
    "place-here": place_here,
    "desk": desk,
    "case": case,
    "shared-case": shared_case,
    "case-while-taken": case_while_taken,
    "co-signed-case": co_signed_case,
    "refused-case": refused_case,
    "refusal": refusal,
    "explained-appeal": explained_appeal,
    "received-appeal": received_appeal,
    "requested-appeal": requested_appeal,
    "lodged-appeal": lodged_appeal,
    "certificate-to-type": certificate_to_type,
    "certificate-to-compare": certificate_to_compare,
    "change": change,
    "paper-case": paper_case,
    "asked-for": asked_for,
    "covered-case": covered_case,
    "opened-case": opened_case,
    "numbered-case": numbered_case,
    "case-at-the-office": case_at_the_office,
    "uncovered-case": uncovered_case,
    "paper-at-the-office": paper_at_the_office,
    "decided-case": decided_case,
    "overdue-case": overdue_case,
    "claim": claim,
    "case-file": case_file,
    "list": printed_list,
    "open-stage": open_stage,
    "stage": a_stage,
    "shifted-stage": shifted_stage,
    "extended-stage": extended_stage,
    "calendar-file": calendar_file,
    "prepared": prepared,
    "over": over,
    "over-with-code": over_with_code,
    "new-recruitment": new_recruitment,
    "next-recruitment": next_recruitment,
    "part": part,
    "criterion-to-remove": criterion_to_remove,
    "drafted": drafted,
    "filed": filed,
    "version": version,
    "ready": ready,
    "verified-form": verified_form,
    "run": run,
    "tie": tie,
    "closable-form": closable_form,
    "imported-offer": imported_offer,
    "school": school,
    "segment": segment,
    "set-of-catchments": set_of_catchments,
    "doubt": doubt,
    "crest": crest,
    "look": look,
    "new-look": new_look,
    "municipality": municipality,
    "own-key": own_key,
    "vendor-session": vendor_session,
    "vendor-key": vendor_key,
    "vendor-ticket": vendor_ticket,
}
