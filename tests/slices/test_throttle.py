"""Tries to sign in are counted once for all processes, strictly by login, generously by network."""

import asyncio
from uuid import uuid4

import pytest

from ksr_saas.identity.throttle import (
    AT_ONCE,
    FROM_EVERYWHERE,
    MISSES,
    PER_NETWORK,
    SEARCHES,
    TRIES,
    Throttle,
    network_of,
)


@pytest.fixture
async def two(settings):
    """The throttles of two processes."""
    made = Throttle(settings), Throttle(settings)
    yield made
    for one in made:
        await one.dispose()


async def test_tries_sent_at_once_to_two_processes_are_not_all_let_through(two):
    login = f"{uuid4()}@lipno.example"
    asked = [two[n % 2].take("t_lipno", login, "198.51.100.1") for n in range(20)]
    found = await asyncio.gather(*asked)
    assert sum(one is not None for one in found) == TRIES


async def test_tries_sent_at_once_from_many_networks_are_not_all_let_through(two):
    login = f"{uuid4()}@lipno.example"
    asked = [two[n % 2].take("t_lipno", login, f"203.0.113.{n % 150}") for n in range(300)]
    found = await asyncio.gather(*asked)
    assert sum(one is not None for one in found) == FROM_EVERYWHERE.amount


async def test_one_password_is_not_tried_on_hundreds_of_logins_at_once(two):
    asked = [
        two[n % 2].take("t_lipno", f"{uuid4()}@lipno.example", "198.51.100.7") for n in range(400)
    ]
    found = await asyncio.gather(*asked)
    assert sum(one is not None for one in found) == AT_ONCE.amount


async def test_who_signs_in_is_not_held_to_the_guesses_of_others(two):
    login = f"{uuid4()}@lipno.example"
    owner = "t_lipno", login, "198.51.100.8"
    for n in range(FROM_EVERYWHERE.amount - 1):
        await two[0].take("t_lipno", login, f"203.0.113.{n}")
    assert await two[1].take(*owner) is not None
    await two[1].succeeded(*owner)
    assert await two[1].take(*owner) == 0


async def test_searches_sent_at_once_are_counted_although_none_has_failed_yet(two):
    who = "t_lipno", str(uuid4())
    asked = [two[n % 2].may_search(*who) for n in range(SEARCHES.amount + 20)]
    found = await asyncio.gather(*asked)
    assert sum(one is not None for one in found) == SEARCHES.amount


async def test_every_search_that_found_nothing_makes_the_next_one_wait_longer(two):
    who, waits = ("t_lipno", str(uuid4())), []
    for n in range(MISSES.amount):
        waits.append(await two[n % 2].may_search(*who))
        await two[n % 2].missed(*who)
    assert waits == sorted(set(waits))
    assert waits[0] == 0
    assert await two[0].may_search(*who) is None
    assert await two[0].may_search("t_lipno", str(uuid4())) == 0


async def test_a_whole_town_behind_one_address_signs_in(two):
    for n in range(200):
        who = "t_lipno", f"{uuid4()}@lipno.example", "198.51.100.2"
        assert await two[n % 2].take(*who) == 0
        await two[n % 2].succeeded(*who)


async def test_a_network_that_only_guesses_is_stopped(two):
    for _ in range(PER_NETWORK.amount):
        await two[0].failed("198.51.100.3")
    stopped, fine = "198.51.100.3", "198.51.100.4"
    assert await two[1].take("t_lipno", "ewa@lipno.example", stopped) is None
    assert await two[1].take("t_lipno", "ewa@lipno.example", fine) is not None


async def test_every_further_try_waits_longer_until_one_is_right(two):
    who = "t_lipno", f"{uuid4()}@lipno.example", "198.51.100.5"
    waits = [await two[0].take(*who) for _ in range(TRIES)]
    assert waits == sorted(waits)
    assert waits[0] == 0 < waits[-1]
    await two[0].succeeded(*who)
    assert await two[0].take(*who) == 0


async def test_one_municipality_does_not_count_for_another(two):
    login = f"{uuid4()}@lipno.example"
    for _ in range(TRIES):
        await two[0].take("t_lipno", login, "198.51.100.6")
    assert await two[0].take("t_lipno", login, "198.51.100.6") is None
    assert await two[0].take("t_pila", login, "198.51.100.6") == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "unknown"),
    ],
)
def test_a_network_is_what_one_subscriber_gets(address, network):
    assert network_of(address) == network
