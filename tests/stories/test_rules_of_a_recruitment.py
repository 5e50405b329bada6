"""The office writes the rules of a recruitment, opens it, and changes them with a second person."""

import asyncio
import html
import json
import re
import shutil
from datetime import UTC, datetime
from decimal import Decimal
from uuid import uuid4

import asyncpg
import msgspec
import pytest
from sqlalchemy import select

from ksr_saas.app import create_app
from ksr_saas.campaigns import rules
from ksr_saas.criteria import stored
from ksr_saas.identity.authorisation import Role
from ksr_saas.identity.models import Account, AccountKind, Grant
from ksr_saas.identity.passwords import HASHER
from ksr_saas.identity.totp import bound
from ksr_saas.kernel.database import make_engine, pinned_session
from ksr_saas.offer.models import Institution, Unit
from ksr_saas.portals import keys_of
from ksr_saas.rulebooks.starting import starting
from ksr_saas.campaigns.levels import Level
from tenants import import_commands, recruitment_commands, rulebook_commands
from tenants.commands import FOLDER
from tests.factories.municipality import a_municipality
from tests.factories.recruitment import a_campaign, an_institution, an_offer, texts
from tests.stories.test_offers import fields as unit_fields
from tests.stories.browser import LAST, PASSWORD, SECRETS, TOTP, Browser, MovingClock, sign_in_staff

SLUG, SCHEMA, HOST = "wolbrom", "t_wolbrom", "wolbrom.localhost:8000"
LIST, CODE = "/organ/nabory", "przedszkola-2028"
BASE = f"{LIST}/{CODE}"
PEOPLE = {"ewa": Role.COORDINATOR, "jan": Role.COORDINATOR, "iod": Role.IOD}
WORKS = f"{BASE}/reguly/kryteria/PRACA"


class JanuaryClock(MovingClock):
    """Before the recruitment, moved ahead by `ahead`."""

    def now(self):
        return datetime(2028, 1, 10, 10, 0, tzinfo=UTC) + self.ahead


@pytest.fixture(scope="module")
async def engine(settings):
    await a_municipality(settings, SLUG)
    made = make_engine(settings.login_url("ksr_web"), keys=keys_of(settings), pool_size=2)
    hashed = HASHER.hash(PASSWORD)
    async with pinned_session(made, SCHEMA) as session, session.begin():
        for login, role in PEOPLE.items():
            key = uuid4()
            account = Account(
                id=key, kind=AccountKind.STAFF, login=login, email=f"{login}@example.pl",
                given_name=login.title(), family_name="Lis", password_hash=hashed,
                totp=bound(key, TOTP),
            )  # fmt: skip
            session.add(account)
            await session.flush()
            session.add(Grant(account_id=key, role=role))
            SECRETS[HOST, login] = TOTP
    yield made
    await made.dispose()


@pytest.fixture(scope="module")
async def town(settings, engine):
    connection = await asyncpg.connect(settings.database_url, statement_cache_size=0)
    await connection.execute(f"SET search_path = {SCHEMA}")
    yield connection
    await connection.close()


@pytest.fixture
async def clean(town):
    """No recruitment at all."""
    await town.execute(
        "DELETE FROM campaign; DELETE FROM institution; DELETE FROM login_session;"
        "UPDATE account SET totp_last_step = 0"
    )
    for login in PEOPLE:
        LAST.pop((HOST, login), None)
    return town


@pytest.fixture
def clock():
    return JanuaryClock()


@pytest.fixture
async def app(settings, clean, clock):
    made = create_app(settings, clock=clock)
    yield made
    await made.close()


async def signed_in(app, login):
    browser = Browser(app, HOST)
    await sign_in_staff(browser, login, PASSWORD)
    return browser


@pytest.fixture
async def ewa(app):
    return await signed_in(app, "ewa")


@pytest.fixture
async def jan(app):
    return await signed_in(app, "jan")


def fields(page, at="reguly"):
    """What the main form of the page holds, as a browser would send it; several values in lists."""
    form = re.search(rf'<form[^>]*action="[^"]*{at}[^"]*".*?</form>', page.text, re.DOTALL)[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        ticked = 'type="checkbox"' not in tag and 'type="radio"' not in tag or " checked" in tag
        if name and name[1] != "_csrf_token" and ticked:
            found.setdefault(name[1], []).append(html.unescape(value[1]) if value else "")
    for name, inside in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        found[name] = [html.unescape(inside)]
    for name, inside in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', inside)
        found[name] = [html.unescape(chosen[1] if chosen else "")]
    return found


def said(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page.text)).split())


def ready_rules():
    """Rules that nothing blocks, with one criterion of the city."""
    begun = starting(Level.PRESCHOOL, 2028)
    rules_of = begun.rulebook
    own = msgspec.structs.replace(
        rules_of.criteria[0],
        code="PRACA",
        tier="local",
        points=Decimal(20),
        basis="uchwała 1/2028",
        name={"pl": "Praca rodziców", "uk": "Робота батьків", "en": "Parents work"},
    )
    return msgspec.convert(
        msgspec.to_builtins(
            msgspec.structs.replace(
                rules_of,
                legal_basis=("uchwała 1/2028",),
                criteria=(*rules_of.criteria, own),
            )
        ),
        type(rules_of),
        strict=False,
    )


@pytest.fixture
async def prepared(engine, clean):
    """A recruitment in preparation with an accepted offer."""
    async with pinned_session(engine, SCHEMA) as session, session.begin():
        made = await a_campaign(
            session, code=CODE, rulebook=ready_rules(),
            timetable=starting(Level.PRESCHOOL, 2028).stages,
        )  # fmt: skip
        made.opened_at, made.school_year = None, "2028/2029"
        made.name = {"pl": "Przedszkola 2028", "uk": "Садки 2028", "en": "Preschools 2028"}
        place = await an_institution(session, "Przedszkole Misie")
        session.add(Unit(campaign_id=made.id, institution_id=place.id, capacity=25))
        session.add(an_offer(made, place))
    return made.id


async def rulebook(town, code=CODE):
    raw = await town.fetchval("SELECT rulebook FROM campaign WHERE code = $1", code)
    return stored.read(json.loads(raw))


async def states(town):
    rows = await town.fetch("SELECT number, state FROM rulebook_version ORDER BY number")
    return [(one["number"], one["state"]) for one in rows]


async def changed(browser, address=WORKS, **typed):
    """A part saved with other values."""
    page = await browser.get(address)
    assert page.status_code == 200, said(page)
    sent = fields(page) | {name: [value] for name, value in typed.items()}
    return await browser.post(address, **sent | {"zapisz": "tak"})


async def decided(browser, deed, **typed):
    page = await browser.get(f"{BASE}/zmiany")
    sent = fields(page, "zmiany")
    return await browser.post(f"{BASE}/zmiany", widziane=sent["widziane"], **{deed: "tak"}, **typed)


async def test_a_new_recruitment_begins_with_what_the_act_sets(ewa, clean):
    page = await ewa.post(f"{LIST}/nowa", poziom="preschool", rok="2028/2029", kod="")
    assert page.status_code == 200
    text = said(page)
    assert "Przedszkola 2028/2029" in text and "Rodzina wielodzietna" in text
    assert "w przygotowaniu" in text
    found = await rulebook(clean)
    assert len(found.criteria) == 7
    assert CODE in (await ewa.get(LIST)).text
    assert (
        await Browser(ewa.client._transport.app, HOST).get(f"/oferta/{CODE}")
    ).status_code == 404
    again = await ewa.post(f"{LIST}/nowa", poziom="preschool", rok="2028/2029", kod="")
    assert again.status_code == 422
    assert "już jest" in said(again)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"rok": "2028"}, "Wpisz rok szkolny tak"),
        ({"rok": "2028/2030"}, "Wpisz rok szkolny tak"),
        ({"poziom": "uniwersytet"}, "Wybierz poziom"),
        ({"kod": "Nabór 1"}, "Wpisz kod z małych liter"),
    ],
)
async def test_a_new_recruitment_with_a_wrong_field_says_so_there(ewa, typed, told):
    page = await ewa.post(
        f"{LIST}/nowa", **{"poziom": "preschool", "rok": "2028/2029", "kod": ""} | typed
    )
    assert page.status_code == 422
    assert told in said(page)


async def test_one_coordinator_changes_points_before_opening(ewa, prepared, clean):
    page = await changed(ewa, points="25")
    assert "To jest szkic" in said(page)
    assert (await rulebook(clean)).criterion("PRACA").points == 20
    page = await ewa.get(f"{BASE}/zmiany")
    assert "Praca rodziców: Punkty zmienione 20 25" in said(page)
    page = await decided(ewa, "wprowadz")
    assert "To jest szkic" not in said(page)
    assert (await rulebook(clean)).criterion("PRACA").points == 25
    assert await states(clean) == [(1, "replaced"), (2, "in-force")]
    page = await ewa.get(f"{BASE}/wersje/2")
    assert "W porównaniu z wersją 1" in said(page) and "20 25" in said(page)
    assert "Ewa Lis" in said(await ewa.get(f"{BASE}/wersje"))


async def test_two_who_change_the_same_rule_see_each_others_edit(ewa, jan, prepared, clean):
    mine = await ewa.get(WORKS)
    await changed(jan, points="30")
    page = await ewa.post(WORKS, **fields(mine) | {"points": "35", "basis": "uchwała 7/2028"})
    assert page.status_code == 409
    text = said(page)
    assert "Zapisano przed Tobą: Jan Lis" in text
    assert "Punkty 35 30" in text and "uchwała 7/2028" in text
    sent = fields(page)
    assert sent["points"] == ["35"] and sent["basis"] == ["uchwała 7/2028"]
    assert (await ewa.post(WORKS, **sent | {"zapisz": "tak"})).status_code == 200
    assert "Punkty zmienione 20 35" in said(await ewa.get(f"{BASE}/zmiany"))


async def test_two_who_change_different_rules_do_not_disturb_each_other(ewa, jan, prepared):
    mine = await ewa.get(WORKS)
    await changed(jan, f"{BASE}/reguly/podstawy/calosc", max_preferences="2")
    assert (await ewa.post(WORKS, **fields(mine) | {"points": "35"})).status_code == 200
    text = said(await ewa.get(f"{BASE}/zmiany"))
    assert "20 35" in text and "Ile placówek można wskazać zmienione 3 2" in text


async def test_what_was_taken_out_meanwhile_is_not_lost(ewa, jan, prepared):
    mine = await ewa.get(WORKS)
    page = await jan.get(WORKS)
    await jan.post(WORKS, widziane=fields(page)["widziane"], usun="tak")
    page = await ewa.post(WORKS, **fields(mine) | {"points": "35"})
    assert page.status_code == 409
    assert "Tej pozycji już nie ma" in said(page)
    await ewa.post(WORKS, **fields(page))
    assert "20 35" in said(await ewa.get(f"{BASE}/zmiany"))


async def test_a_press_on_an_old_page_decides_nothing(ewa, jan, prepared, clean):
    await changed(ewa, points="25")
    old = fields(await ewa.get(f"{BASE}/zmiany"), "zmiany")["widziane"]
    await changed(jan, points="90")
    page = await ewa.post(f"{BASE}/zmiany", widziane=old, wprowadz="tak")
    assert page.status_code == 409
    assert (await rulebook(clean)).criterion("PRACA").points == 20


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"points": "dużo"}, "Wpisz liczbę"),
        ({"points": "-5"}, "Wpisz liczbę"),
        ({"points": "1e9"}, "Wpisz liczbę"),
        ({"points": ""}, "Wpisz liczbę"),
        ({"code": "ŻÓŁW 1"}, "Wpisz kod z liter"),
        ({"code": "UST_PIECZA"}, "Ten kod ma już inna pozycja"),
        ({"tier": "points"}, "Wybierz jedną z możliwości"),
        ({"kind": "wróżba"}, "Wybierz jedną z możliwości"),
        ({"kind": "count"}, "Wpisz liczbę całkowitą"),
        ({"name-pl": "x" * 501}, "najwyżej 500 znaków"),
    ],
)
async def test_a_wrong_field_is_named_and_everything_typed_stays(ewa, prepared, typed, told):
    page = await changed(ewa, **{"basis": "uchwała 9/2028"} | typed)
    assert page.status_code == 422
    assert told in said(page)
    assert "uchwała 9/2028" in page.text
    assert "Nie ma szkicu" in said(await ewa.get(f"{BASE}/zmiany"))


async def test_a_criterion_of_every_kind_is_asked_for_its_own_fields(ewa, prepared):
    sent = fields(await ewa.get(f"{BASE}/reguly/kryteria/nowe?etap=local"))
    for kind, field in (
        ("income-share", "kind-limit"), ("count", "kind-largest"), ("distance", "kind-metres"),
        ("age", "kind-born"), ("exam", "kind-exempt-6"), ("achievements", "kind-rows-0-code"),
    ):  # fmt: skip
        page = await ewa.post(
            f"{BASE}/reguly/kryteria/nowe", **sent | {"kind": kind, "pokaz": "tak"}
        )
        assert page.status_code == 200
        assert f'name="{field}"' in page.text
    page = await ewa.post(
        f"{BASE}/reguly/kryteria/nowe",
        **sent | {"code": "DOCHOD", "points": "12,5", "kind": "income-share", "kind-limit": "1500"},
    )
    text = said(page)
    assert "12,5" in text and "dochód na osobę w rodzinie" in text
    assert "brakuje tekstu w tym języku" in text and "art. 154" in text


async def test_criteria_change_places_and_one_goes(ewa, prepared, clean):
    page = await ewa.get(BASE)
    seen = re.search(
        r'kryteria/UST_NP_KAND">.*?name="widziane" value="([^"]+)"', page.text, re.DOTALL
    )
    await ewa.post(f"{BASE}/reguly/kryteria/UST_NP_KAND", widziane=seen[1], wyzej="tak")
    page = await ewa.get(WORKS)
    await ewa.post(WORKS, widziane=fields(page)["widziane"], usun="tak")
    await decided(ewa, "wprowadz")
    found = await rulebook(clean)
    assert [one.code for one in found.criteria][:2] == ["UST_NP_KAND", "UST_WIELODZ"]
    assert found.criterion("PRACA") is None


async def test_dates_are_typed_to_the_minute_and_judged_at_their_place(ewa, prepared, clean):
    address = f"{BASE}/reguly/terminy/calosc"
    sent = fields(await ewa.get(address))
    rows = {sent[f"stages-{n}-code"][0]: n for n in range(8)}
    end = f"stages-{rows['submission']}-ends_at"
    page = await ewa.post(
        address, **sent | {f"{end}-dzien": "2028-05-01", f"{end}-godzina": "15:07"}
    )
    assert "01.05.2028, 15:07" in said(page)
    assert "zaczyna się, zanim skończy się etap" in said(page)
    wrong = await ewa.post(address, **fields(await ewa.get(address)) | {f"{end}-godzina": "25:00"})
    assert wrong.status_code == 422
    assert "Wpisz dzień i godzinę" in said(wrong)
    night = await ewa.post(
        address,
        **fields(await ewa.get(address))
        | {f"{end}-dzien": "2028-03-26", f"{end}-godzina": "02:30"},
    )
    assert "Takiej godziny nie ma" in said(night)


async def confirm_with_code(browser, login):
    from tests.stories.browser import a_code

    browser.clock.ahead += rules.timedelta(seconds=60)
    await browser.get("/konto/potwierdzenie")
    return await browser.post("/konto/potwierdzenie", kod=await a_code(browser, login))


async def opened(browser, town):
    page = await browser.post(f"{BASE}/gotowosc")
    assert page.status_code == 200, said(page)
    assert await town.fetchval("SELECT opened_at IS NOT NULL FROM campaign WHERE code = $1", CODE)
    return page


async def test_what_blocks_is_listed_and_then_it_is_opened(ewa, prepared, clean, app):
    await changed(ewa, **{"name-uk": ""})
    page = await ewa.get(f"{BASE}/gotowosc")
    assert "Zmiany zasad nie są jeszcze wprowadzone" in said(page)
    assert "Otwórz rekrutację" not in said(page)
    assert (await ewa.post(f"{BASE}/gotowosc")).status_code == 409
    await decided(ewa, "wprowadz")
    text = said(await ewa.get(f"{BASE}/gotowosc"))
    assert "brakuje tekstu w tym języku" in text and "blokuje" in text
    await changed(ewa, **{"name-uk": "Робота батьків"})
    await decided(ewa, "wprowadz")
    assert "Można otworzyć" in said(await ewa.get(f"{BASE}/gotowosc"))
    public = Browser(app, HOST)
    assert (await public.get(f"/terminy/{CODE}")).status_code == 404
    assert "otwarta" in said(await opened(ewa, clean))
    assert (await public.get(f"/terminy/{CODE}")).status_code == 200
    act = await clean.fetchval("SELECT count(*) FROM audit_event WHERE act = 'rulebooks.open'")
    assert act == 1
    assert (await ewa.post(f"{BASE}/gotowosc")).status_code == 409


async def test_opening_asks_for_a_factor_shown_a_short_while_ago(ewa, prepared, clock):
    clock.ahead += rules.timedelta(minutes=16)
    page = await ewa.get(f"{BASE}/gotowosc")
    assert "/konto/potwierdzenie?dokad=" in page.text
    assert (await ewa.post(f"{BASE}/gotowosc")).status_code == 403


async def test_after_opening_a_change_takes_two_people_a_reason_and_a_basis(
    ewa, jan, prepared, clean
):
    await opened(ewa, clean)
    await changed(ewa, points="25")
    page = await decided(ewa, "popros", powod="bo tak", podstawa="")
    assert page.status_code == 422
    assert "co najmniej 10 znaków" in said(page) and "Wpisz uchwałę" in said(page)
    assert (await decided(ewa, "wprowadz")).status_code == 409
    await decided(ewa, "popros", powod="Pomyłka w uchwale", podstawa="uchwała 5/2028")
    assert (await rulebook(clean)).criterion("PRACA").points == 20
    assert (await ewa.get(WORKS)).status_code == 200
    assert (await decided(ewa, "potwierdz")).status_code == 403
    assert "Zmiany czekają na drugą osobę" in said(await jan.get(BASE))
    page = await decided(jan, "potwierdz")
    assert page.status_code == 200
    assert (await rulebook(clean)).criterion("PRACA").points == 25
    row = await clean.fetchrow("SELECT * FROM rulebook_version WHERE number = 2")
    assert (row["state"], row["basis"]) == ("in-force", "uchwała 5/2028")
    assert row["asked_by"] != row["decided_by"]


async def test_a_change_that_waits_is_refused_or_taken_back(ewa, jan, prepared, clean):
    await opened(ewa, clean)
    await changed(ewa, points="25")
    sent = fields(await ewa.get(WORKS))
    await decided(ewa, "popros", powod="Pomyłka w uchwale", podstawa="uchwała 5/2028")
    late = await ewa.post(WORKS, **sent | {"points": "26"})
    assert late.status_code == 409
    assert "Zmiany czekają na drugą osobę" in said(late)
    await decided(ewa, "cofnij")
    await decided(ewa, "popros", powod="Pomyłka w uchwale", podstawa="uchwała 5/2028")
    assert (await decided(jan, "odmow", odmowa="nie")).status_code == 422
    await decided(jan, "odmow", odmowa="Uchwały jeszcze nie ogłoszono")
    assert await states(clean) == [(1, "in-force"), (2, "refused")]
    assert "Uchwały jeszcze nie ogłoszono" in said(await ewa.get(f"{BASE}/wersje"))


async def test_what_families_answered_already_is_not_taken_from_under_them(ewa, prepared, clean):
    await opened(ewa, clean)
    page = await ewa.get(WORKS)
    await ewa.post(WORKS, widziane=fields(page)["widziane"], usun="tak")
    page = await ewa.get(f"{BASE}/zmiany")
    assert "Po otwarciu nie dodaje się ani nie usuwa kryteriów" in said(page)
    asked = await decided(ewa, "popros", powod="Pomyłka w uchwale", podstawa="uchwała 5/2028")
    assert asked.status_code == 409
    await decided(ewa, "odrzuc")
    assert await states(clean) == [(1, "in-force"), (2, "dropped")]


async def test_next_years_recruitment_comes_from_this_one_in_one_action(ewa, prepared, clean):
    page = await ewa.get(f"{BASE}/nastepna")
    text = said(page)
    assert "Rok szkolny zmienione 2028/2029 2029/2030" in text
    assert "2022; 2023; 2024; 2025 2023; 2024; 2025; 2026" in text
    assert 'value="przedszkola-2029"' in page.text
    page = await ewa.post(
        f"{BASE}/nastepna", kod="przedszkola-2029", terminy="przesun", zapisz="tak"
    )
    assert "2029/2030" in said(page)
    found = await rulebook(clean, "przedszkola-2029")
    assert found.birth_years == (2023, 2024, 2025, 2026)
    told = said(await ewa.get(f"{LIST}/przedszkola-2029/wersje/1"))
    assert f"W porównaniu z rekrutacją {CODE}" in told
    again = await ewa.post(
        f"{BASE}/nastepna", kod="przedszkola-2029", terminy="puste", zapisz="tak"
    )
    assert again.status_code == 422


async def test_others_of_the_office_read_and_change_nothing(app, prepared):
    iod = await signed_in(app, "iod")
    page = await iod.get(BASE)
    assert page.status_code == 200
    assert "/reguly/" not in page.text
    assert (await iod.get(WORKS)).status_code == 403
    assert (await iod.post(f"{BASE}/zmiany", wprowadz="tak")).status_code == 403
    for address in ("zmiany", "gotowosc", "wersje"):
        assert (await iod.get(f"{BASE}/{address}")).status_code == 200


async def test_what_is_not_there_is_not_found(ewa, prepared):
    for address in (
        f"{LIST}/nigdzie-2028", f"{BASE}/wersje/99", f"{BASE}/wersje/99999999999",
        f"{BASE}/reguly/kryteria/NIE_MA", f"{BASE}/reguly/nic/calosc",
        f"{BASE}/reguly/podstawy/nowe", f"{BASE}/reguly/wykluczenia/7",
    ):  # fmt: skip
        assert (await ewa.get(address)).status_code == 404, address


async def test_the_rules_are_taken_home_as_a_file_and_brought_back(ewa, prepared, clean):
    taken = json.loads((await ewa.get(f"{BASE}/plik")).content)
    taken["rulebook"]["max_preferences"] = 2
    changed_file = json.dumps(taken).encode()

    looked = await ewa.post(f"{BASE}/wczytaj", files={"plik": ("zasady.json", changed_file)})

    assert "Niczego jeszcze nie zapisano" in said(looked)
    assert await states(clean) == []
    sent = fields(looked, "wczytaj")
    loaded = await ewa.post(f"{BASE}/wczytaj", zapisz="tak", **sent)
    assert loaded.status_code == 200, said(loaded)
    assert [state for _, state in await states(clean)] == ["in-force", "draft"]
    assert (await rulebook(clean)).max_preferences == 3
    again = json.loads((await ewa.get(f"{BASE}/plik")).content)
    assert again["rulebook"]["max_preferences"] == 2
    assert (await decided(ewa, "wprowadz")).status_code == 200
    assert (await rulebook(clean)).max_preferences == 2


async def test_a_file_that_is_wrong_says_where_and_changes_nothing(ewa, prepared, clean):
    taken = json.loads((await ewa.get(f"{BASE}/plik")).content)
    taken["rulebook"]["criteria"][0]["points"] = "dużo"
    code = taken["rulebook"]["criteria"][0]["code"]

    answer = await ewa.post(
        f"{BASE}/wczytaj", files={"plik": ("zasady.json", json.dumps(taken).encode())}
    )

    assert answer.status_code == 422
    assert f", {code}, Punkty" in said(answer)
    assert await states(clean) == []


async def test_a_file_is_not_loaded_over_somebody_elses_edit(ewa, jan, prepared, clean):
    taken = json.loads((await ewa.get(f"{BASE}/plik")).content)
    taken["rulebook"]["max_preferences"] = 2
    looked = await ewa.post(
        f"{BASE}/wczytaj", files={"plik": ("zasady.json", json.dumps(taken).encode())}
    )
    sent = fields(looked, "wczytaj")
    assert (await changed(jan, points="25")).status_code == 200

    answer = await ewa.post(f"{BASE}/wczytaj", zapisz="tak", **sent)

    assert answer.status_code == 409
    draft = await clean.fetchval("SELECT content FROM rulebook_version WHERE state = 'draft'")
    assert json.loads(draft)["rulebook"]["max_preferences"] == 3


async def test_the_same_is_done_on_the_command_line(settings, prepared, clean, tmp_path, capsys):
    place = tmp_path / "zasady.json"
    assert await rulebook_commands.exported(settings, SLUG, CODE, place) == 0
    document = json.loads(place.read_text())
    document["rulebook"]["max_preferences"] = 2
    place.write_text(json.dumps(document))

    assert await rulebook_commands.imported(settings, SLUG, CODE, place, keep=False) == 0
    assert "3 -> 2" in capsys.readouterr().out
    assert await states(clean) == []
    assert await rulebook_commands.imported(settings, SLUG, CODE, place, keep=True) == 0
    assert [state for _, state in await states(clean)] == ["in-force", "draft"]
    place.write_text(place.read_text()[:-20])
    assert await rulebook_commands.imported(settings, SLUG, CODE, place, keep=True) == 1
    assert "line" in capsys.readouterr().err


async def test_rules_are_tried_on_a_child_that_was_made_up(ewa, prepared, clean):
    asked = await ewa.get(f"{BASE}/proba")
    assert "Opisz wymyślone dziecko" in said(asked)

    alone = await ewa.post(f"{BASE}/proba", kryt="PRACA")

    assert "Punkty tego dziecka" in said(alone)
    assert "20 z 20" in said(alone)
    assert (await changed(ewa, points="35")).status_code == 200
    both = said(await ewa.post(f"{BASE}/proba", kryt="PRACA"))
    assert both.index("Dziś") < both.index("20 z 20") < both.index("Po zmianie")
    assert both.index("Po zmianie") < both.index("35 z 35")
    assert (await rulebook(clean)).criterion("PRACA").points == 20


async def a_director(engine, code):
    """Looks after one institution, with login "dyr"."""
    key = uuid4()
    async with pinned_session(engine, SCHEMA) as session, session.begin():
        account = Account(
            id=key, kind=AccountKind.STAFF, login="dyr", email="dyr@example.pl",
            given_name="Dyr", family_name="Lis", password_hash=HASHER.hash(PASSWORD),
            totp=bound(key, TOTP),
        )  # fmt: skip
        session.add(account)
        await session.flush()
        at = await session.scalar(select(Institution.id).where(Institution.code == code))
        session.add(Grant(account_id=key, role=Role.DIRECTOR, institution_id=at))
    SECRETS[HOST, "dyr"] = TOTP
    return str(at)


async def test_a_new_city_opens_by_screens_alone(app, ewa, clean, engine):
    await ewa.post(f"{LIST}/nowa", poziom="preschool", rok="2028/2029", kod="")
    await changed(ewa, f"{BASE}/reguly/podstawy/calosc", legal_basis="uchwała nr 1/2028")
    own = fields(await ewa.get(f"{BASE}/reguly/kryteria/nowe?etap=local"))
    for lang, words in (("pl", "Praca rodziców"), ("uk", "Робота батьків"), ("en", "Work")):
        own |= {f"{name}-{lang}": [words] for name in ("name", "question", "proof")}
    own |= {"code": "PRACA", "points": "12,5", "basis": "uchwała nr 1/2028"}
    own |= {"proofs-0-document": "OSW_PRACA", "proofs-0-forms": "statement"}
    page = await ewa.post(f"{BASE}/reguly/kryteria/nowe", **own)
    assert "12,5" in said(page)
    await decided(ewa, "wprowadz")
    await ewa.post(
        "/organ/placowki/nowa", nazwa="Przedszkole Misie", symbol="misie", rodzaj="preschool",
        organ="municipal", ulica="Polna 9", kod="64-920", miejscowosc="Wolbrom",
        szerokosc="50,38", dlugosc="19,76",
    )  # fmt: skip
    at = await a_director(engine, "misie")
    director = await signed_in(app, "dyr")
    form = await director.get(f"/placowka/oferta/{CODE}/nowa")
    made = await director.post(
        f"/placowka/oferta/{CODE}/nowa", **unit_fields(form) | {"miejsca": "25"}
    )
    seen = re.search(r'name="wersja" value="(\d+)"', made.text)[1]
    await director.post(f"/placowka/oferta/{CODE}/zamkniecie", co="zamknij", wersja=seen)
    assert "Jeszcze nie można otworzyć" in said(await ewa.get(f"{BASE}/gotowosc"))
    offer = await ewa.get(f"/organ/oferty/{CODE}/{at}")
    seen = re.search(r'name="wersja" value="(\d+)"', offer.text)[1]
    await ewa.post(f"/organ/oferty/{CODE}/{at}", co="przyjmij", wersja=seen)
    await opened(ewa, clean)
    public = Browser(app, HOST)
    assert "Przedszkole Misie" in (await public.get(f"/oferta/{CODE}")).text
    assert "12,5" in (await public.get(f"/oferta/{CODE}/kalkulator")).text


OFFER = """kod placówki;nazwa placówki;typ placówki;adres;latitude;longitude;kod grupy;miejsca
m1;Przedszkole Misie;przedszkole;ul. Polna 1, 32-340 Wolbrom;50,38;19,76;a;25
"""


async def test_a_new_city_opens_from_files_with_one_press(
    settings, ewa, clean, app, tmp_path, monkeypatch
):
    for name in ("rulebook.toml", "timetable.toml"):
        text = (FOLDER / "wroclaw" / name).read_text("utf-8")
        for year in range(2028, 2019, -1):
            text = text.replace(str(year), str(year + 1))
        (tmp_path / name).write_text(text, "utf-8")
    for shared in FOLDER.glob("*.toml"):
        shutil.copy(shared, tmp_path.parent)
    assert await recruitment_commands.prepare(settings, SLUG, tmp_path) == 0
    (tmp_path / "offer.csv").write_text(OFFER, "utf-8")
    monkeypatch.setattr("tenants.import_commands.Settings.from_env", lambda: settings)
    arguments = ["import", SLUG, CODE, str(tmp_path / "offer.csv"), "--accept"]
    assert await asyncio.to_thread(import_commands.offer, arguments) == 0
    assert "Można otworzyć" in said(await ewa.get(f"{BASE}/gotowosc"))
    await opened(ewa, clean)
    assert "Przedszkole Misie" in (await Browser(app, HOST).get(f"/oferta/{CODE}")).text
