"""Two guardians see the same application of their child, and nobody meets a wall."""

import re
from datetime import date, timedelta

from ksr_saas.identity.throttle import CHILDREN
from ksr_saas.people import pesel
from tests.stories.browser import Browser, sign_in_parent
from tests.stories.families.people import ALA, OBCA, PIOTR, STATEMENTS, at_the_desk, signed_in
from tests.stories.test_one_childs_life import CODE, fill_in


async def a_link(parent, base, **fields):
    """The path of a new link."""
    made = await parent.post(f"{base}/dostep/link", **fields)
    return re.search(r"http://brda\.localhost:\d+(/dolacz\?bilet=[\w-]+)", made.text)[1]


async def asks(guest, link):
    """Ask to be let in; the page that is shown then."""
    told = await guest.get(link)
    assert "Joanna N." in told.text
    assert "Nowicka" not in told.text.partition("<main")[2].partition("</main>")[0]
    return await guest.post("/rodzina/dolacz")


async def join(guest, link, *, host, base):
    """Ask to be let in, and be let in by `host`; the guest's page of the case."""
    assert "Czekamy na zgodę" in (await asks(guest, link)).text
    await host.post(f"{base}/dostep/zgoda")
    return await guest.get("/rodzina/dolacz")


async def test_the_second_guardian_sees_edits_and_hands_in_the_same_application(
    app, joanna, connection, opened
):
    base = await fill_in(joanna)
    link = await a_link(joanna, base, email="piotr@poczta.invalid")
    piotr = Browser(app, "brda.localhost:8000")
    before = await piotr.get(link)
    assert "Zaproszenie do wspólnej sprawy" in before.text
    assert "Joanna" not in before.text
    entered = await sign_in_parent(piotr, PIOTR.pesel)
    await piotr.get(entered.headers["location"])
    joined = await join(piotr, link, host=joanna, base=base)
    assert "Ala Nowicka" in joined.text
    assert "Ala Nowicka" in (await piotr.get("/rodzina")).text
    people = (await joanna.get(f"{base}/dostep")).text
    assert "Piotr Zawadzki" in people
    assert "Zrób" not in people
    handed_in = await piotr.post(f"{base}/zlozenie", **STATEMENTS)
    assert "Wniosek został złożony" in handed_in.text
    for parent in (joanna, piotr):
        case = (await parent.get(base)).text
        assert re.search(r"Wniosek złożony</strong> <span>Piotr Zawadzki", case)
    await joanna.post(f"{base}/wycofanie")
    assert re.search(
        r"Wniosek wycofany</strong> <span>Joanna Nowicka", (await piotr.get(base)).text
    )
    mails = await connection.fetch("SELECT recipient FROM message WHERE kind = 'guardian-invited'")
    assert "piotr@poczta.invalid" in {opened("message.recipient", one[0]) for one in mails}


async def test_whoever_saves_second_keeps_what_was_typed_and_overwrites_nothing(joanna, piotr):
    base = await fill_in(joanna)
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)

    async def version(page):
        return re.search(r'name="wersja" value="([^"]+)"', (await piotr.get(page)).text)[1]

    seen = await version(f"{base}/dziecko")
    changed = ALA | {"ulica": "ul. Nowa 7"}
    assert (await joanna.post(f"{base}/dziecko", **changed)).status_code == 200
    late = await piotr.post(f"{base}/dziecko", **(ALA | {"ulica": "ul. Spóźniona 9"}), wersja=seen)
    assert late.status_code == 409
    assert "ul. Spóźniona 9" in late.text
    assert "ul. Nowa 7" in (await piotr.get(f"{base}/dziecko")).text
    fresh = await version(f"{base}/dziecko")
    again = await piotr.post(f"{base}/dziecko", **changed, wersja=fresh)
    assert again.status_code == 200
    for path, typed in (
        (
            "rodzice",
            {
                f"a_{key}": ALA.get(key, "50-100")
                for key in ("imie", "nazwisko", "ulica", "kod", "miejscowosc")
            },
        ),
        ("kryteria/WR_PRACA", {"odpowiedz": "nie"}),
    ):
        seen = await version(f"{base}/{path}")
        assert (await joanna.post(f"{base}/{path}", **typed)).status_code == 200
        late = await piotr.post(f"{base}/{path}", **typed, wersja=seen)
        assert late.status_code == 409, path


async def test_a_link_works_once_for_seven_days_here_and_until_it_is_revoked(
    app, joanna, piotr, clock
):
    base = await fill_in(joanna)
    own = await a_link(joanna, base)
    assert "To jest Twój link" in (await joanna.get(own)).text
    older, link = own, await a_link(joanna, base)
    assert (await piotr.get(older)).status_code == 404
    await joanna.post(f"{base}/dostep/link/koniec")
    assert (await piotr.get(link)).status_code == 404
    link = await a_link(joanna, base)
    assert (await Browser(app, "drwa.localhost:8000").get(link)).status_code == 404
    elsewhere = await signed_in(app, PIOTR, "drwa")
    assert (await elsewhere.get(link)).status_code == 404
    assert (await elsewhere.post("/rodzina/dolacz")).status_code == 404
    clock.ahead = timedelta(days=8)
    assert (await Browser(app, "brda.localhost:8000").get(link)).status_code == 404
    clock.ahead = timedelta()
    await join(piotr, link, host=joanna, base=base)
    again = await piotr.get(link)
    assert "Ala Nowicka" in again.text
    assert (await piotr.post("/rodzina/dolacz")).status_code == 200
    olga = await signed_in(app, OBCA)
    assert (await olga.get(link)).status_code == 404
    assert (await olga.ask("GET", base)).status_code == 404
    assert (await joanna.post(f"{base}/dostep/link")).status_code == 409


async def test_nobody_makes_links_without_end(joanna):
    base = await fill_in(joanna)
    assert (await joanna.post(f"{base}/dostep/link", email="nie adres")).status_code == 422
    for _ in range(10):
        await a_link(joanna, base)
    assert (await joanna.post(f"{base}/dostep/link")).status_code == 409


async def test_who_comes_uninvited_is_told_how_to_join_and_nothing_of_the_other(
    app, joanna, piotr, connection
):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    tasks = await piotr.post("/rodzina/wnioski", nabor=CODE)
    mine = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]
    told = await piotr.post(f"{mine}/dziecko", **ALA)
    assert told.status_code == 200
    assert "Dla tego dziecka złożono już wniosek" in told.text
    assert "Joanna" not in told.text
    by_passport = {k: v for k, v in ALA.items() if k != "pesel"} | {
        "bez_pesel": "tak", "dokument": "paszport FG123456",
        "dzien": "14", "miesiac": "3", "rok": "2023", "nazwisko": "NOWICKA",
    }  # fmt: skip
    maybe = await piotr.post(f"{mine}/dziecko", **by_passport)
    assert "Być może dla tego dziecka złożono już wniosek" in maybe.text
    other = await piotr.post(f"{mine}/dziecko", **(ALA | {"imie": "Ola", "pesel": "23313001243"}))
    assert "Lista zadań" in other.text or "Wybrane placówki" in other.text
    assert await connection.fetchval(
        "SELECT count(*) FROM audit_event WHERE act = 'applications.known'"
    )


async def test_a_second_draft_of_ones_own_child_leads_to_the_first(joanna):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    again = await fill_in_again(joanna)
    known = await joanna.get(f"{again}/juz-jest")
    assert base in known.text
    refused = await joanna.post(f"{again}/zlozenie", **STATEMENTS)
    assert base in refused.text


async def fill_in_again(parent):
    tasks = await parent.post("/rodzina/wnioski", nabor=CODE)
    base = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]
    await parent.post(f"{base}/dziecko", **ALA)
    return base


async def test_only_the_institution_takes_access_away_and_somebody_keeps_the_case(
    app, joanna, piotr, connection
):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    code = await connection.fetchval(
        "SELECT i.code FROM application a JOIN institution i ON i.id = a.first_institution_id"
        " WHERE a.id = $1::text::uuid", base.rpartition("/")[2],
    )  # fmt: skip
    other = next(f"p00{n}" for n in range(1, 7) if f"p00{n}" != code)
    desk, stranger = await at_the_desk(app, code), await at_the_desk(app, other)
    access = f"/placowka{base.removeprefix('/rodzina')}/dostep"
    assert (await stranger.get(access)).status_code == 404
    me = await connection.fetchval(
        "SELECT account_id FROM application WHERE id = $1::text::uuid", base.rpartition("/")[2]
    )
    reason = "Wyrok III RC 12/27"
    assert (await desk.post(access, osoba=str(me), powod=reason)).status_code == 409
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    assert "Piotr Zawadzki" in (await desk.get(access)).text
    assert (await desk.post(access, osoba=str(me), powod="bo tak")).status_code == 422
    assert (await desk.post(access, osoba="ja", powod=reason)).status_code == 404
    assert (
        "Joanna"
        not in (await desk.post(access, osoba=str(me), powod=reason))
        .text.partition("Kto i kiedy")[0]
        .partition("<main")[2]
    )
    assert (await joanna.ask("GET", base)).status_code == 404
    assert "Dostęp odebrany" in (await piotr.get(f"{base}/dostep")).text
    told = (await piotr.get(f"{base}/kto-otwieral")).text
    assert "odebranie dostępu do sprawy" in told
    assert "Urząd miasta" not in told


async def test_a_link_alone_lets_nobody_in(app, joanna, piotr, connection):
    base = await fill_in(joanna)
    link = await a_link(joanna, base)
    olga = await signed_in(app, OBCA)
    for _ in range(2):
        assert "Czekamy na zgodę" in (await asks(olga, link)).text
    assert (await olga.ask("GET", base)).status_code == 404
    assert "Ala" not in (await olga.get("/rodzina")).text
    assert (await piotr.get(link)).status_code == 404
    assert (await piotr.ask("POST", f"{base}/dostep/zgoda")).status_code in (403, 404)
    asked = (await joanna.get(f"{base}/dostep")).text
    assert "Olga Obca chce dołączyć" in asked
    assert "Prośba o dostęp" in asked
    await joanna.post(f"{base}/dostep/link/koniec")
    assert (await olga.get("/rodzina/dolacz")).status_code == 404
    assert (await joanna.post(f"{base}/dostep/zgoda")).status_code == 409
    assert (await olga.ask("GET", base)).status_code == 404
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    assert (await piotr.ask("GET", base)).status_code == 200
    assert (await joanna.post(f"{base}/dostep/zgoda")).status_code == 409


async def test_a_new_case_of_the_child_is_the_one_persons_until_they_share_it(joanna, piotr):
    """A new address may be one that the other parent must not learn."""
    base = await fill_in(joanna)
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    another = await fill_in_again(joanna)
    assert (await piotr.ask("GET", another)).status_code == 404
    await join(piotr, await a_link(joanna, another), host=joanna, base=another)
    assert (await piotr.ask("GET", another)).status_code == 200


async def test_who_was_removed_comes_back_by_no_other_cases_link(app, joanna, piotr, connection):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    desk = await to_the_desk(app, connection, base)
    access = f"/placowka{base.removeprefix('/rodzina')}/dostep"
    piotrs = re.search(r'value="([0-9a-f-]{36})"[^>]*>Piotr', (await desk.get(access)).text)[1]
    await desk.post(access, osoba=piotrs, powod="Wyrok III RC 12/27")
    assert (await piotr.ask("GET", base)).status_code == 404
    another = await fill_in_again(joanna)
    await join(piotr, await a_link(joanna, another), host=joanna, base=another)
    assert (await piotr.ask("GET", another)).status_code == 200
    assert (await piotr.ask("GET", base)).status_code == 404


async def to_the_desk(app, connection, base):
    """The operator whose case it is."""
    code = await connection.fetchval(
        "SELECT i.code FROM application a JOIN institution i ON i.id = a.first_institution_id"
        " WHERE a.id = $1::text::uuid", base.rpartition("/")[2],
    )  # fmt: skip
    return await at_the_desk(app, code)


async def test_an_institution_that_looks_who_has_access_is_on_record(
    app, joanna, piotr, connection
):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    desk = await to_the_desk(app, connection, base)
    access = f"/placowka{base.removeprefix('/rodzina')}/dostep"
    for _ in range(2):
        assert "Piotr Zawadzki" in (await desk.get(access)).text
    looks = (await joanna.get(f"{base}/kto-otwieral")).text
    assert looks.count("otwarcie listy osób z dostępem") == 1


async def test_nobody_asks_about_one_child_after_another(app, connection):
    olga = await signed_in(app, OBCA)
    tasks = await olga.post("/rodzina/wnioski", nabor=CODE)
    page = re.search(r"(/rodzina/wnioski/[0-9a-f-]{36}/dziecko)", tasks.text)[1]

    async def describe(serial, **changes):
        number = pesel.make(date(2023, 3, 14), serial)
        return await olga.post(page, **(ALA | {"pesel": number} | changes))

    for serial in range(CHILDREN.amount):
        assert (await describe(serial)).status_code == 200
    refused = await describe(CHILDREN.amount)
    assert refused.status_code == 429
    assert "Spróbuj jutro" in refused.text
    last = CHILDREN.amount - 1
    assert (await describe(last, ulica="ul. Nowa 7")).status_code == 200
