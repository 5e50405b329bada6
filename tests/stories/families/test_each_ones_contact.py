"""Two parents of one case: neither learns the other's phone, e-mail or address."""

import re
from io import BytesIO

import pytest
from pypdf import PdfReader

from ksr_saas.applications.models import Application
from ksr_saas.applications.service import snapshot
from ksr_saas.people.models import Child
from tests.stories.families.people import PIOTR, STATEMENTS, at_the_desk, signed_in
from tests.stories.families.test_paper import case_of, print_code, typed_in
from tests.stories.families.test_two_guardians import a_link, join, to_the_desk
from tests.stories.test_one_childs_life import do_jobs, fill_in
from worker.actors.documents import render_document

HERS = {
    "a_imie": "Joanna",
    "a_nazwisko": "Nowicka",
    "a_email": "joanna@poczta.invalid",
    "a_telefon": "600100200",
    "a_ulica": "ul. Ukryta 5",
    "a_kod": "50-101",
    "a_miejscowosc": "Brda",
}
HIS = {
    "b_imie": "Piotr",
    "b_nazwisko": "Zawadzki",
    "b_email": "piotr@poczta.invalid",
    "b_telefon": "600300400",
    "b_ulica": "ul. Osobna 8",
    "b_kod": "50-102",
    "b_miejscowosc": "Brda",
}
OF_HERS = ("joanna@poczta.invalid", "600100200", "ul. Ukryta 5")
OF_HIS = ("piotr@poczta.invalid", "600300400", "ul. Osobna 8")
PAGES = ("", "/dziecko", "/rodzice", "/zlozenie", "/dostep", "/potwierdzenie", "/kto-otwieral")


async def read_all(parent, base):
    """Every page of a case that opens for this parent, as one text."""
    shown = [await parent.ask("GET", f"{base}{page}") for page in PAGES]
    return "\n".join(one.text for one in shown if one.status_code == 200)


@pytest.fixture
async def base(joanna, connection):
    made = await fill_in(joanna)
    await joanna.post(f"{made}/rodzice", **HERS)
    return made


async def test_each_sees_and_edits_only_their_own_contact(app, base, joanna, piotr, connection):
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    seen = await read_all(piotr, base)
    assert "Joanna Nowicka" in seen
    assert not [one for one in OF_HERS if one in seen]
    saved = await piotr.post(f"{base}/rodzice", **HIS)
    assert saved.status_code == 200
    # What the other's fields would be called is not taken from a form either.
    await piotr.post(f"{base}/rodzice", **HIS, **(HERS | {"a_telefon": "699999999"}))
    his, hers = await read_all(piotr, base), await read_all(joanna, base)
    assert all(one in his for one in OF_HIS)
    assert all(one in hers for one in OF_HERS)
    assert "699999999" not in hers
    assert not [one for one in OF_HIS if one in hers]
    assert not [one for one in OF_HERS if one in his]
    # Neither takes the other off the application.
    await joanna.post(f"{base}/rodzice", **HERS)
    assert "Piotr Zawadzki" in (await joanna.get(f"{base}/rodzice")).text
    done = await piotr.post(f"{base}/zlozenie", **STATEMENTS)
    assert "Na adres piotr@poczta.invalid" in done.text
    for parent, theirs in ((joanna, OF_HIS), (piotr, OF_HERS)):
        told = await read_all(parent, base)
        assert not [one for one in theirs if one in told]
    desk = await to_the_desk(app, connection, base)
    case = (await desk.get(f"/placowka{base.removeprefix('/rodzina')}")).text
    assert "600100200" in case
    assert "600300400" in case


async def test_what_one_typed_for_the_other_is_the_others_from_the_day_they_come(
    base, joanna, app, connection
):
    await joanna.post(
        f"{base}/rodzice", **HERS, drugi="tak", **(HIS | {"b_telefon": "600 100 200"})
    )
    assert "piotr@poczta.invalid" in await read_all(joanna, base)
    piotr = await signed_in(app, PIOTR)
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    seen = await read_all(piotr, base)
    assert "piotr@poczta.invalid" in seen
    assert "ul. Osobna 8" in seen
    assert "600 100 200" not in seen  # hers, written in his place
    assert not [one for one in OF_HERS if one in seen]
    assert "piotr@poczta.invalid" not in await read_all(joanna, base)


async def test_who_is_named_by_nobody_enters_themselves_and_learns_nothing(base, joanna, piotr):
    await joanna.post(
        f"{base}/rodzice", **HERS, drugi="tak", **(HIS | {"b_imie": "Jan", "b_nazwisko": "Lis"})
    )
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    seen = await read_all(piotr, base)
    assert not [one for one in (*OF_HERS, *OF_HIS) if one in seen]
    assert 'value="Zawadzki"' in seen
    assert (await piotr.post(f"{base}/rodzice", **(HIS | {"b_ulica": ""}))).status_code == 422
    await piotr.post(f"{base}/rodzice", **HIS)
    assert "piotr@poczta.invalid" in await read_all(piotr, base)
    assert "piotr@poczta.invalid" not in await read_all(joanna, base)


async def test_whoever_is_left_after_a_judgment_does_not_learn_the_others_contact(
    app, base, joanna, piotr, connection
):
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    desk = await to_the_desk(app, connection, base)
    case = f"/placowka{base.removeprefix('/rodzina')}"
    hers = re.search(
        r'value="([0-9a-f-]{36})"[^>]*>Joanna', (await desk.get(f"{case}/dostep")).text
    )
    await desk.post(f"{case}/dostep", osoba=hers[1], powod="Wyrok III RC 12/27")
    await desk.post(f"{case}/zwrot", powod="Brakuje adresu drugiego rodzica.")
    seen = await read_all(piotr, base)
    assert "Joanna Nowicka" in seen
    assert not [one for one in OF_HERS if one in seen]


async def test_news_reach_both_and_after_a_judgment_whoever_is_left(
    app, base, joanna, piotr, connection, opened
):
    async def written_to(kind):
        rows = await connection.fetch(
            "SELECT recipient FROM message WHERE kind = $1 AND key LIKE '%' || $2 || '%'",
            kind, base.rpartition("/")[2],
        )  # fmt: skip
        return sorted(opened("message.recipient", one["recipient"]) for one in rows)

    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    await piotr.post(f"{base}/rodzice", **HIS)
    await piotr.post(f"{base}/zlozenie", **STATEMENTS)
    both = ["joanna@poczta.invalid", "piotr@poczta.invalid"]
    assert await written_to("application-submitted") == both
    desk = await to_the_desk(app, connection, base)
    case = f"/placowka{base.removeprefix('/rodzina')}"
    hers = re.search(
        r'value="([0-9a-f-]{36})"[^>]*>Joanna', (await desk.get(f"{case}/dostep")).text
    )
    await desk.post(f"{case}/dostep", osoba=hers[1], powod="Wyrok III RC 12/27")
    assert await written_to("application-submitted") == both[1:]
    await desk.post(f"{case}/zwrot", powod="Proszę poprawić kod pocztowy.")
    assert await written_to("application-returned") == both[1:]


async def test_a_parent_who_takes_paper_over_sees_their_own_contact_alone(app, joanna, connection):
    desk = await at_the_desk(app, "p001")
    on_paper = {key: HERS[key] for key in ("a_imie", "a_nazwisko", "a_email", "a_telefon")}
    case = case_of(await typed_in(desk, **(on_paper | {"a_imie": "Maria"}), **HIS))
    await desk.post(f"/placowka/wnioski/{case}/zwrot", powod="Proszę dołączyć oświadczenie.")
    piotr = await signed_in(app, PIOTR)
    await piotr.post("/rodzina/kod", kod=await print_code(desk, case))
    base = f"/rodzina/wnioski/{case}"
    seen = await read_all(piotr, base)
    assert "Maria Nowicka" in seen
    assert "piotr@poczta.invalid" in seen
    assert not [one for one in ("joanna@poczta.invalid", "600100200") if one in seen]


async def test_the_receipt_names_no_parent_and_its_hash_gives_nothing_away(
    base, joanna, connection, settings, clock
):
    """All else in the application is known to both, so an unsalted hash would tell a phone."""
    await connection.execute("DELETE FROM job WHERE actor = 'documents.render'")
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    await do_jobs(settings, connection, "documents.render", render_document, clock, schema="t_brda")
    receipt = await joanna.get(f"{base}/potwierdzenie.pdf")
    text = "\n".join(one.extract_text() for one in PdfReader(BytesIO(receipt.content)).pages)
    assert "Ala Nowicka" in text
    assert not [one for one in ("Joanna", "Ukryta", "600100200", "joanna@") if one in text]
    same = Application(child=Child(), guardians=[], wishes=[], claims=[], attachments=[])
    assert snapshot(same, 1)["salt"] != snapshot(same, 1)["salt"]
