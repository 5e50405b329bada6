"""An application on paper is typed at the desk, and a parent takes the case over by a code."""

import asyncio
import re
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from ksr_saas.kernel.clock import Clock
from tests.stories.families.people import ALA, JOANNA, OBCA, at_the_desk, signed_in
from tests.stories.test_one_childs_life import CODE

PAPER = f"/placowka/papier/{CODE}"
JAN = {
    **ALA,
    "a_imie": "Maria",
    "a_nazwisko": "Nowicka",
    "a_email": "maria@poczta.invalid",
    "k_UST_WIELODZ": "tak",
    "kwota_WR_DOCHOD": "1 200,00",
    "k_WR_RODZ": "1",
    "podpisany": "tak",
}


@pytest.fixture
async def desk(app, connection):
    return await at_the_desk(app, "p001")


async def typed_in(desk, **changes):
    return await desk.post(PAPER, **({"wplynal": Clock().today().isoformat()} | JAN | changes))


def case_of(page):
    return re.search(r"/placowka/wnioski/([0-9a-f-]{36})", page.text)[1]


async def print_code(desk, case):
    """The code in a new letter."""
    letter = await desk.post(f"/placowka/wnioski/{case}/kod")
    assert letter.headers["content-type"] == "application/pdf"
    text = PdfReader(BytesIO(letter.content)).pages[0].extract_text()
    assert "Maria Nowicka" in text
    assert "/rodzina/kod" in text
    return re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", text)[0]


async def test_paper_is_handed_in_at_once_and_seen_by_the_institution_only(
    app, desk, joanna, connection, opened
):
    form = await desk.get(PAPER)
    units = re.findall(r'<option value="([0-9a-f-]{36})"', form.text)
    done = await typed_in(desk, wybor_2=units[0])
    case = case_of(done)
    assert "Nieprzejęta" in done.text
    assert "Ala" in (await desk.get("/placowka?stan=submitted")).text
    shown = (await desk.get(f"/placowka/wnioski/{case}")).text
    assert "Na papierze" in shown
    row = await connection.fetchrow("SELECT * FROM application WHERE id = $1::text::uuid", case)
    assert (row["status"], row["arrived_on"]) == ("submitted", Clock().today())
    claims = await connection.fetch(
        "SELECT criterion, amount, institution_id IS NOT NULL AS here FROM claim"
        " WHERE application_id = $1::text::uuid", case,
    )  # fmt: skip
    assert sorted(
        (opened("claim.criterion", c["criterion"]), opened("claim.amount", c["amount"]) or "", c["here"])
        for c in claims
    ) == [
        ("UST_WIELODZ", "", False), ("WR_DOCHOD", "1200.00", False), ("WR_RODZ", "", True),
    ]  # fmt: skip
    for path in (f"/rodzina/wnioski/{case}", f"/rodzina/wnioski/{case}/dostep"):
        assert (await joanna.ask("GET", path)).status_code == 404
    assert (
        await (await at_the_desk(app, "p002")).get(f"/placowka/wnioski/{case}/kod")
    ).status_code == 404
    access = await desk.get(f"/placowka/wnioski/{case}/dostep")
    assert "Sprawę widzi tylko placówka" in access.text
    assert "Wniosek przyjęty na papierze" in access.text
    (mail,) = await connection.fetch("SELECT recipient FROM message WHERE kind = 'paper-taken'")
    assert opened("message.recipient", mail["recipient"]) == "maria@poczta.invalid"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"wplynal": "2020-01-01"}, "Wtedy nie przyjmowano"),
        ({"wplynal": "wczoraj"}, "Wpisz dzień"),
        ({"pesel": "23231401236"}, "Taki PESEL nie istnieje"),
        ({"a_imie": ""}, "Wpisz imię"),
        ({"podpisany": ""}, "Wpisać można tylko wniosek podpisany"),
        ({"wybor_2": "6a2f41a3-c54c-fce8-32d2-0324e1c32e22"}, "Wybierz placówkę"),
        ({"kwota_WR_DOCHOD": "dużo"}, "Wpisz dochód"),
        ({"k_WR_RODZ": "3"}, "Zaznacz tylko miejsca"),
        ({"b_nazwisko": "Lis"}, "Wpisz imię"),
    ],
)
async def test_what_is_wrong_is_told_and_everything_typed_stays(desk, changes, told):
    page = await typed_in(desk, **changes)
    assert page.status_code == 422
    assert told in page.text
    assert 'value="maria@poczta.invalid"' in page.text


async def test_a_guardian_without_an_address_lives_with_the_child(desk, connection, opened):
    case = case_of(await typed_in(desk))
    street = "SELECT street FROM guardian WHERE application_id = $1::text::uuid"
    assert opened("guardian.street", await connection.fetchval(street, case)) == ALA["ulica"]
    wrong = await typed_in(desk, kod="5")
    assert wrong.text.count("Wpisz kod pocztowy") == 2  # above, and beside the child's field


async def test_a_child_has_one_application_on_paper_or_not(desk):
    await typed_in(desk)
    again = await typed_in(desk)
    assert again.status_code == 422
    assert "jest już wniosek" in again.text


async def test_that_the_desk_was_told_of_an_application_is_on_record(desk, connection):
    case = case_of(await typed_in(desk))
    await typed_in(desk)
    (event,) = await connection.fetch(
        "SELECT e.*, i.code FROM audit_event e JOIN institution i ON i.id = e.acting_for"
        " WHERE e.act = 'applications.known' AND e.object_id = $1::text::uuid", case,
    )  # fmt: skip
    assert event["code"] == "p001"
    assert event["subject_id"] == await connection.fetchval(
        "SELECT child_id FROM application WHERE id = $1::text::uuid", case
    )


async def test_a_child_without_a_number_comes_with_a_document(desk):
    done = await typed_in(
        desk, pesel="", dokument="paszport FG123456", dzien="14", miesiac="3", rok="2023"
    )
    assert "Nieprzejęta" in done.text


async def test_paper_is_not_typed_after_verification_nor_by_a_parent(app, desk, joanna, clock):
    assert (await joanna.ask("GET", PAPER)).status_code == 403
    clock.ahead = timedelta(days=6)
    desk = await at_the_desk(app, "p003")  # whose codes are of another day from now on
    assert (await desk.get(PAPER)).status_code == 409
    assert (await typed_in(desk)).status_code == 409


async def test_a_parent_takes_the_case_over_once(app, desk, joanna, piotr, connection):
    case = case_of(await typed_in(desk))
    code = await print_code(desk, case)
    kept = await connection.fetch("SELECT * FROM take_over_code")
    assert code.replace("-", "") not in str(kept)
    elsewhere = await signed_in(app, JOANNA, "drwa")
    assert (await elsewhere.post("/rodzina/kod", kod=code)).status_code == 422
    taken = await joanna.post("/rodzina/kod", kod=code.lower().replace("-", " "))
    assert "Sprawa przejęta kodem z listu" in taken.text
    assert "Ala" in (await joanna.get("/rodzina")).text
    assert (await piotr.post("/rodzina/kod", kod=code)).status_code == 422
    assert "Przejęta" in (await desk.get(f"/placowka/wnioski/{case}/kod")).text
    told = (await joanna.get(f"/rodzina/wnioski/{case}/kto-otwieral")).text
    assert "wydanie kodu do przejęcia sprawy" in told
    assert "Urząd miasta" not in told
    assert (await desk.post(f"/placowka/wnioski/{case}/kod")).status_code == 409
    assert not await connection.fetchval("SELECT count(*) FROM account WHERE NOT active")
    withdrawn = await joanna.post(f"/rodzina/wnioski/{case}/wycofanie")
    assert "Wycofany" in withdrawn.text


async def test_a_code_made_void_while_it_is_typed_opens_nothing(desk, joanna, connection):
    """The desk locks the case before its codes; whoever types one must not lock the other way."""
    case = case_of(await typed_in(desk))
    code = await print_code(desk, case)
    async with connection.transaction():
        await connection.execute("SET LOCAL lock_timeout = '2s'")
        await connection.execute(
            "SELECT 1 FROM application WHERE id = $1::text::uuid FOR UPDATE", case
        )
        typing = asyncio.create_task(joanna.post("/rodzina/kod", kod=code))
        await asyncio.sleep(1)
        await connection.execute(
            "UPDATE take_over_code SET voided_at = now() WHERE application_id = $1::text::uuid",
            case,
        )
    assert (await typing).status_code == 422
    assert (await joanna.ask("GET", f"/rodzina/wnioski/{case}")).status_code == 404


async def test_a_new_letter_voids_the_old_one_and_a_code_grows_old(desk, joanna, clock, app):
    case = case_of(await typed_in(desk))
    old = await print_code(desk, case)
    new = await print_code(desk, case)
    assert (await joanna.post("/rodzina/kod", kod=old)).status_code == 422
    await desk.post(f"/placowka/wnioski/{case}/kod/koniec")
    assert (await joanna.post("/rodzina/kod", kod=new)).status_code == 422
    last = await print_code(desk, case)
    clock.ahead = timedelta(days=61)
    late = await signed_in(app, JOANNA)
    assert (await late.post("/rodzina/kod", kod=last)).status_code == 422


async def test_after_five_wrong_codes_even_the_right_one_waits(app, desk, connection):
    case = case_of(await typed_in(desk))
    code = await print_code(desk, case)
    olga = await signed_in(app, OBCA)
    for n in range(5):
        assert (await olga.post("/rodzina/kod", kod=f"ABCD-EFGH-JKL{n + 2}")).status_code == 422
    refused = await olga.post("/rodzina/kod", kod=code)
    assert refused.status_code == 422
    assert "odczekaj 15 minut" in refused.text
    assert (
        await connection.fetchval(
            "SELECT count(*) FROM audit_event WHERE act = 'papers.wrong-code'"
            " AND actor_id = (SELECT id FROM account WHERE family_name = 'Obca' LIMIT 1)"
        )
        == 6
    )


async def test_the_family_reads_which_institution_typed_its_paper(desk, joanna, connection):
    case = case_of(await typed_in(desk))
    await joanna.post("/rodzina/kod", kod=await print_code(desk, case))
    told = (await joanna.get(f"/rodzina/wnioski/{case}/kto-otwieral")).text
    place = await connection.fetchval("SELECT name FROM institution WHERE code = 'p001'")
    for act in ("wpisanie wniosku papierowego", "wydanie kodu do przejęcia sprawy"):
        assert re.search(rf"<strong>{re.escape(place)}</strong>[^/]*/span>\s*<span>{act}", told), (
            act
        )
    assert "Urząd miasta" not in told.partition("<ol")[2].partition("</ol>")[0]
