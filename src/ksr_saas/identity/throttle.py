"""How often somebody may try: moving windows in Redis, counted at once for all processes.

Strict for one login from one network, generous for a whole network, because a mobile operator
puts a town behind one address. When Redis is away each process counts for itself: staff must be
able to sign in, and nobody gets unlimited tries.
"""

import asyncio
import hashlib
import hmac
import ipaddress
import logging
import time
from typing import Any

from limits import (
    RateLimitItem,
    RateLimitItemPerDay,
    RateLimitItemPerMinute,
    RateLimitItemPerSecond,
)
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.strategies import MovingWindowRateLimiter
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from ksr_saas.settings import Settings

log = logging.getLogger("ksr.throttle")
WINDOW = 15  # minutes
TRIES = 5
AWAY = 5.0  # seconds before Redis is asked again after it failed
CONNECTIONS = 20
SLOWER = 0.25  # seconds that every further try waits longer
PER_LOGIN = RateLimitItemPerMinute(TRIES, WINDOW, namespace="ksr-login")
FROM_EVERYWHERE = RateLimitItemPerMinute(100, WINDOW, namespace="ksr-login-anywhere")
PER_NETWORK = RateLimitItemPerMinute(300, WINDOW, namespace="ksr-network")
AT_ONCE = RateLimitItemPerSecond(200, 10, namespace="ksr-network-at-once")
QUESTIONS = RateLimitItemPerMinute(600, WINDOW, namespace="ksr-question")
CHILDREN = RateLimitItemPerDay(30, namespace="ksr-child")
SEARCHES = RateLimitItemPerMinute(40, WINDOW, namespace="ksr-search")
MISSES = RateLimitItemPerMinute(TRIES, WINDOW, namespace="ksr-miss")
ADDRESSES = RateLimitItemPerMinute(600, WINDOW, namespace="ksr-address")
LEFT = RateLimitItemPerDay(30, namespace="ksr-address-left")


def network_of(address: str) -> str:
    """Whose address it is: an IPv4 address itself, for IPv6 the /64 that one subscriber gets."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        return str(found.ipv4_mapped or ipaddress.ip_network((found, 64), strict=False))
    return str(found)


class Throttle:
    """Counts tries to sign in."""

    def __init__(self, settings: Settings) -> None:
        self._key = settings.derive("throttle").encode()
        once: dict[str, Any] = {"retry": Retry(NoBackoff(), 0)}
        shared = RedisStorage(
            f"async+{settings.redis_url}",
            implementation="redispy",
            key_prefix="ksr-limits",
            socket_connect_timeout=0.5,
            socket_timeout=0.5,
            **once,
        )
        bridge: Any = shared.bridge
        self._redis = bridge.storage
        self._counted = MovingWindowRateLimiter(shared)
        # Out of connections looks like Redis being away, and a burst must not make it forgotten.
        self._few = asyncio.Semaphore(CONNECTIONS)
        self._away_until = 0.0
        self._own = MovingWindowRateLimiter(MemoryStorage())

    def _name(self, *parts: str) -> str:
        return hmac.new(self._key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()[:32]

    async def _ask(self, what: str, item: RateLimitItem, name: str) -> Any:
        async with self._few:
            if time.monotonic() >= self._away_until:
                try:
                    return await getattr(self._counted, what)(item, name)
                except (RedisError, OSError) as problem:
                    self._away_until = time.monotonic() + AWAY
                    log.warning("counting tries in this process: %s", type(problem).__name__)
        return await getattr(self._own, what)(item, name)

    async def take(self, schema: str, login: str, address: str) -> float | None:
        """Count one try before the password is looked at.

        Returns how many seconds to wait first, longer with every try; None when it may not be made.

        The count comes first, so that tries sent at the same time are not all let through. A
        network is judged by its failures, which come later: so it also has a number of tries that
        may be under way.
        """
        network = network_of(address)
        if not await self._ask("test", PER_NETWORK, self._name(network)):
            return None
        name = self._name(schema, login, network)
        if not await self._ask("hit", PER_LOGIN, name):
            return None
        if not await self._ask("hit", FROM_EVERYWHERE, self._name(schema, login)):
            return None
        if not await self._ask("hit", AT_ONCE, self._name(network)):
            return None
        left = (await self._ask("get_window_stats", PER_LOGIN, name)).remaining
        return SLOWER * max(TRIES - 1 - int(left), 0)

    async def failed(self, address: str) -> None:
        """Note that a try that was taken from this network had the wrong password."""
        await self._ask("hit", PER_NETWORK, self._name(network_of(address)))

    async def succeeded(self, schema: str, login: str, address: str) -> None:
        """Forget the tries of this login."""
        name = self._name(schema, login, network_of(address))
        await self._ask("clear", PER_LOGIN, name)
        await self._ask("clear", FROM_EVERYWHERE, self._name(schema, login))

    async def may_ask(self, address: str) -> bool:
        """Count a stranger's request for a challenge, which costs us a row for five minutes."""
        return bool(await self._ask("hit", QUESTIONS, self._name(network_of(address))))

    async def may_name(self, schema: str, account: str) -> bool:
        """Count a child that a parent describes, because the answer says whether it is known."""
        return bool(await self._ask("hit", CHILDREN, self._name(schema, account)))

    async def may_search(self, schema: str, account: str) -> float | None:
        """Count a search for a case by its number, before it is looked for.

        Returns how many seconds to wait first, longer after every one that found nothing; None when
        it may not be made. A case that is found forgives nothing: one known number would do for
        guessing all the others.
        """
        name = self._name(schema, account)
        if not await self._ask("hit", SEARCHES, name):
            return None
        if not await self._ask("test", MISSES, name):
            return None
        left = (await self._ask("get_window_stats", MISSES, name)).remaining
        return SLOWER * (MISSES.amount - int(left))

    async def missed(self, schema: str, account: str) -> None:
        """Note that a search found nothing."""
        await self._ask("hit", MISSES, self._name(schema, account))

    async def may_look_up(self, address: str) -> bool:
        """Count a stranger's question about the catchment of a house."""
        return bool(await self._ask("hit", ADDRESSES, self._name(network_of(address))))

    async def may_leave(self, schema: str, address: str) -> bool:
        """Count an address that a stranger leaves for the office, where a person has to read it."""
        return bool(await self._ask("hit", LEFT, self._name(schema, network_of(address))))

    async def dispose(self) -> None:
        """Give up the connections."""
        await self._redis.aclose()
