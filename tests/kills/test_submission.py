"""A family hands its application in while Valkey is away; the rest catches up by itself."""

import re
import signal
import time

import pytest

from ksr_saas.app import create_app
from tenants.demo.accounts import NEWCOMER
from tests.kills.processes import until
from tests.stories.browser import Browser, sign_in_parent
from tests.stories.test_one_childs_life import fill_in


@pytest.fixture
async def parent(town):
    app = create_app(town.settings, people=lambda _: [NEWCOMER], slugs=lambda: [town.slug])
    browser = Browser(app)
    entered = await sign_in_parent(browser, NEWCOMER.pesel)
    await browser.get(entered.headers["location"])
    yield browser
    await app.close()


async def test_an_application_is_taken_while_valkey_hangs_and_while_it_is_dead(
    town, start, valkey, parent
):
    base = await fill_in(parent)
    statements = {"prawda": "tak", "wspolna": "tak", "rodo": "tak"}
    valkey.tell(signal.SIGSTOP)
    begun = time.monotonic()
    page = await parent.post(f"{base}/zlozenie", **statements)
    assert time.monotonic() - begun < 5
    assert re.search(r"przedszkola-2027/\d+", page.text)
    assert "Przygotowujemy potwierdzenie w PDF" in page.text
    valkey.kill()
    mails = await town.ask_for_mail(1)
    valkey.start()
    start()

    async def has_receipt():
        return "Pobierz potwierdzenie (PDF)" in (await parent.get(f"{base}/potwierdzenie")).text

    await until(has_receipt, 30, "the family has its receipt")
    await until(town.no_mail_waits, 30, "the mails have left")
    await town.ensure_each_mail_once(mails, uncertain=0)
    sent = await town.message_to("joanna@poczta.invalid")
    assert [n for name, n in town.post.taken.items() if str(sent) in name] == [1]
