"""A parent takes home everything that is kept about them, and nothing of the other parent's."""

import json
import zipfile
from io import BytesIO

from tests.factories.pictures import a_picture
from tests.stories.families.people import OBCA, STATEMENTS, signed_in
from tests.stories.families.test_two_guardians import a_link, join
from tests.stories.test_one_childs_life import fill_in


async def taken(parent):
    assert "Pobierz kopię (ZIP)" in (await parent.get("/rodzina/moje-dane")).text
    answer = await parent.post("/rodzina/moje-dane")
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(BytesIO(answer.content)) as made:
        return json.loads(made.read("data.json")), set(made.namelist())


async def test_a_copy_holds_the_case_with_its_files(joanna, piotr, app):
    base = await fill_in(joanna)
    picture = {"plik": ("orzeczenie.png", a_picture())}
    await joanna.post(f"{base}/kryteria/UST_NP_KAND", odpowiedz="tak", files=picture)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    await join(piotr, await a_link(joanna, base), host=joanna, base=base)

    data, names = await taken(joanna)
    (case,) = data["applications"]
    assert case["child"]["given_name"] == "Ala"
    assert case["status"] == "submitted"
    assert case["guardians"][0]["email"] == "joanna@poczta.invalid"
    assert [one["number"] for one in case["versions"]] == [1]
    assert {one["name"] for one in case["files"]} >= {"orzeczenie.jpg"}
    assert "application-1/proof-1.jpg" in names
    assert any(one["act"] == "applications.submit" for one in case["deeds"])

    theirs, names = await taken(piotr)
    assert theirs["applications"][0]["child"]["given_name"] == "Ala"
    assert "joanna@poczta.invalid" not in json.dumps(theirs)
    assert "application-1/proof-1.jpg" in names

    nobody, names = await taken(await signed_in(app, OBCA))
    assert (nobody["applications"], names) == ([], {"data.json"})
