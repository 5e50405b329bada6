"""A family reads who opened its case: institution or office, what, why and when, no names.

The office opens a case by its number and with a reason, and reads it for half an hour.
"""

from datetime import timedelta
from uuid import uuid4

import asyncpg
import msgspec
import pytest

from ksr_saas.app import create_app
from ksr_saas.applications.models import Attachment, Outcome
from ksr_saas.applications.states import Status
from ksr_saas.identity import sessions
from ksr_saas.identity.authorisation import Role
from ksr_saas.identity.models import Account, AccountKind, Grant
from ksr_saas.identity.throttle import MISSES
from ksr_saas.kernel.clock import Clock
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.portals import files_of, keys_of
from tests.factories.clock import MovingClock
from tests.factories.municipality import a_municipality
from tests.factories.recruitment import RULEBOOK, a_campaign, a_unit, an_application
from tests.stories.browser import Browser

SLUG, SCHEMA = "reda", "t_reda"
HOST = f"{SLUG}.localhost:8000"
SURNAME = "Tajemnicza"
COVERED = "Kryterium z danymi wrażliwymi"
TOLD_OF_HEALTH = msgspec.structs.replace(
    RULEBOOK,
    criteria=tuple(
        msgspec.structs.replace(one, sensitive=one.code == "disability")
        for one in RULEBOOK.criteria
    ),
)


class Town:
    """One application, handed in at Misie, second choice Zajączki, and everybody's browsers."""

    async def fill(self, session, files):
        campaign = await a_campaign(session, rulebook=TOLD_OF_HEALTH)
        first = await a_unit(session, campaign, name="Przedszkole Misie")
        second = await a_unit(session, campaign, name="Przedszkole Zajączki")
        self.case = await an_application(
            session,
            campaign,
            [first, second],
            claims=("disability", "works"),
            status=Status.SUBMITTED,
            outcome=Outcome.PENDING,
        )
        self.case.first_institution_id = first.institution_id
        self.other = await an_application(session, campaign, [first], given_name="Ola")
        paper = Attachment(
            id=uuid4(),
            application_id=self.case.id,
            criterion="disability",
            label="o.png",
            media_type="image/png",
            size=4,
            store_name=files.put(b"\x89PNG"),
        )
        session.add(paper)
        self.paper = paper.id
        parent = await session.get_one(Account, self.case.account_id)
        other = await session.get_one(Account, self.other.account_id)
        at = first.institution_id
        self.tokens = {
            "parent": await self._signed_in(session, parent, Role.PARENT),
            "other parent": await self._signed_in(session, other, Role.PARENT),
            "clerk": await self._staff(session, Role.OPERATOR, at),
            "colleague": await self._staff(session, Role.OPERATOR, at),
            "coordinator": await self._staff(session, Role.COORDINATOR, None),
            "officer": await self._staff(session, Role.IOD, None),
        }

    async def _staff(self, session, role, institution):
        account = Account(
            id=uuid4(), kind=AccountKind.STAFF, given_name="Anna", family_name=SURNAME
        )
        session.add(account)
        await session.flush()
        session.add(Grant(account_id=account.id, role=role, institution_id=institution))
        return await self._signed_in(session, account, role, institution)

    async def _signed_in(self, session, account, role, institution=None):
        return await sessions.begin(
            session, account, role, institution, now=Clock().now(), replaces=None
        )

    async def shows_a_factor(self, at):
        """Everybody who is signed in has shown a second factor at this time."""
        await self.connection.execute("UPDATE login_session SET confirmed_at = $1", at)

    async def browser(self, app, who):
        """Somebody's browser, with a token for forms."""
        made = Browser(app, HOST)
        made.cookies[HOST] = {"ksr": self.tokens[who]}
        await made.get("/")
        return made

    @property
    def number(self):
        return f"przedszkola-2027/{self.case.number:05}"

    @property
    def desk(self):
        return f"/placowka/wnioski/{self.case.id}"

    @property
    def looks(self):
        return f"/rodzina/wnioski/{self.case.id}/kto-otwieral"


@pytest.fixture
async def town(settings):
    await a_municipality(settings, SLUG)
    made = Town()
    engine = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=1)
    async with pinned_session(engine, SCHEMA) as session, session.begin():
        await made.fill(session, files_of(settings, SCHEMA))
    await engine.dispose()
    made.connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    await made.connection.execute(f"SET search_path = {SCHEMA}")
    yield made
    await made.connection.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
    await made.connection.execute("DELETE FROM control.municipality WHERE slug = $1", SLUG)
    await made.connection.close()


@pytest.fixture
def clock():
    return MovingClock()


@pytest.fixture
async def app(settings, town, clock):
    made = create_app(settings, clock=clock)
    yield made
    await made.close()


async def told(app, town, who="parent", lang="pl"):
    """The part of the page that lists who looked, and how many lines it has."""
    browser = await town.browser(app, who)
    page = await browser.get(f"{town.looks}?jezyk={lang}")
    assert page.status_code == 200
    part = page.text.partition("<main")[2]
    return part, part.count("<time")


async def test_before_anybody_looked_the_page_says_so(app, town):
    part, lines = await told(app, town)
    assert "Nikt jeszcze nie otwierał tego wniosku" in part
    assert lines == 0
    case = await (await town.browser(app, "parent")).get(f"/rodzina/wnioski/{town.case.id}")
    assert town.looks in case.text


async def test_a_case_and_a_paper_are_told_with_place_role_reason_and_hour(app, town):
    clerk = await town.browser(app, "clerk")
    await clerk.get(town.desk)
    await clerk.post(f"{town.desk}/otwarcie", powod="verification")
    await clerk.get(f"{town.desk}/zalaczniki/{town.paper}")
    part, lines = await told(app, town)
    assert lines == 3
    assert "Przedszkole Misie" in part
    assert "Operator placówki" in part
    assert "otwarcie wniosku" in part
    assert "odkrycie danych wrażliwych" in part
    assert "otwarcie dokumentu: disability" in part
    assert part.count("Powód: sprawdzenie kryterium") == 2
    assert SURNAME not in part


async def test_own_words_are_told_as_they_were_written(app, town):
    clerk = await town.browser(app, "clerk")
    await clerk.post(f"{town.desk}/otwarcie", powod="other", slowa="Rodzic dzwonił w tej sprawie.")
    part, _ = await told(app, town)
    assert "Powód: inny powód: Rodzic dzwonił w tej sprawie." in part


async def test_one_person_is_told_once_in_ten_minutes_and_two_are_two(app, town):
    for who in ("clerk", "colleague"):
        browser = await town.browser(app, who)
        for _ in range(3):
            await browser.get(town.desk)
    _, lines = await told(app, town)
    assert lines == 2
    claims = await town.connection.fetch("SELECT id FROM claim")
    clerk = await town.browser(app, "clerk")
    for claim in claims:
        await clerk.post(f"{town.desk}/kryteria/{claim['id']}", decyzja="uznaj")
    part, lines = await told(app, town)
    assert (part.count("rozstrzygnięcie kryterium"), lines) == (1, 3)


async def test_what_lies_more_than_ten_minutes_apart_is_told_apart(app, town):
    clerk = await town.browser(app, "clerk")
    claims = await town.connection.fetch("SELECT id FROM claim")
    for claim in claims[:2]:
        await clerk.post(f"{town.desk}/kryteria/{claim['id']}", decyzja="uznaj")
        await town.connection.execute("ALTER TABLE audit_event DISABLE TRIGGER USER")
        await town.connection.execute(
            "UPDATE audit_event SET created_at = created_at - $1::interval", timedelta(minutes=10)
        )
        await town.connection.execute("ALTER TABLE audit_event ENABLE TRIGGER USER")
    part, _ = await told(app, town)
    assert part.count("rozstrzygnięcie kryterium") == 2


async def test_the_familys_own_acts_are_told_as_theirs(app, town):
    parent = await town.browser(app, "parent")
    await parent.post(f"/rodzina/wnioski/{town.case.id}/wycofanie")
    part, lines = await told(app, town)
    assert lines == 1
    assert "<strong>Ty</strong>" in part
    assert "wycofanie wniosku" in part
    assert "Rodzic</span>" not in part


async def test_what_was_handed_in_twice_within_ten_minutes_is_told_twice(app, town):
    for _ in range(2):
        await town.connection.execute(
            "INSERT INTO audit_event (id, actor_id, role, act, object_kind, object_id, subject_id,"
            " reason, network, request_id, detail) VALUES (gen_random_uuid(), $1, 'parent',"
            " 'applications.submit', 'application', $2, $3, '', '', '', '{}')",
            town.case.account_id,
            town.case.id,
            town.case.child_id,
        )
    part, _ = await told(app, town)
    assert part.count("złożenie wniosku") == 2


async def test_another_family_reads_nothing_of_it(app, town):
    browser = await town.browser(app, "other parent")
    assert (await browser.get(town.looks)).status_code == 404


@pytest.mark.parametrize(
    ("lang", "words"),
    [("uk", "відкриття чутливих даних"), ("en", "sensitive data uncovered")],
)
async def test_it_is_told_in_the_readers_language(app, town, lang, words):
    clerk = await town.browser(app, "clerk")
    await clerk.post(f"{town.desk}/otwarcie", powod="appeal")
    part, _ = await told(app, town, lang=lang)
    assert words in part
    assert "odkrycie" not in part


async def test_the_office_finds_a_case_by_its_number_and_the_family_sees_why(app, town):
    office = await town.browser(app, "coordinator")
    case = await office.post(
        "/organ/wniosek", numer=town.number, powod="other", slowa="Zapytanie radnej o terminy."
    )
    assert case.status_code == 200
    assert "Ala Nowak" in case.text
    assert "Przedszkole Zajączki" in case.text
    assert "works" in case.text
    assert "disability" not in case.text
    assert COVERED in case.text
    part, lines = await told(app, town)
    assert lines == 1
    assert "<strong>Urząd miasta</strong>" in part
    assert "Koordynator miejski" in part
    assert "otwarcie sprawy w urzędzie" in part
    assert "Zapytanie radnej o terminy." in part
    assert SURNAME not in part
    events = await town.connection.fetch(
        "SELECT act, reason FROM audit_event WHERE act LIKE 'openings.%' ORDER BY position"
    )
    assert [tuple(one) for one in events] == [
        ("openings.case", "other"),
        ("openings.read-case", "other"),
    ]


async def test_after_half_an_hour_the_office_says_why_again(app, town, clock):
    office = await town.browser(app, "coordinator")
    await office.post("/organ/wniosek", numer=town.number, powod="complaint")
    clock.ahead = timedelta(minutes=15)
    assert "Ala Nowak" in (await office.get(f"/organ/wniosek/{town.case.id}")).text
    clock.ahead = timedelta(minutes=30, seconds=5)
    over = await office.get(f"/organ/wniosek/{town.case.id}")
    assert "Minęło 30 minut" in over.text
    assert f'value="{town.number}"' in over.text
    assert "Nowak" not in over.text
    reads = "SELECT count(*) FROM audit_event WHERE act = 'openings.read-case'"
    assert await town.connection.fetchval(reads) == 1


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"numer": "przedszkola-2027/99999", "powod": "complaint"}, "Sprawdź numer."),
        ({"numer": "Nowak", "powod": "complaint"}, "Sprawdź numer."),
        ({"powod": ""}, "Wybierz powód."),
        ({"powod": "verification"}, "Wybierz powód."),
        ({"powod": "other", "slowa": "bo tak"}, "Wybierz powód."),
    ],
    ids=["no such number", "a name", "no reason", "the institutions' reason", "not explained"],
)
async def test_without_number_and_reason_the_office_opens_nothing(app, town, form, told):
    office = await town.browser(app, "coordinator")
    answer = await office.post("/organ/wniosek", **{"numer": town.number} | form)
    assert answer.status_code == 422
    assert told in answer.text
    assert "Ala" not in answer.text
    assert await town.connection.fetchval("SELECT count(*) FROM opening") == 0
    assert (await office.get(f"/organ/wniosek/{town.case.id}")).status_code == 404


async def test_a_number_that_is_not_found_is_on_record_and_what_was_typed_is_not(app, town):
    office = await town.browser(app, "coordinator")
    for typed in ("23231401235", "przedszkola-2027/99999", "Nowak"):
        await office.post("/organ/wniosek", numer=typed, powod="other", slowa="Pytanie o Nowaka.")
    found = await town.connection.fetch(
        "SELECT * FROM audit_event WHERE act = 'openings.not-found'"
    )
    assert len(found) == 3
    for one in found:
        assert (one["object_id"], one["subject_id"], one["object_kind"]) == (None, None, "")
        assert (one["role"], one["reason"], one["detail"]) == ("coordinator", "", "{}")
        assert not [said for said in ("23231401235", "99999", "Nowak") if said in str(dict(one))]


async def test_whether_a_number_exists_is_told_to_nobody_who_gives_no_reason(app, town):
    office = await town.browser(app, "coordinator")
    for typed in (town.number, "przedszkola-2027/99999"):
        answer = await office.post("/organ/wniosek", numer=typed, powod="")
        assert "Wybierz powód." in answer.text
        assert "Sprawdź numer." not in answer.text
    assert not await town.connection.fetchval(
        "SELECT count(*) FROM audit_event WHERE act LIKE 'openings.%'"
    )


async def test_numbers_are_not_guessed_one_after_another(app, town):
    """Not even when a case that is known is opened in between."""
    office, form = await town.browser(app, "coordinator"), {"powod": "complaint"}
    for n in range(MISSES.amount):
        wrong = await office.post("/organ/wniosek", numer=f"przedszkola-2027/{90000 + n}", **form)
        assert wrong.status_code == 422
        if n == 2:
            right = await office.post("/organ/wniosek", numer=town.number, **form)
            assert "Ala Nowak" in right.text
    held = await office.post("/organ/wniosek", numer=town.number, **form)
    assert held.status_code == 429
    assert "Odczekaj 15 minut" in held.text


async def test_a_draft_has_no_number_and_is_not_found(app, town):
    await town.connection.execute("UPDATE application SET submitted_at = NULL")
    office = await town.browser(app, "coordinator")
    answer = await office.post("/organ/wniosek", numer=town.number, powod="complaint")
    assert answer.status_code == 422


async def office_case(app, town, who="coordinator"):
    """A browser at the office that has opened the case, and the address of the case."""
    office = await town.browser(app, who)
    await office.post("/organ/wniosek", numer=town.number, powod="complaint")
    return office, f"/organ/wniosek/{town.case.id}"


async def test_the_office_uncovers_nothing_without_a_factor_shown_lately(app, town, clock):
    office, case = await office_case(app, town)
    await town.shows_a_factor(None)
    page = await office.get(case)
    assert f"/konto/potwierdzenie?dokad={case}" in page.text
    assert "Odkryj dane" not in page.text
    for shown in (None, clock.now() - timedelta(minutes=16)):
        await town.shows_a_factor(shown)
        refused = await office.post(f"{case}/otwarcie", powod="complaint")
        assert refused.status_code == 403
    paper = await office.ask("GET", f"{case}/zalaczniki/{town.paper}")
    assert (paper.status_code, paper.headers["location"]) == (303, case)
    acts = (
        "SELECT count(*) FROM audit_event WHERE act IN ('openings.papers', 'openings.read-paper')"
    )
    assert await town.connection.fetchval(acts) == 0


@pytest.mark.parametrize("who", ["coordinator", "officer"])
async def test_the_office_says_why_and_reads_sensitive_papers_and_the_family_is_told(
    app, town, clock, who
):
    office, case = await office_case(app, town, who)
    await town.shows_a_factor(clock.now())
    silent = await office.post(f"{case}/otwarcie", powod="other", slowa="bo tak")
    assert silent.status_code == 422
    assert 'value="bo tak"' in silent.text
    assert (await office.post(f"{case}/otwarcie", powod="verification")).status_code == 422
    assert "disability" not in silent.text
    opened = await office.post(
        f"{case}/otwarcie", powod="other", slowa="Pismo rzecznika praw dziecka."
    )
    assert "disability" in opened.text
    assert COVERED not in opened.text
    assert "Pismo rzecznika praw dziecka." in opened.text
    paper = await office.ask("GET", f"{case}/zalaczniki/{town.paper}")
    assert paper.content == b"\x89PNG"
    assert paper.headers["content-disposition"].startswith("attachment")
    part, _ = await told(app, town)
    assert "odkrycie danych wrażliwych" in part
    assert "otwarcie dokumentu w urzędzie" in part
    assert part.count("Pismo rzecznika praw dziecka.") == 2
    assert "<strong>Urząd miasta</strong>" in part
    assert SURNAME not in part


async def test_papers_are_covered_again_when_the_case_is_over_and_for_everybody_else(
    app, town, clock
):
    office, case = await office_case(app, town)
    for minutes in (10, 20):
        clock.ahead = timedelta(minutes=minutes)
        assert COVERED in (await office.get(case)).text
    await town.shows_a_factor(clock.now())
    assert "disability" in (await office.post(f"{case}/otwarcie", powod="control")).text
    other, _ = await office_case(app, town, "officer")
    assert "disability" not in (await other.get(case)).text
    assert (await other.ask("GET", f"{case}/zalaczniki/{town.paper}")).status_code == 303
    clock.ahead = timedelta(minutes=31)
    assert "Minęło 30 minut" in (await office.post(f"{case}/otwarcie", powod="control")).text
    await office.post("/organ/wniosek", numer=town.number, powod="complaint")
    assert "disability" not in (await office.get(case)).text
    assert (await office.ask("GET", f"{case}/zalaczniki/{town.paper}")).status_code == 303


async def test_what_a_clerk_uncovered_at_the_desk_stays_covered_at_the_office(app, town, clock):
    office, case = await office_case(app, town)
    await town.connection.execute(
        "INSERT INTO opening (id, application_id, account_id, scope, reason, own_words, ends_at)"
        " SELECT gen_random_uuid(), application_id, account_id, 'papers', 'answer', '', ends_at"
        " FROM opening"
    )
    assert "disability" not in (await office.get(case)).text
    assert (await office.get(f"{case}/zalaczniki/{uuid4()}")).status_code == 404
