"""A recruitment with institutions, families and applications; defaults are honest and smallest."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID, uuid4

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from ksr_saas.applications.models import Application, Claim, Outcome, Wish
from ksr_saas.applications.states import Status
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.criteria.kinds import Declared, DeclaredAt
from ksr_saas.criteria.procedure import ConfirmMode
from ksr_saas.criteria.rulebook import Criterion, Rulebook, Tier
from ksr_saas.identity.authorisation import Actor, Role
from ksr_saas.identity.models import Account, AccountKind
from ksr_saas.offer.models import Institution, InstitutionKind, Offer, Unit
from ksr_saas.offer.states import OfferState
from ksr_saas.people.collation import sort_key
from ksr_saas.people.models import Child, Guardian

NOW = datetime(2027, 4, 1, 10, 0, tzinfo=UTC)  # verification is over, results are due
_serial = count(1)


def texts(words: str) -> dict[str, str]:
    """The same words in every language."""
    return {"pl": words, "uk": words, "en": words}


def criterion(
    code: str, tier: Tier, points: str, kind: Declared | DeclaredAt | None = None
) -> Criterion:
    """A criterion whose words are its code."""
    return Criterion(
        code=code,
        tier=tier,
        points=Decimal(points),
        kind=kind or Declared(),
        name=texts(code),
        question=texts(code),
        proof=texts(code),
        basis="uchwała",
    )


RULEBOOK = Rulebook(
    legal_basis=("uchwała",),
    max_preferences=3,
    birth_years=(2021, 2022, 2023, 2024),
    confirm_mode=ConfirmMode.OPT_OUT,
    criteria=(
        criterion("large-family", Tier.STATUTORY, "50"),
        criterion("disability", Tier.STATUTORY, "50"),
        criterion("works", Tier.LOCAL, "5"),
        criterion("taxes", Tier.LOCAL, "10"),
        criterion("both", Tier.LOCAL, "300"),
        criterion("sibling", Tier.LOCAL, "20", DeclaredAt()),
    ),
)


def stages(now: datetime = NOW, will: StageCode = StageCode.RESIGNATION) -> tuple[Stage, ...]:
    """A timetable in which results are being made at `now`, and families then speak in `will`."""
    start = now - timedelta(days=30)
    ends = {
        StageCode.SUBMISSION: now - timedelta(days=10),
        StageCode.VERIFICATION: now - timedelta(hours=1),
        StageCode.RESULTS: now + timedelta(days=1),
        will: now + timedelta(days=5),
        StageCode.ADMISSION: now + timedelta(days=9),
    }
    found = []
    for code, end in ends.items():
        found.append(Stage(code, texts(code.value), start, end))
        start = end
    return tuple(found)


async def a_campaign(
    session: AsyncSession,
    *,
    code: str = "przedszkola-2027",
    rulebook: Rulebook = RULEBOOK,
    timetable: tuple[Stage, ...] | None = None,
) -> Campaign:
    """A recruitment, to preschools unless the rules say otherwise, whose submission and verification are over at NOW."""
    made = Campaign(
        id=uuid4(),
        code=code,
        level=rulebook.level,
        school_year="2027/2028",
        name=texts("Przedszkola 2027"),
        opened_at=NOW - timedelta(days=60),
        rulebook=msgspec.to_builtins(rulebook),
        timetable=msgspec.to_builtins(timetable or stages()),
    )
    session.add(made)
    await session.flush()
    return made


async def an_institution(
    session: AsyncSession, name: str, *, kind: InstitutionKind = InstitutionKind.PRESCHOOL
) -> Institution:
    """A preschool, where nothing else is said."""
    made = Institution(
        id=uuid4(),
        code=f"p{next(_serial)}",
        kind=kind,
        name=name,
        sort_key=sort_key(name),
        street="Polna 1",
        postal_code="50-001",
        town="Wrocław",
        lat=51.1,
        lon=17.0,
    )
    session.add(made)
    await session.flush()
    return made


def an_offer(
    campaign: Campaign, institution: Institution, *, state: OfferState = OfferState.ACCEPTED
) -> Offer:
    """What the city accepted, not yet in a session."""
    return Offer(id=uuid4(), campaign_id=campaign.id, institution_id=institution.id, state=state)


async def a_unit(
    session: AsyncSession, campaign: Campaign, *, name: str = "Przedszkole Misie", places: int = 1
) -> Unit:
    """Accepted places at an institution of its own."""
    institution = await an_institution(session, name)
    unit = Unit(id=uuid4(), campaign_id=campaign.id, institution_id=institution.id, capacity=places)
    session.add_all([unit, an_offer(campaign, institution)])
    await session.flush()
    return unit


async def an_account(
    session: AsyncSession, *, email: str = "", kind: AccountKind = AccountKind.PARENT
) -> Account:
    """Somebody who can sign in."""
    made = Account(id=uuid4(), kind=kind, given_name="Anna", family_name="Nowak", email=email)
    session.add(made)
    await session.flush()
    return made


async def an_application(
    session: AsyncSession,
    campaign: Campaign,
    units: list[Unit],
    *,
    claims: tuple[str, ...] = (),
    siblings_at: tuple[UUID, ...] = (),
    status: Status = Status.VERIFIED,
    outcome: Outcome = Outcome.ACCEPTED,
    given_name: str = "Ala",
    family_name: str = "Nowak",
    email: str = "rodzic@example.pl",
    account_email: str = "",
) -> Application:
    """A verified application for `units` from most wanted; what is claimed was accepted."""
    account = await an_account(session, email=account_email)
    child = Child(id=uuid4(), account_id=account.id, given_name=given_name, family_name=family_name)
    session.add(child)
    await session.flush()
    number = next(_serial)
    made = Application(
        id=uuid4(),
        campaign_id=campaign.id,
        account_id=account.id,
        child_id=child.id,
        status=status,
        number=number,
        child_key=f"document:{number}",
        submitted_at=NOW - timedelta(days=20),
    )
    session.add(made)
    await session.flush()
    session.add_all(
        [
            *(
                Wish(id=uuid4(), application_id=made.id, unit_id=unit.id, rank=rank)
                for rank, unit in enumerate(units, start=1)
            ),
            *(
                Claim(id=uuid4(), application_id=made.id, criterion=code, outcome=outcome)
                for code in claims
            ),
            *(
                Claim(
                    id=uuid4(),
                    application_id=made.id,
                    criterion="sibling",
                    institution_id=at,
                    outcome=outcome,
                )
                for at in siblings_at
            ),
            Guardian(
                id=uuid4(),
                application_id=made.id,
                position=1,
                account_id=account.id,
                given_name="Anna",
                family_name=family_name,
                email=email,
            ),
        ]
    )
    await session.flush()
    return made


async def a_coordinator(session: AsyncSession) -> Actor:
    """The city's coordinator."""
    account = await an_account(session, kind=AccountKind.STAFF)
    return Actor(account.id, Role.COORDINATOR, "Ewa Koordynator")


def the_parent(application: Application) -> Actor:
    """The parent who wrote the application."""
    return Actor(application.account_id, Role.PARENT, "Anna Nowak")
