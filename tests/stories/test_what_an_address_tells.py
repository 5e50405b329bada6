"""Criteria nobody is asked for: a family sees them, a commission decides, the allocation counts."""

import re
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from sqlalchemy import select

from ksr_saas.allocation.snapshot import gather
from ksr_saas.app import create_app
from ksr_saas.applications.models import Application
from ksr_saas.campaigns.models import Campaign
from ksr_saas.catchments.models import CatchmentSegment
from ksr_saas.catchments.rules import Segment
from ksr_saas.criteria.kinds import Age, Catchment, Count, Distance, District, PreferenceRank
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.criteria.procedure import ListRule
from ksr_saas.criteria.rulebook import Tier
from ksr_saas.identity.authorisation import Role
from ksr_saas.identity.models import Account, AccountKind, Grant
from ksr_saas.identity.passwords import HASHER
from ksr_saas.identity.totp import bound
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.campaigns.levels import Level
from ksr_saas.offer.models import InstitutionKind, StreetPoint, Unit
from ksr_saas.offer.places import street_key
from ksr_saas.portals import keys_of
from tenants import provision
from tenants.demo.accounts import NEWCOMER
from tests.factories.municipality import a_municipality
from tests.factories.recruitment import RULEBOOK, a_campaign, an_institution, an_offer, criterion
from tests.factories.recruitment import stages, texts
from tests.stories.browser import PASSWORD, SECRETS, TOTP, Browser, MovingClock, sign_in_parent
from tests.stories.browser import sign_in_staff
from uuid import uuid4

SLUG, HOST = "oleska", "oleska.localhost:8000"
CODE = "adresowa-2027"
OPERATOR = "biuro@oleska.example"
CRITERIA = (
    criterion("near", Tier.LOCAL, "10", Distance(1000)),
    criterion("district", Tier.LOCAL, "6", District()),
    criterion("catchment", Tier.LOCAL, "5", Catchment()),
    criterion("rank", Tier.LOCAL, "3", PreferenceRank((Decimal(3), Decimal(2)))),
    criterion("age", Tier.LOCAL, "2", Age((2023,))),
    criterion("workers", Tier.LOCAL, "4", Count(2)),
)
SCHOOLS = "szkoly-2027"
PHASES = "dwuetapowe-2027"
PRIMARY = (
    criterion("catchment", Tier.FIRST, "1", Catchment()),
    criterion("large-family", Tier.LOCAL, "20"),
)
CHILD = {"imie": "Ala", "nazwisko": "Nowicka", "pesel": "23231401235", "kod": "50-100"}
TOWN = {"miejscowosc": "Piła"}  # whose name the town bears
MOTHER = {
    "a_imie": "Joanna",
    "a_nazwisko": "Nowicka",
    "a_email": "joanna@poczta.invalid",
    "a_ulica": "ul. Lipowa 1",
    "a_kod": "50-100",
    "a_miejscowosc": "Piła",
}
STATEMENTS = {"prawda": "tak", "wspolna": "tak", "rodo": "tak"}


@pytest.fixture(scope="module")
def clock():
    return MovingClock()


@pytest.fixture(scope="module")
async def engine(settings):
    made = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=3)
    yield made
    await made.dispose()


@pytest.fixture(scope="module")
async def units(settings, engine, clock):
    """Two institutions: one 300 m from Lipowa 1 and of its district, one 4 km away."""
    schema = await a_municipality(settings, SLUG)
    now = clock.now()
    async with pinned_session(engine, schema) as session, session.begin():
        rules = msgspec.structs.replace(RULEBOOK, criteria=CRITERIA)
        campaign = await a_campaign(
            session, code=CODE, rulebook=rules, timetable=stages(now + timedelta(days=15))
        )
        found = []
        for name, lat, district in (("Bliskie", 51.1027, "Stare"), ("Dalekie", 51.14, "Nowe")):
            place = await an_institution(session, name)
            place.lat, place.lon, place.district = lat, 17.0, district
            unit = Unit(id=uuid4(), campaign_id=campaign.id, institution_id=place.id, capacity=20)
            session.add_all([unit, an_offer(campaign, place)])
            found.append((unit.id, place.id))
        for street, first, district in (("Lipowa", 1, "Stare"), ("Rozległa", None, "")):
            session.add(
                StreetPoint(
                    street=street, street_key=street_key(street), first=first, last=first,
                    lat=51.1, lon=17.0, district=district,
                )
            )  # fmt: skip
        line = CatchmentSegment()
        line.take(Segment(institution=found[0][1], street="Lipowa", valid_from=2020))
        session.add(line)
        schools = await a_campaign(
            session,
            code=SCHOOLS,
            rulebook=msgspec.structs.replace(RULEBOOK, level=Level.PRIMARY, criteria=PRIMARY),
            timetable=stages(now + timedelta(days=15)),
        )
        later = stages(now + timedelta(days=40))
        phase = Stage(
            StageCode.CATCHMENT, texts("obwód"), now - timedelta(days=1), now + timedelta(days=3)
        )
        phases = await a_campaign(
            session,
            code=PHASES,
            rulebook=msgspec.structs.replace(
                RULEBOOK,
                level=Level.PRIMARY,
                criteria=PRIMARY,
                catchment_phase=True,
                list_rule=ListRule(own_school_last=True),
            ),
            timetable=(phase, *later),
        )
        for name, street in (("Obwodowa", "Krótka"), ("Pozaobwodowa", "Prosta")):
            place = await an_institution(session, name, kind=InstitutionKind.PRIMARY)
            line = CatchmentSegment()
            line.take(Segment(institution=place.id, street=street, valid_from=2020))
            session.add(line)
            for one in (schools, phases):
                unit = Unit(id=uuid4(), campaign_id=one.id, institution_id=place.id, capacity=20)
                session.add_all([unit, an_offer(one, place)])
        account = Account(
            id=uuid4(), kind=AccountKind.STAFF, login=OPERATOR, email=OPERATOR, given_name="Ewa",
            family_name="Lis", password_hash=HASHER.hash(PASSWORD),
        )  # fmt: skip
        account.totp = bound(account.id, TOTP)
        session.add(account)
        await session.flush()
        session.add(Grant(account_id=account.id, role=Role.CHAIR, institution_id=found[0][1]))
        SECRETS[HOST, OPERATOR] = TOTP
    return found


@pytest.fixture
async def app(settings, units, clock):
    made = create_app(settings, clock=clock, people=lambda _: [NEWCOMER], slugs=lambda: [SLUG])
    yield made
    await made.close()


async def told(parent, base):
    """What the page says of the criteria nobody is asked for, without marks."""
    page = await parent.get(f"{base}/kryteria")
    part = page.text.partition("Tego nie musisz wypełniać")[2].partition("Twoje punkty")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", part).split())


async def test_what_is_known_is_not_asked_and_counts_once_the_commission_agrees(
    app, settings, engine, units, clock
):
    (near, _), (far, _) = units
    parent = Browser(app, HOST)
    entered = await sign_in_parent(parent, NEWCOMER.pesel)
    await parent.get(entered.headers["location"])
    tasks = await parent.post("/rodzina/wnioski", nabor=CODE)
    base = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]
    assert "policzymy, gdy będzie znane" in await told(parent, base)
    await parent.post(f"{base}/dziecko", ulica="ul. Lipowa 1", **CHILD, **TOWN)
    await parent.post(f"{base}/rodzice", **MOTHER)
    offered = (await parent.get(f"{base}/placowki")).text
    assert offered.index("Bliskie") < offered.index("Dalekie")
    assert "300 m" in offered and "4,4 km" in offered
    assert "Za miejsce na liście są punkty, od pierwszego: 3, 2." in offered
    for unit in (far, near):
        await parent.post(f"{base}/placowki", oferta=unit, co="dodaj")
    said = await told(parent, base)
    assert "1. Dalekie. Z adresu dziecka: niespełnione" in said
    assert "2. Bliskie. Z domu 300 m w linii prostej: spełnione" in said
    assert "2. Bliskie. Z kolejności na liście: spełnione 2 punkty" in said
    assert "Z daty urodzenia dziecka: spełnione 2 punkty" in said

    await parent.post(f"{base}/placowki", oferta=near, co="wyzej")
    assert "1. Bliskie. Z domu 300 m w linii prostej: spełnione" in await told(parent, base)
    assert (await parent.get(f"{base}/kryteria/near")).status_code == 404
    wrong = await parent.post(f"{base}/kryteria/workers", odpowiedz="tak", kwota="dwoje")
    assert wrong.status_code == 422
    assert "Wpisz liczbę, na przykład 2." in wrong.text
    await parent.post(f"{base}/kryteria/workers", odpowiedz="tak", kwota="3")
    page = await parent.get(f"{base}/kryteria")
    sums = re.findall(r'<td class="figures">([\d,]+)</td>', page.text)
    assert sums == ["0", "34", "0", "12"]  # 10 + 6 + 5 + 3 + 2 + 8; elsewhere 2 + 2 + 8

    # A street without house numbers: how far it is, and in which district, is for a person.
    await parent.post(f"{base}/dziecko", ulica="Rozległa 7", **CHILD, **TOWN)
    said = await told(parent, base)
    assert "1. Bliskie. Z domu około 300 m w linii prostej: spełnione" in said
    assert "1. Bliskie. Z adresu dziecka: sprawdzi komisja" in said
    assert "2. Dalekie. Z adresu dziecka i uchwały o obwodach: sprawdzi komisja" in said

    done = await parent.post(f"{base}/zlozenie", **STATEMENTS)
    assert f"{CODE}/00001" in done.text
    desk = f"/placowka/wnioski/{base.rpartition('/')[2]}"
    clock.ahead = timedelta(days=6)
    operator = Browser(app, HOST)
    await sign_in_staff(operator, OPERATOR, PASSWORD)
    case = await operator.get(desk)
    assert "Adres tego nie rozstrzyga: sprawdź i zdecyduj." in case.text
    open_claims = re.findall(
        r'aria-labelledby="kryterium-\d+">.*?<h3[^>]*>(\w+)</h3>.*?<p>(\w+)?.*?'
        r'kryteria/([0-9a-f-]{36})"',
        case.text,
        re.DOTALL,
    )
    for code, place, claim in open_claims:
        no = code == "catchment" or (code, place) == ("district", "Dalekie")
        answer = {"decyzja": "odrzuc", "powod": "Ulica leży gdzie indziej."} if no else {
            "decyzja": "uznaj"
        }  # fmt: skip
        assert (await operator.post(f"{desk}/kryteria/{claim}", **answer)).status_code == 200
    assert (await operator.post(f"{desk}/zatwierdzenie")).status_code == 200
    again = await sign_in_parent(parent, NEWCOMER.pesel)
    await parent.get(again.headers["location"])
    seen = await parent.get(base)
    assert "Z domu około 300 m w linii prostej" in seen.text
    assert "Ulica leży gdzie indziej." in seen.text

    schema = await provision.schema_of(settings, SLUG)
    async with pinned_session(engine, schema) as session:
        campaign = await session.scalar(select(Campaign).where(Campaign.code == CODE))
        child = await session.scalar(select(Application.id))
        standing = (await gather(session, campaign)).standing[str(child)]
    assert standing == {str(near): (0, 2900), str(far): (0, 1200)}


async def test_a_child_of_the_catchment_goes_first_to_its_primary_school(app, units, clock):
    clock.ahead = timedelta()
    parent = Browser(app, HOST)
    entered = await sign_in_parent(parent, NEWCOMER.pesel)
    await parent.get(entered.headers["location"])
    tasks = await parent.post("/rodzina/wnioski", nabor=SCHOOLS)
    base = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]
    await parent.post(f"{base}/dziecko", ulica="Krótka 3", **CHILD, **TOWN)
    offered = (await parent.get(f"{base}/placowki")).text
    for unit in re.findall(r'name="oferta" value="([0-9a-f-]{36})"', offered):
        await parent.post(f"{base}/placowki", oferta=unit, co="dodaj")
    said = await told(parent, base)
    assert "1. Obwodowa. Z adresu dziecka i uchwały o obwodach: spełnione" in said
    assert "2. Pozaobwodowa. Z adresu dziecka i uchwały o obwodach: niespełnione" in said
    page = await parent.get(f"{base}/kryteria")
    assert "Najpierw miejsca dostają dzieci, które mają pierwszeństwo" in page.text
    await parent.post(f"{base}/kryteria/large-family", odpowiedz="nie")
    await parent.post(f"{base}/rodzice", **MOTHER)
    check = await parent.get(f"{base}/zlozenie")
    points = re.findall(r"pierwszeństwo: (tak|nie), miasto (\d+)", check.text)
    assert points == [("tak", "0"), ("nie", "0")]


async def test_the_own_school_comes_alone_first_and_last_on_a_longer_list(app, units, clock):
    clock.ahead = timedelta()
    parent = Browser(app, HOST)
    entered = await sign_in_parent(parent, NEWCOMER.pesel)
    await parent.get(entered.headers["location"])
    tasks = await parent.post("/rodzina/wnioski", nabor=PHASES)
    base = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]
    await parent.post(f"{base}/rodzice", **MOTHER)
    await parent.post(f"{base}/kryteria/large-family", odpowiedz="nie")
    await parent.post(f"{base}/dziecko", ulica="Nieznana 3", **CHILD, **TOWN)
    assert "Sprawdzi to komisja" in (await parent.get(f"{base}/placowki")).text
    await parent.post(f"{base}/dziecko", ulica="Krótka 3", **CHILD, **TOWN)
    offered = (await parent.get(f"{base}/placowki")).text
    assert "Szkoła z obwodu dziecka: Obwodowa." in offered
    own, other = dict.fromkeys(re.findall(r'name="oferta" value="([0-9a-f-]{36})"', offered))
    for unit in (own, other):
        await parent.post(f"{base}/placowki", oferta=unit, co="dodaj")
    early = await parent.get(f"{base}/zlozenie")
    assert "Usuń z listy inne szkoły albo złóż wniosek w następnym etapie." in early.text
    refused = await parent.post(f"{base}/zlozenie", **STATEMENTS)
    assert (refused.status_code, "Na liście jest inna szkoła." in refused.text) == (422, True)

    clock.ahead = timedelta(days=11)
    again = await sign_in_parent(parent, NEWCOMER.pesel)
    await parent.get(again.headers["location"])
    assert "Ustaw ją na końcu listy." in (await parent.get(f"{base}/zlozenie")).text
    refused = await parent.post(f"{base}/zlozenie", **STATEMENTS)
    assert (refused.status_code, "ustaw ją jako ostatnią" in refused.text) == (422, True)
    await parent.post(f"{base}/placowki", oferta=own, co="nizej")
    done = await parent.post(f"{base}/zlozenie", **STATEMENTS)
    assert f"{PHASES}/00001" in done.text
