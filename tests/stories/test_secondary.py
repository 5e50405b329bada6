"""A child applies to secondary schools before it has its certificate, and adds it later."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from ksr_saas.allocation.snapshot import gather
from ksr_saas.app import create_app
from ksr_saas.applications.models import Application
from ksr_saas.campaigns.models import Campaign
from ksr_saas.campaigns.timetable import Stage, StageCode
from ksr_saas.identity.authorisation import Role
from ksr_saas.identity.models import Account, AccountKind, Grant
from ksr_saas.identity.passwords import HASHER
from ksr_saas.identity.totp import bound
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.offer.models import Unit
from ksr_saas.people import pesel
from ksr_saas.portals import keys_of
from tenants.demo.accounts import NEWCOMER
from tests.factories.municipality import a_municipality
from tests.factories.recruitment import texts
from tests.factories.school import a_school, a_secondary_campaign
from tests.stories.browser import PASSWORD, SECRETS, TOTP, Browser, MovingClock, sign_in_parent
from tests.stories.browser import sign_in_staff
import msgspec

SLUG, SCHEMA, HOST = "suwalki", "t_suwalki", "suwalki.localhost:8000"
CODE, CHAIR = "licea-2027", "komisja@suwalki.example"
STATEMENTS = {"prawda": "tak", "wspolna": "tak", "rodo": "tak"}
CHILD = {"imie": "Ala", "nazwisko": "Nowicka", "pesel": pesel.make(date(2012, 3, 14), 123)}
HOME = {"ulica": "Lipowa 1", "kod": "16-400", "miejscowosc": "Suwałki"}
MOTHER = {"imie": "Joanna", "nazwisko": "Nowicka", "email": "joanna@poczta.invalid"} | HOME
CERTIFICATE = {
    "egz-polish": "80",
    "egz-mathematics": "90",
    "zwolnienie": "language",
    "oc-polish": "5",
    "oc-mathematics": "6",
    "oc-biologia": "6",
    "oc-geografia": "4",
    "oc-jezyk-angielski": "5",
}


@pytest.fixture(scope="module")
def clock():
    return MovingClock()


@pytest.fixture(scope="module")
async def engine(settings):
    made = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=2)
    yield made
    await made.dispose()


def timetable(now):
    """Applications for ten days; certificates from the twentieth on."""
    ends = ((StageCode.SUBMISSION, -1, 10), (StageCode.CERTIFICATES, 20, 25),
            (StageCode.VERIFICATION, 20, 40), (StageCode.RESULTS, 41, 42))  # fmt: skip
    return tuple(
        Stage(code, texts(code.value), now + timedelta(days=start), now + timedelta(days=end))
        for code, start, end in ends
    )


@pytest.fixture(scope="module")
async def units(settings, engine, clock):
    """Two classes of one school by name: 1A counts biology and English, 1B geography."""
    await a_municipality(settings, SLUG)
    async with pinned_session(engine, SCHEMA) as session, session.begin():
        campaign = await a_secondary_campaign(session)
        campaign.timetable = msgspec.to_builtins(timetable(clock.now()))
        school = await a_school(
            session,
            campaign,
            "I Liceum",
            {"name": "1A", "subjects": [{"among": ["biologia"]}, {"among": ["język angielski"]}]},
            {"name": "1B", "subjects": [{"among": ["geografia"]}]},
        )
        account = Account(
            id=uuid4(), kind=AccountKind.STAFF, login=CHAIR, email=CHAIR, given_name="Ewa",
            family_name="Lis", password_hash=HASHER.hash(PASSWORD),
        )  # fmt: skip
        account.totp = bound(account.id, TOTP)
        session.add(account)
        await session.flush()
        session.add(Grant(account_id=account.id, role=Role.CHAIR, institution_id=school.id))
        SECRETS[HOST, CHAIR] = TOTP
        rows = await session.execute(select(Unit.name, Unit.id))
        return dict(rows.tuples().all())


@pytest.fixture
async def app(settings, units, clock):
    made = create_app(settings, clock=clock, people=lambda _: [NEWCOMER], slugs=lambda: [SLUG])
    yield made
    await made.close()


async def signed_in(parent):
    entered = await sign_in_parent(parent, NEWCOMER.pesel)
    await parent.get(entered.headers["location"])


async def test_a_certificate_comes_after_the_application_and_counts_once_compared(
    app, engine, units, clock
):
    parent = Browser(app, HOST)
    await signed_in(parent)
    assert "Złóż wniosek" in (await parent.get("/")).text
    tasks = await parent.post("/rodzina/wnioski", nabor=CODE)
    assert "Można później" in tasks.text
    base = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]
    saved = await parent.post(f"{base}/dziecko", **CHILD, **HOME)
    assert saved.status_code == 200
    await parent.post(f"{base}/rodzice", **{f"a_{name}": value for name, value in MOTHER.items()})
    for name in ("1A", "1B"):
        await parent.post(f"{base}/placowki", oferta=units[name], co="dodaj")
    questions = (await parent.get(f"{base}/kryteria")).text
    codes = set(re.findall(rf'{base}/kryteria/([\w-]+)"', questions))
    assert {"P_WYROZNIENIE", "ZDROWIE"} <= codes
    assert not codes & {"P_EGZ_POL", "P_OC_1", "P_OSIAGNIECIA"}
    for code in codes:
        answer = "tak" if code == "P_WYROZNIENIE" else "nie"
        await parent.post(f"{base}/kryteria/{code}", odpowiedz=answer)
    done = await parent.post(f"{base}/zlozenie", **STATEMENTS)
    assert f"{CODE}/00001" in done.text

    clock.ahead = timedelta(days=21)
    await signed_in(parent)
    assert "Nie ma ich jeszcze we wniosku." in (await parent.get(base)).text
    change = await parent.post(f"{base}/zmiana")
    draft = re.search(r'action="(/rodzina/wnioski/[0-9a-f-]{36})/porzucenie"', change.text)[1]
    unready = await parent.get(f"{draft}/zlozenie")
    assert "Sprawdź i złóż zmiany" not in unready.text
    wrong = await parent.post(
        f"{draft}/swiadectwo", **CERTIFICATE | {"egz-polish": "", "oc-polish": "5+"}
    )
    assert wrong.status_code == 422
    assert "język polski: wpisz wynik w procentach albo zaznacz zwolnienie." in wrong.text
    assert 'value="5+"' in wrong.text
    await parent.post(f"{draft}/swiadectwo", **CERTIFICATE)
    again = await parent.get(f"{draft}/swiadectwo")
    assert 'value="90"' in again.text
    check = await parent.get(f"{draft}/zlozenie")
    # 28 + 31,5 + 25 for the grade instead of the examination, 17 + 18, then the class's own.
    assert re.findall(r"punkty (\d+,?\d*)", check.text) == ["161,5", "140,5"]
    sent = {"zmiana": draft.rpartition("/")[2]} | STATEMENTS
    assert "Wniosek został złożony" in (await parent.post(f"{base}/zlozenie", **sent)).text

    desk = base.replace("/rodzina", "/placowka")
    chair = Browser(app, HOST)
    await sign_in_staff(chair, CHAIR, PASSWORD)
    case = (await chair.get(desk)).text
    assert "Rodzic zmienił wniosek: wersja 2" in case
    assert "są inne, porównaj je jeszcze raz" in case
    claim = re.search(r'kryteria/([0-9a-f-]{36})"', case)[1]
    await chair.post(f"{desk}/kryteria/{claim}", decyzja="uznaj")
    early = await chair.post(f"{desk}/zatwierdzenie")
    assert (early.status_code, "Świadectwo nie jest jeszcze sprawdzone" in early.text) == (
        409,
        True,
    )
    await chair.post(f"{desk}/swiadectwo", decyzja="uznaj")
    assert (await chair.post(f"{desk}/zatwierdzenie")).status_code == 200

    async with pinned_session(engine, SCHEMA) as session:
        campaign = await session.scalar(select(Campaign).where(Campaign.code == CODE))
        child = await session.scalar(select(Application.id))
        standing = (await gather(session, campaign)).standing[str(child)]
    assert standing == {
        str(units["1A"]): (0, 16150, 0, 0),
        str(units["1B"]): (0, 14050, 0, 0),
    }
