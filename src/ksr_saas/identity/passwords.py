"""Passwords of staff: argon2id at about 20 ms, on half of the cores at most."""

import asyncio
import os
import secrets
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# The other half goes on answering pages on a morning when everybody signs in.
TOGETHER = asyncio.Semaphore(max(1, (os.cpu_count() or 1) // 2))


@cache
def nobody() -> str:
    """A hash that no password fits: unknown logins take as long as known ones."""
    return HASHER.hash(secrets.token_hex(16))


def _fits(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


async def fits(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind the hash `stored`; None fits nothing, as slowly."""
    async with TOGETHER:
        found = await asyncio.to_thread(_fits, stored or nobody(), password[:200])
    return found and stored is not None


async def hash_of(password: str) -> str:
    """What is kept of a password."""
    async with TOGETHER:
        return await asyncio.to_thread(HASHER.hash, password)
