"""Passwords, expiry of accounts and names of browsers."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pyotp
import pytest

from ksr_saas.identity import totp
from ksr_saas.identity.rules import (
    TOO_COMMON,
    TOO_LONG,
    TOO_SHORT,
    browser_family,
    is_unused,
    next_expiry,
    password_problem,
)
from ksr_saas.kernel.keys import NotOurs

NOW = datetime(2027, 4, 1, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "password",
    [
        "haslo1234567",
        "qwertyuiopas",
        "123456789012",
        "Przedszkole2027!",
        "Warszawa2027",
        "zaq12wsxzaq12wsx",
        "kochamcie123",
        "password1234",
        "aaaaaaaaaaaaaaaaaaaa",
        "dyrektor12345",
    ],
)
def test_a_common_password_is_refused(password):
    assert password_problem(password) == TOO_COMMON


def test_a_password_made_of_what_is_known_about_its_owner_is_refused():
    assert password_problem("malinowskagrazyna", ("grazyna", "malinowska")) == TOO_COMMON
    assert password_problem("sekretariat-p017", ("p017@wroclaw.example",)) == TOO_COMMON


@pytest.mark.parametrize(
    "password", ["zielony-rower-na-dachu", "krowa pasie sie na dachu", "7fK!w0zPq#2m"]
)
def test_length_counts_and_kinds_of_characters_do_not(password):
    assert password_problem(password) == ""


def test_a_password_has_a_shortest_and_a_longest_length():
    assert password_problem("7fK!w0zPq#2") == TOO_SHORT
    assert password_problem("krowa pasie sie na dachu " * 9) == TOO_LONG


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2027, 1, 10), date(2027, 8, 31)),
        (date(2027, 5, 31), date(2027, 8, 31)),
        (date(2027, 6, 1), date(2028, 8, 31)),
        (date(2027, 8, 31), date(2028, 8, 31)),
        (date(2027, 9, 1), date(2028, 8, 31)),
    ],
)
def test_an_account_lives_until_the_end_of_a_school_year(today, last):
    assert next_expiry(today) == last


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
            "Firefox, Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
            "Chrome, Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1",
            "Safari, iPhone",
        ),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Mobile Safari/537.36", "Chrome, Android"),
        ("curl/8.0", ""),
    ],
)
def test_a_browser_is_known_by_family_and_system(agent, family):
    assert browser_family(agent) == family


def test_a_code_is_right_one_step_around_its_own():
    secret = totp.new_secret()
    step = int(NOW.timestamp()) // totp.STEP
    for skew in (-1, 0, 1):
        code = pyotp.TOTP(secret).at(NOW + timedelta(seconds=totp.STEP * skew))
        assert totp.code_step(secret, code, NOW) == step + skew
    far = pyotp.TOTP(secret).at(NOW + timedelta(minutes=5))
    assert totp.code_step(secret, far, NOW) is None
    assert totp.code_step(secret, "żółw", NOW) is None


def test_the_next_code_is_never_one_that_was_used():
    secret = totp.new_secret()
    step = int(NOW.timestamp()) // totp.STEP
    assert totp.code_step(secret, totp.next_code(secret, 0, NOW), NOW) == step
    assert totp.code_step(secret, totp.next_code(secret, step, NOW), NOW) == step + 1


def test_a_secret_moved_to_another_account_is_refused():
    mine, other = UUID(int=1), UUID(int=2)
    kept = totp.bound(mine, "JBSWY3DPEHPK3PXP")
    assert totp.secret_of(mine, kept) == "JBSWY3DPEHPK3PXP"
    for wrong in (kept, "", "JBSWY3DPEHPK3PXP", totp.bound(other, "")):
        with pytest.raises(NotOurs):
            totp.secret_of(other, wrong)


@pytest.mark.parametrize(
    ("days", "locked"),
    [(None, False), (0, False), (30, False), (31, True), (400, True)],
)
def test_an_account_that_nobody_used_for_thirty_days_is_locked(days, locked):
    today = date(2027, 3, 1)
    last = None if days is None else today - timedelta(days=days)
    assert is_unused(last, today) is locked


def test_the_picture_needs_no_inline_style():
    drawn = totp.picture("JBSWY3DPEHPK3PXP", login="a@b.example", issuer="Piła")
    assert drawn.startswith("data:image/svg+xml")
    assert "style" not in drawn
