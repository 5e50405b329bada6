"""How long the vendor's people stay signed in, and from where they may come."""

from datetime import UTC, datetime, timedelta

import pytest

from ksr_saas.console import rules


def test_a_session_at_the_console_ends_after_a_quarter_and_after_four_hours():
    begun = datetime(2027, 3, 1, 8, tzinfo=UTC)
    over = begun + timedelta(hours=4)
    assert rules.ends_at(begun, over) == begun + timedelta(minutes=15)
    assert rules.ends_at(over - timedelta(minutes=1), over) == over
    assert rules.is_fresh(over, begun + timedelta(minutes=14))
    assert not rules.is_fresh(over, begun + timedelta(minutes=15))


@pytest.mark.parametrize(
    ("address", "listed", "open_"),
    [
        ("203.0.113.9", "", True),
        ("", "", True),
        ("203.0.113.9", "203.0.113.0/24", True),
        ("::ffff:203.0.113.9", "203.0.113.0/24", True),
        ("203.0.114.9", "203.0.113.0/24, 203.0.114.9", True),
        ("203.0.114.8", "203.0.113.0/24, 203.0.114.9", False),
        ("2001:db8::5", "2001:db8::/32", True),
        ("2001:db9::5", "2001:db8::/32", False),
        ("nowhere", "203.0.113.0/24", False),
        ("", "203.0.113.0/24", False),
    ],
)
def test_the_console_is_open_to_its_networks(address, listed, open_):
    assert rules.may_come_from(address, listed) is open_
