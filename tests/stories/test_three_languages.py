"""Every page in Ukrainian and English: no word is left that only Polish has, but for names."""

import html
import re
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import select

from ksr_saas.app import create_app
from ksr_saas.applications.messages import RETURNED
from ksr_saas.applications.models import Application, Attachment, Claim
from ksr_saas.identity.authorisation import Right
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.notifications.texts import compose
from ksr_saas.people.models import Child
from ksr_saas.portals import keys_of
from ops import words
from tenants import provision, read
from tenants.commands import FOLDER, brand_of
from tenants.demo.accounts import NEWCOMER
from tenants.demo.generate import city
from tests.factories.municipality import settle
from tests.stories.browser import Browser, sign_in_parent, sign_in_staff
from tests.stories.reading import read as read_page
from tests.stories.reading import words_of
from worker.actors.allocation import run_allocation
from worker.runtime import House, run_job

PASSWORD = "a password of the tests"
CODE = "przedszkola-2027"
SCHEMA = "t_krakow"
HOST = "krakow.localhost:8000"
NAMES = (
    "SELECT name FROM {0}.institution UNION SELECT street FROM {0}.institution"
    " UNION SELECT district FROM {0}.institution UNION SELECT town FROM {0}.institution"
    " UNION SELECT given_name FROM {0}.child UNION SELECT family_name FROM {0}.child"
    " UNION SELECT given_name FROM {0}.guardian UNION SELECT family_name FROM {0}.guardian"
    " UNION SELECT given_name FROM {0}.account UNION SELECT family_name FROM {0}.account"
    " UNION SELECT code FROM {0}.campaign"
)
PROPER = ["Kraków", "login.gov.pl", "Serwis", "KB", "UK"]
CODES = re.compile(r"\S+@\S+|\b[0-9a-f]{12,64}\b")  # addresses and digests


@pytest.fixture(scope="module")
async def town(settings):
    """Kraków, with the rules and made-up families of Wrocław, for this module alone."""
    await provision.prepare(settings)
    tenant = read.read(FOLDER / "wroclaw")
    await provision.create(settings, "krakow", "Kraków", ["krakow.localhost"], brand_of(tenant))
    connection = await asyncpg.connect(settings.database_url)
    made = city(applications=60, places=80, institutions=6, seed=7)
    await settle(connection, settings, SCHEMA, made, password=PASSWORD)
    yield connection
    await connection.close()


@pytest.fixture
async def app(settings, town):
    made = create_app(settings, people=lambda _: [NEWCOMER], slugs=lambda: ["krakow"])
    yield made
    await made.close()


def texts_of(lang):
    """Everything the product and the municipality can say in a language."""
    found = [form for one in words.held(lang) for form in words.forms(one.string)]
    if lang == "pl":
        found += [form for one in words.said() for form in words.forms(one.id)]
    tenant = read.read(FOLDER / "wroclaw")
    found += [stage.name[lang] for stage in tenant.campaign.stages] + [tenant.campaign.name[lang]]
    for one in tenant.rulebook.criteria:
        found += [one.name[lang], one.question[lang], one.proof[lang]]
    return words_of("\n".join(found))


class Proofreader:
    """Reads pages and notes, by address, what should have been in another language.

    That is a word of the Polish texts which the others lack, and in Ukrainian any Latin word.
    """

    def __init__(self, names):
        self.polish = texts_of("pl")
        self.own = {lang: texts_of(lang) for lang in ("uk", "en")}
        self.names = sorted((one for one in names if one), key=len, reverse=True)
        self.seen = 0
        self.faults = {}

    def look(self, address, lang, answer):
        if "text/html" not in answer.headers.get("content-type", ""):
            return
        said, text = read_page(answer.text)
        text = CODES.sub(" ", text)
        for name in self.names:
            text = text.replace(name, " ")
        strange = words_of(text) - self.own[lang]
        left = strange & self.polish
        left |= {word for word in strange if words.POLISH.search(word)}
        if lang == "uk":
            left |= {word for word in strange if word.isascii()}
        self.seen += 1
        if said != lang or left:
            self.faults[f"{lang} {address}"] = (said, sorted(left))

    async def crawl(self, browser, addresses):
        for address in addresses:
            for lang in ("uk", "en"):
                self.look(address, lang, await browser.get(f"{address}?jezyk={lang}"))


def addresses(app, *rights, **values):
    """The pages that ask for one of `rights`, with their parameters filled in from `values`."""
    for route in app._city.routes:
        for handler in getattr(route, "route_handlers", ()):
            wanted = handler.opt.get("right") in rights and not handler.opt.get("no_session")
            if not wanted or "GET" not in handler.http_methods or route.path.startswith("/static"):
                continue
            kind = "criterion" if "/kryteria/" in route.path else "code"
            path = re.sub(r"\{code:\w+\}", f"{{{kind}:str}}", route.path)
            names = re.findall(r"\{(\w+):", path)
            if all(name in values for name in names):
                yield re.sub(r"\{(\w+):\w+\}", lambda found: str(values[found[1]]), path)


async def handed_in(parent):
    """An application's address: when it is empty, when it is complete, when it is handed in."""
    tasks = await parent.post("/rodzina/wnioski", nabor=CODE)
    base = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]
    yield base
    home = {"ulica": "ul. Lipowa 1", "kod": "50-100", "miejscowosc": "Kraków"}
    await parent.post(
        f"{base}/dziecko", imie="Ala", nazwisko="Nowicka", pesel="23231401235", **home
    )
    first = {f"a_{key}": value for key, value in home.items()}
    await parent.post(f"{base}/rodzice", a_imie="Joanna", a_nazwisko="Nowicka", **first)
    offer = await parent.get(f"{base}/placowki")
    unit = re.search(r'name="oferta" value="([0-9a-f-]{36})"', offer.text)[1]
    await parent.post(f"{base}/placowki", oferta=unit, co="dodaj")
    criteria = await parent.get(f"{base}/kryteria")
    for code in set(re.findall(r'kryteria/(\w+)"', criteria.text)):
        answer = "tak" if code == "UST_WIELODZ" else "nie"
        await parent.post(f"{base}/kryteria/{code}", odpowiedz=answer)
    yield base
    await parent.post(f"{base}/zlozenie", prawda="tak", wspolna="tak", rodo="tak")
    yield base


async def allocated(settings, office, town):
    """A trial allocation worked out; returns its id."""
    await town.execute(
        f"UPDATE {SCHEMA}.application SET status = 'verified'"
        " WHERE status IN ('submitted', 'returned')"
    )
    await office.post("/organ/przydzial", nabor=CODE)
    engine = make_engine(settings.login_url("ksr_worker"), keys=keys_of(settings), pool_size=2)
    job = await town.fetchval(f"SELECT id FROM {SCHEMA}.job WHERE actor = 'allocation.run'")
    await run_job(House(settings, engine, Clock()), SCHEMA, job, run_allocation)
    await engine.dispose()
    return await town.fetchval(f"SELECT id FROM {SCHEMA}.allocation_run")


async def published(town, run):
    """The run becomes the result, as a publication would make it."""
    await town.execute(
        f"UPDATE {SCHEMA}.campaign SET published_run_id = $1, published_at = now(),"
        " admitted_at = now()",
        run,
    )


async def typed_by_people(settings):
    """What the columns hold that only the municipality's key opens."""
    columns = (Child.street, Child.town, Application.returned_for, Claim.reason, Attachment.label)
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=1)
    async with pinned_session(engine, SCHEMA) as session:
        found = [text for one in columns for text in await session.scalars(select(one)) if text]
    await engine.dispose()
    return found


async def test_every_page_is_in_the_readers_language(settings, app, town):
    names = [row["name"] for row in await town.fetch(NAMES.format(SCHEMA))]
    names += await typed_by_people(settings)
    reader = Proofreader([*names, *PROPER, "Ala", "Nowicka", "Joanna", "ul. Lipowa"])
    institution = await town.fetchval(f"SELECT id FROM {SCHEMA}.institution WHERE code = 'p001'")
    waiting = await town.fetchval(
        f"SELECT id FROM {SCHEMA}.application WHERE status = 'submitted'"
        " AND first_institution_id = $1",
        institution,
    )
    public = {"code": CODE, "institution_id": institution}

    stranger, parent, operator, office = (Browser(app, HOST) for _ in range(4))
    await reader.crawl(stranger, ["/nie-ma", *addresses(app, Right.ANYONE, **public)])
    for host, address in (
        ("konsola.localhost", "/logowanie"),
        ("login.localhost", "/"),
        ("poczta.localhost", "/poczta"),
    ):
        await reader.crawl(Browser(app, f"{host}:8000"), [address])

    entered = await sign_in_parent(parent, NEWCOMER.pesel)
    await parent.get(entered.headers["location"])
    async for base in handed_in(parent):
        mine = {"application_id": base.rpartition("/")[2], "criterion": "WR_DOCHOD"}
        pages = list(addresses(app, Right.OWN_APPLICATIONS, **public, **mine))
        await reader.crawl(parent, pages)
        for form in ("dziecko", "rodzice", "zlozenie", "kryteria/WR_DOCHOD"):
            reader.look(f"POST {form}", "en", await parent.post(f"{base}/{form}"))

    await sign_in_staff(operator, "p001@wroclaw.example", PASSWORD)
    desk = {"application_id": waiting, "which": "zakwalifikowani"}
    await reader.crawl(operator, addresses(app, Right.VERIFY, Right.PRINT_LISTS, **desk))
    await sign_in_staff(office, "koordynator@wroclaw.example", PASSWORD)
    run = await allocated(settings, office, town)
    supervised = (Right.SUPERVISE, Right.ALLOCATE, Right.PUBLISH)
    await reader.crawl(office, addresses(app, *supervised, run_id=run))
    await published(town, run)
    await reader.crawl(office, addresses(app, *supervised, run_id=run))
    await reader.crawl(operator, addresses(app, Right.PRINT_LISTS, **desk))
    await reader.crawl(parent, [base, "/rodzina"])

    assert reader.faults == {}
    assert reader.seen > 140


async def test_switching_the_language_keeps_the_place(app):
    page = await Browser(app, HOST).get(f"/oferta/{CODE}?szukaj=ul.+Lipowa&rodzaj=&jezyk=uk")
    links = re.findall(r'<a href="([^"]*)" lang="(?:pl|uk|en)"', page.text)
    kept = "?szukaj=ul.+Lipowa&rodzaj=&jezyk="
    assert [html.unescape(link) for link in links] == [
        f"{kept}{lang}" for lang in ("pl", "uk", "en")
    ]


async def language_kept(town):
    """The language in which the newcomer is written to."""
    return await town.fetchval(
        f"SELECT language FROM {SCHEMA}.account WHERE kind = 'parent' AND family_name = $1"
        " AND given_name = $2",
        NEWCOMER.family_name,
        NEWCOMER.given_name,
    )


async def test_a_parents_language_is_kept_and_follows_to_another_device(app, town):
    at_home = Browser(app, HOST)
    await at_home.get("/?jezyk=uk")
    entered = await sign_in_parent(at_home, NEWCOMER.pesel)
    await at_home.get(entered.headers["location"])
    assert await language_kept(town) == "uk"

    on_the_phone = Browser(app, HOST)
    entered = await sign_in_parent(on_the_phone, NEWCOMER.pesel)
    first = await on_the_phone.get(entered.headers["location"])
    assert '<html lang="uk">' in first.text
    assert await language_kept(town) == "uk"

    await on_the_phone.get("/prywatnosc?jezyk=en")
    assert await language_kept(town) == "en"


async def test_a_sent_message_is_shown_in_the_language_it_was_written_in(app, settings):
    made = compose(
        RETURNED.kind,
        message_id=UUID(int=1),
        recipient="olena@poczta.invalid",
        language="uk",
        values={"number": f"{CODE}/00012", "address": "http://krakow.localhost/"},
        sender=settings.mail_from,
        clock=Clock(),
    )
    (settings.home / "mail").mkdir(exist_ok=True)
    (settings.home / "mail" / "99-uk.eml").write_bytes(bytes(made))
    reader = Browser(app, "poczta.localhost:8000")
    subject = f"Заяву № {CODE}/00012 потрібно виправити"

    everything = await reader.get("/poczta?jezyk=en")
    one = await reader.get("/poczta/99-uk?jezyk=en")

    assert f'lang="uk">{subject}</a>' in everything.text
    assert f'<h1 lang="uk">{subject}</h1>' in one.text
    assert '<pre class="letter" lang="uk">Добрий день!' in one.text


async def test_an_unknown_host_answers_in_three_languages(app):
    page = await Browser(app, "gdansk.localhost").get("/")
    assert page.status_code == 404
    assert [page.text.count(f"<section lang={lang}>") for lang in ("pl", "uk", "en")] == [1, 1, 1]
