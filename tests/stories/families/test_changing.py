"""A family changes what it handed in, until the deadline and without a gap."""

import re
from datetime import date, timedelta

from ksr_saas.people import pesel
from tests.stories.families.people import ALA, JOANNA, OBCA, STATEMENTS, at_the_desk, signed_in
from tests.stories.families.test_each_ones_contact import HERS, HIS
from tests.stories.families.test_two_guardians import a_link, join
from tests.stories.test_one_childs_life import CODE, fill_in


async def change_begun(parent, base):
    page = await parent.post(f"{base}/zmiana")
    assert "Złożony wniosek nadal obowiązuje" in page.text
    return re.search(r'action="(/rodzina/wnioski/[0-9a-f-]{36})/porzucenie"', page.text)[1]


async def versions(connection, base):
    rows = await connection.fetch(
        "SELECT number, digest FROM application_version WHERE application_id = $1 ORDER BY number",
        base.rpartition("/")[2],
    )
    return [tuple(row) for row in rows]


async def test_a_change_takes_the_place_of_what_was_handed_in(joanna, app, connection, clock):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    (first,) = await versions(connection, base)
    draft = await change_begun(joanna, base)
    assert draft == await change_begun(joanna, base)  # a second press begins no second one
    home = (await joanna.get("/rodzina")).text
    assert home.count("Ala Nowicka") == 1
    await joanna.post(f"{draft}/dziecko", **ALA | {"ulica": "ul. Nowa 7"})
    await joanna.post(f"{draft}/kryteria/WR_PRACA", odpowiedz="nie")
    case = (await joanna.get(base)).text
    assert "Masz zmiany, których nie złożono" in case
    assert "ul. Nowa 7" not in case
    form = {"zmiana": draft.rpartition("/")[2]}
    unsigned = await joanna.post(f"{base}/zlozenie", **form)
    assert unsigned.status_code == 422
    done = await joanna.post(f"{base}/zlozenie", **form, **STATEMENTS)
    assert "Wniosek został złożony" in done.text
    again = await joanna.post(f"{base}/zlozenie", **form, **STATEMENTS)
    assert "Wniosek został złożony" in again.text
    both = await versions(connection, base)
    assert both[0] == first
    assert [number for number, _ in both] == [1, 2]
    assert (await joanna.get(draft)).status_code == 404
    assert "Masz zmiany" not in (await joanna.get(base)).text

    institution = await connection.fetchval(
        "SELECT i.code FROM application a JOIN institution i ON i.id = a.first_institution_id"
        " WHERE a.id = $1",
        base.rpartition("/")[2],
    )
    desk = await at_the_desk(app, institution)
    seen = " ".join(
        re.sub(
            r"<[^>]+>", " ", (await desk.get(base.replace("/rodzina", "/placowka"))).text
        ).split()
    )
    assert "Rodzic zmienił wniosek: wersja 2" in seen
    assert "Było: ul. Lipowa 1" in seen
    assert "Jest: ul. Nowa 7" in seen


async def test_what_the_commission_decided_stays_where_nothing_changed(joanna, connection):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/kryteria/WR_PRACA", odpowiedz="tak")
    await joanna.post(f"{base}/kryteria/WR_PODATEK", odpowiedz="tak")
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    key = base.rpartition("/")[2]
    await connection.execute("UPDATE claim SET outcome = 'accepted' WHERE application_id = $1", key)
    await connection.execute("UPDATE application SET status = 'verified' WHERE id = $1", key)
    claims = await connection.fetchval("SELECT count(*) FROM claim WHERE application_id = $1", key)
    draft = await change_begun(joanna, base)
    await joanna.post(f"{draft}/kryteria/WR_PRACA", odpowiedz="nie")
    form = {"zmiana": draft.rpartition("/")[2]}
    await joanna.post(f"{base}/zlozenie", **form, **STATEMENTS)
    left = await connection.fetch("SELECT outcome FROM claim WHERE application_id = $1", key)
    assert [one[0] for one in left] == ["accepted"] * (claims - 1)
    status = await connection.fetchval("SELECT status FROM application WHERE id = $1", key)
    assert status == "submitted"


async def test_a_change_is_thrown_away_and_goes_with_a_withdrawal(joanna, connection):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    draft = await change_begun(joanna, base)
    await joanna.post(f"{draft}/dziecko", **ALA | {"ulica": "ul. Nowa 7"})
    dropped = await joanna.post(f"{draft}/porzucenie")
    assert "Zmień wniosek" in dropped.text
    assert (await joanna.get(draft)).status_code == 404
    draft = await change_begun(joanna, base)
    await joanna.post(f"{base}/wycofanie")
    assert (await joanna.get(draft)).status_code == 404
    assert (await joanna.post(f"{base}/zmiana")).status_code == 409
    assert (await joanna.post(f"{base}/porzucenie")).status_code == 404


async def test_whoever_sees_the_case_sees_its_change_and_nobody_else(joanna, piotr, app):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    draft = await change_begun(joanna, base)
    olga = await signed_in(app, OBCA)
    assert (await olga.get(draft)).status_code == 404
    assert (await piotr.get(draft)).status_code == 404
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    assert (await piotr.get(draft)).status_code == 200
    assert (await joanna.get(f"{draft}/dostep")).status_code == 404
    await joanna.post(f"{draft}/dziecko", **ALA | {"ulica": "ul. Nowa 7"})
    assert "ul. Nowa 7" in (await piotr.get(f"{draft}/dziecko")).text


async def test_after_the_deadline_what_was_handed_in_stays(joanna, app, connection, clock):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    draft = await change_begun(joanna, base)
    clock.ahead += timedelta(days=60)
    try:
        late = await signed_in(app, JOANNA)
        assert "Zmian nie złożono w terminie." in (await late.get(base)).text
        form = {"zmiana": draft.rpartition("/")[2]}
        refused = await late.post(f"{base}/zlozenie", **form, **STATEMENTS)
        assert refused.status_code == 409
        assert "Obowiązuje wniosek, który złożono wcześniej." in refused.text
        assert len(await versions(connection, base)) == 1
    finally:
        clock.ahead -= timedelta(days=60)


async def test_a_change_is_too_late_once_places_are_published(joanna, connection):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    draft = await change_begun(joanna, base)
    key = base.rpartition("/")[2]
    campaign = await connection.fetchval("SELECT campaign_id FROM application WHERE id = $1", key)
    await connection.execute("UPDATE application SET status = 'verified' WHERE id = $1", key)
    await connection.execute("UPDATE campaign SET published_at = now() WHERE id = $1", campaign)
    try:
        form = {"zmiana": draft.rpartition("/")[2]}
        refused = await joanna.post(f"{base}/zlozenie", **form, **STATEMENTS)
        assert refused.status_code == 409
        assert "Obowiązuje wniosek, który złożono wcześniej." in refused.text
        status = await connection.fetchval("SELECT status FROM application WHERE id = $1", key)
        assert status == "verified"
        assert len(await versions(connection, base)) == 1
    finally:
        await connection.execute("UPDATE campaign SET published_at = NULL WHERE id = $1", campaign)


async def test_who_joins_while_a_change_is_open_stays_themselves(joanna, piotr, connection):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/rodzice", **HERS, drugi="tak", **HIS)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    draft = await change_begun(joanna, base)
    # Another number makes it another child, so that he is let in to the application alone.
    mended = ALA | {"ulica": "ul. Nowa 7", "pesel": pesel.make(date(2023, 3, 14), 4321)}
    await joanna.post(f"{draft}/dziecko", **mended)
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    await joanna.post(f"{draft}/rodzice", **HERS)  # takes the other one off her draft
    form = {"zmiana": draft.rpartition("/")[2]}
    done = await joanna.post(f"{base}/zlozenie", **form, **STATEMENTS)
    assert "Wniosek został złożony" in done.text
    kept = await connection.fetch(
        "SELECT g.position, a.id IS NOT NULL AS known FROM guardian g"
        " LEFT JOIN account a ON a.id = g.account_id"
        " WHERE g.application_id = $1 ORDER BY g.position",
        base.rpartition("/")[2],
    )
    assert [tuple(one) for one in kept] == [(1, True), (2, True)]
    his = await change_begun(piotr, base)
    assert "ul. Nowa 7" in (await piotr.get(f"{his}/dziecko")).text
