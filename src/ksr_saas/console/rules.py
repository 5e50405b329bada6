"""How long the vendor's people stay signed in, from where they may come: pure rules."""

import ipaddress
from datetime import datetime, timedelta

from ksr_saas.settings import networks

IDLE = timedelta(minutes=15)
ABSOLUTE = timedelta(hours=4)
FRESH = timedelta(minutes=15)
INVITED_FOR = timedelta(hours=24)


def ends_at(last_seen_at: datetime, expires_at: datetime) -> datetime:
    """When a session is over if nothing more is done in it."""
    return min(expires_at, last_seen_at + IDLE)


def is_fresh(expires_at: datetime, now: datetime) -> bool:
    """Whether the sign-in of a session is recent enough to change who can sign in."""
    return now - (expires_at - ABSOLUTE) < FRESH


def may_come_from(address: str, listed: str) -> bool:
    """Whether the console is open for `address`; no list means for everybody."""
    allowed = networks(listed)
    if not allowed:
        return True
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return any((mapped or found) in one for one in allowed)
