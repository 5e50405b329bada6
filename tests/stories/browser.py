"""A small browser for stories: cookies per host, forms with their token, no script."""

import asyncio
import html
import re
from datetime import timedelta

import httpx
import pyotp

from ksr_saas.kernel.clock import Clock


class MovingClock(Clock):
    """The real time, moved ahead by `ahead`."""

    def __init__(self):
        self.ahead = timedelta()

    def now(self):
        return super().now() + self.ahead


class Browser:
    """Talks to the application in this process; `host` is the municipality's."""

    def __init__(self, app, host="wroclaw.localhost:8000", address="127.0.0.1"):
        self.host = host
        self.cookies = {}
        self.clock = app._city.state.clock
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=(address, 4711)), base_url="http://127.0.0.1"
        )

    async def ask(self, method, path, host=None, **options):
        """One request; redirects are not followed."""
        at = host or self.host
        kept = self.cookies.setdefault(at, {})
        headers = {"Host": at, "Cookie": "; ".join(f"{k}={v}" for k, v in kept.items())}
        answer = await self.client.request(
            method, path, headers=headers | options.pop("headers", {}), **options
        )
        for line in answer.headers.get_list("set-cookie"):
            name, value = line.split(";")[0].split("=", 1)
            kept[name] = value.strip('"')
        return answer

    async def get(self, path, **options):
        """A page, at the end of its redirects."""
        answer = await self.ask("GET", path, **options)
        while answer.status_code in (302, 303):
            answer = await self.ask("GET", answer.headers["location"], **options)
        return answer

    async def post(self, path, follow=True, files=None, **fields):
        """A form sent from one of our own pages."""
        token = self.cookies.get(self.host, {}).get("ksr-csrf", "")
        answer = await self.ask("POST", path, data={"_csrf_token": token} | fields, files=files)
        if follow and answer.status_code in (302, 303):
            return await self.get(answer.headers["location"])
        return answer


def hidden(page):
    """The hidden SAML fields of a page."""
    found = re.findall(r'name="(SAML\w+|RelayState)" value="([^"]*)"', page.text)
    return {name: html.unescape(value) for name, value in found}


async def sign_in_parent(browser, pesel, scenario="ok"):
    """Through the stand-in of login.gov.pl; returns the answer to the posted assertion."""
    await browser.get("/logowanie")
    asked = await browser.post("/logowanie/eid", dokad="/rodzina")
    node = "login.localhost:8000"
    fields = hidden(asked) | {"osoba": pesel, "scenariusz": scenario}
    form = await browser.ask("POST", "/sso", host=node, data=fields)
    return await browser.ask("POST", "/eid/acs", data=hidden(form))


SKAWA = "skawa.localhost:8000"
PASSWORD = "krowa pasie sie na dachu"
TOTP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SECRETS = {}  # what each login's authenticator holds, by host and login
RINGS = {}  # the keys of municipalities whose rows a story reads itself
LAST = {}  # the last step whose code was used, by host and login


async def a_code(browser, login):
    """The next code of this login's authenticator.

    Where the present ones are used up, a moving clock is moved and the real one is waited for. The
    code before the present one is left out: it may be too old by the time it arrives.
    """
    who, clock = (browser.host, login), browser.clock
    for _ in range(70):
        step = int(clock.now().timestamp()) // 30
        unused = [one for one in (step, step + 1) if one > LAST.get(who, 0)]
        if unused:
            LAST[who] = unused[0]
            return pyotp.TOTP(SECRETS[who]).at(LAST[who] * 30)
        if isinstance(clock, MovingClock):
            clock.ahead += timedelta(seconds=30)
        else:
            await asyncio.sleep(1)
    raise AssertionError("no unused code in a minute")


async def enrol(browser, page, login, door="/pracownik/logowanie"):
    """Set up the authenticator that `page` offers; returns the page with the backup codes."""
    SECRETS[browser.host, login] = re.search(r'id="sekret">([A-Z2-7 ]+)<', page.text)[1].replace(
        " ", ""
    )
    LAST.pop((browser.host, login), None)
    return await browser.post(f"{door}/aplikacja", kod=await a_code(browser, login))


async def give_password(browser, login, password, door="/pracownik/logowanie"):
    """The first step of a login with a password, by default of staff."""
    await browser.get(door)
    return await browser.post(door, login=login, haslo=password)


async def sign_in_staff(browser, login, password):
    """By password and code; at the first login the authenticator is set up. Returns the home page."""
    asked = await give_password(browser, login, password)
    if 'id="sekret"' in asked.text:
        codes = await enrol(browser, asked, login)
        return await browser.get(re.search(r'button-primary" href="([^"]+)"', codes.text)[1])
    if (browser.host, login) not in SECRETS:
        return asked
    return await browser.post("/pracownik/logowanie/kod", kod=await a_code(browser, login))
