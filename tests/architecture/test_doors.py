"""Hosts, cookies, tokens and headers: what stands between a stranger and every route."""

import re

import httpx
import pytest

from tests.architecture.walk import Browser

GIVEN = {
    "content-security-policy",
    "x-content-type-options",
    "referrer-policy",
    "permissions-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
}
MAY_BE_KEPT = re.compile(r"/static/|/marka\.css|/herb/|/zdjecie/|/terminy/[^/]+/[a-z]{2}\.ics")
OURS = "zator.localhost"
THEIRS = "gniew.localhost"


@pytest.fixture(scope="module")
def browser(walk, house):
    return Browser(house.gate(), walk.token, house.statements)


@pytest.fixture
def parent(house):
    return house.home.people["parent"]


async def home_page(browser, person, *headers):
    """The first page of a signed-in family, asked for with these headers."""
    answer, _ = await browser.ask("GET", "/rodzina", cookie=person.cookie, headers=headers)
    return answer


# Hosts


@pytest.mark.parametrize(
    "host",
    [
        "gdansk.localhost",
        "zator.localhost.",
        "zator.localhost:8000:1",
        "zator.localhost:osiem",
        "zator.localhost@gniew.localhost",
        "gniew.localhost, zator.localhost",
        "www.zator.localhost",
        "zatorxlocalhost",
        "zator.localhost.zla.invalid",
        "xn--lipn-hqa.localhost",
        "zatоr.localhost",  # one letter is Cyrillic
        "zator.localhost\t",
        "zator%2elocalhost",
        "[zator.localhost]",
        "t_zator",
        "*",
        "",
    ],
)
async def test_a_host_that_looks_like_ours_is_told_nothing(browser, parent, host):
    for path in ("/", "/rodzina", "/health/nic", "/static/nic", "/konsola"):
        answer, _ = await browser.ask(
            "GET", path, cookie=parent.cookie, headers=[("Host", host.encode())]
        )
        assert answer.status_code in (404, 400)  # 400 where it cannot be a host at all
        assert "zator" not in answer.text.lower()
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize(
    "host", ["ZATOR.localhost", "Zator.LocalHost:8000", f"{OURS}:443", f"{OURS}:"]
)
async def test_capitals_and_ports_do_not_make_another_host(browser, parent, host):
    assert (await home_page(browser, parent, ("Host", host))).status_code == 200


@pytest.mark.parametrize("hosts", [(OURS, OURS), (OURS, THEIRS), (THEIRS, OURS), ()])
async def test_two_hosts_or_none_are_no_host(browser, parent, hosts):
    request = browser.client.build_request("GET", "/rodzina", headers={"Cookie": parent.cookie})
    request.headers = httpx.Headers(
        [*((b"Host", host.encode()) for host in hosts), (b"Cookie", parent.cookie.encode())]
    )
    answer = await browser.client.send(request)
    assert answer.status_code == 404


@pytest.mark.parametrize(
    "name", ["X-Forwarded-Host", "X-Host", "X-Original-Host", "X-Forwarded-Server", "Forwarded"]
)
async def test_no_header_but_host_chooses_the_municipality(browser, parent, name):
    def pointing_at(host):
        return (name, f"host={host}" if name == "Forwarded" else host)

    ours = await home_page(browser, parent, ("Host", OURS), pointing_at(THEIRS))
    assert ours.status_code == 200
    theirs = await home_page(browser, parent, ("Host", THEIRS), pointing_at(OURS))
    assert theirs.status_code == 303
    unknown = await home_page(browser, parent, ("Host", "zla.invalid"), pointing_at(OURS))
    assert unknown.status_code == 404


@pytest.mark.parametrize("name", ["X-Original-URL", "X-Rewrite-URL"])
async def test_no_header_chooses_the_page(browser, house, name):
    person = house.home.people["other operator"]
    answer, _ = await browser.ask(
        "GET", "/placowka", cookie=person.cookie, headers=[("Host", OURS), (name, "/organ")]
    )
    assert answer.status_code == 200
    assert "/placowka/listy" in answer.text


async def test_the_health_of_the_process_is_told_at_any_host_and_nothing_else(browser):
    for path, status in (("/health/live", 200), ("/health/ready", 200), ("/health/nic", 404)):
        answer, _ = await browser.ask("GET", path, headers=[("Host", "10.0.0.1")])
        assert answer.status_code == status
        assert len(answer.content) < 400
    for method in ("POST", "DELETE"):
        answer, _ = await browser.ask(method, "/health/live", headers=[("Host", "10.0.0.1")])
        assert answer.status_code == 405


# Sessions


async def test_a_cookie_is_somebody_only_at_its_own_door(browser, house, parent):
    vendor, operator = house.vendor, house.home.people["operator"]
    for person, host, path in (
        (parent, "konsola.localhost", "/"),
        (operator, "konsola.localhost", "/"),
        (vendor, OURS, "/organ"),
        (vendor, OURS, "/rodzina"),
        (parent, THEIRS, "/rodzina"),
        (operator, THEIRS, "/placowka"),
    ):
        answer, _ = await browser.ask("GET", path, cookie=person.cookie, headers=[("Host", host)])
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/logowanie")


async def test_a_planted_session_cookie_signs_nobody_in(browser):
    for token in ("", "a" * 43, "../../etc", "' OR 1=1 --", "%C4%85", "0" * 5000):
        answer, _ = await browser.ask(
            "GET", "/rodzina", cookie=f"ksr={token}", headers=[("Host", OURS)]
        )
        assert answer.status_code == 303


async def test_a_token_cookie_cannot_write_into_the_page(browser):
    evil = '"><script>alert(1)</script>'
    answer, _ = await browser.ask(
        "GET", "/pracownik/logowanie", cookie=f"ksr-csrf={evil}", headers=[("Host", OURS)]
    )
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


async def test_a_token_of_another_house_is_no_token(browser, house, parent):
    strange = "0" * 64 + "1" * 64
    answer, _ = await Browser(house.gate(), strange, house.statements).ask(
        "POST", "/wyloguj", cookie=parent.cookie, headers=[("Host", OURS)]
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "to",
    ["//zla.invalid", "https://zla.invalid", "/\\zla.invalid", "\\\\zla.invalid", "zla.invalid"],
)
async def test_a_login_leads_nowhere_else(browser, to):
    for path in ("/logowanie", "/pracownik/logowanie"):
        answer, _ = await browser.ask(
            "GET", httpx.URL(path, params={"dokad": to}), headers=[("Host", OURS)]
        )
        assert answer.status_code == 200
        # The language switch keeps the question as it was asked, on our own page.
        links = re.findall(r'(?:href|action|value)="([^"]*zla\.invalid[^"]*)"', answer.text)
        assert all(link.startswith("?dokad=") for link in links)
        assert answer.text.count("zla.invalid") == len(links)


# What every answer carries


def test_every_answer_carries_the_security_headers(walk):
    for one in walk.answers:
        assert GIVEN <= one.headers.keys(), one
        assert one.headers["x-content-type-options"] == "nosniff", one
        assert one.headers["referrer-policy"] in ("same-origin", "no-referrer"), one
        assert len(one.headers.get_list("content-security-policy")) == 1, one
        assert not [name for name in one.headers if name.startswith("access-control-")], one


def test_every_policy_forbids_what_is_not_ours(walk):
    policies = {one.headers["content-security-policy"] for one in walk.answers}
    for policy in policies:
        assert "default-src 'none'" in policy
        assert "unsafe-" not in policy
        assert "*" not in policy.replace("http://*.localhost:*", "").replace(":*", "")
        assert "frame-ancestors 'none'" in policy or "sandbox" in policy


ASKED_ANEW = {
    "public:offer",
    "public:comparison",
    "public:map",
    "public:unit",
    "public:institution",
    "public:news",
    "public:questions",
    "public:files",
}
NOT_SIGNED_IN = {"anonymous", "expired", "foreigner", "vendor"}


def test_only_what_is_the_same_for_everybody_may_be_kept(walk):
    for one in walk.answers:
        path = re.sub(r"^.*?: \w+ [^/]+", "", one.asked)
        if MAY_BE_KEPT.match(path) and one.status == 200:
            continue
        if one.headers["cache-control"] == "private, no-cache":
            assert one.route.name in ASKED_ANEW, one
            assert one.status == 200, one
            assert one.asked.partition(",")[0] in NOT_SIGNED_IN, one
            assert one.headers["etag"], one
            continue
        assert one.headers["cache-control"] == "no-store", one


def test_a_download_is_never_shown_as_a_page(walk):
    files = [one for one in walk.answers if one.route.name == "family:file" and one.status == 200]
    assert files
    for one in files:
        assert one.headers["content-type"] == "application/octet-stream"
        assert one.headers["content-disposition"].startswith("attachment; filename=")
        assert one.headers["content-security-policy"].startswith("sandbox")


def test_every_redirect_stays_on_its_host(walk):
    places = {
        one.headers[name]
        for one in walk.answers
        for name in ("location", "hx-redirect")
        if name in one.headers
    }
    assert len(places) > 10
    assert [place for place in places if not re.fullmatch(r"/(?![/\\])[\x21-\x7e]*", place)] == []


def test_no_cookie_can_be_read_by_a_script_or_sent_from_elsewhere(walk):
    lines = {line for one in walk.answers for line in one.headers.get_list("set-cookie")}
    assert {line.partition("=")[0] for line in lines} >= {"ksr", "ksr-eid"}
    for line in lines:
        flags = line.lower().replace(" ", "").split(";")
        assert "httponly" in flags, line
        assert "samesite=lax" in flags or "samesite=strict" in flags, line
        assert not [flag for flag in flags if flag.startswith("domain=")], line


async def test_over_tls_cookies_are_bound_to_the_host_and_the_browser_stays_with_tls(house):
    browser = Browser(house.gate(scheme="https"), "", house.statements)
    answer, _ = await browser.ask("GET", "/pracownik/logowanie", headers=[("Host", OURS)])
    (token,) = answer.headers.get_list("set-cookie")
    assert token.startswith("__Host-ksr-csrf=")
    assert {"secure", "path=/"} <= set(token.lower().replace(" ", "").split(";"))
    assert "max-age=31536000" in answer.headers["strict-transport-security"]
    value = token.partition(";")[0]
    out, _ = await browser.ask(
        "POST",
        "/wyloguj",
        cookie=value,
        token=value.partition("=")[2],
        headers=[("Host", OURS)],
    )
    (session,) = out.headers.get_list("set-cookie")
    assert session.startswith("__Host-ksr=")
    assert "secure" in session.lower()


# States of a municipality


def test_a_suspended_municipality_shows_one_notice_and_names_nobody(walk):
    notices = {
        one.content for one in walk.answers if one.stage == "suspended" and one.status == 503
    }
    (notice,) = notices - {b""}
    assert b"zator" not in notice.lower()
