"""Parents type their own data once: for a second child, and after taking an application back."""

import re

from tests.stories.families.people import STATEMENTS
from tests.stories.test_one_childs_life import CODE, fill_in


async def offered(parent):
    """The applications that a new one can be begun from, by what is copied."""
    page = await parent.get(f"/rodzina/start/{CODE}")
    return {like: key for key, like in re.findall(r'value="([0-9a-f-]{36}):([\w-]+)"', page.text)}


async def begun(parent, key, like):
    tasks = await parent.post("/rodzina/wnioski", nabor=CODE, wzor=f"{key}:{like}")
    assert tasks.status_code == 200, tasks.text
    return re.search(r"(/rodzina/wnioski/[0-9a-f-]{36})/dziecko", tasks.text)[1]


async def test_a_sibling_begins_with_parents_address_and_places(joanna, piotr):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    found = await offered(joanna)
    assert set(found) == {"rodzenstwo"}  # the child itself is in this recruitment already
    twin = await begun(joanna, found["rodzenstwo"], "rodzenstwo")
    child = (await joanna.get(f"{twin}/dziecko")).text
    assert 'value="ul. Lipowa 1"' in child
    assert 'value="Nowicka"' in child
    assert 'value="Ala"' not in child
    assert 'value="joanna@poczta.invalid"' in (await joanna.get(f"{twin}/rodzice")).text
    names = r"<strong>(\d\. [^<]+)</strong>"
    first = re.findall(names, (await joanna.get(f"{twin}/placowki")).text)
    assert len(first) == 3
    strange = await piotr.post(
        "/rodzina/wnioski", nabor=CODE, wzor=f"{found['rodzenstwo']}:to-samo"
    )
    assert strange.status_code == 404


async def test_what_was_taken_back_is_begun_again_without_typing(joanna):
    base = await fill_in(joanna)
    await joanna.post(f"{base}/kryteria/WR_PRACA", odpowiedz="tak")
    await joanna.post(f"{base}/zlozenie", **STATEMENTS)
    await joanna.post(f"{base}/wycofanie")
    found = await offered(joanna)
    again = await begun(joanna, found["to-samo"], "to-samo")
    assert 'value="Ala"' in (await joanna.get(f"{again}/dziecko")).text
    answer = (await joanna.get(f"{again}/kryteria/WR_PRACA")).text
    assert re.search(r'value="tak"[^>]* checked', answer)
    tasks = (await joanna.get(again)).text
    assert tasks.count("Gotowe") == 2  # child and parents; places and what depends on them are not
