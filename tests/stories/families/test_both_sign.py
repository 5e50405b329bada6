"""A city that wants both parents' signatures, or a reason why one signs."""

import re

import pytest

from tests.stories.families.people import STATEMENTS, at_the_desk
from tests.stories.families.test_two_guardians import a_link, join
from tests.stories.test_one_childs_life import fill_in

BOTH = STATEMENTS | {"podpisy": "oboje"}


@pytest.fixture
async def rules(connection):
    """The recruitment of the town wants two signatures."""
    wanted = (
        "UPDATE campaign SET rulebook = jsonb_set(rulebook, '{signature}', '\"%s\"')"
        " WHERE level = 'preschool'"
    )
    await connection.execute(wanted % "both")
    yield connection
    await connection.execute(wanted % "one-with-statement")


async def desk_of(app, connection, base):
    """The desk that checks a case, and the page of the case there."""
    code = await connection.fetchval(
        "SELECT i.code FROM application a JOIN institution i ON i.id = a.first_institution_id"
        " WHERE a.id = $1",
        base.rpartition("/")[2],
    )
    return await at_the_desk(app, code), base.replace("/rodzina", "/placowka")


async def test_the_other_parent_signs_from_an_own_login(joanna, piotr, app, rules):
    base = await fill_in(joanna)
    unsure = await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    assert (unsure.status_code, "Zaznacz, kto podpisuje" in unsure.text) == (422, True)
    await joanna.post(f"{base}/zlozenie", **BOTH)
    case = (await joanna.get(base)).text
    assert "Brakuje podpisu drugiego rodzica" in case
    assert "Podpisz wniosek" not in case
    assert (await joanna.post(f"{base}/podpis", prawda="tak")).status_code == 409

    desk, at = await desk_of(app, rules, base)
    await rules.execute(
        "UPDATE claim SET outcome = 'accepted' WHERE application_id = $1", base.rpartition("/")[2]
    )
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)
    unticked = await piotr.post(f"{base}/podpis")
    assert (unticked.status_code, "Zaznacz, że znasz treść" in unticked.text) == (422, True)
    signed = await piotr.post(f"{base}/podpis", prawda="tak")
    assert "Podpisy obojga rodziców" in signed.text
    assert re.search(r"przez drugiego rodzica</strong> <span>Piotr Zawadzki", signed.text)
    assert "Podpisy obojga rodziców" in (await desk.get(at)).text


async def test_the_other_parent_signs_at_the_desk(joanna, app, rules):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **BOTH)
    desk, at = await desk_of(app, rules, base)
    assert "Drugi rodzic podpisał w placówce" in (await desk.get(at)).text
    await desk.post(f"{at}/podpis")
    assert "Podpisy obojga rodziców" in (await desk.get(at)).text
    assert "Podpisy obojga rodziców" in (await joanna.get(base)).text


async def test_one_parent_signs_and_says_why(joanna, app, rules):
    base = await fill_in(joanna)
    short = await joanna.post(f"{base}/zlozenie", **STATEMENTS, podpisy="sam", dlaczego="bo")
    assert (short.status_code, "co najmniej 10 znaków" in short.text) == (422, True)
    why = "Tylko ja wykonuję władzę rodzicielską."
    await joanna.post(f"{base}/zlozenie", **STATEMENTS, podpisy="sam", dlaczego=why)
    assert "Brakuje podpisu" not in (await joanna.get(base)).text
    desk, at = await desk_of(app, rules, base)
    assert f"Podpisał jeden rodzic. Powód: {why}" in (await desk.get(at)).text
